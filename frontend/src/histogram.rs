//! A histogram as it is drawn: how high its bars are, and which values they stand for.

use crate::format;
use std::{fmt, ops::Range};

/// Height of the plot in pixels.
pub const HEIGHT: u64 = 40;
/// Width of a bar with the gap behind it, in units of the drawing, which is stretched to the width it gets.
pub const STEP: usize = 8;
/// Height of the smallest bar that is not nothing, in pixels.
const SMALLEST: f64 = 2.0;

/// Values from one to another, both included: the filter `name=4..8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The smallest value.
    pub from: u64,
    /// The largest value.
    pub to: u64,
}

impl Span {
    /// Reads `4..8`, `4..`, `..8` or `4`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let end = |text: &str, open: u64| if text.is_empty() { Some(open) } else { text.parse().ok() };
        Some(Self { from: end(from, 0)?, to: end(to, u64::MAX)? })
    }

    /// Of all values that any of the texts names the smallest and the largest.
    pub fn around(texts: &[String]) -> Option<Self> {
        let spans = texts.iter().filter_map(|text| Self::parse(text));
        spans.reduce(|a, b| Self { from: a.from.min(b.from), to: a.to.max(b.to) })
    }

    /// The values that bars `a` to `b` stand for, whichever comes first.
    pub fn of_bars(bounds: &[u64], a: usize, b: usize) -> Option<Self> {
        Some(Self { from: *bounds.get(a.min(b))?, to: bounds.get(a.max(b) + 1)?.saturating_sub(1) })
    }

    /// The bars that stand for any of the values.
    pub fn bars(self, bounds: &[u64]) -> Range<usize> {
        let begin = bounds.iter().skip(1).take_while(|&&bound| bound <= self.from).count();
        let end = bounds.iter().take_while(|&&bound| bound <= self.to).count();
        begin..end.min(bounds.len().saturating_sub(1)).max(begin)
    }

    /// The smallest and the largest value.
    pub fn ends(self) -> [u64; 2] {
        [self.from, self.to]
    }

    /// As people write it: `4–8`, `4`, `4 or more`.
    pub fn words(self) -> String {
        match self {
            Self { from, to } if from == to => format::count(from),
            Self { from, to: u64::MAX } => format!("{} or more", format::count(from)),
            Self { from, to } => format!("{}–{}", format::count(from), format::count(to)),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            u64::MAX => write!(formatter, "{}..", self.from),
            to => write!(formatter, "{}..{to}", self.from),
        }
    }
}

/// How large something is drawn beside the largest, 0 to 1: in proportion, or by the logarithm.
pub fn extent(count: u64, largest: u64, is_log: bool) -> f64 {
    if largest == 0 {
        0.0
    } else if is_log {
        (count as f64).ln_1p() / (largest as f64).ln_1p()
    } else {
        count as f64 / largest as f64
    }
}

/// The count that half of the height stands for.
pub fn half(largest: u64, is_log: bool) -> u64 {
    #[expect(clippy::cast_sign_loss, reason = "the root of a positive number")]
    let middle = ((largest as f64).ln_1p() / 2.0).exp_m1().round() as u64;
    if is_log { middle } else { largest / 2 }
}

/// Values to name under the bars, each with its place from 0 to 1: about `most` of them, the last one at the end.
pub fn ticks(bounds: &[u64], most: usize) -> Vec<(f64, u64)> {
    let bars = bounds.len().saturating_sub(1);
    let step = bars.div_ceil(most.max(1)).max(1);
    let place = |bar: usize| bar as f64 / bars.max(1) as f64;
    (0..bars).step_by(step).map(|bar| (place(bar), bounds[bar])).collect()
}

