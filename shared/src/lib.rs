//! The contract between Blendscope's server and whoever talks to it.
//!
//! Types of the JSON answers, the addresses of the API and of the UI, the query-string form of a search, and the
//! sample key. A leaf: no I/O, no async, native and wasm alike.
//!
//! ```
//! use blendscope_shared::{paths, search::{SearchParams, Sort}};
//!
//! let params = SearchParams::parse([("q", "red bus"), ("sort", "file")]).unwrap();
//! assert_eq!(params.sort, Some(Sort::File));
//! assert_eq!(paths::search_page(&params), "/search?q=red%20bus&sort=file");
//! ```

pub mod account;
pub mod addresses;
pub mod board;
pub mod boxes;
pub mod colour;
pub mod content;
pub mod dataset;
pub mod decimal;
pub mod draw;
pub mod image;
pub mod image_page;
#[cfg(feature = "key")]
pub mod key;
pub mod overview;
pub mod paths;
pub mod problem;
pub mod recipe;
pub mod role;
pub mod sample;
pub mod search;
pub mod status;
