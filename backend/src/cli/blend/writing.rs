//! `blendscope blend write`: the samples of a mixture in one file, and beside it a manifest that says where each is from.
//!
//! Records come as they stand in their files, byte for byte. Whole passes stream from file to file; what is drawn, or
//! taken in turn, is fetched by its place, for which the places of all records of that file are held in memory (16 bytes
//! each). Both files get their names when they are complete.

use super::Blend;
use super::places::Places;
use super::records::{self, container};
use super::sources::Source;
use crate::cli::error::CliError;
use crate::cli::terminal::note;
use blendscope_blend::document::quoted;
use blendscope_blend::draw::{Generator, ordinals, step_ordinals};
use blendscope_blend::format::Records;
use blendscope_blend::mixture::Order;
use blendscope_blend::pick::{Pick, Step};
use blendscope_read::{Container, File, Reading, open_file, read_back};
use indicatif::{HumanBytes, HumanCount};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Bytes of records that are looked at together, by all processors.
const BATCH: usize = 8 << 20;

/// Runs the command.
pub(super) fn write(blend: &Blend, out: &Path, seed: u64) -> Result<(), CliError> {
    let started = Instant::now();
    let refused = |why: String| CliError::Mixture(format!("{}: {why}", out.display()));
    let is_lines = match out.extension().and_then(|ending| ending.to_str()) {
        Some("json") => false,
        Some("jsonl") => true,
        _ => {
            return Err(CliError::Usage(format!(
                "{}: name a file that ends in `.json` or `.jsonl`",
                out.display()
            )));
        }
    };
    if blend.evaluation.parts.iter().any(|part| part.files.is_empty()) {
        return Err(refused(
            "there is nothing to write of a part of which only the number is given".to_owned(),
        ));
    }
    let Some(samples) = blend.evaluation.samples else {
        return Err(refused("a stream without end: `--total N` says how many samples to write".to_owned()));
    };
    let mut target = Target::create(out, &blend.places)?;
    let header = serde_json::json!({"samples": samples, "seed": seed, "format": blend.evaluation.format});
    let written =
        target.begin(is_lines, &header).and_then(|()| write_all(blend, seed, is_lines, &mut target));
    match written.and_then(|()| target.finish(is_lines)) {
        Ok(bytes) => {
            let (count, seconds) = (HumanCount(samples), started.elapsed().as_secs_f64());
            note(&format!("{count} samples, {} in {seconds:.1} s", HumanBytes(bytes)));
            Ok(())
        }
        Err(Failure::Why(why)) => Err(CliError::Mixture(why.replace('\n', " "))),
        Err(Failure::Write(cause)) => Err(CliError::Write { place: out.display().to_string(), cause }),
    }
}

/// Why writing ends early.
enum Failure {
    /// Something about the data.
    Why(String),
    /// The system does not take what is written.
    Write(io::Error),
}

impl From<io::Error> for Failure {
    fn from(cause: io::Error) -> Self {
        Self::Write(cause)
    }
}

fn write_all(blend: &Blend, seed: u64, is_lines: bool, target: &mut Target) -> Result<(), Failure> {
    let files = blend.evaluation.parts.iter().flat_map(|part| &part.files);
    let files: Vec<String> = files.map(|file| quoted(file)).collect();
    let mut batch =
        Batch { files: &files, is_lines, items: Vec::new(), bytes: Vec::new(), finished: Vec::new(), target };
    let mut first_file = 0;
    let mut parts = Vec::new();
    for (part, source) in blend.evaluation.parts.iter().zip(&blend.sources) {
        let pick =
            part.pick.as_ref().ok_or_else(|| Failure::Why(format!("{}: nothing to write", part.name)))?;
        let paths: Vec<PathBuf> = part.files.iter().map(|file| blend.places.absolute(file)).collect();
        parts.push(PartFiles { paths, source, pick, first_file });
        first_file += part.files.len();
    }
    match &blend.mixture.order {
        Order::Concatenated => {
            for (number, part) in parts.iter().enumerate() {
                part.write(&mut Generator::new(&[seed, number as u64]), &mut batch)?;
            }
        }
        Order::Interleaved(turns) => {
            let sequences = parts
                .iter()
                .enumerate()
                .map(|(number, part)| ordinals(part.pick, seed, number as u64).collect());
            let sequences: Vec<Vec<u64>> = sequences.collect();
            let lengths: Vec<u64> = sequences.iter().map(|sequence| sequence.len() as u64).collect();
            let readers: Vec<Fetcher> = parts.iter().map(PartFiles::fetcher).collect::<Result<_, _>>()?;
            for (part, place) in turns.turns(&lengths).map_err(Failure::Why)? {
                let ordinal = sequences[part][usize::try_from(place).unwrap_or(usize::MAX)];
                readers[part].push(ordinal, parts[part].first_file, &mut batch)?;
            }
        }
    }
    batch.end()
}

