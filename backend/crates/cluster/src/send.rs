//! Sending the samples of a generation to the cluster, from the file of the generation: its columns, and texts that were put
//! beside them while it was filled.
//!
//! Every sample has its row as id, so a sample that is sent twice is there once.

use crate::client::{Client, ClusterError, WRITING, reason_of};
use crate::fields::{GENERATION, IMAGE, NUMBERS, ROW};
use crate::stored::{OwnCodes, stored};
use blendscope_columns::GenerationColumns;
use blendscope_engine::{EngineError, Outcome, Parts, Row};
use serde_json::Value;
use std::fmt::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The parts with the texts of a generation, as the insides of JSON objects, a line each, packed by Zstandard.
pub(crate) const TEXTS: &str = "engine/texts";

/// Samples in one of these parts.
pub(crate) const TEXTS_ROWS: u32 = 512;

/// How hard texts are packed.
pub(crate) const TEXTS_LEVEL: i32 = 1;

/// Bytes of texts in one part at most; a record is at most some hundred megabytes.
const TEXTS_MAX: usize = 1 << 31;

/// Samples whose image keys are in memory at once.
const BATCH: usize = 1 << 16;

/// Bytes and samples that are sent at once.
const BODY_BYTES: usize = 4 << 20;
const BODY_ROWS: usize = 2_000;

/// Threads that send, and bodies that wait for one.
const THREADS: usize = 2;
const WAITING: usize = 2;

/// The time between two tries of what the cluster had no room for.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends some samples of a generation, given by their ordinals, which ascend; returns when all are acknowledged.
pub(crate) fn send(
    client: &Client,
    columns: &GenerationColumns,
    parts: &dyn Parts,
    own: &OwnCodes,
    ordinals: &[u32],
) -> Outcome<()> {
    let failure: Mutex<Option<ClusterError>> = Mutex::default();
    let (bodies, queue) = sync_channel(WAITING);
    let queue = Mutex::new(queue);
    thread::scope(|scope| {
        for _ in 0..THREADS.min(ordinals.len().div_ceil(BODY_ROWS)) {
            scope.spawn(|| send_bodies(client, &queue, &failure));
        }
        let mut documents =
            Documents { columns, parts, own, texts: None, body: String::new(), rows: 0, bodies };
        documents.send_all(ordinals)
    })?;
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), |error| Err(error.into()))
}

/// Makes documents and hands them over.
struct Documents<'a> {
    columns: &'a GenerationColumns,
    parts: &'a dyn Parts,
    own: &'a OwnCodes,
    /// The lines of the part with this number.
    texts: Option<(u32, String)>,
    body: String,
    rows: usize,
    bodies: SyncSender<String>,
}

impl Documents<'_> {
    fn send_all(&mut self, ordinals: &[u32]) -> Outcome<()> {
        for batch in ordinals.chunks(BATCH) {
            let images = self.columns.images_of(batch)?;
            for of_part in batch.chunk_by(|left, right| left / TEXTS_ROWS == right / TEXTS_ROWS) {
                self.read_texts(of_part[0] / TEXTS_ROWS)?;
                let texts = self.texts.take();
                let mut lines = texts.iter().flat_map(|(_, texts)| texts.lines()).zip(0..);
                for ordinal in of_part {
                    let line = lines.find(|(_, at)| *at == ordinal % TEXTS_ROWS);
                    let Some((line, _)) = line else { return Err(self.parts.damaged(TEXTS)) };
                    let at = batch.partition_point(|other| other < ordinal);
                    self.push(*ordinal, line, &images[at]);
                    if self.rows == BODY_ROWS || self.body.len() > BODY_BYTES {
                        self.hand_over();
                    }
                }
                drop(lines);
                self.texts = texts;
            }
        }
        self.hand_over();
        Ok(())
    }

    fn read_texts(&mut self, number: u32) -> Outcome<()> {
        if self.texts.as_ref().is_some_and(|(read, _)| *read == number) {
            return Ok(());
        }
        let packed = self.parts.get(TEXTS, number as usize)?;
        let texts = zstd::bulk::Decompressor::upper_bound(&packed)
            .filter(|bytes| *bytes <= TEXTS_MAX)
            .and_then(|bytes| zstd::bulk::decompress(&packed, bytes).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let texts = texts.ok_or_else(|| self.parts.damaged(TEXTS))?;
        self.texts = Some((number, texts));
        Ok(())
    }

    fn push(&mut self, ordinal: u32, texts: &str, images: &[u64]) {
        let generation = self.columns.live.number;
        let row = Row::new(generation, ordinal).0;
        let body = &mut self.body;
        let mut write =
            |part: std::fmt::Arguments<'_>| body.write_fmt(part).expect("memory can be written to");
        write(format_args!(
            "{{\"index\":{{\"_id\":\"{row:x}\"}}}}\n{{\"{ROW}\":{row},\"{GENERATION}\":{generation}"
        ));
        if let Some((first, others)) = images.split_first() {
            write(format_args!(",\"{IMAGE}\":[{}", first.cast_signed()));
            for image in others {
                write(format_args!(",{}", image.cast_signed()));
            }
            write(format_args!("]"));
        }
        for (field, name) in NUMBERS {
            let first = self.columns.first_column(field).and_then(|column| column.get(ordinal as usize));
            let number = self.columns.number(field, ordinal);
            let stored = stored(field, ordinal, first.unwrap_or(0), number, self.own);
            write(format_args!(",\"{name}\":{}", stored.cast_signed()));
        }
        let comma = if texts.is_empty() { "" } else { "," };
        write(format_args!("{comma}{texts}}}\n"));
        self.rows += 1;
    }

    fn hand_over(&mut self) {
        let body = std::mem::replace(&mut self.body, String::with_capacity(BODY_BYTES));
        self.rows = 0;
        if !body.is_empty() {
            // Where nobody takes it any more, sending has failed, and why is known.
            let _ = self.bodies.send(body);
        }
    }
}

