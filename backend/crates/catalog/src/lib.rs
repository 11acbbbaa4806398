//! What is known about datasets, image sources, layouts and recipes, and where under a root they lie.
//!
//! The knowledge is data: the TOML files in `catalog/builtin/`, and the user's file of the same form.
//! [`Catalog::resolve`] looks through a root and says which annotation file belongs to which dataset, where its
//! pictures are, and which documents' layouts the root has; [`Catalog::image_key`] gives a picture the one name behind
//! its many spellings; [`Locator`] goes back from names to paths. Nothing here reads samples, except a few hundred refs
//! to find an image folder.

mod dataset;
mod error;
mod found;
mod known;
mod load;
mod locate;
mod looks;
mod mixtures;
pub mod paths;
mod probe;
mod recipe;
mod resolve;
mod source;
pub mod spellings;
mod unclaimed;
mod unknown;
mod walk;

pub use dataset::{Dataset, FoundLayout, Layout, Place};
pub use error::{CatalogError, ResolveError};
pub use found::{BoxFile, FoundDataset, FoundFile, FoundMixture, Resolved};
pub use known::{Catalog, SETTINGS_MAX};
pub use locate::{Alternative, How, Located, Locator};
pub use looks::{Changes, Looks};
pub use mixtures::inside as mixture_path;
pub use recipe::{FoundIdList, IdList, ListForm, Part, Recipe, Stage, SubPart, Unit};
pub use source::{Source, Spelling};

#[cfg(test)]
mod tests;
