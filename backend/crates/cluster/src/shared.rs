//! What engine, writer and views of an index have in common: the client, the small index, and the files of generations.

use crate::client::Client;
use crate::meta::Meta;
use crate::receipt::{ClusterReceipt, OwnFile, own_file};
use crate::send::{refresh, send};
use crate::stored::OwnCodes;
use crate::words::GenerationWords;
use blendscope_columns::{Contents, GenerationColumns, PartsFile, PartsWriter, generation_file};
use blendscope_engine::{EngineError, LiveGeneration, Outcome, Parts};
use roaring::RoaringBitmap;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What engine, writer and views have in common.
pub(crate) struct Shared {
    pub(crate) client: Client,
    pub(crate) meta: Meta,
    /// The folder with the files of generations.
    pub(crate) store: PathBuf,
    /// Number of the commit of the last manifest that was read.
    known: AtomicU64,
    /// The words of generations, which never change.
    words: Mutex<HashMap<u32, Arc<GenerationWords>>>,
}

impl Shared {
    /// What is known of an index whose files lie in a folder.
    pub(crate) fn new(client: Client, meta: Meta, store: PathBuf) -> Self {
        Self { client, meta, store, known: AtomicU64::new(0), words: Mutex::default() }
    }

    /// Takes note of the number of the commit of the manifest that was read last.
    pub(crate) fn note_commit(&self, number: u64) {
        self.known.store(number, Ordering::Relaxed);
    }

    /// The number of the commit of the manifest that this process knows.
    pub(crate) fn known_commit(&self) -> u64 {
        self.known.load(Ordering::Relaxed)
    }

    /// Opens the file of a generation that need not be live.
    pub(crate) fn columns(&self, generation: u32, contents: &Contents) -> Outcome<GenerationColumns> {
        let live = LiveGeneration::new(generation, 0, contents.rows, Vec::new());
        Ok(GenerationColumns::open(&self.store, live, contents.clone(), None)?)
    }

    /// Sends samples of a generation as of a receipt, and makes them be seen.
    pub(crate) fn send(&self, generation: u32, receipt: &ClusterReceipt, ordinals: &[u32]) -> Outcome<()> {
        if ordinals.is_empty() {
            return Ok(());
        }
        let columns = self.columns(generation, &receipt.contents)?;
        let parts = PartsFile::open(&generation_file(&self.store, generation), receipt.contents.end)?;
        let own = self.own_codes(generation, receipt.own)?;
        send(&self.client, &columns, &parts, &own, ordinals)?;
        refresh(&self.client)
    }

    /// Of which samples the own codes are stored.
    pub(crate) fn own_codes(&self, generation: u32, file: Option<OwnFile>) -> Outcome<OwnCodes> {
        let Some(file) = file else { return Ok(OwnCodes::new()) };
        let parts = PartsFile::open(&own_file(&self.store, generation, file.number), file.end)?;
        let mut own = OwnCodes::new();
        for name in parts.names() {
            let bytes = (&parts as &dyn Parts).last(name)?.ok_or_else(|| Parts::damaged(&parts, name))?;
            let set =
                RoaringBitmap::deserialize_from(bytes.as_ref()).map_err(|_| Parts::damaged(&parts, name))?;
            own.insert(name.parse().map_err(|_| Parts::damaged(&parts, name))?, set);
        }
        Ok(own)
    }

    /// Whether there is a file of own codes after one, of which no receipt was committed.
    pub(crate) fn has_later_own_codes(&self, generation: u32, file: Option<OwnFile>) -> bool {
        own_file(&self.store, generation, file.map_or(1, |file| file.number + 1)).is_file()
    }

    /// Writes a new file of which samples have their own codes stored.
    pub(crate) fn write_own_codes(
        &self,
        generation: u32,
        before: Option<OwnFile>,
        own: &OwnCodes,
    ) -> Outcome<OwnFile> {
        let number = before.map_or(1, |before| before.number + 1);
        let mut file = PartsWriter::create(own_file(&self.store, generation, number))?;
        for (field, set) in own {
            let mut bytes = Vec::with_capacity(set.serialized_size());
            set.serialize_into(&mut bytes).map_err(|error| EngineError::Failed(Box::new(error)))?;
            file.push(&field.to_string(), &bytes)?;
        }
        Ok(OwnFile { number, end: file.sync()? })
    }

    /// The words of a generation.
    pub(crate) fn words(&self, generation: u32, contents: &Contents) -> Outcome<Arc<GenerationWords>> {
        let lock = || self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&generation) {
            return Ok(Arc::clone(known));
        }
        let parts = PartsFile::open(&generation_file(&self.store, generation), contents.end)?;
        let words = Arc::new(GenerationWords::read(&parts)?);
        lock().insert(generation, Arc::clone(&words));
        Ok(words)
    }

    /// Forgets the words of all generations but these.
    pub(crate) fn keep_words(&self, generations: &HashSet<u32>) {
        self.words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|number, _| generations.contains(number));
    }
}
