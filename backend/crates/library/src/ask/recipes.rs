//! Recipes against what is under the root: stage by stage, documented and found.

use crate::store::snapshot::{OpenGeneration, Snapshot};
use crate::store::values::Sums;
use crate::{Library, LibraryError};
use ::blendscope_catalog as catalog;
use blendscope_shared::paths;
use blendscope_shared::recipe::{Part, Recipe, Recipes, Stage, SubPart};
use blendscope_shared::search::SearchParams;
use std::sync::Arc;

/// The language of datasets whose documents name none.
pub(crate) const USUAL_LANGUAGE: &str = "en";

impl Library {
    /// Every recipe: mixture files under the root, then those of the catalog of which most is there.
    pub fn recipes(&self) -> Recipes {
        let snapshot = self.snapshot();
        let mut items: Vec<Recipe> =
            self.catalog().recipes().iter().map(|recipe| snapshot.recipe(recipe)).collect();
        let parts_found = |recipe: &Recipe| {
            recipe.stages.iter().flat_map(|stage| &stage.parts).filter(|part| part.samples > 0).count()
        };
        items.sort_by_key(|recipe| std::cmp::Reverse(parts_found(recipe)));
        let files = snapshot.files_by_name();
        let mixtures = snapshot.resolved.mixtures.iter().map(|found| files.recipe_of_mixture(found));
        items.splice(0..0, mixtures);
        Recipes { items, next: None }
    }

    /// One recipe.
    pub fn recipe(&self, slug: &str) -> Result<Recipe, LibraryError> {
        let snapshot = self.snapshot();
        if let Some(found) = snapshot.resolved.mixtures.iter().find(|found| found.slug == slug) {
            return Ok(snapshot.files_by_name().recipe_of_mixture(found));
        }
        let catalog = self.catalog();
        let recipe = catalog.recipes().iter().find(|recipe| recipe.slug == slug);
        let recipe = recipe.ok_or_else(|| LibraryError::UnknownRecipe(slug.to_owned()))?;
        Ok(snapshot.recipe(recipe))
    }

    /// Slugs of the recipes that a dataset is a part of.
    pub fn recipes_with(&self, dataset: &str) -> Vec<String> {
        let has = |recipe: &&catalog::Recipe| {
            let parts = recipe.stages.iter().flat_map(|stage| &stage.parts);
            parts.flat_map(|part| &part.datasets).any(|slug| slug == dataset)
        };
        self.catalog().recipes().iter().filter(has).map(|recipe| recipe.slug.clone()).collect()
    }
}

impl Snapshot {
    fn recipe(&self, recipe: &catalog::Recipe) -> Recipe {
        Recipe {
            slug: recipe.slug.clone(),
            title: recipe.title.clone(),
            document: recipe.document.clone(),
            note: recipe.note.clone(),
            stages: recipe.stages.iter().map(|stage| self.stage(stage)).collect(),
            ..Recipe::default()
        }
    }

    fn stage(&self, stage: &catalog::Stage) -> Stage {
        let mut parts: Vec<Part> = stage.parts.iter().map(|part| self.part(part)).collect();
        let documented: u64 = parts.iter().filter_map(|part| part.documented).sum();
        let is_whole = parts.iter().all(|part| part.documented.is_some());
        let has_one_unit = parts.windows(2).all(|pair| pair[0].unit == pair[1].unit);
        let is_comparable = is_whole && has_one_unit;
        let count = |part: &Part| if has_one_unit { part.found } else { part.samples };
        let found: u64 = parts.iter().map(count).sum();
        let unit =
            parts.first().filter(|_| has_one_unit).map_or(catalog::Unit::Samples.name(), |part| &part.unit);
        let unit = unit.to_owned();
        for part in &mut parts {
            part.share = share(count(part), found);
            part.share_documented =
                part.documented.filter(|_| is_comparable).map(|count| share(count, documented));
        }
        Stage {
            title: stage.title.clone(),
            note: stage.note.clone(),
            unit,
            samples: parts.iter().map(|part| part.samples).sum(),
            parts,
            documented,
            documented_is_whole: is_whole,
            found,
            ..Stage::default()
        }
    }

    /// The language in which a part's documents say that it is.
    fn documented_language(&self, part: &catalog::Part) -> String {
        let known = self.catalog.datasets().iter().find(|dataset| part.datasets.contains(&dataset.slug));
        known.and_then(|known| known.language.clone()).unwrap_or_else(|| USUAL_LANGUAGE.to_owned())
    }

    /// The first slug whose dataset is there, or else the first.
    fn first_found(&self, slugs: &[String]) -> String {
        let found = slugs.iter().find(|slug| self.dataset_index(slug).is_ok());
        found.or(slugs.first()).cloned().unwrap_or_default()
    }

    pub(crate) fn part(&self, part: &catalog::Part) -> Part {
        let sub_part = |sub: &catalog::SubPart| SubPart {
            title: sub.title.clone(),
            take: sub.take.clone(),
            documented: sub.documented,
        };
        let mut answer = Part {
            dataset: self.first_found(&part.datasets),
            datasets: part.datasets.clone(),
            title: part.title.clone(),
            take: part.take.clone(),
            unit: part.unit.name().to_owned(),
            documented: part.documented,
            note: part.note.clone(),
            parts: part.parts.iter().map(sub_part).collect(),
            ..Part::default()
        };
        let (mut found, mut sums) = (SearchParams::default(), Sums::default());
        for slug in &part.datasets {
            let Ok(dataset) = self.dataset_index(slug) else { continue };
            answer.is_found = true;
            found.dataset.push(slug.clone());
            for of in self.generations_of(dataset) {
                let (samples, own) = match of.in_subset(part.subset.as_deref()) {
                    Some(subset) => (subset.found, &subset.sums),
                    None => (of.live.samples(), of.sums()),
                };
                answer.samples += samples;
                sums.add_all(own);
                answer.images_missing += of.state.missing().unwrap_or(0);
            }
            let is_decided = |of: &Arc<OpenGeneration>| of.in_subset(part.subset.as_deref()).is_some();
            if self.generations_of(dataset).iter().any(is_decided) {
                found.subset.extend(part.subset.clone());
            }
        }
        (answer.words, answer.characters, answer.images) = (sums.words, sums.characters, sums.images);
        answer.account = sums.account(answer.samples);
        answer.lang = answer
            .account
            .languages
            .first()
            .map_or_else(|| self.documented_language(part), |of| of.lang.clone());
        let documented = SearchParams { dataset: part.datasets.clone(), ..SearchParams::default() };
        answer.source = if answer.is_found { found.to_query() } else { documented.to_query() };
        answer.found = match part.unit {
            catalog::Unit::Images => answer.images,
            catalog::Unit::Samples | catalog::Unit::Items => answer.samples,
        };
        answer.url = (answer.samples > 0).then(|| paths::search_page(&found));
        answer
    }
}

/// A part of a whole, 0 to 1.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
