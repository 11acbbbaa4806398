//! The Parquet community's own test files, where `BLENDSCOPE_REAL_DATA` names a folder with `parquet-testing` in it.

use super::*;
use std::io::Write;
use std::path::PathBuf;

fn folder(name: &str) -> Option<Vec<PathBuf>> {
    let Some(root) = std::env::var_os("BLENDSCOPE_REAL_DATA") else {
        let _ = writeln!(std::io::stderr(), "skipped: BLENDSCOPE_REAL_DATA names no folder with real data");
        return None;
    };
    let entries = std::fs::read_dir(PathBuf::from(root).join("parquet-testing").join(name)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    Some(paths)
}

fn read_path(path: &std::path::Path) -> Reading {
    read(&std::fs::File::open(path).unwrap().into())
}

/// Files of `data` that are not read, and what is said of them.
const NOT_READ: [(&str, &str); 3] = [
    // Its footer has a list of another type than the format says.
    ("dict-page-offset-zero.parquet", "the footer cannot be read"),
    // Two texts of a gigabyte each out of 2 kB.
    ("large_string_map.brotli.parquet", "claims to be 1073741828 bytes, out of 1627"),
    ("nation.dict-malformed.parquet", "lost"),
];

#[test]
fn every_valid_file_is_read() {
    for path in folder("data").into_iter().flatten() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".parquet") {
            continue;
        }
        let reading = read_path(&path);
        match NOT_READ.iter().find(|(other, _)| *other == name) {
            Some((_, why)) => assert!(
                reading.messages().first().is_some_and(|message| message.contains(why)),
                "{name}: {:?}",
                reading.messages().first()
            ),
            None => assert_eq!(reading.messages(), [""; 0], "{name}"),
        }
    }
}

#[test]
fn bad_and_encrypted_files_say_what_is_wrong() {
    // What it does is allowed now: all values of a page are the first of the dictionary.
    const IS_READ: &str = "ARROW-GH-43605.parquet";
    for path in folder("bad_data").into_iter().flatten() {
        let reading = read_path(&path);
        assert!(!reading.problems.is_empty() || path.ends_with(IS_READ), "{path:?}");
    }
    for path in folder("data")
        .into_iter()
        .flatten()
        .filter(|path| path.extension().is_some_and(|end| end == "encrypted"))
    {
        assert!(read_path(&path).messages()[0].contains("encrypted parquet"), "{path:?}");
    }
}
