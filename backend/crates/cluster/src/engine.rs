//! The engine of many machines, opened: an index in the cluster, a small one beside it, and a folder on shared storage.
//!
//! ```text
//! cluster/<id of the index>/   the files of generations: numbers, parts, words, texts; see the crate `columns`
//! ```

use crate::address::Address;
use crate::client::{ASKING, Client, ClusterError, WRITING};
use crate::fields::{GENERATION, LAYOUT, PASSED_OVER_MAX, index_body, meta_body};
use crate::meta::Meta;
use crate::send::{refresh, send};
use crate::stored::{AllMeanings, Meanings, OwnCodes, stored};
use crate::view::ClusterView;
use crate::words::GenerationWords;
use crate::writer::ClusterWriter;
use blendscope_columns::{
    Contents, GenerationColumns, PartsEnd, PartsFile, PartsWriter, damage_in, generation_file, late_file,
    unreadable_file, write_late,
};
use blendscope_engine::{
    About, Driver, Engine, EngineError, Examined, Filled, FilledOf, Limits, Live, LiveGeneration, Manifest,
    MayWrite, Numbers, Outcome, Parts, Receipt, Sorted, View, Writer, Writers,
};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The first version of `OpenSearch` that has all that is needed.
const VERSION_MIN: u64 = 3;

/// What it cannot do.
pub(crate) const LIMITS: Limits = Limits { relevance: PASSED_OVER_MAX };

/// How long the samples of a generation stay that is not seen any more: whoever asks still looks at the commit before.
const GRACE: Duration = Duration::from_mins(10);

/// The time between two looks for what nobody needs, at least.
const SWEEPS: Duration = Duration::from_mins(1);

/// How long is believed what was said of the state of the cluster.
const HEALTH_HOLDS: Duration = Duration::from_secs(3);

/// Generations of which is counted how many samples the cluster has of them, in one answer.
const COUNTED: usize = 10_000;

/// Opens an index in a cluster.
#[derive(Clone, Debug)]
pub struct ClusterDriver {
    address: Address,
    role: Role,
}

/// What a process does with an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It only asks.
    Asks,
    /// It fills it, together with any number of others, and makes it where it is not there.
    Fills {
        /// Shards of a new index.
        shards: u32,
        /// Copies of each shard of a new index, beside the first.
        replicas: u32,
    },
}

impl ClusterDriver {
    /// For an index at an address.
    pub fn new(address: Address, role: Role) -> Self {
        Self { address, role }
    }
}

impl Driver for ClusterDriver {
    fn open(&self, folder: &Path, _: MayWrite) -> Outcome<Arc<dyn Engine>> {
        Ok(Arc::new(ClusterEngine::open(self, folder)?))
    }

    fn examine(&self, folder: &Path, filled: FilledOf<'_>) -> Outcome<Vec<Examined>> {
        let engine = ClusterEngine::open(self, folder)?;
        let Some(filled) = engine.manifest()?.and_then(|manifest| filled(&manifest)) else {
            return Ok(Vec::new());
        };
        let store = &engine.shared.store;
        let mut examined = Vec::new();
        for of in &filled {
            let contents = ClusterReceipt::of(&of.receipt).contents;
            for late in contents.files() {
                let path = match late {
                    None => generation_file(store, of.generation),
                    Some(late) => late_file(store, of.generation, late.number),
                };
                let damaged = damage_in(store, of.generation, &contents, late)?;
                let bytes = late.map_or(contents.end, |late| late.end).at;
                examined.push((
                    path,
                    damaged.map_or(Ok(bytes), |_| Err("it is not as it was written".to_owned())),
                ));
            }
        }
        Ok(examined)
    }

    fn writers(&self) -> Writers {
        match self.role {
            Role::Asks => Writers::None,
            Role::Fills { .. } => Writers::Many,
        }
    }

    fn options(&self) -> String {
        format!("--engine {}", self.address)
    }
}

/// What has to be known of a generation; a receipt is this as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClusterReceipt {
    /// What its files hold.
    pub contents: Contents,
    /// What stored codes mean.
    #[serde(default)]
    pub meanings: AllMeanings,
    /// The file that says of which samples the own codes are stored.
    #[serde(default)]
    pub own: Option<OwnFile>,
}

/// A file that says of which samples the own codes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnFile {
    /// Its number, from 1.
    number: u32,
    /// The end of its directory.
    end: PartsEnd,
}

impl ClusterReceipt {
    /// Reads a receipt; nothing of one that makes no sense.
    pub(crate) fn of(receipt: &Receipt) -> Self {
        Self::deserialize(&receipt.0).unwrap_or_default()
    }

