//! The query language: what the user typed, parsed to a tree of words, phrases and predicates, and written out again.
//! Never an error.
//!
//! | written | found |
//! |---|---|
//! | `red bus` | both, anywhere in the sample |
//! | `red OR bus`, `red \| bus` | one or both; `a b OR c` is `(a b) OR c` |
//! | `-red`, `NOT red` | samples without it |
//! | `( )` | what belongs together |
//! | `bus` | the word, its inflected and its accented forms (see [`super::inflect`]) |
//! | `"bus"`, `"red bus"` | exactly that, in a row within one turn |
//! | `bu*`, `"red bu*"` | words that begin so |
//! | `buss~`, `buss~2` | words a letter or two away |
//! | `red NEAR/5 bus` | at most five terms between them, in either order, within one turn |
//! | `human:red`, `gpt:(red bus)` | only in instructions, in responses, in system prompts, in `extra:` keys |
//! | `lang:de`, `turns:>3`, `words:10..50` | predicates: conditions about samples; which samples fulfil them is for the caller to say |

mod lexer;
mod parser;

pub use parser::{Atom, Phrase, SIMILAR_LETTERS_MAX};

use crate::tokens::is_cjk;
use std::fmt::{self, Display as _};

/// A parsed query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What to look for; none when every sample is meant, or nothing at all.
    pub root: Option<Node>,
    /// How the query was read where that is not obvious.
    pub notes: Vec<String>,
    /// There was nothing to look for, although something was typed.
    pub is_void: bool,
}

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text to look for.
    Clause(Clause),
    /// A condition about the sample.
    Predicate(Predicate),
    /// Samples that do not match.
    Not(Box<Node>),
    /// Samples that match all; at least two.
    And(Vec<Node>),
    /// Samples that match one or more; at least two.
    Or(Vec<Node>),
}

/// Text to look for in one place: a word, a phrase, or several of them near each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// As it was typed, without quotes, signs and field.
    pub text: String,
    /// Where to look.
    pub scope: Scope,
    /// The first of the words and phrases, mostly the only one.
    pub first: Atom,
    /// The others, each with how many terms may stand between it and the one before.
    pub near: Vec<(u32, Atom)>,
}

/// The fields in which a clause is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every turn.
    #[default]
    Turns,
    /// Instructions.
    Human,
    /// Responses.
    Gpt,
    /// System prompts.
    System,
    /// Texts of all other keys of a record.
    Extra,
}

