//! How a table of text is written and what its columns are, by its start; most text is no table of training data.

use super::HEAD;
use super::rows::{Dialect, rows_of};
use crate::tables::{begins_picture, names_picture, unique_names};
use memchr::memchr;

/// Rows that are looked at.
const ROWS: usize = 200;
/// Characters of the longest name of a column.
const LONGEST_NAME: usize = 64;
/// Columns of a table without a head, at most: there is nothing but their values to tell what they are.
const MOST_WITHOUT_HEAD: usize = 12;

const SEPARATORS: [u8; 4] = [b'\t', b',', b';', b'|'];

/// Ends of names of pictures.
const PICTURES: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"];

/// Words in names of columns of text.
const TEXTS: [&str; 27] = [
    "caption",
    "captions",
    "text",
    "texts",
    "question",
    "answer",
    "answers",
    "instruction",
    "input",
    "output",
    "prompt",
    "response",
    "query",
    "title",
    "description",
    "conversations",
    "conversation",
    "messages",
    "problem",
    "solution",
    "sentence",
    "comment",
    "comments",
    "alt",
    "hint",
    "options",
    "choices",
];

/// Columns that are training data together, without a picture.
const PAIRS: [[&str; 2]; 8] = [
    ["question", "answer"],
    ["question", "answers"],
    ["instruction", "output"],
    ["instruction", "response"],
    ["prompt", "response"],
    ["query", "response"],
    ["problem", "solution"],
    ["input", "output"],
];

/// Columns that hold whole conversations.
const CONVERSATIONS: [&str; 3] = ["conversations", "conversation", "messages"];

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// A table that may have training data.
    Table(Dialect),
    /// A table of something else.
    Other(String),
    /// No table.
    NoTable,
}

/// Says what a text is by its start, of which [`HEAD`] bytes are looked at.
pub(crate) fn look_at_table(head: &[u8], is_complete: bool) -> Look {
    let is_complete = is_complete && head.len() <= HEAD;
    let text = &head[..head.len().min(HEAD)];
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if memchr(0, text).is_some() || text.trim_ascii().is_empty() {
        return Look::NoTable;
    }
    let candidates =
        SEPARATORS.into_iter().filter_map(|separator| Candidate::read(text, separator, is_complete));
    // The first of those that fit equally well.
    let best = candidates.reduce(|best, next| if next.fits() > best.fits() { next } else { best });
    best.map_or(Look::NoTable, |best| best.judge(if memchr(b'\n', text).is_some() { b'\n' } else { b'\r' }))
}

/// A text taken for a table with one of the separators.
struct Candidate {
    separator: u8,
    /// All of the same number of values.
    rows: Vec<Vec<Vec<u8>>>,
    /// Rows with another number of values.
    odd: usize,
}

impl Candidate {
    fn read(text: &[u8], separator: u8, is_complete: bool) -> Option<Self> {
        let with_end = [text, b"\n"].concat();
        let (mut rows, cut) = rows_of(if is_complete { &with_end } else { text }, separator, ROWS);
        // Rows may be longer than what is looked at: then the start of one has to do.
        if rows.len() < 2 && !cut.is_empty() && cut.iter().any(|value| !value.is_empty()) {
            let columns = rows.first().map_or(0, Vec::len);
            if cut.len() <= columns {
                let mut cut = cut;
                cut.resize(columns, Vec::new());
                rows.push(cut);
            }
        }
        let columns = rows.first()?.len();
        let before = rows.len();
        rows.retain(|row| row.len() == columns);
        let odd = before - rows.len();
        (columns > 1 && odd * 3 <= rows.len()).then_some(Self { separator, rows, odd })
    }

    /// How well the separator fits: how few rows are odd, in percent, then how many columns there are.
    fn fits(&self) -> (usize, usize) {
        (100 - self.odd * 100 / (self.rows.len() + self.odd), self.rows[0].len())
    }

    fn judge(&self, line_end: u8) -> Look {
        let columns = self.rows[0].len();
        let below: Vec<Column> = (0..columns).map(|at| Column::of(self.rows.iter().skip(1), at)).collect();
        let all: Vec<Column> = (0..columns).map(|at| Column::of(self.rows.iter(), at)).collect();
        let dialect = |has_head: bool, names: Vec<String>, numbers: Vec<bool>| {
            let separator = self.separator;
            Dialect { separator, line_end, has_head, names, numbers }
        };
        if let Some(names) = self.head(&below) {
            let numbers = names.iter().zip(&below).map(|(name, column)| is_number(name, *column)).collect();
            let is_data = has_data(&names, &below);
            let table = dialect(true, names, numbers);
            return if is_data { Look::Table(table) } else { self.other(&table) };
        }
        let shows = all.iter().any(|column| column.shows_pictures());
        let says = all.iter().any(|column| matches!(column, Column::Texts | Column::Words));
        if columns > MOST_WITHOUT_HEAD || !shows || !says {
            return Look::NoTable;
        }
        let numbers = all.iter().map(|column| *column == Column::Numbers).collect();
        Look::Table(dialect(false, names_by_values(&all), numbers))
    }

