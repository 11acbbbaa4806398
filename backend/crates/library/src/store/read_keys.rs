//! Which keys the records of a file were read from, counted while it is read.

use blendscope_read::Sample;
use blendscope_shared::dataset::{KeyCount, Reading};
use serde::{Deserialize, Serialize};

/// Different keys of each kind that are counted; further ones are counted as one.
const KEYS_MAX: usize = 50;

/// What stands for the keys beyond [`KEYS_MAX`].
const OTHERS: &str = "…";

/// What is said of records without turns.
const NO_TURNS: &str = "none";

/// Keys with the number of records that have them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadKeys {
    turns: Vec<(String, u64)>,
    pictures: Vec<(String, u64)>,
    unread: Vec<(String, u64)>,
}

impl ReadKeys {
    /// Counts a sample.
    pub fn add(&mut self, sample: &Sample) {
        let read_as = &sample.read_as;
        match (&*read_as.turns, read_as.shape) {
            ("", _) => count(&mut self.turns, [NO_TURNS].into_iter(), 1),
            (keys, shape) => count(&mut self.turns, [keys, ": ", shape].into_iter(), 1),
        }
        for key in &read_as.pictures {
            count(&mut self.pictures, [key.as_ref()].into_iter(), 1);
        }
        for key in sample.extra.keys() {
            count(&mut self.unread, [key.as_str()].into_iter(), 1);
        }
    }

    /// Puts the counts of several files together, the most frequent keys first.
    pub fn together<'a>(files: impl Iterator<Item = &'a Self>) -> Reading {
        let mut sum = Self::default();
        for file in files {
            for (into, from) in [
                (&mut sum.turns, &file.turns),
                (&mut sum.pictures, &file.pictures),
                (&mut sum.unread, &file.unread),
            ] {
                for (key, records) in from {
                    count(into, [key.as_str()].into_iter(), *records);
                }
            }
        }
        Reading { turns: counts(sum.turns), pictures: counts(sum.pictures), unread: counts(sum.unread) }
    }
}

/// Counts a key, given in pieces so that a known one is not copied.
fn count<'k>(keys: &mut Vec<(String, u64)>, pieces: impl Iterator<Item = &'k str> + Clone, records: u64) {
    let is_it = |known: &str| {
        let rest = pieces.clone().try_fold(known, |rest, piece| rest.strip_prefix(piece));
        rest.is_some_and(str::is_empty)
    };
    if let Some((_, known)) = keys.iter_mut().find(|(known, _)| is_it(known)) {
        *known += records;
    } else if keys.len() < KEYS_MAX {
        keys.push((pieces.collect(), records));
    } else if let Some((_, others)) = keys.iter_mut().find(|(known, _)| known == OTHERS) {
        *others += records;
    } else {
        keys.push((OTHERS.to_owned(), records));
    }
}

fn counts(mut keys: Vec<(String, u64)>) -> Vec<KeyCount> {
    keys.sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    keys.into_iter().map(|(key, records)| KeyCount { key, records }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_read::{Container, parse_record};

    #[test]
    fn keys_are_counted_and_their_number_is_bounded() {
        let mut keys = ReadKeys::default();
        for number in 0..200 {
            let record = format!(
                r#"{{"image":"a.jpg","conversations":[{{"from":"human","value":"a"}}],"tag":1,"key {number}":2}}"#
            );
            keys.add(&parse_record(Container::JSON_LINES, record.as_bytes()).unwrap());
        }
        let reading = ReadKeys::together([&keys, &keys].into_iter());
        let of = |key: &str, records| KeyCount { key: key.to_owned(), records };
        assert_eq!(reading.turns, [of("conversations: from, value", 400)]);
        assert_eq!(reading.pictures, [of("image", 400)]);
        assert_eq!(reading.unread[0], of("tag", 400));
        assert!(reading.unread.len() <= KEYS_MAX + 1);
        assert_eq!(reading.unread.iter().map(|key| key.records).sum::<u64>(), 800);
    }
}
