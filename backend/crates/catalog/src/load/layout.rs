//! `[[layout]]`.

use super::checked::{Checked, is_folder};
use crate::{CatalogError, Layout};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub slug: Spanned<String>,
    title: Option<String>,
    document: Option<String>,
    #[serde(default)]
    roots: Vec<String>,
    #[serde(default)]
    folders: Vec<String>,
    #[serde(default)]
    boxes: bool,
}

pub(super) fn read(checked: &Checked<'_>, entry: Entry) -> Result<Layout, CatalogError> {
    let slug = checked.slug(&entry.slug)?;
    if entry.folders.iter().any(|folder| folder.is_empty() || !is_folder(folder)) {
        return Err(checked.value(&entry.slug, "folders", "must be relative to the data folder"));
    }
    Ok(Layout {
        title: entry.title.unwrap_or_else(|| slug.clone()),
        slug,
        document: entry.document,
        roots: entry.roots,
        folders: entry.folders,
        has_boxes: entry.boxes,
    })
}
