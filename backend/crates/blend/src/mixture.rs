//! What every trainer's mixture comes to: parts, each a source and what is taken of it.

use crate::document::{Mistake, Position};
use crate::format::Format;
use crate::interleave::Interleaving;
use crate::pick::{Pick, Step};
use crate::python::cut_off;

/// A mixture as a trainer reads it, before it is known how many samples there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// Whose rules hold.
    pub format: Format,
    /// What it is made of, in the trainer's order.
    pub parts: Vec<Part>,
    /// How the samples of the parts follow one another.
    pub order: Order,
    /// The number of samples that weights add up to, where the mixture says it.
    pub total: Option<u64>,
    /// What the trainer does silently and nobody expects.
    pub notes: Vec<String>,
}

/// How the samples of the parts follow one another.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// One part after the other.
    Concatenated,
    /// In turn.
    Interleaved(Interleaving),
}

/// One entry of a mixture.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The trainer's name for it; of a file without one, the stem of the file.
    pub name: String,
    /// Where its samples are.
    pub source: Source,
    /// What is taken of them.
    pub take: Take,
    /// How often the trainer takes the source: 3, 0.29; 1 where the entry does not repeat.
    pub repeat: f64,
    /// Its weight in a stream without end.
    pub weight: Option<f64>,
    /// A file with a list of ordinals that are left out: its path below the folder of slices, or below the root.
    pub left_out: Option<LeftOut>,
    /// How many samples the mixture says that there are, which no trainer reads.
    pub stated: Option<i128>,
    /// Where the entry stands.
    pub at: Option<Position>,
}

/// A list of ordinals that are not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// A path below the folder of VILA's slices.
    Slice(String),
    /// A path below the root.
    File(String),
}

/// Where the samples of a part are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Files or folders as the mixture writes them: below the root, or else beside the mixture.
    Paths(Vec<String>),
    /// A file as the mixture writes it, relative to the mixture's own folder.
    Beside(String),
    /// The name of a dataset.
    Name(String),
    /// A search, as it is typed.
    Query(String),
    /// A place from which the trainer fetches it, in words.
    Elsewhere(String),
}

/// What is taken of a source, by the rules of the trainers.
#[derive(Clone, Debug, PartialEq)]
pub enum Take {
    /// So many whole passes, in order.
    Passes(u64),
    /// The first ones, as Python's `list[:k]`.
    First(Size),
    /// The last ones, as Python's `list[-k:]`: of 0 that is all.
    Last(Size),
    /// A random order, and the first ones of it.
    Random(Size),
    /// `XComposer`: so many drawn; of more than there are, all in order and the rest drawn again.
    Fill(Size),
    /// LLaMA-Factory: `num_samples`, then the first `max_samples` of these.
    Sampled {
        /// So many in random order, more than there are by drawing again.
        num_samples: Option<u64>,
        /// No more than so many.
        max_samples: Option<u64>,
    },
    /// Passes over a range of the source: whole ones in order, then a random part of one more.
    Epochs {
        /// Ranges within one another, the innermost first.
        ranges: Vec<Range>,
        /// Passes, such as 2.5.
        repetitions: f64,
    },
    /// Blendscope's own.
    Own(Own),
}

/// How many samples are meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// A number.
    Count(i128),
    /// Whole percents, rounded up, reckoned in whole numbers.
    PercentUp(i128),
    /// A share, cut off, reckoned in doubles.
    Share(f64),
}

/// A range of ordinals, its end excluded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Shares of what is there, 0 to 1.
    Shares(f64, f64),
    /// Ordinals; no end is the end of the file.
    Ordinals(u64, Option<u64>),
}

/// What Blendscope's own format takes: a window, then passes over it, then samples drawn from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Own {
    /// The window; everything where there is none.
    pub window: Option<Window>,
    /// Passes over the window; a broken part of one is drawn.
    pub repeat: Option<f64>,
    /// Samples of the window drawn after the passes, each at most once.
    pub random: Option<Amount>,
    /// Samples of the window drawn on top, each as often as it comes.
    pub again: Option<u64>,
    /// No more than so many.
    pub cap: Option<u64>,
}

/// The part of a source that is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Window {
    /// The first ones.
    First(Amount),
    /// The last ones.
    Last(Amount),
    /// From the one to before the other.
    Range(u64, u64),
}

/// A number, or a share in millionths: what `12.5%` says, kept exactly and cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A number.
    Count(u64),
    /// Millionths.
    Millionths(u64),
}

impl Amount {
    fn of(self, n: u64) -> u64 {
        match self {
            Self::Count(count) => count.min(n),
            Self::Millionths(share) => {
                (u128::from(n) * u128::from(share) / 1_000_000).min(u128::from(n)) as u64
            }
        }
    }
}

