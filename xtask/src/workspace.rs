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
    /// A token per core, less one that every process has by itself. Every cargo takes its tokens from here, so that
    /// several side by side have no more compilers running than there are cores.
    spare_cores: Client,
    has_spare_cores: bool,
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
        let spare = available_parallelism().map_or(1, std::num::NonZero::get) - 1;
        let spare_cores = Client::new(spare).expect("the system has a pipe to give");
        Self { root, target, spare_cores, has_spare_cores: spare > 0 }
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
        command
    }

    /// A command that compiles something in the checkout, by a cargo inside it or itself, on the cores that are free.
    pub fn builder(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program);
        self.spare_cores.configure(&mut command);
        command
    }

    /// A cargo command that runs in the checkout.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.builder("cargo");
        command.args(arguments);
        command
    }

    /// A core for something beside what this process waits for, unless there is only one.
    pub(crate) fn second_core(&self) -> Option<Acquired> {
        // Where there is one at all, it is free: nothing takes any before this.
        if self.has_spare_cores { self.spare_cores.acquire().ok() } else { None }
    }

    /// Lends the core of this process to the others while it waits for them.
    pub(crate) fn lend_core<T>(&self, wait: impl FnOnce() -> T) -> T {
        let is_lent = self.spare_cores.release_raw().is_ok();
        let waited = wait();
        if is_lent {
            let _ = self.spare_cores.acquire_raw();
        }
        waited
    }
}
