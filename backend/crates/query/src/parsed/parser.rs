//! The parser of queries: from tokens to a tree of clauses. What makes no sense is left out or read as words, with a note.

use super::lexer::{Field, Lexeme, Lexer};
use super::{Clause, Node, Predicate, PredicateField, Query, Scope};
use crate::tokens::{is_cjk, is_pictograph, tokens};
use std::collections::BTreeSet;

/// words, phrases and predicates looked at; the rest is named in a note.
const LEAVES_MAX: usize = 64;

/// Remarks on how a query was read; nobody reads more.
const NOTES_MAX: usize = 32;

/// Parentheses and signs inside each other.
const DEPTH_MAX: usize = 24;

/// Letters from which a word still being typed counts as a prefix.
const PREFIX_LETTERS: usize = 3;

/// Reads a query. With `typing`, the last word is taken as a prefix.
pub(super) fn parse(text: &str, typing: bool, fields: &[PredicateField]) -> Query {
    let mut lexer = Lexer::new(text, fields);
    let lexemes: Vec<Lexeme<'_>> = std::iter::from_fn(|| lexer.next()).collect();
    let mut parser = Parser {
        lexemes,
        at: 0,
        field: Field::Text(Scope::Turns),
        typing: typing && text.ends_with(char::is_alphanumeric),
        leaves: 0,
        depth: 0,
        notes: lexer.notes,
    };
    let root = parser.query();
    let is_void = root.is_none() && !text.trim().is_empty();
    let mut notes = parser.notes;
    let mut seen = BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    if notes.len() > NOTES_MAX {
        notes.truncate(NOTES_MAX);
        notes.push("there is more to be said of this query".to_owned());
    }
    Query { root, notes, is_void }
}

