//! What a library answers when it cannot answer. Each message is a sentence for the user.

use blendscope_catalog::{CatalogError, ResolveError};
use blendscope_engine::{EngineError, Spent};
use blendscope_shared::search::ParamError;
use std::io;
use std::path::PathBuf;

/// What a library answers when it cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The index was made by a later version.
    #[error(
        "the index in {path} was made by a later version of Blendscope: its layout is {found}, this version knows {known}; \
         use that version, or name another folder by --index-dir, or remove this one to have it made anew"
    )]
    LaterLayout {
        /// The index.
        path: PathBuf,
        /// Its layout.
        found: u32,
        /// The latest layout that is known.
        known: u32,
    },
    /// No dataset has this slug.
    #[error("there is no dataset `{0}` under this root")]
    UnknownDataset(String),
    /// No sample of the dataset has this key.
    #[error(
        "there is no sample `{key}` in dataset `{dataset}`; a link from other data, or the record was changed"
    )]
    UnknownSample {
        /// Slug.
        dataset: String,
        /// Key as asked.
        key: String,
    },
    /// The dataset is shorter.
    #[error(
        "dataset `{dataset}` has {samples} samples, there is none at position {ordinal} (counted from 0)"
    )]
    PastTheEnd {
        /// Slug.
        dataset: String,
        /// Position as asked.
        ordinal: u64,
        /// How many there are.
        samples: u64,
    },
    /// The catalog has no recipe with this slug.
    #[error("there is no recipe `{0}` in the catalog; `blendscope catalog --recipes` lists them")]
    UnknownRecipe(String),
    /// No list of ids with this slug is under the root.
    #[error("there is no list of ids `{0}` under this root")]
    UnknownSubset(String),
    /// No file has this image key.
    #[error("there is no picture `{key}`; looked at: {}", if tried.is_empty() { "nothing".to_owned() } else { tried.join(", ") })]
    UnknownImage {
        /// Image key.
        key: String,
        /// Paths looked at, relative to the root.
        tried: Vec<String>,
    },
    /// A file is there, but not a picture that can be read.
    #[error("the picture `{key}` in {path} cannot be read: {cause}")]
    BrokenImage {
        /// Image key.
        key: String,
        /// Relative to the root.
        path: String,
        /// What is wrong.
        cause: String,
    },
    /// A file keeps whoever reads it waiting.
    #[error("{path} cannot be read: {source}")]
    NotAnswering {
        /// Relative to the root.
        path: String,
        /// For how long.
        source: io::Error,
    },
    /// It would go beyond what all requests may take together, for the moment.
    #[error("{what}")]
    Busy {
        /// What is busy, as a sentence for the user.
        what: String,
        /// Seconds after which it may be tried again.
        retry_secs: u64,
    },
    /// A parameter has a value that cannot be.
    #[error(transparent)]
    BadParameter(#[from] ParamError),
    /// The file is not what was indexed.
    #[error(
        "{path} was changed after it was indexed; its samples can be shown when it has been indexed again"
    )]
    FileChanged {
        /// Relative to the root.
        path: String,
    },
    /// The file is not what was indexed, although its size and time are.
    #[error(
        "{path} was changed after it was indexed, with the same size and time; its samples can be shown when it has \
         been indexed again"
    )]
    NotAsIndexed {
        /// Relative to the root.
        path: String,
    },
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {reason}; its samples can be shown when it can be read again")]
    Unreachable {
        /// Relative to the root.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Nothing of what was indexed can be reached.
    #[error("{0}")]
    Away(String),
    /// A record far inside a packed file that is still being read.
    #[error("{path} is packed and still being read; its later records can be shown when that is done")]
    StillReading {
        /// Relative to the root.
        path: String,
    },
    /// Some samples of a result could not be taken along.
    #[error("{missing} of the samples are missing, all others were written: {cause}")]
    Incomplete {
        /// How many.
        missing: u64,
        /// Why the first of them.
        cause: Box<LibraryError>,
    },
    /// The root cannot be opened.
    #[error(transparent)]
    Root(#[from] ResolveError),
    /// The user's catalog file cannot be used.
    #[error(transparent)]
    Config(#[from] CatalogError),
    /// The folder for indexes cannot be used.
    #[error("cannot use the index folder {}: {source}; name another one with --index-dir", path.display())]
    IndexDir {
        /// The folder.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// There is no folder of the user's own to keep the index in.
    #[error(
        "this user has no home folder to keep the index in; name a folder for indexes with --index-dir, or set HOME"
    )]
    NoHome,
    /// No index has this key.
    #[error("no index in {}, or more than one, has the key or the root `{key}`; `blendscope clean` lists them", parent.display())]
    UnknownIndex {
        /// As the user gave it.
        key: String,
        /// The folder for indexes.
        parent: PathBuf,
    },
    /// Another process writes this index.
    #[error("another Blendscope (process {holder}) is indexing this root; wait for it, or stop it")]
    Held {
        /// Its process number as far as known.
        holder: String,
    },
    /// This process only asks an index that others fill.
    #[error("this command only asks the index; `blendscope index` with the same options fills it")]
    OnlyAsks,
    /// This user may not write the index.
    #[error("the index in {} may only be read by this user; name a folder of your own with --index-dir", path.display())]
    ReadOnlyIndex {
        /// Its folder.
        path: PathBuf,
    },
    /// The folder of the index went while it was written.
    #[error("the index folder {} was removed or replaced while it was used; it is made anew", path.display())]
    IndexFolderLost {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing was indexed yet.
    #[error("there is no index of {} yet; `blendscope index` makes one", root.display())]
    NoIndex {
        /// As the user gave it.
        root: PathBuf,
    },
    /// Something of the index could not be read.
    #[error(
        "a file of the index is damaged; what it held is read again from the annotation files, see the status"
    )]
    DamagedIndex,
    /// The request may cost no more.
    #[error(transparent)]
    Spent(#[from] Spent),
    /// The index could not be written or asked.
    #[error(transparent)]
    Engine(Box<dyn std::error::Error + Send + Sync>),
    /// What says which generations there are cannot be read any more, so that the index is made anew.
    #[error(transparent)]
    IndexLost(Box<dyn std::error::Error + Send + Sync>),
    /// The file system said no.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl From<EngineError> for LibraryError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Spent(spent) => Self::Spent(spent),
            EngineError::Failed(error) => Self::Engine(error),
            EngineError::Lost(error) => Self::IndexLost(error),
        }
    }
}