    /// The names in the first row, if that is what it holds.
    fn head(&self, below: &[Column]) -> Option<Vec<String>> {
        if self.rows.len() < 2 {
            return None;
        }
        let mut names = Vec::with_capacity(below.len());
        for (at, name) in self.rows[0].iter().enumerate() {
            let name = std::str::from_utf8(name).ok()?.trim();
            let is_name = name.chars().count() <= LONGEST_NAME && !name.contains('\n');
            if !is_name || !matches!(Value::of(name.as_bytes()), Value::Word | Value::Text | Value::Empty) {
                return None;
            }
            // Tables of dataframes have their row numbers under no name.
            names.push(if name.is_empty() { format!("column_{}", at + 1) } else { name.to_owned() });
        }
        let unique = unique_names(names.iter().map(String::as_str));
        let is_known = names.iter().any(|name| is_text_name(name) || names_picture(name));
        let differs = below.iter().any(|column| column.shows_pictures() || *column == Column::Numbers);
        (unique == names && (is_known || differs)).then_some(names)
    }

    fn other(&self, table: &Dialect) -> Look {
        let kind = if self.separator == b'\t' { "TSV" } else { "CSV" };
        Look::Other(format!(
            "a table ({kind}) without pictures or conversations: its columns are {}",
            super::named(table)
        ))
    }
}

/// Whether the columns of a table are training data.
fn has_data(names: &[String], columns: &[Column]) -> bool {
    let has = |wanted: &str| names.iter().any(|name| name.to_lowercase() == wanted);
    let mut both = names.iter().zip(columns);
    let shows = both.any(|(name, column)| names_picture(name) || column.shows_pictures());
    let mut both = names.iter().zip(columns);
    let says = both.any(|(name, column)| is_text_name(name) || *column == Column::Texts);
    shows && says
        || PAIRS.iter().any(|pair| pair.iter().all(|name| has(name)))
        || CONVERSATIONS.into_iter().any(has)
}

fn is_text_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name.split(|letter: char| !letter.is_alphabetic()).any(|word| TEXTS.contains(&word))
}

/// Names of columns without a head, by what they hold.
fn names_by_values(columns: &[Column]) -> Vec<String> {
    let has_texts = columns.contains(&Column::Texts);
    let name = |(at, column): (usize, &Column)| match column {
        Column::Urls => "url".to_owned(),
        Column::Paths | Column::Pictures => "image".to_owned(),
        Column::Texts => "caption".to_owned(),
        Column::Words if !has_texts => "caption".to_owned(),
        _ => format!("column_{}", at + 1),
    };
    let names: Vec<String> = columns.iter().enumerate().map(name).collect();
    unique_names(names.iter().map(String::as_str))
}

/// Whether a column's values are numbers, and not texts that happen to be some.
fn is_number(name: &str, column: Column) -> bool {
    column == Column::Numbers && name.chars().count() > 1 && !is_text_name(name) && !names_picture(name)
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Urls,
    Paths,
    /// Pictures as base64.
    Pictures,
    Numbers,
    Texts,
    Words,
    Mixed,
}

impl Column {
    fn of<'r>(rows: impl Iterator<Item = &'r Vec<Vec<u8>>>, at: usize) -> Self {
        let values: Vec<Value> =
            rows.map(|row| Value::of(&row[at])).filter(|value| *value != Value::Empty).collect();
        let most =
            |wanted: Value| values.iter().filter(|value| **value == wanted).count() * 10 >= values.len() * 9;
        if values.is_empty() {
            return Self::Mixed;
        }
        for (value, column) in [
            (Value::Url, Self::Urls),
            (Value::Path, Self::Paths),
            (Value::Picture, Self::Pictures),
            (Value::Number, Self::Numbers),
        ] {
            if most(value) {
                return column;
            }
        }
        let texts = values.iter().filter(|value| **value == Value::Text).count();
        let words = values.iter().filter(|value| **value == Value::Word).count();
        match (texts * 2 >= values.len(), (texts + words) * 2 >= values.len()) {
            (true, _) => Self::Texts,
            (false, true) => Self::Words,
            (false, false) => Self::Mixed,
        }
    }

    fn shows_pictures(self) -> bool {
        matches!(self, Self::Urls | Self::Paths | Self::Pictures)
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Empty,
    Url,
    /// Of a picture.
    Path,
    /// As base64.
    Picture,
    Number,
    /// More than one word.
    Text,
    Word,
}

impl Value {
    fn of(value: &[u8]) -> Self {
        let value = value.trim_ascii();
        if value.is_empty() {
            return Self::Empty;
        }
        if begins_picture(value.strip_prefix(b"['").unwrap_or(value)) {
            return Self::Picture;
        }
        let text = String::from_utf8_lossy(&value[..value.len().min(4 << 10)]);
        let has_blank = text.contains(char::is_whitespace);
        let lower = text.to_ascii_lowercase();
        if !has_blank
            && lower
                .split_once("://")
                .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()))
        {
            return Self::Url;
        }
        // Several captions of a picture have their number behind its name: `1.jpg#0`.
        let is_number = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
        let name =
            lower.rsplit_once('#').filter(|(_, rest)| is_number(rest)).map_or(&*lower, |(name, _)| name);
        if PICTURES.iter().any(|end| name.ends_with(end)) {
            return Self::Path;
        }
        if text.parse::<f64>().is_ok() {
            return Self::Number;
        }
        let is_text = has_blank || text.chars().filter(|letter| !letter.is_ascii()).count() > 4;
        if is_text { Self::Text } else { Self::Word }
    }
}
