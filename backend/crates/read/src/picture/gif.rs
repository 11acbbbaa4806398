//! GIF: blocks up to the trailer (`GIF89a` specification, 18 to 27).

use super::walk::{Found, Next, Nonsense};

/// Where a GIF's parser is.
#[derive(Default)]
pub(super) enum Gif {
    /// Before the first byte.
    #[default]
    Start,
    /// Before the size of the logical screen.
    Screen,
    /// Before a block.
    Block,
    /// Before the rest of an image descriptor.
    Image,
    /// Before a sub-block's length.
    SubBlock,
}

impl Gif {
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        match *self {
            Self::Start => {
                *self = Self::Screen;
                Ok(Next::Take(6, 7))
            }
            Self::Screen => {
                let side = |at: usize| u32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
                let (width, height) = (side(0), side(2));
                if width == 0 || height == 0 {
                    return Err(Nonsense);
                }
                found.size = Some((width, height));
                *self = Self::Block;
                Ok(Next::Take(colours(bytes[4]), 1))
            }
            Self::Block => Ok(self.block(bytes[0], found)),
            Self::Image => {
                // Behind the colours stands the size of codes.
                *self = Self::SubBlock;
                Ok(Next::Take(colours(bytes[8]) + 1, 1))
            }
            Self::SubBlock if bytes == [0] => {
                *self = Self::Block;
                Ok(Next::Take(0, 1))
            }
            Self::SubBlock => Ok(Next::Take(bytes[0].into(), 1)),
        }
    }

    fn block(&mut self, kind: u8, found: &mut Found) -> Next {
        match kind {
            0x21 => {
                *self = Self::SubBlock;
                Next::Take(1, 1)
            }
            0x2C => {
                *self = Self::Image;
                Next::Take(0, 9)
            }
            // The trailer, or what no decoder reads on in.
            _ => {
                found.is_whole = kind == 0x3B;
                Next::Done
            }
        }
    }
}

/// Bytes of the table of colours that packed fields announce.
fn colours(packed: u8) -> u64 {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}
