//! Names for datasets that the catalog does not know.

use super::dataset::without_extension;
use super::paths::{join, split};
use std::collections::BTreeMap;

/// Names that say nothing; the folder's name is taken instead.
const EMPTY_NAMES: [&str; 6] = ["", "part", "shard", "chunk", "split", "data"];

/// Annotation files that are one dataset, and the name they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Name without extension and shard number, or the folder's when that says nothing.
    pub(crate) name: String,
    /// Name of the folder they lie in; empty at the root.
    pub(crate) folder: String,
    /// Positions in the list of paths, ascending.
    pub(crate) members: Vec<usize>,
}

/// Puts the shards of one dataset together: `name-00001-of-00010.json`, `part-000.jsonl`. Paths are relative and sorted.
pub(crate) fn group(paths: &[&str]) -> Vec<Group> {
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, path) in paths.iter().enumerate() {
        families.entry(family(path)).or_default().push(number);
    }
    let mut groups = Vec::new();
    for members in families.into_values() {
        // Years and sizes are numbers too, but they do not begin with a zero.
        let is_sharded =
            members.iter().any(|&number| shard(stem(paths[number])).is_some_and(|shard| shard.is_sure));
        if is_sharded && members.len() > 1 {
            groups.push(Group::new(paths[members[0]], members));
        } else {
            groups.extend(members.into_iter().map(|number| Group::new(paths[number], vec![number])));
        }
    }
    groups.sort_by_key(|group| group.members[0]);
    groups
}

impl Group {
    fn new(first: &str, members: Vec<usize>) -> Self {
        let stem = stem(first);
        let name = shard(stem).filter(|_| members.len() > 1).map_or(stem, |shard| shard.name);
        let folder = split(split(first).0).1;
        let is_number = name.bytes().all(|letter| letter.is_ascii_digit());
        let says_nothing = (is_number || EMPTY_NAMES.contains(&name)) && !folder.is_empty();
        Self {
            name: (if says_nothing { folder } else { name }).to_owned(),
            folder: folder.to_owned(),
            members,
        }
    }
}

/// A slug for a name: lower case, everything but `a-z`, `0-9`, `.` and `_` becomes one `-`.
pub(crate) fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() || c == '.' || c == '_' {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches(['-', '.']);
    if slug.is_empty() { "dataset".to_owned() } else { slug.to_owned() }
}

/// A slug that is not taken: by itself, with the folder's name before it, or with a number.
pub(crate) fn unique_slug(name: &str, folder: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let plain = slug_of(name);
    if !is_taken(&plain) {
        return plain;
    }
    let with_folder = if folder.is_empty() { plain } else { format!("{}-{plain}", slug_of(folder)) };
    let numbered = (2u32..).map(|number| format!("{with_folder}-{number}"));
    let mut choices = std::iter::once(with_folder.clone()).chain(numbered);
    choices.find(|slug| !is_taken(slug)).unwrap_or(with_folder)
}

/// The path with its shard number replaced, the same for all shards of a family; the extension counts.
fn family(path: &str) -> String {
    let (folder, file) = split(path);
    let stem = stem(path);
    let Some(shard) = shard(stem) else { return path.to_owned() };
    join(folder, &format!("{}/#{}", shard.name, &file[stem.len()..]))
}

fn stem(path: &str) -> &str {
    without_extension(split(path).1)
}

/// A stem with a shard number at its end.
struct Shard<'s> {
    /// What stands before the number.
    name: &'s str,
    /// Whether it can be nothing but a shard number: `-00001-of-00010`, or digits that begin with a zero.
    is_sure: bool,
}

/// Reads `-00001-of-00010`, or three digits and more, at the end of a stem.
fn shard(stem: &str) -> Option<Shard<'_>> {
    let separators = ['-', '_', '.'];
    let (before, digits) = trailing_digits(stem);
    let numbered =
        ["-of-", "_of_"].iter().find_map(|of| before.strip_suffix(of)).filter(|_| !digits.is_empty());
    if let Some((name, number)) = numbered.map(trailing_digits) {
        return (!number.is_empty())
            .then(|| Shard { name: name.trim_end_matches(separators), is_sure: true });
    }
    let name = if before.is_empty() { Some("") } else { before.strip_suffix(separators) };
    let name = name.filter(|_| digits.len() >= 3)?;
    Some(Shard { name, is_sure: digits.starts_with('0') })
}

fn trailing_digits(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_one_dataset_and_year_numbers_are_not_shards() {
        let names = |paths: &[&str]| -> Vec<(String, usize)> {
            group(paths).into_iter().map(|group| (group.name, group.members.len())).collect()
        };
        assert_eq!(
            names(&["a/caps-00000-of-00002.json", "a/caps-00001-of-00002.json", "a/other.json"]),
            [("caps".to_owned(), 2), ("other".to_owned(), 1)]
        );
        assert_eq!(names(&["mine/part-000.jsonl", "mine/part-001.jsonl"]), [("mine".to_owned(), 2)]);
        assert_eq!(names(&["mine/000.jsonl", "mine/001.jsonl"]), [("mine".to_owned(), 2)]);
        assert_eq!(
            names(&["captions_2017.json", "captions_2018.json"]),
            [("captions_2017".to_owned(), 1), ("captions_2018".to_owned(), 1)]
        );
        assert_eq!(names(&["b/x-001.json", "c/x-002.json"]).len(), 2);
        assert_eq!(names(&["mantis_as_llava.json", "mantis_instruct.json"]).len(), 2);
    }

    #[test]
    fn slugs_are_plain_and_unique() {
        assert_eq!(slug_of("My Captions (v1.5)"), "my-captions-v1.5");
        assert_eq!(slug_of("データ"), "dataset");
        assert_eq!(unique_slug("train", "mine", |slug| slug == "train"), "mine-train");
        assert_eq!(unique_slug("train", "mine", |slug| slug.ends_with("train")), "mine-train-2");
        assert_eq!(unique_slug("train", "", |slug| slug == "train"), "train-2");
    }
}
