//! Pictures: what a file's header says, small versions of it, and which names a folder holds.
//!
//! The bytes decide what a picture is, never its name. Nothing here knows the catalog or the web: the caller
//! brings a path or bytes, and gets facts, a JPEG, or an [`ImageError`] whose text can be shown to the reader.

mod archive;
mod cache;
mod decode;
mod error;
mod format;
mod guard;
mod limits;
mod listing;
mod probe;
mod store;
#[cfg(test)]
mod test_pictures;
mod thumbnail;

#[cfg(feature = "fuzzing")]
pub(crate) use archive::first_names;
pub(crate) use archive::{Archives, Member, is_archive_index};
pub use cache::ThumbnailCache;
pub(crate) use cache::damaged_thumbnails;
pub use error::ImageError;
pub use format::Format;
pub use limits::Limits;
pub use listing::{Listings, list_names, list_renamed, name_hash};
pub use probe::{Probe, look_at_bytes, look_at_file, probe, probe_bytes};
pub(crate) use probe::{described, head};
pub use thumbnail::thumbnail;
