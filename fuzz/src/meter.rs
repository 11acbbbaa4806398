//! An allocator that knows how much is in use, and ends the program when a run uses too much.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[global_allocator]
static METER: Meter = Meter;

/// Bytes in use.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Bytes that may be in use.
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Meter;

/// Runs `run`, which may use so many bytes more than are in use already.
pub(crate) fn limited(allowed: usize, run: impl Fn()) {
    LIMIT.store(LIVE.load(Relaxed) + allowed, Relaxed);
    run();
    lift();
}

/// Lets the rest of the program use what it wants.
pub(crate) fn lift() {
    LIMIT.store(usize::MAX, Relaxed);
}

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    let limit = LIMIT.load(Relaxed);
    if live > limit {
        lift();
        eprintln!(
            "{live} bytes in use, where {limit} are allowed, after asking for {bytes}\n{}",
            Backtrace::force_capture()
        );
        std::process::abort();
    }
}

fn shrink(bytes: usize) {
    LIVE.fetch_sub(bytes, Relaxed);
}

#[expect(unsafe_code, reason = "an allocator is unsafe by signature; every call is handed on as it is")]
// SAFETY: every call goes to the system's allocator with the arguments as they came.
unsafe impl GlobalAlloc for Meter {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promises are handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promises are handed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: the caller's promises are handed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The system moves large pieces without a second copy, so only the difference counts.
        grow(size.saturating_sub(layout.size()));
        shrink(layout.size().saturating_sub(size));
        // SAFETY: the caller's promises are handed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
