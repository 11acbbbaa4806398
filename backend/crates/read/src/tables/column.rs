//! Columns of a table as they are written: names under which no value is lost, leaves by number.

use arrow_schema::{DataType, Field, Fields};
use std::collections::HashSet;

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
    pub(super) name: String,
    pub(super) meaning: Meaning,
    /// Number of its first leaf among those that are read, depth first from 0.
    pub(super) leaf: u32,
    /// The same among all of the file.
    pub(super) in_file: u32,
    /// Leaves below it; 1 if it is one.
    pub(super) leaves: u32,
    pub(super) parts: Vec<Column>,
}

impl Column {
    /// Whether the leaf of this number is in it.
    pub(super) fn has(&self, leaf: u32) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
