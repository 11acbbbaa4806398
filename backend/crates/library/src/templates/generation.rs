//! The templates of one generation, as kept beside its columns.

use super::id::template_id;
use blendscope_local::{ColumnError, Parts, SetColumn, names};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The templates' texts and counts, as JSON.
pub(super) const TEXTS: &str = "templates.1";

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
    column: Arc<SetColumn>,
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
    /// Opens what was written for a generation of `rows` samples.
    pub fn open(parts: &Arc<Parts>, rows: usize) -> Result<Self, ColumnError> {
        let texts = parts.last(TEXTS)?.and_then(|text| serde_json::from_slice(text).ok());
        let texts: Texts = texts.ok_or_else(|| parts.damaged(0))?;
        let item =
            |(text, samples): (String, u64)| GenerationTemplate { id: template_id(&text), text, samples };
        let items = texts.items.into_iter().map(item).collect();
        Ok(Self {
            column: Arc::new(SetColumn::open(parts, names::TEMPLATES, rows)?),
            items,
            samples: texts.samples,
        })
    }

    /// Which templates each sample has, by their ids.
    pub fn column(&self) -> &Arc<SetColumn> {
        &self.column
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
