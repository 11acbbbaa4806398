//! Whether bytes are the start of a pickle.

use crate::pickle::opcode::{Shape, describe};

/// Opcodes that are looked at where no protocol is named.
const LOOKED_AT: usize = 8;

/// Whether a file that begins like this is a pickle.
///
/// Protocols 2 to 5 say so; 0 and 1 begin with a list or dict, which text and JSON could too, so the opcodes that
/// follow must make sense.
pub(crate) fn looks_like_pickle(head: &[u8]) -> bool {
    match head {
        [0x80, 2..=5] => true,
        [0x80, 2..=5, code, ..] => describe(*code).is_some(),
        [b'(', b'l' | b'd', rest @ ..] | [b']' | b'}', rest @ ..] => follows(rest),
        _ => false,
    }
}

/// Whether the opcodes behind an empty container are those of data.
fn follows(mut rest: &[u8]) -> bool {
    // A list is remembered or filled first of all, or else it is all.
    if !matches!(rest, [b'p' | b'q' | b'r' | b'(' | b'.', ..]) {
        return false;
    }
    for _ in 0..LOOKED_AT {
        if matches!(rest, [] | [b'.', ..]) {
            return true;
        }
        match behind(rest) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    true
}

/// What follows the first opcode; nothing where the head ends in it, none when it makes no sense.
fn behind(head: &[u8]) -> Option<&[u8]> {
    let (&code, rest) = head.split_first()?;
    let used = match describe(code)?.1 {
        Shape::Plain => 0,
        Shape::Fixed(width) => width,
        Shape::Counted(width) => {
            let Some(digits) = rest.get(..width) else { return Some(&[]) };
            let length = digits.iter().rev().fold(0_u64, |length, digit| length << 8 | u64::from(*digit));
            usize::try_from(length).ok()?.saturating_add(width)
        }
        Shape::Lines(_) => {
            let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let is_number = line.iter().all(|byte| byte.is_ascii_digit() || b"-+.eLinfa\r".contains(byte));
            let is_text = matches!(code, b'V' | b'S');
            if !is_text && (!is_number || line.is_empty()) {
                return None;
            }
            line.len() + 1
        }
    };
    Some(rest.get(used..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pickles_of_all_protocols_are_known() {
        let rows: [&[u8]; 11] = [
            b"\x80\x02]q\0(",
            b"\x80\x04\x95\x10\0\0\0\0\0\0\0]\x94",
            b"\x80\x05]\x94.",
            b"\x80\x03",
            b"(lp0\n(dp1\nVimage\np2\nV/9j/",
            b"(dp0\nI1\n(dp1\n",
            b"(lp1\n(dp2\nS'text'\np3\nS'a'\np4\nsa.",
            b"]q\0(}q\x01(X\x04\0\0\0textq\x02X\x10\0\0\0a",
            b"}q\0(K\x01}q\x01X\x07\0\0\x00000.jpg",
            b"](}(U\x05imageU\x03abc",
            b"].",
        ];
        for row in rows {
            assert!(looks_like_pickle(row), "{row:?}");
        }
    }

    #[test]
    fn texts_are_not_taken_for_pickles() {
        let rows: [&[u8]; 16] = [
            b"",
            b"[{\"id\": 1}]",
            b"{\"id\": 1}",
            b"]\n",
            b"}",
            b"]",
            b"},{\"id\": 2}",
            b"](https://example.org)",
            b"](image.png) is a picture",
            b"}(x) dx",
            b"(lambda x: x)",
            b"(like this one, which is text)",
            b"(let ((x 1)) x)",
            b"(lp",
            b"(define x 1)\n(display x)\n",
            b"\x80\x09x",
        ];
        for row in rows {
            assert!(!looks_like_pickle(row), "{}", String::from_utf8_lossy(row));
        }
    }
}
