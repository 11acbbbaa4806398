//! Colours: mixing, and the light that a scene lies in.

use tiny_skia::Color;

/// An opaque colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// Pure white.
pub(super) const WHITE: Rgb = Rgb(255, 255, 255);
/// The darkest colour of the illustrations, a warm near-black.
pub(super) const DARK: Rgb = rgb(0x2B_2D42);

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

    /// Towards white.
    pub(super) fn lighter(self, share: f32) -> Self {
        self.mix(WHITE, share)
    }

    /// Towards a deep blue rather than black, which keeps shadows alive.
    pub(super) fn darker(self, share: f32) -> Self {
        self.mix(rgb(0x1B_1A3A), share)
    }

    /// As it looks in light of the given colour.
    pub(super) fn lit_by(self, light: Self) -> Self {
        let scale = |a: u8, b: u8| (u16::from(a) * u16::from(b) / 255) as u8;
        Self(scale(self.0, light.0), scale(self.1, light.1), scale(self.2, light.2))
    }

    /// With an opacity from 0 to 1.
    pub(super) fn alpha(self, alpha: f32) -> Ink {
        Ink { color: self, alpha }
    }
}

/// A colour with an opacity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    color: Rgb,
    alpha: f32,
}

impl Ink {
    /// As it looks in light of the given colour.
    pub(super) fn lit_by(self, light: Rgb) -> Self {
        Self { color: self.color.lit_by(light), alpha: self.alpha }
    }

    /// The same colour, invisible: the far end of a glow.
    pub(super) fn faded(self) -> Self {
        Self { alpha: 0.0, ..self }
    }

    /// The rasterizer's form.
    pub(super) fn color(self) -> Color {
        let alpha = byte(self.alpha * 255.0);
        Color::from_rgba8(self.color.0, self.color.1, self.color.2, alpha)
    }
}

impl From<Rgb> for Ink {
    fn from(color: Rgb) -> Self {
        color.alpha(1.0)
    }
}

#[expect(clippy::cast_sign_loss, reason = "clamped to the range of a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
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
