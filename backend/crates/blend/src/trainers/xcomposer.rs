//! `XComposer`'s `data.txt`: a path and a number per line, in thousands of samples (`given_num`) or as a ratio.
//!
//! Source: InternLM/InternLM-XComposer, `finetune/finetune.py` and `data_mix.py`, 0f70c3e.

use crate::document::{Mistake, Position};
use crate::format::{Format, ends_in, stem};
use crate::mixture::{Mixture, Order, Part, Size, Source, Take};
use crate::python::{self, cut_off};
use crate::said::{Said, Window, decimal};

/// The words of each line, between single blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines(pub Vec<Vec<String>>);

/// What the number behind a path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Thousands of samples.
    Thousands,
    /// How often the file is taken.
    Ratio,
}

impl Lines {
    /// Reads the file.
    pub fn parse(text: &str) -> Self {
        let words = |line: &str| line.trim().split(' ').map(str::to_owned).collect();
        Self(text.lines().map(words).collect())
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        self.0.iter().flat_map(|words| [words.join(" "), "\n".to_owned()]).collect()
    }

    /// What the trainer takes.
    pub fn mixture(&self, unit: Unit) -> Result<Mixture, Mistake> {
        let (mut parts, mut notes): (Vec<Part>, Vec<String>) = (Vec::new(), Vec::new());
        for (number, words) in self.0.iter().enumerate() {
            let at = Position { line: number + 1, column: 1 };
            let part = part(words, unit, at)?;
            // The trainer puts the lines into a `dict` by their paths.
            match parts.iter_mut().find(|other| other.source == part.source) {
                Some(other) => {
                    notes.push(format!(
                        "{} stands twice: the later line replaces the earlier one, in its place",
                        part.name
                    ));
                    *other = part;
                }
                None => parts.push(part),
            }
        }
        if parts.is_empty() {
            return Err(Mistake::at(
                Position { line: 1, column: 1 },
                "an empty mixture: there is no dataset in it",
            ));
        }
        let format = match unit {
            Unit::Thousands => Format::XComposer,
            Unit::Ratio => Format::XComposerRatio,
        };
        Ok(Mixture { format, parts, order: Order::Concatenated, total: None, notes })
    }
}

fn part(words: &[String], unit: Unit, at: Position) -> Result<Part, Mistake> {
    let path = words.first().map_or("", String::as_str);
    let why = match path {
        "" => Some("an empty line, which the trainer takes for a file without a name"),
        path if path.starts_with('#') => {
            Some("this format has no comments: the trainer looks for a file called `#`")
        }
        _ => None,
    };
    if let Some(why) = why {
        return Err(Mistake::at(at, why));
    }
    let take = match (unit, words) {
        (Unit::Thousands, [_, number]) => Take::Fill(Size::Count(
            thousands(number).map_err(|why| Mistake::at(at, format!("{}: {why}", stem(path))))?,
        )),
        (Unit::Thousands, _) => {
            let why = format!(
                "a line is a path and a number between one blank, and this one has {} words",
                words.len()
            );
            return Err(Mistake::at(at, why));
        }
        (Unit::Ratio, [_, number]) => match python::float(number) {
            Some(1.0) => Take::Passes(1),
            Some(ratio) if ratio.is_finite() => Take::Fill(Size::Share(ratio)),
            _ => return Err(Mistake::at(at, format!("{}: `{number}` is no number", stem(path)))),
        },
        (Unit::Ratio, _) => Take::Passes(1),
    };
    let source = Source::Paths(vec![path.to_owned()]);
    Ok(Part { take, ..Part::all(stem(path), source, Some(at)) })
}

/// `int(float(word) * 1000)`.
fn thousands(word: &str) -> Result<i128, String> {
    let number = python::float(word).filter(|number| number.is_finite());
    number.map(|number| (number * 1000.0) as i128).ok_or_else(|| format!("`{word}` is no number"))
}

