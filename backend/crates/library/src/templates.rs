//! The templates of a root: the constant parts of instructions, which many samples repeat word for word.
//!
//! Mixtures are made of a few hundred prompts ("Answer the question using a single word or phrase.") around questions
//! that are all different. Which ones is found by counting: [`pieces`] cuts an instruction into everything that may be
//! such a prompt, [`Frequent`] keeps those that come up often in bounded memory, and [`choose`] takes the ones that say
//! something of their own; these three are pure.

mod all;
mod choose;
mod frequent;
mod generation;
mod id;
mod pieces;
mod write;

pub(crate) use all::AllTemplates;
pub(crate) use generation::GenerationTemplates;
pub(crate) use write::TemplatesWriter;

use super::answers::{Asked, Current};
use super::snapshot::Snapshot;
use super::{Library, LibraryError};
use all::Shared;
use blendscope_engine::Budget;
use blendscope_shared::paths::search_page;
use blendscope_shared::search::{SearchParams, Template, TemplateUse, Templates};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The filter of searches by templates.
const FILTER: &str = "template";

impl Library {
    /// A page of templates: from the `offset`-th on, at most `limit`. Of some datasets, by their slugs, or of all.
    /// Files still being read have none yet.
    pub fn templates(
        &self,
        datasets: &[String],
        offset: usize,
        limit: usize,
    ) -> Result<Templates, LibraryError> {
        let snapshot = self.current();
        let numbers =
            datasets.iter().map(|slug| snapshot.dataset_index(slug)).collect::<Result<Vec<_>, _>>()?;
        let is_wanted = |dataset: usize| numbers.is_empty() || numbers.contains(&dataset);
        let all = snapshot.templates()?;
        let count = |uses: &BTreeMap<usize, u64>| {
            uses.iter().filter(|(dataset, _)| is_wanted(**dataset)).map(|(_, samples)| samples).sum::<u64>()
        };
        let mut found: Vec<(u64, &Shared)> = all
            .shared
            .iter()
            .map(|shared| (count(&shared.uses), shared))
            .filter(|(count, _)| *count > 0)
            .collect();
        found.sort_by_key(|(count, shared)| (Reverse(*count), &shared.text));
        let end = offset.saturating_add(limit);
        let page = found.iter().skip(offset).take(limit);
        Ok(Templates {
            items: page.map(|(samples, shared)| template(&snapshot, shared, *samples, datasets)).collect(),
            total: found.len() as u64,
            samples: count(&all.samples),
            is_final: snapshot.is_final(),
            next: (end < found.len()).then(|| end.to_string()),
        })
    }
}

impl Current {
    /// The templates of all generations that were read to their end.
    pub(crate) fn templates(&self) -> Result<Arc<AllTemplates>, LibraryError> {
        self.answer(Asked::Templates, &Budget::unlimited(), || AllTemplates::of(self))
    }
}

fn template(snapshot: &Snapshot, shared: &Shared, samples: u64, datasets: &[String]) -> Template {
    let mut uses: Vec<TemplateUse> = shared
        .uses
        .iter()
        .map(|(dataset, samples)| TemplateUse {
            dataset: snapshot.found(*dataset).slug.clone(),
            samples: *samples,
        })
        .collect();
    uses.sort_by_key(|of| Reverse(of.samples));
    let mut search = SearchParams { dataset: datasets.to_vec(), ..SearchParams::default() };
    search.choose(FILTER, vec![shared.id.clone()]);
    let (id, text, url) = (shared.id.clone(), shared.text.clone(), search_page(&search));
    Template { id, text, samples, datasets: uses, url }
}
