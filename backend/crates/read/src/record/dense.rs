//! Records of so many tiny values that reading them would take many times the memory of their text.

/// Weight that any record may have.
const ALWAYS_FINE: usize = 40_000;

/// Bytes of text per weight from which on a record may have any. A value in memory takes 72 bytes, and twice that while
/// its list grows. Numbers as Python writes them are long enough.
const BYTES_PER_WEIGHT: usize = 16;

/// What a list or an object weighs: it has room for so many values from the first on.
const LIST: usize = 4;

/// Levels of nesting that the parser refuses by itself.
const TOO_DEEP: usize = 128;

/// Whether a record has too many values for its length.
pub(super) fn is_too_dense(raw: &[u8]) -> bool {
    // No byte weighs more than a list.
    raw.len() * LIST > ALWAYS_FINE && weight(raw) > ALWAYS_FINE.max(raw.len() / BYTES_PER_WEIGHT)
}

/// Weighs what separates and opens, outside of texts.
fn weight(raw: &[u8]) -> usize {
    let (mut weight, mut depth) = (0, 0_usize);
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b',' => weight += 1,
            b'[' | b'{' => {
                weight += LIST;
                depth += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => pass_text(&mut rest),
            _ => {}
        }
        if depth == TOO_DEEP {
            break;
        }
    }
    weight
}

fn pass_text(rest: &mut std::slice::Iter<'_, u8>) {
    loop {
        let bytes = rest.as_slice();
        let Some(at) = memchr::memchr2(b'"', b'\\', bytes) else {
            *rest = [].iter();
            return;
        };
        // An escape takes the byte behind it along.
        let length = if bytes[at] == b'"' { at + 1 } else { bytes.len().min(at + 2) };
        *rest = bytes[length..].iter();
        if bytes[at] == b'"' {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dense_records_are_too_dense() {
        let list =
            |value: &str, count: usize| format!(r#"{{"a":[{}{value}]}}"#, format!("{value},").repeat(count));
        // (a record, whether it is too dense, why)
        let rows = [
            (list("0", 500_000), true, "digits"),
            (list("[0]", 50_000), true, "lists of one"),
            (list(r#""\"""#, 100_000), true, "tiny texts"),
            (list("0", 39_000), false, "not so many"),
            (list("0.23405760527656104", 100_000), false, "a matrix as Python writes it"),
            (format!(r#"{{"a":"{}"}}"#, "1,2,[\\\"".repeat(100_000)), false, "commas in a text"),
            ("\"\\".repeat(100_000), false, "a text without an end"),
            ("[".repeat(100_000), false, "refused by the parser, for its depth"),
        ];
        for (raw, expected, why) in rows {
            assert_eq!(is_too_dense(raw.as_bytes()), expected, "{why}");
        }
    }
}
