//! Accounts of any set of samples, and what of a recipe's stage was in a stage before.

use crate::ask::answers::{Asked, Current};
use crate::ask::search::Request;
use crate::store::values::Sums;
use crate::{Library, LibraryError};
use blendscope_engine::{Budget, Counts, Field, Name, Order, Row, Tallied, Tallies};
use blendscope_shared::account::{
    Account, AccountAnswer, DatasetAccount, ImageTokens, More, Overlap, StageOverlap, TILE_TOKENS, Tiles,
    any_resolution_tokens,
};
use blendscope_shared::recipe::Stage;
use blendscope_shared::search::SearchParams;
use std::collections::BTreeMap;
use std::time::Instant;

/// What is added up.
const SUMMED: [Field; 10] = [
    Field::Turns,
    Field::Words,
    Field::WordsHuman,
    Field::WordsGpt,
    Field::Characters,
    Field::CharactersGpt,
    Field::CharactersOther,
    Field::Cjk,
    Field::CjkGpt,
    Field::Images,
];

/// Samples whose numbers are looked up at once.
const COUNTED_AT_ONCE: usize = 1 << 16;

/// What is counted by its number: samples as such, those without a word, those without an image, languages.
const COUNTED: [Option<Field>; 4] = [None, Some(Field::Words), Some(Field::Images), Some(Field::Language)];

impl Library {
    /// What the samples of a search come to, in all and by dataset; over all of them more, where it is asked for.
    pub fn account(
        &self,
        params: &SearchParams,
        more: More,
        budget: &Budget,
    ) -> Result<AccountAnswer, LibraryError> {
        let started = Instant::now();
        let current = self.current();
        let asked =
            SearchParams { sort: None, seed: 0, limit: None, cursor: None, offset: 0, ..params.clone() };
        let key = Asked::Account(asked.to_query(), more);
        let found = current.answer(key, budget, || current.add_up(&asked, more, budget))?;
        let mut answer = AccountAnswer::clone(&found);
        answer.incomplete = budget.incomplete();
        answer.is_final &= answer.incomplete.is_none();
        answer.took_ms = (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
        Ok(answer)
    }

    /// What of each stage of a recipe was in a stage before.
    pub fn overlap(&self, recipe: &str, budget: &Budget) -> Result<Overlap, LibraryError> {
        let stages: Vec<Option<SearchParams>> = (1..)
            .zip(self.recipe(recipe)?.stages)
            .map(|(number, stage)| search_of(recipe, number, &stage))
            .collect();
        let current = self.current();
        let key = Asked::Overlap(recipe.to_owned());
        let found = current.answer(key, budget, || current.compare_stages(&stages, budget))?;
        Ok(Overlap::clone(&found))
    }
}

impl Current {
    fn add_up(
        &self,
        params: &SearchParams,
        more: More,
        budget: &Budget,
    ) -> Result<AccountAnswer, LibraryError> {
        let request = Request::read(params, self, budget)?;
        let sums = self.view.sums(&request.question, &SUMMED, budget)?;
        let counted = COUNTED.map(|field| Tallied { field, aside: None });
        let tallies = self.view.tally(&request.question, &counted, budget)?;
        let by_dataset = self.by_dataset(&sums, &tallies);
        let (mut samples, mut all) = (0, Sums::default());
        let mut datasets = Vec::with_capacity(by_dataset.len());
        for (dataset, (own_samples, own)) in &by_dataset {
            samples += own_samples;
            all.add_all(own);
            let found = self.found(*dataset);
            datasets.push(DatasetAccount {
                dataset: found.slug.clone(),
                title: found.title.clone(),
                account: own.account(*own_samples),
            });
        }
        let pictures = more.pictures.then(|| self.names_of(&request, Name::Image, budget)).transpose()?;
        let tiles = more.tiles.then(|| self.tiles(&request, budget)).transpose()?;
        let pictures = pictures.map(|names| names.len() as u64);
        let account = Account { pictures, tiles, ..all.account(samples) };
        Ok(AccountAnswer {
            image_tokens: ImageTokens::of(account.images),
            account,
            datasets,
            is_final: self.is_final(),
            ..AccountAnswer::default()
        })
    }

