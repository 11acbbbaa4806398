//! Parts of a mixture as they are to be said in another format, and what formats say them with.

use crate::format::ends_in;
use crate::pick::{Pick, Step};
use std::ops::Range;

/// Entries that one part may become where a format repeats by writing an entry again.
const MOST_ENTRIES: u64 = 10_000;

/// A part of a mixture, as it is to be said elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is called where it comes from.
    pub title: String,
    /// Names by which its files are found, one or one per file.
    pub names: Vec<String>,
    /// Its files, relative to what the format's paths are relative to.
    pub files: Vec<String>,
    /// The folder of which these are all files.
    pub folder: Option<String>,
    /// Samples in it.
    pub of: u64,
    /// What is taken; none for a part of a stream without end.
    pub pick: Option<Pick>,
    /// Its weight in a stream without end.
    pub weight: Option<f64>,
    /// The list of ordinals that are not taken, relative to the root.
    pub left_out: Option<String>,
}

/// What is taken of a piece, in the words that formats have.
pub(crate) struct Said<'p> {
    /// The piece.
    pub(crate) piece: &'p Piece,
    /// What of it is looked at.
    pub(crate) window: Window,
    /// The ordinals of that.
    pub(crate) within: Range<u64>,
    /// Samples of that.
    pub(crate) length: u64,
    /// Passes over it.
    pub(crate) passes: u64,
    /// Drawn from it, each at most once.
    pub(crate) distinct: u64,
    /// Drawn from it, each as often as it comes.
    pub(crate) again: u64,
}

/// What of a source is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// All of it.
    Whole,
    /// The first ones.
    First,
    /// The last ones.
    Last,
    /// Others.
    Between,
}

impl<'p> Said<'p> {
    pub(crate) fn of(piece: &'p Piece) -> Result<Self, String> {
        let cannot = |what: &str| Err(format!("{}: {what} cannot be said in this format", piece.title));
        let Some(pick) = &piece.pick else {
            return cannot("a stream without end, of which `--total N` makes numbers,");
        };
        if !pick.left_out.is_empty() {
            return cannot("a list of samples that are left out");
        }
        let window = match (pick.within.start, pick.within.end) {
            (0, end) if end == piece.of => Window::Whole,
            (0, _) => Window::First,
            (_, end) if end == piece.of => Window::Last,
            _ => Window::Between,
        };
        let mut said = Self {
            piece,
            window,
            within: pick.within.clone(),
            length: pick.base(),
            passes: 0,
            distinct: 0,
            again: 0,
        };
        for step in &pick.steps {
            match *step {
                Step::Passes(times) => said.passes += times,
                Step::Distinct(count) => said.distinct += count,
                Step::Again(count) => said.again += count,
                Step::Head(_) => return cannot("a pass that is cut off"),
            }
        }
        Ok(said)
    }

    /// Samples that are taken.
    pub(crate) fn samples(&self) -> u64 {
        self.length * self.passes + self.distinct + self.again
    }

    /// Samples that are drawn.
    pub(crate) fn drawn(&self) -> u64 {
        self.distinct + self.again
    }

    /// Whether all is taken, some times over, and nothing else.
    pub(crate) fn is_whole_passes(&self) -> bool {
        self.window == Window::Whole && self.drawn() == 0
    }

    /// The passes, for a format that repeats by writing an entry again.
    pub(crate) fn entries(&self) -> Result<Range<u64>, String> {
        let is_fine = self.passes.saturating_mul(self.piece.files.len() as u64) <= MOST_ENTRIES;
        if is_fine { Ok(0..self.passes) } else { Err(self.refused("as many entries are not written")) }
    }

