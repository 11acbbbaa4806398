//! What every handler has at hand.

use super::Access;
use super::export::ExportPlaces;
use super::searches::Searches;
use super::workers::Workers;
use crate::library::Library;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The opened root and the means to serve it. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The only thing that is asked about data.
    pub(crate) library: Arc<Library>,
    /// Where that asking happens.
    pub(crate) workers: Workers,
    /// Where the index is asked.
    pub(super) searches: Searches,
    /// Exports under way.
    pub(super) exports: ExportPlaces,
    /// Who may ask.
    pub(super) access: Arc<Access>,
    /// Ends what would otherwise never end, such as event streams.
    pub(super) stopping: CancellationToken,
    /// How long the body of a request may take to arrive.
    pub(super) body_timeout: Duration,
}

impl AppState {
    /// Serves `library` to whom `access` lets in, and waits so long for the body of a request.
    pub fn new(library: Arc<Library>, access: Access, body_timeout: Duration) -> Self {
        Self {
            library,
            workers: Workers::for_this_machine(),
            searches: Searches::for_this_machine(),
            exports: ExportPlaces::new(),
            access: Arc::new(access),
            stopping: CancellationToken::new(),
            body_timeout,
        }
    }

    /// Cancelled when the server stops.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Ends all event streams, so that a graceful shutdown need not wait for them.
    pub fn stop(&self) {
        self.stopping.cancel();
    }
}
