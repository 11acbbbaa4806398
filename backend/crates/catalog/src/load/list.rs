//! `[[list]]`.

use super::Loaded;
use super::checked::Checked;
use crate::paths::safe_relative;
use crate::{CatalogError, IdList, ListForm};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub slug: Spanned<String>,
    title: Option<String>,
    files: Vec<String>,
    dataset: Spanned<String>,
    form: ListForm,
    note: Option<String>,
}

pub(super) fn read(checked: &Checked<'_>, entry: Entry, known: &Loaded) -> Result<IdList, CatalogError> {
    let slug = checked.slug(&entry.slug)?;
    if entry.files.is_empty() || entry.files.iter().any(|file| safe_relative(file).as_ref() != Some(file)) {
        return Err(checked.value(&entry.slug, "files", "must be one or more relative paths"));
    }
    if !known.datasets.iter().any(|dataset| dataset.slug == *entry.dataset.get_ref()) {
        let message = format!("is `{}`, which is not known", entry.dataset.get_ref());
        return Err(checked.value_at(&slug, entry.dataset.span(), "dataset", &message));
    }
    Ok(IdList {
        title: entry.title.unwrap_or_else(|| slug.clone()),
        slug,
        files: entry.files,
        dataset: entry.dataset.into_inner(),
        form: entry.form,
        note: entry.note,
    })
}
