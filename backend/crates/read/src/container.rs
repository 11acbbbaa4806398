//! Containers: how the records lie in an annotation file (its form), and how the file is packed.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io::{self};

/// The container of an annotation file's records; its contents decide, never its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Container {
    /// How the records lie in the unpacked bytes.
    pub form: Form,
    /// How these bytes are packed as a whole.
    pub packing: Packing,
}

/// How records lie in the unpacked bytes of an annotation file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One JSON array, on one line or pretty-printed.
    JsonArray,
    /// One JSON object after the other, as a rule one per line.
    JsonLines,
    /// One JSON object with a list of records in it, or with a record per member.
    JsonObject,
    /// COCO's captions: one JSON object with a list of images and a list of annotations, which are the records.
    Coco,
    /// A pickled list of records, or a dict of them.
    Pickle,
    /// A parquet table with a record per row.
    Parquet,
    /// An Arrow file or stream (IPC) with a record per row.
    Arrow,
    /// A table of text between commas or semicolons.
    Csv,
    /// A table of text between tabs.
    Tsv,
    /// A tar archive with the members of a record one after another, as `WebDataset` writes them.
    Tar,
    /// A tar or zip archive with annotation files in it, as a rule beside the pictures that these are about.
    Archive,
    /// A folder of pictures with a text or a JSON file of the same name beside each.
    Folder,
}

/// How the bytes of an annotation file are packed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// By gzip (RFC 1952), of one or several members.
    Gzip,
    /// By zstd (RFC 8878), of one or several frames.
    Zstd,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::JsonArray,
        Self::JsonLines,
        Self::JsonObject,
        Self::Coco,
        Self::Pickle,
        Self::Parquet,
        Self::Arrow,
        Self::Csv,
        Self::Tsv,
        Self::Tar,
        Self::Archive,
        Self::Folder,
    ];

    /// The name used in answers and stored state.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonArray => "json_array",
            Self::JsonLines => "json_lines",
            Self::JsonObject => "json_object",
            Self::Coco => "coco",
            Self::Pickle => "pickle",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Tar => "tar",
            Self::Archive => "archive",
            Self::Folder => "folder",
        }
    }

    /// Whether a record is a byte range of the unpacked text: it is JSON as it stands. All others are handed out in a
    /// JSON form of their own, which no byte range holds and which is therefore stored.
    pub fn is_text(self) -> bool {
        matches!(self, Self::JsonArray | Self::JsonLines | Self::JsonObject)
    }
}

impl Packing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Gzip, Self::Zstd];

    /// What follows the form's name in answers and stored state.
    fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => "_gzip",
            Self::Zstd => "_zstd",
        }
    }
}

impl Container {
    /// A JSON array, not packed.
    pub const JSON_ARRAY: Self = Self::plain(Form::JsonArray);
    /// JSON lines, not packed.
    pub const JSON_LINES: Self = Self::plain(Form::JsonLines);
    /// Records in one JSON object, not packed.
    pub const JSON_OBJECT: Self = Self::plain(Form::JsonObject);
    /// COCO's captions, not packed.
    pub const COCO: Self = Self::plain(Form::Coco);
    /// A pickle, not packed.
    pub const PICKLE: Self = Self::plain(Form::Pickle);
    /// A parquet table.
    pub const PARQUET: Self = Self::plain(Form::Parquet);
    /// An Arrow file or stream.
    pub const ARROW: Self = Self::plain(Form::Arrow);
    /// A table of text between commas or semicolons, not packed.
    pub const CSV: Self = Self::plain(Form::Csv);
    /// A table of text between tabs, not packed.
    pub const TSV: Self = Self::plain(Form::Tsv);
    /// A tar archive, not packed.
    pub const TAR: Self = Self::plain(Form::Tar);
    /// A tar or zip archive with annotation files in it, not packed as a whole.
    pub const ARCHIVE: Self = Self::plain(Form::Archive);
    /// A folder of pictures with texts beside them.
    pub const FOLDER: Self = Self::plain(Form::Folder);

    /// Records in this form, not packed.
    pub const fn plain(form: Form) -> Self {
        Self { form, packing: Packing::Plain }
    }

    /// The same records packed by gzip.
    #[must_use]
    pub const fn gzip(self) -> Self {
        Self { packing: Packing::Gzip, ..self }
    }

    /// The same records packed by zstd.
    #[must_use]
    pub const fn zstd(self) -> Self {
        Self { packing: Packing::Zstd, ..self }
    }

    /// Every form in every packing.
    pub fn all() -> impl Iterator<Item = Self> {
        Form::ALL
            .into_iter()
            .flat_map(|form| Packing::ALL.into_iter().map(move |packing| Self { form, packing }))
    }

    /// The name used in answers and stored state, such as `json_lines_gzip`.
    pub fn name(self) -> String {
        format!("{}{}", self.form.name(), self.packing.suffix())
    }

    /// The container of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|container| container.name() == name)
    }

    /// Whether offsets and lengths are in the unpacked bytes instead of the file.
    pub fn is_packed(self) -> bool {
        self.packing != Packing::Plain
    }

    /// Whether records are copied into the record store: they have a JSON form of their own, see [`Form::is_text`], or lie
    /// in a zstd file, which as a rule can only be unpacked from its start.
    pub fn is_kept(self) -> bool {
        !self.form.is_text() || self.packing == Packing::Zstd
    }
}

impl Serialize for Container {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Container {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name)
            .ok_or_else(|| serde::de::Error::custom(format!("no container is called `{name}`")))
    }
}

/// A decoder that unpacks step by step into memory of its own.
pub(crate) trait Steps {
    /// Makes bytes ready, if none are; false at the end, also at a damaged place.
    fn unpack(&mut self) -> io::Result<bool>;

    /// The bytes that are unpacked and not taken.
    fn ready(&self) -> &[u8];

    /// Takes so many of them.
    fn take(&mut self, count: usize);

    /// Number of all bytes unpacked so far, from the start of the text.
    fn unpacked(&self) -> u64;
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sniff {
    /// It has records that can be read.
    Records(Container),
    /// An archive of pictures without samples.
    Pictures {
        /// What lies in it and is not read, if something does.
        note: Option<String>,
    },
    /// Boxes on pictures, by sample id, as MG-LLaVA writes them.
    Boxes,
    /// It can be read, but its schema is not ours, for this reason.
    Foreign(String),
    /// It cannot be read, for this reason.
    Unreadable(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_agree_with_serde() {
        for container in Container::all() {
            assert_eq!(Container::from_name(&container.name()), Some(container));
            assert_eq!(serde_json::to_value(container).unwrap(), container.name());
        }
        assert_eq!(Container::from_name("no such thing"), None);
    }
}
