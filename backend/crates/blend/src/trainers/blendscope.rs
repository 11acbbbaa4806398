//! Blendscope's own mixture: a TOML file with a table per part, which can say everything that the trainers' files can.
//!
//! ```toml
//! order = "concatenated"            # or "under", "over", "once": in turn, see `interleave`
//! total = 100000                    # what weights add up to
//!
//! [[part]]
//! name = "coco"                     # a dataset's name; or `files`, `query`
//! files = ["coco.json"]
//! first = "12.5%"                   # or last, or range = [100, 200]: what is looked at
//! repeat = 2.5                      # passes over it; the broken one is drawn
//! random = 25                       # drawn from it, each at most once; instead of a pass where `repeat` is not there
//! again = 10                        # drawn on top, each as often as it comes
//! cap = 1000                        # no more than so many
//! leave_out = "slices/coco.json"    # a list of ordinals that are not taken
//! weight = 2                        # in place of counts
//! ```

use crate::document::{Mistake, Position};
use crate::format::{Format, stem};
use crate::interleave::{Interleaving, Until};
use crate::mixture::{Amount, LeftOut, Mixture, Order, Own, Part, Source, Take, Window};
use crate::pick::Step;
use crate::said::Piece;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// How parts follow one another: `concatenated`, `under`, `over`, `once`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Turn>,
    /// Seed of the draws of sources, where parts have probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_seed: Option<u64>,
    /// What weights add up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The parts.
    #[serde(default, rename = "part", skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Spanned<Entry>>,
}

/// How parts follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// One after the other.
    Concatenated,
    /// In turn, until the first is through.
    Under,
    /// In turn, until all are; shorter ones begin again.
    Over,
    /// In turn, until all are.
    Once,
}

/// A part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name of a dataset, or of what the files are called here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Files, relative to the root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// A search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The first ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Share>,
    /// The last ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Share>,
    /// From one ordinal to before another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[u64; 2]>,
    /// Passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<f64>,
    /// Drawn, each at most once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<Share>,
    /// Drawn on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<u64>,
    /// No more than so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u64>,
    /// A list of ordinals that are not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave_out: Option<String>,
    /// Weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// How likely it is to be next, where parts are taken in turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// A number, or a share such as `"12.5%"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Share {
    /// A number.
    Count(u64),
    /// Percents.
    Percent(String),
}

impl Share {
    fn amount(&self) -> Result<Amount, String> {
        let Self::Percent(text) = self else {
            let Self::Count(count) = self else { return Err(String::new()) };
            return Ok(Amount::Count(*count));
        };
        let wrong =
            || format!("`{text}` is no share; write `\"12.5%\"`, with at most four digits behind the point");
        let percent = text.strip_suffix('%').ok_or_else(wrong)?.trim();
        let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || !are_digits(whole)
            || !are_digits(fraction)
            || fraction.len() > 4
            || whole.len() > 9
        {
            return Err(wrong());
        }
        format!("{whole}{fraction:0<4}").parse().map(Amount::Millionths).map_err(|_| wrong())
    }
}

impl File {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let at = error.span().map(|span| Position::of_byte(text, span.start));
            Mistake::at(at, error.message().trim().replace('\n', "; "))
        })
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        toml::to_string(self).expect("texts, numbers and lists of them are always TOML")
    }

    /// What is taken. `text` is the file's, for the places of mistakes.
    pub fn mixture(&self, text: &str) -> Result<Mixture, Mistake> {
        let part = |entry: &Spanned<Entry>| {
            let at = Position::of_byte(text, entry.span().start);
            entry.get_ref().part(at).map_err(|why| Mistake::at(at, why))
        };
        let parts: Vec<Part> = self.parts.iter().map(part).collect::<Result<_, _>>()?;
        let order = self.order().map_err(|why| Mistake::at(Position { line: 1, column: 1 }, why))?;
        Ok(Mixture { format: Format::Blendscope, parts, order, total: self.total, notes: Vec::new() })
    }

    fn order(&self) -> Result<Order, String> {
        let probabilities: Vec<f64> =
            self.parts.iter().filter_map(|part| part.get_ref().probability).collect();
        let until = match self.order {
            None | Some(Turn::Concatenated) if probabilities.is_empty() => return Ok(Order::Concatenated),
            None | Some(Turn::Concatenated) => {
                return Err("`probability` is for parts that are taken in turn; say `order`".to_owned());
            }
            Some(Turn::Under) => Until::First,
            Some(Turn::Over) => Until::All,
            Some(Turn::Once) => Until::AllOnce,
        };
        if !probabilities.is_empty() && probabilities.len() != self.parts.len() {
            return Err("either all parts have a `probability` or none".to_owned());
        }
        let probabilities = Some(probabilities).filter(|probabilities| !probabilities.is_empty());
        Ok(Order::Interleaved(Interleaving { until, probabilities, seed: self.order_seed.unwrap_or(42) }))
    }
}

