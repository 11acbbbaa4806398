//! From TOML to a catalog: the built-in files, and the user's on top of them.

mod checked;
mod dataset;
mod layout;
mod list;
mod recipe;
mod source;

use super::dataset::Dataset;
use super::error::CatalogError;
use super::layout::Layout;
use super::list::IdList;
use super::recipe::Recipe;
use super::source::Source;
use checked::Checked;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::path::Path;

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
    layout: Vec<layout::Entry>,
    source: Vec<source::Entry>,
    dataset: Vec<dataset::Entry>,
    list: Vec<list::Entry>,
    recipe: Vec<recipe::Entry>,
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
        let layouts = entries(file.layout, |entry| layout::read(&checked, entry))?;
        put_first(&mut self.layouts, layouts, |layout| &layout.slug);
        checked.are_new(file.source.iter().map(|entry| &entry.slug))?;
        let sources = entries(file.source, |entry| source::read(&checked, entry, self))?;
        put_first(&mut self.sources, sources, |source| &source.slug);
        checked.are_new(file.dataset.iter().map(|entry| &entry.slug))?;
        let datasets = entries(file.dataset, |entry| dataset::read(&checked, entry, self))?;
        put_first(&mut self.datasets, datasets, |dataset| &dataset.slug);
        checked.are_new(file.list.iter().map(|entry| &entry.slug))?;
        let lists = entries(file.list, |entry| list::read(&checked, entry, self))?;
        put_first(&mut self.lists, lists, |list| &list.slug);
        checked.are_new(file.recipe.iter().map(|entry| &entry.slug))?;
        let recipes = entries(file.recipe, |entry| recipe::read(&checked, entry, self))?;
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