    /// Tokens of the images of a request by their sizes.
    fn tiles(&self, request: &Request<'_>, budget: &Budget) -> Result<Tiles, LibraryError> {
        let positions = positions_of(self, request, budget)?;
        let _held = budget.hold(size_of_val(positions.as_slice()))?;
        let mut tiles = Tiles::default();
        for some in positions.chunks(COUNTED_AT_ONCE) {
            budget.check()?;
            let rows: Vec<Row> = some.iter().filter_map(|position| self.live.row_at(*position)).collect();
            let numbers = self.view.numbers(&rows, &[Field::Images, Field::Width, Field::Height])?;
            let [images, widths, heights] = numbers.as_slice() else { continue };
            for ((images, width), height) in images.iter().zip(widths).zip(heights) {
                if *images == 1 {
                    tiles.tokens += any_resolution_tokens(*width, *height);
                    tiles.unknown += u64::from(*width == 0 || *height == 0);
                } else {
                    tiles.tokens += images * TILE_TOKENS;
                }
            }
        }
        Ok(tiles)
    }

    /// What samples at some positions come to, each as often as it is there.
    pub(crate) fn add_up_positions(
        &self,
        positions: &[u64],
        budget: &Budget,
    ) -> Result<Account, LibraryError> {
        let fields: Vec<Field> = SUMMED.into_iter().chain([Field::Language]).collect();
        let mut all = Sums::default();
        // In the order of the files, since numbers lie in these.
        let mut sorted = positions.to_vec();
        sorted.sort_unstable();
        for some in sorted.chunks(COUNTED_AT_ONCE) {
            budget.check()?;
            let rows: Vec<Row> = some.iter().filter_map(|position| self.live.row_at(*position)).collect();
            let numbers = self.view.numbers(&rows, &fields)?;
            let [sums @ .., languages] = numbers.as_slice() else { continue };
            for (field, numbers) in SUMMED.iter().zip(sums) {
                *all.of_field(*field) += numbers.iter().sum::<u64>();
                let none = numbers.iter().filter(|number| **number == 0).count() as u64;
                match field {
                    Field::Words => all.empty += none,
                    Field::Images => all.text_only += none,
                    _ => {}
                }
            }
            for language in languages {
                *all.languages.entry(*language).or_default() += 1;
            }
        }
        Ok(all.account(positions.len() as u64))
    }

    /// Sums and counts of generations, put together by dataset; each with its samples.
    fn by_dataset(&self, sums: &[Counts], tallies: &[Tallies]) -> BTreeMap<usize, (u64, Sums)> {
        let mut by_dataset: BTreeMap<usize, (u64, Sums)> = BTreeMap::new();
        let dataset_of = |generation| self.generation(generation).map(|of| of.dataset);
        let [samples, words, images, languages] = tallies else { return by_dataset };
        for (generation, tally) in samples {
            let count: u64 = tally.counts().map(|(_, count)| count).sum();
            if let Some(dataset) = dataset_of(*generation).filter(|_| count > 0) {
                by_dataset.entry(dataset).or_default().0 += count;
            }
        }
        for (field, counts) in SUMMED.iter().zip(sums) {
            for (generation, sum) in counts {
                let Some(dataset) = dataset_of(*generation) else { continue };
                if let Some((_, own)) = by_dataset.get_mut(&dataset) {
                    *own.of_field(*field) += sum;
                }
            }
        }
        let without = |tallies: &Tallies, add: &mut dyn FnMut(usize, u64, u64)| {
            for (generation, tally) in tallies {
                if let Some(dataset) = dataset_of(*generation) {
                    tally.counts().for_each(|(code, count)| add(dataset, code, count));
                }
            }
        };
        let mut add = |tallies, change: &dyn Fn(&mut Sums, u64, u64)| {
            without(tallies, &mut |dataset, code, count| {
                if let Some((_, own)) = by_dataset.get_mut(&dataset) {
                    change(own, code, count);
                }
            });
        };
        add(words, &|own, code, count| own.empty += if code == 0 { count } else { 0 });
        add(images, &|own, code, count| own.text_only += if code == 0 { count } else { 0 });
        add(languages, &|own, code, count| *own.languages.entry(code).or_default() += count);
        by_dataset
    }

