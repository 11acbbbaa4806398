//! A word as a number: its last sixteen bytes, so that words and endings are compared at once.

use super::script::Script;

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
