//! How the records lie in an annotation file.

use serde::{Deserialize, Serialize};

/// The container of an annotation file's records; its contents decide, never its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// One JSON array, on one line or pretty-printed.
    JsonArray,
    /// One JSON object per line.
    JsonLines,
    /// A JSON array packed by gzip.
    JsonArrayGzip,
    /// JSON lines packed by gzip.
    JsonLinesGzip,
    /// A pickled list of records, or a dict of them.
    Pickle,
    /// A parquet table with a record per row.
    Parquet,
    /// A tar archive with the members of a record one after another, as WebDataset writes them.
    Tar,
}

impl Container {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::JsonArray,
        Self::JsonLines,
        Self::JsonArrayGzip,
        Self::JsonLinesGzip,
        Self::Pickle,
        Self::Parquet,
        Self::Tar,
    ];

    /// The name used in answers and stored state.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonArray => "json_array",
            Self::JsonLines => "json_lines",
            Self::JsonArrayGzip => "json_array_gzip",
            Self::JsonLinesGzip => "json_lines_gzip",
            Self::Pickle => "pickle",
            Self::Parquet => "parquet",
            Self::Tar => "tar",
        }
    }

    /// The container of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|container| container.name() == name)
    }

    /// Whether offsets and lengths are in the unpacked text instead of the file.
    pub fn is_gzip(self) -> bool {
        matches!(self, Self::JsonArrayGzip | Self::JsonLinesGzip)
    }

    /// Whether records are handed out in a JSON form of their own, which no byte range of the file holds.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Pickle | Self::Parquet | Self::Tar)
    }

    /// Whether every line is a record, packed or not.
    pub(crate) fn is_lines(self) -> bool {
        matches!(self, Self::JsonLines | Self::JsonLinesGzip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_agree_with_serde() {
        for container in Container::ALL {
            assert_eq!(Container::from_name(container.name()), Some(container));
            assert_eq!(serde_json::to_value(container).unwrap(), container.name());
        }
        assert_eq!(Container::from_name("arrow"), None);
    }
}
