//! The engine of many machines, opened: an index in the cluster, a small one beside it, and files on shared storage.

use crate::client::{Client, WRITING};
use crate::fields::GENERATION;
use crate::health::{Health, health, missing_shards};
use crate::receipt::{ClusterReceipt, GRACE, generation_of};
use crate::shared::Shared;
use crate::stored::{Meanings, stored};
use crate::view::{ClusterView, LIMITS};
use crate::writer::ClusterWriter;
use blendscope_columns::{GenerationColumns, PartsFile, generation_file, unreadable_file, write_late};
use blendscope_engine::{
    About, Engine, EngineError, Field, Filled, Live, Manifest, Numbers, Outcome, Parts, Receipt, Sorted,
    View, Writer,
};
use roaring::RoaringBitmap;
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The time between two looks for what nobody needs, at least.
const SWEEPS: Duration = Duration::from_mins(1);

/// Generations of which is counted how many samples the cluster has of them, in one answer.
const COUNTED: usize = 10_000;

/// An index in a cluster.
pub(crate) struct ClusterEngine {
    shared: Arc<Shared>,
    version: String,
    /// Whether this process removes what nobody needs.
    may_sweep: bool,
    /// The generations of the latest view.
    opened: Mutex<HashMap<u32, Arc<GenerationColumns>>>,
    /// What was said last of the state of the cluster.
    health: Arc<Mutex<Health>>,
    /// When was last looked for what nobody needs.
    swept: Mutex<Option<Instant>>,
}

impl ClusterEngine {
    /// An opened index.
    pub(crate) fn new(shared: Shared, version: String, may_sweep: bool) -> Self {
        Self {
            shared: Arc::new(shared),
            version,
            may_sweep,
            opened: Mutex::default(),
            health: Arc::default(),
            swept: Mutex::default(),
        }
    }

    /// The folder with the files of generations.
    pub(crate) fn store(&self) -> &Path {
        &self.shared.store
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<u32, Arc<GenerationColumns>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many samples the cluster has of each generation; none when not all of it answers.
    fn samples_by_generation(&self) -> Outcome<Option<HashMap<u32, u64>>> {
        let client = &self.shared.client;
        let (mut samples, mut after) = (HashMap::new(), None);
        loop {
            let mut composite =
                json!({"size": COUNTED, "sources": [{"g": {"terms": {"field": GENERATION}}}]});
            if let Some(after) = after.take() {
                composite["after"] = after;
            }
            let body = json!({"size": 0, "aggs": {"g": {"composite": composite}}});
            let answer = client.ask("POST", &format!("/{}/_search", client.name()), &body)?;
            if missing_shards(&answer).is_some() {
                return Ok(None);
            }
            let found = &answer["aggregations"]["g"];
            let buckets = found["buckets"].as_array().map(Vec::as_slice).unwrap_or_default();
            for bucket in buckets {
                let generation = bucket["key"]["g"].as_u64().unwrap_or(0) as u32;
                samples.insert(generation, bucket["doc_count"].as_u64().unwrap_or(0));
            }
            if buckets.len() < COUNTED {
                return Ok(Some(samples));
            }
            after = Some(found["after_key"].clone());
        }
    }

    /// Removes samples and files of generations that nobody sees or fills any more.
    fn sweep_all(&self, filled: &[Filled]) -> Outcome<()> {
        let (client, meta) = (&self.shared.client, &self.shared.meta);
        // What there is first, then who needs it: what is begun in between is not known here, and stays.
        let Some(samples) = self.samples_by_generation()? else { return Ok(()) };
        let entries =
            fs::read_dir(&self.shared.store).map_err(|error| EngineError::Failed(Box::new(error)))?;
        let files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        let mut needed: BTreeSet<u32> = meta.being_filled()?.into_iter().collect();
        let documents = meta.manifest()?.map(|(_, manifest)| manifest.documents).unwrap_or_default();
        needed.extend(documents.into_keys().chain(filled.iter().map(|of| of.generation)));
        let gone = meta.gone()?;
        needed.extend(gone.iter().filter(|(_, age)| *age < GRACE).map(|(generation, _)| *generation));
        let is_left = |generation: &u32| !needed.contains(generation);
        let left: Vec<u32> = samples.keys().copied().filter(is_left).collect();
        for some in left.chunks(1_000) {
            let path =
                format!("/{}/_delete_by_query?conflicts=proceed&wait_for_completion=false", client.name());
            let body = json!({"query": {"terms": {GENERATION: some}}}).to_string();
            client.call("POST", &path, Some(body.as_bytes()), WRITING)?;
        }
        let in_use: HashMap<u32, ClusterReceipt> =
            filled.iter().map(|of| (of.generation, ClusterReceipt::of(&of.receipt))).collect();
        for path in files {
            let Some(generation) = generation_of(&path) else { continue };
            if is_left(&generation)
                || in_use.get(&generation).is_some_and(|receipt| receipt.is_outdated(&path))
            {
                // What cannot be removed now is tried again the next time.
                let _ = fs::remove_file(path);
            }
        }
        let forgotten: Vec<u32> =
            gone.into_iter().map(|(generation, _)| generation).filter(is_left).collect();
        Ok(meta.forget_gone(&forgotten)?)
    }
}

impl Engine for ClusterEngine {
    fn about(&self) -> About {
        About { name: "opensearch", version: self.version.clone(), limits: LIMITS }
    }

    fn trouble(&self) -> Option<String> {
        health(&self.shared.client, &self.health).trouble.clone()
    }

