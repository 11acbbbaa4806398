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
        ImageAt::Cell { row_group, column, value } if container == Container::PARQUET => {
            read_cell(file, row_group, column, value).map_err(|error| invalid(error.to_string()))
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
            match encoding {
                ImageEncoding::Raw => Ok(stored),
                ImageEncoding::Base64 => STANDARD.decode(&stored).map_err(|error| invalid(error.to_string())),
            }
        }
        _ => Err(invalid("an address of another kind of file".to_owned())),
    }
}
