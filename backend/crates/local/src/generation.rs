//! The columns of one generation, as of a commit: those filled while it was read, and those that came later.

use crate::columns::{
    Column, ColumnError, ColumnReader, ColumnSet, Flag, LateFile, Parts, PartsEnd, SetColumn,
    generation_file, names, open_late,
};
use blendscope_engine::{Field, LiveGeneration, Name, PictureStatus, Tally};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Samples whose codes are in memory at once.
pub(crate) const BATCH: usize = 1 << 13;

/// What a commit says that a generation's files hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Where the directory of the file of the generation ends.
    pub end: PartsEnd,
    /// The file of late columns.
    pub late: Option<LateFile>,
    /// Image refs of all its samples.
    pub refs: u64,
    /// Whether it was read to its end, so that templates are known.
    pub is_complete: bool,
    /// The names of the late columns that count.
    pub known: Vec<&'static str>,
}

/// The columns of a generation. Ordinals are places among its rows.
pub struct GenerationColumns {
    /// Which of its samples are shown.
    pub live: LiveGeneration,
    contents: Contents,
    read: Arc<Read>,
    late: Arc<Late>,
    tallies: Arc<Tallies>,
}

/// How often the codes of each field occur among the rows that are shown, counted when first asked for.
type Tallies = Mutex<HashMap<Field, Arc<Tally>>>;

/// What was written while the generation was read.
struct Read {
    parts: Arc<Parts>,
    columns: ColumnSet,
    image_keys: OnceLock<ColumnReader>,
    sources: Lazy<SetColumn>,
    templates: Lazy<SetColumn>,
}

/// Its late columns.
#[derive(Default)]
struct Late {
    parts: Option<Arc<Parts>>,
    rank: Lazy<ColumnReader>,
    missing: Lazy<ColumnReader>,
    broken: Lazy<ColumnReader>,
    repeats: Lazy<ColumnReader>,
    subset: Lazy<ColumnReader>,
    width: Lazy<ColumnReader>,
    height: Lazy<ColumnReader>,
}

/// What is opened when it is first asked for; none where there is nothing to open.
type Lazy<T> = OnceLock<Option<Arc<T>>>;

impl GenerationColumns {
    /// Opens a generation in the folder of all, taking over from `before` what has not changed.
    pub fn open(
        dir: &Path,
        live: LiveGeneration,
        contents: Contents,
        before: Option<&Arc<Self>>,
    ) -> Result<Self, ColumnError> {
        let same = |old: &&Arc<Self>| old.live.rows == live.rows;
        let read = match before.filter(same).filter(|old| old.contents.end == contents.end) {
            Some(old) => Arc::clone(&old.read),
            None => Arc::new(Read::open(dir, &live, contents.end)?),
        };
        let late = match before.filter(same).filter(|old| old.contents.late == contents.late) {
            Some(old) => Arc::clone(&old.late),
            None => Arc::new(Late::open(dir, live.number, contents.late)?),
        };
        let unchanged = before.filter(|old| old.live == live && old.contents == contents);
        let tallies = unchanged.map_or_else(Arc::default, |old| Arc::clone(&old.tallies));
        Ok(Self { live, contents, read, late, tallies })
    }

