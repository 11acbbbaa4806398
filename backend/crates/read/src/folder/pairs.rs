//! Which files of a folder belong together, by their names.

use crate::disk::read_dir;
use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::Path;

/// Ends of names of pictures.
const PICTURES: [&str; 13] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "avif", "heic", "jxl"];

/// Ends of names of files that say something about the picture of the same name.
const BESIDE: [&str; 7] = ["txt", "caption", "captions", "text", "prompt", "tags", "json"];

/// A picture and what lies beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The name that they share, without extensions.
    pub key: String,
    /// Pictures of this name, in order; never none.
    pub pictures: Vec<OsString>,
    /// Texts and JSON files of this name, in order; never none.
    pub beside: Vec<OsString>,
}

/// Whether a file's name is that of a picture.
pub fn is_picture_name(name: &str) -> bool {
    PICTURES.contains(&extension(name).as_str())
}

/// Whether a file's name is that of a text or JSON file which may belong to a picture.
pub fn is_beside_pictures(name: &str) -> bool {
    BESIDE.contains(&extension(name).as_str())
}

/// What stands behind the last dot of a name, in lower case; empty without one.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// The pairs of a folder, by key; hidden names are passed over.
pub fn list_pairs(folder: &Path) -> io::Result<Vec<Pair>> {
    let mut names = Vec::new();
    for entry in read_dir(folder)? {
        let name = entry?.into_name();
        let text = name.to_string_lossy();
        if !text.starts_with('.') && (is_picture_name(&text) || is_beside_pictures(&text)) {
            names.push(name);
        }
    }
    Ok(pair_up(names))
}

/// Puts pictures and the files beside them together, by key; a file belongs to `1.jpg` when it is called `1.txt` or
/// `1.jpg.txt`. Names without a partner are left out.
pub fn pair_up(mut names: Vec<OsString>) -> Vec<Pair> {
    names.sort_unstable();
    let (pictures, beside): (Vec<OsString>, Vec<OsString>) =
        names.into_iter().partition(|name| is_picture_name(&name.to_string_lossy()));
    let mut pairs: Vec<Pair> = Vec::new();
    // Positions of the pairs by the stem of their pictures.
    let mut places: HashMap<String, usize> = HashMap::with_capacity(pictures.len());
    for picture in pictures {
        let key = stem(&picture.to_string_lossy()).to_owned();
        let place = *places.entry(key.clone()).or_insert(pairs.len());
        if place == pairs.len() {
            pairs.push(Pair { key, ..Pair::default() });
        }
        pairs[place].pictures.push(picture);
    }
    for file in beside {
        let name = file.to_string_lossy();
        let without_end = stem(&name);
        let whole = || is_picture_name(without_end).then(|| places.get(stem(without_end))).flatten();
        let place = places.get(without_end).or_else(whole).copied();
        if let Some(place) = place {
            pairs[place].beside.push(file);
        }
    }
    pairs.retain(|pair| !pair.beside.is_empty());
    pairs.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    pairs
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
