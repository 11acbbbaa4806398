//! An instruction cut into everything that may be a template.
//!
//! A text is made of its *parts*: of several lines, each line; of several sentences, each sentence; of one sentence with
//! a colon, what stands before it, followed by whatever. Its *pieces* are itself, its parts, and their pieces in turn.
//! So wherever a text stands, all its pieces stand too.

use blendscope_shared::content::IMAGE_TOKEN;
use memchr::{memchr, memchr3};
use std::hash::{DefaultHasher, Hasher};

/// Bytes of a piece at most; longer texts are only cut.
const LENGTH_MAX: usize = 2000;

/// What a piece has to say to be no triviality like "Yes." or "the dog": three words, or four characters of a script
/// without blanks, or some of both.
const TELLING: u32 = 12;
const WORD: u32 = 4;
const CHARACTER: u32 = 3;

/// A text that may be a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Piece<'a> {
    /// The constant text.
    pub text: &'a str,
    /// Whether something follows that is different each time.
    pub goes_on: bool,
}

impl Piece<'_> {
    /// The piece as people read it: `…` stands for what is different each time.
    pub(crate) fn to_text(self) -> String {
        if self.goes_on { format!("{} …", self.text) } else { self.text.to_owned() }
    }

    /// A number for the piece; for this process only, as the function behind it is not promised to stay.
    pub(crate) fn hash(self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(self.text.as_bytes());
        hasher.write_u8(u8::from(self.goes_on));
        hasher.finish()
    }

    /// Hands out the parts of the text.
    pub(crate) fn parts(self, take: &mut impl FnMut(Self)) {
        if self.goes_on {
            return;
        }
        if memchr(b'\n', self.text.as_bytes()).is_some() {
            return lines(self.text).for_each(|line| take(Self::whole(line)));
        }
        let mut rest = self.text;
        while let Some(end) = sentence_end(rest) {
            let (sentence, after) = rest.split_at(end);
            take(Self::whole(sentence.trim_end()));
            rest = after.trim_start();
        }
        if rest.len() < self.text.len() {
            take(Self::whole(rest));
        } else if let Some(text) = before_colon(rest) {
            take(Self { text, goes_on: true });
        }
    }

    /// Whether it can be a template by itself.
    pub(crate) fn is_telling(self) -> bool {
        self.text.len() <= LENGTH_MAX && says_enough(self.text) && !is_option(self.text)
    }

    fn whole(text: &str) -> Piece<'_> {
        Piece { text, goes_on: false }
    }
}

/// Adds an instruction to `clean` without its image place-holders and the blanks at both ends.
pub(crate) fn add_instruction(turn: &str, clean: &mut String) {
    let mut rest = turn;
    loop {
        let trimmed = rest.trim();
        let inner = trimmed.strip_prefix(IMAGE_TOKEN).unwrap_or(trimmed);
        rest = inner.strip_suffix(IMAGE_TOKEN).unwrap_or(inner);
        if rest.len() == trimmed.len() {
            break;
        }
    }
    if memchr(b'<', rest.as_bytes()).is_none() {
        return clean.push_str(rest);
    }
    for text in rest.split(IMAGE_TOKEN) {
        clean.push_str(text);
    }
}

/// Hands out every telling piece of an instruction, some of them perhaps twice.
pub(crate) fn pieces<'a>(text: &'a str, take: &mut impl FnMut(Piece<'a>)) {
    walk(Piece::whole(text), take);
}

fn walk<'a>(piece: Piece<'a>, take: &mut dyn FnMut(Piece<'a>)) {
    if piece.is_telling() {
        take(piece);
    }
    piece.parts(&mut |part| walk(part, take));
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(str::trim).filter(|line| !line.is_empty())
}

/// Where the first of several sentences ends, the blanks after it left out; `None` when there is only one.
fn sentence_end(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = next_mark(&text[from..]) {
        let at = from + found;
        let after = text[at..].trim_start_matches(|symbol| ends_sentence(symbol) || closes(symbol));
        let next = after.trim_start().chars().next()?;
        let is_end = match text.as_bytes()[at] {
            b'.' => after.starts_with(char::is_whitespace) && !next.is_lowercase() && ends_word(&text[..at]),
            b'?' | b'!' => after.starts_with(char::is_whitespace),
            _ => true,
        };
        from = text.len() - after.len();
        if is_end {
            return Some(from);
        }
    }
    None
}

/// The first mark that may end a sentence.
fn next_mark(text: &str) -> Option<usize> {
    if text.is_ascii() { memchr3(b'.', b'?', b'!', text.as_bytes()) } else { text.find(ends_sentence) }
}

fn ends_sentence(symbol: char) -> bool {
    matches!(symbol, '.' | '?' | '!' | '。' | '？' | '！')
}

fn closes(symbol: char) -> bool {
    matches!(symbol, '"' | '\'' | ')' | ']' | '”' | '’' | '」' | '』' | '）')
}

/// Whether the text ends with two letters, digits or closing marks: "A." and "e.g." end no sentence.
fn ends_word(text: &str) -> bool {
    text.chars().rev().take(2).filter(|symbol| symbol.is_alphanumeric() || closes(*symbol)).count() == 2
}

/// The text up to the first colon that has enough before it and something after it.
fn before_colon(text: &str) -> Option<&str> {
    if memchr(b':', text.as_bytes()).is_none() && text.is_ascii() {
        return None;
    }
    let mut colons = text.match_indices([':', '：']).map(|(at, colon)| text.split_at(at + colon.len()));
    let introduces = |(before, after): &(&str, &str)| {
        let is_apart = before.ends_with('：') || after.starts_with(char::is_whitespace);
        is_apart && !after.trim_start().is_empty() && says_enough(before)
    };
    colons.find(introduces).map(|(before, _)| before)
}

fn says_enough(text: &str) -> bool {
    let (mut said, mut in_word) = (0, false);
    for symbol in text.chars() {
        let (is_character, is_letter) = (is_without_blanks(symbol), symbol.is_alphabetic());
        if is_character {
            said += CHARACTER;
        } else if is_letter && !in_word {
            said += WORD;
        }
        if said >= TELLING {
            return true;
        }
        in_word = !is_character && (is_letter || in_word && (symbol.is_alphanumeric() || symbol == '\''));
    }
    false
}

/// Letters of scripts that set no blanks between words: Thai, Lao, Burmese, Khmer, kana, Han.
fn is_without_blanks(symbol: char) -> bool {
    matches!(symbol,
        '\u{0E01}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{33479}')
}

/// Whether it is a choice of an answer, such as "A. Both are caused by cooling." or "(1) on the left".
fn is_option(text: &str) -> bool {
    let text = text.strip_prefix(['(', '（']).unwrap_or(text);
    let mut symbols = text.chars();
    let is_label = symbols.next().is_some_and(|symbol| symbol.is_ascii_alphanumeric());
    let is_marked = symbols.next().is_some_and(|symbol| ".):．）：".contains(symbol));
    is_label && is_marked && symbols.next().is_some_and(char::is_whitespace)
}

#[cfg(test)]
mod tests;
