//! Queries written out again, so that reading what is written gives the same query.

use super::{Atom, Clause, Condition, Node, Predicate, Query};
use crate::tokens::is_cjk;
use std::fmt::{self, Display as _};

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
            Self::Predicate(fact) => fact.fmt(formatter),
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

impl super::Phrase {
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
