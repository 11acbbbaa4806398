//! The catalog: everything that is known of datasets, sources, layouts, lists and recipes, and questions about it.

use super::dataset::Dataset;
use super::error::CatalogError;
use super::load::{BUILTIN, Loaded};
use super::recipe::Recipe;
use super::source::{Source, Sources, Spelling};
use crate::dataset::Layout;
use crate::found::FoundDataset;
use crate::recipe::IdList;
use blendscope_read::read_whole;
use std::io;
use std::path::Path;

/// Bytes of the largest file of settings.
pub const SETTINGS_MAX: u64 = 16 << 20;

/// What is known about datasets, image sources, layouts, lists of ids and recipes.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    datasets: Vec<Dataset>,
    sources: Sources,
    layouts: Vec<Layout>,
    lists: Vec<IdList>,
    recipes: Vec<Recipe>,
}

impl Catalog {
    /// The catalog inside the program.
    pub fn builtin() -> Self {
        Self::from(Loaded::builtin())
    }

    /// The built-in catalog with the user's file on top: its entries come first, and one with a known slug replaces what
    /// it names of the built-in one.
    pub fn with_config(path: &Path) -> Result<Self, CatalogError> {
        let text = read_whole(path, SETTINGS_MAX)
            .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other));
        let text = text.map_err(|source| CatalogError::Read { path: path.to_owned(), source })?;
        let mut loaded = Loaded::builtin();
        loaded.add(path, &text)?;
        Ok(Self::from(loaded))
    }

    /// The built-in files, name and text, to copy from.
    pub fn builtin_files() -> &'static [(&'static str, &'static str)] {
        &BUILTIN
    }

    /// The datasets, the user's first.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The image sources, the user's first.
    pub fn sources(&self) -> &[Source] {
        self.sources.all()
    }

    /// The layouts, the user's first.
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// The lists of ids, the user's first.
    pub fn id_lists(&self) -> &[IdList] {
        &self.lists
    }

    /// The recipes, the user's first.
    pub fn recipes(&self) -> &[Recipe] {
        &self.recipes
    }

    /// The image source that an image key, `source/name`, begins with; none for a picture of an unknown source.
    pub fn source_of(&self, key: &str) -> Option<&Source> {
        self.sources.get(key.split_once('/')?.0)
    }

    /// Folders that stand for the data folder where a ref or a root begins with them.
    pub fn bases(&self) -> &[String] {
        self.sources.bases()
    }

    /// The image key, `source/name`, of a ref as a sample writes it.
    pub fn image_key(&self, dataset: &FoundDataset, written: &str) -> String {
        self.sources.key(&dataset.slug, &dataset.key_root, written)
    }

    /// The documented paths, relative to a data folder, of a picture of a known source; none for others.
    pub fn image_paths(&self, source: &str, name: &str) -> Vec<String> {
        self.sources.get(source).map(|source| source.paths(name)).unwrap_or_default()
    }

    /// The image sources that refs into a folder may be of; see [`Sources::of_folder`].
    pub fn sources_of_folder(&self, key_root: &str, folder: &str) -> Vec<(&Source, &Spelling, String)> {
        self.sources.of_folder(key_root, folder)
    }

    /// Whether a dataset that is not in the catalog may not have this slug.
    pub fn reserves(&self, slug: &str) -> bool {
        self.sources.get(slug).is_some() || self.datasets.iter().any(|dataset| dataset.slug == slug)
    }
}

impl From<Loaded> for Catalog {
    fn from(loaded: Loaded) -> Self {
        Self {
            datasets: loaded.datasets,
            sources: Sources::new(loaded.sources, loaded.bases),
            layouts: loaded.layouts,
            lists: loaded.lists,
            recipes: loaded.recipes,
        }
    }
}
