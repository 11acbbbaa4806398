//! Where the state of an opened root lies: its folder, the generations of a commit, and their records.
//!
//! Samples lie in the engine, and their records in the annotation files. What else is known of a generation is its state,
//! a document of the engine's manifest, and parts that the engine keeps with it.

pub(crate) mod boxes;
pub(crate) mod catalogs;
pub(crate) mod checkup;
pub(crate) mod home;
pub(crate) mod indexes;
pub(crate) mod integrity;
pub(crate) mod keys;
pub(crate) mod lock;
pub(crate) mod manifest;
pub(crate) mod picture;
pub(crate) mod problems;
pub(crate) mod read_keys;
pub(crate) mod record_store;
pub(crate) mod records;
pub(crate) mod sets;
pub(crate) mod sidecars;
pub(crate) mod snapshot;
pub(crate) mod state;
pub(crate) mod templates;
pub(crate) mod values;
