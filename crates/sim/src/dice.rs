//! Everything that is left to chance comes from here, and all of it from one seed.
//!
//! Each concern has a stream of its own, so that a fault which is taken out of a run leaves what the writers do as it was.

/// One stream of chance.
#[derive(Debug, Clone)]
pub struct Dice(fastrand::Rng);

impl Dice {
    /// The stream of that name in the run of that seed.
    pub fn new(seed: u64, stream: &str) -> Dice {
        let salt = stream.bytes().fold(0xcbf2_9ce4_8422_2325u64, |salt, byte| {
            (salt ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Dice(fastrand::Rng::with_seed(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt,
        ))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.usize(..bound)
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0.u64(from..=to)
    }

    /// A number from `from` (at least 1) to `to`, as likely small as large: each order of magnitude has the same share.
    pub fn magnitude(&mut self, from: u64, to: u64) -> u64 {
        let (low, high) = (from.max(1).ilog2(), to.max(1).ilog2());
        let bits = self.0.u32(low..=high);
        let most = (1u64 << bits).saturating_mul(2) - 1;
        self.between((1 << bits).max(from), most.min(to).max(from))
    }

    /// Whether something happens that happens so often in a thousand times.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.0.u64(..1000) < per_mille
    }

    /// One of these, of which there is one at least.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// The place of one of these weights, each as likely as it is heavy; none when all are 0.
    pub fn weighted(&mut self, weights: &[u32]) -> Option<usize> {
        let sum: u32 = weights.iter().sum();
        if sum == 0 {
            return None;
        }
        let mut left = self.0.u32(..sum);
        weights.iter().position(|&weight| {
            let here = left < weight;
            left = left.saturating_sub(weight);
            here
        })
    }
}
