//! What is known of a sample beside its texts: where its record lies, its flags, its language, what is known of its pictures.

use blendscope_engine::PictureStatus;
use blendscope_shared::account::{Account, ByRole, estimated_tokens};
use blendscope_shared::dataset::LanguageCount;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// An ISO 639-1 code packed into two bytes; zero when undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Language(pub u64);

impl Language {
    /// Neither script nor words decide.
    pub(crate) const UNDECIDED: Self = Self(0);

    /// Packs a two-letter code.
    pub(crate) const fn from_code(code: &str) -> Self {
        let bytes = code.as_bytes();
        Self((bytes[0] as u64) << 8 | bytes[1] as u64)
    }

    /// The two-letter code, `und` when undecided.
    pub(crate) fn code(self) -> String {
        match self.0 {
            0 => "und".to_owned(),
            packed => [(packed >> 8) as u8, packed as u8].iter().map(|byte| char::from(*byte)).collect(),
        }
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

/// Sums over samples, added up while they are read so that nothing has to be counted for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Turns.
    pub turns: u64,
    /// Whitespace words of all turns.
    pub words: u64,
    /// Whitespace words of the instructions.
    pub words_human: u64,
    /// Whitespace words of the responses.
    pub words_gpt: u64,
    /// Characters of all turns.
    pub characters: u64,
    /// Characters of the responses.
    pub characters_gpt: u64,
    /// Characters of all turns that are neither instructions nor responses.
    pub characters_other: u64,
    /// CJK characters of all turns.
    pub cjk: u64,
    /// CJK characters of the responses.
    pub cjk_gpt: u64,
    /// Image refs.
    pub images: u64,
    /// Image refs that lie elsewhere.
    pub remote: u64,
    /// Samples without an image.
    pub text_only: u64,
    /// Samples whose turns have no word.
    pub empty: u64,
    /// Samples per language, packed as in [`Language`].
    pub languages: BTreeMap<u64, u64>,
}

impl Sums {
    /// What they come to, for so many samples.
    pub(crate) fn account(&self, samples: u64) -> Account {
        Account {
            samples,
            text_only: self.text_only,
            empty: self.empty,
            turns: self.turns,
            words: ByRole::of(self.words, self.words_human, self.words_gpt),
            characters: ByRole::of(
                self.characters,
                self.characters - self.characters_gpt - self.characters_other,
                self.characters_gpt,
            ),
            tokens: estimated_tokens(self.characters, self.cjk),
            tokens_gpt: estimated_tokens(self.characters_gpt, self.cjk_gpt),
            images: self.images,
            pictures: None,
            tiles: None,
            languages: self.languages(),
        }
    }

    /// Samples per language, most frequent first.
    pub(crate) fn languages(&self) -> Vec<LanguageCount> {
        let entry =
            |(packed, count): (&u64, &u64)| LanguageCount { lang: Language(*packed).code(), count: *count };
        let mut languages: Vec<_> = self.languages.iter().map(entry).collect();
        languages.sort_by_key(|language| std::cmp::Reverse(language.count));
        languages
    }

    /// Adds the sums of others.
    pub(crate) fn add_all(&mut self, others: &Self) {
        self.turns += others.turns;
        self.words += others.words;
        self.words_human += others.words_human;
        self.words_gpt += others.words_gpt;
        self.characters += others.characters;
        self.characters_gpt += others.characters_gpt;
        self.characters_other += others.characters_other;
        self.cjk += others.cjk;
        self.cjk_gpt += others.cjk_gpt;
        self.images += others.images;
        self.remote += others.remote;
        self.text_only += others.text_only;
        self.empty += others.empty;
        for (language, count) in &others.languages {
            *self.languages.entry(*language).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_at_pictures_changes_what_is_known_of_them() {
        let (present, broken) = (PictureStatus::Present as u64, PictureStatus::Broken as u64);
        let (missing, remote) = (PictureStatus::Missing as u64, Flag::Remote as u64);
        for (images, flags, lost) in
            [(0, 0, None), (1, 0, None), (2, 0, Some(0)), (2, 0, Some(1)), (2, remote, Some(0))]
        {
            for is_broken in [false, true] {
                let before = picture_status(images, flags, lost, !is_broken);
                assert_eq!(with_broken(before, is_broken), picture_status(images, flags, lost, is_broken));
            }
        }
        assert_eq!(
            (picture_status(1, 0, Some(0), false), picture_status(1, 0, Some(0), true)),
            (present, broken)
        );
        assert_eq!(picture_status(2, 0, Some(1), true), missing | broken);
    }
}
