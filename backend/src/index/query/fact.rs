//! Facts about samples that a query can ask for. The index knows nothing of them: the caller says which rows they hold for.

/// A fact to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fact {
    /// What it is about.
    pub(crate) field: FactField,
    /// What must be so.
    pub(crate) condition: Condition,
}

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FactField {
    /// The record's own id.
    Id,
    /// An image ref as written, or an image key.
    Image,
    /// The dataset's slug.
    Dataset,
    /// The image source's slug.
    Source,
    /// The language's code.
    Language,
    /// A flag.
    Flag,
    /// The template of an instruction.
    Template,
    /// Number of turns.
    Turns,
    /// Whitespace words of all turns.
    Words,
    /// Whitespace words of the instructions.
    WordsHuman,
    /// Whitespace words of the responses.
    WordsGpt,
    /// Number of images.
    Images,
    /// Width of an image in pixels.
    Width,
    /// Height of an image in pixels.
    Height,
}

/// What must be so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Condition {
    /// The value is this text.
    Is(String),
    /// The number is from the first to the second, both included; no number is when the second is smaller.
    Range(u64, u64),
}

/// Every field with its name in queries and whether it is a number.
const FIELDS: [(FactField, &str, bool); 14] = [
    (FactField::Id, "id", false),
    (FactField::Image, "image", false),
    (FactField::Dataset, "dataset", false),
    (FactField::Source, "source", false),
    (FactField::Language, "lang", false),
    (FactField::Flag, "flag", false),
    (FactField::Template, "template", false),
    (FactField::Turns, "turns", true),
    (FactField::Words, "words", true),
    (FactField::WordsHuman, "words_human", true),
    (FactField::WordsGpt, "words_gpt", true),
    (FactField::Images, "images", true),
    (FactField::Width, "width", true),
    (FactField::Height, "height", true),
];

impl FactField {
    /// The field with this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(_, own, _)| own.eq_ignore_ascii_case(name)).map(|(field, ..)| *field)
    }

    /// The name in queries.
    pub(crate) fn name(self) -> &'static str {
        FIELDS[self as usize].1
    }

    /// Whether its values are numbers.
    pub(crate) fn is_number(self) -> bool {
        FIELDS[self as usize].2
    }
}

impl Fact {
    /// Reads a condition as it stands behind the field's colon; none if it makes no sense for the field.
    pub(super) fn read(field: FactField, value: &str) -> Option<Self> {
        let condition = if field.is_number() { Condition::range(value)? } else { Condition::text(value)? };
        Some(Self { field, condition })
    }
}

impl Condition {
    fn text(value: &str) -> Option<Self> {
        let value = value.trim();
        (!value.is_empty()).then(|| Self::Is(value.to_owned()))
    }

    /// `3`, `=3`, `>3`, `>=3`, `<3`, `<=3`, `3..5`, `3..`, `..5`.
    fn range(value: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let open = |text: &str, otherwise| if text.is_empty() { Some(otherwise) } else { number(text) };
        if let Some((from, to)) = value.split_once("..") {
            if from.is_empty() && to.is_empty() {
                return None;
            }
            return Some(Self::Range(open(from, 0)?, open(to, u64::MAX)?));
        }
        // Nothing is below zero or above the largest number: an empty range.
        let empty = Self::Range(1, 0);
        if let Some(least) = value.strip_prefix(">=") {
            return Some(Self::Range(number(least)?, u64::MAX));
        }
        if let Some(most) = value.strip_prefix("<=") {
            return Some(Self::Range(0, number(most)?));
        }
        if let Some(below) = value.strip_prefix('>') {
            return Some(number(below)?.checked_add(1).map_or(empty, |least| Self::Range(least, u64::MAX)));
        }
        if let Some(above) = value.strip_prefix('<') {
            return Some(number(above)?.checked_sub(1).map_or(empty, |most| Self::Range(0, most)));
        }
        let exact = number(value.strip_prefix('=').unwrap_or(value))?;
        Some(Self::Range(exact, exact))
    }
}
