//! What is counted of a sample while it is read, and the texts by which it is found.

use crate::ingest::language::detect;
use crate::store::values::{Flag, Language, Place, Sums, picture_status};
use blendscope_engine::Field;
use blendscope_query::{TextField, is_cjk};
use blendscope_read::{ImageRef, Sample, id_hash};
use blendscope_shared::boxes::has_box;
use blendscope_shared::content::image_tokens;
use blendscope_shared::role::Role;
use serde_json::Value;

/// What is counted of one sample.
#[derive(Clone, Debug)]
pub(crate) struct SampleValues {
    /// Its turns.
    turns: u64,
    /// Whitespace-separated words of all turns, as the trainers count.
    words: u64,
    words_human: u64,
    words_gpt: u64,
    characters: u64,
    characters_gpt: u64,
    characters_other: u64,
    /// CJK characters of all turns.
    cjk: u64,
    cjk_gpt: u64,
    /// Image refs.
    images: u64,
    /// Image refs that lie elsewhere.
    remote: u64,
    /// Language of its turns.
    language: Language,
    /// Sum of [`Flag`]s.
    flags: u64,
}

impl SampleValues {
    /// Counts a sample.
    pub(crate) fn of(sample: &Sample) -> Self {
        let (mut words_human, mut words_gpt, mut words) = (0, 0, 0);
        let (mut characters, mut characters_gpt, mut characters_other) = (0, 0, 0);
        let (mut cjk, mut cjk_gpt) = (0, 0);
        for turn in &sample.turns {
            let count = count_words(&turn.text);
            let (own, own_cjk) = count_characters(&turn.text);
            words += count;
            characters += own;
            cjk += own_cjk;
            match turn.role {
                Role::Human => words_human += count,
                Role::Gpt => {
                    words_gpt += count;
                    characters_gpt += own;
                    cjk_gpt += own_cjk;
                }
                Role::System | Role::Other(_) => characters_other += own,
            }
        }
        Self {
            turns: sample.turns.len() as u64,
            words,
            words_human,
            words_gpt,
            characters,
            characters_gpt,
            characters_other,
            cjk,
            cjk_gpt,
            images: sample.images.len() as u64,
            remote: sample.images.iter().filter(|image| matches!(image, ImageRef::Remote(_))).count() as u64,
            language: detect(sample.turns.iter().map(|turn| turn.text.as_str())),
            flags: flags(sample),
        }
    }

    /// Adds it to the sums of its file.
    pub(crate) fn add_to(&self, sums: &mut Sums) {
        sums.turns += self.turns;
        sums.words += self.words;
        sums.words_human += self.words_human;
        sums.words_gpt += self.words_gpt;
        sums.characters += self.characters;
        sums.characters_gpt += self.characters_gpt;
        sums.characters_other += self.characters_other;
        sums.cjk += self.cjk;
        sums.cjk_gpt += self.cjk_gpt;
        sums.images += self.images;
        sums.remote += self.remote;
        sums.text_only += u64::from(self.images == 0);
        sums.empty += u64::from(self.words == 0);
        *sums.languages.entry(self.language.0).or_default() += 1;
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
            Field::CharactersGpt => self.characters_gpt,
            Field::CharactersOther => self.characters_other,
            Field::Cjk => self.cjk,
            Field::CjkGpt => self.cjk_gpt,
            Field::Images => self.images,
            Field::Language => self.language.0,
            Field::Flags => self.flags,
            Field::Pictures => picture_status(self.images, self.flags, None, false),
            Field::Sources => sources,
            Field::Width | Field::Height | Field::Templates | Field::Subset | Field::Rank => 0,
        })
    }
}

/// The texts of a sample, each with the field in which it is looked for: its turns, then all strings of other keys.
pub(crate) fn texts(sample: &Sample) -> Vec<(TextField, &str)> {
    let mut texts: Vec<(TextField, &str)> =
        sample.turns.iter().map(|turn| (TextField::of_role(&turn.role), turn.text.as_str())).collect();
    for value in sample.extra.values() {
        push_strings(value, &mut texts);
    }
    texts
}

/// Adds every string inside a JSON value.
fn push_strings<'s>(value: &'s Value, texts: &mut Vec<(TextField, &'s str)>) {
    match value {
        Value::String(text) => texts.push((TextField::Extra, text)),
        Value::Array(items) => items.iter().for_each(|item| push_strings(item, texts)),
        Value::Object(fields) => fields.values().for_each(|item| push_strings(item, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn count_words(text: &str) -> u64 {
    if text.is_ascii() {
        return text.as_bytes().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() as u64;
    }
    text.split_whitespace().count() as u64
}

/// Characters of a text, and how many of them are CJK.
fn count_characters(text: &str) -> (u64, u64) {
    if text.is_ascii() {
        return (text.len() as u64, 0);
    }
    text.chars().fold((0, 0), |(all, cjk), letter| (all + 1, cjk + u64::from(is_cjk(letter))))
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
    fn characters_of_east_asian_scripts_are_told_apart() {
        assert_eq!(count_characters("a red bus"), (9, 0));
        assert_eq!(count_characters("42歳の犬 é"), (7, 3));
    }
}
