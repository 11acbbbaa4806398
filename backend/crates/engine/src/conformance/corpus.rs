//! Small corpora and the questions that are asked of them.

use super::PREDICATES;
use crate::{Accepted, Block, Codes, Field, Live, LiveGeneration, Name, Restriction, Row};
use blendscope_query::{Condition, Expanded, Predicate};
use blendscope_shared::role::Role;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

/// Words without inflected forms, some that begin alike, and text without blanks.
const WORDS: [&str; 8] = ["qua", "quax", "rix", "zolm", "42", "犬", "東京", "x_y"];

/// Samples in generations, and questions about them.
#[derive(Debug)]
pub struct Corpus {
    /// All that an index is filled with.
    pub generations: Vec<Generation>,
    pub(super) questions: Vec<Asked>,
}

/// One reading of some files.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Its number.
    pub number: u32,
    /// Number of its dataset.
    pub dataset: usize,
    /// Whether a commit names it.
    pub is_live: bool,
    /// Files: whether each is shown, and its samples.
    pub files: Vec<(bool, Vec<Sample>)>,
}

/// A sample with its numbers.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its turns.
    pub turns: Vec<(Role, String)>,
    /// Its key, as a hash.
    pub key: u64,
    /// Its id, as a hash.
    pub id: u64,
    /// Its images' keys, as hashes.
    pub images: Vec<u64>,
    /// Its language, as a code.
    pub language: u64,
}

/// A question before it meets a corpus.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) query: String,
    pub(super) restrictions: Vec<Restricted>,
}

/// A restriction that can be decided without an engine.
#[derive(Clone, Debug)]
pub(super) enum Restricted {
    /// Samples of this dataset.
    Dataset(usize),
    /// Samples with a number of a field in a range.
    Range(Field, u64, u64),
    /// Samples with one of some languages.
    Languages(Vec<u64>),
    /// Samples with one of some ids.
    Ids(Vec<u64>),
}

impl Sample {
    /// Its number in a field; none for fields that the suite does not ask for.
    pub fn value(&self, field: Field) -> Option<u64> {
        let count = |is_counted: &dyn Fn(&Role) -> bool, of: &dyn Fn(&str) -> usize| -> Option<u64> {
            let counted = self.turns.iter().filter(|(role, _)| is_counted(role));
            Some(counted.map(|(_, text)| of(text) as u64).sum())
        };
        let words = |text: &str| text.split_whitespace().count();
        let characters = |text: &str| text.chars().count();
        let cjk = |text: &str| text.chars().filter(|letter| !letter.is_ascii()).count();
        let (all, human, gpt) =
            (|_: &Role| true, |role: &Role| *role == Role::Human, |role: &Role| *role == Role::Gpt);
        let others = |role: &Role| !human(role) && !gpt(role);
        match field {
            Field::Turns => Some(self.turns.len() as u64),
            Field::Words => count(&all, &words),
            Field::WordsHuman => count(&human, &words),
            Field::WordsGpt => count(&gpt, &words),
            Field::WordsOther => count(&others, &words),
            Field::Characters => count(&all, &characters),
            Field::CharactersGpt => count(&gpt, &characters),
            Field::CharactersOther => count(&others, &characters),
            Field::Cjk => count(&all, &cjk),
            Field::CjkGpt => count(&gpt, &cjk),
            Field::Images => Some(self.images.len() as u64),
            Field::Language => Some(self.language),
            Field::Key => Some(self.key),
            Field::Id => Some(self.id),
            _ => None,
        }
    }
}

impl Corpus {
    /// What a commit would say is live.
    pub fn live(&self) -> Live {
        let mut shown: Vec<&Generation> = self.generations.iter().filter(|of| of.is_live).collect();
        shown.sort_by_key(|of| (of.dataset, of.number));
        let (mut position, mut file, mut live) = (0, 0, Vec::new());
        for of in shown {
            let (mut first_row, mut blocks) = (0, Vec::new());
            for (is_shown, samples) in &of.files {
                let rows = samples.len() as u32;
                if *is_shown {
                    blocks.push(Block { first_row, rows, file, first_position: position });
                    position += u64::from(rows);
                    file += 1;
                }
                first_row += rows;
            }
            live.push(LiveGeneration::new(of.number, of.dataset, first_row, blocks));
        }
        Live::new(live)
    }

    /// Every sample with its row.
    pub fn samples(&self) -> impl Iterator<Item = (Row, &Sample)> {
        self.generations.iter().flat_map(|of| {
            let all = of.files.iter().flat_map(|(_, samples)| samples);
            (0..).zip(all).map(|(ordinal, sample)| (Row::new(of.number, ordinal), sample))
        })
    }
}

