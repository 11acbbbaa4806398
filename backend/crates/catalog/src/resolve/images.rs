//! Where the pictures of a found dataset are: folders of its entry, folders of image sources, and archives in a
//! folder's place.

use super::Known;
use crate::found::{FoundDataset, FoundFile, stands_for};
use crate::known::Catalog;
use crate::looks::{FileId, Looks};
use crate::paths::{inside, join, relative, under};
use crate::probe::Beginning;
use crate::{Layout, Source, Spelling, probe, unknown};
use blendscope_read::{Container, Form, RecordKeys, disk};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What image folders are looked for in.
pub(super) struct Folders<'r> {
    pub root: &'r Path,
    pub catalog: &'r Catalog,
    /// Data folders found under the root, relative to it.
    pub bases: &'r [String],
    /// Archives of pictures.
    pub archives: &'r [PathBuf],
    /// What was read of annotation files before.
    pub looks: &'r Looks,
}

impl Folders<'_> {
    /// A known dataset: its pictures are expected in the documented folder.
    pub(super) fn known(&self, known: &Known<'_>, slug: String) -> FoundDataset {
        let folders = known.dataset.image_folders(known.place);
        let documented = self.documented_dirs(known, &folders);
        let image_dirs = self.dirs_with_pictures(&documented, &known.files[0], known.dataset.record.as_ref());
        // Pictures in an undocumented place keep the keys they would have in the expected one.
        let chosen = documented.iter().position(|folder| *folder == image_dirs[0]).unwrap_or(0);
        let key_root = folders[chosen % folders.len()];
        let dataset = known.dataset;
        FoundDataset {
            slug,
            title: dataset.title.clone(),
            is_known: true,
            documented_samples: dataset.documented_samples,
            language: dataset.language.clone(),
            terms: dataset.terms.clone(),
            is_restricted: dataset.is_restricted,
            is_reference: dataset.is_reference,
            is_counted: dataset.is_counted,
            home: dataset.home.clone(),
            layouts: self.layouts(known).map(|layout| layout.title.clone()).collect(),
            has_boxes: self.layouts(known).any(|layout| layout.has_boxes),
            suggestion: None,
            image_root: relative(self.root, &image_dirs[0]),
            key_root: key_root.to_owned(),
            image_dirs,
            record: dataset.record.clone(),
            files: known.files.clone(),
        }
    }

    /// The layouts that speak of the dataset's place.
    fn layouts(&self, known: &Known<'_>) -> impl Iterator<Item = &Layout> {
        let place = known.place.and_then(|place| known.dataset.places.get(place));
        let slugs = place.map(|place| place.layouts.clone()).unwrap_or_default();
        self.catalog.layouts().iter().filter(move |layout| slugs.contains(&layout.slug))
    }

    /// The expected folder and the other documented ones that exist. Only when none of the first refs is in the expected
    /// one, the others and then the likely ones are tried, and those that have pictures go first.
    fn dirs_with_pictures(
        &self,
        documented: &[PathBuf],
        file: &FoundFile,
        keys: Option<&Arc<RecordKeys>>,
    ) -> Vec<PathBuf> {
        let refs = &self.beginning(file, keys).refs;
        let (expected, others) = (&documented[0], &documented[1..]);
        let mut dirs = Vec::new();
        // Where an archive stands for the expected folder, pictures of the same names elsewhere mean nothing.
        let is_packed =
            !disk::is_dir(expected) && self.archives.iter().any(|archive| stands_for(archive, expected));
        if !is_packed && !probe::has_any(expected, refs) {
            dirs = probe::best_folders(others, refs);
            if dirs.is_empty() {
                dirs = probe::likely_folders(self.root, self.bases, file, refs);
            }
        }
        for folder in std::iter::once(expected).chain(others.iter().filter(|folder| disk::is_dir(folder))) {
            if !dirs.contains(folder) {
                dirs.push(folder.clone());
            }
        }
        dirs
    }

    /// A dataset the catalog does not know: the likely folders that have pictures, best first; when there is none, the
    /// data folder that the file is in, or the root.
    pub(super) fn unknown(&self, title: String, slug: String, files: Vec<FoundFile>) -> FoundDataset {
        let mut image_dirs = self.likely_dirs(&files[0]);
        let beginning = self.beginning(&files[0], None);
        let is_reference = files[0].container.form == Form::Coco || beginning.is_reference;
        let of_ids = probe::folders_of_ids(self.root, self.bases, &files[0], &beginning.ids);
        let record = (!of_ids.is_empty()).then(|| Arc::new(probe::keys_of_ids()));
        image_dirs.extend(of_ids);
        // Pictures that lie beside the file in an archive cannot be looked for yet.
        let own = files[0].path.parent().unwrap_or(self.root);
        if image_dirs.is_empty() && self.archives.iter().any(|archive| archive.parent() == Some(own)) {
            image_dirs.push(own.to_owned());
        }
        if files[0].container == Container::ARCHIVE {
            image_dirs.extend(beginning.folders.iter().map(|folder| under(own, folder)));
        }
        if image_dirs.is_empty() {
            image_dirs.push(under(self.root, self.base_of(&files[0])));
        }
        let image_root = relative(self.root, &image_dirs[0]);
        let mut found = FoundDataset {
            slug,
            title,
            key_root: self.documented(&image_root),
            image_root,
            image_dirs,
            files,
            has_boxes: true,
            is_reference,
            record,
            ..FoundDataset::default()
        };
        found.suggestion = Some(unknown::suggestion(&found, self.base_of(&found.files[0])));
        found
    }

    /// The folders in which the first refs of a file of an unknown dataset have pictures, best first.
    fn likely_dirs(&self, file: &FoundFile) -> Vec<PathBuf> {
        if file.container.form == Form::Folder {
            // Its refs begin with its own name, unless it is the root.
            let around = file.path.parent().filter(|_| file.path != self.root);
            return vec![around.unwrap_or(self.root).to_owned()];
        }
        let refs = &self.beginning(file, None).refs;
        let likely = probe::likely_folders(self.root, self.bases, file, refs);
        if likely.is_empty() { probe::best_folders(&self.dirs_of_sources(refs), refs) } else { likely }
    }

    /// The folders of image sources whose pictures are called like these refs: `COCO_train2014_000000000009.jpg`.
    fn dirs_of_sources(&self, refs: &[String]) -> Vec<PathBuf> {
        let names_one = |source: &&Source| source.names.is_some();
        let mut dirs = Vec::new();
        for source in self.catalog.sources().iter().filter(names_one) {
            let is_called = |reference: &String, spelling: &Spelling| {
                let path = join(spelling.folder(), reference);
                spelling.name(&path).is_some_and(|name| source.allows(name))
            };
            for spelling in &source.spellings {
                let called = refs.iter().filter(|reference| is_called(reference, spelling)).count();
                if called * 2 > refs.len() {
                    let bases = std::iter::once("").chain(self.bases.iter().map(String::as_str));
                    dirs.extend(bases.map(|base| under(&under(self.root, base), spelling.folder())));
                }
            }
        }
        dirs
    }

    fn beginning(&self, file: &FoundFile, keys: Option<&Arc<RecordKeys>>) -> Arc<Beginning> {
        match disk::metadata(&file.path) {
            Ok(metadata) => self.looks.beginning(FileId::of(&metadata), || probe::beginning(file, keys)),
            Err(_) => Arc::default(),
        }
    }

    /// The documented folders under the dataset's own data folder, or under every one found if that is not known.
    fn documented_dirs(&self, known: &Known<'_>, folders: &[&str]) -> Vec<PathBuf> {
        let bases: Vec<&str> = match &known.base {
            Some(base) => vec![base],
            None if self.bases.is_empty() => vec![""],
            None => self.bases.iter().map(String::as_str).collect(),
        };
        let mut dirs = Vec::new();
        for base in bases {
            dirs.extend(folders.iter().map(|folder| under(&under(self.root, base), folder)));
        }
        dirs
    }

    fn base_of(&self, file: &FoundFile) -> &str {
        let around = self.bases.iter().filter(|base| inside(&file.relative, base).is_some());
        around.max_by_key(|base| base.len()).map_or("", String::as_str)
    }

    /// A folder under the root as the documents would name it: without the data folder in front.
    fn documented(&self, folder: &str) -> String {
        let found = self.bases.iter().chain(self.catalog.bases());
        let shortest = found.filter_map(|base| inside(folder, base)).min_by_key(|rest| rest.len());
        shortest.unwrap_or(folder).to_owned()
    }
}

