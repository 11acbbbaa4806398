//! Filling generations: numbers, words and texts go to the file of the generation, and when it is finished its samples to
//! the cluster. A commit makes them seen.

use crate::client::ClusterError;
use crate::fields::text_name;
use crate::meta::{HeldFile, LEASE};
use crate::receipt::ClusterReceipt;
use crate::send::{TEXTS, TEXTS_LEVEL, TEXTS_ROWS};
use crate::shared::Shared;
use crate::slots::append_slots;
use crate::words::WordCounter;
use blendscope_columns::GenerationWriter;
use blendscope_engine::{Changes, EngineError, NewSample, Numbers, Outcome, Receipt, Writer};
use blendscope_query::TextField;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};

/// A worker says so many times within the time for which it is believed that it lives.
const BEATS: u32 = 4;

/// What is held by the one who finishes what all have read, in place of a file; no file has such a path, and no generation
/// this number.
const FINISHING_PATH: &str = "/";
const FINISHING: u32 = 0;

/// All texts, in the order in which documents have them.
const ORDER: [TextField; 5] =
    [TextField::Human, TextField::Gpt, TextField::System, TextField::Other, TextField::Extra];

/// Fills generations for one worker, of which there may be many.
pub(crate) struct ClusterWriter {
    shared: Arc<Shared>,
    worker: String,
    /// Tells the cluster that this worker lives until it is dropped.
    heart: Option<Heart>,
    /// Number of the commit by which it was decided what is to be read.
    known: u64,
    filling: Option<Filling>,
    /// Files that are held, by the generation that they are read into.
    held: HashMap<u32, Vec<HeldFile>>,
    forgotten: Vec<u32>,
}

/// A generation that is being filled.
struct Filling {
    file: GenerationWriter,
    words: WordCounter,
    /// Lines of texts for the next part.
    texts: String,
    folded: String,
}

impl ClusterWriter {
    pub(crate) fn new(shared: Arc<Shared>, worker: String) -> Outcome<Self> {
        shared.meta.beat(&worker)?;
        let heart = Some(Heart::begin(Arc::clone(&shared), worker.clone()));
        let known = shared.known_commit();
        Ok(Self { shared, worker, heart, known, filling: None, held: HashMap::new(), forgotten: Vec::new() })
    }

    fn filling(&mut self) -> &mut Filling {
        self.filling.as_mut().expect("a generation is begun before it is filled")
    }

    /// Says that files are held no longer.
    fn release(&mut self, generation: u32, commit: Option<u64>) -> Outcome<()> {
        match self.held.remove(&generation) {
            Some(held) => Ok(self.shared.meta.release(held, commit)?),
            None => Ok(()),
        }
    }
}

impl Writer for ClusterWriter {
    fn begin(&mut self, files: &[&str]) -> Outcome<Option<u32>> {
        let generation = self.shared.meta.next_generation()?;
        let taken = self.shared.meta.take(files, &self.worker, generation, self.known)?;
        let Some(held) = taken else { return Ok(None) };
        // Whoever reads a file twice holds it once.
        self.held.values_mut().for_each(|earlier| earlier.retain(|file| !files.contains(&file.path())));
        self.held.insert(generation, held);
        self.filling = Some(Filling {
            file: GenerationWriter::begin(generation, &self.shared.store)?,
            words: WordCounter::default(),
            texts: String::new(),
            folded: String::new(),
        });
        Ok(Some(generation))
    }

    fn add(&mut self, sample: &NewSample<'_>) -> Outcome<()> {
        let filling = self.filling();
        filling.add_texts(sample.texts);
        filling.file.add(sample)?;
        if filling.file.rows().is_multiple_of(TEXTS_ROWS) { filling.flush_texts() } else { Ok(()) }
    }

    fn add_numbers(&mut self, numbers: Numbers<'_>) -> Outcome<()> {
        Ok(self.filling().file.add_numbers(numbers)?)
    }

    fn add_part(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        Ok(self.filling().file.add_part(name, bytes)?)
    }

    fn checkpoint(&mut self) -> Outcome<Receipt> {
        let contents = self.filling().file.checkpoint(false)?;
        Ok(ClusterReceipt { contents, ..ClusterReceipt::default() }.receipt())
    }

    fn finish(&mut self) -> Outcome<Receipt> {
        let Some(mut filling) = self.filling.take() else {
            return Err(
                ClusterError::Nonsense("a generation was finished that was not begun".to_owned()).into()
            );
        };
        filling.flush_texts()?;
        filling.words.finish(&mut filling.file)?;
        let contents = filling.file.checkpoint(true)?;
        let receipt = ClusterReceipt { contents, ..ClusterReceipt::default() };
        let all: Vec<u32> = (0..filling.file.rows()).collect();
        self.shared.send(filling.file.generation(), &receipt, &all)?;
        Ok(receipt.receipt())
    }

