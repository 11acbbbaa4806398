//! Pictures: what a file's header says, small versions of it, and which names a folder holds.
//!
//! The bytes decide what a picture is, never its name. Nothing here knows the catalog or the web: the caller
//! brings a path or bytes, and gets facts, a JPEG, or an [`ImageError`] whose text can be shown to the reader.

mod archive;
mod cache;
mod colours;
mod decode;
mod error;
mod listing;
pub mod memory;
mod need;
mod probe;
mod source;
#[cfg(test)]
mod test_pictures;
mod thumbnail;

pub use archive::{Archives, Member, first_names, is_archive_index};
pub use blendscope_read::Format;
pub use cache::{ThumbnailCache, damaged_thumbnails};
pub use colours::Colours;
pub use error::ImageError;
pub use listing::{Listings, list_names, list_renamed, name_hash};
pub use memory::{Limits, PictureMemory, Reserved, reserve};
pub use probe::{Probe, described, look_at_bytes};
pub use source::{Content, Source};
pub use thumbnail::thumbnail;
