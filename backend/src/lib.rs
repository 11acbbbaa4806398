//! Blendscope's server: indexes prepared vision-language training data as it lies on disk, and serves it.
//!
//! `api` asks `library`; `library` puts together `catalog`, `read`, `index`, `columns`, `images`, `templates` and `blend`, which know
//! nothing of the web nor of each other's insides.

pub mod cli;

pub mod api;
mod ui;

pub mod library;

pub mod catalog;

mod field_hash;

mod index;

mod mapped;

mod columns;

pub mod images;

mod blend;

pub mod budget;

mod templates;

#[cfg(feature = "fuzzing")]
pub mod fuzzing;
