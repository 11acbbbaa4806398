//! What the readers of parquet and Arrow share: columns, addresses of values and of pictures, base64 in texts, and a
//! guard around decoders of other projects that may fail in every way.
//!
//! Names of columns are made so that no value is lost; a value is known by its leaf column, row, and number in the row.
//! A panic inside a decoder is an error here, and nothing is printed.

mod row;
mod value;

pub(crate) use row::{RowError, write_row};

use crate::{EmbeddedImage, Format, ImageAt, ImageEncoding, PictureScan};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Fields};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use row::{items_at, items_of, range_of};
use std::any::Any;
use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Once};
use value::bytes_of;

/// The bytes of a value of a leaf column: the value's number counts from the first of its row.
pub(crate) fn cell_bytes(
    columns: &[Column],
    arrays: &[ArrayRef],
    leaf: u32,
    row: usize,
    item: usize,
) -> Result<Vec<u8>, String> {
    let (array, start) =
        find(columns, arrays, leaf, row).ok_or_else(|| format!("there is no column {leaf} in row {row}"))?;
    let index = start.checked_add(item).filter(|&index| index < array.len());
    let index = index.ok_or_else(|| format!("the row has no value {item} in column {leaf}"))?;
    if array.is_null(index) {
        return Err(format!("value {item} of column {leaf} is null"));
    }
    let bytes = bytes_of(&array, index).ok_or_else(|| format!("column {leaf} does not hold bytes"))?;
    Ok(bytes.to_vec())
}

/// The array of a leaf, and the index of the row's first value in it.
fn find(columns: &[Column], arrays: &[ArrayRef], leaf: u32, row: usize) -> Option<(ArrayRef, usize)> {
    let (column, array) = columns.iter().zip(arrays).find(|(column, _)| column.has(leaf))?;
    if row >= array.len() {
        return None;
    }
    match array.data_type() {
        DataType::Struct(_) => find(&column.parts, array.as_struct().columns(), leaf, row),
        DataType::Map(..) => {
            let map = array.as_map();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            find(&column.parts, &[entries], leaf, range_of(map.value_offsets(), row).start)
        }
        _ => match items_of(array) {
            Some(items) => {
                find(&column.parts, std::slice::from_ref(items), leaf, items_at(array, row)?.start)
            }
            None => Some((array.clone(), row)),
        },
    }
}

/// What bytes stand for beyond their Arrow type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Text where they can be, else bytes.
    #[default]
    Plain,
    /// Text in any case.
    Text,
    /// 16 bytes of a UUID.
    Uuid,
    /// A picture, unless it is text.
    MaybePicture,
    /// A picture, whatever its bytes are.
    Picture,
}

/// A column, or a part of one.
#[derive(Debug)]
pub(crate) struct Column {
    name: String,
    meaning: Meaning,
    /// Number of its first leaf among those that are read, depth first from 0.
    leaf: u32,
    /// The same among all of the file.
    in_file: u32,
    /// Leaves below it; 1 if it is one.
    leaves: u32,
    parts: Vec<Column>,
}

impl Column {
    /// Whether the leaf of this number is in it.
    fn has(&self, leaf: u32) -> bool {
        (self.leaf..self.leaf + self.leaves).contains(&leaf)
    }
}

/// The columns of a schema; `leaf` knows of each leaf that is read its number in the file, and what it stands for.
pub(crate) fn columns_of(fields: &Fields, leaf: &dyn Fn(u32) -> (u32, Meaning)) -> Vec<Column> {
    Numbering { next: 0, leaf }.parts(fields.iter().map(AsRef::as_ref), false)
}

/// Names made different from each other by a number behind those that come again.
pub(crate) fn unique_names<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let names: Vec<&str> = names.collect();
    let mut taken: HashSet<String> = HashSet::new();
    let known: HashSet<&str> = names.iter().copied().collect();
    let mut unique = Vec::with_capacity(names.len());
    for name in names {
        let mut wanted = name.to_owned();
        let mut number = 2;
        while taken.contains(&wanted) || (number > 2 && known.contains(wanted.as_str())) {
            wanted = format!("{name}_{number}");
            number += 1;
        }
        taken.insert(wanted.clone());
        unique.push(wanted);
    }
    unique
}

