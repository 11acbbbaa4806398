//! Mixture files of trainers under the root as recipes: their parts matched to datasets, and what the trainer takes.

use crate::ask::recipes::share;
use crate::store::snapshot::Snapshot;
use blendscope_blend::board::BoardPart;
use blendscope_blend::board::of_mixture::{OfMixture, of_count, of_part};
use blendscope_blend::document::Mistake;
use blendscope_blend::evaluate::{Asked, Facts, evaluate};
use blendscope_blend::format::Format;
use blendscope_blend::mixture::{self, Mixture, Order, Source};
use blendscope_catalog::paths::split;
use blendscope_catalog::{self as catalog, FoundFile, FoundMixture, mixture_path};
use blendscope_shared::paths;
use blendscope_shared::recipe::{Part, Recipe, Stage};
use blendscope_shared::search::SearchParams;
use std::collections::{BTreeSet, HashMap};

/// What the file itself does not say.
const BY_THOUSANDS: &str = "numbers are taken for thousands of samples, as the trainer's scripts set it by `given_num`; without that they are ratios";

/// The annotation files that a part of a mixture stands for.
#[derive(Default)]
struct Matched {
    /// Slugs of their datasets.
    datasets: BTreeSet<String>,
    /// Samples in them.
    samples: u64,
    /// Whether these are not all files of a dataset.
    is_cut: bool,
}

/// The annotation files of a root by their names, with the numbers of their datasets.
pub(crate) struct Files<'s> {
    snapshot: &'s Snapshot,
    by_name: HashMap<&'s str, Vec<Placed<'s>>>,
    by_stem: HashMap<&'s str, Vec<Placed<'s>>>,
}

/// A file, and the number of its dataset.
type Placed<'s> = (usize, &'s FoundFile);

