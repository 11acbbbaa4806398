//! How a picture is to be turned, out of its EXIF block, which is a TIFF file in small (CIPA DC-008, 4.5).

use super::tiff;

/// The orientation of an EXIF block, 1 to 8; 0 where it says none.
pub(super) fn orientation(block: &[u8]) -> u8 {
    // Some writers of PNG and WebP copy the mark of JPEG's segment, too.
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let mut read = |at: u64, buffer: &mut [u8]| Ok(tiff::copy(block, at, buffer));
    let directory = tiff::first_directory(&mut read);
    directory.ok().flatten().map_or(0, |directory| directory.orientation)
}
