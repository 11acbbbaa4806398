//! Trees, flowers and potted plants.

use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Mood, Season, Weather};
use crate::shape::{circle, ellipse, line, path, poly, rounded};
use std::f32::consts::FRAC_PI_3;

/// A broad-leaved tree in the colours of its season.
pub(super) fn tree(pen: &mut Pen<'_>, mood: Mood, rng: &mut Rng) {
    pen.shadow(56.0, 147.0, 46.0, 5.5);
    let bark = rgb(0x7A_5740);
    pen.fade(
        bark,
        bark.darker(0.18),
        path("M 48 146 C 51 126 51 108 50 88 H 62 C 61 108 62 126 66 146 C 60 150 54 150 48 146 Z"),
    );
    pen.stroke(bark.darker(0.08), 5.0, path("M 56 104 L 76 82 M 55 112 L 36 92"));
    if mood.season == Season::Winter {
        return bare_branches(pen, bark, mood);
    }
    let leaves = match mood.season {
        Season::Spring => [0x86_C866, 0xF3_B8CC, 0x9B_D070],
        Season::Autumn => [0xE0_8A3C, 0xD4_633A, 0xE9_B23F],
        _ => [0x4E_A65B, 0x3F_9460, 0x62_AF52],
    };
    let leaf = rgb(rng.one(&leaves));
    let blobs = [
        (30.0, 74.0, 27.0),
        (82.0, 74.0, 27.0),
        (56.0, 84.0, 27.0),
        (38.0, 44.0, 29.0),
        (74.0, 44.0, 29.0),
        (56.0, 29.0, 27.0),
    ];
    for (x, y, radius) in blobs {
        pen.fill(leaf.darker(0.16), circle(x + 1.0, y + 3.0, radius * rng.span(0.96, 1.0)));
    }
    for (x, y, radius) in blobs {
        pen.fade(leaf.lighter(0.14), leaf, circle(x - 2.0, y - 2.0, radius * 0.86));
    }
    for _ in 0..9 {
        let (x, y) = (rng.span(22.0, 90.0), rng.span(22.0, 90.0));
        pen.fill(leaf.lighter(0.30).alpha(0.45), ellipse(x, y, rng.span(3.0, 6.0), rng.span(2.0, 4.0)));
    }
}

fn bare_branches(pen: &mut Pen<'_>, bark: Rgb, mood: Mood) {
    let branches = [
        ("M 56 92 C 54 66 58 40 56 8", 6.0),
        ("M 56 74 C 46 58 34 48 18 38 M 56 66 C 68 52 82 42 98 36", 4.4),
        (
            "M 56 48 C 48 36 40 26 36 14 M 56 42 C 64 32 72 22 76 12 M 34 50 C 24 54 12 56 6 62 M 82 44 C 92 50 100 54 106 62",
            3.2,
        ),
        (
            "M 26 43 C 20 32 16 26 14 18 M 90 39 C 96 30 98 24 100 18 M 44 28 C 46 20 48 14 48 6 M 68 26 C 66 18 66 12 64 6",
            2.2,
        ),
    ];
    for (branch, width) in branches {
        pen.stroke(bark, width, path(branch));
        if mood.weather == Weather::Snow {
            let mut above = pen.at(0.0, -1.6, 1.0, None);
            above.stroke(WHITE, width * 0.42, path(branch));
        }
    }
}

/// A pine tree.
pub(super) fn pine(pen: &mut Pen<'_>, mood: Mood) {
    pen.shadow(42.0, 147.0, 34.0, 5.0);
    let (bark, leaf) = (rgb(0x6B_4A36), rgb(0x2F_7A5C));
    pen.fill(bark, poly(&[(36.0, 149.0), (38.0, 118.0), (46.0, 118.0), (48.0, 149.0)]));
    for (top, bottom, half) in [(70.0, 132.0, 41.0), (36.0, 100.0, 34.0), (2.0, 66.0, 26.0)] {
        let middle = f32::midpoint(top, bottom);
        let data = format!(
            "M 42 {top} C {} {middle} {} {} {} {bottom} Q 42 {} {} {bottom} C {} {} {} {middle} 42 {top} Z",
            42.0 + half * 0.30,
            42.0 + half * 0.62,
            bottom - 10.0,
            42.0 + half,
            bottom + 7.0,
            42.0 - half,
            42.0 - half * 0.62,
            bottom - 10.0,
            42.0 - half * 0.30
        );
        pen.fade(leaf.lighter(0.16), leaf.darker(0.14), path(&data));
        if mood.weather == Weather::Snow {
            let cap = format!(
                "M 42 {top} C {} {} {} {} {} {} Q 42 {} {} {} C {} {} {} {} 42 {top} Z",
                42.0 + half * 0.2,
                middle - 10.0,
                42.0 + half * 0.4,
                middle - 4.0,
                42.0 + half * 0.52,
                middle + 4.0,
                middle - 8.0,
                42.0 - half * 0.52,
                middle + 4.0,
                42.0 - half * 0.4,
                middle - 4.0,
                42.0 - half * 0.2,
                middle - 10.0
            );
            pen.fill(WHITE, path(&cap));
        }
    }
}