struct Parser<'a> {
    lexemes: Vec<Lexeme<'a>>,
    at: usize,
    /// What words are looked for in, inside a group such as `human:( )`.
    field: Field,
    /// Whether the last word may go on.
    typing: bool,
    leaves: usize,
    depth: usize,
    notes: Vec<String>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Lexeme<'a>> {
        self.lexemes.get(self.at).copied()
    }

    fn accept(&mut self, lexeme: Lexeme<'_>) -> bool {
        let is_next = self.peek() == Some(lexeme);
        self.at += usize::from(is_next);
        is_next
    }

    /// The whole query: groups closed once too often do not end it.
    fn query(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while self.at < self.lexemes.len() {
            parts.extend(self.alternatives());
            if self.accept(Lexeme::Close) {
                self.note("a `)` without its `(` is left out");
            }
        }
        Node::all_of(flat(parts))
    }

    /// `a b OR c d`
    fn alternatives(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        let mut has_longer = false;
        let mut operators = 0;
        loop {
            let begin = self.at;
            let node = self.conjunction();
            has_longer |= matches!(node, Some(Node::And(_))) && self.lexemes[begin] != Lexeme::Open;
            nodes.extend(node);
            if !self.accept(Lexeme::Or) {
                break;
            }
            operators += 1;
        }
        if operators >= nodes.len() && operators > 0 {
            self.note("an `OR` without a word on both sides is left out");
        }
        if has_longer && nodes.len() > 1 {
            self.note("`a b OR c` is read as `(a b) OR c`; parentheses change that");
        }
        Node::one_of(nodes)
    }

    /// `a b AND c`
    fn conjunction(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        loop {
            match self.peek() {
                None | Some(Lexeme::Close | Lexeme::Or) => break,
                Some(Lexeme::And) => self.at += 1,
                Some(Lexeme::Near(_)) => {
                    self.at += 1;
                    self.note("a `NEAR` without a word or phrase on both sides is read as AND");
                }
                Some(_) => nodes.extend(self.signed()),
            }
        }
        Node::all_of(flat(nodes))
    }

    /// `-a`, `NOT a`
    fn signed(&mut self) -> Option<Node> {
        let mut signs = 0;
        while self.accept(Lexeme::Not) {
            signs += 1;
        }
        let node = self.near();
        if signs > 0 && node.is_none() {
            self.note("a `NOT` with nothing behind it is left out");
        }
        let node = node?;
        Some(match node {
            node if signs % 2 == 0 => node,
            // Twice not, once of a group.
            Node::Not(inner) => *inner,
            node => Node::Not(Box::new(node)),
        })
    }

    /// `a NEAR/5 b NEAR c`
    fn near(&mut self) -> Option<Node> {
        let mut left = self.operand();
        while let Some(Lexeme::Near(within)) = self.peek() {
            if !matches!(left, Some(Node::Clause(_))) || !self.has_operand_after_next() {
                break;
            }
            self.at += 1;
            left = match (left, self.operand()) {
                (Some(Node::Clause(mut clause)), Some(Node::Clause(next)))
                    if next.near.is_empty() && next.scope == clause.scope =>
                {
                    clause.text = format!("{} NEAR/{within} {}", clause.text, next.text);
                    clause.near.push((within, next.first));
                    Some(Node::Clause(clause))
                }
                (left, right) => {
                    self.note("a `NEAR` without a word or phrase on both sides is read as AND");
                    Node::all_of(flat(left.into_iter().chain(right).collect()))
                }
            };
        }
        left
    }

    fn has_operand_after_next(&self) -> bool {
        let after = self.lexemes.get(self.at + 1);
        matches!(after, Some(Lexeme::Word(_) | Lexeme::Quoted(_) | Lexeme::Field(_) | Lexeme::Open))
    }

    /// A word, a phrase, a predicate, a group.
    fn operand(&mut self) -> Option<Node> {
        let lexeme = self.peek()?;
        match lexeme {
            Lexeme::Word(_) | Lexeme::Quoted(_) => {
                self.at += 1;
                self.leaf(lexeme)
            }
            Lexeme::Open => {
                self.at += 1;
                self.group()
            }
            Lexeme::Field(field) => {
                self.at += 1;
                let outer = std::mem::replace(&mut self.field, field);
                let node = self.field_value();
                self.field = outer;
                node
            }
            // An operator: whoever called knows what to do with it.
            Lexeme::Close | Lexeme::Or | Lexeme::And | Lexeme::Not | Lexeme::Near(_) => None,
        }
    }

    /// What a field stands in front of; fields in front of fields are read one by one, the last counts.
    fn field_value(&mut self) -> Option<Node> {
        while let Some(Lexeme::Field(field)) = self.peek() {
            self.field = field;
            self.at += 1;
        }
        self.operand()
    }

    fn group(&mut self) -> Option<Node> {
        if self.depth == DEPTH_MAX {
            self.note(&format!("parentheses more than {DEPTH_MAX} deep are left out"));
            return None;
        }
        self.depth += 1;
        let node = self.alternatives();
        self.depth -= 1;
        if !self.accept(Lexeme::Close) {
            self.note("a closing `)` is missing: the group goes to the end");
        }
        node
    }

    fn leaf(&mut self, lexeme: Lexeme<'a>) -> Option<Node> {
        if self.leaves == LEAVES_MAX {
            self.note(&format!("only the first {LEAVES_MAX} words and phrases are looked for"));
            return None;
        }
        let node = match self.field {
            Field::Text(scope) => self.clause(lexeme, scope).map(Node::Clause),
            Field::Predicate(field) => self.predicate(lexeme, field),
        };
        self.leaves += usize::from(node.is_some());
        node
    }

    fn clause(&mut self, lexeme: Lexeme<'a>, scope: Scope) -> Option<Clause> {
        let (written, atom) = match lexeme {
            Lexeme::Quoted(text) => (text, Atom::of_quoted(text, &mut self.notes)),
            Lexeme::Word(text) => (text, self.word(text)),
            _ => return None,
        };
        let text = written.trim().to_owned();
        if atom.is_none() && !text.is_empty() {
            self.note(&format!("`{}` has no letter or digit to look for", shortened(&text)));
        }
        Some(Clause { text, scope, first: atom?, near: Vec::new() })
    }

    fn word(&mut self, text: &str) -> Option<Atom> {
        if let Some((name, rest)) = text.split_once(':')
            && name.len() > 1
            && name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_')
            && !rest.starts_with("//")
        {
            self.note(&format!(
                "`{name}:` is no field with something behind it: `{}` is read as words",
                shortened(text)
            ));
        }
        let atom = Atom::of_word(text, &mut self.notes);
        let is_last = self.typing && self.at == self.lexemes.len();
        match atom {
            Some(Atom::Word(term)) if is_last && goes_on(&term) => Some(Atom::Prefix(term)),
            atom => atom,
        }
    }

    fn predicate(&mut self, lexeme: Lexeme<'a>, field: PredicateField) -> Option<Node> {
        let (Lexeme::Word(value) | Lexeme::Quoted(value)) = lexeme else { return None };
        if let Some(predicate) = Predicate::read(field, value) {
            return Some(Node::Predicate(predicate));
        }
        let name = field.name;
        let expected =
            if field.is_number { "a number or a range such as `>3` or `10..50`" } else { "a value" };
        self.note(&format!("`{name}:{}` is read as words: {expected} should follow", shortened(value)));
        let atom = Atom::of_word(&format!("{name} {value}"), &mut Vec::new())?;
        let text = format!("{name}:{value}");
        Some(Node::Clause(Clause { text, scope: Scope::Turns, first: atom, near: Vec::new() }))
    }

    fn note(&mut self, note: &str) {
        self.notes.push(note.to_owned());
    }
}

