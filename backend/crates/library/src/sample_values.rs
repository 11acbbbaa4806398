//! What is counted of a sample: computed once while it is read, and read back from the engine when it is shown.

use super::language::{Language, detect};
use blendscope_engine::{Field, PictureStatus};
use blendscope_read::{ImageRef, Sample, id_hash};
use blendscope_shared::boxes::has_box;
use blendscope_shared::content::image_tokens;
use blendscope_shared::role::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A remarkable property of a sample: one bit of [`Field::Flags`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Flag {
    /// The record has no id.
    MissingId = 1,
    /// A response is empty.
    EmptyAnswer = 1 << 1,
    /// The number of `<image>` place-holders is not the number of images.
    ImageTokenMismatch = 1 << 2,
    /// The first turn is not an instruction.
    FirstTurnNotHuman = 1 << 3,
    /// A turn's role is neither human, gpt nor system.
    UnknownRole = 1 << 4,
    /// It has no turns.
    NoTurns = 1 << 5,
    /// It has a video, which is not shown.
    Video = 1 << 6,
    /// The bytes of an image that belongs to it are not in the file.
    NotEmbedded = 1 << 7,
    /// An image of it lies elsewhere.
    Remote = 1 << 8,
    /// Another sample of the dataset has the same id; found when all of them are read.
    DuplicateId = 1 << 9,
    /// Another sample of the dataset has the same id, images and turns; found when all of them are read.
    DuplicateSample = 1 << 10,
    /// It is a question with a better and a worse answer.
    Preference = 1 << 11,
    /// A part of it is not what it should be; the sample says which.
    Odd = 1 << 12,
    /// A turn names a box, such as `[0.32, 0.8, 0.59, 1.0]`.
    Boxes = 1 << 13,
}

/// Every flag with its name in queries and its name for people.
const FLAGS: [(Flag, &str, &str); 14] = [
    (Flag::MissingId, "missing_id", "no id"),
    (Flag::EmptyAnswer, "empty_answer", "empty response"),
    (Flag::ImageTokenMismatch, "image_token_mismatch", "<image> tokens and images differ"),
    (Flag::FirstTurnNotHuman, "first_turn_not_human", "first turn is not human"),
    (Flag::UnknownRole, "unknown_role", "unknown role"),
    (Flag::NoTurns, "no_turns", "no turns"),
    (Flag::Video, "video", "video"),
    (Flag::NotEmbedded, "image_not_embedded", "image is not in the file"),
    (Flag::Remote, "image_remote", "remote image"),
    (Flag::DuplicateId, "duplicate_id", "duplicate id"),
    (Flag::DuplicateSample, "duplicate_sample", "duplicate sample"),
    (Flag::Preference, "preference", "preference pair"),
    (Flag::Odd, "odd", "malformed part"),
    (Flag::Boxes, "boxes", "boxes in the text"),
];

impl Flag {
    /// The names of the flags in a sum of them.
    pub(crate) fn names_of(flags: u64) -> impl Iterator<Item = &'static str> {
        FLAGS.iter().filter(move |(flag, ..)| flags & *flag as u64 != 0).map(|(_, name, _)| *name)
    }

    /// What people call the flag of this name.
    pub(crate) fn title_of(name: &str) -> Option<&'static str> {
        FLAGS.iter().find(|(_, known, _)| *known == name).map(|(.., title)| *title)
    }
}

/// Where a record lies in its annotation file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// First byte; in the unpacked text for compressed files.
    pub offset: u64,
    /// Bytes; of the JSON form for binary containers.
    pub length: u32,
    /// First byte of the JSON form in the record store, for binary containers; zero for others.
    pub stored: u64,
    /// Number of the record in the file, from 0, skipped records counted.
    pub record: u64,
}

