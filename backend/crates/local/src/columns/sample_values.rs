//! The values of one sample that go into columns, computed once while it is read.

use super::language::{Language, detect};
use blendscope_read::{ImageRef, Sample, id_hash};
use blendscope_shared::boxes::has_box;
use blendscope_shared::content::image_tokens;
use blendscope_shared::key::SampleKey;
use blendscope_shared::role::Role;

/// Where a record lies in its annotation file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First byte; in the unpacked text for compressed files.
    pub offset: u64,
    /// Bytes; of the kept JSON form for binary containers.
    pub length: u32,
    /// First byte of the kept JSON form, for binary containers; zero for others.
    pub kept: u64,
    /// Number of the record in the file, from 0, skipped records counted.
    pub record: u64,
}

/// A remarkable property of a sample: one bit of the `flags` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Flag {
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
    pub fn names_of(flags: u64) -> impl Iterator<Item = &'static str> {
        FLAGS.iter().filter(move |(flag, ..)| flags & *flag as u64 != 0).map(|(_, name, _)| *name)
    }

    /// What people call the flag of this name.
    pub fn title_of(name: &str) -> Option<&'static str> {
        FLAGS.iter().find(|(_, known, _)| *known == name).map(|(.., title)| *title)
    }
}

/// The values of one sample.
#[derive(Clone, Debug)]
pub struct SampleValues {
    /// The sample key.
    pub key: SampleKey,
    /// [`id_hash`] of its id as text; zero without one.
    pub id: u64,
    /// Where its record lies.
    pub place: Place,
    /// Records skipped before it.
    pub skipped_before: u64,
    /// Number of turns.
    pub turns: u64,
    /// Whitespace-separated words of the instructions, as the trainers count.
    pub words_human: u64,
    /// Whitespace-separated words of the responses.
    pub words_gpt: u64,
    /// Whitespace-separated words of all turns.
    pub words: u64,
    /// Unicode scalar values of all turns.
    pub characters: u64,
    /// Image refs.
    pub images: u64,
    /// Image refs that lie elsewhere.
    pub remote: u64,
    /// Language of its turns.
    pub language: Language,
    /// Sum of [`Flag`]s.
    pub flags: u64,
}

impl SampleValues {
    /// Counts the sample at this place, the `ordinal`-th of its file.
    pub fn of(sample: &Sample, place: Place, ordinal: u32) -> Self {
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
            key: sample.key(),
            id: sample.id_text().map_or(0, |id| id_hash(&id)),
            place,
            skipped_before: place.record - u64::from(ordinal),
            turns: sample.turns.len() as u64,
            words_human,
            words_gpt,
            words,
            characters,
            images: sample.images.len() as u64,
            remote: sample.images.iter().filter(|image| matches!(image, ImageRef::Remote(_))).count() as u64,
            language: detect(sample.turns.iter().map(|turn| turn.text.as_str())),
            flags: flags(sample),
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
}
