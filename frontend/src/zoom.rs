//! The arithmetic of looking closely at a picture: fit, zoom at the pointer, drag.

/// How a picture is placed: drawn at `scale` screen pixels per picture pixel, its centre moved by `(x, y)` screen
/// pixels from the middle of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View {
    /// Screen pixels per picture pixel.
    pub scale: f64,
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The largest magnification of a picture that is fitted into the stage.
const MAX_FIT: f64 = 4.0;
/// The largest magnification.
const MAX_SCALE: f64 = 16.0;
/// The smallest, as a part of the scale that fits.
const MIN_OF_FIT: f64 = 0.5;

impl View {
    /// The whole picture as large as the stage; a small one is blown up, but not into a pattern of squares.
    pub fn fit(picture: (f64, f64), stage: (f64, f64)) -> Self {
        let scale = (stage.0 / picture.0).min(stage.1 / picture.1).min(MAX_FIT);
        Self { scale: if scale.is_finite() && scale > 0.0 { scale } else { 1.0 }, x: 0.0, y: 0.0 }
    }

    /// One screen pixel per picture pixel.
    pub fn actual() -> Self {
        Self { scale: 1.0, x: 0.0, y: 0.0 }
    }

    /// Magnifies by `factor`; the point under the pointer, given from the middle of the stage, stays where it is.
    #[must_use]
    pub fn zoomed(self, factor: f64, pointer: (f64, f64), fit: Self) -> Self {
        let scale = (self.scale * factor).max((fit.scale * MIN_OF_FIT).min(MIN_OF_FIT)).min(MAX_SCALE);
        let ratio = scale / self.scale;
        Self {
            scale,
            x: pointer.0 - (pointer.0 - self.x) * ratio,
            y: pointer.1 - (pointer.1 - self.y) * ratio,
        }
    }

    /// Moved by so many screen pixels.
    #[must_use]
    pub fn moved(self, by: (f64, f64)) -> Self {
        Self { x: self.x + by.0, y: self.y + by.1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fit_and_small_ones_are_blown_up() {
        assert!((View::fit((336.0, 336.0), (1280.0, 672.0)).scale - 2.0).abs() < 1e-9);
        assert!((View::fit((16.0, 16.0), (1280.0, 672.0)).scale - 4.0).abs() < 1e-9);
        assert!((View::fit((2000.0, 500.0), (1000.0, 800.0)).scale - 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_point_under_the_pointer_stays() {
        let fit = View::fit((1000.0, 1000.0), (500.0, 500.0));
        let pointer = (120.0, -80.0);
        let before = ((pointer.0 - fit.x) / fit.scale, (pointer.1 - fit.y) / fit.scale);
        let near = fit.zoomed(3.0, pointer, fit).moved((0.0, 0.0));
        let after = ((pointer.0 - near.x) / near.scale, (pointer.1 - near.y) / near.scale);
        assert!((before.0 - after.0).abs() < 1e-9 && (before.1 - after.1).abs() < 1e-9);
    }

    #[test]
    fn zoom_has_ends() {
        let fit = View::fit((1000.0, 1000.0), (500.0, 500.0));
        assert!((fit.zoomed(1e9, (0.0, 0.0), fit).scale - MAX_SCALE).abs() < 1e-9);
        assert!((fit.zoomed(1e-9, (0.0, 0.0), fit).scale - 0.25).abs() < 1e-9);
    }
}
