//! Arithmetic on paths that are relative to the root and written with `/`; and patterns for names, in which `*` is any
//! run of characters within a segment and `#` one digit.

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

/// Whether the whole text fits the pattern.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where to go on when the last star has to take one more character.
    let mut retry: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, seen));
                at += 1;
                continue;
            }
            Some(b'#') if text[seen].is_ascii_digit() => {}
            Some(&literal) if literal != b'#' && literal == text[seen] => {}
            _ => match retry {
                Some((after_star, taken)) if text[taken] != b'/' => {
                    retry = Some((after_star, taken + 1));
                    (at, seen) = (after_star, taken + 1);
                    continue;
                }
                _ => return false,
            },
        }
        at += 1;
        seen += 1;
    }
    pattern[at..].iter().all(|&rest| rest == b'*')
}

/// Whether the end of a path, from a segment's border on, fits the pattern; gives what stands before it.
pub(crate) fn fits_end<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let segments = pattern.matches('/').count();
    let start = path.rmatch_indices('/').nth(segments).map_or(0, |(slash, _)| slash + 1);
    fits(pattern, &path[start..]).then(|| path[..start].trim_end_matches('/'))
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

    #[test]
    fn stars_and_digits() {
        for (pattern, text) in [
            ("a.json", "a.json"),
            ("*", "anything"),
            ("*", ""),
            ("docvqa_train*", "docvqa_train_10k"),
            ("*b*b", "abcbab"),
            ("#####/#########", "00453/004539375"),
            ("a/*/c", "a/b/c"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a.json", "a.jsonl"),
            ("a/*", "a/b/c"),
            ("####", "12a4"),
            ("##", "123"),
            ("##", "1"),
            ("*b", "abc"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn the_end_of_a_path_leaves_what_stands_before_it() {
        assert_eq!(fits_end("captions/*.json", "data/captions/a.json"), Some("data"));
        assert_eq!(fits_end("a.json", "x/y/a.json"), Some("x/y"));
        assert_eq!(fits_end("captions/*.json", "captions/a.json"), Some(""));
        assert_eq!(fits_end("captions/*.json", "a.json"), None);
        assert_eq!(fits_end("captions/*.json", "mycaptions/a.json"), None);
    }
}
