//! Parts of a trainer's mixture as parts of a board: the same number of samples, and which they are as far as a board
//! can say it.

use super::{BoardPart, Which};
use crate::mixture::{Amount, Own, Part, Take, Window};
use crate::pick::{Pick, Step};

/// A part of a board, and what it does not say of the mixture's part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfMixture {
    /// What is taken, of no source yet.
    pub part: BoardPart,
    /// Samples that the trainer takes; none where it is not known how many there are.
    pub taken: Option<u64>,
    /// What is different, in a sentence.
    pub note: Option<String>,
}

/// What a mixture's part comes to on a board, of so many samples; `None` where it is not known how many there are.
pub fn of_part(part: &Part, there: Option<u64>) -> OfMixture {
    let weight = part.weight.unwrap_or(1.0);
    let plain = |part: BoardPart| OfMixture { part: BoardPart { weight, ..part }, ..OfMixture::default() };
    let own = match &part.take {
        Take::Own(own) => of_own(own),
        Take::Passes(times) => Some(BoardPart { repeat: *times as f64, ..BoardPart::all("") }),
        _ => None,
    };
    let Some(there) = there else {
        return match own {
            Some(own) => plain(own),
            None => OfMixture {
                note: Some("how much is taken of it is not known before it is here".to_owned()),
                ..plain(BoardPart::all(""))
            },
        };
    };
    let pick = match part.pick(there, &[]) {
        Ok(pick) => pick,
        Err(mistake) => {
            let part = BoardPart { which: Which::First(Amount::Count(0)), ..BoardPart::all("") };
            return OfMixture { note: Some(format!("stops the trainer: {}", mistake.why)), ..plain(part) };
        }
    };
    let taken = pick.samples();
    let note =
        part.left_out.as_ref().map(|_| "the list of samples that it leaves out is not read here".to_owned());
    if let Some(own) = own {
        return OfMixture { taken, note, ..plain(own) };
    }
    let (part, is_exact) = of_pick(&pick, there);
    let not_same = || {
        let (from, to) = (pick.within.start, pick.within.end);
        format!("on the board other samples: the trainer takes from {from} to {to}")
    };
    OfMixture { taken, note: note.or_else(|| (!is_exact).then(not_same)), ..plain(part) }
}

/// So many samples of a source with so many, as if drawn; where the order of a mixture decides how many.
pub fn of_count(taken: u64, there: u64) -> BoardPart {
    if taken <= there {
        return BoardPart { which: Which::First(Amount::Count(taken)), ..BoardPart::all("") };
    }
    BoardPart { repeat: taken as f64 / there.max(1) as f64, ..BoardPart::all("") }
}

/// Blendscope's own, where a board has the same.
fn of_own(own: &Own) -> Option<BoardPart> {
    let which = match (own.window, own.random) {
        (None, None) => Which::All,
        (Some(Window::First(amount)), None) => Which::First(amount),
        (Some(Window::Last(amount)), None) => Which::Last(amount),
        (None, Some(amount)) if own.repeat.is_none() => Which::Random(amount),
        _ => return None,
    };
    let part = BoardPart { which, cap: own.cap, repeat: own.repeat.unwrap_or(1.0), ..BoardPart::all("") };
    own.again.is_none().then_some(part)
}

/// A pick as a board's part, and whether that takes the same samples.
fn of_pick(pick: &Pick, there: u64) -> (BoardPart, bool) {
    let base = pick.base();
    let taken = pick.samples().unwrap_or(u64::MAX);
    let is_all = pick.within == (0..there);
    let count = Amount::Count(base);
    let which = match pick.within.clone() {
        _ if is_all => Which::All,
        within if within.start == 0 => Which::First(count),
        within if within.end == there => Which::Last(count),
        _ => Which::First(count),
    };
    let is_window = is_all || pick.within.start == 0 || pick.within.end == there;
    match pick.steps.as_slice() {
        [Step::Distinct(count)] if is_all => {
            (BoardPart { which: Which::Random(Amount::Count(*count)), ..BoardPart::all("") }, true)
        }
        _ => {
            let repeat = if base == 0 { 1.0 } else { taken as f64 / base as f64 };
            let is_drawn_again = pick.steps.iter().any(|step| matches!(step, Step::Again(_)));
            // A cap makes the number exact where the division does not.
            let cap = (repeat.fract() != 0.0).then_some(taken);
            let repeat = if cap.is_some() { repeat + 1e-6 } else { repeat };
            (BoardPart { which, repeat, cap, ..BoardPart::all("") }, is_window && !is_drawn_again)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixture::{Range, Size, Source};

    fn taken(take: Take, there: u64) -> (BoardPart, u64) {
        let part = Part { take, ..Part::all("a", Source::Name("a".to_owned()), None) };
        let of = of_part(&part, Some(there));
        let on_board = of.part.own().pick(there).unwrap().samples();
        assert_eq!(on_board, of.taken, "the board takes as many as the trainer");
        (of.part, of.taken.unwrap())
    }

    #[test]
    fn a_board_takes_as_many_as_the_trainer() {
        for (take, there, count) in [
            (Take::Passes(3), 10, 30),
            (Take::First(Size::PercentUp(29)), 100, 29),
            (Take::Last(Size::Count(0)), 10, 10),
            (Take::Last(Size::Count(3)), 10, 3),
            (Take::Random(Size::Count(7)), 10, 7),
            (Take::Fill(Size::Share(1.5)), 101, 151),
            (Take::Sampled { num_samples: Some(25), max_samples: None }, 10, 25),
            (Take::Epochs { ranges: vec![Range::Shares(0.25, 0.75)], repetitions: 2.5 }, 50, 62),
            (Take::Own(Own { repeat: Some(2.5), ..Own::default() }), 50, 125),
        ] {
            assert_eq!(taken(take.clone(), there).1, count, "{take:?}");
        }
        assert_eq!(taken(Take::Last(Size::Count(3)), 10).0.which, Which::Last(Amount::Count(3)));
        assert_eq!(taken(Take::Random(Size::Count(3)), 10).0.which, Which::Random(Amount::Count(3)));
    }

    #[test]
    fn what_a_board_cannot_say_is_told() {
        let part = |take| Part { take, ..Part::all("a", Source::Name("a".to_owned()), None) };
        let range = Take::Epochs { ranges: vec![Range::Ordinals(2, Some(5))], repetitions: 1.0 };
        let note = of_part(&part(range), Some(10)).note;
        assert_eq!(note.as_deref(), Some("on the board other samples: the trainer takes from 2 to 5"));
        let empty = of_part(&part(Take::Fill(Size::Count(5))), Some(0));
        assert!(empty.note.unwrap().contains("stops the trainer"));
        assert!(of_part(&part(Take::First(Size::Count(5))), None).note.is_some());
    }
}
