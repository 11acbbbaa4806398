//! Reads the bytes of an image behind its address in an annotation file.

use crate::arrow::read_arrow_cell;
use crate::embedded::{Admit, EmbeddedImage, ImageAt, ImageEncoding};
use crate::json::{BASE64, decode_json_base64, without_blanks};
use crate::parquet::read_cell;
use crate::unpacked::Unpacked;
use crate::{Checkpoints, Container, File, Form};
use base64::Engine;
use std::io::{self, ErrorKind};

/// Reads an embedded image out of its annotation file, when `admit` lets it have the memory. In a packed file the bytes
/// from the nearest checkpoint on are unpacked, or from the start without any.
pub fn read_embedded(
    file: &File,
    container: Container,
    checkpoints: Option<&Checkpoints>,
    image: &EmbeddedImage,
    admit: &mut Admit<'_>,
) -> io::Result<Vec<u8>> {
    match image.at {
        ImageAt::Cell { group, column, row, item, encoding } if container.form == Form::Parquet => {
            let mut admit_pages = |bytes: u64| admit(bytes.saturating_add(image.bytes));
            let stored = read_cell(file, group, column, row, item, &mut admit_pages);
            as_indexed(decoded(stored.map_err(io::Error::from)?, encoding)?, image)
        }
        ImageAt::Cell { group, column, row, item, encoding } if container == Container::ARROW => {
            let mut admit_batch = |bytes: u64| admit(bytes.saturating_add(image.bytes));
            let stored = read_arrow_cell(file, group, column, row, item, &mut admit_batch);
            decoded(stored.map_err(io::Error::from)?, encoding)
        }
        ImageAt::Range { offset, length, encoding } => {
            let gone = || invalid(format!("{length} bytes at byte {offset} are not there"));
            let size = file.metadata()?.len();
            let ends = offset.checked_add(length).is_some_and(|end| end <= size || container.is_packed());
            if !ends {
                return Err(gone());
            }
            admit(length.saturating_add(image.bytes))?;
            let mut stored = vec![0; length as usize];
            if !Unpacked::new(file, container.packing, checkpoints).fill(&mut stored, offset)? {
                return Err(gone());
            }
            decoded(stored, encoding)
        }
        ImageAt::Cell { .. } => Err(invalid("an address of another kind of file".to_owned())),
    }
}

/// The bytes if they are those that were indexed: of a damaged page a decoder may give others when it skips to a value.
pub(crate) fn as_indexed(bytes: Vec<u8>, image: &EmbeddedImage) -> io::Result<Vec<u8>> {
    if *blake3::hash(&bytes).as_bytes() == image.hash {
        return Ok(bytes);
    }
    Err(invalid("other bytes than were indexed: the file is damaged, or has changed".to_owned()))
}

/// The image's bytes out of their stored form.
pub(crate) fn decoded(stored: Vec<u8>, encoding: ImageEncoding) -> io::Result<Vec<u8>> {
    match encoding {
        ImageEncoding::Raw => Ok(stored),
        ImageEncoding::Base64 => {
            let text = without_blanks(data_of(&stored));
            BASE64.decode(text).map_err(|error| invalid(error.to_string()))
        }
        ImageEncoding::JsonBase64 => {
            decode_json_base64(&stored).ok_or_else(|| invalid("base64 that is damaged".to_owned()))
        }
    }
}

pub(crate) fn invalid(message: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, message)
}

/// The base64 of a text, behind `data:image/…;base64,` if it begins so.
pub(crate) fn data_of(text: &[u8]) -> &[u8] {
    if !text.starts_with(b"data:") {
        return text;
    }
    let comma = text.iter().position(|&byte| byte == b',');
    comma.map_or(text, |at| &text[at + 1..])
}
