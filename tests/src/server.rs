//! The real binary, serving a root.

use crate::binary;
use crate::http::{Request, Response};
use crate::wait::poll;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// How long a server may take to start, or to index the small roots of the tests, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running server. It is killed when this is dropped.
pub struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    index: Option<TempDir>,
}

impl Server {
    /// Serves a root from a new index and waits until everything is indexed.
    pub fn start(root: &Path) -> Self {
        Self::start_with(root, &[])
    }

    /// The same with more options.
    pub fn start_with(root: &Path, options: &[&str]) -> Self {
        let index = tempfile::tempdir().expect("a temporary folder can be made");
        let mut server = Self::launch(Self::command(root, index.path()).args(options));
        server.index = Some(index);
        server.wait_until_ready();
        server
    }

    /// Serves a root from an index folder that outlives the server, and does not wait for the indexing.
    pub fn start_on(root: &Path, index: &Path) -> Self {
        Self::launch(&mut Self::command(root, index))
    }

    /// The command that serves a root on a free port.
    pub fn command(root: &Path, index: &Path) -> Command {
        let mut command = binary::command();
        command.arg("serve").arg(root).args(["--listen", "127.0.0.1:0", "--index-dir"]).arg(index);
        command
    }

    /// Runs such a command and waits for the address that it prints.
    pub fn launch(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary can be started");
        let log = Arc::new(Mutex::new(String::new()));
        let (send, addresses) = channel();
        let out = child.stdout.take().expect("the output is piped");
        let err = child.stderr.take().expect("the output is piped");
        follow(out, Arc::clone(&log), send.clone());
        follow(err, Arc::clone(&log), send);
        let Ok(address) = addresses.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("the server printed no address:\n{}", text(&log));
        };
        Self { child, address, log, index: None }
    }

    /// Its `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A full address for a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it wrote to its outputs so far.
    pub fn log(&self) -> String {
        text(&self.log)
    }

    /// How many pieces of files and memory are mapped into it.
    pub fn maps(&self) -> usize {
        let maps = std::fs::read_to_string(format!("/proc/{}/maps", self.child.id()));
        maps.expect("a running process has maps").lines().count()
    }

    /// The most memory it had at a time so far, in bytes, pages of mapped files included.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("a running process has a status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.expect("the kernel tells the peak in kB") << 10
    }

    /// A request to it.
    pub fn request<'a>(&'a self, method: &'a str, target: &'a str) -> Request<'a> {
        Request::new(&self.address, method, target)
    }

    /// GETs a path.
    #[track_caller]
    pub fn get(&self, target: &str) -> Response {
        let answer = self.request("GET", target).send();
        answer.unwrap_or_else(|error| panic!("GET {target} got no answer ({error}):\n{}", self.log()))
    }

    /// GETs a path that must answer 200 and JSON.
    #[track_caller]
    pub fn json(&self, target: &str) -> Value {
        let response = self.get(target);
        assert_eq!(response.status, 200, "GET {target} answered {}: {}", response.status, response.text());
        response.json()
    }

    /// Waits until everything is indexed and gives the last status.
    #[track_caller]
    pub fn wait_until_ready(&self) -> Value {
        let status =
            poll(PATIENCE, || Some(self.json("/api/v1/status")).filter(|status| status["state"] == "ready"));
        status.unwrap_or_else(|| panic!("not ready in time: {}\n{}", self.json("/api/v1/status"), self.log()))
    }

    /// Ends it as `kill -9` does, at once and without a chance to tidy up.
    pub fn kill(mut self) {
        self.child.kill().expect("a child can be killed");
    }

    /// Sends it a signal, such as `HUP`.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let killed = Command::new("kill").args(["-s", name]).arg(self.child.id().to_string()).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server ran no more:\n{}", self.log());
    }

    /// Asks it to end, as `kill` does, and waits for that.
    pub fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        let ended = poll(Duration::from_secs(20), || self.child.try_wait().expect("a child can be asked"));
        ended.unwrap_or_else(|| panic!("the server did not end within 20 seconds:\n{}", self.log()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps what a server writes and sends the address once it is printed.
fn follow(output: impl Read + Send + 'static, log: Arc<Mutex<String>>, addresses: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = printed_address(&line) {
                let _ = addresses.send(address.to_owned());
            }
            let mut log = log.lock().expect("nobody panics while writing the log");
            log.push_str(&line);
            log.push('\n');
        }
    });
}

/// The `host:port` of the first `http://` address in a line.
fn printed_address(line: &str) -> Option<&str> {
    let (_, address) = line.split_once("http://")?;
    let end = address.find(|letter: char| !(letter.is_ascii_alphanumeric() || ".:-[]".contains(letter)));
    Some(&address[..end.unwrap_or(address.len())])
}

fn text(log: &Mutex<String>) -> String {
    log.lock().expect("nobody panics while writing the log").clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_sentence() {
        assert_eq!(printed_address("open http://127.0.0.1:7878/ in a browser"), Some("127.0.0.1:7878"));
        assert_eq!(printed_address("indexing"), None);
    }
}
