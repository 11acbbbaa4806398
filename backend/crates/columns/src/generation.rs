//! The files of one generation, opened as of a commit: its parts, and a column of numbers for each field.

use crate::{
    ColumnError, ColumnReader, IMAGE_KEYS, LateFile, PartsEnd, PartsFile, column_of, generation_file,
    open_late,
};
use blendscope_engine::{Field, LiveGeneration, Name, Receipt, Tally};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Samples whose codes are in memory at once.
pub const BATCH: usize = 1 << 13;

/// What the files of a generation hold; a receipt is this as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Where the directory of the file of the generation ends.
    pub end: PartsEnd,
    /// The file of late columns.
    pub late: Option<LateFile>,
    /// Its samples, removed ones too.
    pub rows: u32,
    /// Images of all its samples.
    pub images: u64,
    /// Whether it was finished, so that its file does not grow any more.
    pub is_finished: bool,
}

impl Contents {
    /// Reads a receipt; nothing of one that makes no sense.
    pub fn of(receipt: &Receipt) -> Self {
        Self::deserialize(&receipt.0).unwrap_or_default()
    }

    /// The receipt.
    pub fn receipt(&self) -> Receipt {
        Receipt(serde_json::to_value(self).expect("it holds only numbers"))
    }

    /// The files: that of the generation, and that of its late columns.
    pub fn files(&self) -> impl Iterator<Item = Option<LateFile>> + use<> {
        [Some(None), self.late.map(Some)].into_iter().flatten()
    }
}

/// The columns of a generation of which samples are shown. Ordinals are places among its rows.
pub struct GenerationColumns {
    /// Which of its samples are shown.
    pub live: LiveGeneration,
    contents: Contents,
    read: Arc<ColumnFile>,
    late: Option<Arc<ColumnFile>>,
    counted: Arc<Counted>,
}

/// What was counted of the rows that are shown, when it was first asked for.
#[derive(Default)]
struct Counted {
    /// How often the codes of a field occur.
    tallies: Mutex<HashMap<Field, Arc<Tally>>>,
    /// The sum of a field.
    sums: Mutex<HashMap<Field, u64>>,
}

/// A file with columns.
struct ColumnFile {
    parts: Arc<PartsFile>,
    /// By the number of the field.
    columns: Vec<Option<Arc<ColumnReader>>>,
    image_keys: OnceLock<ColumnReader>,
}

impl ColumnFile {
    fn open(parts: PartsFile, rows: usize) -> Result<Self, ColumnError> {
        let parts = Arc::new(parts);
        let open = |field: &Field| {
            let name = column_of(*field);
            let is_there = rows > 0 && parts.ranges(name).next().is_some();
            is_there.then(|| ColumnReader::open(&parts, name, rows).map(Arc::new)).transpose()
        };
        let columns = Field::ALL.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self { parts, columns, image_keys: OnceLock::new() })
    }
}

impl GenerationColumns {
    /// Opens a generation in the folder of all, taking over from `before` what has not changed.
    pub fn open(
        dir: &Path,
        live: LiveGeneration,
        contents: Contents,
        before: Option<&Arc<Self>>,
    ) -> Result<Self, ColumnError> {
        let before = before.filter(|old| old.live.rows == live.rows);
        let rows = live.rows as usize;
        let read = if let Some(old) = before.filter(|old| old.contents.end == contents.end) {
            Arc::clone(&old.read)
        } else {
            let parts = PartsFile::open(&generation_file(dir, live.number), contents.end)?;
            Arc::new(ColumnFile::open(parts, rows)?)
        };
        let late = match before.filter(|old| old.contents.late == contents.late) {
            Some(old) => old.late.clone(),
            None => contents
                .late
                .map(|late| ColumnFile::open(open_late(dir, live.number, late)?, rows).map(Arc::new))
                .transpose()?,
        };
        let unchanged = before.filter(|old| old.live == live && old.contents == contents);
        let counted = unchanged.map_or_else(Arc::default, |old| Arc::clone(&old.counted));
        Ok(Self { live, contents, read, late, counted })
    }

    /// Its parts, if they are those as of a receipt.
    pub fn parts(&self, contents: &Contents) -> Option<&Arc<PartsFile>> {
        (self.contents.end == contents.end).then_some(&self.read.parts)
    }

    /// Whether a file of it changed on disk, so that it has to be checked again.
    pub fn has_changed(&self) -> bool {
        self.files().any(|parts| parts.has_changed())
    }

    /// A file of it of which something could not be read, if there is one.
    pub fn lost_file(&self) -> Option<PathBuf> {
        let lost = self.files().find(|parts| parts.has_lost_pages());
        lost.map(|parts| parts.path().to_owned())
    }

    /// Says that its files were checked again and are whole.
    pub fn accept_change(&self) {
        self.files().for_each(|parts| parts.accept_change());
    }

