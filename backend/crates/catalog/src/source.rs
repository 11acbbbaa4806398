//! Image sources: families of pictures with one naming, and the keys made from their spellings.

use super::paths::{disarmed, inside, join, safe_relative, split};
use super::spellings::{is_odd, spellings};
use crate::paths;
use crate::spellings::unescaped;
use std::collections::HashMap;

/// A family of images with one naming.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// First part of its image keys, such as `coco`.
    pub slug: String,
    /// Pattern of the names in its keys (`#` is a digit, `*` any run); any name when absent.
    pub names: Option<String>,
    /// The ways its pictures' paths are written, the documented one first.
    pub spellings: Vec<Spelling>,
    /// Terms of use in the documents' own words.
    pub terms: Option<String>,
    /// Whether the terms restrict what may be done with its pictures.
    pub is_restricted: bool,
    /// Why not all of its pictures need be there, in the documents' own words.
    pub partial: Option<String>,
    /// Address of its project.
    pub home: Option<String>,
    /// Addresses to get the pictures from.
    pub from: Vec<String>,
}

/// One way to write the path of a source's pictures: `before`, the name, `after`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// Text before the name, such as `coco/train2014/COCO_train2014_`.
    pub before: String,
    /// Text after the name, such as `.jpg`; empty when the extension is part of the name.
    pub after: String,
}

impl Spelling {
    /// Reads `folder/prefix*suffix`; `None` unless there is exactly one star, in a folder.
    pub fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.split_once('*')?;
        let in_folder = before.split_once('/').is_some_and(|(first, _)| !first.is_empty());
        let spelling = Self { before: before.to_owned(), after: after.to_owned() };
        (in_folder && !after.contains('*')).then_some(spelling)
    }

    /// The folder that its paths are in, relative to the data folder.
    pub fn folder(&self) -> &str {
        split(&self.before).0
    }

    /// What stands before the name within its folder, such as `COCO_train2014_`.
    pub fn prefix(&self) -> &str {
        split(&self.before).1
    }

    /// The name that a path has by this spelling.
    pub fn name<'p>(&self, path: &'p str) -> Option<&'p str> {
        let name = path.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        (!name.is_empty()).then_some(name)
    }
}

impl Source {
    /// Whether a picture of it can have this name.
    pub fn allows(&self, name: &str) -> bool {
        self.names.as_deref().is_none_or(|names| paths::fits(names, name))
    }

    /// Whether names can begin with these folders; empty for none.
    pub fn allows_folders(&self, folders: &str) -> bool {
        let Some(names) = &self.names else { return true };
        paths::fits(split(names).0, folders)
    }

    /// The spelling with the longest folder that holds this one, by its number, and what follows that folder.
    fn way_into<'p>(&self, path: &'p str) -> Option<(usize, &'p str)> {
        let ways = self.spellings.iter().enumerate();
        let holding = ways.filter_map(|(number, way)| Some((number, way, inside(path, way.folder())?)));
        let (number, way, rest) = holding.max_by_key(|(_, way, _)| way.folder().len())?;
        let fits = self.allows_folders(rest) && (rest.is_empty() || way.prefix().is_empty());
        fits.then_some((number, rest))
    }

    /// Every documented path of the picture with this name, relative to a data folder.
    pub fn paths(&self, name: &str) -> Vec<String> {
        if !self.allows(name) {
            return Vec::new();
        }
        self.spellings.iter().map(|way| format!("{}{name}{}", way.before, way.after)).collect()
    }
}

/// All sources, arranged for finding the one that a path belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    all: Vec<Source>,
    /// By a path's first segment: (source, spelling) with the longest text before the name first.
    by_first: HashMap<String, Vec<(usize, usize)>>,
    /// Folders that stand for the data folder when a ref begins with them.
    bases: Vec<String>,
}

impl Sources {
    pub(crate) fn new(all: Vec<Source>, bases: Vec<String>) -> Self {
        let mut by_first: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (number, source) in all.iter().enumerate() {
            for (way, spelling) in source.spellings.iter().enumerate() {
                by_first.entry(first_segment(&spelling.before).to_owned()).or_default().push((number, way));
            }
        }
        for ways in by_first.values_mut() {
            ways.sort_by_key(|&(source, way)| std::cmp::Reverse(all[source].spellings[way].before.len()));
        }
        Self { all, by_first, bases }
    }

    pub(crate) fn all(&self) -> &[Source] {
        &self.all
    }

    pub(crate) fn bases(&self) -> &[String] {
        &self.bases
    }

    pub(crate) fn get(&self, slug: &str) -> Option<&Source> {
        self.all.iter().find(|source| source.slug == slug)
    }

    /// The key of a picture: by the path under the data folder, by the ref alone, or else named after its dataset.
    pub(crate) fn key(&self, dataset: &str, key_root: &str, written: &str) -> String {
        let reference = safe_relative(written).map(|path| unescaped(&path).unwrap_or(path));
        if let Some(key) = reference.as_deref().and_then(|path| self.known_key(key_root, path)) {
            return key;
        }
        if is_odd(written) {
            let others = spellings(written);
            let mut others = others.iter().filter_map(|other| safe_relative(other));
            if let Some(key) = others.find_map(|path| self.known_key(key_root, &path)) {
                return key;
            }
        }
        format!("{dataset}/{}", reference.unwrap_or_else(|| disarmed(written)))
    }

    /// The key of a picture of a known source.
    fn known_key(&self, key_root: &str, reference: &str) -> Option<String> {
        let full = join(key_root, reference);
        let (source, name) = self.find(&full).or_else(|| self.find(reference))?;
        Some(format!("{source}/{name}"))
    }

    /// The sources that refs into a folder may be of: by the path under the data folder, or else by the ref alone. With
    /// the way in which the refs are written, and what follows its folder.
    pub(crate) fn of_folder(&self, key_root: &str, folder: &str) -> Vec<(&Source, &Spelling, String)> {
        let found = self.with_folder(&join(key_root, folder));
        if found.is_empty() { self.with_folder(folder) } else { found }
    }

    fn with_folder(&self, path: &str) -> Vec<(&Source, &Spelling, String)> {
        let stripped = self.bases.iter().filter_map(|base| inside(path, base));
        let mut found = std::iter::once(path).chain(stripped).map(|path| {
            let found = self.all.iter().filter_map(|source| {
                let (way, rest) = source.way_into(path)?;
                Some((source, &source.spellings[way], rest.to_owned()))
            });
            found.collect::<Vec<_>>()
        });
        found.find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn find<'p>(&self, path: &'p str) -> Option<(&str, &'p str)> {
        let stripped = self.bases.iter().filter_map(|base| inside(path, base));
        std::iter::once(path).chain(stripped).find_map(|path| self.find_exactly(path))
    }

    fn find_exactly<'p>(&self, path: &'p str) -> Option<(&str, &'p str)> {
        let ways = self.by_first.get(first_segment(path))?;
        ways.iter().find_map(|&(number, way)| {
            let source = &self.all[number];
            let name = source.spellings[way].name(path)?;
            source.allows(name).then_some((source.slug.as_str(), name))
        })
    }
}

fn first_segment(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}