/// A leaf of a query: what has a count of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leaf<'q> {
    /// Text to look for.
    Clause(&'q Clause),
    /// A predicate.
    Predicate(&'q Predicate),
}

impl Query {
    /// Reads a query that may have predicates on these fields. With `typing`, the last word is taken as a prefix.
    pub fn parse(text: &str, typing: bool, fields: &[PredicateField]) -> Self {
        parser::parse(text, typing, fields)
    }

    /// Whether every sample matches.
    pub fn is_everything(&self) -> bool {
        self.root.is_none() && !self.is_void
    }

    /// The leaves in the order they were typed, each with whether samples with it are left out.
    pub fn leaves(&self) -> Vec<(Leaf<'_>, bool)> {
        let mut leaves = Vec::new();
        if let Some(root) = &self.root {
            root.collect_leaves(false, &mut leaves);
        }
        leaves
    }

    /// The clauses whose samples are looked for, not left out.
    pub fn wanted(&self) -> impl Iterator<Item = &Clause> {
        self.leaves().into_iter().filter_map(|leaf| match leaf {
            (Leaf::Clause(clause), false) => Some(clause),
            _ => None,
        })
    }

    /// Whether no text is looked for, so that the index need not be asked.
    pub fn has_only_predicates(&self) -> bool {
        self.leaves().iter().all(|(leaf, _)| matches!(leaf, Leaf::Predicate(_)))
    }

    /// The parts that must all match; a query that is no conjunction is its only part.
    pub fn parts(&self) -> &[Node] {
        match &self.root {
            Some(Node::And(parts)) => parts,
            Some(node) => std::slice::from_ref(node),
            None => &[],
        }
    }

    /// The same query with all its words said by one of some roles; by anybody when there are none.
    #[must_use]
    pub fn said_by(self, roles: &[Scope]) -> Self {
        let Some(root) = &self.root else { return self };
        if roles.is_empty() || self.has_only_predicates() {
            return self;
        }
        let root = Node::one_of(roles.iter().map(|role| root.within(*role)).collect());
        Self { root, ..self }
    }

    /// The query without one of its parts.
    #[must_use]
    pub fn without(&self, part: usize) -> Self {
        let mut parts = self.parts().to_vec();
        parts.remove(part);
        Self { root: Node::all_of(parts), notes: Vec::new(), is_void: false }
    }
}

impl Node {
    /// What matches all of the parts.
    pub fn all_of(mut parts: Vec<Self>) -> Option<Self> {
        if parts.len() > 1 { Some(Self::And(parts)) } else { parts.pop() }
    }

    /// What matches one of the parts.
    pub fn one_of(mut parts: Vec<Self>) -> Option<Self> {
        if parts.len() > 1 { Some(Self::Or(parts)) } else { parts.pop() }
    }

    fn within(&self, scope: Scope) -> Self {
        let all = |nodes: &[Self]| nodes.iter().map(|node| node.within(scope)).collect();
        match self {
            Self::Clause(clause) if clause.scope == Scope::Turns => {
                Self::Clause(Clause { scope, ..clause.clone() })
            }
            Self::Clause(_) | Self::Predicate(_) => self.clone(),
            Self::Not(node) => Self::Not(Box::new(node.within(scope))),
            Self::And(nodes) => Self::And(all(nodes)),
            Self::Or(nodes) => Self::Or(all(nodes)),
        }
    }

    fn collect_leaves<'q>(&'q self, excluded: bool, leaves: &mut Vec<(Leaf<'q>, bool)>) {
        match self {
            Self::Clause(clause) => leaves.push((Leaf::Clause(clause), excluded)),
            Self::Predicate(predicate) => leaves.push((Leaf::Predicate(predicate), excluded)),
            Self::Not(node) => node.collect_leaves(!excluded, leaves),
            Self::And(nodes) | Self::Or(nodes) => {
                for node in nodes {
                    node.collect_leaves(excluded, leaves);
                }
            }
        }
    }
}

impl Clause {
    /// Its words and phrases.
    pub fn atoms(&self) -> impl Iterator<Item = &Atom> {
        std::iter::once(&self.first).chain(self.near.iter().map(|(_, atom)| atom))
    }

    /// The name of its kind in answers.
    pub fn kind(&self) -> &'static str {
        if self.near.is_empty() { self.first.kind() } else { "near" }
    }
}

impl Query {
    /// The predicates in it.
    pub fn predicates(&self) -> impl Iterator<Item = &Predicate> {
        self.leaves().into_iter().filter_map(|leaf| match leaf {
            (Leaf::Predicate(predicate), _) => Some(predicate),
            _ => None,
        })
    }
}

impl Scope {
    /// The scope with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Human, Self::Gpt, Self::System, Self::Extra]
            .into_iter()
            .find(|scope| scope.name().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }

    /// The name in queries and answers; none for every turn.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Turns => None,
            Self::Human => Some("human"),
            Self::Gpt => Some("gpt"),
            Self::System => Some("system"),
            Self::Extra => Some("extra"),
        }
    }
}

/// A condition about a sample.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Predicate {
    /// What it is about.
    pub field: PredicateField,
    /// What must be so.
    pub condition: Condition,
}

/// What predicates can be about: the caller's table says which there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PredicateField {
    /// The name in queries.
    pub name: &'static str,
    /// Whether its values are numbers.
    pub is_number: bool,
}

/// What must be so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// The value is this text.
    Is(String),
    /// The number is from the first to the second, both included; no number is when the second is smaller.
    Range(u64, u64),
}

impl Predicate {
    /// Reads a condition as it stands behind the field's colon; none if it makes no sense for the field.
    pub fn read(field: PredicateField, value: &str) -> Option<Self> {
        let condition = if field.is_number { Condition::range(value)? } else { Condition::text(value)? };
        Some(Self { field, condition })
    }
}

impl Condition {
    fn text(value: &str) -> Option<Self> {
        let value = value.trim();
        (!value.is_empty()).then(|| Self::Is(value.to_owned()))
    }

