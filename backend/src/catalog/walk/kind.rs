//! What a file may be, by its name.

use crate::catalog::dataset::{BINARY_EXTENSIONS, TEXT_EXTENSIONS};
use crate::catalog::list::IdList;

const PICTURES: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"];

/// Files that look like data but are not read, by the end of their name.
const UNREAD: [(&str, &str); 5] = [
    (".arrow", "arrow shard: not read, export it as JSON lines or parquet"),
    (".tar.gz", "packed archive: unpack it to a tar archive or a folder"),
    (".tgz", "packed archive: unpack it to a tar archive or a folder"),
    (".csv", "table: not read, perhaps a list of ids"),
    (".csv.gz", "packed table: not read, perhaps a list of ids"),
];

/// What a file may be.
pub(super) enum Kind {
    Picture,
    /// An annotation file, an archive of pictures or a box file: to be looked into.
    Annotation,
    /// An id list of the catalog.
    List,
    /// The number of records of a shard.
    Count,
    /// Looks like data, and is not read for this reason.
    Unread(&'static str),
    Other,
}

/// What a file with this name may be.
pub(super) fn kind_of(name: &str, lists: &[IdList]) -> Kind {
    if lists.iter().any(|list| list.is_named(name)) {
        return Kind::List;
    }
    let name = name.to_ascii_lowercase();
    if PICTURES.iter().any(|end| name.ends_with(end)) {
        return Kind::Picture;
    }
    let unpacked = name.strip_suffix(".gz").unwrap_or(&name);
    let is_text = TEXT_EXTENSIONS.iter().any(|end| unpacked.ends_with(end));
    if is_text || BINARY_EXTENSIONS.iter().any(|end| name.ends_with(end)) {
        return Kind::Annotation;
    }
    match name.rsplit_once('.') {
        Some((_, "zip")) => return Kind::Annotation,
        Some((_, "count")) => return Kind::Count,
        _ => {}
    }
    let unread = UNREAD.iter().find(|(end, _)| name.ends_with(end));
    unread.map_or(Kind::Other, |&(_, reason)| Kind::Unread(reason))
}
