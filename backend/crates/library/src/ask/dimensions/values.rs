//! What codes stand for, what values are called, and which cannot be.

use crate::LibraryError;
use crate::ask::answers::Current;
use crate::store::snapshot::{OpenGeneration, Snapshot};
use crate::store::values::{Flag, Language};
use blendscope_catalog::{ListForm, Part, Recipe};
use blendscope_engine::PictureStatus;
use blendscope_shared::key::SampleKey;
use blendscope_shared::search::ParamError;

/// What is said of a sample's images, by bit; no bit stands for a sample without images.
const IMAGE_STATUS: [(PictureStatus, &str); 6] = [
    (PictureStatus::Present, "present"),
    (PictureStatus::Missing, "missing"),
    (PictureStatus::Broken, "broken"),
    (PictureStatus::NotEmbedded, "not_embedded"),
    (PictureStatus::Remote, "remote"),
    (PictureStatus::Unchecked, "unchecked"),
];

/// The status of samples without images.
const TEXT_ONLY: &str = "text_only";

/// Samples with an image, for `has`.
const IMAGE: &str = "image";

pub(crate) fn dataset_title(snapshot: &Current, slug: &str) -> Option<String> {
    let index = snapshot.dataset_index(slug).ok()?;
    Some(snapshot.found(index).title.clone())
}

/// The recipes that a sample is part of, by whether a list of ids names it.
pub(crate) fn recipes(snapshot: &Snapshot, of: &OpenGeneration, code: u64) -> Vec<String> {
    let takes = |recipe: &&Recipe| {
        recipe.stages.iter().flat_map(|stage| &stage.parts).any(|part| holds(snapshot, part, of, code))
    };
    snapshot.catalog.recipes().iter().filter(takes).map(|recipe| recipe.slug.clone()).collect()
}

pub(crate) fn recipe_title(snapshot: &Current, slug: &str) -> Option<String> {
    recipe(snapshot, slug).map(|recipe| recipe.title.clone())
}

pub(crate) fn check_recipe(snapshot: &Snapshot, slug: &str) -> Result<(), LibraryError> {
    recipe(snapshot, slug).map(drop).ok_or_else(|| LibraryError::UnknownRecipe(slug.to_owned()))
}

/// The stages that a sample is part of, as `recipe/number`, counted from 1.
pub(crate) fn stages(snapshot: &Snapshot, of: &OpenGeneration, code: u64) -> Vec<String> {
    let mut stages = Vec::new();
    for recipe in snapshot.catalog.recipes() {
        for (number, stage) in (1..).zip(&recipe.stages) {
            if stage.parts.iter().any(|part| holds(snapshot, part, of, code)) {
                stages.push(format!("{}/{number}", recipe.slug));
            }
        }
    }
    stages
}

pub(crate) fn stage_title(snapshot: &Current, value: &str) -> Option<String> {
    let (slug, number) = value.split_once('/')?;
    let recipe = recipe(snapshot, slug)?;
    let stage = recipe.stages.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(format!("{} · {}", recipe.title, stage.title))
}

pub(crate) fn check_stage(snapshot: &Snapshot, value: &str) -> Result<(), LibraryError> {
    let Some((slug, number)) = value.split_once('/') else {
        return Err(bad("stage", format!("`{value}` is no `recipe/number`; a number needs a `recipe`")));
    };
    let recipe = recipe(snapshot, slug).ok_or_else(|| LibraryError::UnknownRecipe(slug.to_owned()))?;
    let stages = recipe.stages.len();
    if number.parse().is_ok_and(|number| (1..=stages).contains(&number)) {
        return Ok(());
    }
    Err(bad("stage", format!("`{slug}` has stages 1 to {stages}, not {number}")))
}

/// The list of ids that names a sample.
pub(crate) fn subsets(_: &Snapshot, of: &OpenGeneration, code: u64) -> Vec<String> {
    let list = of.state.subset.as_ref().filter(|_| code == 1);
    list.map(|subset| subset.list.clone()).into_iter().collect()
}

pub(crate) fn subset_title(snapshot: &Current, slug: &str) -> Option<String> {
    let list = snapshot.resolved.id_lists.iter().find(|list| list.slug == slug)?;
    Some(list.title.clone())
}

