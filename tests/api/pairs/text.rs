//! Samples cut into units, every distinct unit under a number.

use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// All samples.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) samples: Vec<Sample>,
    pub(super) names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// For each unit, how many (sample, role) have it.
    pub(super) frequency: Vec<u64>,
}

/// A sample.
pub(super) struct Sample {
    pub(super) turns: Vec<Turn>,
}

/// A turn.
pub(super) struct Turn {
    pub(super) role: String,
    /// Words and CJK characters, in order, each with whether it is a CJK character right behind another.
    pub(super) units: Vec<(u32, bool)>,
    /// Pictographs, each with the number of units before it.
    pub(super) pictures: Vec<(usize, u32)>,
    /// Whitespace words.
    pub(super) words: u64,
}

impl Scan {
    /// Adds a sample: its turns as role and text.
    pub(super) fn add<'t>(&mut self, turns: impl IntoIterator<Item = (&'t str, &'t str)>) {
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
    pub(super) fn find(&self, name: &str) -> u32 {
        self.numbers.get(name).copied().unwrap_or(u32::MAX)
    }
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, or a CJK character with something else before it.
    Unit,
    /// A CJK character right behind another.
    Joined,
    /// A pictograph.
    Picture,
}

/// The units of a text.
pub(super) fn cut(text: &str) -> Vec<(String, Kind)> {
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
