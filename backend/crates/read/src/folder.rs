//! Folders of pictures with a text or a JSON file of the same name next to each, as downloaders (img2dataset's `files`
//! output) and caption tools leave them: `1.jpg`, `1.txt`, `1.json`.
//!
//! A picture with such a file is a record: `{"__key__":"1","image":"folder/1.jpg","txt":"…"}`. The keys of a JSON
//! object are the record's own, as those of a `.json` member of a `WebDataset` shard are. Pictures are named as from
//! the folder around, since numbered folders (`00000/`, `00001/`) are the shards of one set; a path that ends in `/.`
//! names them as from the folder itself. A folder is training data only where captions or turns stand next to its
//! pictures, and not mere facts about them.

use crate::disk::read_dir;
use crate::picture::{extension, is_picture_name};
use crate::split::{Limits, Output, Stop};
use crate::{Container, Sniff, disk, open_file, parse_record};
use blendscope_shared::content::IMAGE_TOKEN;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
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
    for sidecar in &pair.sidecars {
        let name = sidecar.to_string_lossy();
        let content = read_whole(&folder.join(sidecar)).map_err(|error| format!("{name}: {error}"))?;
        bytes += content.len() as u64;
        let text = match String::from_utf8(content) {
            Ok(text) => text,
            Err(error) => {
                troubles.push(format!("{name} is no UTF-8 text: its odd bytes are shown as \u{fffd}"));
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let kind = extension(&name);
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

/// How many pairs are looked at, spread over all of them.
const LOOKED_AT: usize = 16;

/// Keys whose texts are captions or conversations, however short; those of text files are their extensions.
const CAPTIONS: [&str; 16] = [
    "caption",
    "captions",
    "text",
    "texts",
    "txt",
    "tags",
    "prompt",
    "description",
    "title",
    "question",
    "answer",
    "instruction",
    "response",
    "conversation",
    "conversations",
    "messages",
];

/// Words of a text under another key, from which on it is taken for a caption: names of cameras and labels have fewer.
const WORDS_OF_SENTENCE: usize = 6;

/// Keys that are named in a reason.
const NAMED_KEYS: usize = 8;

/// Says what a folder with these pairs is.
pub fn judge_folder(folder: &Path, pairs: &[Pair]) -> Sniff {
    let container = Container::FOLDER;
    let (mut looked_at, mut good) = (0, 0);
    let mut keys = BTreeSet::new();
    for pair in pairs.iter().step_by(pairs.len().div_ceil(LOOKED_AT).max(1)) {
        looked_at += 1;
        let Ok(found) = record(folder, pair) else { continue };
        let sample = parse_record(container, &found.text);
        let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&found.text) else { continue };
        // Any text may be a turn, but names of labels and masks in letters are no captions.
        let is_list = object.get("json").is_some_and(Value::is_array);
        let has_caption = is_list || object.keys().any(|key| CAPTIONS.contains(&key.as_str()));
        let is_said = |text: &str| if has_caption { is_language(text) } else { is_sentence(text) };
        good += usize::from(sample.is_ok_and(|sample| sample.turns.iter().any(|turn| is_said(&turn.text))));
        let of_picture = object.get("json").and_then(Value::as_object).into_iter().flat_map(Map::keys);
        keys.extend(object.keys().chain(of_picture).cloned());
    }
    if good * 2 >= looked_at && good > 0 {
        return Sniff::Records(container);
    }
    Sniff::Foreign(reason(pairs, &keys))
}

fn reason(pairs: &[Pair], keys: &BTreeSet<String>) -> String {
    let has_json = pairs[0].sidecars.iter().any(|name| extension(&name.to_string_lossy()) == "json");
    if !has_json {
        return "pictures with a text file of the same name beside each that holds numbers or nothing, as boxes in \
                YOLO's form do: no captions"
            .to_owned();
    }
    let keys: Vec<&str> =
        keys.iter().map(String::as_str).filter(|key| !["__key__", "json"].contains(key)).collect();
    let more = if keys.len() > NAMED_KEYS { ", …" } else { "" };
    let named = keys[..keys.len().min(NAMED_KEYS)].join(", ");
    let what = match pairs.len() {
        1 => "a picture with a JSON file of its name beside it: facts about it".to_owned(),
        count => format!(
            "{count} pictures with a JSON file of the same name beside each: facts about the pictures"
        ),
    };
    format!("{what}, no captions; its keys: {named}{more}")
}

/// Whether a text has so many words that it says something.
fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    words.count() >= WORDS_OF_SENTENCE
}

/// Whether a text has a word that is no number.
fn is_language(text: &str) -> bool {
    let text = text.replace(IMAGE_TOKEN, " ");
    let mut words = text.split(|c: char| c.is_whitespace() || ",;:".contains(c));
    words.any(|word| word.chars().any(char::is_alphabetic) && word.parse::<f64>().is_err())
}

/// Ends of names of files that say something about the picture of the same name.
const SIDECARS: [&str; 7] = ["txt", "caption", "captions", "text", "prompt", "tags", "json"];

/// A picture and what lies beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The name that they share, without extensions.
    pub key: String,
    /// Pictures of this name, in order; never none.
    pub pictures: Vec<OsString>,
    /// Texts and JSON files of this name, in order; never none.
    pub sidecars: Vec<OsString>,
}

