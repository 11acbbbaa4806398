//! The templates of one generation, as they were written when it was read to its end.

use crate::LibraryError;
use crate::store::sets::Sets;
use blendscope_engine::Parts;
use blendscope_shared::key::base32;
use serde::{Deserialize, Serialize};

/// The templates' texts and counts, as JSON.
pub(crate) const TEXTS: &str = "templates";

/// The sets of templates, by their ids.
pub(crate) const SETS: &str = "template_sets";

/// The texts and counts as they are written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Texts {
    /// Samples with at least one template.
    pub samples: u64,
    /// Text and samples of each, most frequent first.
    pub items: Vec<(String, u64)>,
}

/// The templates of a generation that was read to its end.
pub struct GenerationTemplates {
    sets: Sets,
    items: Vec<GenerationTemplate>,
    samples: u64,
}

/// A template of a generation.
pub struct GenerationTemplate {
    /// Its lasting name.
    pub id: String,
    /// The constant part; `…` stands for what varies.
    pub text: String,
    /// Samples of the generation with it.
    pub samples: u64,
}

impl GenerationTemplates {
    /// Reads what was written for a generation.
    pub fn read(parts: &dyn Parts) -> Result<Self, LibraryError> {
        let texts = parts.last(TEXTS)?.and_then(|text| serde_json::from_slice(&text).ok());
        let texts: Texts = texts.ok_or_else(|| parts.damaged(TEXTS))?;
        let item =
            |(text, samples): (String, u64)| GenerationTemplate { id: template_id(&text), text, samples };
        let items = texts.items.into_iter().map(item).collect();
        Ok(Self { sets: Sets::read(parts, SETS)?, items, samples: texts.samples })
    }

    /// The ids of the templates in a set.
    pub fn ids(&self, set: u64) -> impl Iterator<Item = &str> {
        self.sets.values_of(set)
    }

    /// Samples that are counted without their templates: their sets found no place.
    pub fn left_out(&self) -> u64 {
        self.sets.left_out
    }

    /// All templates, most frequent first.
    pub fn items(&self) -> &[GenerationTemplate] {
        &self.items
    }

    /// Samples with at least one template.
    pub fn samples(&self) -> u64 {
        self.samples
    }
}

/// Characters of an id: 50 bits, so that two of a million templates share one once in two thousand.
const LEN: usize = 10;

/// The id of a template: the first 50 bits of the BLAKE3 hash of `bst1` and its text, in Crockford's base32. The same
/// text has the same id everywhere; the vector in the test must never change.
pub(crate) fn template_id(text: &str) -> String {
    let hash = blake3::Hasher::new().update(b"bst1").update(text.as_bytes()).finalize();
    let bits = u64::from_be_bytes(std::array::from_fn(|place| hash.as_bytes()[place]));
    base32(bits >> (u64::BITS as usize - 5 * LEN), LEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_vectors() {
        assert_eq!(template_id("Answer the question using a single word or phrase."), "H2M344GEH5");
        assert_eq!(template_id("请简要描述这张图片。"), "8CB8636K76");
    }
}
