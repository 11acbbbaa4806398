//! Reads Markdown with tables, code and formulas.
//!
//! The user interface knows the [`tree`] only. What makes it is a WebAssembly module of its own (`main.rs`), fetched when
//! the first text needs it: Markdown and formulas are a sixth of all code, and most texts of samples have neither.

mod formula;
mod reader;
pub mod tree;

pub use reader::parse;
