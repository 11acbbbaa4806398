//! Folders of pictures with a text or a JSON file of the same name beside each, as downloaders (img2dataset's `files`
//! output) and caption tools leave them: `1.jpg`, `1.txt`, `1.json`.
//!
//! A picture with such a file is a record: `{"__key__":"1","image":"folder/1.jpg","txt":"…"}`. The keys of a JSON object
//! are the record's own, as those of a `.json` member of a `WebDataset` shard are. Pictures are named as from the
//! folder around, since numbered folders (`00000/`, `00001/`) are the shards of one set; a path that ends in `/.` names
//! them as from the folder itself.

mod judge;
mod pairs;
mod stamp;

use crate::open_file;
use crate::split::{Limits, Output, Stop};
pub use judge::judge_folder;
pub use pairs::{Pair, is_beside_pictures, is_picture_name, list_pairs, pair_up};
use serde_json::{Map, Value};
pub use stamp::FolderStamp;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Keys of a JSON file that name the picture beside it once more, or where it came from: they stay under `json`.
const OF_THE_PICTURE: [&str; 12] = [
    "image",
    "images",
    "img",
    "image_path",
    "img_path",
    "path",
    "file_name",
    "filename",
    "file_path",
    "url",
    "image_url",
    "__key__",
];

/// Streams the records of a folder, by name.
pub(crate) fn read_folder(folder: &Path, out: &mut Output<'_>) -> Result<(), Stop> {
    let pairs = list_pairs(folder)?;
    let mut done = 0;
    for pair in &pairs {
        match record(folder, pair) {
            Ok(Found { text, bytes, troubles }) => {
                done += bytes;
                for trouble in troubles {
                    out.trouble(done, trouble)?;
                }
                out.record(done - bytes, &text, done)?;
            }
            Err(message) => out.lost(done, message)?,
        }
    }
    Ok(())
}

/// A record, put together.
struct Found {
    /// Its JSON text.
    text: Vec<u8>,
    /// Bytes of the files it is made of.
    bytes: u64,
    /// What is odd about these.
    troubles: Vec<String>,
}

fn record(folder: &Path, pair: &Pair) -> Result<Found, String> {
    let mut members = Map::new();
    members.insert("__key__".to_owned(), pair.key.as_str().into());
    let prefix = prefix(folder);
    let pictures: Vec<Value> =
        pair.pictures.iter().map(|name| format!("{prefix}{}", name.to_string_lossy()).into()).collect();
    let image = if let [one] = &pictures[..] { one.clone() } else { Value::Array(pictures) };
    members.insert("image".to_owned(), image);
    let (mut bytes, mut troubles) = (0, Vec::new());
    for beside in &pair.beside {
        let name = beside.to_string_lossy();
        let content = read_whole(&folder.join(beside)).map_err(|error| format!("{name}: {error}"))?;
        bytes += content.len() as u64;
        let text = match String::from_utf8(content) {
            Ok(text) => text,
            Err(error) => {
                troubles.push(format!("{name} is no UTF-8 text: its odd bytes are shown as \u{fffd}"));
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let kind = pairs::extension(&name);
        if kind != "json" {
            members.insert(kind, text.into());
            continue;
        }
        match serde_json::from_str(text) {
            Ok(value) => lift(&mut members, value),
            Err(error) => {
                troubles.push(format!("{name} is no JSON: {error}; it is read as text"));
                members.insert(kind, text.into());
            }
        }
    }
    let text = serde_json::to_vec(&members).expect("a map of JSON values is valid JSON");
    Ok(Found { text, bytes, troubles })
}

/// Makes the keys of a JSON file the record's own, as far as it does not have them; another value stays under `json`.
fn lift(members: &mut Map<String, Value>, value: Value) {
    let Value::Object(object) = value else {
        members.insert("json".to_owned(), value);
        return;
    };
    let mut rest = Map::new();
    for (key, value) in object {
        if OF_THE_PICTURE.contains(&key.as_str()) || members.contains_key(&key) {
            rest.insert(key, value);
        } else {
            members.insert(key, value);
        }
    }
    if !rest.is_empty() {
        members.insert("json".to_owned(), Value::Object(rest));
    }
}

/// What stands before a picture's name in a ref: the folder's own name, or nothing when its path ends in `/.`.
fn prefix(folder: &Path) -> String {
    let is_around = folder.as_os_str().as_bytes().ends_with(b"/.");
    let name = folder.file_name().filter(|_| !is_around);
    name.map(|name| format!("{}/", name.to_string_lossy())).unwrap_or_default()
}

fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let limit = Limits::DEFAULT.record as u64;
    let mut content = Vec::new();
    open_file(path)?.take(limit + 1).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::Error::other(format!("more than {} MB of text", limit >> 20)));
    }
    Ok(content)
}

#[cfg(test)]
mod tests;
