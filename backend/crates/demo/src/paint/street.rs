//! Streets and the outlines of towns.

use super::ground::band;
use super::palette::Palette;
use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Scene, Weather};
use crate::shape::{poly, rect, rounded};

/// Paints a street: the town behind it, the pavement, the road.
pub(super) fn paint(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    skyline(pen, scene, colors, 0.70, rng);
    facades(pen, scene, colors, rng);
    let snow = if scene.mood.weather == Weather::Snow { 0.6 } else { 0.0 };
    band(pen, scene, rgb(0xD6_D2CB).mix(WHITE, snow).lit_by(colors.light), 0.69, 0.77);
    band(pen, scene, rgb(0xA9_A6A6).mix(WHITE, snow).lit_by(colors.light), 0.755, 0.775);
    band(pen, scene, rgb(0x5E_6272).mix(WHITE, snow * 0.5).lit_by(colors.light), 0.775, 1.0);
    let mut x = rng.span(-0.1, 0.0) * width;
    while x < width {
        let dash = 0.07 * width;
        let (top, bottom) = (0.872 * height, 0.882 * height);
        let corners = [(x + 4.0, top), (x + dash, top), (x + dash - 4.0, bottom), (x, bottom)];
        pen.fill(rgb(0xF4_EBCF).lit_by(colors.light).alpha(0.85), poly(&corners));
        x += 0.13 * width;
    }
}

/// A town far away, as an outline in the haze.
pub(super) fn skyline(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, foot: f32, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    for (haze, tall) in [(0.72, 0.34), (0.52, 0.25)] {
        let color = rgb(0x6B_7AA5).lit_by(colors.light).mix(colors.haze, haze);
        let mut x = -0.03 * width;
        while x < width {
            let wide = rng.span(0.05, 0.10) * width;
            let top = (foot - tall * rng.span(0.35, 1.0)) * height;
            pen.fade(color, color.mix(colors.haze, 0.35), rect(x, top, wide, foot * height - top));
            windows(pen, scene, (x, top, wide), color, rng);
            x += wide + rng.span(0.0, 0.012) * width;
        }
    }
}

/// A grid of small windows, some of them lit at night.
fn windows(pen: &mut Pen<'_>, scene: &Scene, tower: (f32, f32, f32), color: Rgb, rng: &mut Rng) {
    let (x, top, wide) = tower;
    let columns = (wide / 11.0).floor();
    if columns < 1.0 {
        return;
    }
    let gap = wide / (columns + 0.5);
    let mut column = 0.0;
    while column < columns {
        for row in 0..7_u8 {
            let lit = scene.mood.is_dark() && rng.chance(45);
            let pane = if lit { rgb(0xFF_D98A).alpha(0.85) } else { color.lighter(0.35).alpha(0.5) };
            pen.fill(
                pane,
                rect(x + gap * (column + 0.5), top + 8.0 + f32::from(row) * 12.0, gap * 0.45, 5.5),
            );
        }
        column += 1.0;
    }
}

/// House fronts right behind the pavement.
fn facades(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let paints = [0xE9_C9A6, 0xD9_A58B, 0xC9_D3C0, 0xE6_D6C2, 0xB9_C7D6, 0xD8_B4A0, 0xEF_DDB0].map(rgb);
    let mut x = -0.04 * width;
    while x < width {
        let wide = rng.span(0.16, 0.24) * width;
        let top = (0.70 - rng.span(0.26, 0.40)) * height;
        let paint = rng.one(&paints).lit_by(colors.light).mix(colors.haze, 0.14);
        pen.fade(paint.lighter(0.06), paint, rect(x, top, wide + 1.0, 0.70 * height - top));
        pen.fill(paint.darker(0.22), rect(x, top - 5.0, wide + 1.0, 7.0));
        rows_of_windows(pen, scene, (x, top, wide), paint, rng);
        x += wide;
    }
}

fn rows_of_windows(pen: &mut Pen<'_>, scene: &Scene, front: (f32, f32, f32), paint: Rgb, rng: &mut Rng) {
    let (x, top, wide) = front;
    let gap = wide / 4.0;
    let mut y = top + 16.0;
    while y < 0.64 * scene.height as f32 {
        for column in 0..3_u8 {
            let left = x + gap * (f32::from(column) + 0.62);
            let lit = scene.mood.is_dark() && rng.chance(55);
            let pane = if lit { rgb(0xFF_D27D) } else { rgb(0x7F_95AE).mix(paint, 0.2) };
            pen.fill(paint.lighter(0.45), rounded(left - 2.0, y - 2.0, gap * 0.62 + 4.0, 27.0, 2.0));
            pen.fade(pane, pane.lighter(0.25), rect(left, y, gap * 0.62, 23.0));
        }
        y += 40.0;
    }
}
