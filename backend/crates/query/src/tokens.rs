//! The one definition of a term, used by indexing, by queries and by highlighting.
//!
//! Text is folded by NFKC and full case folding. In the folded text,
//!
//! - a *CJK character* (Han, Hiragana, Katakana with `ー` and `々`, Hangul) is a term, and so is each pair of CJK
//!   characters that stand side by side; the pair has the position of its first character;
//! - a *word* is a maximal run of other letters, digits, marks and `_`;
//! - a *pictograph* (emoji, dingbats and their like; a flag's two letters together) is a term, but takes no place of its
//!   own: it has the position of what follows it, so that phrases go on across it;
//! - everything else separates.
//!
//! Positions count words and CJK characters, from 0.

use caseless::Caseless;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::canonical_combining_class, is_nfc_quick,
};

/// A term of a text, with its place in the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded term.
    pub term: String,
    /// Words and CJK characters before it.
    pub position: u32,
    /// Its characters in the text as it was, in Unicode scalar values.
    pub chars: Range<usize>,
}

/// All terms of a text, in order of their position.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut folded = String::with_capacity(text.len());
    let mut origins: Vec<(usize, Range<usize>)> = Vec::with_capacity(text.len());
    fold_chars(text, |symbol, chars| {
        origins.push((folded.len(), chars));
        folded.push(symbol);
    });
    let origin = |byte: usize| &origins[origins.partition_point(|(at, _)| *at <= byte) - 1].1;
    let mut scanner = Scanner::default();
    let mut tokens = Vec::new();
    while let Some(piece) = scanner.next(&folded) {
        let chars = origin(piece.bytes.start).start..origin(piece.bytes.end - 1).end;
        tokens.push(Token { term: folded[piece.bytes].to_owned(), position: piece.position, chars });
    }
    tokens
}

/// Folds a text into `folded`, replacing what was there.
pub fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        fold_chars(text, |symbol, _| folded.push(symbol));
    }
}

/// Calls `emit` with every folded character and the range of original characters it comes from.
fn fold_chars(text: &str, mut emit: impl FnMut(char, Range<usize>)) {
    let mut chars = text.chars().peekable();
    let mut index = 0;
    let mut segment = String::new();
    while let Some(first) = chars.next() {
        let begin = index;
        index += 1;
        if is_settled(first) && chars.peek().is_none_or(|next| begins_segment(*next)) {
            emit(first.to_ascii_lowercase(), begin..index);
            continue;
        }
        segment.clear();
        segment.push(first);
        while let Some(next) = chars.next_if(|next| !begins_segment(*next)) {
            segment.push(next);
            index += 1;
        }
        for symbol in segment.chars().nfkc().default_case_fold() {
            emit(symbol, begin..index);
        }
    }
}

