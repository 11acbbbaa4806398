//! What is wrong under the root, by cause: folders that are not there or hold only a part, pictures that cannot be read,
//! records that were skipped, files that nobody opens, and what is odd about samples. Each with as many samples as its
//! link leads to, and with what to do.

use crate::ask::answers::{Asked, Current};
use crate::store::problems::Problems;
use crate::{Library, LibraryError};
use blendscope_engine::Budget;
use blendscope_read::{disk, reads};
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::overview::{Trouble, Troubles};
use blendscope_shared::paths;
use blendscope_shared::search::{FacetValue, SearchParams, Sort};
use std::collections::BTreeMap;

/// Folders and messages that are named with a cause.
const NAMED: usize = 5;
/// Files of a folder that are counted; of more it is only said that there are more.
const COUNTED: usize = 50_000;
/// Broken pictures that are looked at for what is wrong with them.
const BROKEN: u32 = 100;

/// Flags that are causes: their names, what to do, and whether a trainer stops at such samples.
const FLAGS: [(&str, &str, bool); 10] = [
    (
        "image_token_mismatch",
        "A trainer replaces each <image> by a picture and fails when there are more or fewer of them: mend or leave out these records.",
        true,
    ),
    ("no_turns", "There is nothing to train on: leave these records out.", true),
    (
        "unknown_role",
        "A trainer knows only its own names of speakers: rename these, or leave the records out.",
        true,
    ),
    ("empty_answer", "The model would learn to say nothing: leave these records out.", false),
    ("odd", "A part of the record is not what it should be and was left out; each sample says which.", false),
    (
        "image_not_embedded",
        "The document names pictures that its file does not carry; they are not trained on.",
        false,
    ),
    ("image_remote", "Pictures on the web are never fetched: download them and write their paths.", false),
    ("missing_id", "Lists of ids and box files cannot name these samples.", false),
    ("duplicate_id", "An id that several samples share names none of them; lasting links go by key.", false),
    (
        "duplicate_sample",
        "The same record stands in its dataset more than once, so it is trained on more often.",
        false,
    ),
];

impl Library {
    /// What is wrong, by cause: of some datasets, by their slugs, or of all.
    pub fn troubles(&self, datasets: &[String], budget: &Budget) -> Result<Troubles, LibraryError> {
        let current = self.current();
        for slug in datasets {
            current.dataset_index(slug)?;
        }
        let asked = Asked::Troubles(datasets.to_vec());
        let is_lasting = || current.is_final() && budget.incomplete().is_none();
        let found =
            current.answer_if(asked, is_lasting, || self.find_troubles(&current, datasets, budget))?;
        Ok(Troubles::clone(&found))
    }

    fn find_troubles(
        &self,
        current: &Current,
        datasets: &[String],
        budget: &Budget,
    ) -> Result<Troubles, LibraryError> {
        let base = SearchParams { dataset: datasets.to_vec(), ..SearchParams::default() };
        let facets = self.facets(&base, budget)?.facets;
        let values = |facet: &str| facets.get(facet).map(Vec::as_slice).unwrap_or_default();
        let counted = |facet: &str, value: &str| {
            values(facet).iter().find(|known| known.value == value).map_or(0, |known| known.count)
        };
        let (missing, broken) = (counted("image_status", "missing"), counted("image_status", "broken"));
        let mut items = Vec::new();
        if missing > 0 {
            items.extend(self.missing(&base, budget)?);
        }
        if broken > 0 {
            items.push(self.broken(&base, broken, budget)?);
        }
        items.extend(skipped(current, datasets));
        items.extend(unread(self, current, datasets));
        items.extend(FLAGS.iter().filter_map(|flag| odd(&base, flag, values("flag"))));
        items.sort_by_key(|item| (!item.stops_training, std::cmp::Reverse(item.count)));
        Ok(Troubles { clear: clear(&items), items, next: None, missing, is_final: current.is_final() })
    }

