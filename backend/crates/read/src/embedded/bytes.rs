//! The bytes behind an address.

use super::{EmbeddedImage, ImageAt, ImageEncoding};
use crate::parquet::read_cell;
use crate::unpacked::Unpacked;
use crate::{Checkpoints, Container};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{self, ErrorKind};

/// Reads an embedded image, whose stored form is of at most `limit` bytes, out of its annotation file. In a packed file
/// the bytes from the nearest checkpoint on are unpacked, or from the start without any.
pub fn read_embedded(
    file: &File,
    container: Container,
    checkpoints: Option<&Checkpoints>,
    image: &EmbeddedImage,
    limit: u64,
) -> io::Result<Vec<u8>> {
    let invalid = |message: String| io::Error::new(ErrorKind::InvalidData, message);
    match image.at {
        ImageAt::Cell { group, column, row, item, encoding } if container == Container::PARQUET => {
            let stored = read_cell(file, group, column, row, item);
            decoded(stored.map_err(|error| invalid(error.to_string()))?, encoding)
        }
        ImageAt::Range { offset, length, encoding } if container.is_kept() => {
            let gone = || invalid(format!("{length} bytes at byte {offset} are not there"));
            let size = file.metadata()?.len();
            let ends = offset.checked_add(length).is_some_and(|end| end <= size || container.is_packed());
            if length > limit || !ends {
                return Err(gone());
            }
            let mut stored = vec![0; length as usize];
            if !Unpacked::new(file, container.packing, checkpoints).fill(&mut stored, offset)? {
                return Err(gone());
            }
            decoded(stored, encoding)
        }
        _ => Err(invalid("an address of another kind of file".to_owned())),
    }
}

/// The image's bytes out of their stored form.
fn decoded(stored: Vec<u8>, encoding: ImageEncoding) -> io::Result<Vec<u8>> {
    match encoding {
        ImageEncoding::Raw => Ok(stored),
        ImageEncoding::Base64 => {
            let text = data_of(&stored);
            STANDARD.decode(text).map_err(|error| io::Error::new(ErrorKind::InvalidData, error.to_string()))
        }
    }
}

/// The base64 of a text, behind `data:image/…;base64,` if it begins so.
fn data_of(text: &[u8]) -> &[u8] {
    if !text.starts_with(b"data:") {
        return text;
    }
    let comma = text.iter().position(|&byte| byte == b',');
    comma.map_or(text, |at| &text[at + 1..])
}
