//! What the user typed, understood: a tree of words, phrases and facts. Never an error.
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
//! | `lang:de`, `turns:>3`, `words:10..50` | facts about the sample, which the index knows nothing of |

mod atom;
mod lexer;
mod parser;
mod predicate;
mod show;
#[cfg(test)]
mod tests;

pub use atom::{Atom, Phrase, SIMILAR_LETTERS_MAX};
pub use predicate::{Condition, Predicate, PredicateField};

/// A query, understood.
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
    /// A fact about the sample.
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
    /// A fact.
    Predicate(&'q Predicate),
}

impl Query {
    /// Reads a query that may ask for some facts. With `typing`, the last word is taken as a prefix.
    pub fn parse(text: &str, typing: bool, facts: &[PredicateField]) -> Self {
        parser::parse(text, typing, facts)
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
    pub fn has_only_facts(&self) -> bool {
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
        if roles.is_empty() || self.has_only_facts() {
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
            Self::Predicate(fact) => leaves.push((Leaf::Predicate(fact), excluded)),
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
    /// The facts it asks for.
    pub fn facts(&self) -> impl Iterator<Item = &Predicate> {
        self.leaves().into_iter().filter_map(|leaf| match leaf {
            (Leaf::Predicate(fact), _) => Some(fact),
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
