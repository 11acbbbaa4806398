//! Arithmetic on paths that are relative to the root and written with `/`.

pub use blendscope_read::safe_relative;

use std::path::{Component, Path, PathBuf};

/// The text of an unsafe ref, changed so that it can stand in an address without climbing.
pub fn disarmed(written: &str) -> String {
    written
        .split('/')
        .map(
            |segment| {
                if matches!(segment, "" | "." | "..") { segment.replace('.', "%2E") } else { segment.into() }
            },
        )
        .collect::<Vec<_>>()
        .join("%2F")
        .replace('\0', "%00")
}

/// Joins two relative paths; either may be empty.
pub fn join(folder: &str, rest: &str) -> String {
    match (folder, rest) {
        ("", path) | (path, "") => path.to_owned(),
        _ => format!("{folder}/{rest}"),
    }
}

/// What is left of `path` inside `folder`; an empty folder holds everything.
pub fn inside<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    match path.strip_prefix(folder)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    }
}

/// Folder and name of a relative path; the folder is empty at the root.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The path relative to the root with `/`, or the whole path when it lies elsewhere.
pub fn relative(root: &Path, path: &Path) -> String {
    let Ok(inner) = path.strip_prefix(root) else { return path.to_string_lossy().into_owned() };
    let segments = inner.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The folder under the root; the root itself for the empty path.
pub fn under(root: &Path, relative: &str) -> PathBuf {
    if relative.is_empty() { root.to_owned() } else { root.join(relative) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsafe_ref_becomes_one_harmless_segment() {
        assert_eq!(disarmed("../../etc/passwd"), "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd");
        assert_eq!(disarmed("/a\0b"), "%2Fa%00b");
        assert_eq!(disarmed(""), "");
    }

    #[test]
    fn borders_are_between_segments() {
        assert_eq!(inside("coco/train2017/1.jpg", "coco/train2017"), Some("1.jpg"));
        assert_eq!(inside("coco2/1.jpg", "coco"), None);
    }
}
