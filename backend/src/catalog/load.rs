//! From TOML to a catalog: the built-in files, and the user's on top of them.

use super::dataset::{Dataset, Place};
use super::error::{CatalogError, ResolveError};
use super::paths::safe_relative;
use super::resolve::{FoundDataset, Resolved, resolve};
use super::source::{Source, Sources, Spelling};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

const BUILTIN: [(&str, &str); 2] = [
    ("datasets.toml", include_str!("builtin/datasets.toml")),
    ("sources.toml", include_str!("builtin/sources.toml")),
];

/// What is known about datasets and image sources.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    datasets: Vec<Dataset>,
    sources: Sources,
}

/// One catalog file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CatalogFile {
    bases: Vec<String>,
    dataset: Vec<DatasetEntry>,
    source: Vec<SourceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatasetEntry {
    slug: Spanned<String>,
    title: Option<String>,
    files: Option<Vec<String>>,
    places: Option<Vec<Place>>,
    images: Option<Vec<String>>,
    documented_samples: Option<u64>,
    language: Option<String>,
    terms: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEntry {
    slug: Spanned<String>,
    names: Option<String>,
    paths: Vec<String>,
    terms: Option<String>,
}

impl Catalog {
    /// The catalog inside the program.
    pub fn builtin() -> Self {
        Self::layered(&BUILTIN.map(|(name, text)| (Path::new(name), text)))
            .expect("the built-in catalog is checked by a test")
    }

    /// The built-in catalog with the user's file on top: its datasets come first, and an entry with a known slug
    /// replaces what it names of the built-in one.
    pub fn with_config(path: &Path) -> Result<Self, CatalogError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| CatalogError::Read { path: path.to_owned(), source })?;
        let [datasets, sources] = BUILTIN.map(|(name, text)| (Path::new(name), text));
        Self::layered(&[datasets, sources, (path, &text)])
    }

    /// The datasets, the user's first.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The image sources, the user's first.
    pub fn sources(&self) -> &[Source] {
        self.sources.all()
    }

    /// Folders that stand for the data folder where a ref or a root begins with them.
    pub(crate) fn bases(&self) -> &[String] {
        self.sources.bases()
    }

    /// Looks through a root: which annotation file is which dataset, and where its pictures are.
    pub fn resolve(&self, root: &Path) -> Result<Resolved, ResolveError> {
        resolve(self, root)
    }

    /// The image key, `source/name`, of a ref as a sample writes it.
    pub fn image_key(&self, dataset: &FoundDataset, written: &str) -> String {
        self.sources.key(&dataset.slug, &dataset.key_root, written)
    }

    /// The documented paths, relative to a data folder, of a picture of a known source; none for others.
    pub fn image_paths(&self, source: &str, name: &str) -> Vec<String> {
        self.sources.get(source).map(|source| source.paths(name)).unwrap_or_default()
    }

    /// Whether a dataset that is not in the catalog may not have this slug.
    pub(crate) fn reserves(&self, slug: &str) -> bool {
        self.sources.get(slug).is_some() || self.datasets.iter().any(|dataset| dataset.slug == slug)
    }

    fn layered(files: &[(&Path, &str)]) -> Result<Self, CatalogError> {
        let (mut datasets, mut sources, mut bases) = (Vec::new(), Vec::new(), Vec::new());
        for (path, text) in files {
            let checked = Checked { path, text };
            let file: CatalogFile = toml::from_str(text).map_err(|error| checked.syntax(&error))?;
            bases.extend(file.bases);
            let new = file
                .source
                .into_iter()
                .map(|entry| checked.source(entry, &datasets))
                .collect::<Result<Vec<_>, _>>()?;
            sources.retain(|old: &Source| !new.iter().any(|source| source.slug == old.slug));
            sources.splice(0..0, new);
            let mut new: Vec<Dataset> = Vec::new();
            for entry in file.dataset {
                checked.is_new(&entry.slug, &new)?;
                new.push(checked.dataset(entry, &datasets, &sources)?);
            }
            datasets.retain(|old: &Dataset| !new.iter().any(|dataset| dataset.slug == old.slug));
            datasets.splice(0..0, new);
        }
        Ok(Self { datasets, sources: Sources::new(sources, bases) })
    }
}

/// A catalog file being checked, for errors that name its lines.
struct Checked<'f> {
    path: &'f Path,
    text: &'f str,
}

