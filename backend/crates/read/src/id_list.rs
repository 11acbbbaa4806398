//! Reader of lists of ids that say which samples somebody chose: one id a line, or one `shard,index` pair a line.
//!
//! Both come as text or packed by gzip, such as llm-jp's `coyo_6m_ids.txt.gz` and `mmc4_6m_ids.csv.gz`. Ids are kept as
//! hashes ([`id_hash`]), so that millions of them fit into little memory whether they are numbers or not.

use crate::split::{Feed, Item, Limits, Output, Problem, Source, Stop, read_at, split_text_lines};
use crate::{File, Packing, ReadError, gzip, open_file};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// The most bad lines of a list that are reported; of the others only the number.
const BAD_LINES_MAX: usize = 10;

/// Small pieces, and no long lines: an id is short.
const LIMITS: Limits = Limits { chunk: 256 << 10, record: 1 << 20, ..Limits::DEFAULT };

/// Bytes of the longest id.
const LONGEST_ID: usize = 256;

/// A list of ids, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdList {
    /// What is listed.
    pub entries: Entries,
    /// Lines that are entries; one that stands twice counts twice.
    pub listed: u64,
    /// Lines that are no entries.
    pub bad: u64,
    /// The first of the bad lines; their number counts lines that are not blank, from 0.
    pub first_bad: Vec<Problem>,
    /// Why the list is not complete, if it is not: the file is damaged, or too long.
    pub cut: Option<String>,
}

/// What a list lists, sorted, each once. The first entry of a file decides which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Hashes of ids.
    Ids(Vec<u64>),
    /// A shard's number and a document's index in it.
    Pairs(Vec<(u32, u32)>),
}

impl IdList {
    /// Number of different entries.
    #[expect(clippy::len_without_is_empty, reason = "a list without entries is told by `listed`")]
    pub fn len(&self) -> usize {
        match &self.entries {
            Entries::Ids(ids) => ids.len(),
            Entries::Pairs(pairs) => pairs.len(),
        }
    }

    /// Whether the id with this [`id_hash`] is in a list of ids.
    pub fn has(&self, hash: u64) -> bool {
        matches!(&self.entries, Entries::Ids(ids) if ids.binary_search(&hash).is_ok())
    }
}

/// The hash that stands for an id: the first eight bytes of the BLAKE3 of its text, little endian. Of six million ids
/// no two have the same one, but for a chance of one in a million.
pub fn id_hash(id_text: &str) -> u64 {
    let hash = blake3::hash(id_text.as_bytes());
    let (head, _) = hash.as_bytes().split_first_chunk().expect("a BLAKE3 hash has 32 bytes");
    u64::from_le_bytes(*head)
}

/// Reads a list of no more than `limit` different entries; fails soon after `stop` is set.
pub fn read_ids(path: &Path, limit: usize, stop: &AtomicBool) -> Result<IdList, ReadError> {
    let file = open_file(path).map_err(|source| ReadError::Open { path: path.to_owned(), source })?;
    read_opened(&file, limit, stop).map_err(|(offset, source)| ReadError::Io {
        path: path.to_owned(),
        offset,
        source,
    })
}

/// As [`read_ids`]; an error comes with its place in the file.
pub(crate) fn read_opened(file: &File, limit: usize, stop: &AtomicBool) -> Result<IdList, (u64, io::Error)> {
    let mut magic = [0; gzip::MAGIC.len()];
    let packed = read_at(file, &mut magic, 0).map_err(|error| (0, error))? > 0 && magic == gzip::MAGIC;
    let source = if packed {
        Source::new(file, Packing::Gzip, u64::MAX).map_err(|error| (0, error))?
    } else {
        Source::Plain { file, position: 0 }
    };
    let mut feed = Feed::new(source, LIMITS.chunk).until(stop);
    let mut list = Listing::new(limit);
    let mut visit = |item: Item<'_>| list.item(item);
    let result = split_text_lines(&mut feed, LIMITS, &mut Output::new(&mut visit));
    if let Err(Stop::Failed(error)) = result {
        return Err((feed.disk_done(), error));
    }
    let (damage, _) = feed.into_source().finish();
    Ok(list.finish(damage))
}

