//! Plans, read and applied.

use super::forms;
use super::text::{Kind, Sample, Scan, Turn, cut};
use std::collections::BTreeSet;

/// What a query has to mean.
pub(super) enum Plan {
    And(Vec<Plan>),
    Or(Vec<Plan>),
    Not(Box<Plan>),
    /// Leaves near each other, and how far apart each may be from the one before; a leaf alone has no distances.
    Text {
        role: Option<String>,
        leaves: Vec<Leaf>,
        within: Vec<usize>,
    },
    Fact {
        name: String,
        from: u64,
        to: u64,
    },
}

/// Units in a row: for each place the numbers that fit, and whether nothing may stand before it; CJK text is found as
/// it is written, without anything in between.
pub(super) struct Leaf {
    units: Vec<(BTreeSet<u32>, bool)>,
    pictures: Vec<(usize, u32)>,
}

impl Plan {
    /// Reads a plan.
    pub(super) fn read(text: &str, scan: &Scan) -> Self {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_whitespace();
        let plan = Self::next(&mut words, None, scan).unwrap_or_else(|| panic!("`{text}` is no plan"));
        assert_eq!(words.next(), None, "`{text}` goes on");
        plan
    }

    /// The next plan; none at the end of a group.
    fn next<'w>(words: &mut impl Iterator<Item = &'w str>, role: Option<&str>, scan: &Scan) -> Option<Self> {
        let word = words.next()?;
        if word == ")" {
            return None;
        }
        if word != "(" {
            return Some(Self::leaf(word, role, scan));
        }
        let kind = words.next()?;
        if kind == "near" {
            return Some(Self::near(words, role, scan));
        }
        let role = if ["and", "or", "not"].contains(&kind) { role } else { Some(kind) };
        let mut inside: Vec<Self> = Vec::new();
        while let Some(plan) = Self::next(words, role, scan) {
            inside.push(plan);
        }
        Some(match kind {
            "and" => Self::And(inside),
            "or" => Self::Or(inside),
            "not" => Self::Not(Box::new(inside.remove(0))),
            _ => inside.remove(0),
        })
    }

    fn near<'w>(words: &mut impl Iterator<Item = &'w str>, role: Option<&str>, scan: &Scan) -> Self {
        let (mut leaves, mut within) = (Vec::new(), Vec::new());
        for word in words.by_ref().take_while(|word| *word != ")") {
            match word.parse() {
                Ok(distance) => within.push(distance),
                Err(_) => leaves.push(Leaf::read(word, scan)),
            }
        }
        Self::Text { role: role.map(str::to_owned), leaves, within }
    }

    fn leaf(word: &str, role: Option<&str>, scan: &Scan) -> Self {
        if let Some((name, range)) = word.split_once('=') {
            let (from, to) = range.split_once("..").unwrap();
            let (from, to) = (from.parse().unwrap_or(0), to.parse().unwrap_or(u64::MAX));
            return Self::Fact { name: name.to_owned(), from, to };
        }
        Self::Text { role: role.map(str::to_owned), leaves: vec![Leaf::read(word, scan)], within: Vec::new() }
    }

    /// Samples that match.
    pub(super) fn count(&self, scan: &Scan) -> u64 {
        scan.samples.iter().filter(|sample| self.matches(sample)).count() as u64
    }

    fn matches(&self, sample: &Sample) -> bool {
        match self {
            Self::And(plans) => plans.iter().all(|plan| plan.matches(sample)),
            Self::Or(plans) => plans.iter().any(|plan| plan.matches(sample)),
            Self::Not(plan) => !plan.matches(sample),
            Self::Fact { name, from, to } => (*from..=*to).contains(&fact(name, sample)),
            Self::Text { role, leaves, within } => {
                let of_role = |turn: &&Turn| role.as_ref().is_none_or(|role| *role == turn.role);
                sample.turns.iter().filter(of_role).any(|turn| is_near(leaves, within, turn))
            }
        }
    }
}

fn fact(name: &str, sample: &Sample) -> u64 {
    let words = |role: Option<&str>| {
        let turns = sample.turns.iter().filter(|turn| role.is_none_or(|role| role == turn.role));
        turns.map(|turn| turn.words).sum()
    };
    match name {
        "turns" => sample.turns.len() as u64,
        "words" => words(None),
        "words_human" => words(Some("human")),
        "words_gpt" => words(Some("gpt")),
        _ => panic!("`{name}` is no fact"),
    }
}

/// Whether each leaf stands near one of the places of the leaf before it that themselves do.
fn is_near(leaves: &[Leaf], within: &[usize], turn: &Turn) -> bool {
    let mut reached = leaves[0].places(turn);
    for (index, leaf) in leaves.iter().enumerate().skip(1) {
        let (before, own, most) = (leaves[index - 1].length(), leaf.length(), within[index - 1]);
        let fits = |begin: usize| {
            reached.iter().any(|other| {
                (begin >= other + before && begin - other - before <= most)
                    || (*other >= begin + own && other - begin - own <= most)
            })
        };
        reached = leaf.places(turn).into_iter().filter(|begin| fits(*begin)).collect();
    }
    !reached.is_empty()
}

impl Leaf {
    fn read(word: &str, scan: &Scan) -> Self {
        let (kind, text) = word.split_once(':').unwrap_or_else(|| panic!("`{word}` has no kind"));
        let text = text.replace('_', " ");
        let mut leaf = Self { units: Vec::new(), pictures: Vec::new() };
        for (name, kind) in cut(&text) {
            match kind {
                Kind::Picture => leaf.pictures.push((leaf.units.len(), scan.find(&name))),
                _ => leaf.units.push((BTreeSet::from([scan.find(&name)]), kind == Kind::Joined)),
            }
        }
        let last = cut(&text).pop().unwrap_or_else(|| panic!("`{word}` has no units")).0;
        let numbers = |fits: &dyn Fn(&str) -> bool| -> BTreeSet<u32> {
            (0..).zip(&scan.names).filter(|(_, name)| fits(name)).map(|(number, _)| number).collect()
        };
        let wider = match kind {
            "e" => return leaf,
            "w" => forms::of(&last, scan),
            "p" | "g" => numbers(&|name| name.starts_with(&last)),
            "f1" => numbers(&|name| forms::edits(name, &last) <= 1),
            "f2" => numbers(&|name| forms::edits(name, &last) <= 2),
            _ => panic!("`{kind}` is no kind of leaf"),
        };
        leaf.units.pop();
        leaf.units.push((wider, false));
        leaf
    }

    fn length(&self) -> usize {
        self.units.len().max(1)
    }

    /// Where it begins in a turn.
    fn places(&self, turn: &Turn) -> Vec<usize> {
        let fits = |begin: &usize| {
            let units = turn.units.get(*begin..begin + self.units.len());
            let fits = |((unit, joined), (fitting, must_join)): (&(u32, bool), &(BTreeSet<u32>, bool))| {
                fitting.contains(unit) && (*joined || !must_join)
            };
            units.is_some_and(|units| units.iter().zip(&self.units).all(fits))
                && self
                    .pictures
                    .iter()
                    .all(|(offset, picture)| turn.pictures.contains(&(begin + offset, *picture)))
        };
        (0..=turn.units.len()).filter(fits).collect()
    }
}
