//! The bytes behind an address.

use super::{EmbeddedImage, ImageAt, ImageEncoding};
use crate::json::{BASE64, decode_json_base64, without_blanks};
use crate::parquet::read_cell;
use crate::{Checkpoints, Container, Form, read_back};
use base64::Engine;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;

/// Reads an embedded image of at most `limit` bytes out of its annotation file.
///
/// An address in a packed file is one of the unpacked bytes; `checkpoints` spare unpacking it from its start.
pub fn read_embedded(
    file: &File,
    container: Container,
    checkpoints: Option<&Checkpoints>,
    image: &EmbeddedImage,
    limit: u64,
) -> io::Result<Vec<u8>> {
    match image.at {
        ImageAt::Cell { row_group, column, value } if container.form == Form::Parquet => {
            read_cell(file, row_group, column, value).map_err(|error| invalid(error.to_string()))
        }
        ImageAt::Range { length, .. } if length > limit.saturating_mul(2) => {
            Err(invalid(format!("a picture of {length} bytes, more than is shown")))
        }
        ImageAt::Range { offset, length, encoding } => {
            decode(stored(file, container, checkpoints, offset, length)?, encoding)
        }
        ImageAt::Cell { .. } => Err(invalid("an address of another kind of file".to_owned())),
    }
}

/// The bytes of a range as they are stored.
fn stored(
    file: &File,
    container: Container,
    checkpoints: Option<&Checkpoints>,
    offset: u64,
    length: u64,
) -> io::Result<Vec<u8>> {
    if container.is_packed() {
        return read_back(file, container, checkpoints, offset, length).map_err(|error| invalid(error.to_string()));
    }
    let size = file.metadata()?.len();
    if offset.checked_add(length).is_none_or(|end| end > size) {
        return Err(invalid(format!("{length} bytes at byte {offset} are not there")));
    }
    let mut stored = vec![0; length as usize];
    file.read_exact_at(&mut stored, offset)?;
    Ok(stored)
}

fn decode(stored: Vec<u8>, encoding: ImageEncoding) -> io::Result<Vec<u8>> {
    match encoding {
        ImageEncoding::Raw => Ok(stored),
        ImageEncoding::Base64 => {
            BASE64.decode(without_blanks(&stored)).map_err(|error| invalid(error.to_string()))
        }
        ImageEncoding::JsonBase64 => {
            decode_json_base64(&stored).ok_or_else(|| invalid("base64 that is damaged".to_owned()))
        }
    }
}

fn invalid(message: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, message)
}
