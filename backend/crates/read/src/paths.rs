//! Paths that come from data: [`safe_relative`] is the one gate that keeps them inside the folder that they are
//! relative to.

/// Normalises a ref to a path that cannot leave the folder it is relative to.
///
/// Empty and `.` segments go; a backslash is an ordinary character. `None` for an absolute path, any `..`, a NUL, or a
/// path that names nothing.
pub fn safe_relative(written: &str) -> Option<String> {
    if written.starts_with('/') || written.contains('\0') {
        return None;
    }
    let mut safe = String::with_capacity(written.len());
    for segment in written.split('/') {
        match segment {
            "" | "." => {}
            ".." => return None,
            name => {
                if !safe.is_empty() {
                    safe.push('/');
                }
                safe.push_str(name);
            }
        }
    }
    (!safe.is_empty()).then_some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_normalised_and_never_climb() {
        assert_eq!(safe_relative("./coco//train2017/./1.jpg").as_deref(), Some("coco/train2017/1.jpg"));
        assert_eq!(safe_relative(r"a\b.jpg").as_deref(), Some(r"a\b.jpg"));
        assert_eq!(safe_relative("a..b/...").as_deref(), Some("a..b/..."));
        for bad in ["", ".", "/etc/passwd", "../x", "a/../b", "a/..", "..", "a\0b", "//x"] {
            assert_eq!(safe_relative(bad), None, "{bad:?}");
        }
    }
}