/// Sends what waits until nothing more comes. After a failure the rest is taken and dropped.
fn send_bodies(client: &Client, queue: &Mutex<Receiver<String>>, failure: &Mutex<Option<ClusterError>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(body) = next else { return };
        let failed = || failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failed().is_some() {
            continue;
        }
        if let Err(error) = send_body(client, &body) {
            failed().get_or_insert(error);
        }
    }
}

/// Sends one body until every document of it is acknowledged, or one is refused for good.
fn send_body(client: &Client, body: &str) -> Result<(), ClusterError> {
    let path = format!("/{}/_bulk?filter_path=errors,items.*.error,items.*.status", client.name());
    let begun = Instant::now();
    loop {
        let answer = client.call("POST", &path, Some(body.as_bytes()), WRITING)?;
        let Some(trouble) = trouble_of(&answer)? else { return Ok(()) };
        if begun.elapsed() > WRITING {
            return Err(trouble);
        }
        tracing::debug!(%trouble, "documents are sent again");
        thread::sleep(PAUSE);
    }
}

/// Why not all documents were taken, if it may be over soon; an error when it will not.
fn trouble_of(answer: &Value) -> Result<Option<ClusterError>, ClusterError> {
    match answer["errors"].as_bool() {
        Some(false) => return Ok(None),
        Some(true) => {}
        None => {
            return Err(ClusterError::Nonsense("it does not say whether documents were taken".to_owned()));
        }
    }
    let mut trouble = None;
    for item in answer["items"].as_array().into_iter().flatten() {
        let Some(done) = item.as_object().and_then(|item| item.values().next()) else { continue };
        let (status, reason) = (done["status"].as_u64().unwrap_or(0) as u16, reason_of(done));
        match status {
            200..300 => {}
            403 | 429 if reason.contains("block") => trouble = Some(ClusterError::Blocked(reason)),
            429 | 503 => trouble = Some(ClusterError::Refused { status, reason }),
            _ => return Err(ClusterError::Refused { status, reason }),
        }
    }
    Ok(trouble)
}

/// Makes all that was sent be seen.
pub(crate) fn refresh(client: &Client) -> Outcome<()> {
    let path = format!("/{}/_refresh", client.name());
    let answer = client.call("POST", &path, None, WRITING)?;
    match answer["_shards"]["failed"].as_u64() {
        Some(0) => Ok(()),
        _ => Err(EngineError::from(ClusterError::Partial(
            "what was sent is not seen by all shards yet".to_owned(),
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_document_is_looked_at() {
        let of = |items: Value| trouble_of(&json!({"errors": true, "items": items}));
        assert!(trouble_of(&json!({"errors": false})).unwrap().is_none());
        assert!(trouble_of(&json!({})).is_err());
        let error = |kind: &str| json!({"type": kind, "reason": "r"});
        let busy = json!({"index": {"status": 429, "error": error("rejected_execution_exception")}});
        assert!(matches!(of(json!([busy])), Ok(Some(ClusterError::Refused { status: 429, .. }))));
        let full = json!({"index": {"status": 429, "error": error("cluster_block_exception")}});
        assert!(matches!(of(json!([full])), Ok(Some(ClusterError::Blocked(_)))));
        let wrong = json!({"index": {"status": 400, "error": error("strict_dynamic_mapping_exception")}});
        assert!(of(json!([busy, wrong])).is_err());
    }
}
