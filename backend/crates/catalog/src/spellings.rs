//! Other spellings of a picture's path: written on another system, as an address, by a program that spells letters
//! differently (`#U00e3`, as some unpackers write), or without the extension, as ids of pictures are.
//!
//! A path is first taken exactly as written; these come after it, and what is found by them is said to be.

use percent_encoding::percent_decode_str;
use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfd};

/// More ways are not tried, however odd a path is.
const MOST: usize = 24;

/// Each makes one change, or none; a way is any number of them in this order.
const CHANGES: [fn(&str) -> Option<String>; 15] = [
    trimmed,
    without_scheme,
    with_slashes,
    without_drive,
    decoded,
    without_query,
    |text| (!is_nfc(text)).then(|| text.nfc().collect()),
    |text| (!is_nfd(text)).then(|| text.nfd().collect()),
    padded,
    |text| of_coco(text, "COCO_train2014_"),
    |text| of_coco(text, "COCO_val2014_"),
    |text| with_extension(text, ".jpg"),
    |text| with_extension(text, ".png"),
    |text| with_extension(text, ".jpeg"),
    |text| with_extension(text, ".webp"),
];

/// Digits of the numbers by which COCO's pictures are called.
const COCO_DIGITS: usize = 12;

/// The other ways in which a path can be meant, those with fewer changes first; some are absolute.
pub fn spellings(written: &str) -> Vec<String> {
    let mut ways = vec![written.to_owned()];
    for change in CHANGES {
        let changed: Vec<String> = ways.iter().filter_map(|way| change(way)).collect();
        for way in changed {
            if ways.len() <= MOST && !way.is_empty() && !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    ways.remove(0);
    ways
}

/// Whether a path may be meant in another way, or is absolute.
pub fn is_odd(written: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'%' | b'?' | b'#' | b':');
    if written.bytes().all(is_plain) {
        return written.starts_with('/') || has_no_extension(written);
    }
    written.starts_with('/') || CHANGES.iter().any(|change| change(written).is_some())
}

/// Without white space around it.
fn trimmed(text: &str) -> Option<String> {
    let inner = text.trim();
    (inner.len() < text.len()).then(|| inner.to_owned())
}

/// The path of a `file:` address (RFC 8089).
fn without_scheme(text: &str) -> Option<String> {
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:")).map(|_| &text[5..])?;
    match rest.strip_prefix("//") {
        // What stands before the path names a machine.
        Some(rest) => rest.find('/').map(|path| rest[path..].to_owned()),
        None => Some(rest.to_owned()),
    }
}

fn with_slashes(text: &str) -> Option<String> {
    text.contains('\\').then(|| text.replace('\\', "/"))
}

/// `C:/data/1.jpg` without its drive.
fn without_drive(text: &str) -> Option<String> {
    let text = text.strip_prefix('/').unwrap_or(text);
    let [drive, b':', b'/', ..] = text.as_bytes() else { return None };
    drive.is_ascii_alphabetic().then(|| text[2..].to_owned())
}

/// With what stands as `%20` as the byte that it stands for.
fn decoded(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    (decoded != text).then(|| decoded.into_owned())
}

/// A number in as many digits as COCO's pictures have.
fn padded(text: &str) -> Option<String> {
    let is_short =
        !text.is_empty() && text.len() < COCO_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| format!("{text:0>COCO_DIGITS$}"))
}

/// A number of COCO's as its pictures are called that were published by year.
fn of_coco(text: &str, prefix: &str) -> Option<String> {
    let is_number = text.len() == COCO_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{prefix}{text}"))
}

fn with_extension(text: &str, extension: &str) -> Option<String> {
    has_no_extension(text).then(|| format!("{text}{extension}"))
}

/// Whether the name at the end of a path has no extension of a picture.
fn has_no_extension(text: &str) -> bool {
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    !name.is_empty() && !name.contains(['.', '?', '#']) && !text.contains("://")
}

/// Without what follows a name with an extension, as in an address.
fn without_query(text: &str) -> Option<String> {
    let (path, _) = text.split_once(['?', '#'])?;
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains('.').then(|| path.to_owned())
}

