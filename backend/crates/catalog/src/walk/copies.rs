//! Files that would be read twice: other names of a file that is read, and packed copies of one.

use super::{Candidate, Walk};
use crate::dataset::PACKINGS;
use blendscope_read::{compare_unpacked, disk};
use std::collections::HashMap;

impl Walk<'_> {
    /// Files in order of their paths, each once; the others are left with the name of the one that is read.
    pub(super) fn without_copies(&mut self, mut files: Vec<Candidate>) -> Vec<Candidate> {
        // Of several names the real one is kept, and one that tells what is in it.
        files.sort_by(|a, b| a.relative.cmp(&b.relative));
        files.sort_by_cached_key(|file| (file.path.extension().is_none(), disk::is_link(&file.path)));
        let mut kept: Vec<Candidate> = Vec::with_capacity(files.len());
        let mut places: HashMap<(u64, u64), usize> = HashMap::with_capacity(files.len());
        for file in files {
            if let Some(&place) = places.get(&file.id.inode) {
                let what = if disk::is_link(&file.path) { "link to" } else { "another name of" };
                let reason = format!("{what} a file that is read: {}", kept[place].relative);
                self.leave(&file.path, reason);
            } else {
                places.insert(file.id.inode, kept.len());
                kept.push(file);
            }
        }
        kept.sort_by(|a, b| a.relative.cmp(&b.relative));
        self.without_packed_copies(kept)
    }

    fn without_packed_copies(&mut self, files: Vec<Candidate>) -> Vec<Candidate> {
        let by_name: HashMap<&str, &Candidate> =
            files.iter().map(|file| (file.relative.as_str(), file)).collect();
        let copy_of = |file: &Candidate| {
            let unpacked = PACKINGS.iter().find_map(|packing| file.relative.strip_suffix(packing));
            let tar = || Some(format!("{}.tar", file.relative.strip_suffix(".tgz")?));
            let plain = by_name.get(unpacked.map(str::to_owned).or_else(tar)?.as_str())?;
            let compare = || compare_unpacked(&file.path, &plain.path);
            let is_same = self.looks.compared((file.id, plain.id), compare).is_ok();
            is_same.then(|| plain.relative.clone())
        };
        let copies: Vec<Option<String>> = files.iter().map(copy_of).collect();
        let mut kept = Vec::with_capacity(files.len());
        for (file, copy_of) in files.into_iter().zip(copies) {
            match copy_of {
                Some(name) => self.leave(&file.path, format!("packed copy of {name}, which is read")),
                None => kept.push(file),
            }
        }
        kept
    }
}
