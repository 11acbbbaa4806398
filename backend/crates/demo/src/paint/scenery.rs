//! Far and near land of each place: hills, mountains, water, sand.

use super::palette::Palette;
use super::{ground, street};
use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Place, Scene, Time, Weather};
use crate::shape::{line, path, poly, rect};

/// Paints the land of a scene, from far to near.
pub(super) fn paint(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette) {
    let mut rng = Rng::new(scene.look, "land", 0);
    let rng = &mut rng;
    match scene.place {
        Place::Street => street::paint(pen, scene, colors, rng),
        Place::Lake => {
            mountains(pen, scene, colors, 0.52, rng);
            hills(pen, scene, colors, 0.50, 0.56, 0.55, rng);
            water(pen, scene, colors, 0.55, rng);
        }
        Place::Beach => {
            hills(pen, scene, colors, 0.49, 0.53, 0.7, rng);
            water(pen, scene, colors, 0.52, rng);
            ground::sand(pen, scene, colors, rng);
        }
        Place::Mountains => {
            mountains(pen, scene, colors, 0.70, rng);
            hills(pen, scene, colors, 0.62, 0.72, 0.45, rng);
            ground::meadow(pen, scene, colors, 0.72, rng);
        }
        Place::Farm => {
            hills(pen, scene, colors, 0.52, 0.60, 0.6, rng);
            hills(pen, scene, colors, 0.58, 0.66, 0.3, rng);
            ground::field(pen, scene, colors, rng);
        }
        Place::Park => {
            street::skyline(pen, scene, colors, 0.60, rng);
            hills(pen, scene, colors, 0.57, 0.62, 0.35, rng);
            ground::meadow(pen, scene, colors, 0.62, rng);
            ground::path_way(pen, scene, colors);
        }
        _ => {
            hills(pen, scene, colors, 0.48, 0.58, 0.65, rng);
            hills(pen, scene, colors, 0.54, 0.63, 0.35, rng);
            ground::meadow(pen, scene, colors, 0.63, rng);
        }
    }
}

/// A row of rounded hills between two heights; `haze` is how far away they look, 0 to 1.
pub(super) fn hills(
    pen: &mut Pen<'_>,
    scene: &Scene,
    colors: &Palette,
    top: f32,
    bottom: f32,
    haze: f32,
    rng: &mut Rng,
) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let light = colors.light;
    let color = colors.grass[1].mix(rgb(0x4F_8F9A), haze * 0.5).lit_by(light).mix(colors.haze, haze);
    let step = width / 3.0;
    let mut x = -step * rng.unit();
    let mut level = rng.span(top, bottom) * height;
    let mut commands = vec![format!("M {x} {height} L {x} {level}")];
    while x < width {
        let next = rng.span(top, bottom) * height;
        let reach = step * rng.span(0.8, 1.3);
        commands.push(format!(
            "C {} {level} {} {next} {} {next}",
            x + reach * 0.45,
            x + reach * 0.55,
            x + reach
        ));
        (x, level) = (x + reach, next);
    }
    commands.push(format!("L {x} {height} Z"));
    pen.fade(color.lighter(0.10), color, path(&commands.join(" ")));
}

/// Two ranges of mountains, the nearer one with snow on its tops.
fn mountains(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, foot: f32, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    for (count, tall, haze) in [(4, 0.26, 0.66), (3, 0.36, 0.38)] {
        let color = rgb(0x5C_6B95).lit_by(colors.light).mix(colors.haze, haze);
        for index in 0..count {
            let x = (index as f32 + rng.span(0.2, 0.8)) / count as f32 * width;
            let tall = tall * rng.span(0.75, 1.1) * height;
            mountain(pen, x, foot * height, tall, width / count as f32 * rng.span(0.7, 0.95), color, colors);
        }
    }
}

fn mountain(pen: &mut Pen<'_>, x: f32, foot: f32, tall: f32, half: f32, color: Rgb, colors: &Palette) {
    let top = foot - tall;
    pen.fade(color, color.mix(colors.haze, 0.45), poly(&[(x - half, foot), (x, top), (x + half, foot)]));
    let shade = color.darker(0.22).alpha(0.45);
    pen.fill(
        shade,
        poly(&[(x, top), (x + half, foot), (x + half * 0.18, foot), (x - half * 0.06, top + tall * 0.4)]),
    );
    let snow = WHITE.lit_by(colors.light).mix(colors.haze, 0.12);
    let (down, side) = (tall * 0.30, half * 0.30);
    let teeth = [
        (x, top),
        (x + side, top + down),
        (x + side * 0.45, top + down * 0.78),
        (x + side * 0.08, top + down * 1.12),
        (x - side * 0.40, top + down * 0.76),
        (x - side, top + down),
    ];
    pen.fill(snow, poly(&teeth));
}

/// Water from the shore line down, with a path of light under sun or moon and small waves.
fn water(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette, top: f32, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let top = top * height;
    pen.fade(colors.water[0], colors.water[1], rect(0.0, top, width, height - top));
    pen.fade(colors.haze.alpha(0.65), colors.haze.alpha(0.0), rect(0.0, top, width, height * 0.08));
    let is_bright = scene.mood.weather == Weather::Clear;
    let shine = if scene.mood.time == Time::Sunset { rgb(0xFF_DFA8) } else { WHITE };
    for _ in 0..70 {
        let depth = rng.unit();
        let y = top + (height - top) * (0.03 + 0.95 * depth);
        let long = (6.0 + 34.0 * depth) * rng.span(0.5, 1.2);
        let x = rng.span(-0.02, 1.0) * width;
        let alpha = if is_bright { 0.30 } else { 0.16 } * rng.span(0.4, 1.0);
        pen.stroke(shine.alpha(alpha), 1.0 + 1.3 * depth, line(x, y, x + long, y));
    }
}
