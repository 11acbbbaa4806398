//! What an index keeps of each sample beside its texts: a number under each of these names.

/// A number that each sample has: itself a count, or a *code* that stands for values.
///
/// Numbers of [`Self::GIVEN`] come with the sample. Others are known later, for all samples of a generation at once; these
/// take the place of those that were given before. A number that was never given is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Field {
    /// Turns.
    Turns,
    /// Whitespace words of all turns.
    Words,
    /// Whitespace words of the instructions.
    WordsHuman,
    /// Whitespace words of the responses.
    WordsGpt,
    /// Whitespace words of all turns that are neither instructions nor responses.
    WordsOther,
    /// Characters of all turns.
    Characters,
    /// Characters of the responses.
    CharactersGpt,
    /// Characters of all turns that are neither instructions nor responses.
    CharactersOther,
    /// CJK characters of all turns.
    Cjk,
    /// CJK characters of the responses.
    CjkGpt,
    /// Image refs.
    Images,
    /// Width of the first picture in pixels; 0 where it is not known.
    Width,
    /// Height of the first picture in pixels; 0 where it is not known.
    Height,
    /// The language, as a code.
    Language,
    /// Flags, a bit each.
    Flags,
    /// What is known of its images: bits of [`PictureStatus`].
    Pictures,
    /// Which image sources it has: the number of a set of the generation.
    Sources,
    /// Which templates it has: the number of a set of the generation.
    Templates,
    /// Whether the dataset's list of ids names it: 1, or 0 where it does not or where that is not decided.
    Subset,
    /// The sample key, as a hash.
    Key,
    /// The id as text, as a hash; 0 without one.
    Id,
    /// The number of the sample among equal ones of its dataset, from 1; 0 for one that has no equal.
    Rank,
    /// First byte of its record in the annotation file.
    Offset,
    /// Bytes of its record.
    Length,
    /// First byte of its record in the record store, where no range of the annotation file holds it.
    Stored,
    /// Records of the annotation file that were skipped before it.
    Skipped,
}

impl Field {
    /// All fields, in the order of their numbers.
    pub const ALL: [Self; 26] = [
        Self::Turns,
        Self::Words,
        Self::WordsHuman,
        Self::WordsGpt,
        Self::WordsOther,
        Self::Characters,
        Self::CharactersGpt,
        Self::CharactersOther,
        Self::Cjk,
        Self::CjkGpt,
        Self::Images,
        Self::Width,
        Self::Height,
        Self::Language,
        Self::Flags,
        Self::Pictures,
        Self::Sources,
        Self::Templates,
        Self::Subset,
        Self::Key,
        Self::Id,
        Self::Rank,
        Self::Offset,
        Self::Length,
        Self::Stored,
        Self::Skipped,
    ];

    /// Those whose numbers are given with a sample, in this order.
    pub const GIVEN: [Self; 21] = [
        Self::Key,
        Self::Id,
        Self::Offset,
        Self::Length,
        Self::Stored,
        Self::Skipped,
        Self::Turns,
        Self::WordsHuman,
        Self::WordsGpt,
        Self::WordsOther,
        Self::Words,
        Self::Characters,
        Self::CharactersGpt,
        Self::CharactersOther,
        Self::Cjk,
        Self::CjkGpt,
        Self::Images,
        Self::Language,
        Self::Flags,
        Self::Pictures,
        Self::Sources,
    ];
}

/// A bit of what is known of a sample's images; none for samples without images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum PictureStatus {
    /// All its images are there and whole.
    Present = 1,
    /// An image is not where its path says.
    Missing = 1 << 1,
    /// An image's bytes are not in the file.
    NotEmbedded = 1 << 2,
    /// An image lies elsewhere.
    Remote = 1 << 3,
    /// The folders are not listed yet.
    Unchecked = 1 << 4,
    /// An image's bytes are no picture, or not all of it.
    Broken = 1 << 5,
}

/// A name of a sample, looked up by its hash of eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// The sample key.
    Key,
    /// The id as text.
    Id,
    /// The key of one of its images.
    Image,
}