/// What is counted of one sample.
#[derive(Clone, Debug)]
pub(crate) struct SampleValues {
    /// Its turns.
    pub turns: u64,
    /// Whitespace-separated words of all turns, as the trainers count.
    pub words: u64,
    words_human: u64,
    words_gpt: u64,
    characters: u64,
    /// Image refs.
    pub images: u64,
    /// Image refs that lie elsewhere.
    pub remote: u64,
    /// Language of its turns.
    pub language: Language,
    /// Sum of [`Flag`]s.
    flags: u64,
}

impl SampleValues {
    /// Counts a sample.
    pub(crate) fn of(sample: &Sample) -> Self {
        let (mut words_human, mut words_gpt, mut words, mut characters) = (0, 0, 0, 0);
        for turn in &sample.turns {
            let count = count_words(&turn.text);
            words += count;
            characters += turn.text.chars().count() as u64;
            match turn.role {
                Role::Human => words_human += count,
                Role::Gpt => words_gpt += count,
                Role::System | Role::Other(_) => {}
            }
        }
        Self {
            turns: sample.turns.len() as u64,
            words,
            words_human,
            words_gpt,
            characters,
            images: sample.images.len() as u64,
            remote: sample.images.iter().filter(|image| matches!(image, ImageRef::Remote(_))).count() as u64,
            language: detect(sample.turns.iter().map(|turn| turn.text.as_str())),
            flags: flags(sample),
        }
    }

    /// The numbers that the engine is given of a sample at a place, the `ordinal`-th of its file, whose image sources are a
    /// set with this number.
    pub(crate) fn numbers(
        &self,
        sample: &Sample,
        place: Place,
        ordinal: u32,
        sources: u64,
    ) -> [u64; Field::GIVEN.len()] {
        Field::GIVEN.map(|field| match field {
            Field::Key => sample.key().0,
            Field::Id => sample.id_text().map_or(0, |id| id_hash(&id)),
            Field::Offset => place.offset,
            Field::Length => u64::from(place.length),
            Field::Stored => place.stored,
            Field::Skipped => place.record - u64::from(ordinal),
            Field::Turns => self.turns,
            Field::Words => self.words,
            Field::WordsHuman => self.words_human,
            Field::WordsGpt => self.words_gpt,
            Field::WordsOther => self.words - self.words_human - self.words_gpt,
            Field::Characters => self.characters,
            Field::Images => self.images,
            Field::Language => self.language.0,
            Field::Flags => self.flags,
            Field::Pictures => picture_status(self.images, self.flags, None, false),
            Field::Sources => sources,
            Field::Width | Field::Height | Field::Templates | Field::Subset | Field::Rank => 0,
        })
    }
}

/// What is known of a sample's images, as a sum of [`PictureStatus`]; `missing` of them, once the folders are listed.
pub(crate) fn picture_status(images: u64, flags: u64, missing: Option<u64>, is_broken: bool) -> u64 {
    if images == 0 {
        return 0;
    }
    let has = |flag: Flag| flags & flag as u64 != 0;
    let others = [
        (has(Flag::NotEmbedded), PictureStatus::NotEmbedded),
        (has(Flag::Remote), PictureStatus::Remote),
        (is_broken, PictureStatus::Broken),
    ];
    let code = others.iter().filter(|(holds, _)| *holds).map(|(_, status)| *status as u64).sum();
    match missing {
        None => code | PictureStatus::Unchecked as u64,
        Some(0) if code == 0 => PictureStatus::Present as u64,
        Some(0) => code,
        Some(_) => code | PictureStatus::Missing as u64,
    }
}

/// The same after the pictures were looked at.
pub(crate) fn with_broken(status: u64, is_broken: bool) -> u64 {
    let others = status & !(PictureStatus::Present as u64 | PictureStatus::Broken as u64);
    match (status, others) {
        (0, _) => 0,
        _ if is_broken => others | PictureStatus::Broken as u64,
        (_, 0) => PictureStatus::Present as u64,
        _ => others,
    }
}