/// Says parts of a mixture in this format.
pub(crate) fn say(unit: Unit, said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut files: Vec<(&str, u64, u64)> = Vec::new();
    for part in said {
        let file = part.file()?;
        if file.contains(char::is_whitespace) || !ends_in(file, ".json") {
            return Err(format!("{file}: this trainer reads JSON arrays whose paths have no blanks"));
        }
        let is_drawn = part.passes == 0 && part.again == 0 && part.distinct < part.piece.of;
        let is_filled = part.passes == 1 && part.distinct == 0;
        if part.samples() == 0 {
            notes.push(part.left_out());
            continue;
        }
        if part.window != Window::Whole || !(is_drawn || is_filled) {
            notes.push(part.drawn_instead());
        }
        match files.iter_mut().find(|(other, ..)| *other == file) {
            Some((_, count, _)) => {
                notes.push(format!("{file} can stand only once here: its parts are put together and drawn"));
                *count += part.samples();
            }
            None => files.push((file, part.samples(), part.piece.of)),
        }
    }
    Ok(Lines(files.into_iter().map(|file| line(unit, file)).collect::<Result<_, _>>()?).write())
}

/// A path and the number that comes to as many samples.
fn line(unit: Unit, (file, count, of): (&str, u64, u64)) -> Result<Vec<String>, String> {
    let number = match unit {
        Unit::Thousands => decimal(count, 1000, |number| cut_off(number * 1000.0)),
        Unit::Ratio => decimal(count, of, |ratio| cut_off(of as f64 * ratio)),
    };
    let number = number.ok_or_else(|| format!("{file}: no number comes to {count} samples"))?;
    Ok(vec![file.to_owned(), number.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(line: &str, unit: Unit, n: u64) -> Result<u64, Mistake> {
        let mixture = Lines::parse(line).mixture(unit)?;
        Ok(mixture.parts[0].pick(n, &[])?.samples().unwrap())
    }

    #[test]
    fn thousands_are_cut_off_in_doubles() {
        for (number, count) in [("1.001", 1000), ("2.01", 2009), ("0.02", 20), ("1e-2", 10), ("0.033", 33)] {
            assert_eq!(taken(&format!("a.json {number}"), Unit::Thousands, 15), Ok(count), "{number}");
        }
    }

    #[test]
    fn ratios_and_odd_numbers_of_words() {
        for (line, count) in
            [("a 0.29", 28), ("a 1.5", 150), ("a 1", 100), ("a", 100), ("a  0.5", 100), ("a\t0.5", 100)]
        {
            assert_eq!(taken(line, Unit::Ratio, 100), Ok(count), "{line}");
        }
    }

    #[test]
    fn what_stops_the_trainer_stops() {
        for line in [
            "a",
            "a  0.5",
            "a\t0.5",
            "a 0.5 x",
            "a x",
            "a nan",
            "a inf",
            "a 0",
            "a 0.0001",
            "a -1",
            "",
            "# a 1",
            "a 1\n\nb 1",
        ] {
            assert!(taken(line, Unit::Thousands, 100).is_err(), "{line:?}");
        }
        assert!(taken("a 0", Unit::Ratio, 100).is_err());
    }

    #[test]
    fn the_later_line_replaces_the_earlier_one() {
        let mixture = Lines::parse("a 0.01\nb 0.02\na 0.03\n").mixture(Unit::Thousands).unwrap();
        let taken: Vec<_> = mixture
            .parts
            .iter()
            .map(|part| (part.name.as_str(), part.pick(100, &[]).unwrap().samples()))
            .collect();
        assert_eq!(taken, [("a", Some(30)), ("b", Some(20))]);
        assert_eq!(mixture.notes.len(), 1);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(lines in prop::collection::vec(prop::collection::vec("[a-z0-9./é]{1,8}", 1..4), 1..6)) {
            let lines = Lines(lines);
            prop_assert_eq!(Lines::parse(&lines.write()), lines);
        }
    }
}
