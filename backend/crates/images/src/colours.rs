//! Average colours of pictures, which stand in their places until a thumbnail is there.
//!
//! Three bytes for each picture of which a thumbnail was made, all of them in memory and in one file of fixed records
//! that only grows: a page of results looks up sixty without opening any file.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

/// How many are known at most: 3 MB on disk, about 8 MB in memory.
const MOST: usize = 1 << 18;

/// Bytes of a record: the picture's version, red, green and blue, and a check of these.
const RECORD: usize = 12;

/// Red, green and blue.
type Colour = [u8; 3];

/// The average colours of pictures, by the pictures' versions. Whatever is wrong with the file, it costs colours only.
#[derive(Debug)]
pub struct Colours {
    path: PathBuf,
    known: RwLock<HashMap<u64, Colour>>,
}

impl Colours {
    /// Reads those that are known from earlier. Of more than half of what there may be only the latest are kept.
    pub fn open(path: PathBuf) -> Self {
        let bytes = fs::read(&path).unwrap_or_default();
        let records = bytes.chunks_exact(RECORD).filter_map(parse);
        let mut records: Vec<_> = records.collect();
        let surplus = records.len().saturating_sub(MOST / 2);
        records.drain(..surplus);
        if records.len() * RECORD != bytes.len() {
            let whole: Vec<u8> = records.iter().flat_map(|(key, colour)| record(*key, *colour)).collect();
            report(&path, replace(&path, &whole));
        }
        Self { path, known: RwLock::new(records.into_iter().collect()) }
    }

    /// The average colour of a picture, by its version: 16 hexadecimal digits that change with its bytes.
    pub fn of(&self, version: &str) -> Option<[u8; 3]> {
        let key = u64::from_str_radix(version, 16).ok()?;
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key).copied()
    }

    /// Takes the colour of a picture from a thumbnail of it, a JPEG, if it is not known yet.
    pub fn learn(&self, version: &str, thumbnail: &[u8]) {
        let Ok(key) = u64::from_str_radix(version, 16) else { return };
        if self.of(version).is_some() {
            return;
        }
        let Some(colour) = average(thumbnail) else { return };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST && known.insert(key, colour).is_none() {
            report(&self.path, append(&self.path, record(key, colour)));
        }
    }
}

/// The average of a JPEG's pixels. It is decoded at an eighth of its size, which is the averages of its blocks.
fn average(jpeg: &[u8]) -> Option<Colour> {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    decoder.scale(1, 1).ok()?;
    let pixels = decoder.decode().ok()?;
    let count = pixels.len() as u64 / 3;
    let sum =
        |channel: usize| pixels.iter().skip(channel).step_by(3).map(|value| u64::from(*value)).sum::<u64>();
    let mean = |channel| sum(channel).checked_div(count).and_then(|mean| u8::try_from(mean).ok());
    Some([mean(0)?, mean(1)?, mean(2)?])
}

fn record(key: u64, colour: Colour) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..8].copy_from_slice(&key.to_le_bytes());
    record[8..RECORD - 1].copy_from_slice(&colour);
    record[RECORD - 1] = check(&record);
    record
}

fn parse(bytes: &[u8]) -> Option<(u64, Colour)> {
    let record: [u8; RECORD] = bytes.try_into().ok()?;
    let (key, rest) = record.split_first_chunk()?;
    let colour = [rest[0], rest[1], rest[2]];
    (check(&record) == record[RECORD - 1]).then_some((u64::from_le_bytes(*key), colour))
}

/// Of zeros it is not zero, so that a hole in the file is no record.
fn check(record: &[u8; RECORD]) -> u8 {
    record[..RECORD - 1].iter().fold(0xA5, |check, byte| check.rotate_left(1) ^ byte)
}

fn append(path: &Path, record: [u8; RECORD]) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).open(path)?.write_all(&record)
}

/// Writes the file anew: whole or not at all.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(content)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn report(path: &Path, written: io::Result<()>) {
    if let Err(error) = written {
        tracing::debug!(path = %path.display(), %error, "the colours of pictures cannot be kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_pictures::{BLUE, RED, jpeg};
    use image::{Rgb, RgbImage};

    fn plain(colour: Colour) -> Vec<u8> {
        jpeg(&RgbImage::from_pixel(90, 50, Rgb(colour)))
    }

    fn is_near(have: Option<Colour>, want: Colour) -> bool {
        have.is_some_and(|have| have.iter().zip(want).all(|(have, want)| have.abs_diff(want) < 8))
    }

    #[test]
    fn a_colour_outlives_the_process_and_is_the_average() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("colours");
        let colours = Colours::open(path.clone());
        assert_eq!(colours.of("00000000000000ff"), None);
        colours.learn("00000000000000ff", &plain(RED));
        let halves = RgbImage::from_fn(96, 48, |x, _| Rgb(if x < 48 { RED } else { BLUE }));
        colours.learn("fedcba9876543210", &jpeg(&halves));
        colours.learn("0000000000000001", b"no picture");
        let middle = std::array::from_fn(|channel| RED[channel] / 2 + BLUE[channel] / 2);
        for colours in [colours, Colours::open(path)] {
            assert!(is_near(colours.of("00000000000000ff"), RED));
            assert!(is_near(colours.of("fedcba9876543210"), middle), "{:?}", colours.of("fedcba9876543210"));
            assert_eq!(colours.of("0000000000000001"), None);
        }
    }

    #[test]
    fn what_a_crash_left_half_written_costs_no_other_colour() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("colours");
        let content = [&record(1, RED)[..], &[0; RECORD], &record(2, BLUE), &record(3, RED)[..5]].concat();
        fs::write(&path, content).unwrap();
        let colours = Colours::open(path.clone());
        assert_eq!((colours.of("1"), colours.of("2"), colours.of("3")), (Some(RED), Some(BLUE), None));
        assert_eq!(colours.of("0"), None, "a hole is no record");
        assert_eq!(fs::metadata(&path).unwrap().len(), 2 * RECORD as u64);
    }

    #[test]
    fn the_earliest_go_when_there_are_too_many() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("colours");
        let content: Vec<u8> = (0..MOST as u64).flat_map(|key| record(key, RED)).collect();
        fs::write(&path, content).unwrap();
        let colours = Colours::open(path);
        let last = format!("{:x}", MOST - 1);
        assert_eq!((colours.of("0"), colours.of(&last)), (None, Some(RED)));
    }
}