/// A part with its files.
struct PartFiles<'b> {
    paths: Vec<PathBuf>,
    source: &'b Source,
    pick: &'b Pick,
    /// The number of its first file among those of all parts.
    first_file: usize,
}

impl PartFiles<'_> {
    /// Writes one step of the pick after the other. Draws come from the generator as in `draw::ordinals`.
    fn write(&self, generator: &mut Generator, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let mut fetcher = None;
        for &step in &self.pick.steps {
            match step {
                Step::Passes(times) => {
                    for _ in 0..times {
                        self.stream(u64::MAX, batch)?;
                    }
                }
                Step::Head(count) => self.stream(count, batch)?,
                Step::Distinct(_) | Step::Again(_) => {
                    let fetcher = match &mut fetcher {
                        Some(fetcher) => fetcher,
                        none => none.insert(self.fetcher()?),
                    };
                    for ordinal in step_ordinals(self.pick, step, generator) {
                        fetcher.push(ordinal, self.first_file, batch)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes the first so many samples of a pass, in order.
    fn stream(&self, most: u64, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let (mut wanted, mut left) = (self.pick.ordinals().peekable(), most);
        let mut start = 0;
        for (number, (path, &(records, samples))) in self.paths.iter().zip(&self.source.files).enumerate() {
            let end = start + samples;
            if left == 0 || wanted.peek().is_none_or(|&ordinal| ordinal >= end) {
                start = end;
                continue;
            }
            let mut failure = None;
            let read = records::visit(path, records, &mut |record| {
                if left == 0 || wanted.peek().is_none_or(|&ordinal| ordinal >= end) {
                    return ControlFlow::Break(());
                }
                if wanted.next_if_eq(&(start + record.ordinal)).is_none() {
                    return ControlFlow::Continue(());
                }
                left -= 1;
                failure =
                    batch.push(self.first_file + number, record.ordinal, record.offset, record.raw).err();
                if failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if let Some(failure) = failure {
                return Err(failure);
            }
            read.map_err(|why| Failure::Why(format!("{}: {why}", path.display())))?;
            if left > 0 && wanted.peek().is_some_and(|&ordinal| ordinal < end) {
                return Err(changed(path));
            }
            start = end;
        }
        Ok(())
    }

    fn fetcher(&self) -> Result<Fetcher, Failure> {
        let mut files = Vec::new();
        for (path, &(records, samples)) in self.paths.iter().zip(&self.source.files) {
            files.push(FetchFile::open(path, records, samples)?);
        }
        Ok(Fetcher { files })
    }
}

fn changed(path: &Path) -> Failure {
    Failure::Why(format!("{} has changed while it was read; run the command again", path.display()))
}

/// Records of a part by their ordinals.
struct Fetcher {
    files: Vec<FetchFile>,
}

struct FetchFile {
    path: PathBuf,
    file: File,
    container: Container,
    /// Offset and length of each record.
    places: Vec<(u64, u64)>,
}

impl FetchFile {
    fn open(path: &Path, records: Records, samples: u64) -> Result<Self, Failure> {
        let why = |why: String| Failure::Why(format!("{}: {why}", path.display()));
        let mut places = Vec::with_capacity(usize::try_from(samples).unwrap_or(0));
        records::visit(path, records, &mut |record| {
            places.push((record.offset, record.raw.len() as u64));
            ControlFlow::Continue(())
        })
        .map_err(why)?;
        if places.len() as u64 != samples {
            return Err(changed(path));
        }
        let file = open_file(path).map_err(|error| why(error.to_string()))?;
        Ok(Self { path: path.to_owned(), file, container: container(path, records).map_err(why)?, places })
    }
}

impl Fetcher {
    fn push(&self, ordinal: u64, first_file: usize, batch: &mut Batch<'_>) -> Result<(), Failure> {
        let mut within = ordinal;
        for (number, file) in self.files.iter().enumerate() {
            let Some(&(offset, length)) = usize::try_from(within).ok().and_then(|at| file.places.get(at))
            else {
                within -= file.places.len() as u64;
                continue;
            };
            let record = read_back(&file.file, file.container, None, offset, length);
            let record = record.map_err(|error| Failure::Why(format!("{}: {error}", file.path.display())))?;
            return batch.push(first_file + number, within, offset, &record);
        }
        Err(Failure::Why(format!("sample {ordinal} is not there any more")))
    }
}

/// Records that wait for their keys and hashes.
struct Batch<'b> {
    /// The files of all parts, relative to the root, as JSON.
    files: &'b [String],
    is_lines: bool,
    items: Vec<Item>,
    bytes: Vec<u8>,
    /// What has been looked at and is to be written.
    finished: Vec<Finished>,
    target: &'b mut Target,
}

#[derive(Clone, Copy)]
struct Item {
    file: usize,
    ordinal: u64,
    offset: u64,
    /// Where its bytes end in those of the batch.
    end: usize,
}

impl Batch<'_> {
    fn push(&mut self, file: usize, ordinal: u64, offset: u64, raw: &[u8]) -> Result<(), Failure> {
        if raw.is_empty() {
            let file = self.files[file].trim_matches('"');
            return Err(Failure::Why(format!(
                "{file}: line {} is empty; the trainer counts it as a sample, and there is no record to write",
                ordinal + 1
            )));
        }
        self.bytes.extend_from_slice(raw);
        self.items.push(Item { file, ordinal, offset, end: self.bytes.len() });
        if self.bytes.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    /// Has what waits looked at by all processors, and writes meanwhile what was looked at before.
    fn flush(&mut self) -> Result<(), Failure> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = self.items.len().div_ceil(threads).max(1);
        let (files, is_lines, bytes, items) = (self.files, self.is_lines, &self.bytes, &self.items);
        let (finished, target) = (std::mem::take(&mut self.finished), &mut self.target);
        self.finished = std::thread::scope(|scope| {
            let starts = (0..items.len()).step_by(share);
            let work = starts.map(|from| {
                let start = if from == 0 { 0 } else { items[from - 1].end };
                let items = &items[from..(from + share).min(items.len())];
                scope.spawn(move || finish(files, is_lines, bytes, start, items))
            });
            let work: Vec<_> = work.collect();
            for finished in &finished {
                target.put(is_lines, finished)?;
            }
            let broken = |_| Err("a record broke the reader".to_owned());
            let looked_at =
                work.into_iter().map(|work| work.join().unwrap_or_else(broken).map_err(Failure::Why));
            looked_at.collect::<Result<_, _>>()
        })?;
        self.items.clear();
        self.bytes.clear();
        Ok(())
    }

    /// Writes all that waits.
    fn end(mut self) -> Result<(), Failure> {
        self.flush()?;
        self.flush()
    }
}

/// Records and their rows of the manifest as they are written, without what stands before the first.
#[derive(Default)]
struct Finished {
    records: Vec<u8>,
    rows: Vec<u8>,
}

/// Puts records into their form, with keys and hashes.
fn finish(
    files: &[String],
    is_lines: bool,
    bytes: &[u8],
    mut start: usize,
    items: &[Item],
) -> Result<Finished, String> {
    let reading = Reading::new(Container::JSON_LINES);
    let mut finished = Finished::default();
    for item in items {
        let raw = &bytes[start..item.end];
        start = item.end;
        let wrong = |why: &dyn std::fmt::Display| {
            format!("{}: record {}: {why}", files[item.file].trim_matches('"'), item.ordinal)
        };
        let key = match reading.parse(item.offset, raw) {
            Ok(sample) => Some(sample.key().to_text()),
            Err(error @ blendscope_read::RecordError::Malformed { .. }) => return Err(wrong(&error)),
            Err(_) => None,
        };
        let separator: &[u8] = if is_lines { b"\n" } else { b",\n" };
        finished.records.extend_from_slice(separator);
        if is_lines {
            finished.records.extend(raw.iter().filter(|byte| !matches!(byte, b'\n' | b'\r')));
        } else {
            finished.records.extend_from_slice(raw);
        }
        write!(
            finished.rows,
            ",\n{{\"file\": {}, \"ordinal\": {}, \"key\": {}, \"hash\": \"{}\"}}",
            files[item.file],
            item.ordinal,
            key.map_or("null".to_owned(), |key| format!("\"{key}\"")),
            blake3::hash(raw).to_hex()
        )
        .map_err(|error| wrong(&error))?;
    }
    Ok(finished)
}

/// The file and its manifest, which get their names when both are complete.
struct Target {
    out: PathBuf,
    manifest: PathBuf,
    records: BufWriter<fs::File>,
    rows: BufWriter<fs::File>,
    bytes: u64,
    is_first: bool,
    is_done: bool,
}

impl Target {
    /// Files outside of the root, which is only ever read.
    fn create(out: &Path, places: &Places) -> Result<Self, CliError> {
        let failed = |cause| CliError::Write { place: out.display().to_string(), cause };
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).map_err(failed)?;
        if fs::canonicalize(places.root()).is_ok_and(|root| folder.starts_with(root)) {
            let out = out.display();
            return Err(CliError::Usage(format!(
                "{out} is inside of the data, which is only ever read; name a file elsewhere"
            )));
        }
        let manifest = out.with_extension("manifest.json");
        let create = |path: &Path| fs::File::create(path.with_added_extension("partial")).map_err(failed);
        let (records, rows) = (BufWriter::new(create(out)?), BufWriter::new(create(&manifest)?));
        Ok(Self { out: out.to_owned(), manifest, records, rows, bytes: 0, is_first: true, is_done: false })
    }

    fn begin(&mut self, is_lines: bool, header: &serde_json::Value) -> Result<(), Failure> {
        if !is_lines {
            self.records.write_all(b"[")?;
        }
        let header = header.to_string();
        write!(self.rows, "{}, \"records\": [", header.strip_suffix('}').unwrap_or(&header))?;
        Ok(())
    }

    fn put(&mut self, is_lines: bool, finished: &Finished) -> Result<(), Failure> {
        // Before the first record there is no comma, and before the first line no line end.
        let skipped = usize::from(self.is_first);
        self.is_first = false;
        self.records.write_all(&finished.records[skipped..])?;
        self.rows.write_all(&finished.rows[skipped..])?;
        self.bytes += finished.records.len() as u64 - u64::from(is_lines && skipped == 1);
        Ok(())
    }

    /// Ends both files and gives them their names; the bytes of records.
    fn finish(&mut self, is_lines: bool) -> Result<u64, Failure> {
        self.records.write_all(if is_lines { b"\n" } else { b"\n]\n" })?;
        self.rows.write_all(b"\n]}\n")?;
        self.records.flush()?;
        self.rows.flush()?;
        fs::rename(self.manifest.with_added_extension("partial"), &self.manifest)?;
        fs::rename(self.out.with_added_extension("partial"), &self.out)?;
        self.is_done = true;
        Ok(self.bytes)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_file(self.out.with_added_extension("partial"));
            let _ = fs::remove_file(self.manifest.with_added_extension("partial"));
        }
    }
}
