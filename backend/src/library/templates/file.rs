//! The templates of one annotation file, as kept beside its columns.

use crate::columns::{ColumnError, SetColumn};
use crate::templates::template_id;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// Name of the column that says which templates a sample has: ids of templates.
pub(super) const COLUMN: &str = "template";

/// File of the templates' texts and counts.
pub(super) const TEXTS_FILE: &str = "templates.1.json";

/// The texts and counts as they are written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Texts {
    /// Samples with at least one template.
    pub(super) samples: u64,
    /// Text and samples of each, most frequent first.
    pub(super) items: Vec<(String, u64)>,
}

/// The templates of a file that was read to its end.
pub(in crate::library) struct FileTemplates {
    column: Arc<SetColumn>,
    items: Vec<FileTemplate>,
    samples: u64,
}

/// A template of a file.
pub(in crate::library) struct FileTemplate {
    /// Its lasting name.
    pub(in crate::library) id: String,
    /// The constant part; `…` stands for what varies.
    pub(in crate::library) text: String,
    /// Samples of the file with it.
    pub(in crate::library) samples: u64,
}

impl FileTemplates {
    /// Opens what was written to the folder of a generation of `rows` samples.
    pub(in crate::library) fn open(dir: &Path, rows: usize) -> Result<Self, ColumnError> {
        let path = dir.join(TEXTS_FILE);
        let text = std::fs::read(&path).map_err(|source| ColumnError::Io { path: path.clone(), source })?;
        let texts: Texts = serde_json::from_slice(&text)
            .map_err(|error| ColumnError::Damaged { path, offset: error.column().saturating_sub(1) })?;
        let item = |(text, samples): (String, u64)| FileTemplate { id: template_id(&text), text, samples };
        let items = texts.items.into_iter().map(item).collect();
        Ok(Self { column: Arc::new(SetColumn::open(dir, COLUMN, rows)?), items, samples: texts.samples })
    }

    /// Which templates each sample has, by their ids.
    pub(in crate::library) fn column(&self) -> &Arc<SetColumn> {
        &self.column
    }

    /// All templates, most frequent first.
    pub(in crate::library) fn items(&self) -> &[FileTemplate] {
        &self.items
    }

    /// Samples with at least one template.
    pub(in crate::library) fn samples(&self) -> u64 {
        self.samples
    }
}