    /// The receipt.
    pub(crate) fn receipt(&self) -> Receipt {
        Receipt(serde_json::to_value(self).expect("it holds only numbers"))
    }

    /// Whether a file of the generation is one of numbers that came later, which newer ones have replaced, for so long that
    /// nobody asks by the commit before.
    fn is_outdated(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let mut parts = name.split('.').skip(1);
        let number = parts.next().and_then(|number| number.parse::<u32>().ok());
        let current = match parts.next() {
            Some("late") => self.contents.late.map(|late| late.number),
            Some("own") => self.own.map(|own| own.number),
            _ => None,
        };
        let written = path.metadata().and_then(|metadata| metadata.modified()).ok();
        let age = written.and_then(|written| written.elapsed().ok());
        number.zip(current).is_some_and(|(number, current)| number < current)
            && age.is_some_and(|age| age > GRACE)
    }
}

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
    /// The number of the commit of the manifest that this process knows.
    pub(crate) fn known_commit(&self) -> u64 {
        self.known.load(Ordering::Relaxed)
    }

    /// Opens the file of a generation that need not be live.
    fn columns(&self, generation: u32, contents: &Contents) -> Outcome<GenerationColumns> {
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
    fn own_codes(&self, generation: u32, file: Option<OwnFile>) -> Outcome<OwnCodes> {
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

    fn write_own_codes(&self, generation: u32, before: Option<OwnFile>, own: &OwnCodes) -> Outcome<OwnFile> {
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
}

fn own_file(store: &Path, generation: u32, number: u32) -> PathBuf {
    store.join(format!("{generation:06}.{number}.own"))
}

/// The generation that a file in the folder belongs to.
fn generation_of(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.split('.').next()?.parse().ok()
}

/// An index in a cluster.
pub(crate) struct ClusterEngine {
    shared: Arc<Shared>,
    version: String,
    role: Role,
    /// The generations of the latest view.
    opened: Mutex<HashMap<u32, Arc<GenerationColumns>>>,
    /// What was said last of the state of the cluster.
    health: Arc<Mutex<Health>>,
    /// When was last looked for what nobody needs.
    swept: Mutex<Option<Instant>>,
}

/// What is known of the state of a cluster.
#[derive(Default)]
struct Health {
    /// When it was last asked for.
    asked: Option<Instant>,
    /// Nodes, shards and colour.
    state: Option<String>,
    /// Why it answers not at all, or incompletely.
    trouble: Option<String>,
}

impl ClusterEngine {
    fn open(driver: &ClusterDriver, folder: &Path) -> Result<Self, ClusterError> {
        let client = Client::new(driver.address.clone())?;
        let version = version_of(&client)?;
        let meta = Meta::new(client.clone());
        if let Role::Fills { shards, replicas } = driver.role {
            make(&client, &client.meta(), &meta_body(replicas))?;
            meta.begin(new_id(&client), place_of(folder))?;
            make(&client, client.name(), &index_body(shards, replicas))?;
        }
        check_layout(&client, &driver.address)?;
        let commit = meta.last_commit()?.ok_or_else(|| no_index(&driver.address))?;
        if commit.place != place_of(folder) {
            return Err(ClusterError::Unusable(format!(
                "the index {} is one of another root, of this root under another path, or of another version of Blendscope; \
                 give another name",
                driver.address
            )));
        }
        let store = folder.join("cluster").join(&commit.id);
        match driver.role {
            Role::Fills { .. } => fs::create_dir_all(&store).map_err(|error| {
                ClusterError::Unusable(format!("{} cannot be made: {error}", store.display()))
            })?,
            Role::Asks if commit.number > 0 && !store.is_dir() => {
                return Err(ClusterError::Unusable(format!(
                    "the files of the index {} are not in {}; give the folder into which it was indexed by --index-dir, on \
                     storage that all machines share, and the same root",
                    driver.address,
                    folder.display()
                )));
            }
            Role::Asks => {}
        }
        let shared = Shared { client, meta, store, known: AtomicU64::new(0), words: Mutex::default() };
        Ok(Self {
            shared: Arc::new(shared),
            version,
            role: driver.role,
            opened: Mutex::default(),
            health: Arc::default(),
            swept: Mutex::default(),
        })
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<u32, Arc<GenerationColumns>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was said last of the state of the cluster. It is asked again beside this, as it may not answer.
    fn health(&self) -> MutexGuard<'_, Health> {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        if health.asked.is_none_or(|asked| asked.elapsed() > HEALTH_HOLDS) {
            health.asked = Some(Instant::now());
            let (client, known) = (self.shared.client.clone(), Arc::clone(&self.health));
            let ask = move || {
                let (state, trouble) = health_of(&client);
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                *known = Health { asked: Some(Instant::now()), state: state.or(known.state.take()), trouble };
            };
            // Without a thread for it what is known stays.
            drop(thread::Builder::new().name("health".to_owned()).spawn(ask));
        }
        health
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
        self.health().trouble.clone()
    }

    fn state(&self) -> Option<String> {
        self.health().state.clone()
    }

    fn last_commit(&self) -> Outcome<Option<String>> {
        let commit = self.shared.meta.last_commit()?.filter(|commit| commit.number > 0);
        Ok(commit.map(|commit| commit.number.to_string()))
    }

    fn manifest(&self) -> Outcome<Option<Manifest>> {
        let Some((number, manifest)) = self.shared.meta.manifest()? else { return Ok(None) };
        self.shared.known.store(number, Ordering::Relaxed);
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
        let before = ClusterReceipt::of(&filled.receipt);
        let columns = self.shared.columns(filled.generation, &before.contents)?;
        let mut own = self.shared.own_codes(filled.generation, before.own)?;
        let own_before = own.clone();
        let mut receipt = before.clone();
        let mut changed = RoaringBitmap::new();
        let mut all: Vec<(blendscope_engine::Field, Vec<u64>)> = Vec::with_capacity(numbers.len());
        for (field, numbers) in numbers {
            let numbers: Vec<u64> = numbers.take(before.contents.rows as usize).collect();
            let first = columns.first_column(*field);
            let given: Vec<u64> =
                (0..numbers.len()).map(|row| first.and_then(|of| of.get(row)).unwrap_or(0)).collect();
            let own = own.entry(*field as usize).or_default();
            receipt.meanings.insert(*field as usize, Meanings::learn(&given, &numbers, own));
            let own_now = OwnCodes::from([(*field as usize, own.clone())]);
            for (ordinal, (given, number)) in (0..).zip(given.iter().zip(&numbers)) {
                let was = stored(*field, ordinal, *given, columns.number(*field, ordinal), &own_before);
                if was != stored(*field, ordinal, *given, *number, &own_now) {
                    changed.insert(ordinal);
                }
            }
            all.push((*field, numbers));
        }
        let mut iterators: Vec<_> =
            all.iter().map(|(field, numbers)| (*field, numbers.iter().copied())).collect();
        let mut late: Vec<Numbers<'_>> = iterators
            .iter_mut()
            .map(|(field, numbers)| (*field, numbers as &mut dyn Iterator<Item = u64>))
            .collect();
        let written = write_late(&self.shared.store, filled.generation, before.contents.late, &mut late)?;
        receipt.contents.late = Some(written);
        if own != own_before {
            receipt.own = Some(self.shared.write_own_codes(filled.generation, before.own, &own)?);
        }
        let changed: Vec<u32> = changed.into_iter().collect();
        self.shared.send(filled.generation, &receipt, &changed)?;
        Ok(receipt.receipt())
    }

    fn sweep(&self, filled: &[Filled]) {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if self.role == Role::Asks || swept.is_some_and(|swept| swept.elapsed() < SWEEPS) {
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
        self.shared
            .words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|number, _| known.contains(number));
        Ok(sorted)
    }
}

/// The version of a cluster, if it is one that can be used.
fn version_of(client: &Client) -> Result<String, ClusterError> {
    let answer = client.call("GET", "/", None, ASKING)?;
    let version = &answer["version"];
    let number = version["number"].as_str().unwrap_or_default();
    if version["distribution"] != "opensearch" {
        let found = if number.is_empty() {
            "something else".to_owned()
        } else {
            format!("another server, version {number}")
        };
        return Err(ClusterError::Unusable(format!(
            "at {} answers {found}; OpenSearch {VERSION_MIN} or later is needed",
            client.address
        )));
    }
    let major: u64 = number.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < VERSION_MIN {
        return Err(ClusterError::Unusable(format!(
            "the cluster at {} is OpenSearch {number}; {VERSION_MIN} or later is needed",
            client.address
        )));
    }
    Ok(number.to_owned())
}

/// Makes an index where there is none.
fn make(client: &Client, name: &str, body: &Value) -> Result<(), ClusterError> {
    if client.get(&format!("/{name}"))?.is_some() {
        return Ok(());
    }
    match client.call("PUT", &format!("/{name}"), Some(body.to_string().as_bytes()), WRITING) {
        Err(ClusterError::Refused { reason, .. }) if reason.contains("already_exists") => Ok(()),
        made => made.map(drop),
    }
}

fn no_index(address: &Address) -> ClusterError {
    ClusterError::Unusable(format!(
        "there is no index of Blendscope at {address} yet; make it: blendscope index ROOT --engine {address}"
    ))
}

fn check_layout(client: &Client, address: &Address) -> Result<(), ClusterError> {
    for name in [client.name().to_owned(), client.meta()] {
        let found = client.get(&format!("/{name}"))?.ok_or_else(|| no_index(address))?;
        let layout = found[&name]["mappings"]["_meta"]["blendscope_layout"].as_u64();
        if layout != Some(LAYOUT) {
            let what = layout
                .map_or("is not one of Blendscope".to_owned(), |layout| format!("has the layout {layout}"));
            return Err(ClusterError::Unusable(format!(
                "the index {name} {what}, and this program reads the layout {LAYOUT}; give another name, or delete it: \
                 curl -X DELETE {}/{name}",
                address.nodes[0]
            )));
        }
    }
    Ok(())
}

/// What the path of a folder says of the root and of the layout: its last two parts.
fn place_of(folder: &Path) -> String {
    let parts: Vec<_> =
        folder.components().rev().take(2).map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

/// Another one at each call, on every machine.
fn new_id(client: &Client) -> String {
    let place = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let parts = (place, std::process::id(), SystemTime::now(), Instant::now(), client.address.to_string());
    blake3::hash(format!("{parts:?}").as_bytes()).to_hex()[..16].to_owned()
}

/// What of an index does not answer, by an answer of it; none when all does.
pub(crate) fn missing_shards(answer: &Value) -> Option<String> {
    let shards = &answer["_shards"];
    let number = |name: &str| shards[name].as_u64().unwrap_or(0);
    let (total, failed) =
        (number("total"), number("failed").max(number("total").saturating_sub(number("successful"))));
    if answer["timed_out"] == true {
        return Some("the cluster did not look at all of the index in time".to_owned());
    }
    if failed == 0 && total > 0 {
        return None;
    }
    let failures = shards["failures"].as_array().into_iter().flatten();
    let names: BTreeSet<String> = failures
        .filter_map(|failure| Some(format!("{}[{}]", failure["index"].as_str()?, failure["shard"].as_u64()?)))
        .collect();
    let names: Vec<String> = names.into_iter().collect();
    let which = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    Some(format!("{failed} of {total} shards of the index do not answer{which}"))
}

/// The state of a cluster, and why it answers not at all, or incompletely.
fn health_of(client: &Client) -> (Option<String>, Option<String>) {
    let health =
        match client.call("GET", &format!("/_cluster/health/{}", client.name()), None, Duration::ZERO) {
            Ok(health) => health,
            Err(error) => return (None, Some(error.to_string())),
        };
    let number = |name: &str| health[name].as_u64().unwrap_or(0);
    let (nodes, shards) = (number("number_of_data_nodes"), number("active_shards"));
    let missing = number("unassigned_shards") + number("initializing_shards");
    let colour = health["status"].as_str().unwrap_or_default();
    let state = format!("{colour}: {shards} of {} shards and copies on {nodes} nodes", shards + missing);
    let trouble = (colour == "red")
        .then(|| format!("a part of the index is on no node ({state}); answers that miss it say so"));
    (Some(state), trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outdated_files_are_those_before_the_current_one_and_old() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, age: Duration| {
            let path = folder.path().join(name);
            let made = fs::File::create(&path).unwrap();
            made.set_modified(SystemTime::now() - age).unwrap();
            path
        };
        let old = GRACE * 2;
        let late = Some(blendscope_columns::LateFile { number: 2, end: PartsEnd::default() });
        let receipt = ClusterReceipt {
            contents: Contents { late, ..Contents::default() },
            ..ClusterReceipt::default()
        };
        assert!(receipt.is_outdated(&file("000007.1.late", old)));
        assert!(!receipt.is_outdated(&file("000007.2.late", old)));
        assert!(!receipt.is_outdated(&file("000008.1.late", Duration::ZERO)));
        assert!(
            !receipt.is_outdated(&file("000007.gen", old))
                && !receipt.is_outdated(&file("000007.1.own", old))
        );
    }

    #[test]
    fn missing_shards_are_named() {
        let whole = json!({"timed_out": false, "_shards": {"total": 3, "successful": 3, "failed": 0}});
        assert_eq!(missing_shards(&whole), None);
        let failure = json!({"index": "coyo", "shard": 2});
        let part = json!({"_shards": {"total": 3, "successful": 2, "failed": 1, "failures": [failure]}});
        assert_eq!(missing_shards(&part).unwrap(), "1 of 3 shards of the index do not answer: coyo[2]");
        let silent = json!({"_shards": {"total": 3, "successful": 2, "failed": 0}});
        assert!(missing_shards(&silent).is_some());
        assert!(
            missing_shards(&json!({"timed_out": true, "_shards": {"total": 1, "successful": 1}})).is_some()
        );
        assert!(missing_shards(&json!({})).is_some());
    }
}
