//! One opened root: catalog, engine and pictures together. The only thing that the server and the commands talk to.
//!
//! It has three rooms. [`store`] is where the state of a root lies: its folder, generations, records, and what a commit
//! says. [`ingest`] brings files into the engine and keeps them up to date. [`ask`] turns questions into answers. `ingest`
//! and `ask` know `store` and not each other.

mod ask;
mod error;
mod ingest;
mod store;
#[cfg(test)]
mod testing;

pub use ask::compare::Compared;
pub use ask::export::{Export, ExportParams, Lines};
pub use ask::pictures::{Original, Thumbnail};
pub use blendscope_images::Content;
pub use error::LibraryError;
pub use store::checkup::{Checkup, check_index};
pub use store::home::default_parent;
pub use store::indexes::{IndexFolder, find_index, list_indexes};

use ask::answers::AnswerCache;
use ask::pictures::OtherCases;
use blendscope_catalog::{Catalog, Looks, Resolved};
use blendscope_engine::{About, Driver, Engine};
use blendscope_images::{Colours, PictureMemory, ThumbnailCache};
use blendscope_read::reads;
use blendscope_shared::status::{EngineLimits, EngineStatus, State, Status};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use store::catalogs::Catalogs;
use store::home::{Home, absolute, check_folder};
use store::integrity::Integrity;
use store::lock::{Denied, Permission, WITHOUT_FLOCK};
use store::manifest::Manifest;
use store::sidecars::Sidecars;
use store::snapshot::{Parts, Snapshot};
use tokio::sync::watch;

/// Bytes that scaled pictures may take on disk.
const THUMBNAIL_BYTES: u64 = 2 << 30;

/// The longest that is waited for indexing to stop: committing takes less, and what takes longer waits for a disk.
const STOP_WITHIN: Duration = Duration::from_secs(4);
const STOP_LOOK: Duration = Duration::from_millis(5);

/// What to open, and where its index goes.
#[derive(Clone)]
pub struct OpenOptions {
    /// What keeps the samples.
    pub engine: Arc<dyn Driver>,
    /// The folder with prepared data.
    pub root: PathBuf,
    /// Folder that holds indexes; the user's cache folder when absent.
    pub index_parent: Option<PathBuf>,
    /// The user's catalog file.
    pub config: Option<PathBuf>,
    /// Whether all bytes of annotation files are compared with what was indexed, instead of some.
    pub verify: bool,
    /// Bytes that all pictures may take while they are read and decoded; a share of the machine's memory when absent.
    pub picture_memory: Option<u64>,
    /// Bytes that scaled pictures may take on disk; 2 GB when absent.
    pub thumbnail_bytes: Option<u64>,
}

/// One opened root.
pub struct Library {
    root: PathBuf,
    home: Home,
    catalogs: Catalogs,
    /// What was found under the root when it was last looked through.
    looks: Looks,
    driver: Arc<dyn Driver>,
    engine: Mutex<Arc<dyn Engine>>,
    thumbnails: ThumbnailCache,
    /// What pictures look like from afar, until their thumbnails are there.
    colours: Colours,
    picture_memory: Arc<PictureMemory>,
    snapshot: Mutex<Arc<Snapshot>>,
    answers: Arc<AnswerCache>,
    sidecars: Sidecars,
    other_cases: OtherCases,
    status: watch::Sender<Status>,
    /// Why the index does not grow now.
    index_trouble: Mutex<Option<String>>,
    stopping: AtomicBool,
    worker: Mutex<Option<JoinHandle<()>>>,
    integrity: Integrity,
    /// The commit of another process that is shown.
    followed: Mutex<Option<String>>,
    /// Why the system could not look at one of the files in the last pass, if there is one.
    unread: Mutex<Option<String>>,
    /// When a process that only asks last looked at the root.
    looked_at_root: Mutex<Option<Instant>>,
    /// What is said of files that are not indexed, where this process only asks.
    unindexed: Mutex<Option<String>>,
    /// Files that are not what was indexed although their sizes and times say so: generation and path.
    suspects: Mutex<HashSet<(u32, String)>>,
    /// Whether all bytes of annotation files are compared with what was indexed.
    verifies: bool,
    permission: Permission,
}

