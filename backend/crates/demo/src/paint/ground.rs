//! Near ground: meadows, fields, sand, paths.

use super::palette::Palette;
use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Scene, Season, Weather};
use crate::shape::{ellipse, path, rect};

/// Grass or snow below a gently waving edge.
pub(super) fn meadow(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, top: f32, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let [far, near] = colors.grass.map(|color| color.lit_by(colors.light));
    for (offset, share) in [(0.0, 0.0), (0.10, 0.4), (0.22, 0.75)] {
        let y = (top + offset) * height;
        let lift = rng.span(-0.04, 0.04) * height;
        let data = format!(
            "M 0 {} C {} {} {} {} {width} {y} L {width} {height} L 0 {height} Z",
            y + lift,
            width * 0.33,
            y - lift,
            width * 0.66,
            y + lift,
        );
        let color = far.mix(near, share);
        pen.fade(color.lighter(0.08), color.mix(near, 0.5), path(&data));
    }
    tufts(pen, scene, near, top, rng);
}

/// Blades of grass, or small flowers in spring; smooth snow in winter.
fn tufts(pen: &mut Pen<'_>, scene: &Scene, color: Rgb, top: f32, rng: &mut Rng) {
    if scene.mood.weather == Weather::Snow {
        return;
    }
    let (width, height) = (scene.width as f32, scene.height as f32);
    let blade = if scene.mood.season == Season::Autumn { color.darker(0.16) } else { color.darker(0.22) };
    for _ in 0..46 {
        let depth = rng.unit();
        let (x, y) = (rng.unit() * width, (top + 0.05 + (0.96 - top) * depth) * height);
        let size = 2.5 + 6.0 * depth;
        let data = format!(
            "M {} {} Q {x} {y} {x} {y} M {x} {y} L {x} {} M {x} {y} Q {x} {y} {} {}",
            x - size * 0.6,
            y - size * 0.8,
            y - size * 1.2,
            x + size * 0.6,
            y - size * 0.8
        );
        pen.stroke(blade.alpha(0.40), 0.8 + depth, path(&data));
    }
}

/// Furrows that run towards the horizon.
pub(super) fn field(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    meadow(pen, scene, colors, 0.64, rng);
    let crop = match (scene.mood.weather, scene.mood.season) {
        (Weather::Snow, _) => WHITE.mix(rgb(0xB9_CBE0), 0.5),
        (_, Season::Autumn | Season::Summer) => rgb(0xE8_C15A),
        _ => rgb(0x9C_B84E),
    };
    let crop = crop.lit_by(colors.light);
    let (top, vanishing) = (0.645 * height, rng.span(0.3, 0.7) * width);
    for row in -7..=7_i16 {
        let (near, far) = (f32::from(row) * 0.16 * width, f32::from(row) * 0.045 * width);
        let data = format!(
            "M {} {top} L {} {top} L {} {} L {} {} Z",
            vanishing + far,
            vanishing + far + 0.022 * width,
            vanishing + near + 0.08 * width,
            0.78 * height,
            vanishing + near,
            0.78 * height
        );
        pen.fade(crop.mix(colors.haze, 0.25), crop, path(&data));
    }
    let near = colors.grass[1].lit_by(colors.light);
    let data = format!(
        "M 0 {0} C {1} {2} {3} {4} {width} {0} L {width} {height} L 0 {height} Z",
        0.775 * height,
        width * 0.3,
        0.755 * height,
        width * 0.7,
        0.795 * height
    );
    pen.fade(near.lighter(0.12), near, path(&data));
    tufts(pen, scene, near, 0.78, rng);
}

/// A beach with a seam of foam.
pub(super) fn sand(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let sand = rgb(0xF3_DDA8).lit_by(colors.light);
    let edge = |shift: f32| {
        let y = |share: f32| (share + shift) * height;
        format!(
            "M 0 {} C {} {} {} {} {} {} C {} {} {} {} {width} {} L {width} {height} L 0 {height} Z",
            y(0.735),
            width * 0.2,
            y(0.70),
            width * 0.35,
            y(0.75),
            width * 0.55,
            y(0.725),
            width * 0.75,
            y(0.70),
            width * 0.9,
            y(0.73),
            y(0.705)
        )
    };
    pen.fill(WHITE.alpha(0.45), path(&edge(-0.022)));
    pen.fill(WHITE.lit_by(colors.light), path(&edge(-0.010)));
    pen.fill(sand.darker(0.16), path(&edge(0.0)));
    pen.fade(sand, sand.mix(rgb(0xE0_BE84).lit_by(colors.light), 0.7), path(&edge(0.022)));
    for _ in 0..60 {
        let (x, y) = (rng.unit() * width, rng.span(0.80, 0.99) * height);
        pen.fill(sand.darker(0.22).alpha(0.35), ellipse(x, y, rng.span(0.8, 2.2), 0.8));
    }
}

/// A path that winds through a park.
pub(super) fn path_way(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let gravel = rgb(0xE9_DCC0).lit_by(colors.light);
    let data = format!(
        "M {} {} C {} {} {} {} {} {height} L {} {height} C {} {} {} {} {} {} Z",
        width * 0.60,
        height * 0.66,
        width * 0.74,
        height * 0.74,
        width * 0.30,
        height * 0.80,
        width * 0.16,
        width * 0.50,
        width * 0.52,
        height * 0.82,
        width * 0.82,
        height * 0.74,
        width * 0.615,
        height * 0.66
    );
    pen.fade(gravel, gravel.darker(0.06), path(&data));
}

/// Asphalt or paving between two heights.
pub(super) fn band(pen: &mut Pen<'_>, scene: &Scene, color: Rgb, top: f32, bottom: f32) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    pen.fade(color, color.darker(0.10), rect(0.0, top * height, width, (bottom - top) * height));
}
