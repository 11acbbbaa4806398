//! The templates of a root: the constant parts of instructions, which many samples repeat word for word, put together over
//! all generations by their texts.

use crate::ask::answers::{Answer, Asked, Current};
use crate::ask::search::Request;
use crate::store::snapshot::{OpenGeneration, Snapshot};
use crate::store::templates::GenerationTemplates;
use crate::{Library, LibraryError};
use blendscope_engine::{Budget, Field, Question, Tallied, Tallies, Tally};
use blendscope_shared::paths::search_page;
use blendscope_shared::search::{AnswersOf, SearchParams, Template, TemplateUse, Templates};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
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
        self.current().page_of_templates(datasets, offset, limit)
    }

    /// The same, each with how long it is answered, within a budget.
    pub fn templates_with_lengths(
        &self,
        datasets: &[String],
        offset: usize,
        limit: usize,
        budget: &Budget,
    ) -> Result<Templates, LibraryError> {
        let current = self.current();
        let mut templates = current.page_of_templates(datasets, offset, limit)?;
        for template in &mut templates.items {
            let params = samples_with(&template.id, datasets);
            let asked = Asked::Answers(params.to_query());
            let answers = current.answer(asked, budget, || current.answers_of(&params, budget))?;
            template.answers = Some(*answers).filter(|_| budget.incomplete().is_none());
        }
        Ok(templates)
    }
}

impl Current {
    fn page_of_templates(
        &self,
        datasets: &[String],
        offset: usize,
        limit: usize,
    ) -> Result<Templates, LibraryError> {
        let numbers = datasets.iter().map(|slug| self.dataset_index(slug)).collect::<Result<Vec<_>, _>>()?;
        let is_wanted = |dataset: usize| numbers.is_empty() || numbers.contains(&dataset);
        let all = self.templates()?;
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
            items: page.map(|(samples, shared)| template(self, shared, *samples, datasets)).collect(),
            total: found.len() as u64,
            samples: count(&all.samples),
            is_final: self.is_final(),
            next: (end < found.len()).then(|| end.to_string()),
        })
    }

    /// How long the responses of a search are.
    fn answers_of(&self, params: &SearchParams, budget: &Budget) -> Result<AnswersOf, LibraryError> {
        let request = Request::read(params, self, budget)?;
        let counted = [Field::WordsGpt, Field::CharactersGpt];
        let sums = self.view.sums(&request.question, &counted, budget)?;
        let mut sums = sums.iter().map(|of| of.values().sum());
        Ok(AnswersOf { words: sums.next().unwrap_or(0), characters: sums.next().unwrap_or(0) })
    }

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
    let url = search_page(&samples_with(&shared.id, datasets));
    Template { id: shared.id.clone(), text: shared.text.clone(), samples, datasets: uses, url, answers: None }
}

/// The search for the samples with a template.
fn samples_with(id: &str, datasets: &[String]) -> SearchParams {
    let mut search = SearchParams { dataset: datasets.to_vec(), ..SearchParams::default() };
    search.choose(FILTER, vec![id.to_owned()]);
    search
}

/// Bytes of a dataset that uses a template, about.
const BYTES_OF_USE: usize = 64;

/// All templates of a snapshot.
#[derive(Default)]
pub(crate) struct AllTemplates {
    /// Every template once.
    pub shared: Vec<Shared>,
    /// Per dataset, by its number, the samples with at least one template.
    pub samples: BTreeMap<usize, u64>,
    by_id: HashMap<String, usize>,
}

/// A template, and who uses it.
pub(crate) struct Shared {
    pub id: String,
    pub text: String,
    /// Per dataset, by its number, the samples with it.
    pub uses: BTreeMap<usize, u64>,
}

impl Answer for AllTemplates {
    fn bytes(&self) -> usize {
        let bytes = |of: &Shared| of.text.len() + 2 * of.id.len() + of.uses.len() * BYTES_OF_USE;
        self.shared.iter().map(bytes).sum()
    }
}

impl AllTemplates {
    /// Puts together what the generations have.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, LibraryError> {
        let mut all = Self::default();
        let tallies = tallies(snapshot)?;
        for generation in &snapshot.generations {
            let Some(templates) = generation.templates()? else { continue };
            let tally = tallies.iter().find(|(number, _)| *number == generation.state.generation);
            let counts = Counts::of(generation, templates, tally.map(|(_, tally)| tally.as_ref()));
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
    pub(crate) fn text(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|number| self.shared[*number].text.as_str())
    }
}

/// How often each set of templates occurs, where some rows are those of files that changed or went.
fn tallies(snapshot: &Snapshot) -> Result<Tallies, LibraryError> {
    if snapshot.generations.iter().all(|of| of.is_whole()) {
        return Ok(Tallies::new());
    }
    let wanted = Tallied { field: Some(Field::Templates), aside: None };
    let mut tallies = snapshot.view.tally(&Question::default(), &[wanted], &Budget::unlimited())?;
    Ok(tallies.pop().unwrap_or_default())
}

/// How many samples of a generation have each of its templates, and how many have any.
struct Counts {
    items: Vec<u64>,
    samples: u64,
}

impl Counts {
    fn of(generation: &OpenGeneration, templates: &GenerationTemplates, tally: Option<&Tally>) -> Self {
        let counted = templates.items().iter().map(|template| template.samples);
        if generation.is_whole() {
            return Self { items: counted.collect(), samples: templates.samples() };
        }
        let mut by_id: HashMap<&str, u64> = HashMap::new();
        let mut samples = 0;
        for (set, count) in tally.into_iter().flat_map(Tally::counts) {
            let mut ids = templates.ids(set).peekable();
            samples += if ids.peek().is_some() { count } else { 0 };
            for id in ids {
                *by_id.entry(id).or_default() += count;
            }
        }
        let count = |id: &str| by_id.get(id).copied().unwrap_or(0);
        Self { items: templates.items().iter().map(|template| count(&template.id)).collect(), samples }
    }
}
