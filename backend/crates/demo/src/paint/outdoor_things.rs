//! Benches, lamps, parasols, kites, balls, snowmen.

use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Mood, Scene, Thing};
use crate::shape::{circle, ellipse, line, path, poly, rect, rounded};

/// A bench.
pub(super) fn bench(pen: &mut Pen<'_>, color: Rgb) {
    let iron = rgb(0x3C_4050);
    pen.shadow(62.0, 60.0, 60.0, 4.0);
    for x in [18.0, 106.0] {
        pen.stroke(
            iron,
            4.0,
            path(&format!("M {x} 6 V 34 M {x} 36 L {} 60 M {x} 36 L {} 60", x - 7.0, x + 7.0)),
        );
    }
    for (y, height) in [(4.0, 8.0), (16.0, 8.0), (32.0, 7.5)] {
        pen.fade(color.lighter(0.14), color.darker(0.06), rounded(2.0, y, 120.0, height, 3.0));
    }
    pen.fill(color.darker(0.26), rounded(2.0, 39.0, 120.0, 3.0, 1.5));
}

/// A street lamp; its light is added when the rest is painted.
pub(super) fn lamp(pen: &mut Pen<'_>, color: Rgb, mood: Mood) {
    pen.shadow(22.0, 198.0, 16.0, 3.5);
    pen.fade(color.lighter(0.12), color, rect(19.5, 38.0, 5.0, 160.0));
    pen.fill(color.darker(0.1), rounded(13.0, 188.0, 18.0, 11.0, 3.0));
    pen.fill(color, rounded(15.0, 150.0, 14.0, 4.0, 2.0));
    let glass = if mood.is_dark() { rgb(0xFF_E9A6) } else { rgb(0xF2_EFE0) };
    let mut bright = pen.in_light(if mood.is_dark() { WHITE } else { rgb(0xF4_F4F4) });
    bright.fill(glass, poly(&[(9.0, 12.0), (35.0, 12.0), (30.0, 38.0), (14.0, 38.0)]));
    pen.fill(color, path("M 5 13 C 10 4 16 1 22 1 C 28 1 34 4 39 13 Z"));
    pen.fill(color, rounded(12.0, 36.0, 20.0, 5.0, 2.0));
}

/// The glow of a lamp at night, in the picture's own pixels.
pub(super) fn shine(pen: &mut Pen<'_>, scene: &Scene, thing: &Thing) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let tall = (thing.area.bottom - thing.area.top) * height;
    let (x, y) = (thing.area.middle() * width, thing.area.top * height + tall * 0.12);
    pen.glow(x, y, tall * 0.62, rgb(0xFF_DB8A).alpha(0.55));
    pen.glow(x, y, tall * 0.20, rgb(0xFF_F3CC).alpha(0.8));
}

/// A beach umbrella with its towel.
pub(super) fn parasol(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(70.0, 127.0, 52.0, 5.0);
    pen.fade(
        color.lighter(0.45),
        color.lighter(0.30),
        poly(&[(84.0, 120.0), (132.0, 120.0), (138.0, 129.0), (84.0, 129.0)]),
    );
    pen.stroke(rgb(0xE9_E2D4), 4.0, line(70.0, 4.0, 70.0, 126.0));
    let panels = [
        ("M 70 6 C 34 8 8 30 2 60 C 12 52 22 52 30 60 C 36 36 50 14 70 6 Z", color),
        ("M 70 6 C 50 14 36 36 30 60 C 42 51 56 51 70 60 Z", rgb(0xFF_FAF0)),
        ("M 70 6 C 90 14 104 36 110 60 C 98 51 84 51 70 60 Z", color.darker(0.05)),
        ("M 70 6 C 106 8 132 30 138 60 C 128 52 118 52 110 60 C 104 36 90 14 70 6 Z", rgb(0xF3_EADB)),
    ];
    for (data, paint) in panels {
        pen.fade(paint.lighter(0.08), paint.darker(0.08), path(data));
    }
    pen.fill(rgb(0xE9_E2D4), circle(70.0, 4.5, 3.6));
}

