//! Writer of the annotation files of the demo root, record by record.

use super::datasets::{Container, DATASETS, Dataset};
use super::shards;
use super::sources::Fate;
use super::{DemoError, DemoOptions, DemoSummary, Progress, make_folder_of};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How many records are written between two reports of progress.
const REPORT_EVERY: u64 = 1000;

/// Records that are valid JSON and still no samples.
const BAD_IN_ARRAY: [&str; 3] =
    ["\"this is not a record\"", "{\"id\": \"not-finished\", \"finished\": false, \"retries\": 3}", "42"];
/// Lines that are not even JSON, or no samples.
const BAD_LINES: [&str; 2] = [
    "{\"id\": \"cut-off\", \"conversations\": [{\"from\": \"human\", \"value\": \"<image>",
    "[\"a\", \"list\"]",
];
/// Smaller datasets have no bad records.
const FEWEST_WITH_BAD: u64 = 10;

impl Dataset {
    /// Samples of this dataset in a root of so many.
    pub(super) fn samples(&self, options: &DemoOptions) -> u64 {
        let exact = |dataset: &Self| options.samples * dataset.share / 1000;
        if self.path == DATASETS[0].path {
            let others = DATASETS[1..].iter().map(exact).sum::<u64>();
            return options.samples - others - shards::samples(options);
        }
        exact(self)
    }
}

/// Writes every annotation file.
pub(super) fn write(
    dir: &Path,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), DemoError> {
    for dataset in DATASETS.iter().filter(|dataset| dataset.samples(options) > 0) {
        let path = dir.join(dataset.path);
        make_folder_of(&path)?;
        write_file(&path, dataset, options, summary, progress).map_err(DemoError::at(&path))?;
        summary.annotation_files += 1;
    }
    progress(Progress { done: options.samples, total: options.samples });
    Ok(())
}

fn write_file(
    path: &Path,
    dataset: &Dataset,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> io::Result<()> {
    let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    if dataset.container != Container::Gzip {
        return write_records(file, dataset, options, summary, progress)?.flush();
    }
    let packed = GzEncoder::new(file, Compression::default());
    write_records(packed, dataset, options, summary, progress)?.finish()?.flush()
}

/// Writes the records of a dataset, bad ones between them.
fn write_records<W: Write>(
    mut file: W,
    dataset: &Dataset,
    options: &DemoOptions,
    summary: &mut DemoSummary,
    progress: &mut dyn FnMut(Progress),
) -> io::Result<W> {
    let (before, between, after) = match dataset.container {
        Container::Lines | Container::Gzip | Container::Indented => ("[\n", ",\n", "\n]\n"),
        Container::SingleLine => ("[", ", ", "]"),
        Container::JsonLines => ("", "\n", "\n"),
    };
    let samples = dataset.samples(options);
    file.write_all(before.as_bytes())?;
    for number in 0..samples {
        if number > 0 {
            file.write_all(between.as_bytes())?;
        }
        if let Some(bad) = bad_record_before(dataset, number, samples) {
            file.write_all(bad.as_bytes())?;
            file.write_all(between.as_bytes())?;
            summary.bad_records += 1;
        }
        write_record(&mut file, dataset, options, number, summary)?;
        summary.samples += 1;
        if summary.samples.is_multiple_of(REPORT_EVERY) {
            progress(Progress { done: summary.samples, total: options.samples });
        }
    }
    file.write_all(after.as_bytes())?;
    Ok(file)
}

fn write_record(
    file: &mut impl Write,
    dataset: &Dataset,
    options: &DemoOptions,
    number: u64,
    summary: &mut DemoSummary,
) -> io::Result<()> {
    let record = options.record(dataset, number);
    summary.text_only += u64::from(record.pictures.is_empty());
    for shown in &record.pictures {
        let is_missing = !options.images || shown.fate() == Fate::Missing;
        summary.image_refs += 1;
        summary.missing_image_refs += u64::from(is_missing);
    }
    if dataset.container == Container::Indented {
        serde_json::to_writer_pretty(file, &record.value)?;
    } else {
        serde_json::to_writer(file, &record.value)?;
    }
    Ok(())
}

/// The bad record that stands before a good one: they are spread evenly over the file.
fn bad_record_before(dataset: &Dataset, number: u64, samples: u64) -> Option<&'static str> {
    if samples < FEWEST_WITH_BAD {
        return None;
    }
    let bad: &[&str] = if dataset.container == Container::JsonLines { &BAD_LINES } else { &BAD_IN_ARRAY };
    let place = |index: u64| (index + 1) * samples / (dataset.bad_records + 1);
    let index = (0..dataset.bad_records).find(|&index| place(index) == number)?;
    Some(bad[index as usize % bad.len()])
}
