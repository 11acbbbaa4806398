//! What is only known when everything was seen: copies, empty folders with odd names, counts without a shard.

use super::{Candidate, Walk, Walked};
use crate::paths;
use std::collections::BTreeSet;

/// What a `.count` file may count.
const COUNTED: [&str; 4] = [".pkl", ".pickle", ".jsonl", ".json"];

impl Walk<'_> {
    pub(super) fn finish(mut self) -> Walked {
        self.leave_misnamed();
        self.leave_counts();
        let candidates = std::mem::take(&mut self.found.candidates);
        self.found.candidates = self.without_copies(candidates);
        let lists = std::mem::take(&mut self.found.lists);
        self.found.lists = self.without_copies(lists);
        self.found.pairs.sort_by(|a, b| a.folder.relative.cmp(&b.folder.relative));
        self.found.unclaimed.sort_by(|a, b| a.path.cmp(&b.path));
        self.found
    }

    /// A folder with the name of a file and nothing inside is told: an unpacked archive may have failed.
    fn leave_misnamed(&mut self) {
        let files = self.found.candidates.iter().map(|file| file.relative.as_str());
        let folders = self.found.pairs.iter().map(|pairs| pairs.folder.relative.as_str());
        let unclaimed = self.found.unclaimed.iter().map(|file| file.path.as_str());
        let names: BTreeSet<&str> = files.chain(folders).chain(unclaimed).collect();
        let is_empty = |folder: &str| {
            let first = names.range(folder..).find(|name| {
                **name == folder || !name.starts_with(folder) || {
                    name.as_bytes().get(folder.len()) == Some(&b'/')
                }
            });
            first.is_none_or(|name| paths::inside(name, folder).is_none())
        };
        let misnamed = std::mem::take(&mut self.misnamed);
        let empty: Vec<_> =
            misnamed.iter().filter(|folder| is_empty(&paths::relative(self.root, folder))).cloned().collect();
        for folder in empty {
            self.leave(&folder, "is a directory, not a file".to_owned());
        }
    }

    /// A `.count` file belongs to the shard beside it; one alone is left.
    fn leave_counts(&mut self) {
        let names: BTreeSet<String> =
            self.found.candidates.iter().map(|Candidate { relative, .. }| relative.clone()).collect();
        for count in std::mem::take(&mut self.counts) {
            let name = paths::relative(self.root, &count);
            let stem = &name[..name.len() - ".count".len()];
            if !COUNTED.iter().any(|end| names.contains(&format!("{stem}{end}"))) {
                let shard = paths::split(stem).1;
                self.leave(&count, format!("number of records of {shard}.pkl, which is not here"));
            }
        }
    }
}
