//! Datasets that the catalog does not know: the names they get, and the catalog entries that would name them.

use super::dataset::{TEXT_EXTENSIONS, without_extension};
use super::paths::{join, split};
use crate::found::FoundDataset;
use crate::paths::inside;
use std::collections::{BTreeMap, BTreeSet};

/// Names that say nothing; the folder's name is taken instead.
const EMPTY_NAMES: [&str; 8] = ["", "part", "shard", "chunk", "split", "data", "metadata", "docs"];

/// A number behind one of these is that of a shard, however it is written.
const SHARD_WORDS: [&str; 6] = ["shard", "part", "chunk", "split", "batch", "block"];

/// So many files of a folder whose names differ in one number are shards, however it is written.
const MANY: usize = 10;

/// So many datasets of one folder are one: it has a file per sample or per document.
const CROWD: usize = 200;

/// Annotation files that are one dataset, and the name they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Name without extension and shard number, or the folder's when that says nothing.
    pub name: String,
    /// Name of the folder they lie in; empty at the root.
    pub folder: String,
    /// Positions in the list of paths, ascending.
    pub members: Vec<usize>,
}

/// Puts the shards of one dataset together: `name-00001-of-00010.json`, `part-000.jsonl`, or many files of a folder whose
/// names differ in one number: `docs_shard_17_v2.jsonl`. Paths are relative and sorted.
pub(crate) fn group(paths: &[&str]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut single = Vec::new();
    for members in families(0..paths.len(), |number| family(paths[number])) {
        // Years and sizes are numbers too, but they do not begin with a zero, and there are few of them.
        let is_sure = |&number: &usize| shard_of(paths[number]).is_some_and(|shard| shard.is_sure);
        if members.len() > 1 && (members.len() >= MANY || members.iter().any(is_sure)) {
            let name = shard_of(paths[members[0]]).map_or("", |shard| shard.name);
            groups.push(Group::new(paths, name, members));
        } else {
            single.extend(members);
        }
    }
    for members in families(single, |number| numbers(paths[number]).0) {
        match varying(paths, &members).filter(|_| members.len() >= MANY) {
            Some(place) => {
                let (first, last) = numbers(stem(paths[members[0]])).1[place];
                let stem = stem(paths[members[0]]);
                let before = stem[..first].trim_end_matches(SEPARATORS);
                let name = format!("{before}{}", &stem[last..]);
                groups.push(Group::new(paths, name.trim_matches(SEPARATORS), members));
            }
            None => groups.extend(members.into_iter().map(|number| Group::alone(paths, number))),
        }
    }
    let mut groups = crowds(paths, groups);
    groups.sort_by_key(|group| group.members[0]);
    groups
}

/// Makes one group of very many that lie in the same folder and have the same extension.
fn crowds(paths: &[&str], groups: Vec<Group>) -> Vec<Group> {
    let mut families: BTreeMap<(&str, &str), Vec<Group>> = BTreeMap::new();
    for group in groups {
        let path = paths[group.members[0]];
        families.entry((split(path).0, extension(path))).or_default().push(group);
    }
    let merged = |((folder, _), groups): ((&str, &str), Vec<Group>)| {
        if groups.len() < CROWD {
            return groups;
        }
        let mut members: Vec<usize> = groups.into_iter().flat_map(|group| group.members).collect();
        members.sort_unstable();
        let (around, name) = split(folder);
        let name = if name.is_empty() { "." } else { name };
        vec![Group { name: name.to_owned(), folder: split(around).1.to_owned(), members }]
    };
    families.into_iter().flat_map(merged).collect()
}

/// The extensions of a file, with the dots.
fn extension(path: &str) -> &str {
    &split(path).1[stem(path).len()..]
}

fn families(numbers: impl IntoIterator<Item = usize>, key: impl Fn(usize) -> String) -> Vec<Vec<usize>> {
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for number in numbers {
        families.entry(key(number)).or_default().push(number);
    }
    families.into_values().collect()
}