/// A list in the making.
struct Listing {
    limit: usize,
    ids: Sorted<u64>,
    pairs: Sorted<(u32, u32)>,
    /// Whether it is a list of pairs, once an entry was seen.
    of_pairs: Option<bool>,
    listed: u64,
    bad: u64,
    first_bad: Vec<Problem>,
}

impl Listing {
    fn new(limit: usize) -> Self {
        let (ids, pairs) = (Sorted::new(limit), Sorted::new(limit));
        Self { limit, ids, pairs, of_pairs: None, listed: 0, bad: 0, first_bad: Vec::new() }
    }

    fn item(&mut self, item: Item<'_>) -> ControlFlow<()> {
        match item {
            Item::Record(line) => match self.line(line.raw) {
                Ok(true) => self.listed += 1,
                Ok(false) => return ControlFlow::Break(()),
                Err(message) => {
                    let number = Some(line.number);
                    self.bad(Problem { number, offset: line.offset, message: message.to_owned() });
                }
            },
            Item::Problem(problem) => self.bad(problem),
        }
        ControlFlow::Continue(())
    }

    /// Takes an entry; false when there is no room for it.
    fn line(&mut self, line: &[u8]) -> Result<bool, &'static str> {
        if self.of_pairs != Some(false)
            && let Some(pair) = pair(line)
        {
            self.of_pairs = Some(true);
            return Ok(self.pairs.push(pair));
        }
        if self.of_pairs == Some(true) {
            return Err("not two numbers with a comma between them");
        }
        let id = id(line).ok_or("not an id, which is a word of at most 256 bytes without a comma")?;
        self.of_pairs = Some(false);
        Ok(self.ids.push(id_hash(id)))
    }

    fn bad(&mut self, problem: Problem) {
        self.bad += 1;
        if self.first_bad.len() < BAD_LINES_MAX {
            self.first_bad.push(problem);
        }
    }

    fn finish(self, damage: Option<String>) -> IdList {
        let (entries, is_cut) = if self.of_pairs == Some(true) {
            let (pairs, is_cut) = self.pairs.finish();
            (Entries::Pairs(pairs), is_cut)
        } else {
            let (ids, is_cut) = self.ids.finish();
            (Entries::Ids(ids), is_cut)
        };
        let full = is_cut.then(|| format!("it has more than {} entries; the rest is not read", self.limit));
        IdList {
            entries,
            listed: self.listed,
            bad: self.bad,
            first_bad: self.first_bad,
            cut: full.or(damage),
        }
    }
}

fn pair(line: &[u8]) -> Option<(u32, u32)> {
    let (shard, index) = std::str::from_utf8(line).ok()?.split_once(',')?;
    Some((number(shard)?, number(index)?))
}