/// The blossom of a flower around a point.
fn blossom(pen: &mut Pen<'_>, x: f32, y: f32, radius: f32, color: Rgb) {
    for petal in 0..6_u8 {
        let (sin, cos) = (f32::from(petal) * FRAC_PI_3).sin_cos();
        pen.fill(
            color.darker(if petal % 2 == 0 { 0.0 } else { 0.08 }),
            circle(x + radius * 0.58 * cos, y + radius * 0.58 * sin, radius * 0.44),
        );
    }
    let center =
        if color.0 > 220 && color.1 > 170 && color.2 < 150 { rgb(0x9A_5A2C) } else { rgb(0xF9_C846) };
    pen.fill(center, circle(x, y, radius * 0.36));
}

/// A single flower.
pub(super) fn flower(pen: &mut Pen<'_>, color: Rgb, rng: &mut Rng) {
    let lean = rng.span(-4.0, 4.0);
    let stem = rgb(0x3E_8F4A);
    pen.shadow(20.0, 74.0, 13.0, 2.6);
    pen.stroke(stem, 3.2, path(&format!("M 20 74 Q {} 50 {} 22", 20.0 - lean, 20.0 + lean)));
    pen.fill(stem.lighter(0.08), path("M 20 62 C 8 60 4 50 4 46 C 14 46 20 54 20 62 Z"));
    pen.fill(stem, path("M 20 54 C 32 52 36 42 36 38 C 26 38 20 46 20 54 Z"));
    blossom(pen, 20.0 + lean, 19.0, 18.5, color);
}

/// A vase with three flowers.
pub(super) fn vase(pen: &mut Pen<'_>, color: Rgb, rng: &mut Rng) {
    pen.shadow(42.0, 137.0, 26.0, 4.0);
    let stem = rgb(0x4A_945A);
    let flowers = [rgb(0xF2_7BA2), rgb(0xFB_CB43), rgb(0xE6_5B50), rgb(0x8E_7BD0), rgb(0xFF_F5EC)];
    for (x, y) in [(20.0, 34.0), (64.0, 32.0), (42.0, 16.0)] {
        pen.stroke(stem, 2.6, path(&format!("M 42 84 Q {} {} {x} {y}", f32::midpoint(42.0, x), y + 34.0)));
    }
    pen.fill(stem.darker(0.06), path("M 40 74 C 24 72 14 60 12 52 C 26 52 38 62 40 74 Z"));
    pen.fill(stem, path("M 46 72 C 60 70 70 58 72 50 C 58 50 48 60 46 72 Z"));
    for (x, y, radius) in [(20.0, 34.0, 14.5), (64.0, 32.0, 14.5), (42.0, 16.0, 15.5)] {
        blossom(pen, x, y, radius, rng.one(&flowers));
    }
    pen.fade(color.lighter(0.12), color.darker(0.12), path("M 30 74 H 54 C 52 86 66 94 64 112 C 63 126 56 138 50 138 H 34 C 28 138 21 126 20 112 C 18 94 32 86 30 74 Z"));
    pen.fill(WHITE.alpha(0.30), path("M 30 96 C 24 104 24 116 30 126 C 28 114 28 104 34 94 Z"));
    pen.fill(color.darker(0.14), rounded(27.0, 70.0, 30.0, 6.0, 3.0));
}

/// A potted plant.
pub(super) fn potted(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(44.0, 113.0, 30.0, 4.0);
    let leaf = rgb(0x3F_9B6A);
    let leaves = [
        ("M 44 76 C 20 70 6 50 4 30 C 26 34 42 52 44 76 Z", 0.14),
        ("M 44 76 C 68 70 82 50 84 30 C 62 34 46 52 44 76 Z", 0.06),
        ("M 44 78 C 26 56 26 24 40 2 C 58 22 60 56 44 78 Z", 0.0),
        ("M 42 78 C 26 80 12 72 6 62 C 22 58 36 66 42 78 Z", 0.22),
        ("M 46 78 C 62 80 76 72 82 62 C 66 58 52 66 46 78 Z", 0.18),
    ];
    for (data, shade) in leaves {
        pen.fade(leaf.lighter(0.16).darker(shade), leaf.darker(shade), path(data));
    }
    pen.stroke(leaf.darker(0.2).alpha(0.6), 1.4, line(43.0, 76.0, 41.0, 18.0));
    pen.fade(color, color.darker(0.14), poly(&[(20.0, 78.0), (68.0, 78.0), (61.0, 115.0), (27.0, 115.0)]));
    pen.fade(color.lighter(0.14), color, rounded(16.0, 72.0, 56.0, 11.0, 3.0));
}