    fn files(&self) -> impl Iterator<Item = &Arc<PartsFile>> {
        std::iter::once(&self.read).chain(&self.late).map(|file| &file.parts)
    }

    /// The column of a field; none where all numbers are 0.
    pub fn column(&self, field: Field) -> Option<&Arc<ColumnReader>> {
        let late = self.late.as_ref().and_then(|late| late.columns[field as usize].as_ref());
        late.or_else(|| self.read.columns[field as usize].as_ref())
    }

    /// The column that was written while the generation was filled, whatever came later.
    pub fn first_column(&self, field: Field) -> Option<&Arc<ColumnReader>> {
        self.read.columns[field as usize].as_ref()
    }

    /// The numbers of the first `rows` samples in a field as they were written while the generation was filled.
    pub fn first_numbers(&self, field: Field, rows: usize) -> Vec<u64> {
        let mut numbers: Vec<u64> =
            self.first_column(field).map(|column| column.iter().take(rows).collect()).unwrap_or_default();
        numbers.resize(rows, 0);
        numbers
    }

    /// The number of a sample in a field.
    pub fn number(&self, field: Field, ordinal: u32) -> u64 {
        self.column(field).and_then(|column| column.get(ordinal as usize)).unwrap_or(0)
    }

    /// Appends the numbers of some samples, which ascend.
    pub fn append(&self, field: Field, ordinals: &[u32], numbers: &mut Vec<u64>) {
        let end = numbers.len() + ordinals.len();
        if let Some(column) = self.column(field) {
            column.values_at(ordinals, numbers);
        }
        numbers.resize(end, 0);
    }

    /// The ordinals of the samples that are shown of which a name has one of these hashes, ascending.
    pub fn find(&self, name: Name, hashes: &HashSet<u64>) -> Result<Vec<u32>, ColumnError> {
        let with = |field| self.column(field).map(|column| column.rows_with_any(hashes)).unwrap_or_default();
        let mut found = match name {
            Name::Key => with(Field::Key),
            Name::Id => with(Field::Id),
            Name::Image => self.samples_of_images(&self.image_keys()?.rows_with_any(hashes)),
        };
        if !self.live.is_whole() {
            found.retain(|ordinal| self.live.shown().contains(*ordinal));
        }
        Ok(found)
    }

    /// The hashes of the keys of all images, in the order of the samples.
    fn image_keys(&self) -> Result<&ColumnReader, ColumnError> {
        if let Some(keys) = self.read.image_keys.get() {
            return Ok(keys);
        }
        let keys = ColumnReader::open(&self.read.parts, IMAGE_KEYS, self.contents.images as usize)?;
        Ok(self.read.image_keys.get_or_init(|| keys))
    }

