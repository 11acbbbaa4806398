//! Folders of paths inside archives.

/// Folder and name of an unpacked path; the folder is empty at the top.
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
    fn common_folders_end_between_segments() {
        assert_eq!(common("data/coco/train", "data/coco/test"), "data/coco");
        assert_eq!(common("data", "data2"), "");
        assert_eq!(common("", "a"), "");
        assert_eq!(common("a/b", "a/b"), "a/b");
        assert!(is_inside("data/coco", "data") && is_inside("data", "data") && is_inside("x", ""));
        assert!(!is_inside("database", "data") && !is_inside("", "data"));
    }
}
