//! The templates of all files of a snapshot, put together by their texts.

use super::super::LibraryError;
use super::super::snapshot::OpenFile;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// All templates of a snapshot.
#[derive(Default)]
pub(in crate::library) struct AllTemplates {
    /// Every template once.
    pub(super) shared: Vec<Shared>,
    /// Per dataset, by its number, the samples with at least one template.
    pub(super) samples: BTreeMap<usize, u64>,
    by_id: HashMap<String, usize>,
}

/// A template, and who uses it.
pub(super) struct Shared {
    pub(super) id: String,
    pub(super) text: String,
    /// Per dataset, by its number, the samples with it.
    pub(super) uses: BTreeMap<usize, u64>,
}

impl AllTemplates {
    /// Puts together what the files have.
    pub(in crate::library) fn of(files: &[Arc<OpenFile>]) -> Result<Self, LibraryError> {
        let mut all = Self::default();
        for file in files {
            let Some(templates) = file.templates()? else { continue };
            *all.samples.entry(file.dataset).or_default() += templates.samples();
            for template in templates.items() {
                let number = *all.by_id.entry(template.id.clone()).or_insert_with(|| {
                    let (id, text) = (template.id.clone(), template.text.clone());
                    all.shared.push(Shared { id, text, uses: BTreeMap::new() });
                    all.shared.len() - 1
                });
                *all.shared[number].uses.entry(file.dataset).or_default() += template.samples;
            }
        }
        Ok(all)
    }

    /// The text of the template with this id.
    pub(in crate::library) fn text(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|number| self.shared[*number].text.as_str())
    }
}