impl Size {
    /// The number of `n` that is meant, which may be more than there are, or less than none.
    pub fn of(self, n: u64) -> i128 {
        match self {
            Self::Count(count) => count,
            Self::PercentUp(percent) => {
                let hundredfold = percent.saturating_mul(i128::from(n));
                hundredfold.div_euclid(100) + i128::from(hundredfold.rem_euclid(100) != 0)
            }
            Self::Share(share) => (n as f64 * share) as i128,
        }
    }
}

/// The length of Python's `list[:k]`.
fn head(n: u64, k: i128) -> u64 {
    let k = if k < 0 { (i128::from(n).saturating_add(k)).max(0) } else { k };
    u64::try_from(k).unwrap_or(u64::MAX).min(n)
}

impl Part {
    /// A part of which all is taken, once.
    pub fn all(name: impl Into<String>, source: Source, at: Option<Position>) -> Self {
        Self {
            name: name.into(),
            source,
            take: Take::Passes(1),
            repeat: 1.0,
            weight: None,
            left_out: None,
            stated: None,
            at,
        }
    }

    /// What is taken when `n` samples are there; `left_out` are the ordinals that a list names.
    pub fn pick(&self, n: u64, left_out: &[i128]) -> Result<Pick, Mistake> {
        let mut pick =
            self.take.pick(n).map_err(|why| Mistake::at(self.at, format!("{}: {why}", self.name)))?;
        pick.leave_out(left_out);
        Ok(pick)
    }
}

impl Take {
    /// What is taken of `n` samples, or why the trainer stops.
    fn pick(&self, n: u64) -> Result<Pick, String> {
        let all = |steps| Pick::of(0..n, steps);
        Ok(match self {
            Self::Passes(times) => all(vec![Step::Passes(*times)]),
            Self::First(size) => Pick::of(0..head(n, size.of(n)), vec![Step::Passes(1)]),
            Self::Last(size) => {
                let start = n - match size.of(n) {
                    0 => n,
                    k if k < 0 => n - (k.unsigned_abs().min(u128::from(n)) as u64),
                    k => u64::try_from(k).unwrap_or(u64::MAX).min(n),
                };
                Pick::of(start..n, vec![Step::Passes(1)])
            }
            Self::Random(size) => all(vec![Step::Distinct(head(n, size.of(n)))]),
            Self::Fill(size) => all(fill(n, size.of(n))?),
            Self::Sampled { num_samples: None, max_samples } => {
                Pick::of(0..max_samples.unwrap_or(n).min(n), vec![Step::Passes(1)])
            }
            Self::Sampled { num_samples: Some(k), max_samples } => all(sampled(n, *k, *max_samples)?),
            Self::Epochs { ranges, repetitions } => {
                let within = ranges.iter().try_fold(0..n, |within, range| narrowed(within, *range))?;
                let length = within.end - within.start;
                let (whole, broken) = passes(length, *repetitions)?;
                Pick::of(within, vec![Step::Passes(whole), Step::Distinct(broken)])
            }
            Self::Own(own) => own.pick(n)?,
        })
    }
}

/// `XComposer`'s draw of `k`.
fn fill(n: u64, k: i128) -> Result<Vec<Step>, String> {
    match u64::try_from(k) {
        Err(_) if k < 0 => Err("a number below 0 stops the trainer".to_owned()),
        Err(_) => Err("more samples than can be counted".to_owned()),
        Ok(0) => Err("takes no sample, and the trainer stops at the first record that is not there; \
                      leave the line out"
            .to_owned()),
        Ok(_) if n == 0 => Err("there is no sample to draw from".to_owned()),
        Ok(k) if k < n => Ok(vec![Step::Distinct(k)]),
        Ok(k) => Ok(vec![Step::Passes(1), Step::Again(k - n)]),
    }
}

/// LLaMA-Factory's `num_samples`, of which the first `max_samples` are kept.
fn sampled(n: u64, num_samples: u64, max_samples: Option<u64>) -> Result<Vec<Step>, String> {
    if num_samples > 0 && n == 0 {
        return Err("there is no sample to draw from".to_owned());
    }
    let k = num_samples.min(max_samples.unwrap_or(u64::MAX));
    Ok(vec![Step::Distinct(k.min(n)), Step::Again(k - k.min(n))])
}

/// Whole passes, and the samples of a broken one.
fn passes(length: u64, repetitions: f64) -> Result<(u64, u64), String> {
    if !(0.0..1e15).contains(&repetitions) {
        return Err(format!("{repetitions} repetitions are none"));
    }
    let whole = repetitions.floor();
    Ok((cut_off(whole), cut_off(length as f64 * (repetitions - whole))))
}

