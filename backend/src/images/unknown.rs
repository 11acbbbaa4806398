//! What stands in a file that should be a picture and is none.

/// Says what a file is that begins with `head`, in words for the reader.
pub(super) fn describe(head: &[u8]) -> String {
    if head.starts_with(b"version https://git-lfs") {
        return "a Git LFS pointer instead of a picture; run `git lfs pull` where it came from".to_owned();
    }
    if let Some(name) = other_format(head) {
        return format!("{name}, which is not shown here");
    }
    if let Some(text) = as_text(head) {
        let what = if is_markup(&text) { "a web page or XML instead of a picture" } else { "not a picture" };
        return format!("{what}: begins with {text:?}");
    }
    let bytes: Vec<String> = head.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("not a picture: begins with the bytes {}", bytes.join(" "))
}

/// Picture and archive formats that turn up under picture names and are not decoded.
fn other_format(head: &[u8]) -> Option<&'static str> {
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => Some("an AVIF picture"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', ..] => Some("a HEIC picture"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("a video"),
        [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some("a JPEG XL picture"),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Some("a JPEG 2000 picture"),
        [b'8', b'B', b'P', b'S', ..] => Some("a Photoshop file"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF document"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [0x1F, 0x8B, ..] => Some("a gzip file"),
        _ => None,
    }
}

/// The first forty characters, if the bytes are text.
fn as_text(head: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character cut at the end of the head is still text.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_text = !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    is_text.then(|| text.trim_start_matches('\u{feff}').trim().chars().take(40).collect())
}

fn is_markup(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["<!doctype", "<html", "<head", "<?xml", "<svg"].iter().any(|tag| lower.starts_with(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_is() {
        assert!(describe(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a").contains("Git LFS"));
        assert!(describe(b"<!DOCTYPE html><html><head>").starts_with("a web page"));
        assert_eq!(describe(b"../images/1.jpg"), "not a picture: begins with \"../images/1.jpg\"");
        assert_eq!(describe(&[0, 1, 2, 0xFE, 0xFF]), "not a picture: begins with the bytes 00 01 02 fe ff");
        assert!(describe(b"\0\0\0\x1cftypavif\0\0\0\0").starts_with("an AVIF picture"));
        assert!(describe(b"\0\0\0\x18ftypmp42\0\0\0\0").starts_with("a video"));
    }

    #[test]
    fn a_character_cut_in_half_is_still_text() {
        let cut = &"見つかりません".as_bytes()[..10];
        assert_eq!(describe(cut), "not a picture: begins with \"見つか\"");
    }
}