struct Numbering<'m> {
    next: u32,
    leaf: &'m dyn Fn(u32) -> (u32, Meaning),
}

impl Numbering<'_> {
    fn parts<'f>(&mut self, fields: impl Iterator<Item = &'f Field>, is_picture: bool) -> Vec<Column> {
        let fields: Vec<&Field> = fields.collect();
        let has_path = fields.len() == 2 && fields.iter().any(|field| field.name() == "path");
        let names = unique_names(fields.iter().map(|field| field.name().as_str()));
        let number = |(field, name): (&&Field, String)| {
            let is_file = is_picture && has_path && name == "bytes";
            let mut column = self.column(field, name, is_file);
            if is_file && column.parts.is_empty() && column.meaning == Meaning::MaybePicture {
                column.meaning = Meaning::Picture;
            }
            column
        };
        fields.iter().zip(names).map(number).collect()
    }

    fn column(&mut self, field: &Field, name: String, is_picture: bool) -> Column {
        let leaf = self.next;
        let is_picture = is_picture || names_picture(&name);
        let inner =
            |this: &mut Self, field: &Field| vec![this.column(field, field.name().clone(), is_picture)];
        let parts = match field.data_type() {
            DataType::Struct(fields) => self.parts(fields.iter().map(AsRef::as_ref), is_picture),
            DataType::List(item)
            | DataType::LargeList(item)
            | DataType::ListView(item)
            | DataType::LargeListView(item)
            | DataType::FixedSizeList(item, _)
            | DataType::Map(item, _)
            | DataType::RunEndEncoded(_, item) => inner(self, item),
            DataType::Union(fields, _) => self.parts(fields.iter().map(|(_, field)| field.as_ref()), false),
            _ => {
                self.next += 1;
                Vec::new()
            }
        };
        let (in_file, meaning) = (self.leaf)(leaf);
        let meaning = match meaning {
            _ if field.extension_type_name() == Some("arrow.uuid") => Meaning::Uuid,
            Meaning::Plain if is_picture => Meaning::MaybePicture,
            known => known,
        };
        Column { name, meaning, leaf, in_file, leaves: self.next - leaf, parts }
    }
}

/// Whether a name says that there are pictures under it: `image`, `img_1`, `images`, `page_image`, `jpg`.
pub(crate) fn names_picture(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "jpg", "jpeg", "png",
        "webp",
    ];
    let name = name.to_lowercase();
    let mut words = name.split(|letter: char| !letter.is_alphabetic());
    words.any(|word| WORDS.contains(&word))
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs `decode`; its panic is the error, in the panic's own words.
///
/// What `decode` was working on must not be used after a panic.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                before(panic);
            }
        }));
    });
    let outer = IS_GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(decode));
    IS_GUARDED.set(outer);
    result.map_err(|panic| format!("the decoder gave up: {}", words(&*panic)))
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}

/// The place of the row that is being written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'b> {
    /// Number of the row group or record batch in the file.
    pub(crate) group: u32,
    /// Number of the row in it.
    pub(crate) row: u32,
    /// Number of the row in the arrays at hand.
    pub(crate) index: usize,
    /// The bytes that values are part of, where these stand in the file as they are.
    pub(crate) body: Option<Body<'b>>,
}

/// Bytes of the file in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'b> {
    /// The bytes.
    pub(crate) bytes: &'b [u8],
    /// Where they begin in the file.
    pub(crate) offset: u64,
}

impl Place<'_> {
    /// The address of a value, whose stored form these bytes are, by its leaf column and its number in the row.
    fn address(&self, value: &[u8], column: u32, item: usize, encoding: ImageEncoding) -> ImageAt {
        let range = self.body.and_then(|body| body.position(value));
        match range {
            Some(offset) => ImageAt::Range { offset, length: value.len() as u64, encoding },
            None => ImageAt::Cell { group: self.group, column, row: self.row, item: item as u32, encoding },
        }
    }
}

