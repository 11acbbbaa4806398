//! What an index keeps of each sample beside its texts: a number under each of these names.

/// A number that each sample has: itself a count, or a *code* that stands for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// A name of a sample, kept as a hash of eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// The sample key.
    Key,
    /// The id as text.
    Id,
    /// The key of one of its images.
    Image,
}