    /// Everything that was written while it was read.
    pub fn parts(&self) -> &Arc<Parts> {
        &self.read.parts
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

    fn files(&self) -> impl Iterator<Item = &Arc<Parts>> {
        std::iter::once(&self.read.parts).chain(&self.late.parts)
    }

    /// The columns that were filled while it was read.
    pub fn columns(&self) -> &ColumnSet {
        &self.read.columns
    }

    /// The rank of a sample among equal ones of its dataset: 0 for unique ones.
    pub fn rank(&self, ordinal: u32) -> u64 {
        let ranks = self.lazily(&self.late.rank, names::RANK);
        ranks.and_then(|ranks| ranks.get(ordinal as usize)).unwrap_or(0)
    }

    /// The column that counts missing images, once the folders are listed.
    pub fn missing_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.missing, names::MISSING)
    }

    /// The column that counts broken images, once they were looked at.
    pub fn broken_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.broken, names::BROKEN)
    }

    /// The image sources of the samples.
    pub fn sources(&self) -> Option<Arc<SetColumn>> {
        let open = || SetColumn::open(self.parts(), names::SOURCES, self.live.rows as usize);
        self.read.sources.get_or_init(|| open().ok().map(Arc::new)).clone()
    }

    /// The templates of the samples, once it was read to its end.
    pub fn templates(&self) -> Option<Arc<SetColumn>> {
        if !self.contents.is_complete {
            return None;
        }
        let open = || SetColumn::open(self.parts(), names::TEMPLATES, self.live.rows as usize);
        self.read.templates.get_or_init(|| open().ok().map(Arc::new)).clone()
    }

    /// The ordinals of the samples that are shown of which a name has one of these hashes, ascending.
    pub fn find(&self, name: Name, hashes: &HashSet<u64>) -> Result<Vec<u32>, ColumnError> {
        let column = |column| self.columns().column(column).rows_with_any(hashes);
        let mut found = match name {
            Name::Key => column(Column::Key),
            Name::Id => column(Column::Id),
            Name::Image => self.samples_of_refs(&self.image_keys()?.rows_with_any(hashes)),
        };
        if !self.live.is_whole() {
            found.retain(|ordinal| self.live.shown().contains(*ordinal));
        }
        Ok(found)
    }

    /// The hashes of the image keys of all refs, in record order.
    pub fn image_keys(&self) -> Result<&ColumnReader, ColumnError> {
        if let Some(keys) = self.read.image_keys.get() {
            return Ok(keys);
        }
        let keys = ColumnReader::open(self.parts(), names::IMAGE_KEYS, self.contents.refs as usize)?;
        Ok(self.read.image_keys.get_or_init(|| keys))
    }

    /// The ordinals of the samples that have these refs, which are numbered over the whole generation and ascend.
    fn samples_of_refs(&self, refs: &[u32]) -> Vec<u32> {
        let mut ordinals = Vec::new();
        let (mut refs, mut seen) = (refs.iter().peekable(), 0_u64);
        if refs.peek().is_none() {
            return ordinals;
        }
        for (ordinal, images) in (0..).zip(self.columns().column(Column::Images).iter()) {
            seen += images;
            let of_sample =
                std::iter::from_fn(|| refs.next_if(|reference| u64::from(**reference) < seen)).count();
            if of_sample > 0 {
                ordinals.push(ordinal);
            }
            if refs.peek().is_none() {
                break;
            }
        }
        ordinals
    }

    /// The number of a sample in a field.
    pub fn value(&self, field: Field, ordinal: u32) -> u64 {
        self.codes(field).of(self, ordinal)
    }

    /// How often the codes of a field occur among all samples that are shown.
    pub(crate) fn tally(&self, field: Option<Field>) -> Arc<Tally> {
        let Some(field) = field else {
            let mut tally = Tally::default();
            tally.add(0, self.live.samples() as u32);
            return Arc::new(tally);
        };
        let lock = || self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// Counts the codes of some samples, which ascend.
    pub(crate) fn count(&self, field: Field, ordinals: &[u32], tally: &mut Tally) {
        let codes = self.codes(field);
        if matches!(codes, FieldCodes::Same) {
            return tally.add(0, ordinals.len() as u32);
        }
        let mut values = Vec::with_capacity(BATCH.min(ordinals.len()));
        for batch in ordinals.chunks(BATCH) {
            values.clear();
            codes.of_many(self, batch, &mut values);
            for code in &values {
                tally.add(*code, 1);
            }
        }
    }

    /// Where the codes of a field come from.
    pub(crate) fn codes(&self, field: Field) -> FieldCodes {
        let late = |cell, name| {
            let column = self.lazily(cell, name);
            column.map_or(FieldCodes::Same, FieldCodes::Read)
        };
        match field {
            Field::Turns => FieldCodes::Column(Column::Turns),
            Field::Words => FieldCodes::Column(Column::Words),
            Field::WordsHuman => FieldCodes::Column(Column::WordsHuman),
            Field::WordsGpt => FieldCodes::Column(Column::WordsGpt),
            Field::WordsOther => FieldCodes::WordsOther,
            Field::Characters => FieldCodes::Column(Column::Characters),
            Field::Images => FieldCodes::Column(Column::Images),
            Field::Language => FieldCodes::Column(Column::Language),
            Field::Width => late(&self.late.width, names::WIDTH),
            Field::Height => late(&self.late.height, names::HEIGHT),
            Field::Subset => late(&self.late.subset, names::SUBSET),
            Field::Sources => self.sources().map_or(FieldCodes::Same, FieldCodes::Sets),
            Field::Templates => self.templates().map_or(FieldCodes::Same, FieldCodes::Sets),
            Field::Flags => FieldCodes::Flags(self.lazily(&self.late.repeats, names::REPEATS)),
            Field::Pictures => {
                FieldCodes::Pictures { missing: self.missing_column(), broken: self.broken_column() }
            }
        }
    }

    fn lazily(&self, cell: &Lazy<ColumnReader>, name: &str) -> Option<Arc<ColumnReader>> {
        if !self.contents.known.contains(&name) {
            return None;
        }
        cell.get_or_init(|| self.late_column(name)).clone()
    }

    /// A late column; none when it is damaged, which is noticed elsewhere, and mended by the next pass.
    fn late_column(&self, name: &str) -> Option<Arc<ColumnReader>> {
        let parts = self.late.parts.as_ref()?;
        ColumnReader::open(parts, name, self.live.rows as usize).ok().map(Arc::new)
    }
}