impl Body<'_> {
    /// Where in the file a part of these bytes is; none for bytes from elsewhere.
    fn position(&self, part: &[u8]) -> Option<u64> {
        let start = part.as_ptr().addr().checked_sub(self.bytes.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        (end <= self.bytes.len()).then(|| self.offset + start as u64)
    }
}

/// Characters that are decoded to see whether they begin a picture; a multiple of four.
const LOOK: usize = 32;
/// Characters of base64 decoded at once; a multiple of four.
const PIECE: usize = 64 << 10;
/// No picture is shorter, in characters of base64.
const LEAST: usize = 64;

/// The picture whose base64 a text is, whole, after `data:image/…;base64,` if it begins so; `at` is asked for the
/// address of the base64 itself.
pub(crate) fn base64_picture(text: &[u8], at: impl FnOnce(&[u8]) -> ImageAt) -> Option<EmbeddedImage> {
    let stored = without_prefix(text);
    if !stored.len().is_multiple_of(4) || !begins_picture(stored) {
        return None;
    }
    let mut scan = PictureScan::new();
    let mut piece = Vec::with_capacity(PIECE / 4 * 3);
    for part in stored.chunks(PIECE) {
        piece.clear();
        STANDARD.decode_vec(part, &mut piece).ok()?;
        scan.push(&piece);
    }
    Some(scan.finish(at(stored)))
}

/// Whether a text begins like the base64 of a picture.
pub(crate) fn begins_picture(text: &[u8]) -> bool {
    let stored = without_prefix(text);
    let mut head = [0; LOOK / 4 * 3];
    let decoded = stored.get(..LOOK).map(|start| STANDARD.decode_slice(start, &mut head));
    stored.len() >= LEAST && matches!(decoded, Some(Ok(count)) if Format::of(&head[..count]).is_some())
}

fn without_prefix(text: &[u8]) -> &[u8] {
    const PREFIX: &[u8] = b"data:";
    const MARK: &[u8] = b";base64,";
    if !text.starts_with(PREFIX) {
        return text;
    }
    let head = &text[..text.len().min(LEAST)];
    let mark = head.windows(MARK.len()).position(|part| part == MARK);
    mark.map_or(text, |at| &text[at + MARK.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImageEncoding;

    #[test]
    fn names_that_come_again_get_a_number() {
        let names = ["a", "a", "b", "a", "a_2"];
        assert_eq!(unique_names(names.into_iter()), ["a", "a_3", "b", "a_4", "a_2"]);
    }

    #[test]
    fn pictures_are_told_by_name() {
        assert!(["image", "image_1", "Img", "page.jpg"].into_iter().all(names_picture));
        assert!(["imagination", "bytes", "audio", "path"].into_iter().all(|name| !names_picture(name)));
    }

    #[test]
    fn a_panic_is_an_error_in_its_own_words() {
        assert_eq!(guarded(|| 1), Ok(1));
        let index = std::hint::black_box(3);
        let error = guarded(|| [1, 2][index]).unwrap_err();
        assert!(error.contains("index out of bounds"), "{error}");
    }

    fn range(stored: &[u8]) -> ImageAt {
        ImageAt::Range { offset: 0, length: stored.len() as u64, encoding: ImageEncoding::Base64 }
    }

    #[test]
    fn only_base64_of_pictures_is_one() {
        let picture = [b"GIF89a".as_slice(), &vec![7; 100_000]].concat();
        let text = STANDARD.encode(&picture);
        let image = base64_picture(text.as_bytes(), range).unwrap();
        assert_eq!((image.hash, image.bytes), (*blake3::hash(&picture).as_bytes(), picture.len() as u64));
        let with_prefix = format!("data:image/gif;base64,{text}");
        assert_eq!(base64_picture(with_prefix.as_bytes(), range), Some(image));
        let others =
            [STANDARD.encode([1; 99]), "a".repeat(64), "iVBORw0KGgo=".to_owned(), format!("{text}?")];
        for other in others {
            assert_eq!(base64_picture(other.as_bytes(), range), None);
        }
    }
}
