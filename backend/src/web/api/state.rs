//! What every handler has at hand.

use super::Access;
use super::export::ExportPlaces;
use super::limits::RequestLimits;
use super::searches::Searches;
use super::workers::Workers;
use crate::web::Site;
use blendscope_library::Library;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The opened root and the means to serve it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The only thing that is asked about data.
    pub library: Arc<Library>,
    /// Where that asking happens.
    pub workers: Workers,
    /// Where the index is asked.
    pub searches: Searches,
    /// Exports under way.
    pub exports: ExportPlaces,
    /// Who may ask.
    pub access: Arc<Access>,
    /// Where all of it lies on the web.
    pub site: Arc<Site>,
    /// Ends what would otherwise never end, such as event streams.
    pub stopping: CancellationToken,
    /// What requests may cost.
    pub limits: RequestLimits,
}

impl AppState {
    /// Serves `library` at `site` to whom `access` lets in, for no more than `limits` allow.
    pub(crate) fn new(library: Arc<Library>, access: Access, site: Site, limits: RequestLimits) -> Self {
        Self {
            library,
            workers: Workers::new(limits.threads),
            searches: Searches::new(&limits),
            exports: ExportPlaces::new(),
            access: Arc::new(access),
            site: Arc::new(site),
            stopping: CancellationToken::new(),
            limits,
        }
    }

    /// Cancelled when the server stops.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Ends all event streams, so that a graceful shutdown need not wait for them.
    pub(crate) fn stop(&self) {
        self.stopping.cancel();
    }
}