    /// What is taken, for people: `coco: the first 7 of 100`.
    pub(crate) fn words(&self) -> String {
        let n = self.piece.of;
        let which = match self.window {
            Window::Whole => format!("all {n}"),
            Window::First => format!("the first {} of {n}", self.length),
            Window::Last => format!("the last {} of {n}", self.length),
            Window::Between => format!("{} to {} of {n}", self.within.start, self.within.end),
        };
        let (title, drawn) = (&self.piece.title, self.drawn());
        let on_top = if drawn > 0 { format!(", and {drawn} drawn on top") } else { String::new() };
        match self.passes {
            0 => format!("{title}: {drawn} drawn from {which}"),
            1 => format!("{title}: {which}{on_top}"),
            times => format!("{title}: {which}, {times} times{on_top}"),
        }
    }

    /// Why this cannot be said.
    pub(crate) fn refused(&self, why: &str) -> String {
        format!("{}; {why}", self.words())
    }

    /// The note on a part of which nothing is taken, where a format cannot say so.
    pub(crate) fn left_out(&self) -> String {
        format!("{}: nothing is taken, so it is left out", self.piece.title)
    }

    /// The note on a part of which a trainer takes as many samples, but draws them.
    pub(crate) fn drawn_instead(&self) -> String {
        format!("{}; as many are drawn at random here", self.words())
    }

    /// The one file, where a format names files and the piece is more than whole passes.
    pub(crate) fn file(&self) -> Result<&'p str, String> {
        match self.piece.files.as_slice() {
            [file] => Ok(file),
            _ => Err(self.refused("a part of several files cannot be said in this format")),
        }
    }

    /// The names of its files, none of which has a sign that means something in the format.
    pub(crate) fn names(&self, signs: &[char]) -> Result<&'p [String], String> {
        let is_odd = |name: &&String| name.contains(signs) || name.trim() != *name;
        match self.piece.names.iter().find(is_odd) {
            Some(name) => Err(format!("`{name}` cannot be a name in this format")),
            None => Ok(&self.piece.names),
        }
    }
}

/// Names with whole passes over them, for formats that know nothing else.
pub(crate) fn names_and_passes(
    said: &[Said<'_>],
    signs: &[char],
    notes: &mut Vec<String>,
) -> Result<Vec<(String, u64)>, String> {
    let mut names = Vec::new();
    for part in said {
        if !part.is_whole_passes() {
            return Err(part.refused("only whole passes can be said in this format"));
        }
        if part.passes == 0 {
            notes.push(part.left_out());
            continue;
        }
        names.extend(part.names(signs)?.iter().map(|name| (name.clone(), part.passes)));
    }
    Ok(names)
}

/// Names, each as often as it is passed over.
pub(crate) fn repeated(names: &[(String, u64)]) -> Result<Vec<String>, String> {
    if let Some((name, times)) = names.iter().find(|(_, times)| *times > MOST_ENTRIES) {
        return Err(format!("{name}: {times} times are not written"));
    }
    Ok(names.iter().flat_map(|(name, times)| (0..*times).map(|_| name.clone())).collect())
}

/// A name that is not taken: the title, or with a number behind it.
pub(crate) fn free_name(title: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u64..).map(|number| format!("{title}_{number}"));
    let mut names = std::iter::once(title.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).expect("of endless names one is not taken")
}

/// Whether a file is of JSON lines, which some trainers read alone.
pub(crate) fn lines_only(path: &str) -> Result<(), String> {
    let why = || format!("{path}: this trainer reads only `.jsonl` files; write it as JSON lines");
    if ends_in(path, ".jsonl") { Ok(()) } else { Err(why()) }
}

/// The shortest decimal near `count / n` that comes to `count` by a trainer's rule.
pub(crate) fn decimal(count: u64, n: u64, rule: impl Fn(f64) -> u64) -> Option<f64> {
    let exact = count as f64 / n.max(1) as f64;
    let candidates = (1..=16_u8).flat_map(|digits| {
        let scale = 10_f64.powi(i32::from(digits));
        let rounded = [(exact * scale).round(), (exact * scale).ceil()];
        rounded.map(|number| format!("{:.*}", usize::from(digits), number / scale))
    });
    candidates.filter_map(|text| text.parse::<f64>().ok()).find(|&number| rule(number) == count)
}
