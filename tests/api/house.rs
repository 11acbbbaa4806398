//! The invariants of ARCHITECTURE.md that can be read off the sources.

use std::path::{Path, PathBuf};

/// A library, and the only crates of the backend that may name it.
const WALLS: [(&str, &[&str]); 10] = [
    ("tantivy", &["local"]),
    ("axum", &["backend"]),
    ("hyper", &["backend"]),
    ("image", &["images", "demo"]),
    ("parquet", &["read", "demo"]),
    ("tokio", &["backend", "library"]),
    ("blendscope-library", &["backend"]),
    ("blendscope-local", &["backend"]),
    ("blendscope-cluster", &["backend"]),
    ("ureq", &["cluster"]),
];

#[test]
fn only_some_crates_know_the_web_the_engine_and_the_formats() {
    let backend = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend");
    let mut manifests = vec![("backend".to_owned(), backend.join("Cargo.toml"))];
    for folder in std::fs::read_dir(backend.join("crates")).unwrap() {
        let folder = folder.unwrap();
        manifests.push((folder.file_name().into_string().unwrap(), folder.path().join("Cargo.toml")));
    }
    assert!(manifests.len() > 9, "the crates are looked for at the wrong place");
    for (name, manifest) in manifests {
        let text = std::fs::read_to_string(&manifest).unwrap();
        for (library, crates) in WALLS {
            let is_named = text.lines().any(|line| line.split([' ', '.']).next() == Some(library));
            assert!(!is_named || crates.contains(&name.as_str()), "{name} names {library}");
        }
    }
}

/// Files that may look at files and open them as the system does: where the user's disks are asked, those of our own, and
/// system files.
const OPENERS: [&str; 21] = [
    "crates/read/src/disk",
    "crates/cluster/src/client.rs",
    "crates/cluster/src/engine.rs",
    "crates/cluster/src/shared.rs",
    "crates/columns/src/",
    "src/cli/",
    "crates/images/src/archive/index.rs",
    "crates/images/src/archive/mounts.rs",
    "crates/images/src/cache.rs",
    "crates/images/src/colours.rs",
    "crates/images/src/memory.rs",
    "crates/library/src/store/boxes.rs",
    "crates/library/src/store/checkup.rs",
    "crates/library/src/store/home.rs",
    "crates/library/src/store/indexes.rs",
    "crates/library/src/store/lock.rs",
    "crates/library/src/store/lock/",
    "crates/local/src/",
    "crates/read/src/mapped.rs",
    "src/web/connections/listener.rs",
    "src/web/ui/on_disk.rs",
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
    for source in ["src", "crates"].map(|source| backend.join(source)) {
        for file in rust_files(&source) {
            let name = file.strip_prefix(&backend).unwrap().to_str().unwrap();
            if name.starts_with("crates/demo/") {
                continue;
            }
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

/// What knows engines only by the traits of the seam.
const STRANGERS: [&str; 5] =
    ["backend/crates/library", "backend/crates/engine", "backend/src/web", "frontend/src", "shared/src"];

#[test]
fn engines_are_known_by_their_traits_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in STRANGERS {
        let files = rust_files(&root.join(folder));
        assert!(!files.is_empty(), "{folder} is looked for at the wrong place");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
            assert!(!text.contains("opensearch"), "{} names an engine", file.display());
        }
    }
}

/// The rooms of the library, each with those that it may not know.
const ROOMS: [(&str, &[&str]); 3] =
    [("store", &["ingest", "ask"]), ("ingest", &["ask"]), ("ask", &["ingest"])];

#[test]
fn the_rooms_of_the_library_know_only_what_they_stand_on() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/crates/library/src");
    for (room, others) in ROOMS {
        let files = rust_files(&library.join(room));
        assert!(files.len() > 10, "the room {room} is looked for at the wrong place");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for other in others {
                assert!(!text.contains(&format!("crate::{other}")), "{} names {other}", file.display());
            }
        }
    }
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
