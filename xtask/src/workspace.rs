//! Where everything lies in the checkout, and the processor's cores, which everything that is built here shares.

use jobserver::{Acquired, Client};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

/// The checkout.
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    /// A token per core that is free, after one for this process itself. Every cargo takes its tokens from here, so
    /// that several side by side have no more compilers running than there are cores.
    cores: Client,
}

impl Workspace {
    /// The checkout this program was compiled from.
    pub fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("xtask is a folder of the checkout")
            .to_owned();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| root.join("target")),
            None => root.join("target"),
        };
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        let cores = Client::new(cores - 1).expect("the system has a pipe to give");
        Self { root, target, cores }
    }

    /// A file or folder by its place in the checkout.
    pub fn join(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The built user interface.
    pub fn dist(&self) -> PathBuf {
        self.join("dist")
    }

    /// A command that runs in the checkout.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        self.cores.configure(&mut command);
        command
    }

    /// A cargo command that runs in the checkout.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }

    /// A core for something beside what this process waits for, unless there is only one.
    pub(crate) fn second_core(&self) -> Option<Acquired> {
        self.cores.try_acquire().ok().flatten()
    }

    /// Lends the core of this process to the others while it waits for them.
    pub(crate) fn lend_core<T>(&self, wait: impl FnOnce() -> T) -> T {
        let is_lent = self.cores.release_raw().is_ok();
        let waited = wait();
        if is_lent {
            let _ = self.cores.acquire_raw();
        }
        waited
    }
}