    /// The different names of the samples of a request, as hashes in ascending order.
    pub(crate) fn names_of(
        &self,
        request: &Request<'_>,
        name: Name,
        budget: &Budget,
    ) -> Result<Vec<u64>, LibraryError> {
        let mut names = Vec::new();
        self.view.names(&request.question, name, budget, &mut |hash| names.push(hash))?;
        budget.hold(names.len() * size_of::<u64>())?.keep();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn compare_stages(
        &self,
        stages: &[Option<SearchParams>],
        budget: &Budget,
    ) -> Result<Overlap, LibraryError> {
        let (mut pictures, mut samples) = (Vec::new(), Vec::new());
        let mut overlap = Overlap { stages: Vec::with_capacity(stages.len()), is_final: self.is_final() };
        for params in stages {
            let Some(params) = params else {
                overlap.stages.push(StageOverlap::default());
                continue;
            };
            let request = Request::read(params, self, budget)?;
            let own_pictures = self.names_of(&request, Name::Image, budget)?;
            let own_samples = self.names_of(&request, Name::Key, budget)?;
            overlap.stages.push(StageOverlap {
                pictures: own_pictures.len() as u64,
                pictures_before: in_both(&own_pictures, &pictures),
                samples: own_samples.len() as u64,
                samples_before: in_both(&own_samples, &samples),
            });
            unite(&mut pictures, own_pictures);
            unite(&mut samples, own_samples);
        }
        Ok(overlap)
    }
}

impl Sums {
    /// The sum of a field of [`SUMMED`].
    fn of_field(&mut self, field: Field) -> &mut u64 {
        match field {
            Field::Turns => &mut self.turns,
            Field::WordsHuman => &mut self.words_human,
            Field::WordsGpt => &mut self.words_gpt,
            Field::Characters => &mut self.characters,
            Field::CharactersGpt => &mut self.characters_gpt,
            Field::CharactersOther => &mut self.characters_other,
            Field::Cjk => &mut self.cjk,
            Field::CjkGpt => &mut self.cjk_gpt,
            Field::Images => &mut self.images,
            _ => &mut self.words,
        }
    }
}

/// The search for the samples of a stage; of a mixture file all samples of its datasets, if any are here.
pub(crate) fn search_of(recipe: &str, number: usize, stage: &Stage) -> Option<SearchParams> {
    if !stage.is_mixture() {
        return Some(SearchParams { stage: vec![format!("{recipe}/{number}")], ..SearchParams::default() });
    }
    let found = stage.parts.iter().filter(|part| part.is_found);
    let dataset: Vec<String> = found.flat_map(|part| part.datasets.iter().cloned()).collect();
    (!dataset.is_empty()).then(|| SearchParams { dataset, ..SearchParams::default() })
}

/// The positions of what a request finds, in file order.
pub(crate) fn positions_of(
    current: &Current,
    request: &Request<'_>,
    budget: &Budget,
) -> Result<Vec<u64>, LibraryError> {
    let mut positions = Vec::new();
    let visit = &mut |position| positions.push(position);
    current.view.positions(&request.question, Order::File, u64::MAX, budget, visit)?;
    Ok(positions)
}

/// How many of some numbers are among others; both ascend.
pub(crate) fn in_both(some: &[u64], others: &[u64]) -> u64 {
    some.iter().filter(|number| others.binary_search(number).is_ok()).count() as u64
}

/// Adds numbers, so that each is there once and all ascend.
fn unite(all: &mut Vec<u64>, others: Vec<u64>) {
    all.extend(others);
    all.sort_unstable();
    all.dedup();
}
