//! Colours: those that people name things by, and how they mix.

use tiny_skia::Color;

/// An opaque colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(u8, u8, u8);

/// Pure white.
pub(super) const WHITE: Rgb = Rgb(255, 255, 255);

/// A colour from its usual hexadecimal form.
pub(super) const fn rgb(hex: u32) -> Rgb {
    Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Rgb {
    /// This colour with `share` (0 to 1) of another one in it.
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        let blend = |a: u8, b: u8| byte(f32::from(a) + (f32::from(b) - f32::from(a)) * share);
        Self(blend(self.0, other.0), blend(self.1, other.1), blend(self.2, other.2))
    }

    /// Towards white for a positive share, else towards a deep blue rather than black, which keeps shadows alive.
    pub(super) fn lighter(self, share: f32) -> Self {
        if share < 0.0 { self.mix(rgb(0x1B_1A3A), -share) } else { self.mix(WHITE, share) }
    }

    /// As it looks in light of the given colour.
    pub(super) fn lit_by(self, light: Self) -> Self {
        let scale = |a: u8, b: u8| (u16::from(a) * u16::from(b) / 255) as u8;
        Self(scale(self.0, light.0), scale(self.1, light.1), scale(self.2, light.2))
    }

    /// The rasterizer's form, with an opacity from 0 to 1.
    pub(super) fn with_alpha(self, alpha: f32) -> Color {
        Color::from_rgba8(self.0, self.1, self.2, byte(alpha * 255.0))
    }
}

#[expect(clippy::cast_sign_loss, reason = "clamped to the range of a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// A colour by which people name things.
#[derive(Debug, PartialEq)]
pub(super) struct Hue {
    pub(super) name: &'static str,
    /// Japanese, as it stands before a noun.
    pub(super) japanese: &'static str,
    /// Japanese, as it stands alone.
    pub(super) japanese_noun: &'static str,
    pub(super) paint: Rgb,
}

const fn hue(name: &'static str, japanese: &'static str, noun: &'static str, paint: u32) -> Hue {
    Hue { name, japanese, japanese_noun: noun, paint: rgb(paint) }
}

/// Every colour; those up to pink suit charts and book covers.
pub(super) static HUES: [Hue; 12] = [
    hue("red", "赤い", "赤色", 0xE6_4B4B),
    hue("orange", "オレンジ色の", "オレンジ色", 0xF5_8F3B),
    hue("yellow", "黄色い", "黄色", 0xFB_CB43),
    hue("green", "緑色の", "緑色", 0x4C_AF6D),
    hue("teal", "青緑色の", "青緑色", 0x2B_A8A0),
    hue("blue", "青い", "青色", 0x3E_7CD6),
    hue("purple", "紫色の", "紫色", 0x8E_63C7),
    hue("pink", "ピンクの", "ピンク色", 0xF5_86A9),
    hue("brown", "茶色い", "茶色", 0x9B_6642),
    hue("black", "黒い", "黒色", 0x35_3748),
    hue("gray", "灰色の", "灰色", 0x9A_A3B0),
    hue("white", "白い", "白色", 0xFA_F8F4),
];

/// The hue of a name.
pub(super) fn hue_named(name: &str) -> Option<&'static Hue> {
    HUES.iter().find(|hue| hue.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_and_lighting_stay_within_a_byte() {
        assert_eq!(rgb(0x00_0000).mix(WHITE, 0.5), Rgb(128, 128, 128));
        assert_eq!(rgb(0xFF_8000).lit_by(rgb(0x80_80FF)), Rgb(128, 64, 0));
    }
}