impl Entry {
    fn part(&self, at: Position) -> Result<Part, String> {
        let source = match (self.files.as_slice(), &self.query, &self.name) {
            ([], Some(query), _) => Source::Query(query.clone()),
            ([], None, Some(name)) => Source::Name(name.clone()),
            ([], None, None) => {
                return Err("a part needs `files`, `query` or the `name` of a dataset".to_owned());
            }
            (_, Some(_), _) => return Err("a part has either `files` or `query`".to_owned()),
            (files, None, _) => Source::Paths(files.to_vec()),
        };
        let name = self.name.clone().or_else(|| self.query.clone()).unwrap_or_else(|| stem(&self.files[0]));
        let amount = |share: &Option<Share>| share.as_ref().map(Share::amount).transpose();
        let windows = [
            amount(&self.first)?.map(Window::First),
            amount(&self.last)?.map(Window::Last),
            self.range.map(|[from, to]| Window::Range(from, to)),
        ];
        if windows.iter().flatten().count() > 1 {
            return Err(format!("{name}: one of `first`, `last` and `range` says what is looked at"));
        }
        let own = Own {
            window: windows.into_iter().flatten().next(),
            repeat: self.repeat,
            random: amount(&self.random)?,
            again: self.again,
            cap: self.cap,
        };
        Ok(Part {
            repeat: self.repeat.unwrap_or(1.0),
            take: Take::Own(own),
            weight: self.weight,
            left_out: self.leave_out.clone().map(LeftOut::File),
            ..Part::all(name, source, Some(at))
        })
    }
}

/// Says parts of a mixture in this format.
pub(crate) fn say(pieces: &[Piece], order: &Order, total: Option<u64>) -> String {
    let mut file = File::default();
    let mut probabilities = None;
    if let Order::Interleaved(turns) = order {
        file.order = Some(match turns.until {
            Until::First => Turn::Under,
            Until::All => Turn::Over,
            Until::AllOnce => Turn::Once,
        });
        file.order_seed = turns.probabilities.is_some().then_some(turns.seed);
        probabilities = turns.probabilities.as_ref();
    }
    let entry = |(place, piece): (usize, &Piece)| {
        let probability = probabilities.map(|all| all[place]);
        Spanned::new(0..0, Entry { probability, ..said_entry(piece) })
    };
    file.total = total.filter(|_| pieces.iter().any(|piece| piece.weight.is_some()));
    file.parts = pieces.iter().enumerate().map(entry).collect();
    file.write()
}

