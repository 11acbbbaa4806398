//! The loader of catalog files: from TOML to a catalog, the built-in files first and the user's on top of them.
//!
//! Errors name the line. An entry with a known slug replaces what it names of the older one. A dataset may say under
//! `[dataset.record]` what the keys of records of one's own are; what it does not name is read as everywhere:
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

use super::dataset::Dataset;
use super::error::CatalogError;
use super::recipe::Recipe;
use super::source::Source;
use crate::dataset::Layout;
use crate::paths::safe_relative;
use crate::recipe::{IdList, Part, Stage, SubPart};
use crate::{ListForm, Place, Spelling, Unit};
use blendscope_read::RecordKeys;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// The files inside the program, by name, in the order in which they are read; put together they are one file.
pub(crate) const BUILTIN: [(&str, &str); 5] = [
    ("sources.toml", include_str!("builtin/sources.toml")),
    ("layouts.toml", include_str!("builtin/layouts.toml")),
    ("datasets.toml", include_str!("builtin/datasets.toml")),
    ("lists.toml", include_str!("builtin/lists.toml")),
    ("recipes.toml", include_str!("builtin/recipes.toml")),
];

/// One catalog file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CatalogFile {
    bases: Vec<String>,
    layout: Vec<LayoutEntry>,
    source: Vec<SourceEntry>,
    dataset: Vec<DatasetEntry>,
    list: Vec<ListEntry>,
    recipe: Vec<RecipeEntry>,
    /// Options of the server, which the command line reads.
    #[serde(rename = "serve")]
    _serve: IgnoredAny,
}

/// Everything that catalog files say, later files before earlier ones.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Folders that stand for the data folder.
    pub bases: Vec<String>,
    pub layouts: Vec<Layout>,
    pub sources: Vec<Source>,
    pub datasets: Vec<Dataset>,
    pub lists: Vec<IdList>,
    pub recipes: Vec<Recipe>,
}

impl Loaded {
    /// What the program knows by itself.
    pub fn builtin() -> Self {
        let mut loaded = Self::default();
        for (name, text) in BUILTIN {
            loaded.add(Path::new(name), text).expect("the built-in catalog is checked by a test");
        }
        loaded
    }

    /// Reads one more file: its entries come first, and one with a known slug replaces what it names of the older one.
    pub fn add(&mut self, path: &Path, text: &str) -> Result<(), CatalogError> {
        let checked = Checked { path, text };
        let file: CatalogFile = toml::from_str(text).map_err(|error| checked.syntax(&error))?;
        self.bases.extend(file.bases);
        checked.are_new(file.layout.iter().map(|entry| &entry.slug))?;
        let layouts = entries(file.layout, |entry| read_layout(&checked, entry))?;
        put_first(&mut self.layouts, layouts, |layout| &layout.slug);
        checked.are_new(file.source.iter().map(|entry| &entry.slug))?;
        let sources = entries(file.source, |entry| read_source(&checked, entry, self))?;
        put_first(&mut self.sources, sources, |source| &source.slug);
        checked.are_new(file.dataset.iter().map(|entry| &entry.slug))?;
        let datasets = entries(file.dataset, |entry| read_dataset(&checked, entry, self))?;
        put_first(&mut self.datasets, datasets, |dataset| &dataset.slug);
        checked.are_new(file.list.iter().map(|entry| &entry.slug))?;
        let lists = entries(file.list, |entry| read_list(&checked, entry, self))?;
        put_first(&mut self.lists, lists, |list| &list.slug);
        checked.are_new(file.recipe.iter().map(|entry| &entry.slug))?;
        let recipes = entries(file.recipe, |entry| read_recipe(&checked, entry, self))?;
        put_first(&mut self.recipes, recipes, |recipe| &recipe.slug);
        Ok(())
    }
}

fn entries<E, T>(
    entries: Vec<E>,
    read: impl Fn(E) -> Result<T, CatalogError>,
) -> Result<Vec<T>, CatalogError> {
    entries.into_iter().map(read).collect()
}

