//! A `chromedriver` of one's own.

use crate::http::Request;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// How often it is started before that is given up.
const STARTS: usize = 5;

/// A running `chromedriver`. It is killed when this is dropped, and a browser of its with it.
pub(crate) struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    /// Starts it on a free port. It takes one for IPv4 and wants the same for IPv6, where another program may have it.
    pub(crate) fn start() -> Self {
        (0..STARTS).find_map(|_| Self::try_start()).expect("chromedriver ends before it listens")
    }

    /// Starts it; none if it ends before it listens.
    fn try_start() -> Option<Self> {
        let child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!(
                "the browser tests need Chromium and its driver, but `chromedriver` does not start ({error}); \
                 to install both: cargo xtask test --only chromium, or sudo apt-get install chromium chromium-driver"
            )
        });
        let out = BufReader::new(child.stdout.take().expect("the output is piped"));
        let port = out.lines().map_while(Result::ok).find_map(|line| printed_port(&line));
        let Some(port) = port else {
            let _ = child.wait();
            return None;
        };
        Some(Self { child, address: format!("127.0.0.1:{port}") })
    }

    /// Sends a command and gives the `value` of the answer; fails when it is an error.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path} failed: {error}"))
    }

    /// Sends a command and gives the `value` of the answer, or the error as text.
    pub(crate) fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = body.to_string();
        let mut request = Request::new(&self.address, method, path);
        if method == "POST" {
            request = request.json(&body);
        }
        let response = request.send().map_err(|error| error.to_string())?;
        let mut answer = response.json();
        if response.status != 200 {
            return Err(format!("{}: {}", answer["value"]["error"], answer["value"]["message"]));
        }
        Ok(answer["value"].take())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in the greeting of `chromedriver`.
fn printed_port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_greeting() {
        assert_eq!(printed_port("ChromeDriver was started successfully on port 34715."), Some(34715));
        assert_eq!(printed_port("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