/// Where documented paths lead: a path inside the first is looked for under the second.
pub(crate) type Mount = (String, PathBuf);

/// Every place of a root that documented paths may be relative to: the data folders, the root, and the image folders of
/// the datasets.
pub(crate) fn mounts(
    catalog: &Catalog,
    root: &Path,
    bases: &[String],
    datasets: &[FoundDataset],
) -> Vec<Mount> {
    let mut mounts: Vec<Mount> = Vec::new();
    let mut mount = |folder: &str, dir: PathBuf| {
        let pair = (folder.to_owned(), dir);
        if !mounts.contains(&pair) {
            mounts.push(pair);
        }
    };
    for base in bases {
        mount("", under(root, base));
    }
    let is_of_source = |folder: &str| {
        let mut spellings = catalog.sources().iter().flat_map(|source| &source.spellings);
        spellings.any(|spelling| inside(folder, spelling.folder()).is_some())
    };
    for dataset in datasets {
        let has_others = !dataset.is_known || !is_of_source(&dataset.key_root);
        for dir in &dataset.image_dirs {
            mount(&dataset.key_root, dir.clone());
            // A ref may be a documented path by itself, whatever folder it is relative to.
            if has_others {
                mount("", dir.clone());
            }
        }
    }
    for base in std::iter::once("").chain(catalog.bases().iter().map(String::as_str)) {
        mount("", under(root, base));
    }
    mounts
}