/// The outline of some of the bars, for the attribute `d` of an SVG path.
pub fn outline(counts: &[u64], bars: Range<usize>, largest: u64, is_log: bool) -> String {
    let bar = |(bar, &count): (usize, &u64)| {
        let height = (extent(count, largest, is_log) * HEIGHT as f64).max(SMALLEST);
        let top = format::decimal(HEIGHT as f64 - height, 0);
        (count > 0 && bars.contains(&bar))
            .then(|| format!("M{} {HEIGHT}V{top}h{}V{HEIGHT}", bar * STEP, STEP - 1))
    };
    counts.iter().enumerate().filter_map(bar).collect()
}

/// The bar at a place of the plot.
pub fn bar_at(x: f64, width: f64, bars: usize) -> usize {
    let share = (x / width.max(1.0)).clamp(0.0, 1.0);
    #[expect(clippy::cast_sign_loss, reason = "a share is never negative")]
    let bar = (share * bars as f64) as usize;
    bar.min(bars.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: [u64; 5] = [0, 1, 2, 4, 8];

    #[test]
    fn spans_are_read_and_written() {
        for (text, again, words) in
            [("4..8", "4..8", "4–8"), ("4", "4..4", "4"), ("1000..", "1000..", "1,000 or more")]
        {
            let span = Span::parse(text).unwrap();
            assert_eq!((span.to_string().as_str(), span.words().as_str()), (again, words));
        }
        assert_eq!(Span::parse("..8"), Some(Span { from: 0, to: 8 }));
        assert_eq!(Span::parse("many"), None);
        assert_eq!(Span::around(&["2..3".to_owned(), "7".to_owned()]), Some(Span { from: 2, to: 7 }));
        assert_eq!(Span::around(&[]), None);
    }

    #[test]
    fn values_between_and_beyond_the_bars_are_met() {
        assert_eq!(Span { from: 3, to: 3 }.bars(&BOUNDS), 2..3);
        assert_eq!(Span { from: 5, to: u64::MAX }.bars(&BOUNDS), 3..4);
        assert_eq!(Span { from: 9, to: 12 }.bars(&BOUNDS), 4..4);
        assert_eq!(Span { from: 0, to: 9 }.bars(&[]), 0..0);
    }

    #[test]
    fn bars_are_in_proportion_and_a_small_one_is_seen() {
        assert_eq!(outline(&[0, 1, 1_000_000_000], 0..3, 1_000_000_000, false), "M8 40V38h7V40M16 40V0h7V40");
        assert_eq!(outline(&[1, 1], 1..2, 1, false), "M8 40V0h7V40");
        assert!((extent(41, 520, false) - 41.0 / 520.0).abs() < 1e-9);
        assert!((extent(520, 520, true) - 1.0).abs() < 1e-9);
        assert_eq!((half(60, false), half(99, true)), (30, 9));
    }

    #[test]
    fn ticks_stand_where_their_bars_begin() {
        assert_eq!(ticks(&BOUNDS, 2), [(0.0, 0), (0.5, 2)]);
        assert_eq!(ticks(&[], 4), []);
    }

    #[test]
    fn every_place_has_a_bar() {
        assert_eq!([-5.0, 0.0, 49.9, 50.0, 100.0, 900.0].map(|x| bar_at(x, 100.0, 4)), [0, 0, 1, 2, 3, 3]);
        assert_eq!(bar_at(3.0, 0.0, 0), 0);
    }

    proptest! {
        #[test]
        fn bars_stand_for_their_values(widths in prop::collection::vec(1u64..50, 1..30), a: usize, b: usize) {
            let bounds: Vec<u64> = std::iter::once(0)
                .chain(widths.iter().scan(0, |end, width| { *end += width; Some(*end) }))
                .collect();
            let (a, b) = (a % widths.len(), b % widths.len());
            let span = Span::of_bars(&bounds, a, b).unwrap();
            prop_assert_eq!(span.bars(&bounds), a.min(b)..a.max(b) + 1);
            prop_assert_eq!(Span::parse(&span.to_string()), Some(span));
        }
    }
}