/// A kite with its tail.
pub(super) fn kite(pen: &mut Pen<'_>, color: Rgb) {
    pen.stroke(WHITE.alpha(0.8), 1.3, path("M 32 66 C 20 80 44 90 30 114"));
    for (x, y) in [(28.0, 76.0), (36.0, 90.0), (32.0, 104.0)] {
        pen.fill(color.darker(0.08), poly(&[(x, y), (x - 7.0, y - 4.0), (x - 7.0, y + 4.0)]));
        pen.fill(color.lighter(0.2), poly(&[(x, y), (x + 7.0, y - 4.0), (x + 7.0, y + 4.0)]));
    }
    pen.fill(color, poly(&[(32.0, 1.0), (32.0, 66.0), (2.0, 26.0)]));
    pen.fill(color.lighter(0.32), poly(&[(32.0, 1.0), (62.0, 26.0), (32.0, 66.0)]));
    pen.fill(color.darker(0.14), poly(&[(2.0, 26.0), (32.0, 26.0), (32.0, 66.0)]));
    pen.fill(color.lighter(0.12), poly(&[(62.0, 26.0), (32.0, 26.0), (32.0, 66.0)]));
}

/// A ball with a white band.
pub(super) fn ball(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(25.0, 47.0, 23.0, 4.0);
    pen.fade(color.lighter(0.16), color.darker(0.16), circle(25.0, 25.0, 24.0));
    pen.fill(
        WHITE.alpha(0.92),
        path("M 3 17 C 14 25 36 25 47 17 C 49 22 49 27 48 31 C 36 38 14 38 2 31 C 1 27 1 22 3 17 Z"),
    );
    pen.fill(color.darker(0.08), circle(25.0, 28.0, 5.0));
    pen.fill(WHITE.alpha(0.45), ellipse(17.0, 10.0, 6.0, 4.0));
}

/// A snowman with hat and scarf.
pub(super) fn snowman(pen: &mut Pen<'_>, rng: &mut Rng) {
    let scarf = rgb(rng.one(&[0xE6_4B4B, 0x3E_7CD6, 0x4C_AF6D, 0xF5_8F3B]));
    let (snow, coal) = (rgb(0xFD_FEFF), rgb(0x2E_2C36));
    pen.shadow(42.0, 121.0, 38.0, 5.5);
    pen.stroke(rgb(0x6A_4A36), 2.6, path("M 20 72 L 4 58 M 8 62 L 2 64 M 64 72 L 80 56 M 75 61 L 82 64"));
    for (y, radius) in [(94.0, 28.5), (60.0, 21.0)] {
        pen.fade(snow, snow.mix(rgb(0xA9_BFDC), 0.55), circle(42.0, y, radius));
    }
    pen.fade(snow, snow.mix(rgb(0xA9_BFDC), 0.4), circle(42.0, 33.0, 16.0));
    pen.stroke(scarf, 6.0, path("M 30 46 C 38 50 46 50 54 46"));
    pen.fill(scarf.darker(0.10), poly(&[(48.0, 48.0), (55.0, 46.0), (60.0, 70.0), (51.0, 71.0)]));
    for (x, y, radius) in
        [(37.0, 29.0, 1.9), (48.0, 29.0, 1.9), (42.0, 62.0, 2.2), (42.0, 72.0, 2.2), (42.0, 90.0, 2.4)]
    {
        pen.fill(coal, circle(x, y, radius));
    }
    pen.fill(rgb(0xF2_8A2E), poly(&[(42.0, 32.0), (42.0, 37.5), (60.0, 36.0)]));
    pen.fill(coal, rounded(31.0, 1.0, 22.0, 18.0, 2.0));
    pen.fill(coal, rounded(23.0, 17.0, 38.0, 5.0, 2.5));
    pen.fill(scarf, rect(31.0, 12.5, 22.0, 4.5));
}
