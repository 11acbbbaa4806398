//! Windows bitmaps: a header that says where the pixels are (BITMAPCOREHEADER and BITMAPINFOHEADER with its successors).

use super::walk::{Found, Next, Nonsense};

/// Bytes of the file header and of the shortest header behind it.
const HEAD: usize = 14 + 12;

/// Bytes of the longest part of a header that is looked at.
const INFO: usize = 14 + 20;

/// The parser of a bitmap: everything is in the first bytes.
pub(super) struct Bmp;

impl Bmp {
    #[expect(clippy::unused_self, reason = "a parser like the others")]
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        if bytes.is_empty() {
            return Ok(Next::Take(0, INFO));
        }
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let is_core = long(14) as usize == HEAD - 14;
        let (width, height, bits, packing) = if is_core {
            (u32::from(short(18)), u32::from(short(20)), short(24), 0)
        } else {
            let (width, height) = (long(18).cast_signed(), long(22).cast_signed());
            // A negative height says that rows go from top to bottom.
            (u32::try_from(width).map_err(|_| Nonsense)?, height.unsigned_abs(), short(28), long(30))
        };
        if width == 0 || height == 0 {
            return Err(Nonsense);
        }
        found.size = Some((width, height));
        let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
        // 0 and 3 are pixels as they are; how many bytes run lengths take is not told.
        let pixels = if matches!(packing, 0 | 3) { row.saturating_mul(u64::from(height)) } else { 1 };
        found.least_bytes = Some(u64::from(long(10)).saturating_add(pixels));
        Ok(Next::Done)
    }
}