    /// Missing pictures by the folder that they should lie in.
    fn missing(&self, base: &SearchParams, budget: &Budget) -> Result<Vec<Trouble>, LibraryError> {
        let missing = with(base, "image_status", "missing");
        let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
        for dataset in self.values_of(&missing, "dataset", budget)? {
            let of_dataset = SearchParams { dataset: vec![dataset.value.clone()], ..missing.clone() };
            for source in self.values_of(&of_dataset, "source", budget)? {
                let there = with(&of_dataset, "source", &source.value);
                let Some(image) = self.first_missing(&there, budget)? else { continue };
                let Some(path) = folder_of(&image) else { continue };
                let folder = folders.entry(path).or_default();
                folder.datasets.push(dataset.value.clone());
                if !folder.sources.contains(&source.value) {
                    folder.sources.push(source.value);
                }
                folder.note = folder.note.take().or(image.note);
            }
        }
        let (there, absent): (Vec<_>, Vec<_>) =
            folders.into_iter().partition(|(path, _)| self.is_folder(path));
        let mut items: Vec<Trouble> = Vec::new();
        for (path, folder) in there {
            items.push(self.partial(base, &path, folder, budget)?);
        }
        if !absent.is_empty() {
            items.push(self.absent(base, absent, budget)?);
        }
        items.retain(|item| item.count > 0);
        Ok(items)
    }

    /// Folders that are not there, all together.
    fn absent(
        &self,
        base: &SearchParams,
        folders: Vec<(String, Folder)>,
        budget: &Budget,
    ) -> Result<Trouble, LibraryError> {
        let names: Vec<&str> = folders.iter().map(|(path, _)| path.as_str()).collect();
        let title = match names.as_slice() {
            [one] => format!("the picture folder {one} is not here"),
            many => format!("{} picture folders are not here", many.len()),
        };
        let mut all = Folder::default();
        for (_, folder) in &folders {
            all.datasets.extend(folder.datasets.iter().cloned());
            all.sources.extend(folder.sources.iter().cloned());
        }
        let more = names.len().saturating_sub(NAMED);
        let detail = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let detail = if more > 0 { format!("{detail} and {more} more") } else { detail };
        let remedy = "Download the pictures to these places under the root, or link them there: \
                      ln -s /where/they/are ROOT/FOLDER."
            .to_owned();
        let trouble = Trouble { kind: "folder_absent".to_owned(), title, remedy, ..Trouble::default() };
        let detail = (names.len() > 1).then_some(detail);
        self.of_folder(Trouble { detail, ..trouble }, base, all, budget)
    }

    /// A folder that is there and lacks some of what is asked of it.
    fn partial(
        &self,
        base: &SearchParams,
        path: &str,
        folder: Folder,
        budget: &Budget,
    ) -> Result<Trouble, LibraryError> {
        let held = match self.files_in(path) {
            Some(count) if count > COUNTED => format!("lacks some files, of more than {COUNTED}"),
            Some(0) => "holds no file".to_owned(),
            Some(1) => "holds only 1 file".to_owned(),
            Some(count) => format!("holds only {count} files"),
            None => "holds only a part".to_owned(),
        };
        let of_sources = SearchParams {
            dataset: folder.datasets.clone(),
            filters: [("source".to_owned(), folder.sources.clone())].into(),
            ..base.clone()
        };
        let asked = self.count(&of_sources, budget)?;
        let detail = folder.note.clone();
        let trouble = Trouble {
            kind: "folder_partial".to_owned(),
            title: format!("{path} {held}"),
            detail,
            ..Trouble::default()
        };
        let trouble = self.of_folder(trouble, base, folder, budget)?;
        let remedy = format!(
            "{} of the {asked} samples that want pictures from there lack one: fetch the rest of the archive, or leave these samples out.",
            trouble.count
        );
        Ok(Trouble { remedy, ..trouble })
    }

    /// The cause with the samples that it concerns.
    fn of_folder(
        &self,
        trouble: Trouble,
        base: &SearchParams,
        folder: Folder,
        budget: &Budget,
    ) -> Result<Trouble, LibraryError> {
        let Folder { mut datasets, mut sources, .. } = folder;
        for names in [&mut datasets, &mut sources] {
            names.sort_unstable();
            names.dedup();
        }
        let mut there = with(base, "image_status", "missing");
        there.dataset = datasets;
        there.choose("source", sources);
        let count = self.count(&there, budget)?;
        let url = paths::search_page(&there);
        Ok(Trouble { count, url, unit: "samples".to_owned(), stops_training: true, ..trouble })
    }