impl Library {
    /// Opens a root: what an earlier run indexed is there at once. Starts nothing.
    pub fn open(options: &OpenOptions) -> Result<Arc<Self>, LibraryError> {
        let root = absolute(&options.root)?;
        check_folder(&root)?;
        let catalogs = Catalogs::open(options.config.clone())?;
        let home = Home::open(options)?;
        let permission = Permission::ask(&home, options.engine.writers())?;
        let engine = options.engine.open(&home.index(), permission.may_write())?;
        let integrity = Integrity::default();
        let parts = Parts {
            engine: engine.as_ref(),
            manifest: &Manifest::default(),
            resolved: Arc::default(),
            catalog: catalogs.current(),
            is_final: false,
            doubt: Arc::clone(integrity.doubt()),
        };
        let snapshot = Snapshot::open(parts, None)?;
        let status = Status {
            root: options.root.display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: status_of(engine.as_ref()),
            ..Status::default()
        };
        let library = Self {
            root,
            thumbnails: ThumbnailCache::open(
                home.thumbnails(),
                options.thumbnail_bytes.unwrap_or(THUMBNAIL_BYTES),
            ),
            colours: Colours::open(home.colours()),
            picture_memory: options.picture_memory.map_or_else(PictureMemory::usual, PictureMemory::new),
            home,
            catalogs,
            looks: Looks::default(),
            driver: Arc::clone(&options.engine),
            engine: Mutex::new(engine),
            snapshot: Mutex::new(Arc::new(snapshot)),
            answers: Arc::default(),
            sidecars: Sidecars::default(),
            other_cases: OtherCases::default(),
            status: watch::Sender::new(status),
            index_trouble: Mutex::default(),
            stopping: AtomicBool::new(false),
            worker: Mutex::new(None),
            integrity,
            followed: Mutex::default(),
            unread: Mutex::new(None),
            looked_at_root: Mutex::default(),
            unindexed: Mutex::default(),
            suspects: Mutex::default(),
            verifies: options.verify,
            permission,
        };
        library.report_notice();
        Ok(Arc::new(library))
    }

    /// Begins to index in the background, and to watch for changes afterwards. Where another process writes the index,
    /// shows what that one has done.
    pub fn start_indexing(self: &Arc<Self>) {
        let library = Arc::clone(self);
        let work = move || library.work_in_background();
        match thread::Builder::new().name("indexer".to_owned()).spawn(work) {
            Ok(worker) => *self.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(worker),
            Err(error) => self.report_trouble(Some(format!("cannot start indexing: {error}"))),
        }
    }

    /// Indexes everything and returns when it is done or stopped.
    pub fn index_to_end(&self) -> Result<(), LibraryError> {
        if let Some(denied) = self.permission.denied() {
            return Err(self.refusal(denied));
        }
        self.pass()?;
        if self.verifies {
            self.check_files(true, &AtomicBool::new(false))?;
            if !self.suspects().is_empty() {
                self.pass()?;
            }
        }
        Ok(())
    }

    /// How far indexing has come.
    pub fn status(&self) -> Status {
        let mut status = self.status.borrow().clone();
        let engine = self.engine();
        (status.engine.state, status.engine.trouble) = (engine.state(), engine.trouble());
        if let Some(wait) = reads::unanswered() {
            let (path, secs) = (self.snapshot().shown(&wait.path), wait.since.elapsed().as_secs());
            status.trouble.get_or_insert_with(|| {
                format!(
                    "{path} has not answered for {secs} s, perhaps because a disk of the network is gone; everything \
                     else goes on, and it is tried again every minute and as soon as it answers"
                )
            });
        }
        status
    }

    /// Every change of the status.
    pub fn subscribe(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Changes with every commit: answers with the same tag are the same.
    pub fn generation_tag(&self) -> String {
        format!("{:x}-{:x}", std::process::id(), self.snapshot().number)
    }

    /// Stops indexing: commits what was read, drops unfinished merges. Does not wait for a file that does not answer.
    pub fn shut_down(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            worker.thread().unpark();
            let until = Instant::now() + STOP_WITHIN;
            while !worker.is_finished() && Instant::now() < until {
                thread::sleep(STOP_LOOK);
            }
            if worker.is_finished() {
                // A worker that panicked has nothing left to commit; what was committed before stays.
                let _ = worker.join();
            }
        }
        self.permission.let_go();
    }