/// A range within another, which must be in it.
fn narrowed(within: std::ops::Range<u64>, range: Range) -> Result<std::ops::Range<u64>, String> {
    let length = within.end - within.start;
    let (from, to) = match range {
        Range::Shares(from, to) => (cut_off(length as f64 * from), cut_off(length as f64 * to)),
        Range::Ordinals(from, to) => (from, to.unwrap_or(length)),
    };
    if from > to || to > length {
        return Err(format!("the range from {from} to {to} is not within its {length} samples"));
    }
    Ok(within.start + from..within.start + to)
}

impl Own {
    pub(crate) fn pick(&self, n: u64) -> Result<Pick, String> {
        let within = match self.window {
            None => 0..n,
            Some(Window::First(amount)) => 0..amount.of(n),
            Some(Window::Last(amount)) => n - amount.of(n)..n,
            Some(Window::Range(from, to)) => narrowed(0..n, Range::Ordinals(from, Some(to)))?,
        };
        let length = within.end - within.start;
        let usual = if self.random.is_some() { 0.0 } else { 1.0 };
        let (whole, broken) = passes(length, self.repeat.unwrap_or(usual))?;
        let random = self.random.map_or(0, |amount| amount.of(length));
        let again = self.again.unwrap_or(0);
        if again > 0 && length == 0 {
            return Err("there is no sample to draw from".to_owned());
        }
        let steps = vec![Step::Passes(whole), Step::Distinct(broken + random), Step::Again(again)];
        let mut pick = Pick::of(within, steps);
        if let Some(cap) = self.cap {
            pick.cap(cap);
        }
        Ok(pick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(take: &Take, n: u64) -> Vec<(u64, u64)> {
        let pick = take.pick(n).unwrap();
        vec![(pick.within.start, pick.within.end), (pick.samples().unwrap(), pick.base())]
    }

    #[test]
    fn percents_round_up_in_whole_numbers() {
        for (percent, n, taken) in
            [(7, 100, 7), (28, 100, 28), (50, 33, 17), (10, 1046, 105), (-5, 100, -5), (150, 10, 15)]
        {
            assert_eq!(Size::PercentUp(percent).of(n), taken);
        }
        assert_eq!(Size::PercentUp(i128::MAX).of(3), i128::MAX / 100 + 1);
        assert_eq!(Size::Share(0.29).of(100), 28, "100 x 0.29 is a little less than 29 in doubles");
        assert_eq!(Size::Share(-0.25).of(50), -12);
    }

    #[test]
    fn slices_are_those_of_python() {
        let first = |k| taken(&Take::First(Size::Count(k)), 10)[0];
        let last = |k| taken(&Take::Last(Size::Count(k)), 10)[0];
        assert_eq!(
            [first(3), first(0), first(-3), first(-30), first(30)],
            [(0, 3), (0, 0), (0, 7), (0, 0), (0, 10)]
        );
        assert_eq!(
            [last(3), last(0), last(-3), last(-30), last(30)],
            [(7, 10), (0, 10), (3, 10), (10, 10), (0, 10)]
        );
        assert_eq!(taken(&Take::Random(Size::Count(-3)), 10)[1].0, 7);
    }

    #[test]
    fn ranges_lie_within_one_another() {
        let within =
            |ranges: Vec<Range>| Take::Epochs { ranges, repetitions: 1.0 }.pick(100).map(|pick| pick.within);
        assert_eq!(within(vec![Range::Shares(0.25, 0.75), Range::Shares(0.5, 1.0)]), Ok(50..75));
        assert_eq!(within(vec![Range::Shares(0.0, 0.29)]), Ok(0..28));
        assert_eq!(within(vec![Range::Ordinals(20, None), Range::Shares(0.0, 0.5)]), Ok(20..60));
        assert!(within(vec![Range::Ordinals(0, Some(101))]).is_err());
    }

    #[test]
    fn broken_passes_are_cut_off() {
        let epochs = |n, repetitions| taken(&Take::Epochs { ranges: Vec::new(), repetitions }, n)[1].0;
        assert_eq!([epochs(50, 2.5), epochs(8, 0.3), epochs(20, 2.0), epochs(9, 0.0)], [125, 2, 40, 0]);
    }

    #[test]
    fn our_own_parts_combine_window_passes_and_draws() {
        let own = |own: Own, n| taken(&Take::Own(own), n)[1].0;
        assert_eq!(own(Own { repeat: Some(2.5), ..Own::default() }, 50), 125);
        let half = Some(Window::First(Amount::Millionths(125_000)));
        assert_eq!(own(Own { window: half, ..Own::default() }, 100), 12);
        assert_eq!(own(Own { random: Some(Amount::Count(7)), again: Some(2), ..Own::default() }, 5), 7);
        assert_eq!(own(Own { repeat: Some(3.0), cap: Some(20), ..Own::default() }, 8), 20);
    }
}
