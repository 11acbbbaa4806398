//! The engine of one machine, opened: a folder with a text index and the files of generations.
//!
//! ```text
//! text/    the text index; the payload of its commits says how much of the log counts
//! store/   the log of the manifest, and a file or two per generation
//! ```

mod integrity;

use crate::LocalView;
use crate::manifest::{ManifestLog, Payload};
use crate::text::{IndexError, TextIndex, examine_files};
use crate::writer::LocalWriter;
use blendscope_columns::{Contents, GenerationColumns};
use blendscope_columns::{PartsFile, generation_file, late_file, write_late};
use blendscope_engine::{
    About, Damage, Depth, Driver, Engine, EngineError, Examined, Filled, FilledOf, Limits, Live, Manifest,
    MayWrite, Numbers, Outcome, Parts, Receipt, Sorted, View, Writer,
};
use integrity::Integrity;
use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, io, thread};

/// The largest number of samples that a page by relevance passes over, for which 32 MB of hits are held.
pub(crate) const LIMITS: Limits = Limits { relevance: 1_000_000 };

/// How often a reader looks whether there is an index already, and the time between.
const LOOKS: usize = 20;
const LOOK: Duration = Duration::from_millis(50);

/// What is said of a file whose checksum is wrong.
const CHANGED: &str = "it is not as it was written";

/// Opens the engine of one machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalDriver;

/// The engine of one machine.
pub(crate) struct LocalEngine {
    pub(crate) text: TextIndex,
    /// The folder of the log and of generations.
    pub(crate) store: PathBuf,
    may_write: MayWrite,
    integrity: Integrity,
    /// The generations of the latest view.
    opened: Mutex<HashMap<u32, Arc<GenerationColumns>>>,
}

impl Driver for LocalDriver {
    fn open(&self, folder: &Path, may_write: MayWrite) -> Outcome<Arc<dyn Engine>> {
        let (text, store) = (text_of(folder), store_of(folder));
        let is_writer = may_write().is_ok();
        if is_writer {
            for folder in [&text, &store] {
                fs::create_dir_all(folder).map_err(io_error)?;
            }
        }
        // A process that was killed leaves the list of segments from the very beginning.
        let is_lost = !TextIndex::exists(&text) && has_files(&store);
        let open = || TextIndex::open_or_create(&text, Arc::clone(&may_write));
        let mut opened = open();
        let mut damaged = None;
        if is_writer {
            damaged = match &opened {
                Ok(_) if is_lost => Some(text.clone()),
                Ok(index) => damage_of(index, &text, &store),
                Err(error) if error.is_io() => None,
                Err(_) => Some(text.clone()),
            };
            if damaged.is_some() {
                for folder in [&text, &store] {
                    fs::remove_dir_all(folder).and_then(|()| fs::create_dir_all(folder)).map_err(io_error)?;
                }
                opened = open();
            }
        } else {
            // Another process may be just making it.
            for _ in 0..LOOKS {
                if opened.is_ok() {
                    break;
                }
                thread::sleep(LOOK);
                opened = open();
            }
        }
        let text = opened?;
        let integrity = Integrity::new(damaged);
        Ok(Arc::new(LocalEngine { text, store, may_write, integrity, opened: Mutex::default() }))
    }

    fn examine(&self, folder: &Path, filled: FilledOf<'_>) -> Outcome<Vec<Examined>> {
        let (text, store) = (text_of(folder), store_of(folder));
        let mut examined = examine_files(&text);
        if examined.iter().any(|(_, found)| found.is_err()) {
            return Ok(examined);
        }
        let index = TextIndex::open_to_read(&text)?;
        let Some(payload) = index.payload()? else { return Ok(examined) };
        let manifest = Payload::parse(&payload).and_then(|payload| payload.manifest(&store)).ok();
        let Some(filled) = manifest.and_then(|manifest| filled(&manifest)) else {
            examined.push((store, Err("the list of generations is not as it was written".to_owned())));
            return Ok(examined);
        };
        for of in &filled {
            let contents = Contents::of(&of.receipt);
            for late in contents.files() {
                let number = of.generation;
                let path = late.map_or_else(
                    || generation_file(&store, number),
                    |late| late_file(&store, number, late.number),
                );
                let damaged = blendscope_columns::damage_in(&store, number, &contents, late)?;
                let bytes = late.map_or(contents.end, |late| late.end).at;
                examined.push((path, damaged.map_or(Ok(bytes), |_| Err(CHANGED.to_owned()))));
            }
        }
        let samples = index.view()?.samples_by_generation();
        let has = |of: &Filled| samples.get(&of.generation).copied().unwrap_or(0) == of.samples;
        if !filled.iter().all(has) || samples.len() > filled.len() {
            examined.push((text, Err("it has not the samples that it should have".to_owned())));
        }
        Ok(examined)
    }
}

fn text_of(folder: &Path) -> PathBuf {
    folder.join("text")
}

fn store_of(folder: &Path) -> PathBuf {
    folder.join("store")
}

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// What of an index that can be opened makes it useless: the list of generations, or what says where that is.
fn damage_of(index: &TextIndex, text: &Path, store: &Path) -> Option<PathBuf> {
    match index.payload() {
        Ok(None) => None,
        Ok(Some(payload)) => {
            let is_known = Payload::parse(&payload).is_ok_and(|payload| payload.manifest(store).is_ok());
            (!is_known).then(|| store.to_owned())
        }
        Err(_) => Some(text.to_owned()),
    }
}

