//! Whether a folder of pairs is training data: a caption or turns beside each picture, and not only facts about it.

use super::pairs::{Pair, extension};
use super::record;
use crate::{Container, Sniff, parse_record};
use blendscope_shared::content::IMAGE_TOKEN;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// How many pairs are looked at, spread over all of them.
const LOOKED_AT: usize = 16;

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
        let says_something =
            sample.is_ok_and(|sample| sample.turns.iter().any(|turn| is_language(&turn.text)));
        good += usize::from(says_something);
        if let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&found.text) {
            let of_picture = object.get("json").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            keys.extend(object.keys().chain(of_picture).cloned());
        }
    }
    if good * 2 >= looked_at && good > 0 {
        return Sniff::Records(container);
    }
    Sniff::Foreign(reason(pairs, &keys))
}

fn reason(pairs: &[Pair], keys: &BTreeSet<String>) -> String {
    let has_json = pairs[0].beside.iter().any(|name| extension(&name.to_string_lossy()) == "json");
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

/// Whether a text has a word that is no number.
fn is_language(text: &str) -> bool {
    let text = text.replace(IMAGE_TOKEN, " ");
    let mut words = text.split(|c: char| c.is_whitespace() || ",;:".contains(c));
    words.any(|word| word.chars().any(char::is_alphabetic) && word.parse::<f64>().is_err())
}
