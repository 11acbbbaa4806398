//! A `blendscope serve` of our own.

use super::http::{Client, number};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two questions whether something is there.
const INTERVAL: Duration = Duration::from_millis(5);
/// Indexing takes less, whatever the size.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// A server; it ends when this is dropped.
pub(super) struct Server {
    process: Child,
    pub(super) address: SocketAddr,
    /// Kept open, so that the server may go on telling what it does.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a server at a free port and waits until it says where it listens.
    pub(super) fn start(binary: &Path, root: &Path, index: &Path) -> Result<Self> {
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
        let address = listening(&mut output);
        if address.is_err() {
            let _ = process.kill();
        }
        Ok(Self { process, address: address?, _output: output })
    }

    /// Waits until everything is indexed and counted.
    pub(super) fn wait_until_ready(&self) -> Result<()> {
        wait_for(|| {
            let status = Client::connect(self.address)?.get_ok("/api/v1/status")?;
            Ok(status.contains("\"state\":\"ready\""))
        })
    }

    /// Waits until a search finds a sample.
    pub(super) fn wait_for_a_sample(&self) -> Result<()> {
        let mut client = Client::connect(self.address)?;
        wait_for(|| {
            let found = client.get_ok("/api/v1/search?limit=1")?;
            Ok(number::<u64>(&found, "count").is_some_and(|count| count > 0))
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address in the server's first line.
fn listening(output: &mut impl BufRead) -> Result<SocketAddr> {
    let mut line = String::new();
    output.take(1000).read_line(&mut line)?;
    let address = line.split("http://").nth(1).and_then(|behind| behind.trim().parse().ok());
    address.with_context(|| format!("the server did not say where it listens, but `{}`", line.trim()))
}

fn wait_for(mut is_there: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while !is_there()? {
        ensure!(start.elapsed() < LONGEST_WAIT, "waited an hour for the server in vain");
        thread::sleep(INTERVAL);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_what_the_server_says() {
        let mut said = "Blendscope 0.1.0 serves /a b at http://127.0.0.1:4730\npress\n".as_bytes();
        assert_eq!(listening(&mut said).unwrap(), "127.0.0.1:4730".parse().unwrap());
        assert!(listening(&mut "no such folder\n".as_bytes()).is_err());
    }
}
