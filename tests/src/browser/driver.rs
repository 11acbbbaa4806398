//! A `WebDriver` server of one's own, with a screen where its browser cannot do without.

use crate::http::Request;
use crate::wait::poll;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often it is started before that is given up.
const STARTS: usize = 5;

/// How long it may take to listen, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running driver. It is killed when this is dropped, and a browser of its with it.
pub(crate) struct Driver {
    /// The driver, and the screen that it draws on.
    processes: Vec<Process>,
    address: String,
}

/// A process that does not outlive its owner.
struct Process(Child);

impl Driver {
    /// Starts one that takes a free port and says so, behind `greeting`. Chromium's takes one for IPv4 and wants the same
    /// for IPv6, where another program may have it.
    pub(crate) fn start(program: &str, arguments: &[&str], greeting: &str) -> Self {
        let start = || {
            let mut process = Process::start(Command::new(program).args(arguments).stdout(Stdio::piped()));
            let out = BufReader::new(process.0.stdout.take().expect("the output is piped"));
            let mut lines = out.lines().map_while(Result::ok);
            let port = lines.find_map(|line| printed_port(&line, greeting))?;
            // What it says later is taken from it, or it would wait for that.
            std::thread::spawn(move || lines.for_each(drop));
            Some(Self { processes: vec![process], address: format!("127.0.0.1:{port}") })
        };
        (0..STARTS).find_map(|_| start()).unwrap_or_else(|| panic!("{program} ends before it listens"))
    }

    /// Starts one that is told its port, for a browser that needs a screen.
    pub(crate) fn start_on_screen(program: &str) -> Self {
        let screen = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"];
        let mut screen = Process::start(Command::new("Xvfb").args(screen).stdout(Stdio::piped()));
        let mut number = String::new();
        let out = screen.0.stdout.take().expect("the output is piped");
        BufReader::new(out).read_line(&mut number).expect("the screen says its number");
        let start = || {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).ok()?.port();
            let mut command = Command::new(program);
            command.arg(format!("--port={port}")).env("DISPLAY", format!(":{}", number.trim()));
            // Drawn by the processor: there is no graphics card.
            command.env("LIBGL_ALWAYS_SOFTWARE", "1").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
            let mut process = Process::start(command.stdout(Stdio::null()));
            let address = format!("127.0.0.1:{port}");
            let listens = || match process.0.try_wait() {
                Ok(None) => TcpStream::connect(&address).is_ok().then_some(true),
                _ => Some(false),
            };
            let is_there = poll(PATIENCE, listens).unwrap_or(false);
            is_there.then_some((process, address))
        };
        let found = (0..STARTS).find_map(|_| start());
        let (process, address) = found.unwrap_or_else(|| panic!("{program} ends before it listens"));
        Self { processes: vec![process, screen], address }
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
        // In this order: what draws before what is drawn on.
        self.processes.drain(..).for_each(drop);
    }
}

impl Process {
    /// Starts it without input, its messages left out.
    fn start(command: &mut Command) -> Self {
        let started = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        let program = command.get_program().display().to_string();
        Self(started.unwrap_or_else(|error| {
            panic!(
                "the browser tests need `{program}`, which does not start ({error}); `cargo xtask test --only chromium` \
                 or, for other browsers, `--only engines` installs what they need"
            )
        }))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The port in the greeting of a driver.
fn printed_port(line: &str, greeting: &str) -> Option<u16> {
    let (_, port) = line.split_once(greeting)?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_greeting() {
        let greeting = "started successfully on port ";
        assert_eq!(
            printed_port("ChromeDriver was started successfully on port 34715.", greeting),
            Some(34715)
        );
        assert_eq!(printed_port("Starting ChromeDriver 156.0 on port 0", greeting), None);
        let line = "1700000000000\tgeckodriver\tINFO\tListening on 127.0.0.1:40001";
        assert_eq!(printed_port(line, "Listening on 127.0.0.1:"), Some(40001));
    }
}
