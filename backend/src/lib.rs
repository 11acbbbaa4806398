//! Blendscope's server: indexes prepared vision-language training data as it lies on disk, and serves it.
//!
//! `connections` takes requests from the network and `api` answers them by asking `library`; `library` puts together `catalog`, `read`, `index`, `columns`, `images`, `templates` and `blend`, which know
//! nothing of the web nor of each other's insides.

pub mod cli;

pub mod api;
mod ui;

mod connections;

pub mod library;

pub mod catalog;

mod field_hash;

mod places;

mod reads;

mod index;

mod machine;

mod mapped;

mod columns;

pub mod images;

mod blend;

pub mod budget;

mod templates;

#[cfg(feature = "fuzzing")]
pub mod fuzzing;
