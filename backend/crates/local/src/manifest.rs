//! The manifest on disk: a log of the documents of generations, `manifest.N.log`.
//!
//! A record is, all numbers little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | bytes of the document |
//! | 8 | checksum of all that follows: the first bytes of its BLAKE3 hash |
//! | 4 | number of the generation |
//! | … | its new document; nothing when the generation is gone |
//!
//! A commit appends what changed. The payload of the text index, with which everything becomes visible at once, says only
//! how many bytes of which log count: what stands behind them is left from a process that was killed, and is overwritten.
//! When most of a log is outdated, the next commit begins a new one.

use blendscope_engine::{Changes, Manifest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Bytes of length and checksum before what the checksum is of.
const HEADER: usize = 12;

/// A log is written anew when it has so many times the bytes of the documents that count, and this much more.
const OUTDATED: u64 = 4;
const OUTDATED_SPARE: u64 = 1 << 20;

/// The payload of a commit of the text index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// What is said about all generations together.
    head: String,
    /// Number of the commit.
    commit: u64,
    /// The number that the next generation gets.
    pub next_generation: u32,
    /// Number of the log.
    log: u32,
    /// Bytes of it that count.
    bytes: u64,
}

impl Payload {
    /// Reads a payload; an error if it is none.
    pub(crate) fn parse(text: &str) -> io::Result<Self> {
        serde_json::from_str(text).map_err(|_| damaged())
    }

    /// The payload as text.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("it holds only texts and numbers")
    }

    /// The log in a folder.
    pub(crate) fn log(&self, dir: &Path) -> PathBuf {
        log_file(dir, self.log)
    }

    /// The manifest as of this commit, from the log in a folder.
    pub(crate) fn manifest(&self, dir: &Path) -> io::Result<Manifest> {
        let documents = self.documents(dir)?;
        Ok(Manifest { commit: self.to_text(), head: self.head.clone(), documents })
    }

    fn documents(&self, dir: &Path) -> io::Result<BTreeMap<u32, String>> {
        let mut text = Vec::new();
        File::open(self.log(dir))?.take(self.bytes).read_to_end(&mut text)?;
        if text.len() as u64 != self.bytes {
            return Err(damaged());
        }
        let mut documents = BTreeMap::new();
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            let ((generation, document), behind) = split_record(rest).ok_or_else(damaged)?;
            rest = behind;
            if document.is_empty() {
                documents.remove(&generation);
            } else {
                documents.insert(generation, document);
            }
        }
        Ok(documents)
    }
}

/// The error of a list of generations that cannot be believed.
fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the list of generations is damaged")
}

fn log_file(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("manifest.{number}.log"))
}

fn push_record(generation: u32, document: &str, out: &mut Vec<u8>) {
    let checked = [&generation.to_le_bytes(), document.as_bytes()].concat();
    out.extend_from_slice(&(document.len() as u32).to_le_bytes());
    out.extend_from_slice(&blake3::hash(&checked).as_bytes()[..HEADER - 4]);
    out.extend_from_slice(&checked);
}

/// A record, and what stands behind it.
type Split<'a> = ((u32, String), &'a [u8]);

fn split_record(bytes: &[u8]) -> Option<Split<'_>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_at_checked(HEADER - 4)?;
    let (checked, rest) = rest.split_at_checked(4 + u32::from_le_bytes(*length) as usize)?;
    let is_whole = blake3::hash(checked).as_bytes().starts_with(sum);
    let (generation, document) = checked.split_first_chunk::<4>().filter(|_| is_whole)?;
    let document = String::from_utf8(document.to_vec()).ok()?;
    Some(((u32::from_le_bytes(*generation), document), rest))
}

/// Writes the log; there is one of these at a time.
pub(crate) struct ManifestLog {
    dir: PathBuf,
    commit: u64,
    number: u32,
    bytes: u64,
    /// The documents as of the last commit.
    documents: BTreeMap<u32, String>,
}

impl ManifestLog {
    /// Goes on from a commit; begins anew without one.
    pub(crate) fn open(dir: &Path, last: Option<&Payload>) -> io::Result<Self> {
        let mut log =
            Self { dir: dir.to_owned(), commit: 0, number: 0, bytes: 0, documents: BTreeMap::new() };
        if let Some(last) = last {
            (log.commit, log.number, log.bytes) = (last.commit, last.log, last.bytes);
            log.documents = last.documents(dir)?;
        }
        Ok(log)
    }