impl Files<'_> {
    /// A mixture file as a recipe; each mixture in it is a stage.
    pub(crate) fn recipe_of_mixture(&self, found: &FoundMixture) -> Recipe {
        let mut recipe = Recipe {
            slug: found.slug.clone(),
            title: found.relative.clone(),
            file: Some(found.relative.clone()),
            format: Some(found.format.name().to_owned()),
            ..Recipe::default()
        };
        if found.format == Format::XComposer {
            recipe.notes.push(BY_THOUSANDS.to_owned());
        }
        match &found.mixtures {
            Ok(mixtures) => {
                for (title, mixture) in mixtures {
                    recipe.stages.push(self.stage_of_mixture(found, title, mixture, &mut recipe.notes));
                }
            }
            Err(mistake) => recipe.broken = Some(said_in(found, mistake)),
        }
        recipe
    }

    fn stage_of_mixture(
        &self,
        found: &FoundMixture,
        title: &str,
        mixture: &Mixture,
        notes: &mut Vec<String>,
    ) -> Stage {
        let matched: Vec<Result<Matched, String>> =
            mixture.parts.iter().map(|part| self.matched(found, &part.source)).collect();
        let mut taken: Vec<OfMixture> = (mixture.parts.iter().zip(&matched))
            .map(|(part, matched)| of_part(part, matched.as_ref().ok().map(|matched| matched.samples)))
            .collect();
        add(notes, &mixture.notes);
        let is_whole = matched.iter().all(Result::is_ok);
        if is_whole && let Err(mistake) = evaluated(mixture, &matched, &mut taken, notes) {
            notes.push(format!("the trainer stops: {}", said_in(found, &mistake)));
        }
        if !is_whole && mixture.order != Order::Concatenated {
            notes.push("parts are taken in turn; how much of each is known when all are here".to_owned());
        }
        let mut parts: Vec<Part> = (mixture.parts.iter().zip(matched).zip(taken))
            .map(|((part, matched), of)| self.part_of_mixture(part, matched, of))
            .collect();
        let weights: Option<f64> = mixture.parts.iter().map(|part| part.weight).sum();
        let weights = weights.filter(|sum| *sum > 0.0);
        let in_all: u64 = parts.iter().filter_map(|part| part.taken).sum();
        for (part, own) in parts.iter_mut().zip(&mixture.parts) {
            part.share = match (weights, own.weight) {
                (Some(sum), Some(weight)) => weight / sum,
                _ => share(part.taken.unwrap_or(0), in_all),
            };
        }
        let found_here = parts.iter().map(|part| part.found).sum();
        Stage {
            title: title.to_owned(),
            unit: catalog::Unit::Samples.name().to_owned(),
            samples: found_here,
            found: found_here,
            taken: weights.is_none().then_some(in_all),
            total: weights.and(mixture.total.or(Some(found_here))),
            parts,
            ..Stage::default()
        }
    }

    fn part_of_mixture(&self, part: &mixture::Part, matched: Result<Matched, String>, of: OfMixture) -> Part {
        let mut notes: Vec<String> = of.note.into_iter().collect();
        let (mut answer, datasets) = match matched {
            Ok(matched) => {
                if matched.is_cut {
                    notes.push(
                        "it takes some files of the dataset; searches and the board take all".to_owned(),
                    );
                }
                let datasets: Vec<String> = matched.datasets.into_iter().collect();
                let known = catalog::Part { datasets: datasets.clone(), ..catalog::Part::default() };
                (self.snapshot.part(&known), datasets)
            }
            Err(why) => {
                notes.push(why);
                (Part::default(), vec![part.name.clone()])
            }
        };
        if let Source::Query(query) = &part.source {
            let search = SearchParams { q: query.clone(), ..SearchParams::default() };
            answer.source = search.to_query();
            answer.url = Some(paths::search_page(&search));
        } else if !answer.is_found {
            answer.source = SearchParams { dataset: datasets.clone(), ..SearchParams::default() }.to_query();
            "und".clone_into(&mut answer.lang);
        }
        answer.dataset = datasets.into_iter().next().unwrap_or_default();
        part.name.clone_into(&mut answer.title);
        catalog::Unit::Samples.name().clone_into(&mut answer.unit);
        answer.note = (!notes.is_empty()).then(|| notes.join("; "));
        answer.taking = of.part.take_text();
        answer.taken = of.taken.filter(|_| part.weight.is_none() && answer.is_found);
        answer
    }

    /// The annotation files that a source stands for, or why none does.
    fn matched(&self, found: &FoundMixture, source: &Source) -> Result<Matched, String> {
        let files = match source {
            Source::Paths(written) => {
                let files: Result<Vec<_>, _> =
                    written.iter().map(|path| self.files_at(found, path)).collect();
                files?.concat()
            }
            Source::Beside(path) => self.files_at(found, path)?,
            Source::Name(name) => self.files_called(name)?,
            Source::Query(query) => return Err(format!("a search, of which the board knows more: {query}")),
            Source::Elsewhere(place) => {
                return Err(format!("comes from {place}, and is no file of this root"));
            }
        };
        let mut matched = Matched::default();
        for (dataset, file) in &files {
            matched.datasets.insert(self.snapshot.found(*dataset).slug.clone());
            let open = self.snapshot.files_of(*dataset).iter().find(|open| open.path == file.path);
            matched.samples += open.map_or(0, |open| u64::from(open.rows()));
        }
        let numbers: BTreeSet<usize> = files.iter().map(|(dataset, _)| *dataset).collect();
        let all: usize = numbers.iter().map(|dataset| self.snapshot.found(*dataset).files.len()).sum();
        matched.is_cut = files.len() < all;
        Ok(matched)
    }

    /// Files at a path: there as it is written, below the root or beside the mixture; else the ones whose path ends most
    /// like it; else the ones with its stem.
    fn files_at(&self, found: &FoundMixture, written: &str) -> Result<Vec<Placed<'_>>, String> {
        let named = self.by_name.get(split(written).1).map_or(&[][..], Vec::as_slice);
        let folder = split(&found.relative).0;
        for path in [mixture_path("", written), mixture_path(folder, written)].into_iter().flatten() {
            if let Some(file) = named.iter().find(|(_, file)| file.relative == path) {
                return Ok(vec![*file]);
            }
            let files = self.files_below(&path);
            if !files.is_empty() {
                return Ok(files);
            }
        }
        let likeness = |file: &FoundFile| {
            let both = file.relative.rsplit('/').zip(written.rsplit('/'));
            both.take_while(|(own, other)| own == other).count()
        };
        let most = named.iter().map(|(_, file)| likeness(file)).max().unwrap_or(0);
        if most > 0 {
            return only(written, named.iter().filter(|(_, file)| likeness(file) == most).copied().collect());
        }
        self.files_called(stem(written)).map_err(|_| format!("no file of this root is `{written}`"))
    }

    /// The files of a folder; none of what has the name of a file.
    fn files_below(&self, folder: &str) -> Vec<Placed<'_>> {
        if split(folder).1.contains(".json") {
            return Vec::new();
        }
        let is_in =
            |file: &FoundFile| file.relative.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.by_name.values().flatten().filter(|(_, file)| is_in(file)).copied().collect()
    }

    /// Files of the dataset with this slug, or with this stem.
    fn files_called(&self, name: &str) -> Result<Vec<Placed<'_>>, String> {
        let slug = name.to_lowercase().replace(['_', ' '], "-");
        let datasets = &self.snapshot.resolved.datasets;
        let is_called = |own: &str| own == name || own.replace('_', "-") == slug;
        if let Some(number) = datasets.iter().position(|dataset| is_called(&dataset.slug)) {
            return Ok(datasets[number].files.iter().map(|file| (number, file)).collect());
        }
        only(name, self.by_stem.get(name).cloned().unwrap_or_default())
    }
}

