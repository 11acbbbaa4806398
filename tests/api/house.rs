//! The invariants of ARCHITECTURE.md that can be read off the sources.

use std::path::{Path, PathBuf};

/// A crate or module, and the only rooms of `backend/src` that may name it.
const RULES: [(&str, &[&str]); 7] = [
    ("tantivy", &["index"]),
    ("axum", &["api", "ui", "cli", "connections"]),
    ("hyper", &["connections"]),
    ("image", &["images"]),
    ("crate::api", &["api", "ui", "cli"]),
    ("crate::library", &["library", "api", "ui", "cli"]),
    ("crate::index", &["index", "library"]),
];

#[test]
fn dependencies_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src");
    let files = rust_files(&source);
    assert!(files.len() > 50, "the sources are looked for at the wrong place");
    for file in files {
        let room = room_of(&source, &file);
        let text = std::fs::read_to_string(&file).unwrap();
        for (name, rooms) in RULES {
            let breach = text.lines().find(|line| names(line, name));
            let is_allowed = breach.is_none() || rooms.contains(&room.as_str());
            assert!(is_allowed, "{} names {name}: {}", file.display(), breach.unwrap_or_default());
        }
    }
}

/// Files that may look at files and open them as the system does: where the user's disks are asked, those of our own, and
/// system files.
const OPENERS: [&str; 21] = [
    "crates/read/src/disk",
    "src/cli/",
    "src/columns/parts.rs",
    "src/images/archive/index.rs",
    "src/images/archive/mounts.rs",
    "src/images/store.rs",
    "src/index.rs",
    "src/index/",
    "src/library/boxes.rs",
    "src/library/checkup.rs",
    "src/library/home.rs",
    "src/library/indexer.rs",
    "src/library/indexes.rs",
    "src/library/lock.rs",
    "src/library/lock/",
    "src/library/manifest.rs",
    "src/library/open.rs",
    "src/machine.rs",
    "src/mapped.rs",
    "src/ui/on_disk.rs",
    "src/fuzzing",
];

/// Ways to look at a file that may wait for ever, at a pipe or at a disk that does not answer.
const OPENINGS: [&str; 14] = [
    "File::open(",
    "fs::read(",
    "fs::read_to_string(",
    "OpenOptions::new(",
    "fs::copy(",
    "fs::metadata(",
    "fs::symlink_metadata(",
    "fs::read_dir(",
    "fs::read_link(",
    "fs::canonicalize(",
    ".exists()",
    ".read_dir()",
    ".read_link()",
    ".canonicalize()",
];

#[test]
fn disks_of_the_user_are_asked_in_one_place() {
    let backend = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend");
    for source in ["src", "crates/read/src"].map(|source| backend.join(source)) {
        for file in rust_files(&source) {
            let name = file.strip_prefix(&backend).unwrap().to_str().unwrap();
            let is_test =
                name.contains("/tests/") || name.ends_with("tests.rs") || name.ends_with("testing.rs");
            if is_test || OPENERS.iter().any(|opener| name.starts_with(opener)) {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let breach = code.lines().find(|line| OPENINGS.iter().any(|opening| line.contains(opening)));
            let what = breach.unwrap_or_default();
            assert!(breach.is_none(), "{name} asks the system by itself, not by read::disk: {what}");
        }
    }
}

/// Whether a line imports from a crate or module.
fn names(line: &str, name: &str) -> bool {
    let rest = line.trim_start().strip_prefix("use ").and_then(|rest| rest.strip_prefix(name));
    rest.is_some_and(|rest| rest.starts_with("::") || rest.starts_with(';') || rest.starts_with(" as"))
}

/// The first folder or file below `source`, without its extension.
fn room_of(source: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(source).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
