//! The small index beside the large one, `NAME-meta`: the manifest, and who reads what.
//!
//! | document | what it says |
//! |---|---|
//! | `commit` | number of the last commit, what is said about all generations, number of the next generation, id of the index |
//! | `generation-N` | the library's document of a generation that is seen |
//! | `gone-N` | a generation that is not seen any more, and when it went |
//! | `worker-TOKEN` | a process that writes, and until when it is believed to live |
//! | `file-HASH` | an annotation file: which worker reads it, or in which commit it was last read |
//!
//! Whoever changes one of the counters or takes a file says which version it knows (`if_seq_no`), so of two only one gets
//! it. Documents of generations belong to whoever read their files.

use crate::client::{Client, ClusterError, WRITING, reason_of};
use blendscope_engine::{Changes, Manifest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a worker is believed to live that says nothing.
pub(crate) const LEASE: Duration = Duration::from_mins(1);

/// Documents of generations in one answer.
const DOCUMENTS: usize = 100;

/// Times that a counter is tried to be changed, while others do.
const TRIES: usize = 100;

/// The document `commit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Commit {
    kind: String,
    /// Number of the last commit; 0 before the first.
    pub number: u64,
    /// What is said about all generations together.
    pub head: String,
    /// The number that the next generation gets.
    pub next_generation: u32,
    /// Different for every index that was ever made.
    pub id: String,
    /// Which root it is of, and by which layout, as the name of the folder says.
    #[serde(default)]
    pub place: String,
}

/// A document with its version.
#[derive(Clone, Debug)]
pub(crate) struct Versioned<T> {
    /// What it says.
    pub document: T,
    seq_no: u64,
    term: u64,
}

/// An annotation file that is read, or was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileDocument {
    kind: String,
    /// Its path, for people.
    path: String,
    /// The worker that reads it; empty when none does.
    holder: String,
    /// The generation that it is read into.
    generation: u32,
    /// The commit in which it was read last; 0 when it never was.
    commit: u64,
}

/// A file that this worker holds.
pub(crate) struct HeldFile {
    id: String,
    file: Versioned<FileDocument>,
}

impl HeldFile {
    /// The path of the file.
    pub(crate) fn path(&self) -> &str {
        &self.file.document.path
    }
}

/// The small index.
#[derive(Clone)]
pub(crate) struct Meta {
    client: Client,
}

/// A change of several documents, which is sent as one.
#[derive(Default)]
struct Bulk {
    lines: String,
}

impl Bulk {
    fn put(&mut self, id: &str, document: &Value) {
        let _ = writeln!(self.lines, "{}\n{document}", json!({"index": {"_id": id}}));
    }

    /// Changes a document, unless it is gone.
    fn update(&mut self, id: &str, document: &Value) {
        let _ = writeln!(self.lines, "{}\n{}", json!({"update": {"_id": id}}), json!({"doc": document}));
    }

    fn delete(&mut self, id: &str) {
        let _ = writeln!(self.lines, "{}", json!({"delete": {"_id": id}}));
    }