/// A path with `#` for each number of its file's stem, and where in the stem these are.
fn numbers(path: &str) -> (String, Vec<(usize, usize)>) {
    let (folder, file) = split(path);
    let stem = stem(path);
    let (mut family, mut places) = (String::new(), Vec::<(usize, usize)>::new());
    for (at, c) in stem.char_indices() {
        match places.last_mut().filter(|(_, end)| *end == at) {
            _ if !c.is_ascii_digit() => family.push(c),
            Some((_, end)) => *end += 1,
            None => {
                family.push('#');
                places.push((at, at + 1));
            }
        }
    }
    (join(folder, &format!("{family}/{}", &file[stem.len()..])), places)
}

/// Which number of their stems the files of a family differ in, if it is one only.
fn varying(paths: &[&str], members: &[usize]) -> Option<usize> {
    let texts = |number: usize| -> Vec<&str> {
        let stem = stem(paths[number]);
        numbers(stem).1.into_iter().map(|(first, last)| &stem[first..last]).collect()
    };
    let first = texts(members[0]);
    let mut differs = vec![false; first.len()];
    for &member in &members[1..] {
        for (differs, (one, other)) in differs.iter_mut().zip(first.iter().zip(texts(member))) {
            *differs |= *one != other;
        }
    }
    let mut places = (0..first.len()).filter(|place| differs[*place]);
    places.next().filter(|_| places.next().is_none())
}

impl Group {
    fn alone(paths: &[&str], number: usize) -> Self {
        let path = paths[number];
        Self::new(paths, part_of_text(path).unwrap_or_else(|| stem(path)), vec![number])
    }

    fn new(paths: &[&str], name: &str, members: Vec<usize>) -> Self {
        let folder = split(split(paths[members[0]]).0).1;
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
    let stem = part_of_text(path).unwrap_or_else(|| stem(path));
    let Some(shard) = shard_of(path) else { return path.to_owned() };
    if shard.name.len() == stem.len() {
        return join(folder, &format!("{stem}/#part"));
    }
    join(folder, &format!("{}/#{}", shard.name, &file[stem.len()..]))
}

fn shard_of(path: &str) -> Option<Shard<'_>> {
    let part = part_of_text(path).map(|name| Shard { name, is_sure: true });
    part.or_else(|| shard(stem(path)))
}

/// What stands before the extension in the name of a part of a text: `train` of `train.jsonl.part-aa`.
fn part_of_text(path: &str) -> Option<&str> {
    let name = split(path).1;
    let (base, rest) = TEXT_EXTENSIONS.iter().find_map(|end| {
        let at = name.rfind(end)?;
        let rest = &name[at + end.len()..];
        // `.json` stands in `.jsonl` too.
        rest.starts_with(SEPARATORS).then_some((&name[..at], rest))
    })?;
    let part = rest.trim_start_matches(SEPARATORS);
    let is_part = part.len() == 2 && part.bytes().all(|letter| letter.is_ascii_lowercase())
        || part.starts_with("part")
        || part.starts_with(|c: char| c.is_ascii_digit());
    (!base.is_empty() && is_part).then_some(base)
}

fn stem(path: &str) -> &str {
    without_extension(split(path).1)
}

/// What may stand between a name and a number.
const SEPARATORS: [char; 3] = ['-', '_', '.'];

/// A stem with a shard number at its end.
struct Shard<'s> {
    /// What stands before the number.
    name: &'s str,
    /// Whether it can be nothing but a shard number: `-00001-of-00010`, `shard_7`, or digits that begin with a zero.
    is_sure: bool,
}

