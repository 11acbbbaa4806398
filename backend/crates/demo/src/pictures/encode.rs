//! Paintings as JPEG, PNG and GIF.

use crate::DemoError;
use image::{ExtendedColorType, ImageEncoder as _, codecs};
use std::path::{Path, PathBuf};
use tiny_skia::Pixmap;

const JPEG_QUALITY: u8 = 86;
/// How much of a truncated picture is left.
const TRUNCATED_TO: f64 = 0.4;

/// The first part of a picture.
#[expect(clippy::cast_sign_loss, reason = "a share of a length is not negative")]
pub(super) fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate((bytes.len() as f64 * TRUNCATED_TO) as usize);
    bytes
}

/// Encodes as the extension says: PNG, or else JPEG.
pub(super) fn encode_by_name(pixmap: &Pixmap, path: &Path) -> Result<Vec<u8>, DemoError> {
    if path.extension().is_some_and(|extension| extension == "png") {
        return png_bytes(pixmap, path);
    }
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, JPEG_QUALITY);
    // Both sizes are those of small pictures and fit.
    let (width, height) = (pixmap.width() as u16, pixmap.height() as u16);
    encoder
        .encode(pixmap.data(), width, height, jpeg_encoder::ColorType::Rgba)
        .map_err(|error| failed(path.to_owned(), error))?;
    Ok(bytes)
}

fn png_bytes(pixmap: &Pixmap, path: &Path) -> Result<Vec<u8>, DemoError> {
    let mut bytes = Vec::new();
    codecs::png::PngEncoder::new(&mut bytes)
        .write_image(pixmap.data(), pixmap.width(), pixmap.height(), ExtendedColorType::Rgba8)
        .map_err(|error| failed(path.to_owned(), error))?;
    Ok(bytes)
}

/// Encodes as GIF.
pub(super) fn gif_bytes(pixmap: &Pixmap, path: &Path) -> Result<Vec<u8>, DemoError> {
    let mut bytes = Vec::new();
    // The slowest speed but one gives the best colours.
    codecs::gif::GifEncoder::new_with_speed(&mut bytes, 10)
        .encode(pixmap.data(), pixmap.width(), pixmap.height(), ExtendedColorType::Rgba8)
        .map_err(|error| failed(path.to_owned(), error))?;
    Ok(bytes)
}

fn failed(path: PathBuf, error: impl std::fmt::Display) -> DemoError {
    DemoError::Encode { path, reason: error.to_string() }
}
