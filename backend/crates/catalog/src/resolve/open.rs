//! Opens every candidate: annotation files, folders of pairs, archives of pictures, box files, and what is none of
//! these.

use crate::Dataset;
use crate::found::{BoxFile, FoundFile};
use crate::looks::{Looks, Watched};
use crate::paths::split;
use crate::walk::{Candidate, PairFolder};
use blendscope_read::{
    Container, FolderStamp, Sniff, container_of_own, disk, judge_folder, open_file, sniff,
};
use blendscope_shared::dataset::Unclaimed;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
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
    pub files: Vec<FoundFile>,
    pub archives: Vec<PathBuf>,
    pub box_files: Vec<BoxFile>,
    /// JSON files that are none of these: perhaps mixtures of trainers.
    pub other_json: Vec<Candidate>,
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
        let is_other = matches!(seen, Sniff::Foreign(_) | Sniff::Unreadable(_));
        if is_other && candidate.path.extension().is_some_and(|extension| extension == "json") {
            opened.other_json.push(candidate.clone());
        }
        unclaimed.extend(opened.take(candidate, seen));
    }
    let judged = in_parallel(pairs.len(), |number| judge(&pairs[number], looks));
    for (PairFolder { mut folder, .. }, (seen, captions)) in pairs.into_iter().zip(judged) {
        if let Some(captions) = captions {
            folder.bytes = captions.bytes;
            watched.push(Watched::captions(folder.path.clone(), folder.id, captions));
        }
        unclaimed.extend(opened.take(folder, seen));
    }
    opened.files.sort_by(|a, b| a.relative.cmp(&b.relative));
    opened.leave_lists_of_downloads(unclaimed);
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
    let found = in_parallel(numbers.len(), |place| {
        let Candidate { path, id, .. } = &candidates[numbers[place]];
        let seen = looks.sniffed(*id, || {
            // Whether it answers at all is found out first: what fails later fails in the words of a decoder.
            open_file(path)?.read_at(&mut [0], 0)?;
            Ok(safely(|| sniff(path)))
        });
        seen.unwrap_or_else(|error| Sniff::Unreadable(format!("cannot be read: {error}")))
    });
    for (number, sniff) in numbers.iter().zip(found) {
        seen[*number] = Some(sniff);
    }
}

/// What a folder of pairs is, and the state of its captions if it is data.
fn judge(PairFolder { folder, pairs }: &PairFolder, looks: &Looks) -> (Sniff, Option<FolderStamp>) {
    let seen = looks.sniffed(folder.id, || Ok(safely(|| judge_folder(&folder.path, pairs))));
    let seen = seen.unwrap_or_else(|error| Sniff::Unreadable(format!("cannot be read: {error}")));
    let captions = matches!(seen, Sniff::Records(_)).then(|| FolderStamp::of(&folder.path, pairs));
    (seen, captions)
}

/// Does something for each of several numbers, a few at a time; the results are in order.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let numbers = std::iter::from_fn(|| {
            Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count)
        });
        numbers.map(|number| (number, work(number))).collect::<Vec<_>>()
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).clamp(1, THREADS).min(count);
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        // Where the system gives no more threads, this one does the work of all.
        let start = |_| thread::Builder::new().spawn_scoped(scope, take).ok();
        let workers: Vec<_> = (1..threads).filter_map(start).collect();
        let mut done = take();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, T)>>| {
            worker.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        done.extend(workers.into_iter().flat_map(join));
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Looks into a file; a decoder that fails on one costs only that one.
fn safely(look: impl FnOnce() -> Sniff) -> Sniff {
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| {
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
    /// img2dataset writes a table of what it downloaded beside each shard or folder, which would be read twice.
    fn leave_lists_of_downloads(&mut self, unclaimed: &mut Vec<Unclaimed>) {
        let names: HashSet<String> = self.files.iter().map(|file| file.relative.clone()).collect();
        let shard_of = |file: &FoundFile| {
            let stem = file.relative.strip_suffix(".parquet")?;
            let shard =
                [stem.to_owned(), format!("{stem}.tar")].into_iter().find(|name| names.contains(name))?;
            let stats = format!("{}_stats.json", split(stem).1);
            disk::is_file(&file.path.with_file_name(stats)).then_some(shard)
        };
        self.files.retain(|file| {
            let Some(shard) = shard_of(file) else { return true };
            let reason = format!("table of what img2dataset downloaded into {shard}, which is read");
            unclaimed.push(Unclaimed { path: file.relative.clone(), reason });
            false
        });
    }

    /// Puts a file where it belongs, or says why it belongs nowhere.
    fn take(&mut self, candidate: Candidate, seen: Sniff) -> Option<Unclaimed> {
        let Candidate { path, relative, bytes, .. } = candidate;
        match seen {
            Sniff::Records(container) => {
                // Its pictures are found in it like those of any other archive.
                if container == Container::ARCHIVE {
                    self.archives.push(path.clone());
                }
                self.files.push(FoundFile { path, relative, container, bytes });
            }
            Sniff::Pictures { note } => {
                self.archives.push(path);
                return note.map(|reason| Unclaimed { path: relative, reason });
            }
            Sniff::Boxes => self.box_files.push(BoxFile { path, relative, bytes }),
            Sniff::Foreign(reason) | Sniff::Unreadable(reason) => {
                return Some(Unclaimed { path: relative, reason });
            }
        }
        None
    }
}
