//! What `cargo xtask fuzz` runs: every reader on any bytes, with the laws that hold whatever the bytes are.
//!
//! A broken law is a panic, which the fuzzer takes for a crash.

mod binary;
mod json;
mod laws;
mod lists;
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
    /// Bytes of memory that a run may take.
    pub memory: usize,
}

/// What readers of our own may take: ten times the longest input. A shorter one is not held to ten times its own length,
/// since every reader has buffers of its own whatever it reads: pieces of up to 1 MB, two of them in one buffer while a
/// record is cut; windows of unpacking; room for one record and its JSON.
const OWN: usize = 10 << 20;

/// What decoders of other projects may take, which unpack whole pages and batches.
const FOREIGN: usize = 300 << 20;

/// All targets.
pub const TARGETS: [Target; 19] = [
    Target { name: "json_array", run: json::array, seeds: seeds::json_array, memory: OWN },
    Target { name: "json_lines", run: json::lines, seeds: seeds::json_lines, memory: OWN },
    Target { name: "json_object", run: json::object, seeds: seeds::json_object, memory: OWN },
    Target { name: "coco", run: json::coco, seeds: seeds::json_object, memory: OWN },
    Target { name: "gzip", run: json::gzip, seeds: seeds::gzip, memory: OWN },
    Target { name: "zstd", run: json::zstd, seeds: seeds::zstd, memory: OWN },
    Target { name: "record", run: json::record, seeds: seeds::record, memory: OWN },
    Target { name: "sniff", run: lists::sniff, seeds: seeds::sniff, memory: FOREIGN },
    Target { name: "boxes", run: lists::boxes, seeds: seeds::boxes, memory: OWN },
    Target { name: "id_list", run: lists::id_list, seeds: seeds::id_list, memory: OWN },
    Target { name: "pickle", run: binary::pickle, seeds: seeds::pickle, memory: OWN },
    Target { name: "parquet", run: binary::parquet, seeds: seeds::parquet, memory: FOREIGN },
    Target { name: "arrow", run: binary::arrow, seeds: seeds::arrow, memory: FOREIGN },
    Target { name: "csv", run: binary::csv, seeds: seeds::csv, memory: OWN },
    Target { name: "tar", run: binary::tar, seeds: seeds::tar, memory: OWN },
    Target { name: "tar_gzip", run: binary::tar_gzip, seeds: seeds::tar_gzip, memory: OWN },
    Target { name: "tar_zstd", run: binary::tar_zstd, seeds: seeds::tar_zstd, memory: OWN },
    Target { name: "archive", run: binary::archive, seeds: seeds::archive, memory: OWN },
    Target { name: "picture", run: lists::picture, seeds: seeds::picture, memory: OWN },
];

/// The target of a name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}