    /// Pictures that cannot be read, with what is wrong with the first of them.
    fn broken(&self, base: &SearchParams, count: u64, budget: &Budget) -> Result<Trouble, LibraryError> {
        let broken = with(base, "image_status", "broken");
        let first = SearchParams { limit: Some(BROKEN), sort: Some(Sort::File), ..broken.clone() };
        let hits = self.search(&first, budget)?.items;
        let images = hits.into_iter().flat_map(|hit| hit.images);
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        for image in images.filter(|image| image.status == ImageStatus::Broken) {
            *reasons.entry(image.trouble.unwrap_or_default()).or_default() += 1;
        }
        Ok(Trouble {
            kind: "pictures_broken".to_owned(),
            title: "pictures are cut short or no pictures at all".to_owned(),
            detail: named(reasons),
            remedy: "Download these files again; each sample says what is wrong with its picture.".to_owned(),
            count,
            unit: "samples".to_owned(),
            url: paths::search_page(&broken),
            stops_training: true,
        })
    }

    fn values_of(
        &self,
        params: &SearchParams,
        facet: &str,
        budget: &Budget,
    ) -> Result<Vec<FacetValue>, LibraryError> {
        // A facet leaves its own restriction aside, so the values that were chosen are picked here.
        let chosen = params.chosen(facet).to_vec();
        let values = self.facets(params, budget)?.facets.remove(facet).unwrap_or_default();
        let is_wanted =
            |value: &FacetValue| value.count > 0 && (chosen.is_empty() || chosen.contains(&value.value));
        Ok(values.into_iter().filter(is_wanted).collect())
    }

    fn count(&self, params: &SearchParams, budget: &Budget) -> Result<u64, LibraryError> {
        Ok(self.search(&SearchParams { limit: Some(1), ..params.clone() }, budget)?.total.count)
    }

    fn first_missing(
        &self,
        params: &SearchParams,
        budget: &Budget,
    ) -> Result<Option<ImageView>, LibraryError> {
        let first = SearchParams { limit: Some(1), ..params.clone() };
        let images = self.search(&first, budget)?.items.into_iter().flat_map(|hit| hit.images);
        let mut missing = images.filter(|image| image.status == ImageStatus::Missing);
        Ok(missing.find(|image| !image.tried.is_empty()))
    }

    fn is_folder(&self, path: &str) -> bool {
        let folder = self.root().join(path);
        reads::begin(&folder).is_ok_and(|_reading| disk::is_dir(&folder))
    }

    /// How many files a folder holds, at most one more than [`COUNTED`]; nothing when it cannot be listed, or has folders.
    fn files_in(&self, path: &str) -> Option<usize> {
        let folder = self.root().join(path);
        let _reading = reads::begin(&folder).ok()?;
        let mut count = 0;
        for entry in disk::read_dir(&folder).ok()? {
            let entry = entry.ok()?;
            if count == 0 && disk::is_dir(&folder.join(entry.into_name())) {
                return None;
            }
            count += 1;
            if count > COUNTED {
                break;
            }
        }
        Some(count)
    }
}

/// A picture folder with what is asked of it in vain.
#[derive(Default)]
struct Folder {
    datasets: Vec<String>,
    sources: Vec<String>,
    note: Option<String>,
}

fn with(params: &SearchParams, facet: &str, value: &str) -> SearchParams {
    let mut params = params.clone();
    params.choose(facet, vec![value.to_owned()]);
    params
}

/// The folder of an image source that a missing picture should lie in: the likeliest path without the picture's own name,
/// which may have folders of its own.
fn folder_of(image: &ImageView) -> Option<String> {
    let path = image.tried.first()?;
    let name = image.key.split_once('/').map_or("", |(_, name)| name);
    let own = name.matches('/').count() + 1;
    let parts: Vec<&str> = path.split('/').collect();
    let folder = parts[..parts.len().saturating_sub(own)].join("/");
    Some(if folder.is_empty() { ".".to_owned() } else { folder })
}

/// What is odd about samples by a flag; nothing when none has it.
fn odd(
    base: &SearchParams,
    (name, remedy, stops): &(&str, &str, bool),
    flags: &[FacetValue],
) -> Option<Trouble> {
    let flag = flags.iter().find(|flag| flag.value == *name && flag.count > 0)?;
    let title = flag.title.clone().unwrap_or_else(|| (*name).to_owned());
    Some(Trouble {
        kind: (*name).to_owned(),
        title,
        detail: None,
        remedy: (*remedy).to_owned(),
        count: flag.count,
        unit: "samples".to_owned(),
        url: paths::search_page(&with(base, "flag", name)),
        stops_training: *stops,
    })
}

