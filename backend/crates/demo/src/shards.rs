//! Shards: annotation files with the pictures inside them.
//!
//! There are few records in them however large the root is, and none in roots without pictures: they are there to be
//! seen, and each is made in memory.

mod documents;
mod pairs;
mod tables;
mod web;

pub(super) use pairs::coyo_id;

use super::record::Maker;
use super::{DemoError, DemoOptions, DemoSummary, Progress, Step};
use std::fs::{self, File};
use std::io::{self, BufWriter};
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

/// Every dataset of shards.
pub(super) const SHARDS: &[Shards] = &[
    Shards {
        files: &["coyo-700m/pkl03-split/part-00000.pkl", "coyo-700m/pkl03-split/part-00001.pkl"],
        share: 24,
        fewest: 6,
        count: Count::Right,
        write: pairs::coyo,
    },
    Shards {
        files: &["alt_pair_ja/pkl02/00000.pkl"],
        share: 12,
        fewest: 2,
        count: Count::Right,
        write: pairs::japanese,
    },
    Shards {
        files: &["mmc4-core/pkl-core-limit-tokens/docs_shard_0_v3.pkl"],
        share: 8,
        fewest: 4,
        count: Count::Right,
        write: documents::english,
    },
    Shards {
        files: &["interleaved_ja/pkl-limit-tokens/00000.pkl"],
        share: 6,
        fewest: 2,
        count: Count::Wrong,
        write: documents::japanese,
    },
    Shards {
        files: &["synthdog-ja/data/train-00000-of-00001-7d2c81b40e95fa36.parquet"],
        share: 16,
        fewest: 3,
        count: Count::None,
        write: tables::pages,
    },
    Shards {
        files: &["LLaVA-NeXT-Data/data/train-00000-of-00001.parquet"],
        share: 12,
        fewest: 3,
        count: Count::None,
        write: tables::conversations,
    },
    Shards {
        files: &["web_shards/00000.tar", "web_shards/00001.tar"],
        share: 12,
        fewest: 4,
        count: Count::None,
        write: web::shard,
    },
];

/// A shard to be written.
struct Shard<'a> {
    /// Absolute.
    path: PathBuf,
    /// Its number among the files of its dataset.
    file: usize,
    /// Numbers of its records in the dataset.
    numbers: Range<u64>,
    maker: &'a Maker,
}

/// What a shard holds.
#[derive(Default)]
struct Content {
    samples: u64,
    text_only: u64,
    image_refs: u64,
    embedded: u64,
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
    let maker = Maker::new(options);
    for shards in SHARDS {
        let samples = shards.samples(options);
        let of_file = samples.div_ceil(shards.files.len() as u64);
        for (file, path) in shards.files.iter().enumerate() {
            let first = file as u64 * of_file;
            let numbers = first..samples.min(first + of_file);
            let shard = Shard { path: dir.join(path), file, numbers, maker: &maker };
            if shard.numbers.is_empty() {
                continue;
            }
            let folder = shard.path.parent().unwrap_or(dir);
            fs::create_dir_all(folder).map_err(DemoError::at(folder))?;
            add(summary, &(shards.write)(&shard)?);
            write_count(&shard, shards.count)?;
            progress(Progress { step: Step::Records, done: summary.samples, total: options.samples });
        }
    }
    write_lone_count(dir, samples(options) > 0)
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
    fs::write(&path, said.to_string()).map_err(DemoError::at(&path))
}

fn write_lone_count(dir: &Path, is_wanted: bool) -> Result<(), DemoError> {
    let path = dir.join(LONE_COUNT);
    if is_wanted { fs::write(&path, "4").map_err(DemoError::at(&path)) } else { Ok(()) }
}

impl Shard<'_> {
    /// Creates the shard's file and lets it be filled.
    fn fill(&self, write: impl FnOnce(BufWriter<File>) -> io::Result<()>) -> Result<(), DemoError> {
        let file = File::create(&self.path).map_err(DemoError::at(&self.path))?;
        write(BufWriter::new(file)).map_err(DemoError::at(&self.path))
    }

    /// Number of its records.
    fn records(&self) -> u64 {
        self.numbers.end - self.numbers.start
    }
}