/// Whether a file's name is that of a text or JSON file which may belong to a picture.
pub fn is_sidecar_name(name: &str) -> bool {
    SIDECARS.contains(&extension(name).as_str())
}

/// The pairs of a folder, by key; hidden names are passed over.
pub fn list_pairs(folder: &Path) -> io::Result<Vec<Pair>> {
    let mut names = Vec::new();
    for entry in read_dir(folder)? {
        let name = entry?.into_name();
        let text = name.to_string_lossy();
        if !text.starts_with('.') && (is_picture_name(&text) || is_sidecar_name(&text)) {
            names.push(name);
        }
    }
    Ok(pair_up(names))
}

/// Puts pictures and the files beside them together, by key; a file belongs to `1.jpg` when it is called `1.txt` or
/// `1.jpg.txt`. Names without a partner are left out.
pub fn pair_up(mut names: Vec<OsString>) -> Vec<Pair> {
    names.sort_unstable();
    let (pictures, sidecars): (Vec<OsString>, Vec<OsString>) =
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
    for file in sidecars {
        let name = file.to_string_lossy();
        let without_end = stem(&name);
        let whole = || is_picture_name(without_end).then(|| places.get(stem(without_end))).flatten();
        let place = places.get(without_end).or_else(whole).copied();
        if let Some(place) = place {
            pairs[place].sidecars.push(file);
        }
    }
    pairs.retain(|pair| !pair.sidecars.is_empty());
    pairs.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    pairs
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What the files beside a folder's pictures are, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderStamp {
    /// Bytes of all of them.
    pub bytes: u64,
    /// BLAKE3 of the name, size and time of each.
    pub hash: [u8; 32],
}

