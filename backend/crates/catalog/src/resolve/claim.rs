//! Which annotation files belong to which known dataset.

use super::FoundFile;
use crate::dataset::{Dataset, Match, without_extension};
use crate::paths::split;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All annotation files, sorted out.
#[derive(Debug)]
pub(super) struct Claimed<'c> {
    /// In the catalog's order, copies after their original.
    pub known: Vec<Known<'c>>,
    /// By path.
    pub unknown: Vec<FoundFile>,
    /// Data folders, relative to the root, in which documented places were found; most used first.
    pub bases: Vec<String>,
    /// Documented places that have files: numbers of the dataset in the catalog and of the place in it.
    pub places: BTreeSet<(usize, usize)>,
}

/// The files of one known dataset, or of a further copy of it.
#[derive(Debug)]
pub(super) struct Known<'c> {
    pub dataset: &'c Dataset,
    /// 0 for the first, counting further copies in other folders.
    pub copy: usize,
    /// The documented place of its first file.
    pub place: Option<usize>,
    /// The data folder, if place or pattern tell.
    pub base: Option<String>,
    pub files: Vec<FoundFile>,
}

/// Gives every file to the first dataset of the catalog that it fits. Files come sorted by path.
pub(super) fn claim(catalog: &[Dataset], files: Vec<FoundFile>) -> Claimed<'_> {
    let mut matched: BTreeMap<usize, Vec<(Match, FoundFile)>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for file in files {
        let fits = catalog
            .iter()
            .enumerate()
            .find_map(|(number, dataset)| dataset.matches(&file.relative).map(|found| (number, found)));
        match fits {
            Some((number, found)) => matched.entry(number).or_default().push((found, file)),
            None => unknown.push(file),
        }
    }
    let bases = count_bases(matched.values().flatten().filter_map(|(found, _)| found.base.as_deref()));
    let places = matched
        .iter()
        .flat_map(|(number, files)| files.iter().filter_map(|(found, _)| Some((*number, found.place?))))
        .collect();
    let known = matched.into_iter().flat_map(|(number, files)| copies(&catalog[number], files)).collect();
    Claimed { known, unknown, bases, places }
}

/// Tells the files of a dataset from further copies of them. A file name that was there before begins a copy. Where the
/// pattern itself speaks of several folders, these are one dataset, unless they are places of the documents: then each is
/// a copy. Files at documented places come first.
fn copies(dataset: &Dataset, mut files: Vec<(Match, FoundFile)>) -> Vec<Known<'_>> {
    files.sort_by_key(|(found, _)| (found.base.is_none(), found.place.is_none(), found.place));
    let mut seen: HashMap<(usize, String), usize> = HashMap::new();
    let mut folders: Vec<String> = Vec::new();
    let mut known: Vec<Known<'_>> = Vec::new();
    for (found, file) in files {
        let (folder, name) = split(&file.relative);
        let is_of_many_folders = split(&dataset.files[found.pattern]).0.contains(['*', '#']);
        let copy = match (is_of_many_folders, found.place) {
            (true, None) => 0,
            (true, Some(_)) => folders.iter().position(|other| other == folder).unwrap_or(folders.len()),
            (false, _) => {
                let times = seen.entry((found.pattern, without_extension(name).to_owned())).or_default();
                *times += 1;
                *times - 1
            }
        };
        if !folders.iter().any(|other| other == folder) {
            folders.push(folder.to_owned());
        }
        match known.get_mut(copy) {
            Some(group) => group.files.push(file),
            None => {
                known.push(Known { dataset, copy, place: found.place, base: found.base, files: vec![file] });
            }
        }
    }
    for group in &mut known {
        group.files.sort_by(|a, b| a.relative.cmp(&b.relative));
    }
    known
}

fn count_bases<'b>(bases: impl Iterator<Item = &'b str>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for base in bases {
        *counts.entry(base).or_default() += 1;
    }
    let mut ordered: Vec<(&str, usize)> = counts.into_iter().collect();
    ordered.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    ordered.into_iter().map(|(base, _)| base.to_owned()).collect()
}