/// Reads `-00001-of-00010`, a number behind `shard` and its like, or another number at the end of a stem.
fn shard(stem: &str) -> Option<Shard<'_>> {
    let (before, digits) = trailing_digits(stem);
    if digits.is_empty() {
        return None;
    }
    if let Some((name, number)) =
        ["-of-", "_of_"].iter().find_map(|of| before.strip_suffix(of)).map(trailing_digits)
    {
        return (!number.is_empty())
            .then(|| Shard { name: name.trim_end_matches(SEPARATORS), is_sure: true });
    }
    let name = before.trim_end_matches(SEPARATORS);
    let is_apart = before.is_empty() || name.len() < before.len();
    let is_word = SHARD_WORDS.iter().any(|word| {
        let rest = name.len().checked_sub(word.len()).and_then(|at| name.split_at_checked(at));
        rest.is_some_and(|(rest, end)| {
            end.eq_ignore_ascii_case(word) && !rest.ends_with(|c: char| c.is_ascii_alphanumeric())
        })
    });
    let is_sure = is_word || is_apart && digits.len() >= 3 && digits.starts_with('0');
    (is_word || is_apart).then_some(Shard { name, is_sure })
}

fn trailing_digits(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

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
        assert_eq!(names(&["a/x_part1.jsonl", "a/x_part2.jsonl"]), [("x_part".to_owned(), 2)]);
        assert_eq!(names(&["a/part-1.jsonl", "a/part-2.jsonl"]), [("a".to_owned(), 2)]);
        for parts in [
            ["a/x.jsonl.aa", "a/x.jsonl.ab"],
            ["a/x.jsonl.part-aa", "a/x.jsonl.part-ab"],
            ["a/x.json-00000-of-00002", "a/x.json-00001-of-00002"],
        ] {
            assert_eq!(names(&parts), [("x".to_owned(), 2)]);
        }
        assert_eq!(names(&["v1_5_mix.json", "v1_6_mix.json"]).len(), 2);
        assert_eq!(names(&["a/v1.5.json", "a/v1.6.json"]).len(), 2);
    }

    #[test]
    fn many_files_that_differ_in_one_number_are_shards() {
        let names = |name: &dyn Fn(usize) -> String| -> Vec<(String, usize)> {
            let mut paths: Vec<String> = (0..23_099).map(name).collect();
            paths.sort();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            group(&paths).into_iter().map(|group| (group.name, group.members.len())).collect()
        };
        let shards = |name: &str| vec![(name.to_owned(), 23_099)];
        assert_eq!(
            names(&|n| format!("mmc4/docs_no_face_shard_{n}_v2.jsonl")),
            shards("docs_no_face_shard_v2")
        );
        assert_eq!(names(&|n| format!("mmc4/{n}.jsonl")), shards("mmc4"));
        assert_eq!(names(&|n| format!("mmc4/docs_{n}.jsonl.gz")), shards("mmc4"));
        assert_eq!(names(&|n| format!("caps{n}x.json")), shards("capsx"));
    }

    #[test]
    fn a_folder_with_a_file_per_sample_is_one_dataset() {
        let groups = |folder: &str, files: u32| {
            let name = |number: u32| format!("{folder}{:08x}.json", number.wrapping_mul(0x9e37_79b1));
            let mut paths: Vec<String> = (0..files).map(name).collect();
            paths.push(format!("{folder}other.jsonl"));
            paths.sort();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let groups = group(&paths).into_iter();
            groups.map(|group| (group.name, group.members.len())).collect::<Vec<_>>()
        };
        let expected = |name: &str| [(name.to_owned(), 1000), ("other".to_owned(), 1)];
        assert_eq!(groups("web/pages/", 1000), expected("pages"));
        assert_eq!(groups("", 1000), expected("."));
        assert!(groups("web/", 100).len() > 90);
    }

    #[test]
    fn slugs_are_plain_and_unique() {
        assert_eq!(slug_of("My Captions (v1.5)"), "my-captions-v1.5");
        assert_eq!(slug_of("データ"), "dataset");
        assert_eq!(unique_slug("train", "mine", |slug| slug == "train"), "mine-train");
        assert_eq!(unique_slug("train", "mine", |slug| slug.ends_with("train")), "mine-train-2");
        assert_eq!(unique_slug("train", "", |slug| slug == "train"), "train-2");
    }

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
