//! The templates of all generations of a snapshot, put together by their texts.

use super::super::LibraryError;
use super::super::snapshot::OpenGeneration;
use super::GenerationTemplates;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// All templates of a snapshot.
#[derive(Default)]
pub struct AllTemplates {
    /// Every template once.
    pub shared: Vec<Shared>,
    /// Per dataset, by its number, the samples with at least one template.
    pub samples: BTreeMap<usize, u64>,
    by_id: HashMap<String, usize>,
}

/// A template, and who uses it.
pub struct Shared {
    pub id: String,
    pub text: String,
    /// Per dataset, by its number, the samples with it.
    pub uses: BTreeMap<usize, u64>,
}

impl AllTemplates {
    /// Puts together what the generations have.
    pub fn of(generations: &[Arc<OpenGeneration>]) -> Result<Self, LibraryError> {
        let mut all = Self::default();
        for generation in generations {
            let Some(templates) = generation.templates()? else { continue };
            let counts = Counts::of(generation, templates);
            *all.samples.entry(generation.dataset).or_default() += counts.samples;
            for (template, samples) in templates.items().iter().zip(counts.items) {
                if samples == 0 {
                    continue;
                }
                let number = *all.by_id.entry(template.id.clone()).or_insert_with(|| {
                    let (id, text) = (template.id.clone(), template.text.clone());
                    all.shared.push(Shared { id, text, uses: BTreeMap::new() });
                    all.shared.len() - 1
                });
                *all.shared[number].uses.entry(generation.dataset).or_default() += samples;
            }
        }
        Ok(all)
    }

    /// The text of the template with this id.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|number| self.shared[*number].text.as_str())
    }
}

/// How many samples of a generation have each of its templates, and how many have any.
struct Counts {
    items: Vec<u64>,
    samples: u64,
}

impl Counts {
    fn of(generation: &OpenGeneration, templates: &GenerationTemplates) -> Self {
        let counted = templates.items().iter().map(|template| template.samples);
        if generation.is_whole() {
            return Self { items: counted.collect(), samples: templates.samples() };
        }
        // Some rows are those of files that changed or went: all others are counted anew.
        let column = templates.column();
        let mut by_set = vec![0; column.sets().len()];
        for row in generation.data.live.shown() {
            by_set[column.set_of(row) as usize] += 1;
        }
        let mut by_id: HashMap<&str, u64> = HashMap::new();
        for (set, count) in column.sets().iter().zip(&by_set) {
            for value in set {
                *by_id.entry(&column.values()[*value as usize]).or_default() += count;
            }
        }
        let count = |id: &str| by_id.get(id).copied().unwrap_or(0);
        Self {
            items: templates.items().iter().map(|template| count(&template.id)).collect(),
            samples: by_set.iter().skip(1).sum(),
        }
    }
}
