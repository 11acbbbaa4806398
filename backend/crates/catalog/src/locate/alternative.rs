//! Another folder for the pictures of refs.

use crate::paths::{join, under};
use crate::{Source, Spelling, pattern};
use std::path::{Path, PathBuf};

/// A folder in which refs into some other folder may find their pictures, perhaps under other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Absolute.
    pub dir: PathBuf,
    /// What listed names begin and end with instead of what refs' names do.
    pub strip: (String, String),
    /// What refs' names begin and end with.
    pub add: (String, String),
    /// The folders that all names of the image source have in common here, and the pattern of its names if it has one.
    names: Option<(String, String)>,
}

impl Alternative {
    /// The folder `dir` of the path `listed`, and `rest` in it, for refs that were written by the path `written`.
    pub fn new(source: &Source, written: &Spelling, listed: &Spelling, dir: &Path, rest: &str) -> Self {
        let around = |spelling: &Spelling| {
            // What stands before a name with folders belongs to the first of them.
            let prefix = if rest.is_empty() { spelling.prefix() } else { "" };
            (prefix.to_owned(), spelling.after.clone())
        };
        let names = source.names.clone().map(|pattern| (rest.to_owned(), pattern));
        Self { dir: under(dir, rest), strip: around(listed), add: around(written), names }
    }

    /// Whether listed names are those of refs.
    pub fn is_plain(&self) -> bool {
        self.strip == self.add
    }

    /// The name by which a ref means a listed picture; `None` for one that is not the source's.
    pub fn ref_name(&self, listed: &str) -> Option<String> {
        self.renamed(listed, &self.strip, &self.add)
    }

    /// The name in this folder of the picture that a ref means.
    pub fn listed_name(&self, written: &str) -> Option<String> {
        self.renamed(written, &self.add, &self.strip)
    }

    fn renamed(&self, name: &str, from: &(String, String), to: &(String, String)) -> Option<String> {
        let shared = name.strip_prefix(from.0.as_str())?.strip_suffix(from.1.as_str())?;
        let is_allowed = match &self.names {
            Some((folders, names)) => pattern::fits(names, &join(folders, shared)),
            None => !shared.is_empty(),
        };
        is_allowed.then(|| format!("{}{shared}{}", to.0, to.1))
    }
}
