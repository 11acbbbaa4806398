//! How far indexing has come.

use serde::{Deserialize, Serialize};

/// Whether everything under the root has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Still reading; counts will grow.
    #[default]
    Indexing,
    /// Everything is read and committed and the image folders are listed; counts are final.
    Ready,
}

/// Answer of `GET /api/v1/status` and body of every `status` event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Indexing or ready.
    pub state: State,
    /// Samples that can be searched now.
    pub samples: u64,
    /// Bad records that were reported and left out.
    pub skipped: u64,
    /// Bytes of annotation files read, as they lie on disk.
    pub bytes_done: u64,
    /// Bytes of all annotation files, as they lie on disk.
    pub bytes_total: u64,
    /// The root as the user named it.
    pub root: String,
    /// Version of the program.
    pub version: String,
    /// What keeps the index from growing, such as a full disk; absent when all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// What is unusual but no trouble, such as a file system without locks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// True while another process writes this index and this one only reads it.
    #[serde(default)]
    pub read_only: bool,
    /// What keeps the samples and answers.
    #[serde(default)]
    pub engine: EngineStatus,
}

/// The engine that keeps the samples and answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineStatus {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What there is to say of its parts, such as how many machines there are; absent where there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why it answers not at all, or incompletely, at the moment; absent when all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// What it cannot do.
    #[serde(default)]
    pub limits: EngineLimits,
}

/// What an engine cannot do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineLimits {
    /// The largest `offset` of a page by relevance.
    pub relevance_offset: u64,
}
