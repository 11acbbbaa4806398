//! The catalog entry that would name a dataset the catalog does not know.

use super::dataset::without_extension;
use super::paths::{inside, join, split};
use super::resolve::FoundDataset;
use std::collections::BTreeSet;

/// More files than this are written as patterns.
const FILES: usize = 4;

/// A `[[dataset]]` block for the user's file. `base` is the data folder around its files, relative to the root.
pub(crate) fn suggestion(found: &FoundDataset, base: &str) -> String {
    let (files, images) = relative_to(found, base);
    let files = patterns(&files);
    let files: Vec<String> = files.iter().map(|file| quoted(file)).collect();
    format!(
        "[[dataset]]\nslug = {}\ntitle = {}\nfiles = [{}]\nimages = [{}]\n",
        quoted(&found.slug),
        quoted(&found.title),
        files.join(", "),
        quoted(&images),
    )
}

/// The files one by one, or few patterns that fit them all.
fn patterns(files: &[String]) -> BTreeSet<String> {
    let first: fn(&str) -> String = if files.len() > FILES { numbers_as_pattern } else { literal };
    let mut patterns: BTreeSet<String> = files.iter().map(|file| first(file)).collect();
    for wider in [any_numbers, any_name] {
        if patterns.len() > FILES {
            patterns = patterns.iter().map(|file| wider(file)).collect();
        }
    }
    patterns
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

/// A pattern with `*` for every number of the file's stem.
fn any_numbers(pattern: &str) -> String {
    let (folder, file) = split(pattern);
    let stem = without_extension(file);
    let mut any = String::new();
    for c in stem.chars() {
        match c {
            '0'..='9' | '#' if any.ends_with('*') => {}
            '0'..='9' | '#' => any.push('*'),
            other => any.push(other),
        }
    }
    join(folder, &format!("{any}{}", &file[stem.len()..]))
}

/// A pattern for all files of a folder with this extension.
fn any_name(pattern: &str) -> String {
    let (folder, file) = split(pattern);
    join(folder, &format!("*{}", &file[without_extension(file).len()..]))
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
    join(&literal(folder), &format!("{pattern}{}", &file[stem.len()..]))
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
    fn very_many_files_are_few_patterns() {
        let names = |name: &dyn Fn(usize) -> String| -> Vec<String> { (0..1000).map(name).collect() };
        for (files, pattern) in [
            (names(&|n| format!("a/docs_shard_{n}_v3.jsonl")), "a/docs_shard_*_v*.jsonl"),
            (names(&|n| format!("a/{}.json", "x".repeat(n + 1))), "a/*.json"),
            (names(&|n| format!("a/{n:05}.json")), "a/#####.json"),
        ] {
            assert_eq!(patterns(&files).into_iter().collect::<Vec<_>>(), [pattern]);
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
