//! Counting by a plain scan, in code that shares nothing with the index.
//!
//! A *plan* says in plain words what a query has to mean; the scan applies it to every sample. `pairs/pairs.txt` holds
//! queries with their plans and counts.
//!
//! | plan | meaning |
//! |---|---|
//! | `w:dog` | the word, its accented and its inflected forms |
//! | `e:red_bus` | these units in a row, exactly (`_` for blanks) |
//! | `p:bu` | a word that begins so |
//! | `g:red_bu` | units in a row, of which the last may go on |
//! | `f1:buss` | words at most one edit away |
//! | `(near 5 A B)` | leaves in one turn with at most five units between, in either order; chains go on `… 3 C` |
//! | `(human A)`, `(gpt A)` | leaves in turns of that role only |
//! | `(and A B)`, `(or A B)`, `(not A)` | over the sample |
//! | `turns=4..`, `words=10..50`, `words_gpt=…`, `words_human=…` | facts |

mod forms;

use crate::support::total;
use blendscope_shared::paths::escape;
use blendscope_tests::server::Server;
use std::collections::{BTreeSet, HashMap};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Queries with plans and counts: `query`, `plan`, `count`, with tabs between.
const PAIRS: &str = include_str!("pairs/pairs.txt");

/// A line of the file.
struct Pair {
    /// As people type it.
    query: &'static str,
    /// What it has to mean.
    plan: &'static str,
    /// Samples of `bench_240k.json.gz` that match.
    count: Option<u64>,
}

/// Every pair of the file.
fn pairs() -> Vec<Pair> {
    let lines = PAIRS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let mut column = || columns.next().unwrap_or_else(|| panic!("`{line}` lacks a column"));
            let (query, plan) = (column(), column());
            Pair { query, plan, count: columns.next().and_then(|count| count.parse().ok()) }
        })
        .collect()
}

/// The file that the pairs were counted in, where `BLENDSCOPE_REAL_DATA` names a folder with it.
fn bench_file() -> Option<PathBuf> {
    let folder = std::env::var_os("BLENDSCOPE_REAL_DATA");
    let file = folder.map(|folder| PathBuf::from(folder).join("bench_240k.json.gz"));
    file.filter(|file| file.is_file())
}

/// The texts of every record of the file.
fn scan(file: &Path) -> Scan {
    let mut unpacked = Command::new("gzip").arg("-dc").arg(file).stdout(Stdio::piped()).spawn().unwrap();
    let text = BufReader::with_capacity(1 << 20, unpacked.stdout.take().unwrap());
    let records: Vec<serde_json::Value> = serde_json::from_reader(text).unwrap();
    unpacked.wait().unwrap();
    let mut scan = Scan::default();
    for record in &records {
        let turns = record["conversations"].as_array().into_iter().flatten();
        let part =
            |turn: &'_ serde_json::Value, name: &str| turn[name].as_str().unwrap_or_default().to_owned();
        let turns: Vec<(String, String)> =
            turns.map(|turn| (part(turn, "from"), part(turn, "value"))).collect();
        scan.add(turns.iter().map(|(role, text)| (role.as_str(), text.as_str())));
    }
    scan
}

#[test]
fn every_query_of_the_list_counts_what_a_scan_counts() {
    let Some(file) = bench_file() else { return };
    let root = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&file, root.path().join("bench_240k.json.gz")).unwrap();
    let server = Server::start(root.path());
    let wrong: Vec<String> = pairs()
        .iter()
        .filter_map(|pair| {
            let found = total(&server, &format!("q={}", escape(pair.query)));
            (Some(found) != pair.count).then(|| format!("{}: {found}, not {:?}", pair.query, pair.count))
        })
        .collect();
    assert_eq!(wrong, [""; 0], "{} of {}", wrong.len(), pairs().len());
}

#[test]
fn the_counts_of_the_list_are_those_of_a_scan() {
    let Some(file) = bench_file() else { return };
    let scan = scan(&file);
    for pair in pairs().iter().step_by(7) {
        let plan = Plan::read(pair.plan, &scan);
        assert_eq!(Some(plan.count(&scan)), pair.count, "{}", pair.query);
    }
    assert!(pairs().len() >= 150);
}

/// All samples.
#[derive(Default)]
struct Scan {
    samples: Vec<Sample>,
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// For each unit, how many (sample, role) have it.
    frequency: Vec<u64>,
}

/// A sample.
struct Sample {
    turns: Vec<Turn>,
}