/// Sums over samples, kept while reading so that nothing has to be counted for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Turns.
    pub turns: u64,
    /// Whitespace words of all turns.
    pub words: u64,
    /// Image refs.
    pub images: u64,
    /// Image refs that lie elsewhere.
    pub remote: u64,
    /// Samples without an image.
    pub text_only: u64,
    /// Samples per language, packed as in [`Language`].
    pub languages: BTreeMap<u64, u64>,
}

impl Sums {
    /// Adds one sample.
    pub(crate) fn add(&mut self, values: &SampleValues) {
        self.turns += values.turns;
        self.words += values.words;
        self.images += values.images;
        self.remote += values.remote;
        self.text_only += u64::from(values.images == 0);
        *self.languages.entry(values.language.0).or_default() += 1;
    }

    /// Adds the sums of others.
    pub(crate) fn add_all(&mut self, others: &Self) {
        self.turns += others.turns;
        self.words += others.words;
        self.images += others.images;
        self.remote += others.remote;
        self.text_only += others.text_only;
        for (language, count) in &others.languages {
            *self.languages.entry(*language).or_default() += count;
        }
    }
}

fn count_words(text: &str) -> u64 {
    if text.is_ascii() {
        return text.as_bytes().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() as u64;
    }
    text.split_whitespace().count() as u64
}

fn flags(sample: &Sample) -> u64 {
    let tokens: usize = sample.turns.iter().map(|turn| image_tokens(&turn.text)).sum();
    let known = |role: &Role| !matches!(role, Role::Other(_));
    let conditions = [
        (Flag::MissingId, sample.id.is_none()),
        (
            Flag::EmptyAnswer,
            sample.turns.iter().any(|turn| turn.role == Role::Gpt && turn.text.trim().is_empty()),
        ),
        (Flag::ImageTokenMismatch, tokens != sample.images.len()),
        (Flag::FirstTurnNotHuman, !sample.is_document && !begins_with_instruction(sample)),
        (Flag::UnknownRole, !sample.turns.iter().all(|turn| known(&turn.role))),
        (Flag::NoTurns, sample.turns.is_empty()),
        (Flag::Video, sample.has_video),
        (Flag::Preference, sample.is_preference),
        (Flag::Odd, !sample.odd.is_empty()),
        (Flag::Boxes, sample.turns.iter().any(|turn| has_box(&turn.text))),
        (Flag::NotEmbedded, sample.images.iter().any(|image| matches!(image, ImageRef::NotEmbedded(_)))),
        (Flag::Remote, sample.images.iter().any(|image| matches!(image, ImageRef::Remote(_)))),
    ];
    conditions.iter().filter(|(_, holds)| *holds).map(|(flag, _)| *flag as u64).sum()
}

/// Whether the first turn behind a system prompt is an instruction.
fn begins_with_instruction(sample: &Sample) -> bool {
    let first = sample.turns.iter().find(|turn| turn.role != Role::System);
    first.is_none_or(|turn| turn.role == Role::Human)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whitespace_words() {
        assert_eq!(count_words("  a bc\n\td "), 3);
        assert_eq!(count_words("犬と 猫\u{3000}です"), 3);
        assert_eq!(count_words(""), 0);
    }

    #[test]
    fn looking_at_pictures_changes_what_is_known_of_them() {
        let (present, broken) = (PictureStatus::Present as u64, PictureStatus::Broken as u64);
        let (missing, remote) = (PictureStatus::Missing as u64, Flag::Remote as u64);
        for (images, flags, lost) in [(0, 0, None), (1, 0, None), (2, 0, Some(0)), (2, 0, Some(1)), (2, remote, Some(0))] {
            for is_broken in [false, true] {
                let before = picture_status(images, flags, lost, !is_broken);
                assert_eq!(with_broken(before, is_broken), picture_status(images, flags, lost, is_broken));
            }
        }
        assert_eq!((picture_status(1, 0, Some(0), false), picture_status(1, 0, Some(0), true)), (present, broken));
        assert_eq!(picture_status(2, 0, Some(1), true), missing | broken);
    }
}
