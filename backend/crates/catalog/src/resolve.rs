//! Resolving a root: which annotation file is which dataset, where its pictures are, and which layouts and id lists are
//! there.

mod images;
mod open;

pub(crate) use images::{Mount, mounts};

use super::error::ResolveError;
use super::known::Catalog;
use super::looks::Looks;
use super::walk::walk;
use super::{mixtures, paths, unclaimed, unknown};
use crate::dataset::{Dataset, FoundLayout, Match, without_extension};
use crate::found::{FoundDataset, FoundFile, Resolved, stands_for};
use crate::paths::{split, under};
use crate::recipe::FoundIdList;
use crate::walk::Candidate;
use crate::{IdList, Layout};
use blendscope_read::{Form, disk};
use blendscope_shared::dataset::Unclaimed;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// So many folders of pairs in one folder are one dataset.
const MANY_FOLDERS: usize = 10;

impl Catalog {
    /// Looks through a root: which annotation file is which dataset, and where its pictures are.
    pub fn resolve(&self, root: &Path) -> Result<Resolved, ResolveError> {
        self.resolve_again(root, &Looks::default())
    }

    /// As [`resolve`](Self::resolve), without looking again into what has not changed since earlier looks.
    pub fn resolve_again(&self, root: &Path, looks: &Looks) -> Result<Resolved, ResolveError> {
        resolve(self, root, looks)
    }
}

fn resolve(catalog: &Catalog, root: &Path, looks: &Looks) -> Result<Resolved, ResolveError> {
    let fail = |source| ResolveError::Root { path: root.to_owned(), source };
    if !disk::metadata(root).map_err(fail)?.is_dir() {
        return Err(ResolveError::NotAFolder { path: root.to_owned() });
    }
    disk::read_dir(root).map_err(fail)?;
    let root = std::path::absolute(root).map_err(fail)?;

    let walked = walk(&root, catalog.id_lists(), looks);
    let (mut unclaimed, mut watched) = (walked.unclaimed, walked.watched);
    let opened =
        open::open(catalog.datasets(), walked.candidates, walked.pairs, looks, &mut watched, &mut unclaimed);
    let may_be_mixtures = walked.mixtures.into_iter().chain(opened.other_json);
    let is_recipe = |slug: &str| catalog.recipes().iter().any(|recipe| recipe.slug == slug);
    let mixtures = mixtures::find(&root, may_be_mixtures, is_recipe);
    unclaimed.retain(|file| mixtures.iter().all(|mixture| mixture.relative != file.path));
    let id_lists = id_lists(catalog.id_lists(), walked.lists, &mut unclaimed);
    let claimed = claim(catalog.datasets(), opened.files);
    let archives = opened.archives;
    let layouts = layouts(catalog, &root, &claimed, &archives);
    let place = images::Folders { root: &root, catalog, bases: &claimed.bases, archives: &archives, looks };
    let datasets = datasets(&place, claimed.known, claimed.unknown);
    let source_dirs = {
        let mounts = mounts(catalog, &root, &claimed.bases, &datasets);
        images::source_dirs(catalog, &mounts, &archives)
    };
    looks.finish(watched);
    let mut resolved = Resolved {
        bases: claimed.bases,
        layouts,
        datasets,
        id_lists,
        archives,
        box_files: opened.box_files,
        mixtures,
        unclaimed: Vec::new(),
        source_dirs,
        root,
    };
    let reported: HashSet<String> = unclaimed.iter().map(|file| file.path.clone()).collect();
    unclaimed
        .extend(resolved.unused_archives().into_iter().filter(|archive| !reported.contains(&archive.path)));
    resolved.unclaimed = unclaimed::shortened(unclaimed);
    Ok(resolved)
}

/// Known datasets and then the others, each with a slug of its own.
fn datasets(
    place: &images::Folders<'_>,
    known: Vec<Known<'_>>,
    unknown: Vec<FoundFile>,
) -> Vec<FoundDataset> {
    let mut datasets: Vec<FoundDataset> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    for known in &known {
        let slug = known_slug(place.catalog, &taken, known);
        taken.insert(slug.clone());
        datasets.push(place.known(known, slug));
    }
    for found in unknown_datasets(unknown) {
        let is_taken = |slug: &str| place.catalog.reserves(slug) || taken.contains(slug);
        let name = if found.name == "." { name_of(place.root) } else { found.name };
        let slug = unknown::unique_slug(&name, &found.folder, is_taken);
        taken.insert(slug.clone());
        datasets.push(place.unknown(name, slug, found.files));
    }
    datasets
}