/// A turn.
struct Turn {
    role: String,
    /// Words and CJK characters, in order, each with whether it is a CJK character right behind another.
    units: Vec<(u32, bool)>,
    /// Pictographs, each with the number of units before it.
    pictures: Vec<(usize, u32)>,
    /// Whitespace words.
    words: u64,
}

impl Scan {
    /// Adds a sample: its turns as role and text.
    fn add<'t>(&mut self, turns: impl IntoIterator<Item = (&'t str, &'t str)>) {
        let turns: Vec<Turn> = turns.into_iter().map(|(role, text)| self.turn(role, text)).collect();
        let mut seen: Vec<(&str, u32)> = Vec::new();
        for turn in &turns {
            let units = turn.units.iter().map(|(unit, _)| *unit);
            let all = units.chain(turn.pictures.iter().map(|(_, unit)| *unit));
            seen.extend(all.map(|unit| (turn.role.as_str(), unit)));
        }
        seen.sort_unstable();
        seen.dedup();
        for (_, unit) in seen {
            self.frequency[unit as usize] += 1;
        }
        self.samples.push(Sample { turns });
    }

    fn turn(&mut self, role: &str, text: &str) -> Turn {
        let (mut units, mut pictures) = (Vec::new(), Vec::new());
        for (name, kind) in cut(text) {
            let number = self.number(name);
            match kind {
                Kind::Picture => pictures.push((units.len(), number)),
                Kind::Unit | Kind::Joined => units.push((number, kind == Kind::Joined)),
            }
        }
        Turn { role: role.to_owned(), units, pictures, words: text.split_whitespace().count() as u64 }
    }

    fn number(&mut self, name: String) -> u32 {
        let next = self.names.len() as u32;
        let number = *self.numbers.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name);
            self.frequency.push(0);
        }
        number
    }

    /// The number of a unit; one that no unit has if it does not occur.
    fn find(&self, name: &str) -> u32 {
        self.numbers.get(name).copied().unwrap_or(u32::MAX)
    }
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A word, or a CJK character with something else before it.
    Unit,
    /// A CJK character right behind another.
    Joined,
    /// A pictograph.
    Picture,
}

/// The units of a text.
fn cut(text: &str) -> Vec<(String, Kind)> {
    let folded = caseless::default_case_fold_str(&text.nfkc().collect::<String>());
    let mut units: Vec<(String, Kind)> = Vec::new();
    let (mut open, mut after_cjk) = (false, false);
    let mut flag = false;
    for letter in folded.chars() {
        let joined = std::mem::replace(&mut after_cjk, is_cjk(letter)) && is_cjk(letter);
        let is_flag = matches!(letter as u32, 0x1F1E6..=0x1F1FF);
        if is_cjk(letter) {
            units.push((letter.to_string(), if joined { Kind::Joined } else { Kind::Unit }));
            (open, flag) = (false, false);
        } else if is_letter(letter) {
            match units.last_mut() {
                Some((unit, _)) if open => unit.push(letter),
                _ => units.push((letter.to_string(), Kind::Unit)),
            }
            (open, flag) = (true, false);
        } else if is_picture(letter) {
            match units.last_mut() {
                Some((unit, _)) if is_flag && flag => {
                    unit.push(letter);
                    flag = false;
                }
                _ => {
                    units.push((letter.to_string(), Kind::Picture));
                    flag = is_flag;
                }
            }
            open = false;
        } else {
            (open, flag) = (false, false);
        }
    }
    units
}

fn is_letter(letter: char) -> bool {
    let enclosed = matches!(letter as u32, 0x1F130..=0x1F1FF);
    !enclosed && (letter.is_alphanumeric() || letter == '_' || is_combining_mark(letter))
}

fn is_picture(letter: char) -> bool {
    matches!(letter as u32,
        0x2300..=0x23FF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x1F000..=0x1F0FF | 0x1F1E6..=0x1F3FA | 0x1F400..=0x1FAFF)
}

/// Han, Hiragana, Katakana with `ー` and `々`, Hangul.
fn is_cjk(letter: char) -> bool {
    matches!(letter,
        '々' | '〇' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}')
}

/// What a query has to mean.
enum Plan {
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
struct Leaf {
    units: Vec<(BTreeSet<u32>, bool)>,
    pictures: Vec<(usize, u32)>,
}

impl Plan {
    /// Reads a plan.
    fn read(text: &str, scan: &Scan) -> Self {
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
    fn count(&self, scan: &Scan) -> u64 {
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