    /// Puts a document in place of a version of it, or where there is none.
    fn replace<T>(&mut self, id: &str, document: &Value, version: Option<&Versioned<T>>) {
        let action = match version {
            Some(version) => {
                json!({"index": {"_id": id, "if_seq_no": version.seq_no, "if_primary_term": version.term}})
            }
            None => json!({"create": {"_id": id}}),
        };
        let _ = writeln!(self.lines, "{action}\n{document}");
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}

/// The name of an annotation file's document.
fn file_id(path: &str) -> String {
    format!("file-{}", &blake3::hash(path.as_bytes()).to_hex()[..32])
}

impl Meta {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Puts the first commit's document where there is none.
    pub(crate) fn begin(&self, id: String, place: String) -> Result<(), ClusterError> {
        let first = Commit { kind: "commit".to_owned(), next_generation: 1, id, place, ..Commit::default() };
        match self.put("commit", &to_value(&first), None::<&Versioned<Commit>>) {
            Ok(()) | Err(ClusterError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The last commit; none where the index is just being made.
    pub(crate) fn last_commit(&self) -> Result<Option<Commit>, ClusterError> {
        Ok(self.read::<Commit>("commit")?.map(|versioned| versioned.document))
    }

    /// What the last commit says, with its number; none before the first.
    pub(crate) fn manifest(&self) -> Result<Option<(u64, Manifest)>, ClusterError> {
        // The number first: what is committed meanwhile is then newer than the number says.
        let Some(commit) = self.last_commit()?.filter(|commit| commit.number > 0) else { return Ok(None) };
        let mut documents = BTreeMap::new();
        self.for_each("generation", &mut |source| {
            let number = source["generation"].as_u64().and_then(|number| u32::try_from(number).ok());
            let (Some(number), Some(document)) = (number, source["document"].as_str()) else {
                return Err(ClusterError::Nonsense("a document of a generation has no number".to_owned()));
            };
            documents.insert(number, document.to_owned());
            Ok(())
        })?;
        Ok(Some((
            commit.number,
            Manifest { commit: commit.number.to_string(), head: commit.head, documents },
        )))
    }

    /// A number for a new generation.
    pub(crate) fn next_generation(&self) -> Result<u32, ClusterError> {
        let commit = self.change_commit(|commit| commit.next_generation += 1)?;
        Ok(commit.next_generation - 1)
    }

    /// Makes changes seen, all at once, and gives the number of the commit. `new` are generations of which there is no
    /// document yet; the files that were read into these have to be held still.
    pub(crate) fn commit(
        &self,
        changes: &Changes,
        new: &[u32],
        held: &mut [HeldFile],
    ) -> Result<u64, ClusterError> {
        self.touch(held)?;
        let mut bulk = Bulk::default();
        // New ones first: what is in two generations is shown once, what is in none is not.
        for (generation, document) in &changes.put {
            let document = json!({"kind": "generation", "generation": generation, "document": document});
            let id = format!("generation-{generation}");
            // One that another worker has replaced meanwhile stays gone.
            if new.contains(generation) { bulk.put(&id, &document) } else { bulk.update(&id, &document) }
        }
        for generation in &changes.gone {
            bulk.delete(&format!("generation-{generation}"));
            let gone = json!({"kind": "gone", "generation": generation, "at": now()});
            bulk.put(&format!("gone-{generation}"), &gone);
        }
        self.send(&bulk, true)?;
        let commit = self.change_commit(|commit| {
            commit.number += 1;
            commit.head.clone_from(&changes.head);
        })?;
        Ok(commit.number)
    }

    /// Says that files are held by nobody any more; `commit` is the one in which they were read, if they were.
    pub(crate) fn release(&self, held: Vec<HeldFile>, commit: Option<u64>) -> Result<(), ClusterError> {
        let mut bulk = Bulk::default();
        for HeldFile { id, file } in &held {
            let mut document = file.document.clone();
            document.holder.clear();
            document.commit = commit.unwrap_or(document.commit);
            bulk.replace(id, &to_value(&document), Some(file));
        }
        self.send(&bulk, true).map(drop)
    }

    /// Takes files for a worker to read into a generation, all of them or none: none when another worker reads one of them,
    /// or one was read since the commit with the number `known`.
    pub(crate) fn take(
        &self,
        paths: &[&str],
        worker: &str,
        generation: u32,
        known: u64,
    ) -> Result<Option<Vec<HeldFile>>, ClusterError> {
        let ids: Vec<String> = paths.iter().map(|path| file_id(path)).collect();
        let known_files = self.read_all::<FileDocument>(&ids)?;
        let mut bulk = Bulk::default();
        let mut taken = Vec::with_capacity(paths.len());
        for ((path, id), before) in paths.iter().zip(&ids).zip(&known_files) {
            let before_document = before.as_ref().map(|file| &file.document);
            if let Some(file) = before_document {
                if file.commit > known {
                    return Ok(None);
                }
                if !file.holder.is_empty() && file.holder != worker {
                    if !self.is_alive(&file.holder)? {
                        self.free(id, before.as_ref())?;
                    }
                    return Ok(None);
                }
            }
            let document = FileDocument {
                kind: "file".to_owned(),
                path: (*path).to_owned(),
                holder: worker.to_owned(),
                generation,
                commit: before_document.map_or(0, |file| file.commit),
            };
            bulk.replace(id, &to_value(&document), before.as_ref());
            taken.push((id.clone(), document));
        }
        let versions = self.send(&bulk, false)?;
        let is_all = versions.iter().all(Option::is_some);
        let held = taken.into_iter().zip(versions).filter_map(|((id, document), version)| {
            let (seq_no, term) = version?;
            Some(HeldFile { id, file: Versioned { document, seq_no, term } })
        });
        let held: Vec<HeldFile> = held.collect();
        if is_all {
            return Ok(Some(held));
        }
        self.release(held, None)?;
        Ok(None)
    }

    /// Says that a worker lives.
    pub(crate) fn beat(&self, worker: &str) -> Result<(), ClusterError> {
        let until = now() + LEASE.as_millis() as u64;
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let document = json!({"kind": "worker", "host": host, "process": std::process::id(), "until": until});
        let mut bulk = Bulk::default();
        bulk.put(&format!("worker-{worker}"), &document);
        self.send(&bulk, false).map(drop)
    }

    /// Says that a worker is done.
    pub(crate) fn end(&self, worker: &str) -> Result<(), ClusterError> {
        let mut bulk = Bulk::default();
        bulk.delete(&format!("worker-{worker}"));
        self.send(&bulk, false).map(drop)
    }

    /// Whether a worker is believed to live.
    pub(crate) fn is_alive(&self, worker: &str) -> Result<bool, ClusterError> {
        let document = self.read::<Value>(&format!("worker-{worker}"))?;
        Ok(document
            .is_some_and(|worker| worker.document["until"].as_u64().is_some_and(|until| until > now())))
    }

    /// The generations that live workers are reading files into.
    pub(crate) fn being_filled(&self) -> Result<Vec<u32>, ClusterError> {
        self.refresh()?;
        let (mut all, mut alive) = (Vec::new(), BTreeMap::new());
        self.for_each("file", &mut |source| {
            let Ok(file) = FileDocument::deserialize(source) else { return Ok(()) };
            if !file.holder.is_empty() && !alive.contains_key(&file.holder) {
                alive.insert(file.holder.clone(), self.is_alive(&file.holder)?);
            }
            all.extend(alive.get(&file.holder).is_some_and(|alive| *alive).then_some(file.generation));
            Ok(())
        })?;
        Ok(all)
    }

    /// The generations that are not seen any more, each with how long ago it went.
    pub(crate) fn gone(&self) -> Result<Vec<(u32, Duration)>, ClusterError> {
        let mut all = Vec::new();
        self.for_each("gone", &mut |source| {
            let generation = source["generation"].as_u64().and_then(|number| u32::try_from(number).ok());
            let age = now().saturating_sub(source["at"].as_u64().unwrap_or(0));
            all.extend(generation.map(|generation| (generation, Duration::from_millis(age))));
            Ok(())
        })?;
        Ok(all)
    }

    /// Forgets that generations ever were.
    pub(crate) fn forget_gone(&self, generations: &[u32]) -> Result<(), ClusterError> {
        let mut bulk = Bulk::default();
        for generation in generations {
            bulk.delete(&format!("gone-{generation}"));
        }
        self.send(&bulk, true).map(drop)
    }

    /// Takes a file from a worker that is dead. Whoever wants to read it looks at the manifest again before.
    fn free(&self, id: &str, file: Option<&Versioned<FileDocument>>) -> Result<(), ClusterError> {
        let Some(file) = file else { return Ok(()) };
        let commit = self.last_commit()?.unwrap_or_default().number;
        tracing::info!(path = file.document.path, "a worker that is gone holds a file no longer");
        let document = FileDocument { holder: String::new(), commit, ..file.document.clone() };
        match self.put(id, &to_value(&document), Some(file)) {
            Ok(()) | Err(ClusterError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Makes sure that files are held still, so that nobody takes them before this is done.
    fn touch(&self, held: &mut [HeldFile]) -> Result<(), ClusterError> {
        let mut bulk = Bulk::default();
        for HeldFile { id, file } in held.iter() {
            bulk.replace(id, &to_value(&file.document), Some(file));
        }
        for (held, version) in held.iter_mut().zip(self.send(&bulk, false)?) {
            (held.file.seq_no, held.file.term) = version.ok_or(ClusterError::Conflict)?;
        }
        Ok(())
    }

    fn change_commit(&self, change: impl Fn(&mut Commit)) -> Result<Commit, ClusterError> {
        for _ in 0..TRIES {
            let Some(mut versioned) = self.read::<Commit>("commit")? else {
                return Err(ClusterError::Unusable("the index has no commit".to_owned()));
            };
            change(&mut versioned.document);
            match self.put("commit", &to_value(&versioned.document), Some(&versioned)) {
                Ok(()) => return Ok(versioned.document),
                Err(ClusterError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(ClusterError::Conflict)
    }

    fn put<T>(&self, id: &str, document: &Value, version: Option<&Versioned<T>>) -> Result<(), ClusterError> {
        let mut bulk = Bulk::default();
        bulk.replace(id, document, version);
        let versions = self.send(&bulk, false)?;
        if versions.iter().all(Option::is_some) { Ok(()) } else { Err(ClusterError::Conflict) }
    }

    /// Sends changes; for each the new version, or none where somebody else was first.
    fn send(&self, bulk: &Bulk, is_seen: bool) -> Result<Vec<Option<(u64, u64)>>, ClusterError> {
        if bulk.lines.is_empty() {
            return Ok(Vec::new());
        }
        let path = format!("/{}/_bulk?refresh={is_seen}", self.client.meta());
        let answer = self.client.call("POST", &path, Some(bulk.lines.as_bytes()), WRITING)?;
        let items = answer["items"].as_array().into_iter().flatten();
        let version = |item: &Value| {
            let Some(done) = item.as_object().and_then(|item| item.values().next()) else { return Ok(None) };
            match done["status"].as_u64() {
                Some(200..300 | 404) => Ok(done["_seq_no"].as_u64().zip(done["_primary_term"].as_u64())),
                Some(409) => Ok(None),
                status => {
                    let status = status.unwrap_or(0) as u16;
                    Err(ClusterError::Refused { status, reason: reason_of(done) })
                }
            }
        };
        items.map(version).collect()
    }

    fn read<T: for<'d> Deserialize<'d>>(&self, id: &str) -> Result<Option<Versioned<T>>, ClusterError> {
        let found = self.client.get(&format!("/{}/_doc/{id}", self.client.meta()))?;
        found.map_or(Ok(None), |found| versioned(&found))
    }

    fn read_all<T: for<'d> Deserialize<'d>>(
        &self,
        ids: &[String],
    ) -> Result<Vec<Option<Versioned<T>>>, ClusterError> {
        let answer =
            self.client.ask("POST", &format!("/{}/_mget", self.client.meta()), &json!({"ids": ids}))?;
        answer["docs"].as_array().into_iter().flatten().map(versioned).collect()
    }

    fn refresh(&self) -> Result<(), ClusterError> {
        self.client.call("POST", &format!("/{}/_refresh", self.client.meta()), None, WRITING).map(drop)
    }

    /// Calls `visit` with every document of a kind.
    fn for_each(
        &self,
        kind: &str,
        visit: &mut dyn FnMut(&Value) -> Result<(), ClusterError>,
    ) -> Result<(), ClusterError> {
        let path = format!("/{}/_search?allow_partial_search_results=false", self.client.meta());
        let mut after: Option<Value> = None;
        loop {
            let mut body = json!({
                "size": DOCUMENTS, "query": {"term": {"kind": kind}},
                "sort": [{if kind == "file" { "path" } else { "generation" }: "asc"}]
            });
            if let Some(after) = &after {
                body["search_after"] = after.clone();
            }
            let answer = self.client.ask("POST", &path, &body)?;
            let hits = answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default();
            for hit in hits {
                visit(&hit["_source"])?;
            }
            match hits.last() {
                Some(last) if hits.len() == DOCUMENTS => after = Some(last["sort"].clone()),
                _ => return Ok(()),
            }
        }
    }
}

fn to_value<T: Serialize>(document: &T) -> Value {
    serde_json::to_value(document).expect("it holds only texts and numbers")
}

fn versioned<T: for<'d> Deserialize<'d>>(found: &Value) -> Result<Option<Versioned<T>>, ClusterError> {
    if found["found"] != true {
        return Ok(None);
    }
    let document =
        T::deserialize(&found["_source"]).map_err(|error| ClusterError::Nonsense(error.to_string()))?;
    let number = |name: &str| found[name].as_u64().unwrap_or(0);
    Ok(Some(Versioned { document, seq_no: number("_seq_no"), term: number("_primary_term") }))
}