fn name_of(root: &Path) -> String {
    root.file_name().map_or_else(|| "captions".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The dataset's own slug; a further copy of its files has the folder's name in it.
fn known_slug(catalog: &Catalog, taken: &HashSet<String>, known: &Known<'_>) -> String {
    if known.copy == 0 && !taken.contains(&known.dataset.slug) {
        return known.dataset.slug.clone();
    }
    let (folder, _) = paths::split(&known.files[0].relative);
    let name = format!("{}-{}", known.dataset.slug, unknown::slug_of(paths::split(folder).1));
    unknown::unique_slug(&name, "", |slug| taken.contains(slug) || catalog.reserves(slug))
}

struct Unknown {
    name: String,
    folder: String,
    files: Vec<FoundFile>,
}

fn unknown_datasets(files: Vec<FoundFile>) -> Vec<Unknown> {
    let (files, mut datasets) = folders_of_folders(files);
    let names: Vec<&str> = files.iter().map(|file| file.relative.as_str()).collect();
    let groups = unknown::group(&names);
    let files_of = |members: &[usize]| members.iter().map(|&number| files[number].clone()).collect();
    datasets.extend(groups.into_iter().map(|group| Unknown {
        files: files_of(&group.members),
        name: group.name,
        folder: group.folder,
    }));
    datasets.sort_by(|a, b| a.files[0].relative.cmp(&b.files[0].relative));
    datasets
}

/// Takes out the folders of pairs of which very many lie in one folder: they are one dataset, whatever they are called.
fn folders_of_folders(files: Vec<FoundFile>) -> (Vec<FoundFile>, Vec<Unknown>) {
    let around = |file: &FoundFile| {
        let is_folder = file.container.form == Form::Folder;
        is_folder.then(|| paths::split(&file.relative).0.to_owned())
    };
    let mut siblings: BTreeMap<String, usize> = BTreeMap::new();
    for folder in files.iter().filter_map(around) {
        *siblings.entry(folder).or_default() += 1;
    }
    let mut together: BTreeMap<String, Vec<FoundFile>> = BTreeMap::new();
    let mut others = Vec::new();
    for file in files {
        match around(&file).filter(|folder| siblings[folder] >= MANY_FOLDERS) {
            Some(folder) => together.entry(folder).or_default().push(file),
            None => others.push(file),
        }
    }
    let named = |(path, files): (String, Vec<FoundFile>)| {
        let (folder, name) = paths::split(&path);
        let name = if name.is_empty() { "captions" } else { name };
        Unknown { name: name.to_owned(), folder: paths::split(folder).1.to_owned(), files }
    };
    (others, together.into_iter().map(named).collect())
}

/// All annotation files, sorted out.
#[derive(Debug)]
struct Claimed<'c> {
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
struct Known<'c> {
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
fn claim(catalog: &[Dataset], files: Vec<FoundFile>) -> Claimed<'_> {
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

/// The layouts of which at least one annotation file is at its place, the most complete first.
fn layouts(catalog: &Catalog, root: &Path, claimed: &Claimed<'_>, archives: &[PathBuf]) -> Vec<FoundLayout> {
    let is_there = |folder: &str| {
        claimed.bases.iter().any(|base| {
            let dir = under(&under(root, base), folder);
            disk::is_dir(&dir) || archives.iter().any(|archive| stands_for(archive, &dir))
        })
    };
    let mut found: Vec<FoundLayout> = Vec::new();
    for layout in catalog.layouts() {
        let files = places_of(catalog, layout);
        let files_found = files.iter().filter(|place| claimed.places.contains(place)).count();
        if files_found > 0 {
            let folders = layout.folders.iter().filter(|folder| is_there(folder)).count();
            found.push(FoundLayout {
                slug: layout.slug.clone(),
                title: layout.title.clone(),
                document: layout.document.clone(),
                found: files_found + folders,
                total: files.len() + layout.folders.len(),
            });
        }
    }
    // Compared as fractions, without dividing.
    found.sort_by(|a, b| (b.found * a.total).cmp(&(a.found * b.total)));
    found
}

/// Places of annotation files in a layout: numbers of the dataset and of the place.
fn places_of(catalog: &Catalog, layout: &Layout) -> Vec<(usize, usize)> {
    let datasets = catalog.datasets().iter().enumerate();
    datasets
        .flat_map(|(dataset, known)| {
            known.places.iter().enumerate().map(move |(place, at)| (dataset, place, at))
        })
        .filter(|(_, _, at)| at.layouts.contains(&layout.slug))
        .map(|(dataset, place, _)| (dataset, place))
        .collect()
}

/// Names the files that the walk found; a second copy of a list goes to the unclaimed. Files come sorted by path.
fn id_lists(known: &[IdList], files: Vec<Candidate>, unclaimed: &mut Vec<Unclaimed>) -> Vec<FoundIdList> {
    let mut found: Vec<FoundIdList> = Vec::new();
    for Candidate { path, relative, bytes, .. } in files {
        let name = paths::split(&relative).1.to_owned();
        let Some(list) = known.iter().find(|list| list.is_named(&name)) else { continue };
        if let Some(other) = found.iter().find(|other| other.slug == list.slug) {
            let reason = format!("the same list as {}, which is read", other.relative);
            unclaimed.push(Unclaimed { path: relative, reason });
            continue;
        }
        found.push(FoundIdList {
            slug: list.slug.clone(),
            title: list.title.clone(),
            path,
            relative,
            bytes,
            dataset: list.dataset.clone(),
            form: list.form,
            note: list.note.clone(),
        });
    }
    found
}
