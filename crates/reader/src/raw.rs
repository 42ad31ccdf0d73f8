//! The raw interface of the module: linear memory and two functions, no glue.
//!
//! The caller reserves room with [`alloc`], writes the request there, and calls [`call`]. The answer is the address of
//! three numbers of 32 bits: 1 or 0 (whether it is an error), where its bytes are, and how many. Nothing is ever given
//! back: the caller throws the whole instance away.
//!
//! A call may do so much work, by what it asks for and gives back again on the way (J9). There is no clock that would go on meanwhile. What yrs is
//! slow at is a place at which items were written that did not know of each other: for each it notes all of the others that it looks at.
#![expect(
    unsafe_code,
    reason = "this is where raw memory of the caller becomes slices, and names become exports"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::request::answer;

/// So many bytes may every call ask for, however small it is.
const FREE_BYTES: usize = 128 << 20;
/// And so many for each byte of the request. To read a script takes some seventy, a fresh one or one that many edits were made in.
const BYTES_FOR_EACH: usize = 128;

/// The system's allocator, for as long as there is something left.
struct Rationed;

#[global_allocator]
static MEMORY: Rationed = Rationed;
/// What may still be asked for.
static LEFT: AtomicUsize = AtomicUsize::new(FREE_BYTES);

/// Ends the instance where nothing is left.
fn spend(bytes: usize) {
    match LEFT.load(Relaxed).checked_sub(bytes) {
        Some(left) => LEFT.store(left, Relaxed),
        None => core::arch::wasm32::unreachable(),
    }
}

// SAFETY: each call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Rationed {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        spend(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        spend(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        spend(size.saturating_sub(layout.size()));
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

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
    LEFT.store(FREE_BYTES + BYTES_FOR_EACH * len, Relaxed);
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
