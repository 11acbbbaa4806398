//! What is known about datasets and image sources, and where under a root they lie.
//!
//! The knowledge is data: the TOML files in `catalog/builtin/`, and the user's file of the same form.
//! [`Catalog::resolve`] looks through a root and says which annotation file belongs to which dataset and where its
//! pictures are; [`Catalog::image_key`] gives a picture the one name behind its many spellings; [`Locator`] goes back
//! from names to paths. Nothing here reads samples, except a few hundred refs to find an image folder.

mod dataset;
mod error;
mod load;
mod locate;
pub mod paths;
mod pattern;
mod probe;
mod resolve;
mod source;
mod unknown;
mod walk;

pub use dataset::{Dataset, Place};
pub use error::{CatalogError, ResolveError};
pub use load::Catalog;
pub use locate::Locator;
pub use resolve::{FoundDataset, FoundFile, Resolved};
pub use source::{Source, Spelling};

#[cfg(test)]
mod tests;