impl FolderStamp {
    /// Looks at every file beside a picture once.
    pub fn of(folder: &Path, pairs: &[Pair]) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0;
        for name in pairs.iter().flat_map(|pair| pair.pictures.iter().chain(&pair.sidecars)) {
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
        for name in pairs.iter().flat_map(|pair| &pair.sidecars) {
            // One that has just been removed is not there for whoever reads the folder either.
            let Ok(metadata) = disk::metadata(&folder.join(name)) else { continue };
            bytes += metadata.len();
            for number in [metadata.len().cast_signed(), metadata.mtime(), metadata.mtime_nsec()] {
                hasher.update(&number.to_le_bytes());
            }
        }
        Self { bytes, hash: *hasher.finalize().as_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Container, Item, Sniff, parse_record, read_file};
    use std::ops::ControlFlow;
    use std::path::PathBuf;
    use tempfile::TempDir;

    const FOLDER: Container = Container::FOLDER;

    fn folder(files: &[(&str, &str)]) -> (TempDir, PathBuf) {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("00000");
        std::fs::create_dir(&path).unwrap();
        for (name, content) in files {
            std::fs::write(path.join(name), content).unwrap();
        }
        (around, path)
    }

    /// The JSON texts of all records, and all problems.
    fn read(path: &Path) -> (Vec<String>, Vec<String>) {
        let (mut records, mut problems) = (Vec::new(), Vec::new());
        read_file(path, FOLDER, &mut |item| {
            match item {
                Item::Record(record) => records.push(String::from_utf8(record.raw.to_vec()).unwrap()),
                Item::Problem(problem) => problems.push(problem.message),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        (records, problems)
    }

    #[test]
    fn a_picture_its_caption_and_its_facts_are_one_record() {
        let (_around, path) = folder(&[
            ("000000001.jpg", ""),
            ("000000001.txt", "a green ferry\n"),
            (
                "000000001.json",
                r#"{"caption": "a green ferry", "url": "http://x/1.jpg", "key": "000000001"}"#,
            ),
            ("000000000.PNG", ""),
            ("000000000.PNG.Caption", "a crimson kite"),
            ("alone.txt", "of no picture"),
            ("lonely.jpg", ""),
            (".hidden.txt", ""),
        ]);
        let (records, problems) = read(&path);
        assert_eq!(
            records,
            [
                r#"{"__key__":"000000000","image":"00000/000000000.PNG","caption":"a crimson kite"}"#,
                r#"{"__key__":"000000001","image":"00000/000000001.jpg","caption":"a green ferry","key":"000000001","json":{"url":"http://x/1.jpg"},"txt":"a green ferry\n"}"#,
            ][..]
        );
        assert_eq!(problems, [] as [&str; 0]);
        let sample = parse_record(FOLDER, records[0].as_bytes()).unwrap();
        assert_eq!((sample.images.len(), sample.id_text().as_deref()), (1, Some("000000000")));
        assert!(sample.turns.iter().any(|turn| turn.text.contains("a crimson kite")), "{sample:?}");
        let (records, _) = read(&path.join("."));
        assert!(records[0].contains(r#""image":"000000000.PNG""#), "{records:?}");
    }

    #[test]
    fn what_is_odd_about_a_file_costs_only_that() {
        let (_around, path) =
            folder(&[("1.jpg", ""), ("1.json", "{\"caption\": "), ("1.txt", "a bus"), ("2.jpg", "")]);
        std::fs::write(path.join("2.txt"), b"caf\xe9").unwrap();
        let (records, problems) = read(&path);
        assert_eq!(records.len(), 2);
        assert!(records[0].contains("a bus") && records[1].contains("caf\u{fffd}"), "{records:?}");
        assert!(
            problems[0].contains("1.json is no JSON") && problems[1].contains("no UTF-8"),
            "{problems:?}"
        );
    }

    #[test]
    fn captions_are_told_from_facts_and_boxes() {
        let judged = |files: &[(&str, &str)]| {
            let (_around, path) = folder(files);
            judge_folder(&path, &list_pairs(&path).unwrap())
        };
        for text in ["a bus", "1girl, solo", "犬"] {
            assert_eq!(judged(&[("1.jpg", ""), ("1.txt", text)]), Sniff::Records(FOLDER), "{text}");
        }
        assert_eq!(judged(&[("1.jpg", ""), ("1.json", r#"{"caption":"a bus"}"#)]), Sniff::Records(FOLDER));
        let rows = [
            ("1.txt", "0 0.5 0.5 0.25 1e-05\n1 0.1 0.1 0.2 0.2", "YOLO"),
            ("1.txt", "", "YOLO"),
            (
                "1.json",
                r#"{"annotations":[{"bbox":[0,0,1,1]}],"image":{"width":1}}"#,
                "its keys: annotations",
            ),
        ];
        for (name, text, part) in rows {
            let Sniff::Foreign(reason) = judged(&[("1.jpg", ""), (name, text)]) else { panic!("{text}") };
            assert!(reason.contains(part), "{reason}");
        }
    }
}