/// An error of the file system; one that says that the list of generations is damaged or gone is told apart.
fn io_error(source: io::Error) -> EngineError {
    match source.kind() {
        ErrorKind::InvalidData | ErrorKind::NotFound => EngineError::Lost(Box::new(source)),
        _ => EngineError::Failed(Box::new(source)),
    }
}

impl LocalEngine {
    fn payload(&self) -> Outcome<Option<Payload>> {
        let text = self.text.payload()?;
        text.map(|text| Payload::parse(&text).map_err(io_error)).transpose()
    }

    pub(crate) fn opened(&self) -> MutexGuard<'_, HashMap<u32, Arc<GenerationColumns>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for LocalEngine {
    fn about(&self) -> About {
        About { name: "local", version: env!("CARGO_PKG_VERSION").to_owned(), limits: LIMITS }
    }

    fn last_commit(&self) -> Outcome<Option<String>> {
        Ok(self.text.payload()?)
    }

    fn manifest(&self) -> Outcome<Option<Manifest>> {
        loop {
            let Some(payload) = self.payload()? else { return Ok(None) };
            match payload.manifest(&self.store) {
                Ok(manifest) => return Ok(Some(manifest)),
                // Another process has committed since, and may have removed an outdated log.
                Err(_) if self.payload()?.as_ref() != Some(&payload) => {}
                Err(error) => return Err(io_error(error)),
            }
        }
    }

    fn view(&self, live: &Arc<Live>, filled: &[Filled]) -> Outcome<Arc<dyn View>> {
        let text = self.text.view()?;
        let before = self.opened().clone();
        let mut generations = Vec::with_capacity(filled.len());
        for (of, filled) in live.generations().iter().zip(filled) {
            let (contents, known) = (Contents::of(&filled.receipt), before.get(&of.number));
            let opened = GenerationColumns::open(&self.store, of.clone(), contents, known)?;
            generations.push(Arc::new(opened));
        }
        *self.opened() = generations.iter().map(|of| (of.live.number, Arc::clone(of))).collect();
        Ok(Arc::new(LocalView::new(text, Arc::clone(live), generations)))
    }

    fn parts(&self, generation: u32, receipt: &Receipt) -> Outcome<Arc<dyn Parts>> {
        let contents = Contents::of(receipt);
        if let Some(parts) = self.opened().get(&generation).and_then(|of| of.parts(&contents)) {
            return Ok(Arc::<PartsFile>::clone(parts));
        }
        let opened = PartsFile::open(&generation_file(&self.store, generation), contents.end);
        Ok(Arc::new(opened?))
    }

    fn writer(&self) -> Outcome<Box<dyn Writer>> {
        let payload = self.payload()?;
        let log = ManifestLog::open(&self.store, payload.as_ref()).map_err(io_error)?;
        let next_generation = payload.map_or(1, |payload| payload.next_generation);
        let text = self.text.writer()?;
        Ok(Box::new(LocalWriter::new(text, self.store.clone(), log, next_generation)))
    }

    fn amend(&self, filled: &Filled, numbers: &mut [Numbers<'_>]) -> Outcome<Receipt> {
        let contents = Contents::of(&filled.receipt);
        let late = write_late(&self.store, filled.generation, contents.late, numbers)?;
        Ok(Contents { late: Some(late), ..contents }.receipt())
    }

    fn sweep(&self, filled: &[Filled]) {
        // In a folder that is another one by now, nothing is left over.
        let Ok(payload) = self.payload() else { return };
        if (self.may_write)().is_err() {
            return;
        }
        let mut in_use: HashSet<PathBuf> = payload.iter().map(|payload| payload.log(&self.store)).collect();
        for of in filled {
            in_use.insert(generation_file(&self.store, of.generation));
            let late = Contents::of(&of.receipt).late;
            in_use.extend(late.map(|late| late_file(&self.store, of.generation, late.number)));
        }
        let Ok(entries) = fs::read_dir(&self.store) else { return };
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| !in_use.contains(path)) {
            // What cannot be removed now is tried again the next time.
            let _ = fs::remove_file(path);
        }
    }

    fn sort_out(&self, filled: &[Filled], may_be_mended: bool) -> Outcome<Sorted> {
        self.sort_out_generations(filled, may_be_mended)
    }

    fn is_checked(&self, filled: &[Filled]) -> bool {
        self.integrity.is_checked(filled) && self.text.is_checked()
    }

    fn check(&self, filled: &[Filled], depth: Depth, is_over: &dyn Fn() -> bool) -> Outcome<()> {
        self.check_files(filled, depth, is_over)
    }

    fn has_changed(&self) -> bool {
        self.opened().values().any(|of| of.has_changed()) || self.text.has_changed()
    }

    fn damage(&self) -> Damage {
        self.integrity.damage(&self.text, || text_of(self.store.parent().unwrap_or(&self.store)))
    }
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Spent(spent) => Self::Spent(spent),
            error if error.is_damage() => Self::Lost(Box::new(error)),
            error => Self::Failed(Box::new(error)),
        }
    }
}
