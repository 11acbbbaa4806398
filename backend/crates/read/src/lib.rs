//! Reading annotation files: from bytes on disk to samples.
//!
//! [`sniff`] says what a file is by looking into it, [`read_file`] streams its records with their exact byte ranges,
//! [`Reading::parse`] turns one record into a [`Sample`], and [`read_back`] fetches one record again by its range.
//! Nothing here knows of the index, the catalog or the network.

mod archive;
mod archive_records;
mod arrow;
mod boxes;
mod coco;
mod container;
mod dialect;
pub mod disk;
mod embedded;
mod fetch;
mod field_hash;
mod file;
mod folder;
mod gzip;
mod id_list;
mod json;
mod judge;
pub mod mapped;
#[cfg(any(test, feature = "writers"))]
pub mod pack;
mod parquet;
mod paths;
mod pickle;
mod picture;
pub mod places;
pub mod reads;
mod records;
mod sample;
mod sheet;
mod sniff;
mod split;
mod tables;
mod tar;
#[cfg(test)]
mod testing;
mod unpacked;
mod value;
mod zip;
mod zstd;

pub use archive::annotation_folders;
pub use boxes::{index_boxes, look_at, parse_boxes};
pub use container::{Container, Form, Packing, Sniff};
pub use dialect::{Reading, RecordError, RecordKeys, parse_record, record_text};
pub use disk::{File, irregular, open_file, open_folder, read_whole};
pub use embedded::{Admit, EmbeddedImage, ImageAt, ImageEncoding};
pub use fetch::read_embedded;
pub use field_hash::FieldHash;
pub use file::{RangeReader, Ranges, ReadError, container_of_own, read_back, read_file, read_opened};
pub use folder::{FolderStamp, Pair, is_sidecar_name, judge_folder, list_pairs, pair_up};
pub use gzip::{BadCheckpoints, Checkpoints};
pub use id_list::{Entries, IdList, id_hash, read_ids};
pub use paths::safe_relative;
pub use picture::{
    Flaw, Foreign, Format, PictureFacts, PictureLook, PictureScan, ReadAt, begins_with, is_picture_name,
    look_at_picture,
};
pub use records::FileEnd;
pub use sample::{ImageRef, ReadAs, Sample};
pub use sniff::sniff;
pub use split::{Item, Limits, Problem, RawRecord};
pub use tar::{TarError, TarMembers};
pub use unpacked::compare_unpacked;
pub use zip::{ZipError, ZipMember, scan_zip, unpacked_path};
