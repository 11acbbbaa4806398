//! Cutting prose into tokens, and words as numbers that are quickly compared.

use super::script::Script;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Bytes of the longest word that is compared as a whole.
const WHOLE: u32 = 16;

/// Bytes of the longest and the shortest ending.
const ENDING: std::ops::RangeInclusive<u32> = 2..=6;

/// The word being read.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    tail: u128,
    bytes: u32,
    /// Letters so far.
    pub letters: u32,
}

impl Word {
    /// The word of these letters, which are in lower case.
    pub(super) fn of(text: &str) -> Self {
        let mut word = Self::default();
        text.chars().for_each(|letter| word.push(letter));
        word
    }

    /// The word of a token that has nothing but Latin letters without accents and punctuation around them, which nearly
    /// all tokens of most texts are.
    #[inline]
    pub(super) fn of_plain(token: &[u8]) -> Option<Self> {
        let is_punctuation = |byte: &u8| {
            matches!(byte, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'"' | b'\'' | b'(' | b')' | b'*')
        };
        let start = token.iter().take_while(|byte| is_punctuation(byte)).count();
        let end = token.len() - token[start..].iter().rev().take_while(|byte| is_punctuation(byte)).count();
        let letters = &token[start..end];
        if letters.is_empty() || letters.len() > WHOLE as usize {
            return None;
        }
        let mut tail = 0;
        for byte in letters {
            if !byte.is_ascii_alphabetic() {
                return None;
            }
            tail = tail << 8 | u128::from(byte | 0x20);
        }
        Some(Self { tail, bytes: letters.len() as u32, letters: letters.len() as u32 })
    }

    /// Adds a letter in lower case. Scripts other than Latin have blocks of 256 letters: one byte is enough.
    #[inline]
    pub(super) fn push(&mut self, letter: char) {
        self.letters += 1;
        if letter.is_ascii() {
            return self.byte(letter as u8);
        }
        if Script::of(letter) == Script::Latin {
            letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.byte(byte));
        } else {
            self.byte(one_spelling(letter) as u32 as u8);
        }
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.tail = self.tail << 8 | u128::from(byte);
        self.bytes += 1;
    }

    /// The word, if it is short enough to be in a table.
    pub(super) fn whole(&self) -> Option<u128> {
        (self.bytes <= WHOLE).then_some(self.tail)
    }

    /// What `find` says of its longest ending that it knows, else 0; an ending leaves something of the word.
    #[inline]
    pub(super) fn find_ending(&self, find: impl Fn(u128) -> u64) -> u64 {
        for length in ENDING.rev().filter(|length| *length < self.bytes) {
            let found = find(self.tail & ((1 << (8 * length)) - 1));
            if found != 0 {
                return found;
            }
        }
        0
    }
}

/// Persian keyboards and Arabic ones write these differently.
fn one_spelling(letter: char) -> char {
    match letter {
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        other => other,
    }
}

/// Bytes of a text that are looked at: one of nothing but code has no letters that count.
const TEXT_MAX: usize = 8 << 10;

/// Bytes of a token that are looked at: Japanese has no blanks, and so tokens as long as a text.
const TOKEN_MAX: usize = 192;

/// What stands between two blanks.
pub(super) enum Token<'a> {
    /// A word of Latin letters without accents.
    Plain(Word),
    /// Anything else.
    Mixed {
        /// Composed, as far as it has accents of their own.
        text: Cow<'a, str>,
        /// Whether it is part of code, an address, a tag or a number.
        is_code: bool,
        /// Whether it is part of a program: a call, a member, an assignment.
        is_program: bool,
    },
}

/// The tokens of a text outside of its code blocks.
pub(super) fn prose(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut is_in_block = false;
    let text = &text[..text.floor_char_boundary(TEXT_MAX)];
    text.split_ascii_whitespace().filter_map(move |token| {
        if let Some(word) = Word::of_plain(token.as_bytes()) {
            return (!is_in_block).then_some(Token::Plain(word));
        }
        let token = &token[..token.floor_char_boundary(TOKEN_MAX)];
        let kind = Kind::of(token.as_bytes());
        if kind.has_tick {
            let fences = token.matches("```").count();
            is_in_block ^= fences % 2 == 1;
            if fences > 0 {
                return None;
            }
        }
        (!is_in_block).then(|| Token::Mixed {
            text: composed(token),
            is_code: kind.is_code,
            is_program: kind.is_program,
        })
    })
}

fn composed(token: &str) -> Cow<'_, str> {
    let is_accent = |symbol: char| matches!(symbol, '\u{300}'..='\u{36F}' | '\u{958}'..='\u{95F}');
    if !token.is_ascii() && token.contains(is_accent) {
        token.nfc().collect::<String>().into()
    } else {
        token.into()
    }
}

/// Signs that stand in code and addresses, and hardly in prose.
const CODE: &[u8] = b"<>={}\\|@#$&^~+_/`0123456789";

/// What a byte may be part of.
const fn class_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut place = 0;
    while place < 256 {
        let byte = place as u8;
        table[place] = match byte {
            b'(' | b'[' => OPENING,
            b'.' | b':' => JOINT,
            _ if byte.is_ascii_alphabetic() => LETTER,
            _ => 0,
        };
        place += 1;
    }
    place = 0;
    while place < CODE.len() {
        table[CODE[place] as usize] = SIGN;
        place += 1;
    }
    table
}

const LETTER: u8 = 1;
const SIGN: u8 = 2;
const OPENING: u8 = 4;
const JOINT: u8 = 8;

static CLASSES: [u8; 256] = class_table();

/// What a token is, from its bytes.
struct Kind {
    is_code: bool,
    is_program: bool,
    has_tick: bool,
}

impl Kind {
    /// A program has a bracket behind a letter, a dot or colon between letters, or one of a few signs; code more of them.
    #[inline]
    fn of(bytes: &[u8]) -> Self {
        let (mut all, mut is_program, mut has_tick, mut last) = (0, false, false, 0);
        for byte in bytes {
            let class = CLASSES[*byte as usize];
            all |= class;
            has_tick |= *byte == b'`';
            is_program |= class == OPENING && last == LETTER
                || last == JOINT && (class == LETTER || *byte == b':')
                || matches!(*byte, b'=' | b'{' | b'}' | b'_');
            last = class;
        }
        Self { is_code: is_program || all & SIGN != 0, is_program, has_tick }
    }
}
