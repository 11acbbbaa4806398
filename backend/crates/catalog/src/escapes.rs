//! `#U00e3`: what some unpackers write into a file's name for a letter that they cannot name.

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