fn said_entry(piece: &Piece) -> Entry {
    let mut entry = Entry {
        name: Some(piece.title.clone()),
        files: piece.files.clone(),
        weight: piece.weight,
        leave_out: piece.left_out.clone(),
        ..Entry::default()
    };
    let Some(pick) = piece.pick.as_ref().filter(|_| piece.weight.is_none()) else { return entry };
    let length = pick.within.end - pick.within.start;
    match (pick.within.start, pick.within.end) {
        (0, end) if end == piece.of => {}
        (0, _) => entry.first = Some(Share::Count(length)),
        (_, end) if end == piece.of => entry.last = Some(Share::Count(length)),
        (start, end) => entry.range = Some([start, end]),
    }
    let (mut passes, mut distinct, mut again) = (0, 0, 0);
    for step in &pick.steps {
        match *step {
            Step::Passes(times) => passes += times,
            Step::Distinct(count) => distinct += count,
            Step::Again(count) => again += count,
            Step::Head(count) => {
                entry.cap = Some(passes * pick.base() + count);
                passes += 1;
            }
        }
    }
    entry.repeat = (passes > 1 || passes == 1 && distinct > 0).then_some(passes as f64);
    entry.random = (passes == 0 || distinct > 0).then_some(Share::Count(distinct));
    entry.again = (again > 0).then_some(again);
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mixture(text: &str) -> Result<Mixture, Mistake> {
        File::parse(text)?.mixture(text)
    }

    #[test]
    fn shares_are_exact() {
        for (text, millionths) in [("12.5%", 125_000), ("50%", 500_000), ("0.0001%", 1), ("150 %", 1_500_000)]
        {
            assert_eq!(Share::Percent(text.into()).amount(), Ok(Amount::Millionths(millionths)), "{text}");
        }
        for text in ["12.5", "%", "-1%", "1.23456%", "x%"] {
            assert!(Share::Percent(text.into()).amount().is_err(), "{text}");
        }
    }

    #[test]
    fn parts_are_taken_as_they_say() {
        let text = "[[part]]\nfiles = [\"a.json\"]\nfirst = \"12.5%\"\n[[part]]\nname = \"b\"\nrepeat = 2.5\n\
                    [[part]]\nquery = \"red bus\"\nrandom = 7\nagain = 2\n[[part]]\nname = \"c\"\nrange = [10, 20]\ncap = 3\n";
        let taken: Vec<_> = mixture(text)
            .unwrap()
            .parts
            .iter()
            .map(|part| part.pick(50, &[]).unwrap().samples().unwrap())
            .collect();
        assert_eq!(taken, [6, 125, 9, 3]);
    }

    #[test]
    fn mistakes_have_places() {
        for (text, line) in [
            ("[[part]]\nname = \"a\"\nfrist = 3\n", 3),
            ("[[part]]\nname = 5\n", 2),
            ("x", 1),
            ("[[part]]\nname = \"a\"\n\n[[part]]\nfirst = 3\n", 4),
            ("[[part]]\nname = \"a\"\nfirst = 3\nlast = 3\n", 1),
            ("[[part]]\nname = \"a\"\nprobability = 0.5\n", 1),
        ] {
            let mistake = mixture(text).unwrap_err();
            assert_eq!(mistake.at.map(|at| at.line), Some(line), "{text}: {mistake}");
        }
    }

    fn any_share() -> impl Strategy<Value = Option<Share>> {
        prop::option::of(prop_oneof![
            (0_u64..99).prop_map(Share::Count),
            (0_u64..150).prop_map(|percent| Share::Percent(format!("{percent}.5%")))
        ])
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            entries in prop::collection::vec((
                prop::option::of("\\PC{0,8}"), prop::collection::vec("\\PC{0,8}", 0..3), any_share(), any_share(),
                prop::option::of(0.0_f64..9.0), prop::option::of(0_u64..9), prop::option::of([0_u64..9, 0_u64..9]),
            ), 0..4),
            total in prop::option::of(0_u64..99),
            order in prop::option::of(prop_oneof![Just(Turn::Under), Just(Turn::Over), Just(Turn::Once)]),
        ) {
            let entry = |(name, files, first, random, repeat, again, range)| {
                Spanned::new(0..0, Entry { name, files, first, range, repeat, random, again, ..Entry::default() })
            };
            let file = File { order, total, parts: entries.into_iter().map(entry).collect(), ..File::default() };
            let again = File::parse(&file.write()).unwrap();
            let entries = |file: &File| file.parts.iter().map(|part| part.get_ref().clone()).collect::<Vec<_>>();
            prop_assert_eq!(entries(&again), entries(&file));
            prop_assert_eq!((again.order, again.total), (file.order, file.total));
        }
    }
}
