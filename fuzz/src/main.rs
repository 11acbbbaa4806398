//! One of the backend's fuzz targets under libFuzzer: `BLENDSCOPE_FUZZ_TARGET` names it.
//!
//! One program for all of them, because each would take as long to link as all together. The first argument is the
//! folder of the corpus; the target's seeds are written there before libFuzzer reads it.
//!
//! A run ends the program when it takes longer than it may, or more memory, which the allocator counts. libFuzzer's own
//! limit counts the time on the wall, which on a busy machine says nothing of the reader; it is there for what never
//! ends.
#![no_main]

use blendscope_fuzz_targets::{Target, target};
use libfuzzer_sys::fuzz_target;
use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

static TARGET: OnceLock<Target> = OnceLock::new();

fuzz_target!(init: begin(), |bytes: &[u8]| {
    let target = TARGET.get().expect("libFuzzer begins by calling `begin`");
    within_time(|| within_memory(target.memory, || (target.run)(bytes)));
});

/// Finds the target, writes its seeds, and makes panics tell all they can.
fn begin() {
    let name = std::env::var("BLENDSCOPE_FUZZ_TARGET").unwrap_or_default();
    let target = target(&name).unwrap_or_else(|| panic!("there is no target `{name}`"));
    if let Some(folder) = std::env::var_os("BLENDSCOPE_FUZZ_SEEDS") {
        for (number, seed) in (target.seeds)().iter().enumerate() {
            let file = Path::new(&folder).join(format!("seed-{number:03}"));
            std::fs::write(&file, seed).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }
    // What a panic writes down, its backtrace above all, needs more memory than a run may use.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        lift();
        hook(panic);
    }));
    TARGET.get_or_init(|| target);
}

/// What a run may take, counted on the processor.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs `run`; once more, with the processor's clock, if it seems to take too long.
fn within_time(run: impl Fn()) {
    let start = Instant::now();
    run();
    if start.elapsed() <= LONGEST {
        return;
    }
    let before = on_processor();
    run();
    let took = on_processor().saturating_sub(before);
    assert!(took <= LONGEST, "a run takes {took:?} of the processor, where {LONGEST:?} are allowed");
}

/// Time that this thread has spent on the processor: the first number of Linux's `schedstat`.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.expect("Linux tells how long a thread ran"))
}

#[global_allocator]
static METER: Meter = Meter;

/// Bytes in use.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Bytes that may be in use.
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Meter;

/// Runs `run`, which may use so many bytes more than are in use already.
fn within_memory(allowed: usize, run: impl Fn()) {
    LIMIT.store(LIVE.load(Relaxed) + allowed, Relaxed);
    run();
    lift();
}

/// Lets the rest of the program use what it wants.
fn lift() {
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
