//! What every handler has at hand.

use super::Access;
use super::searches::Searches;
use super::workers::Workers;
use crate::library::Library;
use std::sync::Arc;
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
    /// Who may ask.
    pub(super) access: Arc<Access>,
    /// Ends what would otherwise never end, such as event streams.
    pub(super) stopping: CancellationToken,
}

impl AppState {
    /// Serves `library` to whom `access` lets in.
    pub fn new(library: Arc<Library>, access: Access) -> Self {
        Self {
            library,
            workers: Workers::for_this_machine(),
            searches: Searches::for_this_machine(),
            access: Arc::new(access),
            stopping: CancellationToken::new(),
        }
    }

    /// Ends all event streams, so that a graceful shutdown need not wait for them.
    pub fn stop(&self) {
        self.stopping.cancel();
    }
}