/// Digits only: the standard parser takes a plus sign too.
fn number(text: &str) -> Option<u32> {
    let text = text.trim_ascii();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn id(line: &[u8]) -> Option<&str> {
    if line.len() > LONGEST_ID {
        return None;
    }
    let is_part = |character: char| character != ',' && !character.is_whitespace() && !character.is_control();
    std::str::from_utf8(line).ok().filter(|text| text.chars().all(is_part))
}

/// Fewest values that room is made for.
const LEAST_ROOM: usize = 1 << 10;

/// Values are sorted and repetitions dropped whenever the room is used up.
struct Sorted<T> {
    values: Vec<T>,
    limit: usize,
}

impl<T: Ord> Sorted<T> {
    /// An empty list that takes `limit` different values.
    fn new(limit: usize) -> Self {
        Self { values: Vec::new(), limit }
    }

    /// Adds a value; false when there are too many different ones.
    fn push(&mut self, value: T) -> bool {
        if self.values.len() == self.values.capacity() {
            self.tidy();
            if self.values.len() > self.limit {
                return false;
            }
            // Half of the room is free after this, so that sorting comes seldom enough.
            if self.values.len() >= self.values.capacity() / 2 {
                self.values.reserve_exact(self.values.len().max(LEAST_ROOM));
            }
        }
        self.values.push(value);
        true
    }

    /// The values, sorted, each once, and whether some were too many.
    fn finish(mut self) -> (Vec<T>, bool) {
        self.tidy();
        let is_cut = self.values.len() > self.limit;
        self.values.truncate(self.limit);
        self.values.shrink_to_fit();
        (self.values, is_cut)
    }

    fn tidy(&mut self) {
        self.values.sort_unstable();
        self.values.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{file_of, member};

    const ANY: usize = 1 << 20;

    fn read(bytes: &[u8], limit: usize) -> IdList {
        read_opened(&file_of(bytes), limit, &AtomicBool::new(false)).unwrap()
    }

    #[test]
    fn ids_are_found_plain_and_packed() {
        let text = "\u{feff}1234567890123\r\n\n  42 \nVG_100K_2/2412354\n42\n犬";
        for bytes in [text.as_bytes().to_vec(), member(text.as_bytes(), 6)] {
            let list = read(&bytes, ANY);
            assert_eq!((list.listed, list.len(), list.bad, &list.cut), (5, 4, 0, &None));
            for id in ["1234567890123", "42", "VG_100K_2/2412354", "犬"] {
                assert!(list.has(id_hash(id)), "{id}");
            }
            assert!(!list.has(id_hash("43")) && !list.has(id_hash("")));
        }
    }

    #[test]
    fn pairs_are_sorted_and_each_stands_once() {
        let text = "shard_number,index\n12,7\n0, 5\r\n12,7\n12\n+1,2\n4294967296,0\n";
        let list = read(&member(text.as_bytes(), 9), ANY);
        assert_eq!(list.entries, Entries::Pairs(vec![(0, 5), (12, 7)]));
        assert_eq!((list.listed, list.bad), (3, 4));
        assert!(!list.has(id_hash("12")), "a list of pairs says nothing of ids");
    }

    #[test]
    fn bad_lines_are_counted_and_the_first_are_kept() {
        let long = "x".repeat(LONGEST_ID + 1);
        let list =
            read([b"1\n<!doctype html>\n\n\xff\n2,3\n".as_slice(), long.as_bytes()].concat().as_slice(), ANY);
        assert_eq!((list.listed, list.bad, list.cut.as_deref()), (1, 4, None));
        assert_eq!((list.first_bad[0].number, list.first_bad[0].offset), (Some(1), 2));
        let list = read(&b"a b\n".repeat(5000), ANY);
        assert_eq!((list.bad, list.first_bad.len()), (5000, BAD_LINES_MAX));
    }

    #[test]
    fn a_list_that_is_not_whole_says_so() {
        let numbers: String = (0..5000).flat_map(|number| [number.to_string(), "\n".to_owned()]).collect();
        let long = read(numbers.as_bytes(), 3000);
        assert_eq!(long.len(), 3000);
        assert!(long.cut.unwrap().contains("more than 3000 entries"));
        let packed = member(numbers.as_bytes(), 6);
        let short = read(&packed[..packed.len() / 2], ANY);
        assert!(short.cut.unwrap().contains("cut short"));
        assert_eq!(read(numbers.as_bytes(), 5000).cut, None);
        assert_eq!(read(b"", ANY).len(), 0);
    }

    #[test]
    fn repetitions_cost_neither_room_nor_time() {
        let text = "7\n".repeat(3_000_000);
        let list = read(&member(text.as_bytes(), 6), 1);
        assert_eq!((list.listed, list.len(), list.cut.as_deref()), (3_000_000, 1, None));
    }

    #[test]
    fn the_hash_of_an_id_is_the_same_for_ever() {
        assert_eq!(id_hash("42").to_le_bytes(), blake3::hash(b"42").as_bytes()[..8]);
        let missing = read_ids(Path::new("/no/such/ids.txt.gz"), ANY, &AtomicBool::new(false)).unwrap_err();
        assert!(missing.to_string().contains("ids.txt.gz"));
    }

    #[test]
    fn a_list_without_entries_is_no_reason_to_go_on_for_ever() {
        let stop = AtomicBool::new(false);
        let blank = file_of(&member(&vec![b'\n'; 50_000_000], 6));
        let read = std::thread::scope(|scope| {
            let reading = scope.spawn(|| read_opened(&blank, ANY, &stop));
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            reading.join().unwrap()
        });
        assert!(read.unwrap_err().1.to_string().contains("stopped"));
    }
}
