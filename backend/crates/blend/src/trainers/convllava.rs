//! `ConvLLaVA`'s `--dataset`: names between commas, not trimmed; a name written twice is read twice.
//!
//! Source: alibaba/conv-llava, `llava/data/data.py`, 3e7ae57.

use crate::format::Format;
use crate::mixture::{Mixture, Order, Part, Source};
use crate::said::{Said, names_and_passes, repeated};

/// Names in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl Names {
    /// Reads a string.
    pub fn parse(text: &str) -> Self {
        Self(text.split(',').map(str::to_owned).collect())
    }

    /// Writes the string.
    pub fn write(&self) -> String {
        self.0.join(",")
    }

    /// What the trainer takes.
    pub fn mixture(&self) -> Mixture {
        let part = |name: &String| Part::all(name, Source::Name(name.clone()), None);
        Mixture {
            format: Format::ConvLlava,
            parts: self.0.iter().map(part).collect(),
            order: Order::Concatenated,
            total: None,
            notes: Vec::new(),
        }
    }
}

/// Writes parts of a mixture in this format.
pub(crate) fn say(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    Ok(Names(repeated(&names_and_passes(said, &[','], notes)?)?).write())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Asked, Facts, evaluate};
    use proptest::prelude::*;

    #[test]
    fn the_first_stage_as_published() {
        let names = "sharegpt4vpretrain,sharegpt4v100k,allava_laion_caption,allava_vflan_caption";
        let sizes = [1_246_901, 102_025, 505_588, 202_552];
        let facts = sizes.map(|of| Facts { of, ..Facts::default() });
        let stage = evaluate(&Names::parse(names).mixture(), &facts, Asked::default()).unwrap();
        assert_eq!(stage.samples, Some(2_057_066));
        let shares: Vec<String> =
            stage.parts.iter().map(|part| format!("{:.2}", part.share * 100.0)).collect();
        assert_eq!(shares, ["60.62", "4.96", "24.58", "9.85"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(names in prop::collection::vec("[^,]{0,6}", 1..5)) {
            let names = Names(names);
            prop_assert_eq!(Names::parse(&names.write()), names);
        }
    }
}