    /// How many images each sample has, in the order of the rows.
    fn image_counts(&self) -> impl Iterator<Item = u64> + '_ {
        let column = self.column(Field::Images);
        column.into_iter().flat_map(|column| column.iter())
    }

    /// The ordinals of the samples that have these images, which are numbered over the whole generation and ascend.
    fn samples_of_images(&self, images: &[u32]) -> Vec<u32> {
        let mut ordinals = Vec::new();
        let (mut images, mut seen) = (images.iter().peekable(), 0_u64);
        for (ordinal, own) in (0..).zip(self.image_counts()) {
            if images.peek().is_none() {
                break;
            }
            seen += own;
            let of_sample = std::iter::from_fn(|| images.next_if(|image| u64::from(**image) < seen)).count();
            if of_sample > 0 {
                ordinals.push(ordinal);
            }
        }
        ordinals
    }

    /// The hashes of the keys of the images of each of some samples, which ascend.
    pub fn images_of(&self, ordinals: &[u32]) -> Result<Vec<Vec<u64>>, ColumnError> {
        let keys = self.image_keys()?;
        let (mut wanted, mut seen) = (ordinals.iter().peekable(), 0_usize);
        let mut images = Vec::with_capacity(ordinals.len());
        for (ordinal, own) in (0..).zip(self.image_counts()) {
            let end = seen + own as usize;
            if wanted.next_if(|wanted| **wanted == ordinal).is_some() {
                images.push((seen..end).map(|image| keys.get(image).unwrap_or(0)).collect());
            }
            seen = end;
            if wanted.peek().is_none() {
                break;
            }
        }
        images.resize_with(ordinals.len(), Vec::new);
        Ok(images)
    }

    /// The numbers of the samples that are shown in a field, each with the ordinal.
    pub fn shown(&self, field: Field) -> impl Iterator<Item = (u64, u32)> + '_ {
        let column = self.column(field);
        let all = column.filter(|_| self.live.is_whole()).map(|column| column.iter().zip(0..));
        let some = (all.is_none() && column.is_some())
            .then(|| self.live.shown().iter().map(move |ordinal| (self.number(field, ordinal), ordinal)));
        all.into_iter().flatten().chain(some.into_iter().flatten())
    }

    /// How often the codes of a field occur among all samples that are shown.
    pub fn tally(&self, field: Option<Field>) -> Arc<Tally> {
        let Some(field) = field else {
            let mut tally = Tally::default();
            tally.add(0, self.live.samples() as u32);
            return Arc::new(tally);
        };
        let lock = || self.counted.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&field) {
            return Arc::clone(known);
        }
        let all: Vec<u32> = self.live.shown().iter().collect();
        let mut tally = Tally::default();
        self.count(field, &all, &mut tally);
        let tally = Arc::new(tally);
        lock().insert(field, Arc::clone(&tally));
        tally
    }

    /// The sum of a field over all samples that are shown.
    pub fn sum(&self, field: Field) -> u64 {
        let lock = || self.counted.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&field) {
            return *known;
        }
        let sum = self.shown(field).map(|(number, _)| number).sum();
        lock().insert(field, sum);
        sum
    }

    /// The sum of a field over some samples, which ascend.
    pub fn sum_of(&self, field: Field, ordinals: &[u32]) -> u64 {
        let Some(column) = self.column(field) else { return 0 };
        let (mut sum, mut numbers) = (0, Vec::with_capacity(BATCH.min(ordinals.len())));
        for batch in ordinals.chunks(BATCH) {
            numbers.clear();
            column.values_at(batch, &mut numbers);
            sum += numbers.iter().sum::<u64>();
        }
        sum
    }

    /// Calls `visit` with the hash of each name of some samples.
    pub fn names(
        &self,
        name: Name,
        ordinals: &RoaringBitmap,
        visit: &mut dyn FnMut(u64),
    ) -> Result<(), ColumnError> {
        let field = match name {
            Name::Key => Field::Key,
            Name::Id => Field::Id,
            Name::Image => return self.images_of_all(ordinals, visit),
        };
        let (all, mut numbers): (Vec<u32>, _) = (ordinals.iter().collect(), Vec::with_capacity(BATCH));
        for batch in all.chunks(BATCH) {
            numbers.clear();
            self.append(field, batch, &mut numbers);
            for number in &numbers {
                visit(*number);
            }
        }
        Ok(())
    }

    fn images_of_all(&self, ordinals: &RoaringBitmap, visit: &mut dyn FnMut(u64)) -> Result<(), ColumnError> {
        let mut keys = self.image_keys()?.iter();
        let mut wanted = ordinals.iter().peekable();
        for (ordinal, own) in (0..).zip(self.image_counts()) {
            let is_wanted = wanted.next_if_eq(&ordinal).is_some();
            for key in keys.by_ref().take(own as usize) {
                if is_wanted {
                    visit(key);
                }
            }
            if wanted.peek().is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Counts the codes of some samples, which ascend.
    pub fn count(&self, field: Field, ordinals: &[u32], tally: &mut Tally) {
        let Some(column) = self.column(field) else { return tally.add(0, ordinals.len() as u32) };
        let mut codes = Vec::with_capacity(BATCH.min(ordinals.len()));
        for batch in ordinals.chunks(BATCH) {
            codes.clear();
            column.values_at(batch, &mut codes);
            for code in &codes {
                tally.add(*code, 1);
            }
        }
    }
}

/// The file of a generation that cannot be read, because something of it is damaged or gone, as after a power cut. An error
/// of the system, such as too many open files, says nothing about the files and is passed on.
///
/// Directories are looked at, and where columns begin; [`damage_in`] looks at every byte.
pub fn unreadable_file(
    dir: &Path,
    generation: u32,
    contents: &Contents,
) -> Result<Option<PathBuf>, ColumnError> {
    let open = || {
        let live = LiveGeneration::new(generation, 0, contents.rows, Vec::new());
        let opened = GenerationColumns::open(dir, live, contents.clone(), None)?;
        if contents.is_finished {
            opened.image_keys()?;
        }
        Ok(())
    };
    damaged_file(open())
}

/// Reads the file of a generation, or one of late columns, and looks at all checksums; gives the file when something is
/// damaged.
pub fn damage_in(
    dir: &Path,
    generation: u32,
    contents: &Contents,
    late: Option<LateFile>,
) -> Result<Option<PathBuf>, ColumnError> {
    let opened = match late {
        None => PartsFile::open(&generation_file(dir, generation), contents.end),
        Some(late) => open_late(dir, generation, late),
    };
    damaged_file(opened.and_then(|parts| parts.check()))
}

fn damaged_file(opened: Result<(), ColumnError>) -> Result<Option<PathBuf>, ColumnError> {
    match opened {
        Ok(()) => Ok(None),
        Err(ColumnError::Damaged { path, .. }) => Ok(Some(path)),
        Err(ColumnError::Io { path, source }) if source.kind() == ErrorKind::NotFound => Ok(Some(path)),
        Err(error) => Err(error),
    }
}
