//! The raw interface of the module: linear memory and two functions, no glue.
//!
//! The caller reserves room with [`alloc`], writes the request there, and calls [`call`]. The answer is the address of
//! three numbers of 32 bits: 1 or 0 (whether it is an error), where its bytes are, and how many. Nothing is ever given
//! back: the caller throws the whole instance away.
#![expect(
    unsafe_code,
    reason = "this is where raw memory of the caller becomes slices, and names become exports"
)]

use crate::request::answer;

/// Room for so many bytes.
#[unsafe(no_mangle)]
extern "C" fn alloc(len: usize) -> *mut u8 {
    vec![0; len].leak().as_mut_ptr()
}

/// Answers the request that lies at `at`.
///
/// # Safety
/// `at` is what [`alloc`] gave for `len`.
#[unsafe(no_mangle)]
unsafe extern "C" fn call(at: *const u8, len: usize) -> *const u32 {
    // SAFETY: the caller says so.
    let request = unsafe { std::slice::from_raw_parts(at, len) };
    let (failed, bytes) = match answer(request) {
        Ok(bytes) => (0, bytes),
        Err(error) => {
            let told = serde_json::json!({ "code": error.code(), "message": error.to_string() });
            (1, told.to_string().into_bytes())
        }
    };
    let bytes = bytes.leak();
    let head = [failed, bytes.as_ptr() as u32, bytes.len() as u32];
    Box::leak(Box::new(head)).as_ptr()
}
