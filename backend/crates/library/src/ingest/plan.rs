//! What a pass has to do: which files are read, in which groups, and which rows go.

use crate::ingest::away::Away;
use crate::store::manifest::Manifest;
use crate::store::state::{Compared, FileState, GenerationState, Stamp};
use blendscope_catalog::{FoundDataset, FoundFile, Resolved};
use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::sync::Arc;

/// Files up to this size share a generation with others of their dataset. Of larger ones a thousand would hold up what
/// is seen first, and each is worth files of its own.
const SMALL_BYTES: u64 = 4 << 20;

/// A group ends when it has so many bytes of annotations, or so many files: so much is read again after a crash.
const GROUP_BYTES: u64 = 64 << 20;
const GROUP_FILES: usize = 1024;

/// Generations of a dataset that are small, in files and in bytes, by this factor below a group ...
const SPARSE: u64 = 8;

/// ... are read again as one group when there are more of them than this.
const SPARSE_MAX: usize = 16;

/// Files of a dataset that become a generation.
pub(crate) struct Work<'r> {
    /// Their dataset.
    pub dataset: &'r FoundDataset,
    /// The files, in the order of the dataset.
    pub files: Vec<Todo<'r>>,
}

/// A file that has to be read.
pub(crate) struct Todo<'r> {
    /// The file.
    pub file: &'r FoundFile,
    /// What it is now.
    pub stamp: Stamp,
    /// The generation that holds what was read of it before.
    pub replaces: Option<u32>,
}

impl Work<'_> {
    /// Bytes of all files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|todo| todo.stamp.bytes).sum()
    }
}

/// What a pass has to do.
#[derive(Default)]
pub(crate) struct Plan<'r> {
    /// What is read, small groups first.
    pub work: Vec<Work<'r>>,
    /// Blocks of files that are there no more: generation and path.
    pub gone: Vec<(u32, String)>,
    /// Why the system could not look at one of the files, if there is one.
    pub unread: Option<String>,
    /// Files of which only the times changed: generation, path, and what they are now.
    pub touched: Vec<(u32, String, Stamp)>,
}

/// By what a file is read again or not, beside what it is on disk.
pub(crate) struct Rules<'a> {
    /// Tells by which rules a dataset's images get their keys.
    pub keys_stamp: &'a dyn Fn(&FoundDataset) -> u64,
    /// Files that are not gone although they cannot be found.
    pub away: &'a Away,
    /// Files that are not what was indexed although their sizes and times say so: generation and path.
    pub suspects: &'a HashSet<(u32, String)>,
}

/// Compares what lies on disk with what was indexed.
pub(crate) fn plan<'r>(resolved: &'r Resolved, manifest: &Manifest, rules: &Rules<'_>) -> Plan<'r> {
    let known = Known::of(manifest);
    let (mut plan, mut seen) = (Plan::default(), HashSet::new());
    for dataset in &resolved.datasets {
        let keys_stamp = (rules.keys_stamp)(dataset);
        let (mut todo, mut current) = (Vec::new(), Vec::new());
        for file in &dataset.files {
            let entry = known.file(dataset, file);
            seen.extend(entry.map(|(generation, _)| (generation.generation, file.relative.as_str())));
            let is_suspect = |of: &GenerationState| {
                !rules.suspects.is_empty() && rules.suspects.contains(&(of.generation, file.relative.clone()))
            };
            let usable = entry.filter(|(of, state)| {
                of.complete && !state.failed && of.keys_stamp == keys_stamp && !is_suspect(of)
            });
            let compared = match usable {
                Some((_, state)) => state.stamp.compare(&state.content, &file.path),
                None => Stamp::of(&file.path).map(Compared::Changed),
            };
            match (compared, usable) {
                (Ok(Compared::Same), Some((generation, state))) => {
                    current.push((generation, file, state.stamp.clone()));
                }
                (Ok(Compared::Touched(now)), Some((generation, _))) => {
                    plan.touched.push((generation.generation, file.relative.clone(), now.clone()));
                    current.push((generation, file, now));
                }
                (Ok(Compared::Changed(stamp) | Compared::Touched(stamp)), _) => {
                    let replaces = entry.map(|(generation, _)| generation.generation);
                    todo.push(Todo { file, stamp, replaces });
                }
                // A file that vanished since the root was walked is noticed by the next pass.
                (Err(error), _) if error.kind() == ErrorKind::NotFound => {}
                (Err(error), _) => {
                    let unread = format!("cannot read {}: {error}; it is tried again", file.relative);
                    plan.unread = Some(unread);
                }
                (Ok(Compared::Same), None) => {}
            }
        }
        read_sparse_again(current, &mut todo);
        plan.work.extend(groups(dataset, todo));
    }
    plan.work.sort_by_key(Work::bytes);
    for generation in manifest.generations.values() {
        let gone = |file: &&FileState| {
            !seen.contains(&(generation.generation, file.path.as_str()))
                && !rules.away.holds(&generation.dataset, &file.path)
        };
        let of_generation = generation.files.iter().filter(gone);
        plan.gone.extend(of_generation.map(|file| (generation.generation, file.path.clone())));
    }
    plan
}