/// Records that were skipped, dataset by dataset.
fn skipped(current: &Current, datasets: &[String]) -> Vec<Trouble> {
    let mut items = Vec::new();
    for index in 0..current.datasets.len() {
        let found = current.found(index);
        if !datasets.is_empty() && !datasets.contains(&found.slug) {
            continue;
        }
        let count: u64 = current.files_of(index).iter().map(|file| file.state().skipped).sum();
        if count == 0 {
            continue;
        }
        let mut messages: BTreeMap<String, u64> = BTreeMap::new();
        for of in current.generations_of(index) {
            for problem in Problems::read(of.parts()).first {
                *messages.entry(problem.message).or_default() += 1;
            }
        }
        items.push(Trouble {
            kind: "records_skipped".to_owned(),
            title: format!("bad records in {}", found.title),
            detail: named(messages),
            remedy: "They are left out here and stop most trainers: mend or remove them; the page of the dataset lists file and byte of each.".to_owned(),
            count,
            unit: "records".to_owned(),
            url: format!("{}#about", paths::dataset_page(&found.slug)),
            stops_training: true,
        });
    }
    items
}

/// Files that look like data and that nothing reads; they belong to no dataset.
fn unread(library: &Library, current: &Current, datasets: &[String]) -> Option<Trouble> {
    let mut files = current.resolved.unclaimed.clone();
    files.extend(library.trouble_of_sidecars(current));
    if files.is_empty() || !datasets.is_empty() {
        return None;
    }
    let first: Vec<&str> = files.iter().take(NAMED).map(|file| file.path.as_str()).collect();
    Some(Trouble {
        kind: "files_unread".to_owned(),
        title: if files.len() == 1 {
            "a file is not opened".to_owned()
        } else {
            "files are not opened".to_owned()
        },
        detail: Some(first.join(", ")),
        remedy: "The end of the first page says of each why, and what it probably is.".to_owned(),
        count: files.len() as u64,
        unit: "files".to_owned(),
        url: "/#unread".to_owned(),
        stops_training: false,
    })
}

/// The most frequent of some messages, in words.
fn named(messages: BTreeMap<String, u64>) -> Option<String> {
    let mut messages: Vec<(String, u64)> =
        messages.into_iter().filter(|(message, _)| !message.is_empty()).collect();
    messages.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let more = messages.len().saturating_sub(NAMED);
    let mut words: Vec<String> = messages.into_iter().take(NAMED).map(|(message, _)| message).collect();
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    (!words.is_empty()).then(|| words.join("; "))
}

/// What was looked for and is all right.
fn clear(items: &[Trouble]) -> Vec<String> {
    let looked_for: [(&[&str], &str); 6] = [
        (&["folder_absent", "folder_partial"], "missing pictures"),
        (&["pictures_broken"], "pictures cut short or unreadable"),
        (&["records_skipped"], "bad records"),
        (&["files_unread"], "files that nobody reads"),
        (&["empty_answer"], "empty responses"),
        (&["image_token_mismatch"], "<image> marks without pictures"),
    ];
    let is_clear = |kinds: &[&str]| items.iter().all(|item| !kinds.contains(&item.kind.as_str()));
    looked_for.iter().filter(|(kinds, _)| is_clear(kinds)).map(|(_, words)| (*words).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_source_is_without_the_names_own_folders() {
        let folder = |key: &str, path: &str| {
            let image =
                ImageView { key: key.to_owned(), tried: vec![path.to_owned()], ..ImageView::default() };
            folder_of(&image)
        };
        assert_eq!(folder("coco/9", "coco/train2017/9.jpg").as_deref(), Some("coco/train2017"));
        assert_eq!(
            folder("llava_pretrain/00453/1", "llava/images/00453/1.jpg").as_deref(),
            Some("llava/images")
        );
        assert_eq!(folder("x/a.jpg", "a.jpg").as_deref(), Some("."));
    }

    #[test]
    fn what_is_not_found_is_said() {
        let item = Trouble { kind: "folder_absent".to_owned(), ..Trouble::default() };
        let words = clear(&[item]);
        assert!(words.contains(&"bad records".to_owned()) && !words.contains(&"missing pictures".to_owned()));
    }
}