/// The folders of all sources' paths that exist, or that an archive stands for.
pub(super) fn source_dirs(catalog: &Catalog, mounts: &[Mount], archives: &[PathBuf]) -> BTreeSet<PathBuf> {
    let spellings = catalog.sources().iter().flat_map(|source| &source.spellings);
    let folders: BTreeSet<&str> = spellings.map(Spelling::folder).collect();
    let mut dirs = BTreeSet::new();
    for (mount, dir) in mounts {
        for rest in folders.iter().filter_map(|folder| inside(folder, mount)) {
            let dir = under(dir, rest);
            if disk::is_dir(&dir) || archives.iter().any(|archive| stands_for(archive, &dir)) {
                dirs.insert(dir);
            }
        }
    }
    dirs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_stand_for_the_folders_they_unpack_to() {
        for (archive, folder) in [
            ("data/coco/train2017.zip", "data/coco/train2017"),
            ("data/llava/llava_pretrain/images.zip", "data/llava/llava_pretrain/images/00453"),
            ("data/sam/images/sa_000000.tar", "data/sam/images"),
            ("data/sam/000000.tar", "data/sam/images"),
            ("data/vg/images2.zip", "data/vg/VG_100K_2"),
            ("data/allava_laion/image_chunks/images_0.zip", "data/allava_laion/images"),
            ("data/vflan/image_191-task_1k.zip", "data/vflan/images_191task_1k"),
        ] {
            assert!(stands_for(Path::new(archive), Path::new(folder)), "{archive} {folder}");
        }
        for (archive, folder) in [
            ("data/coco/train2017.zip", "data/coco/val2017"),
            ("data/gqa/images.zip", "data/sam/images"),
            ("data/ai2d/images.zip", "data/geoqa+"),
            ("data/coco.zip", "data/coco2/train2017"),
            ("data/x/y/z/1.tar", "data/x/images"),
        ] {
            assert!(!stands_for(Path::new(archive), Path::new(folder)), "{archive} {folder}");
        }
    }
}