/// What the predicates of a query ask for.
pub(super) fn conditions(expanded: &Expanded, live: &Live) -> Vec<(Predicate, Arc<Restriction>)> {
    let condition = |predicate: &Predicate| {
        let Condition::Range(from, to) = predicate.condition else { return None };
        let field = if predicate.field.name == PREDICATES[0].name { Field::Turns } else { Field::Words };
        Some((predicate.clone(), Arc::new(Restricted::Range(field, from, to).restriction(live))))
    };
    expanded.query().predicates().filter_map(condition).collect()
}

impl Restricted {
    /// The restriction that an engine is given.
    pub(super) fn restriction(&self, live: &Live) -> Restriction {
        let accepted = |of: &LiveGeneration| match self {
            Self::Dataset(dataset) => (of.dataset == *dataset).then_some(Accepted::All),
            Self::Range(field, from, to) => Some(Accepted::With(*field, Codes::ranges([(*from, *to)]))),
            Self::Languages(codes) => {
                let codes = Codes::Among(Arc::new(codes.iter().copied().collect()));
                Some(Accepted::With(Field::Language, codes))
            }
            Self::Ids(ids) => Some(Accepted::Named(Name::Id, Arc::new(ids.iter().copied().collect()))),
        };
        Restriction::new(live.generations().iter().filter_map(|of| Some((of.number, accepted(of)?))))
    }

    /// Whether a sample of a dataset passes, by a plain look at it.
    pub(super) fn passes(&self, dataset: usize, sample: &Sample) -> bool {
        match self {
            Self::Dataset(wanted) => dataset == *wanted,
            Self::Range(field, from, to) => {
                sample.value(*field).is_some_and(|value| (*from..=*to).contains(&value))
            }
            Self::Languages(codes) => codes.contains(&sample.language),
            Self::Ids(ids) => ids.contains(&sample.id),
        }
    }
}

/// Corpora of up to four generations, some of them or of their files not shown, with some questions each.
pub fn corpora() -> impl Strategy<Value = Corpus> {
    (vec(generation(), 1..5), vec(question(), 8)).prop_map(|(mut generations, questions)| {
        for (number, of) in (1..).zip(&mut generations) {
            // Numbers need not follow each other.
            of.number = number * 3;
        }
        Corpus { generations, questions }
    })
}

fn generation() -> impl Strategy<Value = Generation> {
    let file = (prop::bool::weighted(0.8), vec(sample(), 0..9));
    (0_usize..3, prop::bool::weighted(0.8), vec(file, 1..4))
        .prop_map(|(dataset, is_live, files)| Generation { number: 0, dataset, is_live, files })
}

fn sample() -> impl Strategy<Value = Sample> {
    let role = prop_oneof![
        3 => Just(Role::Human),
        3 => Just(Role::Gpt),
        1 => Just(Role::System),
        1 => Just(Role::Other("tool".to_owned())),
    ];
    let turn = (role, vec(prop::sample::select(&WORDS[..]), 0..6));
    let turn = turn.prop_map(|(role, words)| (role, words.join(" ")));
    (vec(turn, 0..4), any::<u64>(), 1_u64..6, vec(1_u64..4, 0..3), 0_u64..3)
        .prop_map(|(turns, key, id, images, language)| Sample { turns, key, id, images, language })
}

fn question() -> impl Strategy<Value = Asked> {
    (query(), vec(restricted(), 0..3)).prop_map(|(query, restrictions)| Asked { query, restrictions })
}

fn query() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]);
    let leaf = prop_oneof![
        4 => word.clone().prop_map(str::to_owned),
        1 => word.clone().prop_map(|word| format!("\"{word}\"")),
        2 => (word.clone(), word.clone()).prop_map(|(first, second)| format!("\"{first} {second}\"")),
        1 => Just("qu*".to_owned()),
        1 => word.clone().prop_map(|word| format!("human:{word}")),
        1 => word.prop_map(|word| format!("gpt:{word}")),
        1 => (0_u64..4).prop_map(|least| format!("turns:>{least}")),
        1 => (0_u64..8).prop_map(|most| format!("words:..{most}")),
    ];
    let part = (prop::bool::weighted(0.2), leaf);
    let part = part.prop_map(|(is_left_out, leaf)| if is_left_out { format!("-{leaf}") } else { leaf });
    prop_oneof![
        1 => Just(String::new()),
        4 => vec(part.clone(), 1..4).prop_map(|parts| parts.join(" ")),
        2 => vec(part, 2..4).prop_map(|parts| parts.join(" OR ")),
    ]
}

fn restricted() -> impl Strategy<Value = Restricted> {
    let field = prop::sample::select(vec![Field::Turns, Field::Words, Field::Images, Field::WordsGpt]);
    prop_oneof![
        (0_usize..3).prop_map(Restricted::Dataset),
        (field, 0_u64..4, 0_u64..9).prop_map(|(field, from, to)| Restricted::Range(field, from, to)),
        vec(0_u64..3, 1..3).prop_map(Restricted::Languages),
        vec(1_u64..7, 1..3).prop_map(Restricted::Ids),
    ]
}
