//! The list of files that are not opened, shortened by grouping.

use super::paths::split;
use blendscope_shared::dataset::Unclaimed;
use std::collections::HashMap;

/// How many files of a folder are listed with the same reason.
const ALIKE: usize = 3;

/// How many files of a folder are listed.
const PER_FOLDER: usize = 50;

/// How many folders beside each other are listed with the same reason.
const FOLDERS_ALIKE: usize = 20;

/// Sorts the list by path and leaves only the first few of a folder's files with the same reason, and of a folder
/// altogether; the last one that stays says how many more there are.
pub(crate) fn shortened(mut all: Vec<Unclaimed>) -> Vec<Unclaimed> {
    all.sort_by(|a, b| a.path.cmp(&b.path));
    // Whatever is counted in the reason.
    let alike = |file: &Unclaimed| (split(&file.path).0.to_owned(), without_digits(&file.reason));
    let all = capped(all, ALIKE, alike, |more| format!(" (and {more} more like it in this folder)"));
    let folder = |file: &Unclaimed| split(&file.path).0.to_owned();
    let all = capped(all, PER_FOLDER, folder, |more| format!(" (and {more} more entries of this folder)"));
    // Numbered folders with the same inside.
    let alike = |file: &Unclaimed| (without_digits(split(&file.path).0), without_digits(&file.reason));
    capped(all, FOLDERS_ALIKE, alike, |more| format!(" (and {more} more entries like it in folders beside)"))
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn capped<K: std::hash::Hash + Eq>(
    all: Vec<Unclaimed>,
    limit: usize,
    key: impl Fn(&Unclaimed) -> K,
    and_more: impl Fn(usize) -> String,
) -> Vec<Unclaimed> {
    // Per key: how many were seen, and where the last one that stays is.
    let mut seen: HashMap<K, (usize, usize)> = HashMap::new();
    let mut shortened: Vec<Unclaimed> = Vec::new();
    for file in all {
        let (count, last) = seen.entry(key(&file)).or_default();
        *count += 1;
        if *count <= limit {
            *last = shortened.len();
            shortened.push(file);
        }
    }
    for (count, last) in seen.into_values().filter(|(count, _)| *count > limit) {
        shortened[last].reason.push_str(&and_more(count - limit));
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unclaimed(path: String, reason: &str) -> Unclaimed {
        Unclaimed { path, reason: reason.to_owned() }
    }

    #[test]
    fn many_files_alike_are_counted_instead_of_listed() {
        let mut all: Vec<Unclaimed> = (0..1000).map(|n| unclaimed(format!("a/{n:04}.json"), "odd")).collect();
        all.push(unclaimed("a/b.json".to_owned(), "other"));
        all.push(unclaimed("b/1.json".to_owned(), "odd"));
        let short = shortened(all);
        let shown: Vec<(&str, &str)> =
            short.iter().map(|file| (file.path.as_str(), file.reason.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("a/0000.json", "odd"),
                ("a/0001.json", "odd"),
                ("a/0002.json", "odd (and 997 more like it in this folder)"),
                ("a/b.json", "other"),
                ("b/1.json", "odd"),
            ]
        );
    }

    #[test]
    fn very_many_folders_alike_are_counted_too() {
        let all = (0..1000).map(|n| unclaimed(format!("sam/{n:06}/x.json"), &format!("{n} masks"))).collect();
        let short = shortened(all);
        assert_eq!(short.len(), FOLDERS_ALIKE);
        assert!(
            short[FOLDERS_ALIKE - 1].reason.ends_with("(and 980 more entries like it in folders beside)")
        );
    }

    #[test]
    fn a_folder_of_ever_new_reasons_ends_too() {
        let reason = |n: u32| "x".repeat(n as usize);
        let all = (0..1000).map(|n| unclaimed(format!("a/{n:04}"), &reason(n))).collect();
        let short = shortened(all);
        assert_eq!(short.len(), PER_FOLDER);
        assert_eq!(short[PER_FOLDER - 1].reason, reason(49) + " (and 950 more entries of this folder)");
    }
}
