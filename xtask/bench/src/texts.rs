//! Texts out of the annotation files, for choosing queries.
//!
//! This is no JSON reader: the texts of turns are the strings behind the keys `value` and `content`, in stretches of
//! the files that are spread evenly over them. So it takes the same time whatever the size, and asks none of the
//! engines.

use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Keys of the texts of turns.
const KEYS: [&str; 2] = ["\"value\"", "\"content\""];
/// Bytes looked through in all.
const BYTES: u64 = 8 << 20;
/// Bytes of a stretch.
const STRETCH: u64 = 256 << 10;

/// Texts of turns from all over the JSON files of a root that are not packed.
pub(crate) fn some_texts(root: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    json_files(root, &mut files)?;
    let sizes = files.iter().map(|file| fs::metadata(file).map(|found| found.len()));
    let total: u64 = sizes.sum::<std::io::Result<u64>>()?;
    // One stretch begins at every so many bytes of the files laid end to end.
    let step = (total.saturating_mul(STRETCH) / BYTES).max(STRETCH);
    let mut texts = Vec::new();
    let mut begin = 0;
    for path in files {
        let file = File::open(&path).with_context(|| format!("failed to open {}", path.display()))?;
        let size = file.metadata()?.len();
        while begin < size {
            let mut bytes = vec![0; STRETCH.min(size - begin) as usize];
            file.read_exact_at(&mut bytes, begin)
                .with_context(|| format!("failed to read {}", path.display()))?;
            strings(&String::from_utf8_lossy(&bytes), &mut texts);
            begin += step;
        }
        begin -= size;
    }
    ensure!(
        !texts.is_empty(),
        "no texts were found in {}; queries are chosen from plain JSON",
        root.display()
    );
    Ok(texts)
}

fn json_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let listed = fs::read_dir(folder).with_context(|| format!("failed to list {}", folder.display()))?;
    let mut paths: Vec<PathBuf> =
        listed.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            json_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "jsonl")
            && path.is_file()
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The texts in a stretch of JSON, which may begin and end anywhere.
fn strings(json: &str, texts: &mut Vec<String>) {
    for key in KEYS {
        for (place, _) in json.match_indices(key) {
            let Some(value) = json[place + key.len()..].trim_start().strip_prefix(':') else { continue };
            let first = serde_json::Deserializer::from_str(value).into_iter::<String>().next();
            texts.extend(first.and_then(Result::ok));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_any_stretch() {
        let json = r#"alue": "x"}, {"from": "gpt", "value": "A \"red\" bus.\n\u72ac\/"}, {"content" :"b"},
            {"value": 7}, {"text": "not \"value\": \"me\""}, {"value": "cut o"#;
        let mut texts = Vec::new();
        strings(json, &mut texts);
        assert_eq!(texts, ["A \"red\" bus.\n犬/", "b"]);
    }
}
