//! The engine of one machine: a text index in tantivy, and columns of values addressed by row.

pub mod columns;
pub mod text;

pub use columns::*;
pub use text::*;