pub(crate) fn check_subset(snapshot: &Snapshot, slug: &str) -> Result<(), LibraryError> {
    let list = snapshot.resolved.id_lists.iter().find(|list| list.slug == slug);
    let list = list.ok_or_else(|| LibraryError::UnknownSubset(slug.to_owned()))?;
    if list.form == ListForm::ShardIndex {
        let why = list.note.as_deref().unwrap_or("it cannot be decided which samples are meant");
        return Err(bad("subset", why.to_owned()));
    }
    Ok(())
}

pub(crate) fn language(_: &Snapshot, _: &OpenGeneration, code: u64) -> Vec<String> {
    vec![Language(code).code()]
}

/// The ids of the templates in a set.
pub(crate) fn templates(_: &Snapshot, of: &OpenGeneration, code: u64) -> Vec<String> {
    let templates = of.templates().ok().flatten();
    templates.map(|templates| templates.ids(code).map(str::to_owned).collect()).unwrap_or_default()
}

pub(crate) fn template_title(snapshot: &Current, id: &str) -> Option<String> {
    Some(snapshot.templates().ok()?.text(id)?.to_owned())
}

pub(crate) fn image_status(code: u64) -> Vec<String> {
    if code == 0 {
        return vec![TEXT_ONLY.to_owned()];
    }
    let named = IMAGE_STATUS.iter().filter(|(bit, _)| code & *bit as u64 != 0);
    named.map(|(_, name)| (*name).to_owned()).collect()
}

pub(crate) fn check_image_status(_: &Snapshot, value: &str) -> Result<(), LibraryError> {
    let names = IMAGE_STATUS.iter().map(|(_, name)| *name).chain([TEXT_ONLY]);
    one_of("image_status", value, &names.collect::<Vec<_>>())
}

/// The hash of a sample key as it stands in links.
pub(crate) fn sample_key(key: &str) -> Option<u64> {
    SampleKey::from_text(key.split('~').next().unwrap_or(key)).map(|key| key.0)
}

/// Whether a sample has images.
pub(crate) fn has(images: u64) -> &'static str {
    if images == 0 { TEXT_ONLY } else { IMAGE }
}

pub(crate) fn check_has(_: &Snapshot, value: &str) -> Result<(), LibraryError> {
    one_of("has", value, &[IMAGE, TEXT_ONLY])
}

/// The terms of the dataset and of the image sources in a set.
pub(crate) fn terms(snapshot: &Snapshot, of: &OpenGeneration, code: u64) -> Vec<String> {
    let sources = of.sources_of(code);
    let of_source = |slug: &String| {
        let all = snapshot.catalog.sources().iter();
        all.filter(|source| source.slug == *slug).find_map(|source| source.terms.clone())
    };
    let mut terms: Vec<String> = sources.iter().filter_map(of_source).collect();
    terms.extend(snapshot.found(of.dataset).terms.clone());
    terms.sort_unstable();
    terms.dedup();
    terms
}

pub(crate) fn flags(code: u64) -> Vec<String> {
    Flag::names_of(code).map(str::to_owned).collect()
}

pub(crate) fn check_flag(_: &Snapshot, value: &str) -> Result<(), LibraryError> {
    one_of("flag", value, &Flag::names_of(u64::MAX).collect::<Vec<_>>())
}

fn recipe<'s>(snapshot: &'s Snapshot, slug: &str) -> Option<&'s Recipe> {
    snapshot.catalog.recipes().iter().find(|recipe| recipe.slug == slug)
}

/// Whether a part takes a sample of a generation, by whether a list of ids names it.
fn holds(snapshot: &Snapshot, part: &Part, of: &OpenGeneration, code: u64) -> bool {
    let is_asked = of.in_subset(part.subset.as_deref()).is_some();
    part.datasets.contains(&snapshot.found(of.dataset).slug) && (!is_asked || code == 1)
}

fn one_of(name: &str, value: &str, known: &[&str]) -> Result<(), LibraryError> {
    if known.iter().any(|known| known.eq_ignore_ascii_case(value)) {
        return Ok(());
    }
    Err(bad(name, format!("`{value}` is none of {}", known.join(", "))))
}

fn bad(name: &str, message: String) -> LibraryError {
    LibraryError::BadParameter(ParamError { parameter: name.to_owned(), message })
}
