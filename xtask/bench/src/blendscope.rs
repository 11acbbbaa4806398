//! Measures Blendscope: the index by `blendscope index`, everything else as a browser would ask a server of our own.

use crate::data::{Root, remove, size};
use crate::figures::{Answer, Engine, Served, median_answers, median_times, sorted};
use crate::queries::{Query, ROUNDS, order};
use crate::system::measure;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::StatusCode;

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

/// Longer than the server lets any request take.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Time between two questions whether something is there.
const INTERVAL: Duration = Duration::from_millis(5);
/// Indexing takes less, whatever the size.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// A server; it ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    /// `http://address:port`.
    url: String,
    /// Kept open, so that the server may go on telling what it does.
    _output: BufReader<ChildStdout>,
}

/// Of the server's status what is needed here.
#[derive(Deserialize)]
pub(crate) struct Status {
    state: String,
    pub(crate) samples: u64,
    /// Bytes of the annotation files.
    pub(crate) bytes_total: u64,
}

/// Of the answer to a search what is needed here.
#[derive(Deserialize)]
pub(crate) struct SearchAnswer {
    pub(crate) took_ms: f64,
    pub(crate) total: Total,
}

#[derive(Deserialize)]
pub(crate) struct Total {
    pub(crate) count: u64,
}

impl Server {
    /// Starts a server at a free port and waits until it says where it listens.
    pub(crate) fn start(binary: &Path, root: &Path, index: &Path) -> Result<Self> {
        let mut process = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--index-dir"])
            .arg(index)
            .arg(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("failed to start {}", binary.display()))?;
        let output = process.stdout.take().context("the server's output was asked for")?;
        let mut output = BufReader::new(output);
        let url = listening(&mut output).inspect_err(|_| {
            let _ = process.kill();
        })?;
        Ok(Self { process, url, _output: output })
    }

    /// A client with a connection of its own, which stays open.
    pub(crate) fn client(&self) -> Client {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT));
        Client { agent: config.build().into(), url: format!("{}/api/v1", self.url) }
    }

    /// Waits until everything is indexed and counted, and gives the status.
    pub(crate) fn wait_until_ready(&self) -> Result<Status> {
        let client = self.client();
        wait_for(|| {
            let status: Status = client.get_json("status", &[])?;
            Ok((status.state == "ready").then_some(status))
        })
    }

    /// Waits until a search finds a sample.
    pub(crate) fn wait_for_a_sample(&self) -> Result<()> {
        let client = self.client();
        wait_for(|| {
            let answer: SearchAnswer = client.get_json("search", &[("limit", "1")])?;
            Ok((answer.total.count > 0).then_some(()))
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks one question after the other.
pub(crate) struct Client {
    agent: Agent,
    url: String,
}

impl Client {
    /// Asks for a resource of the API, and waits for the whole answer.
    pub(crate) fn get(&self, resource: &str, parameters: &[(&str, &str)]) -> Result<(StatusCode, String)> {
        let request = self.agent.get(format!("{}/{resource}", self.url));
        let request = request.query_pairs(parameters.iter().copied());
        let answer = request.call().and_then(|mut answer| {
            let body = answer.body_mut().with_config().limit(u64::MAX).read_to_string()?;
            Ok((answer.status(), body))
        });
        answer.with_context(|| format!("failed to ask for {resource} with {parameters:?}"))
    }

    /// Asks for what has to be there.
    pub(crate) fn get_json<T: DeserializeOwned>(
        &self,
        resource: &str,
        parameters: &[(&str, &str)],
    ) -> Result<T> {
        let (status, body) = self.get(resource, parameters)?;
        ensure!(status.is_success(), "{resource} with {parameters:?} was answered by {status}: {body}");
        serde_json::from_str(&body).with_context(|| format!("{resource} was answered by {body}"))
    }
}

/// The address in the server's first line.
fn listening(output: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    output.take(1000).read_line(&mut line)?;
    let address = line.trim().split_once("http://");
    let (_, address) =
        address.with_context(|| format!("the server did not say where it listens, but `{}`", line.trim()))?;
    Ok(format!("http://{address}"))
}

fn wait_for<T>(mut ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        ensure!(start.elapsed() < LONGEST_WAIT, "waited an hour for the server in vain");
        thread::sleep(INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_what_the_server_says() {
        let mut said = "Blendscope 0.1.0 serves /a b at http://127.0.0.1:4730\npress\n".as_bytes();
        assert_eq!(listening(&mut said).unwrap(), "http://127.0.0.1:4730");
        assert!(listening(&mut "no such folder\n".as_bytes()).is_err());
    }
}
