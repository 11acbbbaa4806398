//! `blendscope serve`: index in the background, serve at once.

#[cfg(feature = "demo")]
use super::demo;
use super::error::CliError;
use super::index::LibraryArgs;
use super::limits::{ConnectionArgs, RequestArgs};
use super::listen::{self, At, ListenArgs, Listening};
use super::progress::ProgressReport;
use super::server::{self, Signals};
use super::terminal::{note, note_unusual, say};
use super::threads;
use crate::web::api::AppState;
use blendscope_library::{Library, OpenOptions};
use clap::Args;
use std::env;
use std::net::SocketAddr;
use std::path::{self, Path};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Serve a folder with data to the browser, indexing it in the background
#[derive(Debug, Args)]
#[command(after_help = super::examples(EXAMPLES))]
pub(super) struct ServeArgs {
    #[command(flatten)]
    library: LibraryArgs,

    #[command(flatten)]
    listen: ListenArgs,

    /// Serve made-up data, written into the user's cache folder the first time
    #[cfg(feature = "demo")]
    #[arg(long, conflicts_with = "root")]
    demo: bool,

    /// Compare all bytes of the annotation files with what was indexed, in the background, instead of some of each
    #[arg(long)]
    verify: bool,

    /// Open the browser
    #[arg(long)]
    open: bool,

    #[command(flatten)]
    connections: ConnectionArgs,

    #[command(flatten)]
    requests: RequestArgs,
}

/// The port that a socket gets on the user's own machine.
const TUNNEL_PORT: u16 = 7878;

const EXAMPLES: &str = "Examples:
  blendscope serve playground/data
  blendscope serve --demo --open
  blendscope serve /data --listen unix:$HOME/blendscope.sock
  blendscope serve /data --allow-host hub.lab.edu    behind JupyterHub, code-server or Open OnDemand
  blendscope serve /data --listen 0.0.0.0:7878 --token \"$(openssl rand -hex 16)\"";

/// Runs the command until it is asked to stop.
pub(super) fn run(args: &ServeArgs) -> Result<(), CliError> {
    let access = args.listen.access()?;
    threads::require_for_serving()?;
    let options = args.options()?;
    let library = Library::open(&options)?;
    let runtime = Runtime::new().map_err(|cause| CliError::System { what: "start threads", cause })?;
    let (Listening { listener, at }, signals) = {
        let _inside = runtime.enter();
        (args.listen.bind()?, Signals::listen()?)
    };
    let limits = args.connections.limits();
    match announce(args, &options, &at) {
        // Of no importance to who looks at the pages.
        Err(error @ CliError::Write { .. }) => note(&format!("warning: {error}")),
        announced => announced?,
    }
    note_unusual(&library);
    library.start_indexing();
    let report = ProgressReport::of(Arc::clone(&library));
    let site = args.listen.site();
    let state = AppState::new(Arc::clone(&library), access, site, args.requests.limits());
    runtime.block_on(server::serve(listener, state, limits, signals));
    drop(report);
    library.shut_down();
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

impl ServeArgs {
    fn options(&self) -> Result<OpenOptions, CliError> {
        let options = OpenOptions { verify: self.verify, ..self.requests.options(self.library.options()) };
        #[cfg(feature = "demo")]
        if self.demo {
            return Ok(OpenOptions { root: demo::in_cache_dir()?, ..options });
        }
        Ok(options)
    }
}

/// Says where to look. Programs read the address from here too.
fn announce(args: &ServeArgs, options: &OpenOptions, at: &At) -> Result<(), CliError> {
    let version = env!("CARGO_PKG_VERSION");
    let root = path::absolute(&options.root).unwrap_or_else(|_| options.root.clone());
    let page = args.listen.first_page();
    let (place, others) = match at {
        At::Port(address) => {
            let here = format!("http://{}{page}", browsable(*address));
            if args.open {
                open_browser(&here);
            }
            (here, way_to_port(*address, &page))
        }
        At::Socket(path) => (format!("unix:{}", path.display()), Some(way_to_socket(path, &page))),
    };
    say(&format!("Blendscope {version} serves {} at {place}", root.display()))?;
    if let Some(others) = others {
        say(&others)?;
    }
    say("press ctrl-c to stop")
}

/// How a port is reached from other machines, if it is.
fn way_to_port(address: SocketAddr, page: &str) -> Option<String> {
    let port = address.port();
    if address.ip().is_unspecified() {
        let everywhere = "and at every other address of this machine".to_owned();
        return Some(
            listen::machine_name()
                .map_or(everywhere, |name| format!("for others: http://{name}:{port}{page}")),
        );
    }
    let tunnel = ssh_tunnel(port, &address.to_string()).filter(|_| address.ip().is_loopback())?;
    Some(format!("from your own machine: {tunnel}"))
}

/// How a socket is reached from the user's own machine.
fn way_to_socket(path: &Path, page: &str) -> String {
    let path = path.display().to_string();
    let tunnel =
        ssh_tunnel(TUNNEL_PORT, &path).unwrap_or_else(|| format!("ssh -L {TUNNEL_PORT}:{path} user@server"));
    format!("from your own machine: {tunnel}   and then http://127.0.0.1:{TUNNEL_PORT}{page}")
}

/// The address as a browser on this machine can use it.
fn browsable(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => ([127, 0, 0, 1], v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => ([127, 0, 0, 1], v6.port()).into(),
        other => other,
    }
}

/// The command that brings a loopback port or a socket to the machine from which the user came by ssh.
fn ssh_tunnel(port: u16, target: &str) -> Option<String> {
    let connection = env::var("SSH_CONNECTION").ok()?;
    // Client address, client port, server address, server port.
    let server = connection.split(' ').nth(2)?;
    let user = env::var("USER").map(|user| format!("{user}@")).unwrap_or_default();
    Some(format!("ssh -L {port}:{target} {user}{server}"))
}

fn open_browser(link: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = Command::new(opener).arg(link).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        note(&format!(
            "warning: no browser could be opened with `{opener}`; open the address above yourself"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_can_open_what_is_printed() {
        assert_eq!(browsable("0.0.0.0:80".parse().unwrap()).to_string(), "127.0.0.1:80");
        assert_eq!(browsable("[::]:80".parse().unwrap()).to_string(), "127.0.0.1:80");
        assert_eq!(browsable("[::1]:80".parse().unwrap()).to_string(), "[::1]:80");
    }
}
