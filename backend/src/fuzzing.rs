//! What `cargo xtask fuzz` runs: every reader on any bytes, with the laws that hold whatever the bytes are.
//!
//! Only with the feature `fuzzing`. A broken law is a panic, which the fuzzer takes for a crash.

mod binary;
mod json;
mod laws;
mod lists;
mod pictures;
mod scratch;
mod seeds;

/// A reader to be fuzzed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Runs it on a file of these bytes; panics when a law is broken.
    pub run: fn(&[u8]),
    /// Small valid files to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: [Target; 17] = [
    Target { name: "json_array", run: json::array, seeds: seeds::json_array },
    Target { name: "json_lines", run: json::lines, seeds: seeds::json_lines },
    Target { name: "json_object", run: json::object, seeds: seeds::json_object },
    Target { name: "coco", run: json::coco, seeds: seeds::json_object },
    Target { name: "gzip", run: json::gzip, seeds: seeds::gzip },
    Target { name: "zstd", run: json::zstd, seeds: seeds::zstd },
    Target { name: "record", run: json::record, seeds: seeds::record },
    Target { name: "sniff", run: lists::sniff, seeds: seeds::sniff },
    Target { name: "boxes", run: lists::boxes, seeds: seeds::boxes },
    Target { name: "id_list", run: lists::id_list, seeds: seeds::id_list },
    Target { name: "pickle", run: binary::pickle, seeds: seeds::pickle },
    Target { name: "parquet", run: binary::parquet, seeds: seeds::parquet },
    Target { name: "tar", run: binary::tar, seeds: seeds::tar },
    Target { name: "tar_gzip", run: binary::tar_gzip, seeds: seeds::tar_gzip },
    Target { name: "tar_zstd", run: binary::tar_zstd, seeds: seeds::tar_zstd },
    Target { name: "archive", run: binary::archive, seeds: seeds::archive },
    Target { name: "picture", run: pictures::picture, seeds: seeds::picture },
];

/// The target of a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}
