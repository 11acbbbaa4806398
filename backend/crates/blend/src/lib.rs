//! Mixtures of training data: what a trainer takes of which annotation file, as pure arithmetic.
//!
//! [`format`](mod@format) names the kinds of mixture files, [`trainers`] reads and writes those of each trainer, with its
//! exact rules; [`mixture`] is what all of them
//! come to, a list of parts; [`recognise`] tells mixtures from other files of a folder. How many samples each part has is found out by the caller; [`evaluate`] then says what is
//! taken of it, and [`draw`] which samples these are. [`blend`] is the composition of any set of samples.
//! Nothing here reads a file, asks a server or knows an index, so that a page computes with the same code.

pub mod board;
pub mod document;
pub mod draw;
pub mod evaluate;
pub mod export;
pub mod format;
pub mod interleave;
pub mod mixture;
pub mod pick;
mod python;
pub mod recognise;
pub mod said;
pub mod samplers;
mod shares;
pub mod trainers;

pub use shares::{Part, blend};
