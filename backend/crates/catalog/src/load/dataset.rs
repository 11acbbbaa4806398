//! `[[dataset]]`, with `[dataset.record]` behind it for records of one's own:
//!
//! ```toml
//! [[dataset]]
//! slug = "ours"
//! files = ["ours_*.jsonl"]
//! images = ["pictures"]
//!
//! [dataset.record]
//! turns = "dialogue"        # a key or several: of a list of turns, or of a text that is the only turn
//! pictures = ["photo"]      # a key or several
//! id = "number"
//! role = "who"              # keys of a turn
//! text = "says"
//! ```
//!
//! What it does not name is read as everywhere.

use super::Loaded;
use super::checked::{Checked, is_folder};
use crate::paths::safe_relative;
use crate::{CatalogError, Dataset, Place, Unit};
use blendscope_read::RecordKeys;
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub slug: Spanned<String>,
    title: Option<String>,
    files: Option<Vec<String>>,
    places: Option<Vec<Place>>,
    images: Option<Vec<String>>,
    documented_samples: Option<u64>,
    size: Option<String>,
    unit: Option<Unit>,
    language: Option<String>,
    terms: Option<String>,
    restricted: Option<bool>,
    reference: Option<bool>,
    counted: Option<bool>,
    home: Option<String>,
    record: Option<Record>,
}

/// `[dataset.record]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    turns: Option<OneOrMore>,
    pictures: Option<OneOrMore>,
    id: Option<String>,
    role: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<Option<OneOrMore>> for Names {
    fn from(names: Option<OneOrMore>) -> Self {
        Self(match names {
            None => Vec::new(),
            Some(OneOrMore::One(name)) => vec![name],
            Some(OneOrMore::More(names)) => names,
        })
    }
}

struct Names(Vec<String>);

impl From<Record> for RecordKeys {
    fn from(Record { turns, pictures, id, role, text }: Record) -> Self {
        Self { turns: Names::from(turns).0, pictures: Names::from(pictures).0, id, role, text }
    }
}

pub(super) fn read(checked: &Checked<'_>, entry: Entry, known: &Loaded) -> Result<Dataset, CatalogError> {
    let slug = checked.slug(&entry.slug)?;
    if known.sources.iter().any(|source| source.slug == slug) {
        return Err(checked.value(&entry.slug, "slug", "is the name of an image source: choose another"));
    }
    let name = entry.slug.clone();
    let old = known.datasets.iter().find(|dataset| dataset.slug == slug).cloned().unwrap_or_default();
    let dataset = over(old, entry);
    if dataset.files.is_empty() {
        return Err(checked.value(&name, "files", "is missing: list the names of its annotation files"));
    }
    check_paths(checked, &name, &dataset)?;
    let mut layouts = dataset.places.iter().flat_map(|place| &place.layouts);
    if let Some(layout) = layouts.find(|layout| !known.layouts.iter().any(|known| known.slug == **layout)) {
        let message = format!("names the layout `{layout}`, which is not known");
        return Err(checked.value(&name, "places", &message));
    }
    Ok(dataset)
}

/// What an entry says, and the older entry with the same slug where it says nothing.
fn over(old: Dataset, entry: Entry) -> Dataset {
    let slug = entry.slug.into_inner();
    let title = entry.title.unwrap_or(if old.title.is_empty() { slug.clone() } else { old.title });
    let images = entry.images.unwrap_or(old.images);
    Dataset {
        slug,
        title,
        files: entry.files.unwrap_or(old.files),
        places: entry.places.unwrap_or(old.places),
        images: if images.is_empty() { vec![String::new()] } else { images },
        documented_samples: entry.documented_samples.or(old.documented_samples),
        size: entry.size.or(old.size),
        unit: entry.unit.unwrap_or(old.unit),
        language: entry.language.or(old.language),
        terms: entry.terms.or(old.terms),
        is_restricted: entry.restricted.unwrap_or(old.is_restricted),
        is_reference: entry.reference.unwrap_or(old.is_reference),
        is_counted: entry.counted.unwrap_or(old.is_counted),
        home: entry.home.or(old.home),
        record: entry.record.map(|record| Arc::new(record.into())).or(old.record),
    }
}

fn check_paths(checked: &Checked<'_>, slug: &Spanned<String>, dataset: &Dataset) -> Result<(), CatalogError> {
    if dataset.files.iter().any(|pattern| safe_relative(pattern).as_ref() != Some(pattern)) {
        return Err(checked.value(slug, "files", "must be relative paths without `.` and `..`"));
    }
    if dataset.places.iter().any(|place| place.folder.is_empty() || !is_folder(&place.folder)) {
        return Err(checked.value(slug, "places", "must have folders relative to the data folder"));
    }
    let mut images = dataset.places.iter().filter_map(|place| place.images.as_ref()).chain(&dataset.images);
    if images.any(|folder| !is_folder(folder) && !Path::new(folder).is_absolute()) {
        let message = "must be absolute folders, or relative ones without `..`";
        return Err(checked.value(slug, "images", message));
    }
    Ok(())
}
