//! What is only known when everything was seen: copies, empty folders with odd names, counts without a shard.

use super::{Candidate, Walk, Walked};
use crate::catalog::paths;
use std::collections::HashSet;
use std::fs;

/// What a `.count` file may count.
const COUNTED: [&str; 4] = [".pkl", ".pickle", ".jsonl", ".json"];

impl Walk<'_> {
    pub(super) fn finish(mut self) -> Walked {
        for folder in std::mem::take(&mut self.misnamed) {
            let name = paths::relative(self.root, &folder);
            let holds = |path: &str| paths::inside(path, &name).is_some();
            let has_data = self.found.candidates.iter().any(|file| holds(&file.relative))
                || self.found.unclaimed.iter().any(|file| holds(&file.path));
            if !has_data {
                self.leave(&folder, "is a directory, not a file".to_owned());
            }
        }
        let names = self.found.candidates.iter().map(|file| file.relative.clone()).collect();
        self.leave_counts(&names);
        let candidates = std::mem::take(&mut self.found.candidates);
        self.found.candidates = self.without_copies(candidates, &names);
        let lists = std::mem::take(&mut self.found.lists);
        let names = lists.iter().map(|file| file.relative.clone()).collect();
        self.found.lists = self.without_copies(lists, &names);
        self.found.unclaimed.sort_by(|a, b| a.path.cmp(&b.path));
        self.found
    }

    /// A `.count` file belongs to the shard beside it; one alone is left.
    fn leave_counts(&mut self, names: &HashSet<String>) {
        for count in std::mem::take(&mut self.counts) {
            let name = paths::relative(self.root, &count);
            let stem = &name[..name.len() - ".count".len()];
            if !COUNTED.iter().any(|end| names.contains(&format!("{stem}{end}"))) {
                let shard = paths::split(stem).1;
                self.leave(&count, format!("number of records of {shard}.pkl, which is not here"));
            }
        }
    }

    /// Files in order, without those that would be read twice: links to a file that is here too, packed copies of one.
    fn without_copies(&mut self, mut files: Vec<Candidate>, names: &HashSet<String>) -> Vec<Candidate> {
        files.sort_by(|a, b| a.relative.cmp(&b.relative));
        files.sort_by_key(|file| file.path.is_symlink());
        let (mut kept, mut real) = (Vec::new(), HashSet::new());
        for file in files {
            let unpacked = file.relative.strip_suffix(".gz").filter(|name| names.contains(*name));
            let is_new = fs::canonicalize(&file.path).map_or(true, |path| real.insert(path));
            match (unpacked, is_new) {
                (Some(name), _) => self.leave(&file.path, format!("packed copy of {name}, which is read")),
                (None, false) => {
                    self.leave(&file.path, "link to a file under this root that is read".to_owned());
                }
                (None, true) => kept.push(file),
            }
        }
        kept.sort_by(|a, b| a.relative.cmp(&b.relative));
        kept
    }
}
