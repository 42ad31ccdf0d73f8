//! The three ways of signing that this relay takes, for jsonwebtoken: its own choice brings six more and twice the code.
//!
//! What is computed is RustCrypto's; here it is only told which.

use hmac::{Hmac, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use p256::ecdsa::{Signature, VerifyingKey};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Says how tokens are verified. Only the first call counts.
pub(super) fn install() {
    // An error says that it was done before, in this isolate.
    let _ = PROVIDER.install_default();
}

/// A key that was made for its algorithm, and for no other.
enum Key {
    Shared(Vec<u8>),
    Rsa(RsaPublicKey),
    Curve(VerifyingKey),
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let key = match (algorithm, key.family(), key.kind()) {
        (Algorithm::HS256, AlgorithmFamily::Hmac, DecodingKeyKind::SecretOrDer(secret)) => {
            Key::Shared(secret.clone())
        }
        (Algorithm::RS256, AlgorithmFamily::Rsa, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            let (n, e) = (BigUint::from_bytes_be(n), BigUint::from_bytes_be(e));
            let key = RsaPublicKey::new(n, e);
            Key::Rsa(key.map_err(|error| ErrorKind::InvalidRsaKey(error.to_string()))?)
        }
        (Algorithm::ES256, AlgorithmFamily::Ec, DecodingKeyKind::SecretOrDer(point)) => {
            let key = VerifyingKey::from_sec1_bytes(point);
            Key::Curve(key.map_err(|_| ErrorKind::InvalidEcdsaKey)?)
        }
        _ => return Err(ErrorKind::InvalidAlgorithm.into()),
    };
    Ok(Box::new(key))
}

impl Verifier<Vec<u8>> for Key {
    fn verify(
        &self,
        content: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), SignatureError> {
        match self {
            Key::Shared(secret) => {
                let verified = keyed(secret, content).verify_slice(signature);
                verified.map_err(|_| SignatureError::new())
            }
            Key::Rsa(key) => {
                let digest = Sha256::digest(content);
                let verified = key.verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature);
                verified.map_err(|_| SignatureError::new())
            }
            Key::Curve(key) => key.verify(content, &Signature::from_slice(signature)?),
        }
    }
}

impl JwtVerifier for Key {
    fn algorithm(&self) -> Algorithm {
        match self {
            Key::Shared(_) => Algorithm::HS256,
            Key::Rsa(_) => Algorithm::RS256,
            Key::Curve(_) => Algorithm::ES256,
        }
    }
}

/// The relay signs with a secret of its own only.
struct Signing(Vec<u8>);

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    match (algorithm, key.family()) {
        (Algorithm::HS256, AlgorithmFamily::Hmac) => Ok(Box::new(Signing(key.as_bytes().to_vec()))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

impl Signer<Vec<u8>> for Signing {
    fn try_sign(&self, content: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        Ok(keyed(&self.0, content).finalize().into_bytes().to_vec())
    }
}

impl JwtSigner for Signing {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

fn keyed(secret: &[u8], content: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(content);
    mac
}
