//! The catalog entry that would name a dataset the catalog does not know.

use super::dataset::without_extension;
use super::paths::{inside, split};
use super::resolve::FoundDataset;
use std::collections::BTreeSet;

/// More files than this are written as patterns.
const FILES: usize = 4;

/// A `[[dataset]]` block for the user's file. `base` is the data folder around its files, relative to the root.
pub(crate) fn suggestion(found: &FoundDataset, base: &str) -> String {
    let (files, images) = relative_to(found, base);
    let files: BTreeSet<String> = if files.len() > FILES {
        files.iter().map(|file| numbers_as_pattern(file)).collect()
    } else {
        files.iter().map(|file| literal(file)).collect()
    };
    let files: Vec<String> = files.iter().map(|file| quoted(file)).collect();
    format!(
        "[[dataset]]\nslug = {}\ntitle = {}\nfiles = [{}]\nimages = [{}]\n",
        quoted(&found.slug),
        quoted(&found.title),
        files.join(", "),
        quoted(&images),
    )
}

/// Files and image folder under the data folder, where both are in it and the files' paths tell which one it is;
/// otherwise files under the root, and an image folder that cannot be mistaken.
fn relative_to(found: &FoundDataset, base: &str) -> (Vec<String>, String) {
    for base in [base, ""] {
        let files: Option<Vec<&str>> = found
            .files
            .iter()
            .map(|file| inside(&file.relative, base).filter(|rest| rest.contains('/')))
            .collect();
        if let (Some(files), Some(images)) = (files, inside(&found.image_root, base)) {
            return (files.into_iter().map(str::to_owned).collect(), images.to_owned());
        }
    }
    let files = found.files.iter().map(|file| file.relative.clone()).collect();
    (files, found.image_dirs[0].to_string_lossy().into_owned())
}

/// A pattern that fits the path; `#` would stand for a digit.
fn literal(path: &str) -> String {
    path.replace('#', "*")
}

/// The path with every digit at the end of its file's stem, and before `-of-`, as a pattern.
fn numbers_as_pattern(path: &str) -> String {
    let (folder, file) = split(path);
    let stem = without_extension(file);
    let mut pattern = String::new();
    for c in literal(stem).chars().rev() {
        let in_tail = pattern.chars().all(|c| "#-_.fo".contains(c));
        pattern.insert(0, if in_tail && c.is_ascii_digit() { '#' } else { c });
    }
    let file = format!("{pattern}{}", &file[stem.len()..]);
    if folder.is_empty() { file } else { format!("{}/{file}", literal(folder)) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_one_pattern() {
        for (path, pattern) in [
            ("a/part-00017.jsonl", "a/part-#####.jsonl"),
            ("a/x-00001-of-00010.parquet", "a/x-#####-of-#####.parquet"),
            ("v1.5/000.pkl", "v1.5/###.pkl"),
            ("s#1/train2017.json", "s*1/train####.json"),
        ] {
            assert_eq!(numbers_as_pattern(path), pattern);
        }
    }

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(
            quoted("a\"b\\c\nd").parse::<toml::Value>().ok().and_then(|v| Some(v.as_str()?.to_owned())),
            Some("a\"b\\c\nd".to_owned())
        );
    }
}
