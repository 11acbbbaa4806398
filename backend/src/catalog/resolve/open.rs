//! Looking into every candidate: annotation files, folders of pairs, archives of pictures, box files, and what is none of
//! these.

use super::{BoxFile, FoundFile};
use crate::catalog::Dataset;
use crate::catalog::looks::{Looks, Watched};
use crate::catalog::paths::split;
use crate::catalog::walk::{Candidate, PairFolder};
use blendscope_read::{FolderStamp, Sniff, container_of_own, judge_folder, sniff};
use blendscope_shared::dataset::Unclaimed;
use std::collections::HashMap;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// When this many files of a folder whose names differ in numbers only are nothing to us, and none is, the rest of them
/// is not looked into.
const LOOKS: usize = 200;

/// Threads that open files at the same time at most; on a network disk they wait more than they work.
const THREADS: usize = 8;

/// What the candidates are, each list by path.
#[derive(Debug, Default)]
pub(super) struct Opened {
    pub(super) files: Vec<FoundFile>,
    pub(super) archives: Vec<PathBuf>,
    pub(super) box_files: Vec<BoxFile>,
}

/// Looks into every candidate, which come sorted by path; what is nothing to us goes to the unclaimed.
pub(super) fn open(
    datasets: &[Dataset],
    candidates: Vec<Candidate>,
    pairs: Vec<PairFolder>,
    looks: &Looks,
    watched: &mut Vec<Watched>,
    unclaimed: &mut Vec<Unclaimed>,
) -> Opened {
    let mut opened = Opened::default();
    let seen = look_into(&candidates, looks);
    for (candidate, seen) in candidates.into_iter().zip(seen) {
        let seen = seen.unwrap_or_else(|| {
            Sniff::Foreign(format!(
                "not looked into: {LOOKS} files of this folder like it are no training records"
            ))
        });
        let seen = with_own_keys(datasets, &candidate, seen);
        unclaimed.extend(opened.take(candidate, seen));
    }
    for PairFolder { mut folder, pairs } in pairs {
        let seen = looks.sniffed(folder.id, || judge_folder(&folder.path, &pairs));
        if matches!(seen, Sniff::Records(_)) {
            let captions = FolderStamp::of(&folder.path, &pairs);
            folder.bytes = captions.bytes;
            watched.push(Watched::captions(folder.path.clone(), folder.id, captions));
        }
        unclaimed.extend(opened.take(folder, seen));
    }
    opened.files.sort_by(|a, b| a.relative.cmp(&b.relative));
    opened
}

/// What a file is whose records have keys of its own, as the catalog's entry for it says.
fn with_own_keys(datasets: &[Dataset], candidate: &Candidate, seen: Sniff) -> Sniff {
    let own = datasets.iter().filter(|dataset| dataset.record.is_some());
    let mut named =
        own.filter_map(|dataset| dataset.matches(&candidate.relative).and(dataset.record.as_ref()));
    match (&seen, named.next()) {
        (Sniff::Foreign(_), Some(keys)) => {
            container_of_own(&candidate.path, keys).map_or(seen, Sniff::Records)
        }
        _ => seen,
    }
}

/// What each candidate is; none for the rest of many that are alike and nothing to us.
fn look_into(candidates: &[Candidate], looks: &Looks) -> Vec<Option<Sniff>> {
    let mut families: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        families.entry(without_numbers(&candidate.relative)).or_default().push(number);
    }
    let mut seen = vec![None; candidates.len()];
    let first: Vec<usize> = families.values().flat_map(|family| family.iter().take(LOOKS)).copied().collect();
    look_at(&first, candidates, looks, &mut seen);
    let is_nothing = |number: &usize| matches!(seen[*number], Some(Sniff::Foreign(_) | Sniff::Unreadable(_)));
    let promising = families.values().filter(|family| !family.iter().take(LOOKS).all(is_nothing));
    let rest: Vec<usize> = promising.flat_map(|family| family.iter().skip(LOOKS)).copied().collect();
    look_at(&rest, candidates, looks, &mut seen);
    seen
}

/// Looks into some candidates, several at a time.
fn look_at(numbers: &[usize], candidates: &[Candidate], looks: &Looks, seen: &mut [Option<Sniff>]) {
    let next = AtomicUsize::new(0);
    let look = || {
        let mut found = Vec::new();
        while let Some(&number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Candidate { path, id, .. } = &candidates[number];
            found.push((number, looks.sniffed(*id, || sniff_safely(path))));
        }
        found
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).clamp(1, THREADS).min(numbers.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(look)).collect();
        for (number, sniff) in workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()) {
            seen[number] = Some(sniff);
        }
    });
}

/// As [`sniff`]; a decoder that fails on one file costs only that one.
fn sniff_safely(path: &Path) -> Sniff {
    catch_unwind(|| sniff(path)).unwrap_or_else(|_| {
        Sniff::Unreadable("looking into it failed by a fault of Blendscope: please report it".to_owned())
    })
}

/// A path in which every word of its last part that has a digit is `#`, the same for all files of a numbered family.
fn without_numbers(path: &str) -> String {
    let (folder, name) = split(path);
    let mut family = String::with_capacity(path.len());
    family.push_str(folder);
    family.push('/');
    for word in name.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let (text, mark) = word.split_at(word.trim_end_matches(|c: char| !c.is_alphanumeric()).len());
        family.push_str(if text.contains(|c: char| c.is_ascii_digit()) { "#" } else { text });
        family.push_str(mark);
    }
    family
}

impl Opened {
    /// Puts a file where it belongs, or says why it belongs nowhere.
    fn take(&mut self, candidate: Candidate, seen: Sniff) -> Option<Unclaimed> {
        let Candidate { path, relative, bytes, .. } = candidate;
        match seen {
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
