//! Which generations there are, as of a commit.
//!
//! Their states stand in a log, `manifest.N.log`: records of 4 bytes of length, 8 bytes of checksum (the first of the
//! BLAKE3 hash) and JSON, each the new state of one generation or the number of one that is gone. A commit appends what
//! changed; the payload of the text index, with which everything becomes visible at once, says only how many bytes of
//! which log count. What stands behind them is left from a process that was killed, and is overwritten. When most of a
//! log is outdated, the next commit begins a new one.

use super::LibraryError;
use super::state::GenerationState;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of length and checksum before a record.
const HEADER: usize = 12;

/// A log is written anew when it has so many times the bytes of the states that count, and this much more.
const OUTDATED: u64 = 4;
const OUTDATED_SPARE: u64 = 1 << 20;

/// Everything that is known of the generations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The number that the next generation gets.
    pub next_generation: u32,
    /// By number.
    pub generations: BTreeMap<u32, Arc<GenerationState>>,
    /// Whether everything under the root had been read when this was committed.
    pub is_final: bool,
}

impl Manifest {
    /// Nothing indexed yet.
    pub fn empty() -> Self {
        Self { next_generation: 1, ..Self::default() }
    }

    /// The generations of a dataset.
    pub fn of_dataset<'m>(&'m self, slug: &'m str) -> impl Iterator<Item = &'m Arc<GenerationState>> {
        self.generations.values().filter(move |state| state.dataset == slug)
    }

    /// Takes the new state of a generation.
    pub fn put(&mut self, state: GenerationState) {
        self.generations.insert(state.generation, Arc::new(state));
    }
}

/// The payload of a commit of the text index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Version of everything that is kept, see [`Commit::VERSION`].
    version: u32,
    next_generation: u32,
    is_final: bool,
    /// Number of the log.
    log: u32,
    /// Bytes of it that count.
    bytes: u64,
}

impl Commit {
    /// Raised whenever what is indexed or counted changes, so that old indexes are made anew; it is part of the name of
    /// the folder that holds the index.
    pub const VERSION: u32 = 13;

    /// Reads a payload; `None` if it is of another version or not one at all.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|commit: &Self| commit.version == Self::VERSION)
    }

    /// The payload as text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a commit holds only numbers")
    }

    /// The generations as of this commit, from the log in a folder.
    pub fn manifest(&self, dir: &Path) -> io::Result<Manifest> {
        let mut text = Vec::new();
        File::open(log_file(dir, self.log))?.take(self.bytes).read_to_end(&mut text)?;
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the list of generations is damaged");
        if text.len() as u64 != self.bytes {
            return Err(damaged());
        }
        let mut generations = BTreeMap::new();
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            let (record, behind) = split_record(rest).ok_or_else(damaged)?;
            rest = behind;
            match record {
                Record::State(state) => drop(generations.insert(state.generation, Arc::new(*state))),
                Record::Gone(generation) => drop(generations.remove(&generation)),
            }
        }
        Ok(Manifest { next_generation: self.next_generation, generations, is_final: self.is_final })
    }
}

/// A record of the log, as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record {
    State(Box<GenerationState>),
    Gone(u32),
}

/// A record of the log, as it is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum News<'a> {
    State(&'a GenerationState),
    Gone(u32),
}

fn log_file(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("manifest.{number}.log"))
}

fn push_record(record: &News<'_>, out: &mut Vec<u8>) {
    let text = serde_json::to_vec(record).expect("states hold only texts and numbers");
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(&blake3::hash(&text).as_bytes()[..HEADER - 4]);
    out.extend_from_slice(&text);
}

fn split_record(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_at_checked(HEADER - 4)?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let is_whole = blake3::hash(text).as_bytes().starts_with(sum);
    Some((serde_json::from_slice(text).ok().filter(|_| is_whole)?, rest))
}

/// Writes the log; there is one of these at a time.
pub(crate) struct ManifestWriter {
    dir: PathBuf,
    number: u32,
    bytes: u64,
    /// The states as they were last written, with the bytes of each.
    written: BTreeMap<u32, (Arc<GenerationState>, u64)>,
}

impl ManifestWriter {
    /// Goes on from a commit, whose generations are given too; begins anew without one.
    pub(crate) fn new(dir: &Path, commit: Option<&Commit>, manifest: &Manifest) -> Self {
        let (number, bytes) = commit.map_or((0, 0), |commit| (commit.log, commit.bytes));
        let share = bytes / (manifest.generations.len() as u64).max(1);
        let written =
            manifest.generations.iter().map(|(number, state)| (*number, (Arc::clone(state), share)));
        Self { dir: dir.to_owned(), number, bytes, written: written.collect() }
    }

    /// Appends what changed and makes it last; gives the payload that makes it count.
    pub(crate) fn write(&mut self, manifest: &Manifest) -> Result<Commit, LibraryError> {
        let mut news = Vec::new();
        let gone: Vec<u32> = self
            .written
            .keys()
            .filter(|number| !manifest.generations.contains_key(number))
            .copied()
            .collect();
        for generation in gone {
            push_record(&News::Gone(generation), &mut news);
            self.written.remove(&generation);
        }
        for state in manifest.generations.values() {
            self.push_news(state, &mut news);
        }
        let live: u64 = self.written.values().map(|(_, bytes)| bytes).sum();
        if self.number == 0 || self.bytes + news.len() as u64 > live * OUTDATED + OUTDATED_SPARE {
            self.number += 1;
            self.bytes = 0;
            self.written.clear();
            news.clear();
            manifest.generations.values().for_each(|state| self.push_news(state, &mut news));
        }
        let path = log_file(&self.dir, self.number);
        self.append(&path, &news).map_err(|source| LibraryError::Io { path, source })?;
        Ok(Commit {
            version: Commit::VERSION,
            next_generation: manifest.next_generation,
            is_final: manifest.is_final,
            log: self.number,
            bytes: self.bytes,
        })
    }

    fn push_news(&mut self, state: &Arc<GenerationState>, news: &mut Vec<u8>) {
        let is_known = self.written.get(&state.generation).is_some_and(|(written, _)| written == state);
        if !is_known {
            let before = news.len();
            push_record(&News::State(state), news);
            let bytes = (news.len() - before) as u64;
            self.written.insert(state.generation, (Arc::clone(state), bytes));
        }
    }

    fn append(&mut self, path: &Path, news: &[u8]) -> io::Result<()> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.set_len(self.bytes)?;
        file.write_all_at(news, self.bytes)?;
        self.bytes += news.len() as u64;
        file.sync_data()
    }

    /// The log that counts.
    pub(crate) fn path(&self) -> PathBuf {
        log_file(&self.dir, self.number)
    }
}

#[cfg(test)]
mod tests;
