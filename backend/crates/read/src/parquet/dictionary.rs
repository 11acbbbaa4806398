//! The dictionary of a column chunk: its entries as JSON text, ready to be copied into records.
//!
//! Writers put all images of a small row group into the dictionary, hundreds of megabytes. So of an image only its hash
//! and size are kept, and the page is read through once.

use crate::parquet::error::bad;
use crate::parquet::meter::Held;
use crate::parquet::page::Page;
use crate::parquet::scalar::{Picture, json, picture, write_scalar};
use crate::parquet::schema::{Leaf, Meaning};
use crate::parquet::stream::{Codec, Input, Stream};
use crate::parquet::values::{Scalar, read_plain};
use crate::{EmbeddedImage, ImageAt};
use std::io;

/// The entries of a dictionary page.
pub(super) struct Dictionary<'f> {
    text: Vec<u8>,
    entries: Vec<Entry>,
    pictures: Vec<Picture>,
    held: Held<'f>,
}

enum Entry {
    /// A range of the text.
    Text { from: u32, to: u32 },
    /// The picture of this number.
    Picture(u32),
}

impl<'f> Dictionary<'f> {
    pub(super) fn read(
        input: Input<'f>,
        page: &Page,
        codec: Codec,
        leaf: &Leaf,
        scratch: &mut Vec<u8>,
    ) -> io::Result<Self> {
        if !matches!(page.encoding, 0 | 2) {
            return Err(bad(format!("a dictionary in encoding {} is not read", page.encoding)));
        }
        let mut stream = Stream::open(input, page.packed(codec)?)?;
        let held = input.meter.hold(0)?;
        let mut dictionary = Self { text: Vec::new(), entries: Vec::new(), pictures: Vec::new(), held };
        for _ in 0..page.values {
            let scalar = read_plain(&mut stream, leaf.physical, scratch, input.meter.longest_value())?;
            let before = dictionary.capacity();
            dictionary.add(leaf.meaning, scalar)?;
            dictionary.held.grow((dictionary.capacity() - before) as u64)?;
        }
        Ok(dictionary)
    }

    /// Writes an entry; if it is an image, with its address.
    pub(super) fn write(&self, number: u32, at: ImageAt, out: &mut Vec<u8>) -> io::Result<()> {
        let none = || bad(format!("entry {number} of a dictionary of {}", self.entries.len()));
        match *self.entries.get(number as usize).ok_or_else(none)? {
            Entry::Text { from, to } => {
                out.extend_from_slice(&self.text[from as usize..to as usize]);
                Ok(())
            }
            Entry::Picture(number) => write_picture(self.pictures[number as usize], at, out),
        }
    }

    fn add(&mut self, meaning: Meaning, scalar: Scalar<'_>) -> io::Result<()> {
        let entry = if let Some(picture) = picture(meaning, scalar) {
            self.pictures.push(picture);
            Entry::Picture((self.pictures.len() - 1) as u32)
        } else {
            let place = |at: usize| u32::try_from(at).map_err(|_| bad("a dictionary of more than 4 GiB"));
            let from = place(self.text.len())?;
            write_scalar(&mut self.text, meaning, scalar)?;
            Entry::Text { from, to: place(self.text.len())? }
        };
        self.entries.push(entry);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.text.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + self.pictures.capacity() * size_of::<Picture>()
    }
}

/// Writes what stands in a record in place of an image's bytes.
pub(super) fn write_picture(picture: Picture, at: ImageAt, out: &mut Vec<u8>) -> io::Result<()> {
    json(
        out,
        &EmbeddedImage {
            hash: picture.hash,
            bytes: picture.bytes,
            facts: crate::PictureFacts::default(),
            at,
        }
        .to_json(),
    )
}
