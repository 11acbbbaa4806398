//! From pieces to a tree. What makes no sense is left out or read as words, with a note.

use super::atom::Atom;
use super::lexer::{Field, Lexeme, Lexer};
use super::{Clause, Node, Predicate, PredicateField, Query, Scope};
use crate::tokens::is_cjk;
use std::collections::BTreeSet;

/// Words, phrases and facts looked at; the rest is named in a note.
const LEAVES_MAX: usize = 64;

/// Remarks on how a query was read; nobody reads more.
const NOTES_MAX: usize = 32;

/// Parentheses and signs inside each other.
const DEPTH_MAX: usize = 24;

/// Letters from which a word still being typed counts as a prefix.
const PREFIX_LETTERS: usize = 3;

/// Reads a query. With `typing`, the last word is taken as a prefix.
pub(super) fn parse(text: &str, typing: bool, facts: &[PredicateField]) -> Query {
    let mut lexer = Lexer::new(text, facts);
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

    /// A word, a phrase, a fact, a group.
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
            Field::Predicate(field) => self.fact(lexeme, field),
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

    fn fact(&mut self, lexeme: Lexeme<'a>, field: PredicateField) -> Option<Node> {
        let (Lexeme::Word(value) | Lexeme::Quoted(value)) = lexeme else { return None };
        if let Some(fact) = Predicate::read(field, value) {
            return Some(Node::Predicate(fact));
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
