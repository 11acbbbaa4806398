//! What ends a command early.

#[cfg(feature = "demo")]
use blendscope_demo::DemoError;
use blendscope_library::LibraryError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// An error as the user reads it: what happened, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[cfg(feature = "demo")]
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(
        "{0} is in use, perhaps by another Blendscope; stop that one, or choose another port with `--listen {ip}:0`, \
         where 0 takes any free one", ip = .0.ip()
    )]
    AddressInUse(SocketAddr),
    #[error("cannot listen on {address}: {cause}; choose another address with `--listen`")]
    Listen { address: SocketAddr, cause: io::Error },
    #[error("{} is there already: another Blendscope that answers, or no socket; choose another path", .0.display())]
    SocketInUse(PathBuf),
    #[error("cannot make a socket at {}: {cause}; choose another path", path.display())]
    ListenSocket { path: PathBuf, cause: io::Error },
    #[error("cannot write to {place}: {cause}")]
    Write { place: String, cause: io::Error },
    #[error("{0} of what was to be removed is still there")]
    Unremoved(usize),
    #[error("stopped before the end; what was indexed so far is kept, run the same command to go on")]
    Interrupted,
    #[error(
        "the system lets this process start {started} more threads, and it needs {needed}: {cause}; raise the limit \
         (`ulimit -u` for the user, `pids.max` for a container), or end other programs of this user"
    )]
    Threads { started: usize, needed: usize, cause: io::Error },
    #[error("the system refuses to {what}: {cause}")]
    System { what: &'static str, cause: io::Error },
}

impl CliError {
    /// 2 for wrong usage, as clap does, 1 for everything else.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Library(LibraryError::UnknownIndex { .. }) => 2,
            _ => 1,
        }
    }
}
