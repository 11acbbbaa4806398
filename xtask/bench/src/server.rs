//! A `blendscope serve` of our own, and clients that ask it.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::StatusCode;

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