    fn state(&self) -> Option<String> {
        health(&self.shared.client, &self.health).state.clone()
    }

    fn last_commit(&self) -> Outcome<Option<String>> {
        let commit = self.shared.meta.last_commit()?.filter(|commit| commit.number > 0);
        Ok(commit.map(|commit| commit.number.to_string()))
    }

    fn manifest(&self) -> Outcome<Option<Manifest>> {
        let Some((number, manifest)) = self.shared.meta.manifest()? else { return Ok(None) };
        self.shared.note_commit(number);
        Ok(Some(manifest))
    }

    fn view(&self, live: &Arc<Live>, filled: &[Filled]) -> Outcome<Arc<dyn View>> {
        let before = self.opened().clone();
        let (mut generations, mut receipts) = (Vec::new(), Vec::new());
        for (of, filled) in live.generations().iter().zip(filled) {
            let receipt = ClusterReceipt::of(&filled.receipt);
            let known = before.get(&of.number);
            let opened =
                GenerationColumns::open(&self.shared.store, of.clone(), receipt.contents.clone(), known)?;
            generations.push(Arc::new(opened));
            receipts.push(receipt);
        }
        *self.opened() = generations.iter().map(|of| (of.live.number, Arc::clone(of))).collect();
        Ok(Arc::new(ClusterView::new(Arc::clone(&self.shared), Arc::clone(live), generations, receipts)))
    }

    fn parts(&self, generation: u32, receipt: &Receipt) -> Outcome<Arc<dyn Parts>> {
        let contents = ClusterReceipt::of(receipt).contents;
        if let Some(parts) = self.opened().get(&generation).and_then(|of| of.parts(&contents)) {
            return Ok(Arc::<PartsFile>::clone(parts));
        }
        Ok(Arc::new(PartsFile::open(&generation_file(&self.shared.store, generation), contents.end)?))
    }

    fn writer(&self) -> Outcome<Box<dyn Writer>> {
        Ok(Box::new(ClusterWriter::new(Arc::clone(&self.shared), new_id(&self.shared.client))?))
    }

    fn amend(&self, filled: &Filled, numbers: &mut [Numbers<'_>]) -> Outcome<Receipt> {
        let (generation, before) = (filled.generation, ClusterReceipt::of(&filled.receipt));
        let columns = self.shared.columns(generation, &before.contents)?;
        let own_before = self.shared.own_codes(generation, before.own)?;
        let (mut receipt, mut own, mut changed) = (before.clone(), own_before.clone(), RoaringBitmap::new());
        let mut all: Vec<(Field, Vec<u64>)> = Vec::with_capacity(numbers.len());
        for (field, numbers) in numbers {
            let field = *field;
            let numbers: Vec<u64> = numbers.take(before.contents.rows as usize).collect();
            let given = columns.first_numbers(field, numbers.len());
            let meanings = Meanings::learn(&given, &numbers, own.entry(field as usize).or_default());
            receipt.meanings.insert(field as usize, meanings);
            for (ordinal, (given, number)) in (0..).zip(given.into_iter().zip(&numbers)) {
                let was = stored(field, ordinal, given, columns.number(field, ordinal), &own_before);
                if was != stored(field, ordinal, given, *number, &own) {
                    changed.insert(ordinal);
                }
            }
            all.push((field, numbers));
        }
        if self.shared.has_later_own_codes(generation, before.own) {
            // Somebody was killed after sending samples and before a commit: nobody knows which.
            changed.insert_range(0..before.contents.rows);
        }
        let mut iterators: Vec<_> = all.iter().map(|(field, all)| (*field, all.iter().copied())).collect();
        let mut late: Vec<Numbers<'_>> =
            iterators.iter_mut().map(|(field, all)| (*field, all as &mut dyn Iterator<Item = u64>)).collect();
        let written = write_late(&self.shared.store, generation, before.contents.late, &mut late)?;
        receipt.contents.late = Some(written);
        if own != own_before || !changed.is_empty() {
            receipt.own = Some(self.shared.write_own_codes(generation, before.own, &own)?);
        }
        self.shared.send(generation, &receipt, &changed.into_iter().collect::<Vec<u32>>())?;
        Ok(receipt.receipt())
    }

    fn sweep(&self, filled: &[Filled]) {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.may_sweep || swept.is_some_and(|swept| swept.elapsed() < SWEEPS) {
            return;
        }
        *swept = Some(Instant::now());
        if let Err(error) = self.sweep_all(filled) {
            tracing::debug!(%error, "what is left over stays until the next time");
        }
    }

    fn sort_out(&self, filled: &[Filled], _: bool) -> Outcome<Sorted> {
        let samples = self.samples_by_generation()?;
        let mut sorted = Sorted::default();
        for of in filled {
            let contents = ClusterReceipt::of(&of.receipt).contents;
            let has_all = samples.as_ref().is_none_or(|samples| {
                samples.get(&of.generation).copied().unwrap_or(0) == u64::from(contents.rows)
            });
            if !has_all || unreadable_file(&self.shared.store, of.generation, &contents)?.is_some() {
                sorted.damaged.push(of.generation);
            }
        }
        let known: HashSet<u32> = filled.iter().map(|of| of.generation).collect();
        self.shared.keep_words(&known);
        Ok(sorted)
    }
}

/// Another one at each call, on every machine.
pub(crate) fn new_id(client: &Client) -> String {
    let place = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let parts = (place, std::process::id(), SystemTime::now(), Instant::now(), client.address.to_string());
    blake3::hash(format!("{parts:?}").as_bytes()).to_hex()[..16].to_owned()
}
