//! Texts as the cluster gets them: our own terms, so that counts are those of every other engine.
//!
//! A text is a row of *slots* with a blank between two. A slot holds the terms of one position, joined by U+0001: the
//! analyzer of the index cuts at blanks and then at U+0001, and gives all terms of a slot the same position. (Not U+001F,
//! which would be closest in meaning: Java counts it as white space.)

use blendscope_query::tokens::{Scanner, fold_into};

/// What stands between the terms of one slot.
pub(crate) const JOINT: &str = "\\u0001";

/// Bytes of a term at most; Lucene refuses terms of more than 32,766.
const TERM_MAX: usize = 32_000;

/// Bytes of a slot at most: an unbroken row of pictographs is one. The tokenizer's limit is above that.
const SLOT_MAX: usize = 48_000;

/// The characters at which the tokenizer cuts a slot.
pub(crate) const SLOT_LIMIT: usize = 65_536;

/// Appends a text as slots, as the inside of a JSON string, and calls `visit` with each of its terms.
pub(crate) fn append_slots(text: &str, folded: &mut String, out: &mut String, mut visit: impl FnMut(&str)) {
    fold_into(text, folded);
    let mut scanner = Scanner::default();
    let (mut position, mut slot_begin) = (None, out.len());
    while let Some(piece) = scanner.next(folded) {
        let term = shortened(&folded[piece.bytes]);
        if position == Some(piece.position) {
            if out.len() - slot_begin > SLOT_MAX {
                continue;
            }
            out.push_str(JOINT);
        } else {
            if position.is_some() {
                out.push(' ');
            }
            position = Some(piece.position);
            slot_begin = out.len();
        }
        out.push_str(term);
        visit(term);
    }
}

/// The beginning of a term that is too long to be one.
pub(crate) fn shortened(term: &str) -> &str {
    &term[..term.floor_char_boundary(TERM_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(text: &str) -> String {
        let mut out = String::new();
        append_slots(text, &mut String::new(), &mut out, |_| {});
        out.replace(JOINT, "+")
    }

    #[test]
    fn terms_of_one_position_share_a_slot() {
        assert_eq!(slots("Red  bus, 東京 🐶dog!"), "red bus 東+東京 京 🐶+dog");
        assert_eq!(slots("bus 🐶"), "bus 🐶");
        assert_eq!(slots(" … "), "");
    }

    #[test]
    fn long_terms_and_slots_are_cut() {
        assert_eq!(slots(&"ä".repeat(40_000)).len(), TERM_MAX);
        assert!(slots(&"🐶".repeat(40_000)).len() < SLOT_MAX + 100);
    }
}
