//! Looking at all files of a text index, whoever writes it.

use super::directory::{SEGMENTS, SealedFile, unsealed};
use blendscope_engine::Examined;
use serde_json::Value;
use std::io;
use std::path::Path;

/// The files of a segment, by the ends of their names.
const KINDS: [&str; 6] = ["idx", "pos", "term", "store", "fast", "fieldnorm"];

/// Reads all files that the last commit names and holds them against their checksums.
pub(crate) fn examine_files(dir: &Path) -> Vec<Examined> {
    let list = dir.join(SEGMENTS);
    let read: io::Result<_> = std::fs::read(&list).and_then(|bytes| {
        let length = bytes.len() as u64;
        let text = unsealed(Path::new(SEGMENTS), bytes);
        let names = text.and_then(|text| names(&serde_json::from_slice(&text).ok()?));
        names.map(|names| (names, length)).ok_or_else(|| io::ErrorKind::InvalidData.into())
    });
    let (names, length) = match read {
        Ok(read) => read,
        Err(error) => return vec![(list, Err(error.to_string()))],
    };
    let mut examined = vec![(list, Ok(length))];
    for path in names.iter().map(|name| dir.join(name)) {
        let whole = SealedFile::open(&path, true).and_then(|file| file.check_again().map(|()| file.bytes()));
        examined.push((path, whole.map_err(|error| error.to_string())));
    }
    examined
}

/// The names of the files that a list of segments names.
fn names(list: &Value) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for segment in list.get("segments")?.as_array()? {
        let id = segment.get("segment_id")?.as_str()?.replace('-', "");
        names.extend(KINDS.map(|kind| format!("{id}.{kind}")));
        let deletes = segment.get("deletes").filter(|deletes| !deletes.is_null());
        let stamp = deletes.and_then(|deletes| deletes.get("opstamp")?.as_u64());
        names.extend(stamp.map(|stamp| format!("{id}.{stamp}.del")));
    }
    Some(names)
}
