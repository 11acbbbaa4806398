//! The data that is measured on, and texts out of its annotation files, for choosing queries.
//!
//! This is no JSON reader: the texts of turns are the strings behind the keys `value` and `content`, in stretches of
//! the files that are spread evenly over them. So it takes the same time whatever the size, and asks none of the
//! engines.

use crate::Data;
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::workspace::Workspace;
use xtask::{report, run};

/// A root to measure on.
pub(crate) struct Root {
    pub(crate) path: PathBuf,
    /// What it is, for people.
    pub(crate) title: String,
}

/// Makes the data, or finds it; what was made before is used again.
pub(crate) fn prepare(workspace: &Workspace, binary: &Path, data: &Data) -> Result<Root> {
    match data {
        Data::MadeUp(samples) => made_up(workspace, binary, *samples),
        Data::Own(path) if path.is_dir() => {
            Ok(Root { path: path.clone(), title: path.display().to_string() })
        }
        Data::Own(path) => own_file(workspace, path),
    }
}

fn made_up(workspace: &Workspace, binary: &Path, samples: u64) -> Result<Root> {
    let path = workspace.target().join("bench/data").join(samples.to_string());
    let mut demo = Command::new(binary);
    demo.arg("demo").arg(&path).args(["--without-images", "--samples", &samples.to_string()]);
    run::run(&mut demo)?;
    Ok(Root { path, title: format!("{} samples made up by `blendscope demo`", report::count(samples)) })
}

/// A root with nothing in it but a link to the file.
fn own_file(workspace: &Workspace, file: &Path) -> Result<Root> {
    let path = workspace.target().join("bench/own");
    remove(&path)?;
    fs::create_dir_all(&path).with_context(|| format!("failed to make {}", path.display()))?;
    let name = file.file_name().context("the file has no name")?;
    std::os::unix::fs::symlink(file, path.join(name))
        .with_context(|| format!("failed to link {} into {}", file.display(), path.display()))?;
    Ok(Root { path, title: file.display().to_string() })
}

/// Removes a file or a folder with all that is in it, where there is one.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.with_context(|| format!("failed to remove {}", path.display()))
}

/// Bytes of a file, or of all files in a folder.
pub(crate) fn size(path: &Path) -> Result<u64> {
    let found =
        fs::symlink_metadata(path).with_context(|| format!("failed to look at {}", path.display()))?;
    if !found.is_dir() {
        return Ok(found.len());
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        bytes += size(&entry?.path())?;
    }
    Ok(bytes)
}

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
