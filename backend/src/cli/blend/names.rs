//! Which file a name stands for: a dataset's slug, or the stem of an annotation file.

use super::places::Places;
use blendscope_blend::format::Format;
use blendscope_catalog::Catalog;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Names below a root, looked through when the first is asked for.
pub(super) struct Names<'p> {
    places: &'p Places,
    stems: OnceCell<BTreeMap<String, Vec<String>>>,
    slugs: OnceCell<BTreeMap<String, Vec<String>>>,
}

impl<'p> Names<'p> {
    /// The names of a root.
    pub(super) fn new(places: &'p Places) -> Self {
        Self { places, stems: OnceCell::new(), slugs: OnceCell::new() }
    }

    /// The files that a name stands for, relative to the root.
    pub(super) fn files(&self, name: &str, format: Format) -> Result<Vec<String>, String> {
        let stems = self.stems().get(name).map_or(&[][..], Vec::as_slice);
        if let [first, second, ..] = stems {
            return Err(format!(
                "`{name}` fits {first} and {second}; say with `--name {name}=FILE` which one is meant"
            ));
        }
        let is_slug = |name: &str| {
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        };
        let of_slug = if is_slug(name) { self.slugs().get(name).map_or(&[][..], Vec::as_slice) } else { &[] };
        match (stems, of_slug) {
            ([], []) => Err(self.unknown(name, format)),
            (files, []) | ([], files) => Ok(files.to_vec()),
            (_, files) if files == stems => Ok(files.to_vec()),
            ([file, ..], [other, ..]) => Err(format!(
                "`{name}` fits {file} and the dataset of {other}; say with `--name {name}=FILE` which one is meant"
            )),
        }
    }

    /// The stem of a file, if it stands for that file alone.
    pub(super) fn stem_of(&self, file: &str) -> Option<String> {
        let stem = Path::new(file).file_stem()?.to_str()?;
        (self.files(stem, Format::Blendscope).ok()? == [file]).then(|| stem.to_owned())
    }

    fn unknown(&self, name: &str, format: Format) -> String {
        if name.is_empty() {
            return "an empty name: two signs stand side by side, or one stands at an end".to_owned();
        }
        let blank = if name.trim() == name { "" } else { " (the blank belongs to the name)" };
        let close = self.stems().keys().find(|stem| stem.eq_ignore_ascii_case(name.trim()));
        let hint = close.map_or(String::new(), |stem| format!("; there is `{stem}`"));
        let sign = match (format, name.contains('*')) {
            (Format::Vila15, true) => "; VILA 1.5 knows no `*`",
            _ => "",
        };
        format!(
            "no dataset and no file is called `{name}`{blank}{hint}{sign}; `--name {name}=FILE` says what it stands for"
        )
    }

    fn stems(&self) -> &BTreeMap<String, Vec<String>> {
        self.stems.get_or_init(|| {
            let mut stems: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for file in annotation_files(self.places.root()) {
                let stem = Path::new(&file).file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
                stems.entry(stem.unwrap_or_default()).or_default().push(file);
            }
            stems
        })
    }

    fn slugs(&self) -> &BTreeMap<String, Vec<String>> {
        self.slugs.get_or_init(|| {
            let Ok(resolved) = Catalog::builtin().resolve(self.places.root()) else { return BTreeMap::new() };
            let files = |dataset: &blendscope_catalog::FoundDataset| {
                dataset.files.iter().map(|file| file.relative.clone()).collect()
            };
            resolved.datasets.iter().map(|dataset| (dataset.slug.clone(), files(dataset))).collect()
        })
    }
}

/// JSON files below a folder, relative to it and in order; links are followed, each folder once.
fn annotation_files(root: &Path) -> Vec<String> {
    let (mut files, mut seen) = (Vec::new(), BTreeSet::new());
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        if !fs::canonicalize(&folder).is_ok_and(|real| seen.insert(real)) {
            continue;
        }
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json" || ending == "jsonl") {
                let below = path.strip_prefix(root).unwrap_or(&path);
                files.extend(below.to_str().map(str::to_owned));
            }
        }
    }
    files.sort();
    files
}
