//! `[[source]]`.

use super::Loaded;
use super::checked::Checked;
use crate::{CatalogError, Source, Spelling};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub slug: Spanned<String>,
    names: Option<String>,
    paths: Option<Vec<String>>,
    terms: Option<String>,
    restricted: Option<bool>,
    partial: Option<String>,
    home: Option<String>,
    from: Option<Vec<String>>,
}

pub(super) fn read(checked: &Checked<'_>, entry: Entry, known: &Loaded) -> Result<Source, CatalogError> {
    let slug = checked.slug(&entry.slug)?;
    if known.datasets.iter().any(|dataset| dataset.slug == slug) {
        return Err(checked.value(&entry.slug, "slug", "is the name of a dataset: choose another"));
    }
    let old = known.sources.iter().find(|source| source.slug == slug).cloned().unwrap_or_default();
    let spellings = match &entry.paths {
        Some(paths) => paths.iter().map(|path| Spelling::parse(path)).collect(),
        None => Some(old.spellings),
    };
    let Some(spellings) = spellings.filter(|spellings: &Vec<Spelling>| !spellings.is_empty()) else {
        return Err(checked.value(&entry.slug, "paths", "must each be a folder and one `*` for the name"));
    };
    Ok(Source {
        slug,
        names: entry.names.or(old.names),
        spellings,
        terms: entry.terms.or(old.terms),
        is_restricted: entry.restricted.unwrap_or(old.is_restricted),
        partial: entry.partial.or(old.partial),
        home: entry.home.or(old.home),
        from: entry.from.unwrap_or(old.from),
    })
}