    /// `3`, `=3`, `>3`, `>=3`, `<3`, `<=3`, `3..5`, `3..`, `..5`.
    pub fn range(value: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let open = |text: &str, otherwise| if text.is_empty() { Some(otherwise) } else { number(text) };
        if let Some((from, to)) = value.split_once("..") {
            if from.is_empty() && to.is_empty() {
                return None;
            }
            return Some(Self::Range(open(from, 0)?, open(to, u64::MAX)?));
        }
        // Nothing is below zero or above the largest number: an empty range.
        let empty = Self::Range(1, 0);
        if let Some(least) = value.strip_prefix(">=") {
            return Some(Self::Range(number(least)?, u64::MAX));
        }
        if let Some(most) = value.strip_prefix("<=") {
            return Some(Self::Range(0, number(most)?));
        }
        if let Some(below) = value.strip_prefix('>') {
            return Some(number(below)?.checked_add(1).map_or(empty, |least| Self::Range(least, u64::MAX)));
        }
        if let Some(above) = value.strip_prefix('<') {
            return Some(number(above)?.checked_sub(1).map_or(empty, |most| Self::Range(0, most)));
        }
        let exact = number(value.strip_prefix('=').unwrap_or(value))?;
        Some(Self::Range(exact, exact))
    }
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Some(root) => root.fmt(formatter),
            None if self.is_void => formatter.write_str("()"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clause(clause) => clause.fmt(formatter),
            Self::Predicate(predicate) => predicate.fmt(formatter),
            Self::Not(node) => write!(formatter, "-{}", Grouped(node)),
            Self::And(nodes) => joined(formatter, nodes, " "),
            Self::Or(nodes) => joined(formatter, nodes, " OR "),
        }
    }
}

/// A part of a larger query.
struct Grouped<'a>(&'a Node);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stands_alone = match self.0 {
            Node::Clause(clause) => clause.near.is_empty(),
            Node::Predicate(_) | Node::Not(_) => true,
            Node::And(_) | Node::Or(_) => false,
        };
        if stands_alone { self.0.fmt(formatter) } else { write!(formatter, "({})", self.0) }
    }
}

fn joined(formatter: &mut fmt::Formatter<'_>, nodes: &[Node], by: &str) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            formatter.write_str(by)?;
        }
        Grouped(node).fmt(formatter)?;
    }
    Ok(())
}

impl fmt::Display for Clause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.scope.name().map(|name| format!("{name}:")).unwrap_or_default();
        write!(formatter, "{field}{}", self.first)?;
        for (within, atom) in &self.near {
            write!(formatter, " NEAR/{within} {field}{atom}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(term) => formatter.write_str(term),
            Self::Exact(term) => write!(formatter, "\"{term}\""),
            Self::Prefix(term) => write!(formatter, "{term}*"),
            Self::Fuzzy(term, edits) => write!(formatter, "{term}~{edits}"),
            Self::Phrase(phrase) => {
                let star = if phrase.goes_on { "*" } else { "" };
                write!(formatter, "\"{}{star}\"", phrase.text())
            }
        }
    }
}

impl parser::Phrase {
    /// A text that has these terms.
    fn text(&self) -> String {
        let mut text = String::new();
        for (index, (position, term)) in self.terms.iter().enumerate() {
            let overlaps = |before: &(u32, String)| before.0 + 1 == *position && is_pair(&before.1);
            match index.checked_sub(1).and_then(|before| self.terms.get(before)) {
                // Pairs share a character.
                Some(before) if is_pair(term) && overlaps(before) => text.extend(term.chars().skip(1)),
                Some(_) => text.extend([" ", term]),
                None => text.push_str(term),
            }
        }
        text
    }
}

fn is_pair(term: &str) -> bool {
    term.starts_with(is_cjk) && term.chars().nth(1).is_some()
}

impl fmt::Display for Predicate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.field.name;
        match &self.condition {
            Condition::Is(value) => write!(formatter, "{name}:\"{value}\""),
            Condition::Range(from, to) if from == to => write!(formatter, "{name}:{from}"),
            Condition::Range(from, u64::MAX) => write!(formatter, "{name}:{from}.."),
            Condition::Range(from, to) => write!(formatter, "{name}:{from}..{to}"),
        }
    }
}

#[cfg(test)]
mod tests;
