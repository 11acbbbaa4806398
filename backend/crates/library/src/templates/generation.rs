//! The templates of one generation, as they were written when it was read to its end.

use super::id::template_id;
use crate::LibraryError;
use crate::sets::Sets;
use blendscope_engine::Parts;
use serde::{Deserialize, Serialize};

/// The templates' texts and counts, as JSON.
pub(super) const TEXTS: &str = "templates";

/// The sets of templates, by their ids.
pub(super) const SETS: &str = "template_sets";

/// The texts and counts as they are written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
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