    /// Appends what changes and makes it last; gives the payload that makes it count.
    pub(crate) fn write(&mut self, changes: &Changes, next_generation: u32) -> io::Result<Payload> {
        let mut news = Vec::new();
        for generation in &changes.gone {
            if self.documents.remove(generation).is_some() {
                push_record(*generation, "", &mut news);
            }
        }
        for (generation, document) in &changes.put {
            push_record(*generation, document, &mut news);
            self.documents.insert(*generation, document.clone());
        }
        let live: u64 = self.documents.values().map(|document| document.len() as u64).sum();
        if self.number == 0 || self.bytes + news.len() as u64 > live * OUTDATED + OUTDATED_SPARE {
            self.number += 1;
            self.bytes = 0;
            news.clear();
            for (generation, document) in &self.documents {
                push_record(*generation, document, &mut news);
            }
        }
        self.append(&news)?;
        self.commit += 1;
        Ok(Payload {
            head: changes.head.clone(),
            commit: self.commit,
            next_generation,
            log: self.number,
            bytes: self.bytes,
        })
    }

    fn append(&mut self, news: &[u8]) -> io::Result<()> {
        let path = log_file(&self.dir, self.number);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.set_len(self.bytes)?;
        file.write_all_at(news, self.bytes)?;
        self.bytes += news.len() as u64;
        file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(documents: &[(u32, &str)]) -> Changes {
        let put = documents.iter().map(|(number, text)| (*number, (*text).to_owned())).collect();
        Changes { head: "head".to_owned(), put, gone: Vec::new() }
    }

    #[test]
    fn a_commit_is_read_back_and_writes_only_what_changed() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = ManifestLog::open(folder.path(), None).unwrap();
        let all: Vec<(u32, &str)> = (1..100).map(|number| (number, "some document")).collect();
        let first = log.write(&put(&all), 100).unwrap();
        let before = first.manifest(folder.path()).unwrap();
        let changes = Changes { gone: vec![8], ..put(&[(7, "another document")]) };
        let second = log.write(&changes, 100).unwrap();
        assert!(second.bytes - first.bytes < first.bytes / 20, "{first:?} {second:?}");
        assert_eq!(first.manifest(folder.path()).unwrap(), before);
        let after = second.manifest(folder.path()).unwrap();
        assert_eq!((before.documents.len(), after.documents.len()), (99, 98));
        assert_eq!(
            (before.documents[&7].as_str(), after.documents[&7].as_str()),
            ("some document", "another document")
        );
        assert!(!after.documents.contains_key(&8) && before.commit != after.commit && after.head == "head");
        assert_eq!(Payload::parse(&second.to_text()).unwrap(), second);
    }

    #[test]
    fn what_a_killed_process_left_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = ManifestLog::open(folder.path(), None).unwrap();
        let first = log.write(&put(&[(1, "one")]), 2).unwrap();
        log.write(&put(&[(2, "lost"), (3, "lost"), (4, "lost")]), 5).unwrap();
        let mut log = ManifestLog::open(folder.path(), Some(&first)).unwrap();
        let second = log.write(&put(&[(2, "two")]), 3).unwrap();
        let documents = second.manifest(folder.path()).unwrap().documents;
        assert_eq!(documents, BTreeMap::from([(1, "one".to_owned()), (2, "two".to_owned())]));
    }

    #[test]
    fn a_log_of_outdated_documents_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = ManifestLog::open(folder.path(), None).unwrap();
        let text = "x".repeat(100_000);
        let mut last = None;
        for number in 0..40 {
            last = Some(log.write(&put(&[(1, &format!("{number}{text}")), (2, "other")]), 3).unwrap());
        }
        let last = last.unwrap();
        assert!(last.log > 1 && last.bytes < 3 * OUTDATED_SPARE, "{last:?}");
        let documents = last.manifest(folder.path()).unwrap().documents;
        assert!(documents[&1].starts_with("39x") && documents[&2] == "other");
    }

    #[test]
    fn a_damaged_log_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = ManifestLog::open(folder.path(), None).unwrap();
        let payload = log.write(&put(&[(1, "some document")]), 2).unwrap();
        let path = payload.log(folder.path());
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, &damaged).unwrap();
            assert!(payload.manifest(folder.path()).is_err(), "byte {at}");
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(payload.manifest(folder.path()).is_err());
    }
}