impl Checked<'_> {
    fn dataset(
        &self,
        entry: DatasetEntry,
        known: &[Dataset],
        sources: &[Source],
    ) -> Result<Dataset, CatalogError> {
        let slug = entry.slug.get_ref();
        if !is_slug(slug) {
            return Err(self.value(&entry.slug, "slug", "may have only a-z, 0-9, `.`, `-` and `_`"));
        }
        if sources.iter().any(|source| source.slug == *slug) {
            return Err(self.value(&entry.slug, "slug", "is the name of an image source: choose another"));
        }
        let old = known.iter().find(|dataset| dataset.slug == *slug).cloned().unwrap_or_default();
        let title = entry.title.unwrap_or(if old.title.is_empty() { slug.clone() } else { old.title });
        let images = entry.images.unwrap_or(old.images);
        let dataset = Dataset {
            slug: slug.clone(),
            title,
            files: entry.files.unwrap_or(old.files),
            places: entry.places.unwrap_or(old.places),
            images: if images.is_empty() { vec![String::new()] } else { images },
            documented_samples: entry.documented_samples.or(old.documented_samples),
            language: entry.language.or(old.language),
            terms: entry.terms.or(old.terms),
        };
        if dataset.files.is_empty() {
            return Err(self.value(
                &entry.slug,
                "files",
                "is missing: list the names of its annotation files",
            ));
        }
        self.check_paths(&entry.slug, &dataset)?;
        Ok(dataset)
    }

    fn is_new(&self, slug: &Spanned<String>, others: &[Dataset]) -> Result<(), CatalogError> {
        if others.iter().any(|other| other.slug == *slug.get_ref()) {
            return Err(self.value(slug, "slug", "is there twice: choose another"));
        }
        Ok(())
    }

    fn check_paths(&self, slug: &Spanned<String>, dataset: &Dataset) -> Result<(), CatalogError> {
        if dataset.files.iter().any(|pattern| safe_relative(pattern).as_ref() != Some(pattern)) {
            return Err(self.value(slug, "files", "must be relative paths without `.` and `..`"));
        }
        let is_folder = |folder: &str| folder.is_empty() || safe_relative(folder).as_deref() == Some(folder);
        let places_fit =
            dataset.places.iter().all(|place| !place.folder.is_empty() && is_folder(&place.folder));
        if !places_fit {
            return Err(self.value(slug, "places", "must have folders relative to the data folder"));
        }
        let images = dataset.places.iter().filter_map(|place| place.images.as_ref()).chain(&dataset.images);
        for folder in images {
            if !is_folder(folder) && !Path::new(folder).is_absolute() {
                return Err(self.value(
                    slug,
                    "images",
                    "must be absolute folders, or relative ones without `..`",
                ));
            }
        }
        Ok(())
    }

    fn source(&self, entry: SourceEntry, datasets: &[Dataset]) -> Result<Source, CatalogError> {
        if datasets.iter().any(|dataset| dataset.slug == *entry.slug.get_ref()) {
            return Err(self.value(&entry.slug, "slug", "is the name of a dataset: choose another"));
        }
        if !is_slug(entry.slug.get_ref()) {
            return Err(self.value(&entry.slug, "slug", "may have only a-z, 0-9, `.`, `-` and `_`"));
        }
        let spellings: Option<Vec<Spelling>> = entry.paths.iter().map(|path| Spelling::parse(path)).collect();
        match spellings {
            Some(spellings) if !spellings.is_empty() => Ok(Source {
                slug: entry.slug.into_inner(),
                names: entry.names,
                spellings,
                terms: entry.terms,
            }),
            _ => Err(self.value(&entry.slug, "paths", "must each be a folder and one `*` for the name")),
        }
    }

    fn syntax(&self, error: &toml::de::Error) -> CatalogError {
        CatalogError::Syntax {
            path: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        }
    }

    fn value(&self, slug: &Spanned<String>, key: &'static str, message: &str) -> CatalogError {
        CatalogError::Value {
            path: self.path.to_owned(),
            line: self.line(slug.span().start),
            slug: slug.get_ref().clone(),
            key,
            message: message.to_owned(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
    }
}

fn is_slug(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    !text.is_empty() && !text.starts_with('.') && text.chars().all(allowed)
}
