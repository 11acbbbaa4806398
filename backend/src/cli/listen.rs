//! Where to listen, and who may ask there.

use super::error::CliError;
use crate::web::api::{Access, HostName};
use crate::web::connections::{Listener, UnixSocket};
use crate::web::{BasePath, FrameOrigin, Site};
use clap::Args;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{self, PathBuf};
use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Options about the address and its guards.
#[derive(Debug, Args)]
pub(super) struct ListenArgs {
    /// Address and port to serve at; port 0 takes any free one. Or `unix:PATH`, a socket that only you can open, for
    /// machines where others could reach your ports
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7878", value_parser = parse_address)]
    listen: ListenAddress,

    /// Let in only who knows this token: open http://…/?token=TOKEN once, or send it as `Authorization: Bearer TOKEN`
    #[arg(long, env = "BLENDSCOPE_TOKEN", hide_env_values = true, value_parser = parse_token)]
    token: Option<String>,

    /// Serve at an address that other machines can reach without any token: everybody there can read the data
    #[arg(long, conflicts_with = "token")]
    no_auth: bool,

    /// Answer under this host name too, such as that of a reverse proxy or a hub; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<HostName>,

    /// The path below which a proxy shows this server, where the proxy does not take it away, such as /blendscope
    #[arg(long, value_name = "PATH", default_value = "/", hide_default_value = true)]
    base_path: BasePath,

    /// Let pages of this origin show Blendscope in a frame, such as `https://hub.lab.edu` of a notebook, or `self`
    /// for the own one; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    frame: Vec<FrameOrigin>,
}

/// Where to listen.
#[derive(Clone, Debug)]
enum ListenAddress {
    Port(SocketAddr),
    Socket(PathBuf),
}

impl ListenArgs {
    /// Who may ask, or the reason why this address cannot be served like this.
    pub(super) fn access(&self) -> Result<Access, CliError> {
        let port = match &self.listen {
            ListenAddress::Port(port) => Some(port),
            ListenAddress::Socket(_) => None,
        };
        let is_local = port.is_none_or(|port| port.ip().is_loopback());
        if !is_local && self.token.is_none() && !self.no_auth {
            return Err(CliError::Usage(format!(
                "at {} other machines could read the data; choose a token with `--token`, or let everybody in with \
                 `--no-auth`",
                port.map(ToString::to_string).unwrap_or_default()
            )));
        }
        let mut names = self.allow_host.clone();
        if !is_local {
            names.extend(machine_name().and_then(|name| name.parse().ok()));
        }
        let mut access = Access::default().with_names(names);
        if is_local || !self.allow_host.is_empty() {
            access = access.only_by_name(port.and_then(|port| port.to_string().parse().ok()));
        }
        if let Some(token) = &self.token {
            access = access.with_token(token);
        }
        Ok(access)
    }

    /// Where the service lies on the web.
    pub(super) fn site(&self) -> Site {
        Site::new(self.base_path.clone(), self.frame.clone())
    }

    /// What of the address of the first page follows the host: the base path, and the token if there is one.
    pub(super) fn first_page(&self) -> String {
        let site = self.site();
        let token = self.token.as_deref().map(blendscope_shared::paths::escape);
        match token {
            Some(token) => format!("{}/?token={token}", site.base_path()),
            None if site.base_path().is_empty() => String::new(),
            None => format!("{}/", site.base_path()),
        }
    }

    /// Takes the port or makes the socket. Must be called within a tokio runtime.
    pub(super) fn bind(&self) -> Result<Listening, CliError> {
        match &self.listen {
            ListenAddress::Port(address) => {
                let listener = bind_port(*address)?;
                let address = listener
                    .local_addr()
                    .map_err(|cause| CliError::System { what: "name the address", cause })?;
                Ok(Listening { listener: Listener::Tcp(listener), at: At::Port(address) })
            }
            ListenAddress::Socket(path) => {
                let path = path::absolute(path).unwrap_or_else(|_| path.clone());
                let socket = UnixSocket::bind(&path).map_err(|cause| match cause.kind() {
                    io::ErrorKind::AddrInUse => CliError::SocketInUse(path.clone()),
                    _ => CliError::ListenSocket { path: path.clone(), cause },
                })?;
                Ok(Listening { listener: Listener::Unix(socket), at: At::Socket(path) })
            }
        }
    }
}

/// What is listened at, and where that is.
pub(super) struct Listening {
    /// Where connections come from.
    pub listener: Listener,
    /// Where that is.
    pub at: At,
}

/// Where a server listens.
pub(super) enum At {
    /// The address with the port that was taken.
    Port(SocketAddr),
    /// A socket in the file system.
    Socket(PathBuf),
}

/// The name by which other machines know this one; nothing if it has none that goes into an address.
pub(super) fn machine_name() -> Option<String> {
    let name = rustix::system::uname().nodename().to_str().ok()?.to_owned();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    (is_name && !name.is_empty() && !name.starts_with("localhost")).then_some(name)
}

fn bind_port(address: SocketAddr) -> Result<TcpListener, CliError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => CliError::AddressInUse(address),
        _ => CliError::Listen { address, cause },
    };
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(failed)?;
    socket.set_reuseaddr(true).map_err(failed)?;
    socket.bind(address).map_err(failed)?;
    socket.listen(BACKLOG).map_err(failed)
}

/// Reads an address with its port, or `unix:` and a path; a name such as `localhost:7878` is looked up.
fn parse_address(text: &str) -> Result<ListenAddress, String> {
    if let Some(path) = text.strip_prefix("unix:") {
        let is_path = !path.is_empty();
        return is_path
            .then(|| ListenAddress::Socket(path.into()))
            .ok_or_else(|| "names no socket".to_owned());
    }
    let not_found = "this is no address with a port; an example is 127.0.0.1:7878";
    let found = text.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    found.map(ListenAddress::Port).ok_or_else(|| not_found.to_owned())
}

fn parse_token(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("the token must not be empty".to_owned()) } else { Ok(text.to_owned()) }
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
        assert!(Command::try_parse_from(["test", "--listen", "unix:"]).is_err());
    }

    #[test]
    fn a_socket_of_ones_own_needs_no_token() {
        assert!(access(&["--listen", "unix:/tmp/blendscope.sock"]).is_ok());
    }
}
