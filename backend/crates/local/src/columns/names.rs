//! Names of the columns and parts that are not in the table of columns; the number at the end is the version.

use super::SetNames;

/// Missing images per sample.
pub const MISSING: &str = "images_missing.1";

/// Images per sample whose bytes are no picture, or not all of it.
pub const BROKEN: &str = "images_broken.1";

/// Widths of the samples' first pictures, in pixels: 0 where that is not known.
pub const WIDTH: &str = "width.1";

/// Heights of the samples' first pictures, in pixels: 0 where that is not known.
pub const HEIGHT: &str = "height.1";

/// Flags that are found when all samples of a dataset are read.
pub const REPEATS: &str = "repeats.1";

/// Ranks of equal samples: 0 for unique ones, else 1, 2, ….
pub const RANK: &str = "rank.1";

/// Whether a list of ids names a sample.
pub const SUBSET: &str = "subset.1";

/// The hashes of the refs' image keys, one value per ref in record order.
pub const IMAGE_KEYS: &str = "image_keys.1";

/// The image sources of each sample.
pub const SOURCES: SetNames = SetNames { numbers: "sources.1", sets: "sources_sets.1" };

/// The templates of each sample, by their ids.
pub const TEMPLATES: SetNames = SetNames { numbers: "template.1", sets: "template_sets.1" };