    fn remove(&mut self, _: u32, _: Range<u32>) -> Outcome<()> {
        // What is shown of a generation is part of every question; the samples go with their generation.
        Ok(())
    }

    fn forget(&mut self, generation: u32) -> Outcome<()> {
        self.forgotten.push(generation);
        Ok(())
    }

    fn may_finish(&mut self) -> Outcome<bool> {
        if self.held.contains_key(&FINISHING) {
            return Ok(true);
        }
        let taken = self.shared.meta.take(&[FINISHING_PATH], &self.worker, FINISHING, u64::MAX)?;
        let may_finish = taken.is_some();
        self.held.extend(taken.map(|held| (FINISHING, held)));
        Ok(may_finish)
    }

    fn commit(&mut self, changes: &Changes) -> Outcome<()> {
        let mut changes = changes.clone();
        changes.gone.extend(std::mem::take(&mut self.forgotten));
        changes.gone.sort_unstable();
        changes.gone.dedup();
        let mut read: Vec<u32> = changes.put.iter().map(|(generation, _)| *generation).collect();
        read.retain(|generation| self.held.contains_key(generation));
        let mut held: Vec<HeldFile> =
            read.iter().filter_map(|generation| self.held.remove(generation)).flatten().collect();
        let committed = self.shared.meta.commit(&changes, &read, &mut held);
        let number = committed.map_err(|error| match error {
            ClusterError::Conflict => EngineError::from(ClusterError::Unusable(
                "another worker has taken over what this one read, as it was not heard of for a minute; what this one read \
                 is not used"
                    .to_owned(),
            )),
            error => error.into(),
        })?;
        Ok(self.shared.meta.release(held, Some(number))?)
    }

    fn close(mut self: Box<Self>, _: &dyn Fn() -> bool) -> Outcome<()> {
        let left: Vec<u32> = self.held.keys().copied().collect();
        for generation in left {
            self.release(generation, None)?;
        }
        self.heart = None;
        Ok(self.shared.meta.end(&self.worker)?)
    }
}

impl Drop for ClusterWriter {
    fn drop(&mut self) {
        // A worker that gives up lets others read its files at once; when that fails too, they wait for the lease to end.
        let left: Vec<u32> = self.held.keys().copied().collect();
        for generation in left {
            let _ = self.release(generation, None);
        }
    }
}

impl Filling {
    /// Appends a line with the texts of the next sample.
    fn add_texts(&mut self, texts: &[(TextField, &str)]) {
        let ordinal = self.file.rows();
        let mut is_first_field = true;
        for field in ORDER {
            let mut of_field = texts.iter().filter(|(own, _)| *own == field).peekable();
            if of_field.peek().is_none() {
                continue;
            }
            let comma = if is_first_field { "" } else { "," };
            is_first_field = false;
            self.texts.push_str(comma);
            self.texts.push('"');
            self.texts.push_str(text_name(field));
            self.texts.push_str("\":[");
            for (at, (_, text)) in of_field.enumerate() {
                self.texts.push_str(if at == 0 { "\"" } else { ",\"" });
                let words = &mut self.words;
                append_slots(text, &mut self.folded, &mut self.texts, |term| words.add(term, field, ordinal));
                self.texts.push('"');
            }
            self.texts.push(']');
        }
        self.texts.push('\n');
    }

    fn flush_texts(&mut self) -> Outcome<()> {
        if self.texts.is_empty() {
            return Ok(());
        }
        let packed = zstd::bulk::compress(self.texts.as_bytes(), TEXTS_LEVEL);
        let packed = packed.map_err(|error| EngineError::Failed(Box::new(error)))?;
        self.texts.clear();
        Ok(self.file.add_part(TEXTS, &packed)?)
    }
}

/// A thread that says again and again that a worker lives.
struct Heart {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    fn begin(shared: Arc<Shared>, worker: String) -> Self {
        let (stop, stopped) = channel::<()>();
        let beat = move || {
            while stopped.recv_timeout(LEASE / BEATS) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = shared.meta.beat(&worker) {
                    tracing::debug!(%error, "this worker cannot say that it lives");
                }
            }
        };
        // Without a thread for it others may take over after a minute, which a commit notices.
        Self { stop: Some(stop), thread: thread::Builder::new().name("heart".to_owned()).spawn(beat).ok() }
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
