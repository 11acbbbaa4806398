//! Folder listings: one directory listing per folder instead of one stat per picture.

use blendscope_read::disk;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The hash of a file name: the first 8 bytes of its BLAKE3, little-endian.
///
/// Names are hashed as their bytes stand on disk: composed and decomposed accents are different names. Only what some
/// unpackers write for a letter that they cannot name, `#U00e3` for `ã`, is the same as that letter. Among ten million
/// names the chance that any two share a hash is below one in 300,000.
pub fn name_hash(name: &str) -> u64 {
    hash(name.as_bytes())
}

fn hash(name: &[u8]) -> u64 {
    let unescaped = unescape(name);
    let name = unescaped.as_ref().map_or(name, |name| name.as_bytes());
    let mut first = [0; 8];
    blake3::Hasher::new().update(name).finalize_xof().fill(&mut first);
    u64::from_le_bytes(first)
}

/// The name with every `#U` and four hexadecimal digits as the letter they stand for; `None` when there is none.
fn unescape(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok().filter(|name| name.contains("#U"))?;
    let mut pieces = name.split("#U");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let letter = digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        if let Some(letter) = letter {
            plain.push(letter);
            plain.push_str(&piece[4..]);
        } else {
            plain.push_str("#U");
            plain.push_str(piece);
        }
    }
    Some(plain)
}

/// The hashes of other names for the names in a folder; those that `rename` gives none for are left out.
pub fn list_renamed(dir: &Path, rename: impl Fn(&str) -> Option<String>) -> io::Result<Vec<u64>> {
    let mut hashes = Vec::new();
    for entry in disk::read_dir(dir)? {
        let name = entry?.into_name();
        hashes.extend(name.to_str().and_then(&rename).map(|name| name_hash(&name)));
    }
    Ok(hashes)
}

/// The hashes of all names in a folder, sorted: eight bytes per name, whatever its length.
///
/// Subfolders count as names. No entry is looked at further.
pub fn list_names(dir: &Path) -> io::Result<Vec<u64>> {
    let mut hashes = Vec::new();
    for entry in disk::read_dir(dir)? {
        hashes.push(hash(entry?.name().as_encoded_bytes()));
    }
    hashes.sort_unstable();
    hashes.shrink_to_fit();
    Ok(hashes)
}

type Slot = Arc<Mutex<Option<Arc<[u64]>>>>;

/// Listings of folders, each read once.
#[derive(Debug, Default)]
pub struct Listings {
    slots: Mutex<HashMap<PathBuf, Slot>>,
}

impl Listings {
    /// Nothing listed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The listing of `dir` (see [`list_names`]), read now if it was not; a folder that is not there is empty.
    ///
    /// Others who ask for the same folder wait for one reading; other folders do not. An error is not kept.
    pub fn names(&self, dir: &Path) -> io::Result<Arc<[u64]>> {
        let slot = self.slot(dir);
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = &*slot {
            return Ok(Arc::clone(names));
        }
        let names: Arc<[u64]> = match list_names(dir) {
            Ok(names) => names.into(),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Arc::default()
            }
            Err(error) => return Err(error),
        };
        *slot = Some(Arc::clone(&names));
        Ok(names)
    }

    /// Whether `dir` holds an entry of this name, byte for byte.
    pub fn contains(&self, dir: &Path, name: &str) -> io::Result<bool> {
        Ok(self.names(dir)?.binary_search(&name_hash(name)).is_ok())
    }

    /// Forgets all listings, so that folders are read again when asked for.
    pub fn clear(&self) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn slot(&self, dir: &Path) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(dir) {
            return Arc::clone(slot);
        }
        Arc::clone(slots.entry(dir.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_stable() {
        // The first eight bytes of the published BLAKE3 of nothing: af1349b9f5f9a1a6.
        assert_eq!(name_hash(""), 0xa6a1_f9f5_b949_13af);
        assert_ne!(name_hash("caf\u{e9}.jpg"), name_hash("cafe\u{301}.jpg"));
    }

    #[test]
    fn letters_written_by_their_number_are_the_letters() {
        assert_eq!(name_hash("s#U00e3o.jpg"), name_hash("são.jpg"));
        assert_ne!(name_hash("s#U00zzo.jpg"), name_hash("so.jpg"));
        assert_ne!(name_hash("#U"), name_hash(""));
    }

    #[test]
    fn finds_names_exactly_as_they_are_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["1.jpg", "写真.jpg", "cafe\u{301}.jpg", "UPPER.JPG"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let listings = Listings::new();
        for name in ["1.jpg", "写真.jpg", "cafe\u{301}.jpg", "UPPER.JPG"] {
            assert!(listings.contains(dir.path(), name).unwrap(), "{name}");
        }
        for name in ["2.jpg", "caf\u{e9}.jpg", "upper.jpg", ""] {
            assert!(!listings.contains(dir.path(), name).unwrap(), "{name}");
        }
        assert_eq!(list_names(dir.path()).unwrap().len(), 4);
    }

    #[test]
    fn is_read_once_until_cleared() {
        let dir = tempfile::tempdir().unwrap();
        let listings = Listings::new();
        assert!(!listings.contains(dir.path(), "1.jpg").unwrap());
        std::fs::write(dir.path().join("1.jpg"), "").unwrap();
        assert!(!listings.contains(dir.path(), "1.jpg").unwrap());
        listings.clear();
        assert!(listings.contains(dir.path(), "1.jpg").unwrap());
    }

    #[test]
    fn a_missing_folder_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        let listings = Listings::new();
        assert!(!listings.contains(&dir.path().join("none"), "1.jpg").unwrap());
        assert!(!listings.contains(&dir.path().join("file"), "1.jpg").unwrap());
        assert!(list_names(&dir.path().join("none")).is_err());
    }
}
