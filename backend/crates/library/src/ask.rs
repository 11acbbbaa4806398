//! Questions to answers: searches, facets, samples, pictures, recipes, exports, as of the latest snapshot.

mod accounts;
pub(crate) mod answers;
mod board;
mod dimensions;
mod draw;
pub(crate) mod export;
mod facets;
mod filter;
pub(crate) mod pictures;
mod recipes;
mod samples;
mod search;
mod summary;
mod templates;
