//! An allocator that counts what the current thread has allocated, and gives no more than it may have.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(isize::MAX) };
}

/// Counts for each thread apart: what another test does meanwhile is not seen.
pub struct Counted;

/// So many bytes may the current thread have: an allocation beyond fails, and with it the process.
pub fn limit(most_bytes: usize) {
    MOST.set(most_bytes as isize);
}

/// What `work` returns, and the most bytes that it had allocated at once.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.get();
    PEAK.set(before);
    let result = work();
    (result, usize::try_from(PEAK.get() - before).unwrap_or(0))
}

/// Whether so many more bytes may be had; they count if so.
fn take(bytes: usize) -> bool {
    let now = NOW.get() + bytes as isize;
    if now > MOST.get() {
        return false;
    }
    NOW.set(now);
    PEAK.set(PEAK.get().max(now));
    true
}

fn give_back(bytes: usize) {
    NOW.set(NOW.get() - bytes as isize);
}

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe by its trait; everything is left to the system's"
)]
// SAFETY: each call is handed on to the system's allocator as it came, or refused with a null pointer.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        give_back(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}
