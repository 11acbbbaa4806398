//! Measuring Blendscope: the index by `blendscope index`, everything else as a browser would ask.

use super::data::{Root, remove, size};
use super::figures::{Answer, Engine, Served, medians, sorted};
use super::http::{Client, encoded, number};
use super::process::measure;
use super::queries::Query;
use super::rounds::{ROUNDS, order};
use super::server::Server;
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Clients that ask at once.
pub(super) const CLIENTS: usize = 8;
/// Hits of an answer.
const HITS: usize = 20;

/// The program, and where its index of a root goes.
pub(super) struct Subject<'a> {
    pub(super) binary: &'a Path,
    pub(super) root: &'a Root,
    pub(super) index: PathBuf,
}

/// What the index says of the root.
pub(super) struct Contents {
    pub(super) samples: u64,
    /// Bytes of the annotation files.
    pub(super) bytes: u64,
}

/// What a round of questions brought.
struct Round {
    answers: Vec<Option<Answer>>,
    /// Milliseconds of the facets call per query; none where there is no such call.
    facets_ms: Option<Vec<f64>>,
    searches_ms: Vec<f64>,
}

impl Subject<'_> {
    /// The time to the first sample, with an index that is thrown away.
    pub(super) fn first_sample(&self) -> Result<Duration> {
        remove(&self.index)?;
        let start = Instant::now();
        let server = Server::start(self.binary, &self.root.path, &self.index)?;
        server.wait_for_a_sample()?;
        let time = start.elapsed();
        drop(server);
        remove(&self.index)?;
        Ok(time)
    }

    /// Builds the index; the answers are still missing.
    pub(super) fn build(&self) -> Result<Engine> {
        remove(&self.index)?;
        let mut index = Command::new(self.binary);
        let measured = measure(index.args(["index", "--index-dir"]).arg(&self.index).arg(&self.root.path))?;
        Ok(Engine {
            name: "Blendscope".to_owned(),
            build: measured.time,
            build_processor: measured.processor,
            peak_bytes: measured.peak_bytes,
            index_bytes: size(&self.index)?,
            answers: Vec::new(),
        })
    }

    pub(super) fn contents(&self) -> Result<Contents> {
        let server = self.serve()?;
        let status = Client::connect(server.address)?.get_ok("/api/v1/status")?;
        let field = |name: &str| number(&status, name).with_context(|| format!("the status has no {name}"));
        Ok(Contents { samples: field("samples")?, bytes: field("bytes_total")? })
    }

    /// Per query the samples with exactly its words.
    pub(super) fn exact(&self, queries: &[Query]) -> Result<Vec<u64>> {
        let server = self.serve()?;
        let mut client = Client::connect(server.address)?;
        let exact = |query: &Query| query.exact().unwrap_or_else(|| query.typed());
        queries.iter().map(|query| Ok(search(&mut client, &exact(query))?.count)).collect()
    }

    /// Asks everything in several rounds, each with servers that were not asked before.
    pub(super) fn ask(
        &self,
        queries: &[Query],
        first_sample: Duration,
    ) -> Result<(Vec<Option<Answer>>, Served)> {
        let rounds = (0..ROUNDS).map(|round| self.round(queries, round)).collect::<Result<Vec<_>>>()?;
        let answers: Vec<_> = rounds.iter().map(|round| round.answers.clone()).collect();
        let facets_ms: Option<Vec<Vec<f64>>> = rounds.iter().map(|round| round.facets_ms.clone()).collect();
        let searches_ms = sorted(rounds.into_iter().flat_map(|round| round.searches_ms).collect());
        let facets_ms = facets_ms.map(|rounds| medians_of_times(&rounds));
        Ok((medians(&answers), Served { first_sample, searches_ms, facets_ms }))
    }

    fn round(&self, queries: &[Query], round: usize) -> Result<Round> {
        let server = self.serve()?;
        let mut client = Client::connect(server.address)?;
        let order = order(queries.len(), round);
        let mut answers = vec![None; queries.len()];
        for &place in &order {
            answers[place] = Some(search(&mut client, &queries[place].typed())?);
        }
        let facets_ms = facets(&mut client, queries, &order)?;
        drop(server);
        let server = self.serve()?;
        Ok(Round { answers, facets_ms, searches_ms: ask_at_once(server.address, queries)? })
    }

    /// A server with everything indexed, asked once for something else: opening is not measured.
    fn serve(&self) -> Result<Server> {
        let server = Server::start(self.binary, &self.root.path, &self.index)?;
        server.wait_until_ready()?;
        let mut client = Client::connect(server.address)?;
        search(&mut client, "warmup")?;
        client.get(&address("facets", "warmup"))?;
        Ok(server)
    }
}

fn search(client: &mut Client, query: &str) -> Result<Answer> {
    let body = client.get_ok(&address("search", query))?;
    let took_ms = number(&body, "took_ms").context("the answer has no `took_ms`")?;
    let count = number(&body, "count").context("the answer has no total")?;
    Ok(Answer { took_ms, count })
}

/// Milliseconds of the facets call per query, or nothing when the server does not know it.
fn facets(client: &mut Client, queries: &[Query], order: &[usize]) -> Result<Option<Vec<f64>>> {
    let mut times_ms = vec![0.0; queries.len()];
    for &place in order {
        let start = Instant::now();
        let answer = client.get(&address("facets", &queries[place].typed()))?;
        times_ms[place] = start.elapsed().as_secs_f64() * 1e3;
        match answer.status {
            200 => {}
            404 => return Ok(None),
            status => bail!("the facets call was answered by {status}: {}", answer.body),
        }
    }
    Ok(Some(times_ms))
}

/// Lets clients ask all queries at once, each in an order of its own, and gives the milliseconds of every call.
fn ask_at_once(server: SocketAddr, queries: &[Query]) -> Result<Vec<f64>> {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                scope.spawn(move || -> Result<Vec<f64>> {
                    let mut client = Client::connect(server)?;
                    let mut times_ms = Vec::new();
                    for place in order(queries.len(), ROUNDS + number) {
                        let start = Instant::now();
                        client.get_ok(&address("search", &queries[place].typed()))?;
                        times_ms.push(start.elapsed().as_secs_f64() * 1e3);
                    }
                    Ok(times_ms)
                })
            })
            .collect();
        let mut times_ms = Vec::new();
        for client in clients {
            times_ms.extend(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(times_ms)
    })
}

fn address(resource: &str, query: &str) -> String {
    let hits = if resource == "search" { format!("&limit={HITS}") } else { String::new() };
    format!("/api/v1/{resource}?q={}{hits}", encoded(query))
}

/// Per query the median over the rounds, sorted.
fn medians_of_times(rounds: &[Vec<f64>]) -> Vec<f64> {
    let queries = rounds.first().map_or(0, Vec::len);
    let median = |query: usize| {
        let times = sorted(rounds.iter().map(|round| round[query]).collect());
        times[times.len() / 2]
    };
    sorted((0..queries).map(median).collect())
}
