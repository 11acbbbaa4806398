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