/// The name with every `#U` and four hexadecimal digits as the letter they stand for; `None` when there is none.
pub(crate) fn unescaped(name: &str) -> Option<String> {
    let mut pieces = name.split("#U");
    let mut plain = pieces.next()?.to_owned();
    let mut is_changed = false;
    for piece in pieces {
        let digits = piece.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let letter = digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        // Unpackers can name every letter of ASCII, and a dot or a slash would make another path of it.
        if let Some(letter) = letter.filter(|letter| !letter.is_ascii()) {
            plain.push(letter);
            plain.push_str(&piece[4..]);
            is_changed = true;
        } else {
            plain.push_str("#U");
            plain.push_str(piece);
        }
    }
    is_changed.then_some(plain)
}

/// The name with every letter beyond ASCII as `#U` and four digits; `None` when there is none, or one that four digits
/// cannot write.
pub(crate) fn escaped(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let mut text = String::with_capacity(name.len() * 3);
    for letter in name.chars() {
        match u32::from(letter) {
            0..0x80 => text.push(letter),
            code @ 0x80..0x1_0000 => text.extend(["#U".to_owned(), format!("{code:04x}")]),
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_found() {
        for (written, meant) in [
            (r"pics\sub\a.jpg", "pics/sub/a.jpg"),
            (r".\pics\a.jpg", "./pics/a.jpg"),
            (r"D:\data\pics\a.jpg", "/data/pics/a.jpg"),
            ("file:///data/pics/a%20b.jpg", "/data/pics/a b.jpg"),
            ("file://localhost/data/a.jpg", "/data/a.jpg"),
            ("file:/data/a.jpg", "/data/a.jpg"),
            ("file:///C:/data/a.jpg", "/data/a.jpg"),
            ("pics/a%20b.jpg", "pics/a b.jpg"),
            ("pics/a.jpg ", "pics/a.jpg"),
            ("pics/a.jpg\r\n", "pics/a.jpg"),
            ("pics/a.jpg?width=3", "pics/a.jpg"),
            ("pics/a.jpg#top", "pics/a.jpg"),
            ("caf\u{e9}.jpg", "cafe\u{301}.jpg"),
            ("cafe\u{301}.jpg", "caf\u{e9}.jpg"),
            ("pics/a", "pics/a.jpg"),
            ("pics/a", "pics/a.png"),
            ("139", "000000000139.jpg"),
            ("139", "COCO_val2014_000000000139.jpg"),
            ("pics%2Fcaf%C3%A9.jpg?x", "pics/cafe\u{301}.jpg"),
        ] {
            assert!(
                spellings(written).iter().any(|way| way == meant),
                "{written:?}: {:?}",
                spellings(written)
            );
            assert!(is_odd(written), "{written:?}");
        }
    }

    #[test]
    fn a_plain_path_has_no_other_way() {
        for written in ["coco/train2017/1.jpg", "a+b (1).jpg", "犬.jpg", "x..jpg", "what?", "100%.jpg", ""] {
            assert!(spellings(written).is_empty(), "{written:?}: {:?}", spellings(written));
            assert!(!is_odd(written), "{written:?}");
        }
        assert!(is_odd("/data/1.jpg"));
    }

    #[test]
    fn letters_go_there_and_back() {
        for (plain, text) in [("são.jpg", "s#U00e3o.jpg"), ("犬+1.png", "#U72ac+1.png")] {
            assert_eq!(escaped(plain).as_deref(), Some(text));
            assert_eq!(unescaped(text).as_deref(), Some(plain));
        }
        assert_eq!(unescaped("a#U00E3#U00b6.jpg").as_deref(), Some("aã¶.jpg"));
        assert_eq!(unescaped("half#U00e.jpg and #U00e3").as_deref(), Some("half#U00e.jpg and ã"));
    }

    #[test]
    fn what_is_no_letter_stays() {
        for name in ["plain.jpg", "#U", "#U12", "#Uzzzz", "#Ud800", "#U002f", "#U002e#U002e", "#U犬犬"] {
            assert_eq!(unescaped(name), None, "{name}");
        }
        assert_eq!(escaped("plain.jpg"), None);
        assert_eq!(escaped("🙂.jpg"), None);
    }
}
