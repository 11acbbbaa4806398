//! Options of the network: where to listen, who may ask there, how many connections are held, and how long clients are
//! waited for.

use super::error::CliError;
use crate::web::api::{Access, HostName};
use crate::web::connections::Limits;
use clap::Args;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Options about the address and its guards.
#[derive(Debug, Args)]
pub(super) struct ListenArgs {
    /// Address and port to serve at; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878", value_parser = parse_address)]
    listen: SocketAddr,

    /// Let in only who knows this token: open http://…/?token=TOKEN once, or send it as `Authorization: Bearer TOKEN`
    #[arg(long, env = "BLENDSCOPE_TOKEN", hide_env_values = true, value_parser = parse_token)]
    token: Option<String>,

    /// Serve at an address that other machines can reach without any token: everybody there can read the data
    #[arg(long, conflicts_with = "token")]
    no_auth: bool,

    /// Answer under this host name too, such as the name of a reverse proxy; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<HostName>,
}

impl ListenArgs {
    /// Who may ask, or the reason why this address cannot be served like this.
    pub(super) fn access(&self) -> Result<Access, CliError> {
        let is_local = self.listen.ip().is_loopback();
        if !is_local && self.token.is_none() && !self.no_auth {
            return Err(CliError::Usage(format!(
                "at {} other machines could read the data; choose a token with `--token`, or let everybody in with \
                 `--no-auth`",
                self.listen
            )));
        }
        let mut access = Access::default().with_names(self.allow_host.clone());
        if is_local || !self.allow_host.is_empty() {
            access = access.only_by_name(self.listen.to_string().parse().ok());
        }
        if let Some(token) = &self.token {
            access = access.with_token(token);
        }
        Ok(access)
    }

    /// The token as it goes into an address, if there is one.
    pub(super) fn token_query(&self) -> String {
        let token = self.token.as_deref().map(blendscope_shared::paths::escape);
        token.map(|token| format!("/?token={token}")).unwrap_or_default()
    }

    /// Takes the port. Must be called within a tokio runtime.
    pub(super) fn bind(&self) -> Result<TcpListener, CliError> {
        let address = self.listen;
        let failed = |cause: std::io::Error| match cause.kind() {
            std::io::ErrorKind::AddrInUse => CliError::AddressInUse(address),
            _ => CliError::Listen { address, cause },
        };
        let socket =
            if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(failed)?;
        socket.set_reuseaddr(true).map_err(failed)?;
        socket.bind(address).map_err(failed)?;
        socket.listen(BACKLOG).map_err(failed)
    }
}

/// Reads an address with its port; a name such as `localhost:7878` is looked up.
fn parse_address(text: &str) -> Result<SocketAddr, String> {
    let not_found = "this is no address with a port; an example is 127.0.0.1:7878";
    text.to_socket_addrs().ok().and_then(|mut addresses| addresses.next()).ok_or_else(|| not_found.to_owned())
}

fn parse_token(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("the token must not be empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// Open files and connections that the process asks to be allowed; the usual 1,024 would not last.
const OPEN_FILES: u64 = 65_536;

/// Options about connections.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connections")]
pub(super) struct ConnectionArgs {
    /// Connections at a time, 4096 unless said otherwise, and never more than half of the files that the process may
    /// open (`ulimit -n`); when all are taken, the one that rested longest is closed for a new one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_connections: Option<u64>,

    /// Seconds for the head of a request to arrive
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    head_timeout: Duration,

    /// Seconds for the body of a request to arrive
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    body_timeout: Duration,

    /// Seconds that a connection may rest between two requests
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    idle_timeout: Duration,

    /// Seconds that a client may take for the next 64 kB of an answer
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    write_timeout: Duration,
}

impl ConnectionArgs {
    /// What is asked for, within what the system allows.
    pub(super) fn limits(&self) -> Limits {
        // Fewer open files than wished for only means fewer connections at a time.
        let open_files = rlimit::increase_nofile_limit(OPEN_FILES).unwrap_or(0);
        Limits {
            connections: Limits::connections_within(open_files, self.max_connections),
            head: self.head_timeout,
            idle: self.idle_timeout,
            write: self.write_timeout,
        }
    }

    /// How long the body of a request may take to arrive.
    pub(super) fn body_timeout(&self) -> Duration {
        self.body_timeout
    }
}

/// Reads a number of seconds, such as 20 or 0.5.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "must be a number between 0.1 and 86400".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        listen: ListenArgs,
    }

    fn access(args: &[&str]) -> Result<Access, CliError> {
        let words = [&["test"], args].concat();
        Command::try_parse_from(words).unwrap().listen.access()
    }

    #[test]
    fn an_address_others_can_reach_needs_a_decision() {
        assert!(access(&[]).is_ok());
        assert!(access(&["--listen", "[::1]:80"]).is_ok());
        let error = access(&["--listen", "0.0.0.0:80"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("--token") && error.to_string().contains("--no-auth"));
        assert!(access(&["--listen", "0.0.0.0:80", "--token", "t"]).is_ok());
        assert!(access(&["--listen", "0.0.0.0:80", "--no-auth"]).is_ok());
    }

    #[test]
    fn an_empty_token_is_no_token() {
        assert!(Command::try_parse_from(["test", "--token", ""]).is_err());
        assert!(Command::try_parse_from(["test", "--listen", "7878"]).is_err());
    }

    #[test]
    fn times_are_seconds_and_never_none_at_all() {
        assert_eq!(seconds("20"), Ok(Duration::from_secs(20)));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["", "0", "-1", "1e9", "NaN", "ten"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
