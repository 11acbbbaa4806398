//! Files that were indexed and cannot be reached now, although nothing says that they were removed: their disk is not
//! mounted, or their folder may not be read. Their samples stay, and the status says so.

use crate::store::manifest::Manifest;
use blendscope_catalog::{FoundDataset, FoundFile, Resolved};
use blendscope_read::{disk, open_file};
use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::io;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The indexed files that cannot be reached.
#[derive(Debug, Default)]
pub struct Away {
    /// Slug of the dataset and path relative to the root.
    files: HashSet<(String, String)>,
    samples: u64,
    /// Why the first of them cannot be reached.
    reason: String,
    is_all: bool,
}

impl Away {
    /// Looks for indexed files that were not found under the root.
    pub fn of(resolved: &Resolved, manifest: &Manifest) -> Self {
        let (mut away, mut folders) = (Self::default(), HashMap::new());
        let found = |dataset: &FoundDataset| -> Vec<(String, String)> {
            dataset.files.iter().map(|file| (dataset.slug.clone(), file.relative.clone())).collect()
        };
        let found: HashSet<(String, String)> = resolved.datasets.iter().flat_map(found).collect();
        let mut known = 0;
        for state in manifest.generations.values() {
            for file in &state.files {
                known += 1;
                let name = (state.dataset.clone(), file.path.clone());
                if found.contains(&name) {
                    continue;
                }
                let path = resolved.root.join(&file.path);
                let Some(reason) = reason(resolved, &path, file.stamp.device, &mut folders) else { continue };
                away.samples += u64::from(file.rows);
                away.files.insert(name);
                if away.reason.is_empty() {
                    away.reason = reason;
                }
            }
        }
        away.is_all = found.is_empty() && away.files.len() == known && known > 0;
        away
    }

    /// Whether nothing of what was indexed can be reached, and nothing else is there.
    pub fn is_all(&self) -> bool {
        self.is_all
    }

    /// Whether this file is one of them.
    pub fn holds(&self, dataset: &str, path: &str) -> bool {
        !self.files.is_empty() && self.files.contains(&(dataset.to_owned(), path.to_owned()))
    }

    /// What is reported of it, if there is any.
    pub fn trouble(&self) -> Option<String> {
        let (files, samples, reason) = (self.files.len(), self.samples, &self.reason);
        let of = if files == 1 { "a file".to_owned() } else { format!("{files} files") };
        (files > 0).then(|| {
            format!("{reason}; what was indexed of {of} there, {samples} samples, is kept until it is back")
        })
    }

    /// Puts them back to where they were found before, so that their samples stay visible.
    pub fn restore(&self, resolved: &mut Resolved, before: &Resolved) {
        for dataset in &before.datasets {
            let is_away = |file: &&FoundFile| self.holds(&dataset.slug, &file.relative);
            let files: Vec<FoundFile> = dataset.files.iter().filter(is_away).cloned().collect();
            if files.is_empty() {
                continue;
            }
            match resolved.datasets.iter_mut().find(|found| found.slug == dataset.slug) {
                Some(found) => {
                    found.files.extend(files);
                    let place = |file: &FoundFile| dataset.files.iter().position(|old| old.path == file.path);
                    found.files.sort_by_key(|file| place(file).unwrap_or(usize::MAX));
                }
                None => resolved.datasets.push(FoundDataset { files, ..dataset.clone() }),
            }
        }
    }
}

/// Why an indexed file cannot be reached; none if it was removed, or is no annotation file any more. What was found out
/// about folders is kept in `folders`.
fn reason(
    resolved: &Resolved,
    path: &Path,
    device: u64,
    folders: &mut HashMap<PathBuf, Option<String>>,
) -> Option<String> {
    let shown = path.strip_prefix(&resolved.root).unwrap_or(path).display();
    let open = |metadata: Metadata| match metadata {
        of if of.is_dir() => disk::read_dir(path).map(drop),
        of if of.is_file() => open_file(path).and_then(|file| file.read_at(&mut [0], 0)).map(drop),
        _ => Ok(()),
    };
    match disk::metadata(path).and_then(open) {
        Ok(()) => None,
        Err(error) if is_absence(&error) => {
            let around = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&resolved.root));
            let folder =
                around.into_iter().find(|folder| disk::metadata(folder).is_ok_and(|of| of.is_dir()))?;
            let reason = || reason_of_folder(&resolved.root, folder, device);
            folders.entry(folder.to_owned()).or_insert_with(reason).clone()
        }
        Err(error) => Some(format!("cannot read {shown}: {error}")),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Why nothing is found in a folder in which there was something: it cannot be listed, or it is empty and either the root
/// or on another device than its files were, as a place is at which nothing is mounted.
fn reason_of_folder(root: &Path, folder: &Path, device: u64) -> Option<String> {
    let is_root = folder == root;
    let shown = match folder.strip_prefix(root) {
        Ok(relative) if !is_root => format!("the folder {}", relative.display()),
        _ => format!("the root {}", root.display()),
    };
    let is_empty = match disk::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(is_empty) => is_empty,
        Err(error) => return Some(format!("cannot read {shown}: {error}")),
    };
    let is_other_device = device != 0 && disk::metadata(folder).is_ok_and(|now| now.dev() != device);
    (is_empty && (is_root || is_other_device)).then(|| format!("{shown} is empty: is its disk mounted?"))
}

#[cfg(test)]
mod tests;
