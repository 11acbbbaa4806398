//! Questions to answers: searches, facets, samples, pictures, recipes, exports, as of the latest snapshot.

mod accounts;
pub(crate) mod answers;
mod board;
pub(crate) mod compare;
mod dimensions;
mod draw;
mod examples;
pub(crate) mod export;
mod facets;
mod filter;
mod mixtures;
pub(crate) mod pictures;
mod recipes;
mod samples;
mod sayings;
mod search;
mod summary;
mod templates;
mod totals;
mod troubles;
