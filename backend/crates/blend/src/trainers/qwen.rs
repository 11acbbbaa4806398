//! Qwen-VL's `dataset_use`: names between commas with a share in whole percents behind each, `a%50,b`.
//!
//! Source: QwenLM/Qwen3-VL, `qwen-vl-finetune/qwenvl/data/__init__.py` and `data_processor.py`, 9658872.

use crate::format::Format;
use crate::mixture::{Mixture, Order, Part, Size, Source, Take};
use crate::python::cut_off;
use crate::said::{Said, Window};

/// Names as written, with their shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub Vec<(String, Option<String>)>);

impl Names {
    /// Reads a string: a share is digits behind a last `%`, anything else belongs to the name.
    pub fn parse(text: &str) -> Self {
        let is_rate = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        let name = |written: &str| match written.rsplit_once('%') {
            Some((name, digits)) if is_rate(digits) => (name.to_owned(), Some(digits.to_owned())),
            _ => (written.to_owned(), None),
        };
        Self(text.split(',').map(name).collect())
    }

    /// Writes the string.
    pub fn write(&self) -> String {
        let names = self.0.iter().map(|(name, percent)| match percent {
            Some(percent) => format!("{name}%{percent}"),
            None => name.clone(),
        });
        names.collect::<Vec<_>>().join(",")
    }

    /// What the trainer takes: below 100 % so many drawn, reckoned in doubles and cut off; else all, once.
    pub fn mixture(&self) -> Mixture {
        let mut notes = Vec::new();
        let part = |(name, percent): &(String, Option<String>)| {
            let rate = percent.as_ref().map_or(1.0, |digits| digits.parse().unwrap_or(f64::INFINITY) / 100.0);
            let take = if rate < 1.0 { Take::Random(Size::Share(rate)) } else { Take::Passes(1) };
            if rate < 1.0 {
                notes.push(format!(
                    "{name}: the trainer draws before it sets a seed, so that each run draws others"
                ));
            } else if rate > 1.0 {
                notes.push(format!("{name}: more than 100 % is all of it, once"));
            }
            Part { take, ..Part::all(name, Source::Name(name.clone()), None) }
        };
        let parts = self.0.iter().map(part).collect();
        Mixture { format: Format::Qwen, parts, order: Order::Concatenated, total: None, notes }
    }
}

/// Says parts of a mixture in this format.
pub(crate) fn say(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut names = Vec::new();
    for part in said {
        let of_part = part.names(&[',', '%'])?;
        let is_whole = part.window == Window::Whole;
        if is_whole {
            names.extend(part.entries()?.flat_map(|_| of_part).map(|name| (name.clone(), None)));
        }
        let drawn = if is_whole { part.drawn() } else { part.samples() };
        if is_whole && drawn == 0 && part.passes > 0 {
            continue;
        }
        let [name] = of_part else { return Err(part.refused("no one name stands for its files")) };
        let n = part.piece.of as f64;
        let percent = (0..100_u32).find(|&percent| cut_off(n * (f64::from(percent) / 100.0)) == drawn);
        let percent = percent.ok_or_else(|| part.refused("no whole percent comes to as many"))?;
        names.push((name.clone(), Some(percent.to_string())));
        if !is_whole || part.again > 0 {
            notes.push(part.drawn_instead());
        }
    }
    Ok(Names(names).write())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_are_cut_off_and_odd_ones_belong_to_the_name() {
        let mixture = Names::parse("a%29,b%12.5,c%50%20,d%100,e%150,f").mixture();
        let taken: Vec<_> = mixture
            .parts
            .iter()
            .map(|part| (part.name.as_str(), part.pick(100, &[]).unwrap().samples().unwrap()))
            .collect();
        assert_eq!(taken, [("a", 28), ("b%12.5", 100), ("c%50", 20), ("d", 100), ("e", 100), ("f", 100)]);
        assert_eq!(mixture.notes.len(), 3);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(names in prop::collection::vec("[^,]{0,6}(%[0-9]{1,3})?", 1..5)) {
            let text = names.join(",");
            prop_assert_eq!(Names::parse(&text).write(), text);
        }
    }
}
