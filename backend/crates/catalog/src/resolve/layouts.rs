//! Which documents' layouts a root has, and how much of each.

use super::claim::Claimed;
use crate::archive::stands_for;
use crate::paths::under;
use crate::{Catalog, FoundLayout, Layout};
use blendscope_read::disk;
use std::path::{Path, PathBuf};

/// The layouts of which at least one annotation file is at its place, the most complete first.
pub(super) fn layouts(
    catalog: &Catalog,
    root: &Path,
    claimed: &Claimed<'_>,
    archives: &[PathBuf],
) -> Vec<FoundLayout> {
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