impl Read {
    fn open(dir: &Path, live: &LiveGeneration, end: PartsEnd) -> Result<Self, ColumnError> {
        let parts = Arc::new(Parts::open(&generation_file(dir, live.number), end)?);
        Ok(Self {
            columns: ColumnSet::open(&parts, live.rows as usize)?,
            parts,
            image_keys: OnceLock::new(),
            sources: OnceLock::new(),
            templates: OnceLock::new(),
        })
    }
}

impl Late {
    fn open(dir: &Path, number: u32, file: Option<LateFile>) -> Result<Self, ColumnError> {
        let parts = file.map(|file| open_late(dir, number, file)).transpose()?;
        Ok(Self { parts: parts.map(Arc::new), ..Self::default() })
    }
}

/// Where the codes of a field of a generation come from.
pub(crate) enum FieldCodes {
    /// All samples have code 0.
    Same,
    /// A column that is filled while records are read.
    Column(Column),
    /// Words of all turns without those of instructions and responses.
    WordsOther,
    /// A column that is made afterwards.
    Read(Arc<ColumnReader>),
    /// A column of sets: the number of the set.
    Sets(Arc<SetColumn>),
    /// Flags, with those that are found afterwards.
    Flags(Option<Arc<ColumnReader>>),
    /// The status of images, from the numbers of missing and broken ones once they are known.
    Pictures { missing: Option<Arc<ColumnReader>>, broken: Option<Arc<ColumnReader>> },
}

impl FieldCodes {
    /// The code of one sample.
    pub(crate) fn of(&self, of: &GenerationColumns, ordinal: u32) -> u64 {
        match self {
            Self::Same => 0,
            Self::Column(column) => of.columns().value(*column, ordinal),
            Self::Read(column) => column.get(ordinal as usize).unwrap_or(0),
            Self::Sets(sets) => u64::from(sets.set_of(ordinal)),
            Self::WordsOther | Self::Flags(_) | Self::Pictures { .. } => {
                let mut code = Vec::with_capacity(1);
                self.of_many(of, &[ordinal], &mut code);
                code[0]
            }
        }
    }

    /// Appends the codes of some samples, which ascend.
    pub(crate) fn of_many(&self, of: &GenerationColumns, ordinals: &[u32], codes: &mut Vec<u64>) {
        match self {
            Self::Same => codes.resize(codes.len() + ordinals.len(), 0),
            Self::Column(column) => of.columns().column(*column).values_at(ordinals, codes),
            Self::WordsOther => {
                let words = |column| values_at(of.columns().column(column), ordinals);
                let said = words(Column::WordsHuman).into_iter().zip(words(Column::WordsGpt));
                let both = words(Column::Words).into_iter().zip(said);
                codes.extend(both.map(|(all, (human, gpt))| all.saturating_sub(human + gpt)));
            }
            Self::Read(column) => column.values_at(ordinals, codes),
            Self::Sets(sets) => sets.numbers().values_at(ordinals, codes),
            Self::Flags(repeats) => {
                let first = codes.len();
                of.columns().column(Column::Flags).values_at(ordinals, codes);
                let repeats = repeats.as_deref().map(|column| values_at(column, ordinals));
                for (code, repeats) in codes[first..].iter_mut().zip(repeats.unwrap_or_default()) {
                    *code |= repeats;
                }
            }
            Self::Pictures { missing, broken } => {
                let images = values_at(of.columns().column(Column::Images), ordinals);
                let flags = values_at(of.columns().column(Column::Flags), ordinals);
                let missing = missing.as_deref().map(|column| values_at(column, ordinals));
                let broken = broken.as_deref().map(|column| values_at(column, ordinals));
                let at =
                    |values: &Option<Vec<u64>>, index: usize| values.as_ref().map(|values| values[index]);
                let both = images.into_iter().zip(flags).enumerate();
                codes.extend(both.map(|(index, (images, flags))| {
                    picture_status(images, flags, at(&missing, index), at(&broken, index).unwrap_or(0))
                }));
            }
        }
    }
}

fn values_at(column: &ColumnReader, ordinals: &[u32]) -> Vec<u64> {
    let mut values = Vec::with_capacity(ordinals.len());
    column.values_at(ordinals, &mut values);
    values
}

fn picture_status(images: u64, flags: u64, missing: Option<u64>, broken: u64) -> u64 {
    if images == 0 {
        return 0;
    }
    let has = |flag: Flag| flags & flag as u64 != 0;
    let others = [
        (has(Flag::NotEmbedded), PictureStatus::NotEmbedded),
        (has(Flag::Remote), PictureStatus::Remote),
        (broken > 0, PictureStatus::Broken),
    ];
    let code = others.iter().filter(|(holds, _)| *holds).map(|(_, status)| *status as u64).sum();
    match missing {
        None => code | PictureStatus::Unchecked as u64,
        Some(0) if code == 0 => PictureStatus::Present as u64,
        Some(0) => code,
        Some(_) => code | PictureStatus::Missing as u64,
    }
}
