//! Cuts a query into words, quoted stretches and operators.

use super::{PredicateField, Scope};

/// A piece of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme<'a> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `OR` or `|`
    Or,
    /// `AND` or `&&`
    And,
    /// `NOT`, or `-` in front of something
    Not,
    /// `NEAR`, with how many terms may stand between
    Near(u32),
    /// `human:` and its like, directly in front of something
    Field(Field),
    /// What stood between quotes
    Quoted(&'a str),
    /// Anything else between blanks
    Word(&'a str),
}

/// A field in front of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// A field of texts.
    Text(Scope),
    /// A predicate.
    Predicate(PredicateField),
}

/// Terms that may stand between two words for a `NEAR` without a number.
const NEAR_DEFAULT: u32 = 10;

/// The largest reach of `NEAR`: two turns lie further apart, so that it never looks from one into the next.
pub(super) const NEAR_MAX: u32 = 15;

/// Letters of the longest name of a field, and more.
const FIELD_LETTERS_MAX: usize = 32;

/// Walks over a query.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    fields: &'a [PredicateField],
    after_field: bool,
    /// How the query was read where that is not obvious.
    pub notes: Vec<String>,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of a query that may have predicates on these fields.
    pub(super) fn new(text: &'a str, fields: &'a [PredicateField]) -> Self {
        Self { rest: text, fields, after_field: false, notes: Vec::new() }
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Option<Lexeme<'a>> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        let after_field = std::mem::take(&mut self.after_field);
        match first {
            '(' => Some(self.take(1, Lexeme::Open)),
            ')' => Some(self.take(1, Lexeme::Close)),
            '|' => Some(self.take(self.rest.len() - self.rest.trim_start_matches('|').len(), Lexeme::Or)),
            '-' if !after_field && self.has_something_after_the_sign() => Some(self.take(1, Lexeme::Not)),
            _ if is_quote(first) => self.quoted(first),
            _ => Some(self.word(after_field)),
        }
    }

    fn take(&mut self, bytes: usize, lexeme: Lexeme<'a>) -> Lexeme<'a> {
        self.rest = &self.rest[bytes..];
        lexeme
    }

    fn has_something_after_the_sign(&self) -> bool {
        self.rest[1..].starts_with(|next: char| !next.is_whitespace() && next != ')' && next != '|')
    }

    fn quoted(&mut self, quote: char) -> Option<Lexeme<'a>> {
        let inside = &self.rest[quote.len_utf8()..];
        let Some((phrase, after)) = inside.split_once(is_quote) else {
            self.notes.push("a closing quote is missing: what follows is read as words".to_owned());
            self.rest = inside;
            return self.next();
        };
        self.rest = after;
        Some(Lexeme::Quoted(phrase))
    }

    fn word(&mut self, after_field: bool) -> Lexeme<'a> {
        if let Some((field, length)) = self.field() {
            self.rest = &self.rest[length..];
            self.after_field = true;
            return Lexeme::Field(field);
        }
        let end = self.word_end();
        let word = &self.rest[..end];
        self.rest = &self.rest[end..];
        let operator = if after_field { None } else { self.operator(word) };
        operator.unwrap_or(Lexeme::Word(word))
    }

    /// The field that comes next, and the bytes of its name and colon. Something must follow directly.
    fn field(&self) -> Option<(Field, usize)> {
        let is_name = |letter: &u8| letter.is_ascii_alphabetic() || *letter == b'_';
        let length = self.rest.bytes().take_while(is_name).take(FIELD_LETTERS_MAX).count();
        let (name, after) = self.rest.split_at(length);
        let value = after.strip_prefix(':')?;
        if value.is_empty()
            || value.starts_with(|next: char| next.is_whitespace() || matches!(next, ')' | '|'))
        {
            return None;
        }
        let text = Scope::from_name(name).map(Field::Text);
        let field = text.or_else(|| self.predicate_field(name).map(Field::Predicate))?;
        Some((field, name.len() + 1))
    }

    fn predicate_field(&self, name: &str) -> Option<PredicateField> {
        self.fields.iter().copied().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// A word ends at a blank, a quote, a `|`, and at a `)` without its `(`; `f(x)` is one word.
    fn word_end(&self) -> usize {
        let mut own_depth = 0_usize;
        for (at, symbol) in self.rest.char_indices() {
            match symbol {
                '(' if self.rest[..at].ends_with(':') => return at,
                '(' => own_depth += 1,
                ')' if own_depth > 0 => own_depth -= 1,
                ')' | '|' => return at,
                _ if symbol.is_whitespace() || is_quote(symbol) => return at,
                _ => {}
            }
        }
        self.rest.len()
    }

    fn operator(&mut self, word: &str) -> Option<Lexeme<'a>> {
        match word {
            "OR" => Some(Lexeme::Or),
            "AND" | "&&" => Some(Lexeme::And),
            "NOT" => Some(Lexeme::Not),
            "NEAR" => Some(Lexeme::Near(NEAR_DEFAULT)),
            _ => {
                let asked: u32 = word.strip_prefix("NEAR/")?.parse().ok()?;
                if asked > NEAR_MAX {
                    self.notes.push(format!("`{word}`: NEAR reaches {NEAR_MAX} words at most"));
                }
                Some(Lexeme::Near(asked.min(NEAR_MAX)))
            }
        }
    }
}

/// Straight and typographic double quotes.
fn is_quote(symbol: char) -> bool {
    matches!(symbol, '"' | '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{FF02}')
}
