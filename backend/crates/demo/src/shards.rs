//! Shards: annotation files with the pictures inside them.
//!
//! There are few records in them however large the root is, and none in roots without pictures: they are there to be
//! seen, and each is made in memory.

mod documents;
mod pairs;
mod tables;

pub(super) use pairs::coyo_id;

use super::{DemoError, DemoOptions, DemoSummary, Progress, write_file};
use blendscope_read::pack::pickle::{Value, write_pickle};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Most samples of a dataset of shards.
const MOST: u64 = 240;
/// Smaller roots have no shards.
const SMALLEST_ROOT: u64 = 100;

/// A `.count` file of a shard that is not there.
pub(super) const LONE_COUNT: &str = "mmc4-core/pkl-core-limit-tokens/docs_shard_1_v3.count";

/// A dataset of shards.
pub(super) struct Shards {
    /// Its files, relative to the root.
    pub(super) files: &'static [&'static str],
    /// Its share of all samples, per thousand.
    pub(super) share: u64,
    /// Samples that it has at least.
    fewest: u64,
    count: Count,
    write: fn(&Shard<'_>) -> Result<Content, DemoError>,
}

/// What the `.count` file beside a shard says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    /// There is none.
    None,
    /// The number of records.
    Right,
    /// One more.
    Wrong,
}

/// Makes the table of shards of a row for each dataset of them.
macro_rules! shards {
    ($([$($file:literal),+] $share:literal $fewest:literal $count:ident $write:path;)+) => {
        /// Every dataset of shards.
        pub(super) const SHARDS: &[Shards] = &[$(Shards {
            files: &[$($file),+], share: $share, fewest: $fewest, count: Count::$count, write: $write,
        }),+];
    };
}

shards! {
    ["coyo-700m/pkl03-split/part-00000.pkl", "coyo-700m/pkl03-split/part-00001.pkl"] 24 6 Right pairs::coyo;
    ["alt_pair_ja/pkl02/00000.pkl"] 12 2 Right pairs::japanese;
    ["mmc4-core/pkl-core-limit-tokens/docs_shard_0_v3.pkl"] 8 4 Right documents::english;
    ["interleaved_ja/pkl-limit-tokens/00000.pkl"] 6 2 Wrong documents::japanese;
    ["synthdog-ja/data/train-00000-of-00001-7d2c81b40e95fa36.parquet"] 16 3 None tables::pages;
    ["LLaVA-NeXT-Data/data/train-00000-of-00001.parquet"] 12 3 None tables::conversations;
    ["web_shards/00000.tar", "web_shards/00001.tar"] 12 4 None pairs::web;
}

/// A shard to be written.
struct Shard<'a> {
    /// Absolute.
    path: PathBuf,
    /// Its number among the files of its dataset.
    file: usize,
    /// Numbers of its records in the dataset.
    numbers: Range<u64>,
    options: &'a DemoOptions,
}

/// What a shard holds.
#[derive(Default)]
struct Content {
    samples: u64,
    text_only: u64,
    image_refs: u64,
    embedded: u64,
}

impl Content {
    /// Pairs of an embedded picture and what is said about it.
    fn pairs(samples: u64) -> Self {
        Self { samples, text_only: 0, image_refs: samples, embedded: samples }
    }
}

/// Samples in shards altogether.
pub(super) fn samples(options: &DemoOptions) -> u64 {
    SHARDS.iter().map(|shards| shards.samples(options)).sum()
}

/// Samples in the shards below a folder of the root.
pub(super) fn samples_of(folder: &str, options: &DemoOptions) -> u64 {
    let is_below = |shards: &&Shards| shards.files.iter().all(|file| Path::new(file).starts_with(folder));
    SHARDS.iter().filter(is_below).map(|shards| shards.samples(options)).sum()
}

/// Writes all shards.
pub(super) fn write(
    dir: &Path,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), DemoError> {
    for shards in SHARDS {
        let samples = shards.samples(options);
        let of_file = samples.div_ceil(shards.files.len() as u64);
        for (file, path) in shards.files.iter().enumerate() {
            let first = file as u64 * of_file;
            let numbers = first..samples.min(first + of_file);
            let shard = Shard { path: dir.join(path), file, numbers, options };
            if shard.numbers.is_empty() {
                continue;
            }
            add(summary, &(shards.write)(&shard)?);
            write_count(&shard, shards.count)?;
            progress(Progress { done: summary.samples, total: options.samples });
        }
    }
    if samples(options) > 0 { write_file(&dir.join(LONE_COUNT), b"4") } else { Ok(()) }
}

impl Shards {
    fn samples(&self, options: &DemoOptions) -> u64 {
        if !options.images || options.samples < SMALLEST_ROOT {
            return 0;
        }
        (options.samples * self.share / 1000).clamp(self.fewest, MOST)
    }
}

fn add(summary: &mut DemoSummary, content: &Content) {
    summary.annotation_files += 1;
    summary.samples += content.samples;
    summary.text_only += content.text_only;
    summary.image_refs += content.image_refs;
    summary.embedded_pictures += content.embedded;
}

fn write_count(shard: &Shard<'_>, count: Count) -> Result<(), DemoError> {
    let records = shard.numbers.end - shard.numbers.start;
    let said = match count {
        Count::None => return Ok(()),
        Count::Right => records,
        Count::Wrong => records + 1,
    };
    let path = shard.path.with_extension("count");
    write_file(&path, said.to_string().as_bytes())
}

impl Shard<'_> {
    /// Writes the shard's file.
    fn write(&self, bytes: io::Result<Vec<u8>>) -> Result<(), DemoError> {
        write_file(&self.path, &bytes.map_err(DemoError::at(&self.path))?)
    }

    /// Writes the shard's file as a pickle.
    fn pickle(&self, records: impl IntoIterator<Item = Value>) -> Result<(), DemoError> {
        let mut bytes = Vec::new();
        self.write(write_pickle(records, &mut bytes).map(|_| bytes))
    }

    /// Number of its records.
    fn records(&self) -> u64 {
        self.numbers.end - self.numbers.start
    }
}
