//! One of the backend's fuzz targets under libFuzzer: `BLENDSCOPE_FUZZ_TARGET` names it.
//!
//! One program for all of them, because each would take as long to link as all together. The first argument is the
//! folder of the corpus; the target's seeds are written there before libFuzzer reads it.
#![no_main]

mod clock;
mod meter;

use blendscope_fuzz_targets::{Target, target};
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::OnceLock;

static TARGET: OnceLock<Target> = OnceLock::new();

fuzz_target!(init: begin(), |bytes: &[u8]| {
    let target = TARGET.get().expect("libFuzzer begins by calling `begin`");
    clock::limited(|| meter::limited(target.memory, || (target.run)(bytes)));
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
        meter::lift();
        hook(panic);
    }));
    TARGET.get_or_init(|| target);
}