fn put_first<T>(all: &mut Vec<T>, new: Vec<T>, slug: impl Fn(&T) -> &String) {
    all.retain(|old| !new.iter().any(|entry| slug(entry) == slug(old)));
    all.splice(0..0, new);
}

/// Where an error is.
struct Checked<'f> {
    pub path: &'f Path,
    pub text: &'f str,
}

impl Checked<'_> {
    /// The slug of an entry, when it can stand in a link.
    fn slug(&self, slug: &Spanned<String>) -> Result<String, CatalogError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        let text = slug.get_ref();
        if text.is_empty() || text.starts_with('.') || !text.chars().all(allowed) {
            return Err(self.value(slug, "slug", "may have only a-z, 0-9, `.`, `-` and `_`"));
        }
        Ok(text.clone())
    }

    /// Slugs of one file's entries, none of which may be there twice.
    fn are_new<'s>(&self, slugs: impl Iterator<Item = &'s Spanned<String>>) -> Result<(), CatalogError> {
        let mut seen = HashSet::new();
        for slug in slugs {
            if !seen.insert(slug.get_ref()) {
                return Err(self.value(slug, "slug", "is there twice: choose another"));
            }
        }
        Ok(())
    }

    /// What the TOML reader says, with the line.
    fn syntax(&self, error: &toml::de::Error) -> CatalogError {
        CatalogError::Syntax {
            path: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        }
    }

    /// A value of the entry with this slug that cannot be used.
    fn value(&self, slug: &Spanned<String>, key: &'static str, message: &str) -> CatalogError {
        self.value_at(slug.get_ref(), slug.span(), key, message)
    }

    /// A value at a place of its own that cannot be used.
    fn value_at(&self, slug: &str, span: Range<usize>, key: &'static str, message: &str) -> CatalogError {
        CatalogError::Value {
            path: self.path.to_owned(),
            line: self.line(span.start),
            slug: slug.to_owned(),
            key,
            message: message.to_owned(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
    }
}

/// Whether a folder lies below the data folder or is it.
fn is_folder(folder: &str) -> bool {
    folder.is_empty() || safe_relative(folder).as_deref() == Some(folder)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    pub slug: Spanned<String>,
    names: Option<String>,
    paths: Option<Vec<String>>,
    terms: Option<String>,
    restricted: Option<bool>,
    partial: Option<String>,
    home: Option<String>,
    from: Option<Vec<String>>,
}

fn read_source(checked: &Checked<'_>, entry: SourceEntry, known: &Loaded) -> Result<Source, CatalogError> {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutEntry {
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

fn read_layout(checked: &Checked<'_>, entry: LayoutEntry) -> Result<Layout, CatalogError> {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatasetEntry {
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

fn names(keys: Option<OneOrMore>) -> Vec<String> {
    match keys {
        None => Vec::new(),
        Some(OneOrMore::One(key)) => vec![key],
        Some(OneOrMore::More(keys)) => keys,
    }
}

impl From<Record> for RecordKeys {
    fn from(Record { turns, pictures, id, role, text }: Record) -> Self {
        Self { turns: names(turns), pictures: names(pictures), id, role, text }
    }
}

fn read_dataset(checked: &Checked<'_>, entry: DatasetEntry, known: &Loaded) -> Result<Dataset, CatalogError> {
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
fn over(old: Dataset, entry: DatasetEntry) -> Dataset {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    pub slug: Spanned<String>,
    title: Option<String>,
    files: Vec<String>,
    dataset: Spanned<String>,
    form: ListForm,
    note: Option<String>,
}

fn read_list(checked: &Checked<'_>, entry: ListEntry, known: &Loaded) -> Result<IdList, CatalogError> {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecipeEntry {
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

fn read_recipe(checked: &Checked<'_>, entry: RecipeEntry, known: &Loaded) -> Result<Recipe, CatalogError> {
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
