//! JSON: reading the server's answers, and showing a record as it stands.
//!
//! A reader of our own: the general library is made to be quick with any type, which costs the download tens of
//! kilobytes; here an answer is small, and the types are few.

mod pretty;
mod read;
#[cfg(test)]
mod tests;
mod tree;

pub use pretty::pretty;
pub use read::{ReadError, from_str, from_tree};
pub use tree::{Json, Kind, ParseError, parse};
