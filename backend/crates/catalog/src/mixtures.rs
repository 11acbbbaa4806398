//! Mixture files of trainers that lie under a root, each read by its trainer's rule.
//!
//! Which annotation files their parts are is found out later, when it is known what there is.

use crate::found::FoundMixture;
use crate::paths::{split, under};
use crate::unknown::unique_slug;
use crate::walk::Candidate;
use blendscope_blend::document::Mistake;
use blendscope_blend::format::Format;
use blendscope_blend::mixture::Mixture;
use blendscope_blend::recognise::recognise;
use blendscope_blend::trainers::{Beside, read, vila::Registry};
use blendscope_read::open_file;
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

/// No mixture is larger.
const BYTES: u64 = 1 << 20;

/// So many files of a root are read to find mixtures among them.
const FILES: usize = 2000;

/// Reads those of some files that are mixtures, by path.
pub(crate) fn find(
    root: &Path,
    candidates: impl Iterator<Item = Candidate>,
    is_taken: impl Fn(&str) -> bool,
) -> Vec<FoundMixture> {
    let mut slugs: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    for candidate in candidates.filter(|file| file.bytes <= BYTES).take(FILES) {
        let Some(text) = text_of(&candidate.path) else { continue };
        let Some(format) = recognise(&candidate.relative, &text) else { continue };
        let slug = unique_slug(&candidate.relative, "mixture", |slug| slugs.contains(slug) || is_taken(slug));
        slugs.insert(slug.clone());
        let mixtures = mixtures(root, &candidate.relative, format, &text);
        found.push(FoundMixture { slug, relative: candidate.relative, format, mixtures });
    }
    found.sort_by(|a: &FoundMixture, b| a.relative.cmp(&b.relative));
    found
}

/// What a file says: the mixtures of a registry by their names, or its only one.
fn mixtures(
    root: &Path,
    relative: &str,
    format: Format,
    text: &str,
) -> Result<Vec<(String, Mixture)>, Mistake> {
    let mut load = |written: &str| {
        let beside = inside(split(relative).0, written);
        let found =
            beside.into_iter().chain(inside("", written)).find_map(|path| text_of(&under(root, &path)));
        found
            .ok_or_else(|| format!("`{written}` is not there, neither beside the mixture nor below the root"))
    };
    let mut read_one = |mixture: Option<&str>| {
        let beside =
            Beside { mixture: mixture.map(str::to_owned), registry: None, file: Some(relative.to_owned()) };
        read(format, text, &beside, &mut load)
    };
    if format != Format::Vila {
        return Ok(vec![(split(relative).1.to_owned(), read_one(None)?)]);
    }
    let registry = Registry::parse(text)?;
    registry.names().map(|name| Ok((name.to_owned(), read_one(Some(name))?))).collect()
}

/// A path as a mixture in a folder writes it, relative to the root; none if it leads out of the root.
pub fn inside(folder: &str, written: &str) -> Option<String> {
    if written.starts_with('/') || written.contains('\0') {
        return None;
    }
    let mut path: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(written.split('/')) {
        match segment {
            "" | "." => {}
            ".." => drop(path.pop()?),
            name => path.push(name),
        }
    }
    (!path.is_empty()).then(|| path.join("/"))
}

fn text_of(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    open_file(path).ok()?.take(BYTES + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= BYTES).then(|| String::from_utf8(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_within_the_root() {
        assert_eq!(inside("a/b", "../c.json").as_deref(), Some("a/c.json"));
        assert_eq!(inside("", "./c.json").as_deref(), Some("c.json"));
        for outside in ["../../../c", "/etc/passwd", "..", "a\0"] {
            assert_eq!(inside("a", outside), None, "{outside}");
        }
    }
}