/// Conjunctions inside a conjunction are part of it.
pub(super) fn flat(nodes: Vec<Node>) -> Vec<Node> {
    let inner = |node| match node {
        Node::And(nodes) => nodes,
        node => vec![node],
    };
    nodes.into_iter().flat_map(inner).collect()
}

fn goes_on(term: &str) -> bool {
    !term.starts_with(is_cjk) && term.chars().count() >= PREFIX_LETTERS
}

/// The beginning of a text, for notes.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Terms of a phrase looked at; each keeps a reader of positions open.
pub(super) const TERMS_MAX: usize = 256;

/// Letters below which no word is similar to another.
const FUZZY_LETTERS_MIN: usize = 4;

/// Letters above which nothing similar is looked for: longer words are hardly ones that somebody mistyped, and looking
/// costs by the letter.
pub const SIMILAR_LETTERS_MAX: usize = 64;

/// Letters from which two edits are allowed where the query does not say how many.
const FUZZY_LETTERS_TWO: usize = 8;

/// A word or phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// A word in all its forms.
    Word(String),
    /// One term exactly as it is.
    Exact(String),
    /// Words that begin so.
    Prefix(String),
    /// Words at most so many edits away.
    Fuzzy(String, u8),
    /// Terms in a row.
    Phrase(Phrase),
}

/// Terms in a row, within one turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// Folded terms and their positions, the first at 0. A run of CJK characters is covered by its pairs.
    pub terms: Vec<(u32, String)>,
    /// Whether the last term may go on.
    pub goes_on: bool,
}

impl Atom {
    /// The name of its kind in answers.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Word(_) | Self::Exact(_) => "word",
            Self::Prefix(_) => "prefix",
            Self::Fuzzy(..) => "fuzzy",
            Self::Phrase(_) => "phrase",
        }
    }

    /// Reads a word as it was typed between blanks; none without a letter or digit.
    pub fn of_word(written: &str, notes: &mut Vec<String>) -> Option<Self> {
        if let Some((text, edits)) = fuzzy_suffix(written) {
            return similar(text, edits, notes);
        }
        let text = written.trim_end_matches('*');
        let goes_on = text.len() < written.len();
        if text.contains('*') {
            notes.push(format!("`{written}`: only a star at the end of a word stands for more letters"));
        }
        match Self::of_terms(cover(text), goes_on, notes)? {
            Self::Exact(term) if !is_whole(&term) => Some(Self::Word(term)),
            atom => Some(atom),
        }
    }

    /// Reads what stood between quotes; none without a letter or digit.
    pub fn of_quoted(quoted: &str, notes: &mut Vec<String>) -> Option<Self> {
        let text = quoted.trim().trim_end_matches('*');
        let goes_on = text.len() < quoted.trim().len() && !text.ends_with(char::is_whitespace);
        if text.contains('*') {
            notes.push(format!("\"{quoted}\": only the last word of a phrase may go on"));
        }
        if quoted.contains('~') {
            notes.push(format!("\"{quoted}\": inside a phrase no similar words are looked for"));
        }
        Self::of_terms(cover(text), goes_on, notes)
    }

    fn of_terms(mut terms: Vec<(u32, String)>, goes_on: bool, notes: &mut Vec<String>) -> Option<Self> {
        let mut goes_on = goes_on && terms.last().is_some_and(|(_, term)| !is_whole(term));
        if terms.len() > TERMS_MAX {
            terms.truncate(TERMS_MAX);
            goes_on = false;
            notes.push(format!("of a phrase only the first {TERMS_MAX} terms are looked for"));
        }
        if terms.len() > 1 {
            return Some(Self::Phrase(Phrase { terms, goes_on }));
        }
        let (_, term) = terms.pop()?;
        Some(if goes_on { Self::Prefix(term) } else { Self::Exact(term) })
    }
}

