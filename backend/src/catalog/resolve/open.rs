//! Looking into every candidate: annotation files, archives of pictures, box files, and what is none of these.

use super::{BoxFile, FoundFile};
use crate::catalog::Dataset;
use crate::catalog::paths::split;
use crate::catalog::walk::Candidate;
use blendscope_read::{Sniff, container_of_own, sniff};
use blendscope_shared::dataset::Unclaimed;
use std::collections::HashMap;
use std::path::PathBuf;

/// A folder in which this many files are nothing to us, and none is, is not looked into further.
const LOOKS: usize = 200;

/// What the candidates are, each list by path.
#[derive(Debug, Default)]
pub(super) struct Opened {
    pub(super) files: Vec<FoundFile>,
    pub(super) archives: Vec<PathBuf>,
    pub(super) box_files: Vec<BoxFile>,
}

/// Looks into every candidate; what is nothing to us goes to the unclaimed.
pub(super) fn open(
    datasets: &[Dataset],
    candidates: Vec<Candidate>, unclaimed: &mut Vec<Unclaimed>,
) -> Opened {
    let mut opened = Opened::default();
    // Per folder: whether any file was something, and how many were nothing.
    let mut folders: HashMap<String, (bool, usize)> = HashMap::new();
    for candidate in candidates {
        let folder = folders.entry(split(&candidate.relative).0.to_owned()).or_default();
        if !folder.0 && folder.1 >= LOOKS {
            let reason = format!("not looked into: {LOOKS} files of this folder were no training records");
            unclaimed.push(Unclaimed { path: candidate.relative, reason });
            continue;
        }
        let left = opened.take(datasets, candidate);
        folder.0 |= left.is_none();
        folder.1 += usize::from(left.is_some());
        unclaimed.extend(left);
    }
    opened
}

impl Opened {
    /// Puts a file where it belongs, or says why it belongs nowhere.
    fn take(
        &mut self,
        datasets: &[Dataset],
        Candidate { path, relative, bytes }: Candidate,
    ) -> Option<Unclaimed> {
        let own = datasets.iter().filter(|dataset| dataset.record.is_some());
        let named = own.filter_map(|dataset| dataset.matches(&relative).and(dataset.record.as_ref())).next();
        let found = match sniff(&path) {
            Sniff::Foreign(reason) => {
                let own = named.and_then(|keys| container_of_own(&path, keys));
                own.map_or(Sniff::Foreign(reason), Sniff::Records)
            }
            other => other,
        };
        match found {
            Sniff::Records(container) => self.files.push(FoundFile { path, relative, container, bytes }),
            Sniff::Pictures => self.archives.push(path),
            Sniff::Boxes => self.box_files.push(BoxFile { path, relative, bytes }),
            Sniff::Foreign(reason) | Sniff::Unreadable(reason) => {
                return Some(Unclaimed { path: relative, reason });
            }
        }
        None
    }
}
