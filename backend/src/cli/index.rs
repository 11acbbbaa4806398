//! `blendscope index`: build the index and stop.

use super::error::CliError;
use super::progress::ProgressReport;
use super::signals::unless_stopped;
use super::terminal::note_unusual;
use super::threads;
use blendscope_cluster::{Address, ClusterDriver, Role};
use blendscope_engine::Driver;
use blendscope_library::{Library, LibraryError, OpenOptions};
use blendscope_local::LocalDriver;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Args, Command};
use std::ffi::OsStr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

/// Build the index of a folder with data, or bring it up to date, and stop
#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    #[command(flatten)]
    library: LibraryArgs,

    /// Compare all bytes of the annotation files with what was indexed, instead of some of each
    #[arg(long)]
    verify: bool,

    /// With --engine: how many files are read at once here; the command may run on other machines at the same time
    #[arg(long, value_name = "N", default_value = "1", requires = "engine")]
    workers: NonZeroU32,

    /// With --engine, when everything is indexed: look up how large pictures are and which of them are broken, as a server
    /// does by itself with an index on this machine
    #[arg(long, requires = "engine")]
    sizes: bool,

    /// With --engine, for an index that is not there yet: into how many shards it is divided, of 30 to 50 GB each
    #[arg(long, value_name = "N", default_value = "3", requires = "engine")]
    shards: NonZeroU32,

    /// With --engine, for an index that is not there yet: how many further copies of each shard there are
    #[arg(long, value_name = "N", default_value_t = 0, requires = "engine")]
    replicas: u32,
}

/// Options about the data and its index.
#[derive(Debug, Args)]
pub(super) struct LibraryArgs {
    /// Folder with prepared data, such as playground/data; it is only ever read
    #[arg(default_value = ".")]
    root: PathBuf,

    /// Keep indexes in this folder instead of the user's cache folder
    #[arg(long, value_name = "DIR")]
    index_dir: Option<PathBuf>,

    /// TOML file with datasets of your own: files, image folders, titles; a server reads it again on SIGHUP
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Use an index in a cluster: `blendscope index` fills it, the other commands ask it
    #[arg(long, value_name = "URL", value_parser = EngineAddress, long_help = ENGINE_HELP)]
    engine: Option<Address>,
}

const ENGINE_HELP: &str = "\
Use an index in an OpenSearch cluster, http://HOST:9200/NAME: `blendscope index` fills it, the other commands ask it

Several hosts may be given, separated by commas. Credentials come from BLENDSCOPE_ENGINE_USER and
BLENDSCOPE_ENGINE_PASSWORD, or BLENDSCOPE_ENGINE_API_KEY; BLENDSCOPE_ENGINE_CA names a file of certificates.";

/// Reads the address of an engine; what is wrong with one is told without the address, which may have a password in it.
#[derive(Clone)]
struct EngineAddress;

impl TypedValueParser for EngineAddress {
    type Value = Address;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<Address, clap::Error> {
        value.to_string_lossy().parse().map_err(|error| {
            let message = format!("--engine: {error}\n");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

impl LibraryArgs {
    /// The folder with the data.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// What to open.
    pub(super) fn options(&self) -> OpenOptions {
        self.options_as(Role::Asks)
    }

    fn options_as(&self, role: Role) -> OpenOptions {
        let engine: Arc<dyn Driver> = match &self.engine {
            Some(address) => Arc::new(ClusterDriver::new(address.clone(), role)),
            None => Arc::new(LocalDriver),
        };
        OpenOptions {
            engine,
            picture_memory: None,
            thumbnail_bytes: None,
            root: self.root.clone(),
            index_parent: self.index_dir.clone(),
            config: self.config.clone(),
            verify: false,
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &IndexArgs) -> Result<(), CliError> {
    threads::require_for_indexing()?;
    let role = Role::Fills { shards: args.shards.get(), replicas: args.replicas };
    let options = OpenOptions { verify: args.verify, ..args.library.options_as(role) };
    let libraries: Vec<Arc<Library>> =
        (0..args.workers.get()).map(|_| Library::open(&options)).collect::<Result<_, _>>()?;
    note_unusual(&libraries[0]);
    // What is committed by all is shown by each, so one shows it.
    let report = ProgressReport::of(Arc::clone(&libraries[0]));
    let indexing = libraries.clone();
    let stop = || {
        for library in &libraries {
            library.shut_down();
        }
    };
    let sizes = args.sizes;
    let work = move || {
        index_all(&indexing)?;
        if sizes {
            indexing[0].look_up_sizes_to_end()?;
        }
        Ok(())
    };
    let outcome = unless_stopped(work, stop);
    drop(report);
    outcome
}

/// Indexes by several workers; returns when all are done, with the first failure if there was one.
fn index_all(libraries: &[Arc<Library>]) -> Result<(), LibraryError> {
    thread::scope(|scope| {
        let others = libraries.iter().skip(1).map(|library| scope.spawn(|| library.index_to_end()));
        let others: Vec<_> = others.collect();
        let mut outcome = libraries[0].index_to_end();
        for other in others {
            outcome = outcome.and(other.join().unwrap_or(Ok(())));
        }
        outcome
    })
}
