//! Codes of the samples of a generation, one by one or many at once.

use crate::columns::{Column, ColumnReader, Flag, SetColumn};
use crate::library::snapshot::OpenGeneration;
use std::sync::Arc;

/// Where the codes of a generation's samples come from.
#[derive(Clone)]
pub(crate) enum Codes {
    /// All samples have code 0.
    Same,
    /// A column that is filled while records are read.
    Column(Column),
    /// A column that is made afterwards.
    Read(Arc<ColumnReader>),
    /// A column of sets: the number of the set.
    Sets(Arc<SetColumn>),
    /// Flags, with those that are found afterwards.
    Flags(Option<Arc<ColumnReader>>),
    /// The status of images: bits of [`PictureCode`], from the numbers of missing and broken ones once they are known.
    Pictures {
        /// How many are missing.
        missing: Option<Arc<ColumnReader>>,
        /// How many are broken.
        broken: Option<Arc<ColumnReader>>,
    },
}

/// A bit of the codes of image status; none for samples without images.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum PictureCode {
    /// All its images are there and whole.
    Present = 1,
    /// An image is not where its path says.
    Missing = 1 << 1,
    /// An image's bytes are not in the of.
    NotEmbedded = 1 << 2,
    /// An image lies elsewhere.
    Remote = 1 << 3,
    /// The folders are not listed yet.
    Unchecked = 1 << 4,
    /// An image's bytes are no picture, or not all of it.
    Broken = 1 << 5,
}

impl Codes {
    /// Whether a list of ids names a sample; code 0 where that is not decided.
    pub(super) fn in_subset(of: &OpenGeneration) -> Self {
        of.subset_column().map_or(Self::Same, Self::Read)
    }

    /// Sets of image sources.
    pub(super) fn sources(of: &OpenGeneration) -> Self {
        of.sources().map_or(Self::Same, Self::Sets)
    }

    /// Sets of templates.
    pub(super) fn templates(of: &OpenGeneration) -> Self {
        let templates = of.templates().ok().flatten();
        templates.map_or(Self::Same, |templates| Self::Sets(Arc::clone(templates.column())))
    }

    /// Sums of flags.
    pub(crate) fn flags(of: &OpenGeneration) -> Self {
        Self::Flags(of.repeats_column())
    }

    /// Sums of [`PictureCode`]s.
    pub(super) fn pictures(of: &OpenGeneration) -> Self {
        Self::Pictures { missing: of.missing_column(), broken: of.broken_column() }
    }

    /// Widths of first pictures; 0 where they are not known.
    pub(super) fn widths(of: &OpenGeneration) -> Self {
        of.width_column().map_or(Self::Same, Self::Read)
    }

    /// Heights of first pictures; 0 where they are not known.
    pub(super) fn heights(of: &OpenGeneration) -> Self {
        of.height_column().map_or(Self::Same, Self::Read)
    }

    /// The code of one sample.
    pub(crate) fn of(&self, of: &OpenGeneration, ordinal: u32) -> u64 {
        let read = |column: &ColumnReader| column.get(ordinal as usize).unwrap_or(0);
        let value = |column| of.columns().value(column, ordinal);
        match self {
            Self::Same => 0,
            Self::Column(column) => value(*column),
            Self::Read(column) => read(column),
            Self::Sets(sets) => u64::from(sets.set_of(ordinal)),
            Self::Flags(repeats) => value(Column::Flags) | repeats.as_deref().map_or(0, read),
            Self::Pictures { missing, broken } => {
                let (missing, broken) = (missing.as_deref().map(read), broken.as_deref().map_or(0, read));
                picture_code(value(Column::Images), value(Column::Flags), missing, broken)
            }
        }
    }

    /// Appends the codes of some samples, which ascend.
    pub(crate) fn of_many(&self, of: &OpenGeneration, ordinals: &[u32], codes: &mut Vec<u64>) {
        match self {
            Self::Same => codes.resize(codes.len() + ordinals.len(), 0),
            Self::Column(column) => of.columns().column(*column).values_at(ordinals, codes),
            Self::Read(column) => column.values_at(ordinals, codes),
            Self::Sets(sets) => sets.numbers().values_at(ordinals, codes),
            Self::Flags(repeats) => {
                let first = codes.len();
                of.columns().column(Column::Flags).values_at(ordinals, codes);
                let repeats =
                    repeats.as_deref().map(|column| values_at(column, ordinals)).unwrap_or_default();
                for (code, repeats) in codes[first..].iter_mut().zip(repeats) {
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
                    picture_code(images, flags, at(&missing, index), at(&broken, index).unwrap_or(0))
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

fn picture_code(images: u64, flags: u64, missing: Option<u64>, broken: u64) -> u64 {
    if images == 0 {
        return 0;
    }
    let has = |flag: Flag| flags & flag as u64 != 0;
    let others = [
        (has(Flag::NotEmbedded), PictureCode::NotEmbedded),
        (has(Flag::Remote), PictureCode::Remote),
        (broken > 0, PictureCode::Broken),
    ];
    let code = others.iter().filter(|(holds, _)| *holds).map(|(_, code)| *code as u64).sum();
    match missing {
        None => code | PictureCode::Unchecked as u64,
        Some(0) if code == 0 => PictureCode::Present as u64,
        Some(0) => code,
        Some(_) => code | PictureCode::Missing as u64,
    }
}
