//! The engine of many machines: an `OpenSearch` cluster, by its REST API.
//!
//! [`ClusterDriver`] opens an index at an [`Address`]. The cluster keeps the terms of texts and the numbers by which samples
//! are found, counted and ordered; everything else of a generation (numbers, parts, words, texts for sending them again)
//! lies in files on storage that all machines share. `meta` says which generations are seen, and who reads which file.

mod address;
mod client;
#[cfg(test)]
mod conformance;
mod driver;
mod engine;
mod fields;
mod filter;
mod health;
mod meta;
mod order;
mod query;
mod receipt;
mod send;
mod shared;
mod slots;
mod spans;
mod stored;
mod view;
mod words;
mod writer;

pub use address::{Address, AddressError};
pub use driver::{ClusterDriver, Role};
