//! What lies beside the annotation files: archives that stand for image folders, and files of boxes.

use crate::store::boxes::BoxIndex;
use crate::store::snapshot::Snapshot;
use crate::{Library, LibraryError};
use blendscope_catalog::{FoundDataset, Resolved};
use blendscope_images::Archives;
use blendscope_read::Sample;
use blendscope_shared::dataset::Unclaimed;
use blendscope_shared::sample::LabelledBox;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What lies beside the annotation files, as it was last opened.
#[derive(Default)]
pub(crate) struct Sidecars {
    archives: Mutex<Arc<Archives>>,
    boxes: Mutex<Option<Arc<BoxIndex>>>,
    /// Whether everything was looked through once.
    is_open: AtomicBool,
}

impl Library {
    /// Opens archives and box files; what was never read is read now.
    pub fn open_sidecars(&self, resolved: &Resolved) -> Result<(), LibraryError> {
        self.open_archives(resolved);
        let files: Vec<PathBuf> = resolved.box_files.iter().map(|file| file.path.clone()).collect();
        let boxes = BoxIndex::open_or_build(&self.home().boxes(), &files, self.stopping())?;
        *self.sidecars.boxes.lock().unwrap_or_else(PoisonError::into_inner) = boxes.map(Arc::new);
        self.sidecars.is_open.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn open_archives(&self, resolved: &Resolved) {
        if resolved.archives.is_empty() && self.archives().is_empty() {
            return;
        }
        let with_folders = |path: &PathBuf| (path.clone(), resolved.folders_of_archive(path));
        let paths: Vec<_> = resolved.archives.iter().map(with_folders).collect();
        let data_folders: Vec<PathBuf> = resolved.bases.iter().map(|base| resolved.root.join(base)).collect();
        let (catalog, cache) = (self.catalog(), self.home().archives());
        let archives = Archives::open(&paths, &data_folders, catalog.bases(), &cache, self.stopping());
        *self.sidecars.archives.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(archives);
    }

    /// Whether a picture may still be found in an archive that is being looked through.
    pub fn may_be_in_archives(&self, resolved: &Resolved) -> bool {
        !resolved.archives.is_empty() && !self.sidecars.is_open.load(Ordering::Relaxed)
    }

    /// The archives of pictures.
    pub fn archives(&self) -> Arc<Archives> {
        Arc::clone(&self.sidecars.archives.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The boxes that box files name for a sample's id; none where there is nothing to draw them on.
    pub fn boxes_of(&self, dataset: &FoundDataset, sample: &Sample) -> Vec<LabelledBox> {
        match (self.boxes(), sample.id_text()) {
            (Some(boxes), Some(id)) if dataset.has_boxes && !sample.images.is_empty() => boxes.boxes_of(&id),
            _ => Vec::new(),
        }
    }

    fn boxes(&self) -> Option<Arc<BoxIndex>> {
        self.sidecars.boxes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a table of archives or boxes changed on disk, so that it has to be opened again.
    pub fn have_sidecars_changed(&self) -> bool {
        self.archives().has_changed() || self.boxes().is_some_and(|boxes| boxes.has_changed())
    }

    /// Archives and box files of which something cannot be read.
    pub fn trouble_of_sidecars(&self, snapshot: &Snapshot) -> Vec<Unclaimed> {
        let archives = self.archives();
        let of_archive = |(path, reason): &(PathBuf, String)| Unclaimed {
            path: snapshot.shown(path),
            reason: reason.clone(),
        };
        let mut trouble: Vec<Unclaimed> = archives.problems().iter().map(of_archive).collect();
        for file in self.boxes().iter().flat_map(|boxes| boxes.files()).filter(|file| file.problems > 0) {
            let first = file.first_problems.first().cloned().unwrap_or_default();
            let reason =
                format!("a box file with {} items that cannot be read, the first: {first}", file.problems);
            trouble.push(Unclaimed { path: snapshot.shown(Path::new(&file.path)), reason });
        }
        trouble
    }
}
