//! The bytes behind an address.

use super::{EmbeddedImage, ImageAt, ImageEncoding};
use crate::Container;
use crate::parquet::read_cell;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;

/// Reads an embedded image of at most `limit` bytes out of its annotation file.
pub fn read_embedded(
    file: &File,
    container: Container,
    image: &EmbeddedImage,
    limit: u64,
) -> io::Result<Vec<u8>> {
    let invalid = |message: String| io::Error::new(ErrorKind::InvalidData, message);
    match image.at {
        ImageAt::Cell { row_group, column, value } if container == Container::PARQUET => {
            read_cell(file, row_group, column, value).map_err(|error| invalid(error.to_string()))
        }
        ImageAt::Range { offset, length, encoding } if container.is_kept() => {
            let size = file.metadata()?.len();
            if length > limit || offset.checked_add(length).is_none_or(|end| end > size) {
                return Err(invalid(format!("{length} bytes at byte {offset} are not there")));
            }
            let mut stored = vec![0; length as usize];
            file.read_exact_at(&mut stored, offset)?;
            match encoding {
                ImageEncoding::Raw => Ok(stored),
                ImageEncoding::Base64 => STANDARD.decode(&stored).map_err(|error| invalid(error.to_string())),
            }
        }
        _ => Err(invalid("an address of another kind of file".to_owned())),
    }
}