/// The files that were indexed, by dataset and path.
struct Known<'m>(HashMap<(&'m str, &'m str), (&'m Arc<GenerationState>, &'m FileState)>);

impl<'m> Known<'m> {
    fn of(manifest: &'m Manifest) -> Self {
        let mut files = HashMap::new();
        for generation in manifest.generations.values() {
            for file in &generation.files {
                files.insert((generation.dataset.as_str(), file.path.as_str()), (generation, file));
            }
        }
        Self(files)
    }

    fn file(
        &self,
        dataset: &FoundDataset,
        file: &FoundFile,
    ) -> Option<(&'m Arc<GenerationState>, &'m FileState)> {
        self.0.get(&(dataset.slug.as_str(), file.relative.as_str())).copied()
    }
}

/// A file that need not be read, its generation, and what it is now.
type Current<'m, 'r> = (&'m Arc<GenerationState>, &'r FoundFile, Stamp);

/// Adds the files of generations that are not worth files of their own any more: half of their rows or more belong to
/// files that changed or went, or there are very many with very few files.
fn read_sparse_again<'r>(current: Vec<Current<'_, 'r>>, todo: &mut Vec<Todo<'r>>) {
    let mut by_generation: HashMap<u32, Vec<Current<'_, 'r>>> = HashMap::new();
    for entry in current {
        by_generation.entry(entry.0.generation).or_default().push(entry);
    }
    let (mut sparse, mut small) = (Vec::new(), Vec::new());
    for files in by_generation.into_values() {
        let state = files[0].0;
        let rows: u64 = files.iter().filter_map(|(_, file, _)| state.file(&file.relative)).map(rows).sum();
        let bytes: u64 = files.iter().map(|(_, _, stamp)| stamp.bytes).sum();
        if rows * 2 < u64::from(state.rows) {
            sparse.push(files);
        } else if bytes < GROUP_BYTES / SPARSE
            && files.len() < GROUP_FILES / SPARSE as usize
            && files.iter().all(|(_, _, stamp)| stamp.bytes <= SMALL_BYTES)
        {
            small.push(files);
        }
    }
    if small.len() > SPARSE_MAX {
        sparse.append(&mut small);
    }
    todo.extend(sparse.into_iter().flatten().map(|(state, file, stamp)| Todo {
        file,
        stamp,
        replaces: Some(state.generation),
    }));
}

fn rows(file: &FileState) -> u64 {
    u64::from(file.rows)
}

/// Puts files into groups: small ones together in the order of the dataset, each larger one alone.
fn groups<'r>(dataset: &'r FoundDataset, mut files: Vec<Todo<'r>>) -> impl Iterator<Item = Work<'r>> {
    let mut groups: Vec<Work<'r>> = Vec::new();
    files.sort_by(|left, right| left.file.relative.cmp(&right.file.relative));
    let (small, large): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|todo| todo.stamp.bytes <= SMALL_BYTES);
    for todo in small {
        let fits = |group: &&mut Work<'_>| {
            group.files.len() < GROUP_FILES && group.bytes() + todo.stamp.bytes <= GROUP_BYTES
        };
        match groups.last_mut().filter(fits) {
            Some(group) => group.files.push(todo),
            None => groups.push(Work { dataset, files: vec![todo] }),
        }
    }
    groups.extend(large.into_iter().map(|todo| Work { dataset, files: vec![todo] }));
    groups.into_iter()
}

#[cfg(test)]
mod tests;