/// Whether a character by itself stays as it is but for ASCII case: ASCII and the commonest CJK characters.
fn is_settled(symbol: char) -> bool {
    symbol.is_ascii()
        || matches!(symbol, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Whether normalization never joins this character with the one before it, so that a text may be cut here.
fn begins_segment(symbol: char) -> bool {
    if is_settled(symbol) {
        return true;
    }
    let first = std::iter::once(symbol).nfkd().next().unwrap_or(symbol);
    canonical_combining_class(first) == 0 && is_nfc_quick(std::iter::once(first)) != IsNormalized::Maybe
}

/// A term's place in a folded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the folded text.
    pub bytes: Range<usize>,
    /// Words and CJK characters before it.
    pub position: u32,
}

/// Walks over the terms of a folded text.
#[derive(Clone, Debug, Default)]
pub struct Scanner {
    at: usize,
    position: u32,
    pair: Option<Piece>,
}

impl Scanner {
    /// The next term of `folded`, which must be the same text at every call.
    pub fn next(&mut self, folded: &str) -> Option<Piece> {
        if let Some(pair) = self.pair.take() {
            return Some(pair);
        }
        let (begin, symbol) = self.skip_separators(folded)?;
        let position = self.position;
        if is_pictograph(symbol) {
            self.at = pictograph_end(folded, begin, symbol);
            return Some(Piece { bytes: begin..self.at, position });
        }
        self.position += 1;
        if !is_cjk(symbol) {
            self.at = word_end(folded, begin);
            return Some(Piece { bytes: begin..self.at, position });
        }
        self.at = begin + symbol.len_utf8();
        if let Some(second) = folded[self.at..].chars().next().filter(|next| is_cjk(*next)) {
            self.pair = Some(Piece { bytes: begin..self.at + second.len_utf8(), position });
        }
        Some(Piece { bytes: begin..self.at, position })
    }

    fn skip_separators(&mut self, folded: &str) -> Option<(usize, char)> {
        let rest = folded.get(self.at..)?;
        let is_term = |symbol: char| is_word(symbol) || is_cjk(symbol) || is_pictograph(symbol);
        let found = rest.char_indices().find(|(_, symbol)| is_term(*symbol));
        let (offset, symbol) = found?;
        Some((self.at + offset, symbol))
    }
}

fn word_end(folded: &str, begin: usize) -> usize {
    let bytes = folded.as_bytes();
    let ascii =
        bytes[begin..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let at = begin + ascii;
    if bytes.get(at).is_none_or(u8::is_ascii) {
        return at;
    }
    let rest = &folded[at..];
    at + rest.find(|symbol| !is_word(symbol) || is_cjk(symbol)).unwrap_or(rest.len())
}

/// A pictograph is one character, but the letters of a flag come in pairs.
fn pictograph_end(folded: &str, begin: usize, symbol: char) -> usize {
    let end = begin + symbol.len_utf8();
    let pair = folded[end..].chars().next().filter(|next| is_flag_letter(symbol) && is_flag_letter(*next));
    end + pair.map_or(0, char::len_utf8)
}

fn is_flag_letter(symbol: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&symbol)
}

/// Symbols that people take for pictures: technical and miscellaneous symbols, dingbats, stars, emoji without the
/// modifiers of skin. Those among them that count as digits are words.
pub fn is_pictograph(symbol: char) -> bool {
    matches!(symbol,
        '\u{2300}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1F0FF}' | '\u{1F1E6}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}')
        && !is_word(symbol)
}

/// A letter, digit, mark or `_` (CJK characters are letters too).
fn is_word(symbol: char) -> bool {
    if symbol.is_ascii() {
        return symbol.is_ascii_alphanumeric() || symbol == '_';
    }
    // Enclosed letters such as 🅰 are "alphabetic", but they are symbols.
    let enclosed = ('\u{1F130}'..='\u{1F1FF}').contains(&symbol);
    (symbol.is_alphanumeric() || is_combining_mark(symbol)) && !enclosed
}

/// Scripts Han, Hiragana, Katakana and Hangul with `ー` and `々`, as far as they stay after NFKC (Unicode 17,
/// `Scripts.txt`).
pub fn is_cjk(symbol: char) -> bool {
    if symbol < '\u{1100}' {
        return false;
    }
    matches!(symbol,
        '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{3400}'..='\u{4DBF}' | '\u{3005}' | '\u{3007}'
        | '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{2FD5}' | '\u{3021}'..='\u{3029}' | '\u{302E}'..='\u{302F}'
        | '\u{3038}'..='\u{303B}' | '\u{3131}'..='\u{318E}' | '\u{31F0}'..='\u{31FF}' | '\u{A960}'..='\u{A97C}'
        | '\u{D7B0}'..='\u{D7FB}' | '\u{F900}'..='\u{FAD9}' | '\u{16FE2}'..='\u{16FF6}' | '\u{1AFF0}'..='\u{1B167}'
        | '\u{20000}'..='\u{33479}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(text: &str) -> Vec<(String, u32)> {
        tokens(text).into_iter().map(|token| (token.term, token.position)).collect()
    }

    fn expect(text: &str, expected: &[(&str, u32)]) {
        let expected: Vec<_> = expected.iter().map(|(term, at)| ((*term).to_owned(), *at)).collect();
        assert_eq!(terms(text), expected, "{text}");
    }

    #[test]
    fn words_and_characters() {
        expect("The Bus's No. 42", &[("the", 0), ("bus", 1), ("s", 2), ("no", 3), ("42", 4)]);
        expect("42歳", &[("42", 0), ("歳", 1)]);
        expect("d'une snake_case", &[("d", 0), ("une", 1), ("snake_case", 2)]);
        expect("東京タ", &[("東", 0), ("東京", 0), ("京", 1), ("京タ", 1), ("タ", 2)]);
        expect("犬、猫", &[("犬", 0), ("猫", 1)]);
        expect("日・本", &[("日", 0), ("本", 1)]);
        expect("タワー", &[("タ", 0), ("タワ", 0), ("ワ", 1), ("ワー", 1), ("ー", 2)]);
    }

    #[test]
    fn folding() {
        expect("STRASSE Straße", &[("strasse", 0), ("strasse", 1)]);
        expect("ＡＢＣ１２", &[("abc12", 0)]);
        expect("ｶﾞ", &[("ガ", 0)]);
        expect("cafe\u{301} CAFÉ", &[("café", 0), ("café", 1)]);
        expect("Ὀδυσσεύς", &[("ὀδυσσεύσ", 0)]);
    }

    #[test]
    fn pictographs_take_no_place() {
        expect("a 🐶 dog", &[("a", 0), ("🐶", 1), ("dog", 1)]);
        expect("👍🏽 ok ★", &[("👍", 0), ("ok", 0), ("★", 1)]);
        expect("🇯🇵🇩🇪犬", &[("🇯🇵", 0), ("🇩🇪", 0), ("犬", 0)]);
        expect("❶ 🅰 →", &[("❶", 0)]);
    }

    #[test]
    fn spans_are_characters_of_the_original() {
        let found: Vec<_> =
            tokens("é ＡＢ ｶﾞx 犬").into_iter().map(|token| (token.term, token.chars)).collect();
        let expected = [("é", 0..1), ("ab", 2..4), ("ガ", 5..7), ("x", 7..8), ("犬", 9..10)];
        assert_eq!(found, expected.map(|(term, chars)| (term.to_owned(), chars)));
    }

    proptest! {
        #[test]
        fn folding_in_segments_equals_folding_at_once(text in "[a-zA-Zßéİ\u{301}\u{3099}\u{1100}-\u{1112}\u{1161}-\u{1175}가-힣ｶﾞＡ犬①ﬃ ]{0,12}") {
            let whole: String = text.chars().nfkc().default_case_fold().collect();
            let mut folded = String::new();
            fold_into(&text, &mut folded);
            prop_assert_eq!(folded, whole);
        }

        #[test]
        fn any_text_has_ordered_spans_inside_it(text in ".*") {
            let length = text.chars().count();
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.chars.start < token.chars.end && token.chars.end <= length);
                prop_assert!(token.position >= last);
                last = token.position;
            }
        }
    }
}
