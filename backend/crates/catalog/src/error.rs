//! What can go wrong with a catalog file or a root.

use std::io;
use std::path::PathBuf;

/// Why a catalog file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file cannot be read.
    #[error("cannot read the catalog file {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not TOML, or has an unknown or ill-typed key.
    #[error("{} line {line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line of the trouble, from 1.
        line: usize,
        /// What is wrong, with the key's name.
        message: String,
    },
    /// A key's value cannot be used.
    #[error("{} line {line}: `{key}` of `{slug}` {message}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// Line of the entry's slug, from 1.
        line: usize,
        /// Slug of the entry.
        slug: String,
        /// The key.
        key: &'static str,
        /// What is wrong and what is expected.
        message: String,
    },
}

/// Why a root cannot be looked through.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The root is not there, or may not be read.
    #[error("cannot read the root {}: {source}", path.display())]
    Root {
        /// The root as it was given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The root is a file.
    #[error("the root {} is not a folder: name the folder that holds the data", path.display())]
    NotAFolder {
        /// The root as it was given.
        path: PathBuf,
    },
}
