//! Where lines go: the standard output, or a file that gets its name when it is complete.

use crate::cli::error::CliError;
use blendscope_library::LibraryError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A file that gets its name when it is complete.
#[derive(Clone, Debug)]
pub(super) struct Target {
    out: PathBuf,
    partial: PathBuf,
}

impl Target {
    /// A file outside of the root, which is only ever read.
    pub(super) fn new(out: &Path, root: &Path) -> Result<Self, CliError> {
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder)
            .map_err(|cause| CliError::Write { place: out.display().to_string(), cause })?;
        if fs::canonicalize(root).is_ok_and(|root| folder.starts_with(root)) {
            let out = out.display();
            return Err(CliError::Usage(format!(
                "{out} is inside of the data, which is only ever read; name a file elsewhere"
            )));
        }
        Ok(Self { out: out.to_owned(), partial: out.with_added_extension("partial") })
    }
}

/// Takes lines and counts their bytes.
pub(super) struct Sink {
    out: Box<dyn Write>,
    target: Option<Target>,
    bytes: u64,
    failure: Option<io::Error>,
}

impl Sink {
    /// Opens the file of the target, or else the standard output.
    pub(super) fn open(target: Option<Target>) -> Result<Self, CliError> {
        let mut sink = Self { out: Box::new(io::stdout().lock()), target, bytes: 0, failure: None };
        if let Some(target) = &sink.target {
            let created = File::create(&target.partial);
            sink.out = Box::new(created.map_err(|cause| sink.error(cause))?);
        }
        Ok(sink)
    }

    /// Writes some lines, and says whether to go on.
    pub(super) fn take(&mut self, lines: &[u8]) -> ControlFlow<()> {
        self.bytes += lines.len() as u64;
        self.failure = self.out.write_all(lines).err();
        if self.failure.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Gives the file its name if all was written; the number of bytes, none if the reader wanted no more.
    pub(super) fn finish(mut self, written: Result<(), LibraryError>) -> Result<Option<u64>, CliError> {
        match self.failure.take().or_else(|| self.out.flush().err()) {
            // Who reads no further, such as `head`, has enough.
            Some(cause) if self.target.is_none() && cause.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(None);
            }
            Some(cause) => return Err(self.error(cause)),
            None => written?,
        }
        if let Some(target) = &self.target {
            fs::rename(&target.partial, &target.out).map_err(|cause| self.error(cause))?;
        }
        Ok(Some(self.bytes))
    }

    fn error(&self, cause: io::Error) -> CliError {
        let place = self.target.as_ref().map(|target| target.partial.display().to_string());
        CliError::Write { place: place.unwrap_or_else(|| "the standard output".to_owned()), cause }
    }
}
