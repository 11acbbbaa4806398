//! Measuring Blendscope: the index by `blendscope index`, everything else as a browser would ask.

use crate::data::{Root, remove, size};
use crate::figures::{Answer, Engine, Served, median_answers, median_times, sorted};
use crate::queries::{Query, ROUNDS, order};
use crate::server::{Client, SearchAnswer, Server, Status};
use crate::system::measure;
use anyhow::{Result, anyhow, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

/// Clients that ask at once.
pub(crate) const CLIENTS: usize = 8;
/// Hits of an answer.
const HITS: &str = "20";

/// The program, and where its index of a root goes.
pub(crate) struct Subject<'a> {
    pub(crate) binary: &'a Path,
    pub(crate) root: &'a Root,
    pub(crate) index: PathBuf,
}

/// What a round of questions brought.
struct Round {
    answers: Vec<Option<Answer>>,
    /// Of the facets call per query; none where there is no such call.
    facets_calls_ms: Option<Vec<f64>>,
    search_calls_ms: Vec<f64>,
}

impl Subject<'_> {
    /// Seconds to the first sample, with an index that is thrown away.
    pub(crate) fn first_sample(&self) -> Result<f64> {
        remove(&self.index)?;
        let start = Instant::now();
        let server = Server::start(self.binary, &self.root.path, &self.index)?;
        server.wait_for_a_sample()?;
        let time = start.elapsed();
        drop(server);
        remove(&self.index)?;
        Ok(time.as_secs_f64())
    }

    /// Builds the index; the answers are still missing.
    pub(crate) fn build(&self) -> Result<Engine> {
        remove(&self.index)?;
        let mut index = Command::new(self.binary);
        let measured = measure(index.args(["index", "--index-dir"]).arg(&self.index).arg(&self.root.path))?;
        Ok(Engine {
            name: "Blendscope".to_owned(),
            build_seconds: measured.seconds,
            build_processor_seconds: measured.processor_seconds,
            peak_memory_bytes: measured.peak_bytes,
            index_bytes: size(&self.index)?,
            answers: Vec::new(),
        })
    }

    /// What the index says of the root.
    pub(crate) fn status(&self) -> Result<Status> {
        Server::start(self.binary, &self.root.path, &self.index)?.wait_until_ready()
    }

    /// Per query the samples with exactly its words.
    pub(crate) fn exact(&self, queries: &[Query]) -> Result<Vec<u64>> {
        let server = self.serve()?;
        let client = server.client();
        queries.iter().map(|query| Ok(search(&client, &query.exact())?.found)).collect()
    }

    /// Asks everything in several rounds, each with servers that were not asked before.
    pub(crate) fn ask(
        &self,
        queries: &[Query],
        first_sample_seconds: f64,
    ) -> Result<(Vec<Option<Answer>>, Served)> {
        let rounds = (0..ROUNDS).map(|round| self.round(queries, round)).collect::<Result<Vec<_>>>()?;
        let answers: Vec<_> = rounds.iter().map(|round| round.answers.clone()).collect();
        let facets: Option<Vec<_>> = rounds.iter().map(|round| round.facets_calls_ms.clone()).collect();
        let served = Served {
            first_sample_seconds,
            search_calls_ms: sorted(rounds.into_iter().flat_map(|round| round.search_calls_ms).collect()),
            facets_calls_ms: facets.map(|rounds| median_times(&rounds)),
        };
        Ok((median_answers(&answers), served))
    }

    fn round(&self, queries: &[Query], round: usize) -> Result<Round> {
        let server = self.serve()?;
        let client = server.client();
        let order = order(queries.len(), round);
        let mut answers = vec![None; queries.len()];
        for &place in &order {
            answers[place] = Some(search(&client, &queries[place].typed)?);
        }
        let facets_calls_ms = facets(&client, queries, &order)?;
        drop(server);
        let server = self.serve()?;
        Ok(Round { answers, facets_calls_ms, search_calls_ms: ask_at_once(&server, queries)? })
    }

    /// A server with everything indexed, asked once for something else: opening is not measured.
    fn serve(&self) -> Result<Server> {
        let server = Server::start(self.binary, &self.root.path, &self.index)?;
        server.wait_until_ready()?;
        let client = server.client();
        search(&client, "warmup")?;
        client.get("facets", &[("q", "warmup")])?;
        Ok(server)
    }
}

fn search(client: &Client, query: &str) -> Result<Answer> {
    let answer: SearchAnswer = client.get_json("search", &[("q", query), ("limit", HITS)])?;
    Ok(Answer { took_ms: answer.took_ms, found: answer.total.count })
}

/// Milliseconds of the facets call per query, or nothing when the server does not know it.
fn facets(client: &Client, queries: &[Query], order: &[usize]) -> Result<Option<Vec<f64>>> {
    let mut times_ms = vec![0.0; queries.len()];
    for &place in order {
        let start = Instant::now();
        let (status, body) = client.get("facets", &[("q", &queries[place].typed)])?;
        times_ms[place] = milliseconds_since(start);
        match status.as_u16() {
            200 => {}
            404 => return Ok(None),
            _ => bail!("the facets call was answered by {status}: {body}"),
        }
    }
    Ok(Some(times_ms))
}

/// Lets clients ask all queries at once, each in an order of its own, and gives the milliseconds of every call.
fn ask_at_once(server: &Server, queries: &[Query]) -> Result<Vec<f64>> {
    let ask_all = |number: usize| -> Result<Vec<f64>> {
        let client = server.client();
        let mut times_ms = Vec::new();
        for place in order(queries.len(), ROUNDS + number) {
            let start = Instant::now();
            let (status, body) = client.get("search", &[("q", &queries[place].typed), ("limit", HITS)])?;
            times_ms.push(milliseconds_since(start));
            ensure!(status.is_success(), "a search was answered by {status}: {body}");
        }
        Ok(times_ms)
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|number| scope.spawn(move || ask_all(number))).collect();
        let mut times_ms = Vec::new();
        for client in clients {
            times_ms.extend(client.join().map_err(|_| anyhow!("a client panicked"))??);
        }
        Ok(times_ms)
    })
}

fn milliseconds_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