impl Snapshot {
    /// Its annotation files by their names.
    pub(crate) fn files_by_name(&self) -> Files<'_> {
        let mut files = Files { snapshot: self, by_name: HashMap::new(), by_stem: HashMap::new() };
        for (number, dataset) in self.resolved.datasets.iter().enumerate() {
            for file in &dataset.files {
                files.by_name.entry(split(&file.relative).1).or_default().push((number, file));
                files.by_stem.entry(stem(&file.relative)).or_default().push((number, file));
            }
        }
        files
    }
}

/// The only file of several, or why none.
fn only<'f>(written: &str, files: Vec<Placed<'f>>) -> Result<Vec<Placed<'f>>, String> {
    match files.as_slice() {
        [] => Err(format!("no dataset and no file of this root is called `{written}`")),
        [_] => Ok(files),
        [(_, one), (_, other), ..] => Err(format!(
            "`{written}` fits {} and {}, and more than one is none",
            one.relative, other.relative
        )),
    }
}

/// The name of a file without its folder and its ending.
fn stem(path: &str) -> &str {
    let name = split(path).1;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What the trainer takes where all parts are here: the order may leave out or repeat some of it.
fn evaluated(
    mixture: &Mixture,
    matched: &[Result<Matched, String>],
    taken: &mut [OfMixture],
    notes: &mut Vec<String>,
) -> Result<(), Mistake> {
    let facts = |matched: &Result<Matched, String>| Facts {
        of: matched.as_ref().map_or(0, |matched| matched.samples),
        ..Facts::default()
    };
    let facts: Vec<Facts> = matched.iter().map(facts).collect();
    let evaluation = evaluate(mixture, &facts, Asked::default())?;
    add(notes, &evaluation.notes);
    for (of, part) in taken.iter_mut().zip(evaluation.parts) {
        if part.samples.is_some() && of.taken != part.samples {
            let weight = of.part.weight;
            of.part = BoardPart { weight, ..of_count(part.samples.unwrap_or(0), part.of) };
            of.taken = part.samples;
        }
    }
    Ok(())
}

/// Adds the notes that are not there yet.
fn add(notes: &mut Vec<String>, more: &[String]) {
    for note in more {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
}

/// A mistake with the file that it is in.
fn said_in(found: &FoundMixture, mistake: &Mistake) -> String {
    let mark = if mistake.at.is_some() { ":" } else { ": " };
    format!("{}{mark}{mistake}", found.relative)
}
