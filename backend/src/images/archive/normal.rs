//! Member paths, made the same however they are written.

/// The path that a member gets when it is unpacked, relative and without `.` segments.
///
/// `None` for a path that climbs, has a NUL, or names nothing. As in tar and unzip, a slash at the start is dropped.
pub(super) fn normal(written: &str) -> Option<String> {
    if written.contains('\0') {
        return None;
    }
    let mut path = String::with_capacity(written.len());
    for segment in written.split('/') {
        match segment {
            "" | "." => {}
            ".." => return None,
            name => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(name);
            }
        }
    }
    (!path.is_empty()).then_some(path)
}

/// Folder and name of a normal path; the folder is empty at the top.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The longest folder that holds both folders.
pub(super) fn common<'p>(one: &'p str, other: &str) -> &'p str {
    let mut end = 0;
    let mut at = 0;
    for (left, right) in one.split('/').zip(other.split('/')) {
        if left != right {
            break;
        }
        end = at + left.len();
        at = end + 1;
    }
    &one[..end]
}

/// Whether a folder is `outer` or lies in it; the empty folder holds all.
pub(super) fn is_inside(folder: &str, outer: &str) -> bool {
    common(folder, outer) == outer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_the_same_and_never_climb() {
        for written in ["a/1.jpg", "./a/1.jpg", "/a//1.jpg", "a/./1.jpg"] {
            assert_eq!(normal(written).as_deref(), Some("a/1.jpg"));
        }
        for bad in ["../a", "a/../b", "..", "", "./", "a\0b"] {
            assert_eq!(normal(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn common_folders_end_between_segments() {
        assert_eq!(common("data/coco/train", "data/coco/test"), "data/coco");
        assert_eq!(common("data", "data2"), "");
        assert_eq!(common("", "a"), "");
        assert_eq!(common("a/b", "a/b"), "a/b");
        assert!(is_inside("data/coco", "data") && is_inside("data", "data") && is_inside("x", ""));
        assert!(!is_inside("database", "data") && !is_inside("", "data"));
    }
}