/// Splits `word~2` into the word and the asked number of edits.
fn fuzzy_suffix(written: &str) -> Option<(&str, Option<u32>)> {
    let (text, edits) = written.rsplit_once('~')?;
    if edits.is_empty() {
        return Some((text.trim_end_matches('~'), None));
    }
    Some((text, Some(edits.parse().ok()?)))
}

/// A word of which similar ones are looked for, where that makes sense.
fn similar(text: &str, asked: Option<u32>, notes: &mut Vec<String>) -> Option<Atom> {
    let atom = Atom::of_word(text, notes)?;
    let Atom::Word(term) = atom else {
        notes.push(format!(
            "`{text}`: similar words are looked for single words only, not phrases or CJK text"
        ));
        return Some(atom);
    };
    let letters = term.chars().count();
    if letters < FUZZY_LETTERS_MIN {
        notes.push(format!(
            "`{text}`: words under {FUZZY_LETTERS_MIN} letters are too short to look for similar ones"
        ));
        return Some(Atom::Word(term));
    }
    if letters > SIMILAR_LETTERS_MAX {
        notes.push(format!("words over {SIMILAR_LETTERS_MAX} letters are too long to look for similar ones"));
        return Some(Atom::Word(term));
    }
    let edits = asked.unwrap_or(if letters < FUZZY_LETTERS_TWO { 1 } else { 2 });
    if edits > 2 {
        notes.push(format!("`{text}~{edits}`: at most two letters may differ"));
    }
    Some(if edits == 0 { Atom::Exact(term) } else { Atom::Fuzzy(term, edits.min(2) as u8) })
}

/// Whether a term has no forms and no beginning: CJK text and pictographs.
fn is_whole(term: &str) -> bool {
    term.starts_with(|first| is_cjk(first) || is_pictograph(first))
}

/// The fewest terms that fix a text: every word, the pairs of a run of CJK characters, a CJK character that stands alone.
fn cover(text: &str) -> Vec<(u32, String)> {
    let mut tokens = tokens(text);
    if tokens.iter().any(|token| token.term.starts_with(is_pictograph)) {
        // Keyboards put a selector behind a pictograph that says how to draw it; texts often lack it.
        tokens.retain(|token| token.term != "\u{FE0F}");
    }
    let is_pair = |term: &str| term.starts_with(is_cjk) && term.chars().nth(1).is_some();
    let pairs: Vec<u32> =
        tokens.iter().filter(|token| is_pair(&token.term)).map(|token| token.position).collect();
    let in_a_pair = |position: u32| {
        pairs.binary_search(&position).is_ok()
            || position.checked_sub(1).is_some_and(|before| pairs.binary_search(&before).is_ok())
    };
    let first = tokens.first().map_or(0, |token| token.position);
    tokens
        .into_iter()
        .filter(|token| is_pair(&token.term) || !token.term.starts_with(is_cjk) || !in_a_pair(token.position))
        .map(|token| (token.position - first, token.term))
        .collect()
}
