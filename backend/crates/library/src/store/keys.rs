//! The image keys of a dataset's samples.

use blendscope_catalog::{Catalog, FoundDataset};
use blendscope_images::name_hash;
use blendscope_read::{FieldHash, ImageRef, RecordKeys};
use std::path::PathBuf;
use std::sync::Arc;

/// Hexadecimal digits of an embedded image's hash that stand in its key.
const HASH_DIGITS: usize = 32;

/// The hash that stands for an image without a key: one elsewhere, or one that is not there.
pub(crate) const NO_KEY: u64 = 0;

/// Makes the image keys of one dataset.
#[derive(Clone)]
pub(crate) struct Keys {
    catalog: Arc<Catalog>,
    found: FoundDataset,
}

impl Keys {
    /// For a dataset as it was found.
    pub(crate) fn new(catalog: Arc<Catalog>, found: &FoundDataset) -> Self {
        Self { catalog, found: found.clone() }
    }

    /// The folders that the dataset's paths are relative to.
    pub(crate) fn image_dirs(&self) -> &[PathBuf] {
        &self.found.image_dirs
    }

    /// A ref's image key.
    pub(crate) fn key(&self, image: &ImageRef) -> Option<String> {
        image_key(&self.catalog, &self.found, image)
    }

    /// What the catalog says about the keys of its records.
    pub(crate) fn record(&self) -> Option<Arc<RecordKeys>> {
        self.found.record.clone()
    }

    /// A number that changes when the same records would be read otherwise, or the same refs would get other keys.
    pub(crate) fn stamp(&self) -> u64 {
        let mut hash = FieldHash::default();
        hash.bytes(self.found.slug.as_bytes()).bytes(format!("{:?}", self.found.key_root).as_bytes());
        hash.bytes(format!("{:?}", self.found.record).as_bytes());
        hash.bytes(format!("{:?}", self.catalog.sources()).as_bytes());
        hash.bytes(format!("{:?}", self.catalog.bases()).as_bytes()).finish()
    }
}

/// The image key of a ref: of a path by the catalog's rules, of embedded bytes by their hash.
pub(crate) fn image_key(catalog: &Catalog, found: &FoundDataset, image: &ImageRef) -> Option<String> {
    match image {
        ImageRef::Path(written) => Some(catalog.image_key(found, written)),
        ImageRef::Embedded(image) => Some(format!("{}/{}", found.slug, hash_text(image.hash))),
        ImageRef::Remote(_) | ImageRef::NotEmbedded(_) => None,
    }
}

/// How a hash of bytes stands in an image key.
pub(crate) fn hash_text(hash: [u8; 32]) -> String {
    blake3::Hash::from_bytes(hash).to_hex()[..HASH_DIGITS].to_owned()
}

/// Whether a name in an image key may be that of embedded bytes.
pub(crate) fn is_hash_text(name: &str) -> bool {
    name.len() == HASH_DIGITS
        && name.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
}

/// What the column of image keys holds for a key.
pub(crate) fn key_hash(key: &str) -> u64 {
    name_hash(key).max(NO_KEY + 1)
}
