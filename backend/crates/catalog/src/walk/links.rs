//! Links to nothing, and links that lead above the root.

use super::{Kind, Walk};
use crate::looks::Watched;
use blendscope_read::disk;
use std::io;
use std::path::{Path, PathBuf};

impl Walk<'_> {
    /// A name behind which nothing can be found: told if it looks like data, or like a folder.
    pub(super) fn broken(&mut self, path: PathBuf, kind: Kind, error: &io::Error) {
        if kind == Kind::Other || kind == Kind::Text {
            return;
        }
        let reason = match disk::read_link(&path) {
            Ok(target) if target.components().any(|part| part.as_os_str() == "annex") => {
                "content of git-annex that is not here: run `git annex get`".to_owned()
            }
            Ok(target) if error.kind() == io::ErrorKind::NotFound => {
                format!("link to {}, which is not there", target.display())
            }
            Ok(target) => format!("link to {}, which cannot be opened: {error}", target.display()),
            Err(_) => format!("cannot be opened: {error}"),
        };
        self.leave(&path, reason);
        self.found.watched.push(Watched::new(path, None));
    }

    /// Whether a folder holds the root itself; it would be looked through for ever, and is told instead.
    pub(super) fn is_above_root(&mut self, folder: &Path) -> io::Result<bool> {
        let real = disk::canonicalize(folder)?;
        let is_above = self.real_root.starts_with(&real) && self.real_root != real;
        if is_above {
            self.leave(folder, "link to a folder above the root: not followed".to_owned());
        }
        Ok(is_above)
    }
}