    /// Makes a commit visible.
    fn publish(
        &self,
        resolved: &Arc<Resolved>,
        manifest: &Manifest,
        is_final: bool,
    ) -> Result<(), LibraryError> {
        let is_final = is_final && self.is_checked(manifest);
        let engine = self.engine();
        let parts = Parts {
            engine: engine.as_ref(),
            manifest,
            resolved: Arc::clone(resolved),
            catalog: self.catalog(),
            is_final,
            doubt: Arc::clone(self.integrity.doubt()),
        };
        let snapshot = Arc::new(Snapshot::open(parts, Some(&self.snapshot()))?);
        let bytes_total =
            resolved.datasets.iter().flat_map(|dataset| &dataset.files).map(|file| file.bytes).sum();
        let bytes_done: u64 = snapshot.files.iter().map(|file| file.state().bytes_done).sum();
        let samples = snapshot.samples();
        let skipped = snapshot.files.iter().map(|file| file.state().skipped).sum();
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = snapshot;
        self.answers.clear();
        self.status.send_modify(|status| {
            status.state = if is_final { State::Ready } else { State::Indexing };
            status.samples = samples;
            status.skipped = skipped;
            status.bytes_total = bytes_total;
            status.bytes_done = if is_final { bytes_total } else { bytes_done.min(bytes_total) };
        });
        Ok(())
    }

    /// The generations as of the last commit; nothing when there was none.
    fn committed(&self) -> Result<Manifest, LibraryError> {
        self.engine()
            .manifest()?
            .map_or_else(|| Ok(Manifest::default()), |committed| Manifest::read(&committed))
    }

    fn report_progress(&self, bytes_done: u64) {
        self.status.send_modify(|status| status.bytes_done = bytes_done.min(status.bytes_total));
    }

    /// Reports why the index does not grow now, beside what is wrong with the catalog file.
    fn report_trouble(&self, trouble: Option<String>) {
        *self.index_trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        self.report_trouble_again();
    }

    fn report_trouble_again(&self) {
        let of_index = self.index_trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let all: Vec<String> = of_index.into_iter().chain(self.catalogs.trouble()).collect();
        let trouble = (!all.is_empty()).then(|| all.join("; "));
        self.status.send_if_modified(|status| {
            let is_news = status.trouble != trouble;
            status.trouble = trouble;
            is_news
        });
    }

    /// Fails, and writes no more, when this process may not write the index, or not any more.
    fn check_permission(&self) -> Result<(), LibraryError> {
        self.permission.check().map_err(|denied| {
            self.report_notice();
            self.refusal(denied)
        })
    }

    /// The error for a command that needs to write.
    fn refusal(&self, denied: Denied) -> LibraryError {
        let path = self.home.dir().to_owned();
        match denied {
            Denied::Held(holder) => LibraryError::Held { holder },
            Denied::ReadOnly => LibraryError::ReadOnlyIndex { path },
            Denied::FolderLost => LibraryError::IndexFolderLost { path },
            Denied::LetGo => LibraryError::Held { holder: "unknown".to_owned() },
            Denied::OnlyAsks => LibraryError::OnlyAsks,
        }
    }

    /// Reports what is unusual, and whether this process only reads the index.
    fn report_notice(&self) {
        let denied = self.permission.denied();
        let of_folder = match &denied {
            None => self.permission.is_beat().then(|| WITHOUT_FLOCK.to_owned()),
            Some(Denied::OnlyAsks) => self.unindexed.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Some(Denied::ReadOnly) => Some(format!(
                "the index in {} may only be read by this user, so nobody watches for changes under the root",
                self.home.dir().display()
            )),
            Some(_) => None,
        };
        let of_index = [self.removal_notice(), self.mended_notice(), self.crash_notice()];
        let notices: Vec<String> = of_folder.into_iter().chain(of_index.into_iter().flatten()).collect();
        let notice = (!notices.is_empty()).then(|| notices.join("; "));
        self.status.send_if_modified(|status| {
            let is_news = (&status.notice, status.read_only) != (&notice, denied.is_some());
            (status.notice, status.read_only) = (notice, denied.is_some());
            is_news
        });
    }

    /// Has the thread that keeps the index up to date look at once for something to do.
    fn wake(&self) {
        if let Some(worker) = &*self.worker.lock().unwrap_or_else(PoisonError::into_inner) {
            worker.thread().unpark();
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn root(&self) -> &Path {
        &self.root
    }

    fn home(&self) -> &Home {
        &self.home
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.catalogs.current()
    }

    fn engine(&self) -> Arc<dyn Engine> {
        Arc::clone(&self.engine.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn thumbnails(&self) -> &ThumbnailCache {
        &self.thumbnails
    }

    fn is_stopping(&self) -> bool {
        self.stopping().load(Ordering::Relaxed)
    }

    fn stopping(&self) -> &AtomicBool {
        &self.stopping
    }
}

/// What the status says of an engine.
fn status_of(engine: &dyn Engine) -> EngineStatus {
    let About { name, version, limits } = engine.about();
    EngineStatus {
        name: name.to_owned(),
        version,
        state: engine.state(),
        trouble: engine.trouble(),
        limits: EngineLimits { relevance_offset: limits.relevance },
    }
}
