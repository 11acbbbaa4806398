//! `[[recipe]]`, its stages and their parts.

use super::Loaded;
use super::checked::Checked;
use crate::recipe::{Part, Recipe, Stage, SubPart, Unit};
use crate::{CatalogError, Dataset};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub slug: Spanned<String>,
    title: Option<String>,
    document: Option<String>,
    note: Option<String>,
    #[serde(rename = "stage")]
    stages: Vec<StageEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageEntry {
    title: String,
    note: Option<String>,
    #[serde(rename = "part")]
    parts: Vec<PartEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartEntry {
    datasets: Vec<Spanned<String>>,
    title: Option<String>,
    take: Option<String>,
    unit: Option<Unit>,
    documented: Option<u64>,
    note: Option<String>,
    subset: Option<Spanned<String>>,
    #[serde(default, rename = "part")]
    parts: Vec<SubPart>,
}

pub(super) fn read(checked: &Checked<'_>, entry: Entry, known: &Loaded) -> Result<Recipe, CatalogError> {
    let slug = checked.slug(&entry.slug)?;
    let mut stages = Vec::new();
    for stage in entry.stages {
        let parts = stage.parts.into_iter().map(|part| read_part(checked, &slug, part, known));
        let parts = parts.collect::<Result<_, _>>()?;
        stages.push(Stage { title: stage.title, note: stage.note, parts });
    }
    Ok(Recipe {
        title: entry.title.unwrap_or_else(|| slug.clone()),
        slug,
        document: entry.document,
        note: entry.note,
        stages,
    })
}

fn read_part(
    checked: &Checked<'_>,
    recipe: &str,
    entry: PartEntry,
    known: &Loaded,
) -> Result<Part, CatalogError> {
    let mut datasets: Vec<&Dataset> = Vec::new();
    for slug in &entry.datasets {
        let Some(dataset) = known.datasets.iter().find(|dataset| dataset.slug == *slug.get_ref()) else {
            let message = format!("has `{}`, which is not a known dataset", slug.get_ref());
            return Err(checked.value_at(recipe, slug.span(), "datasets", &message));
        };
        datasets.push(dataset);
    }
    if let Some(list) = &entry.subset
        && !known.lists.iter().any(|known| known.slug == *list.get_ref())
    {
        let message = format!("is `{}`, which is not a known list", list.get_ref());
        return Err(checked.value_at(recipe, list.span(), "subset", &message));
    }
    let titles: Vec<&str> = datasets.iter().map(|dataset| dataset.title.as_str()).collect();
    Ok(Part {
        title: entry.title.unwrap_or_else(|| titles.join(" + ")),
        take: entry.take.unwrap_or_else(|| "all".to_owned()),
        unit: entry.unit.or_else(|| Some(datasets.first()?.unit)).unwrap_or_default(),
        documented: entry.documented,
        note: entry.note,
        subset: entry.subset.map(Spanned::into_inner),
        parts: entry.parts,
        datasets: entry.datasets.into_iter().map(Spanned::into_inner).collect(),
    })
}
