//! Bicycles, boats, airplanes and balloons.

use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::shape::{circle, ellipse, line, path, poly, rect, rounded};
use std::f32::consts::FRAC_PI_6;

/// A bicycle.
pub(super) fn bicycle(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(62.0, 76.0, 58.0, 4.0);
    let tyre = rgb(0x2C_2B36);
    for x in [27.0, 97.0] {
        for angle in 0..6_u8 {
            let (sin, cos) = (f32::from(angle) * FRAC_PI_6).sin_cos();
            let spoke = line(x - 22.0 * cos, 52.0 - 22.0 * sin, x + 22.0 * cos, 52.0 + 22.0 * sin);
            pen.stroke(rgb(0xA9_AFBA).alpha(0.8), 0.8, spoke);
        }
        pen.stroke(tyre, 3.4, circle(x, 52.0, 23.5));
        pen.fill(tyre, circle(x, 52.0, 3.0));
    }
    pen.stroke(color, 4.2, path("M 27 52 L 44 22 H 86 L 58 54 Z M 44 22 L 58 54 M 97 52 L 84 12"));
    pen.stroke(tyre, 3.6, path("M 84 12 C 82 5 90 4 97 7"));
    pen.stroke(tyre, 3.2, line(44.0, 22.0, 41.0, 12.0));
    pen.fill(rgb(0x5A_3B2E), rounded(29.0, 7.0, 24.0, 6.5, 3.2));
    pen.fill(rgb(0x8C_93A1), circle(58.0, 54.0, 6.0));
    pen.stroke(tyre, 2.6, path("M 52 63 L 64 45"));
}

/// A sailing boat.
pub(super) fn boat(pen: &mut Pen<'_>, color: Rgb) {
    pen.fill(rgb(0x10_2A4A).alpha(0.20), ellipse(60.0, 146.0, 58.0, 5.0));
    pen.stroke(rgb(0x6A_4A36), 3.4, line(60.0, 4.0, 60.0, 122.0));
    pen.fade(
        color.lighter(0.12),
        color.darker(0.04),
        path("M 64 6 C 94 44 106 80 108 110 C 92 114 78 114 64 112 Z"),
    );
    let jib = rgb(0xFD_FAF3);
    pen.fade(jib, jib.darker(0.10), path("M 56 20 C 44 56 28 86 12 110 C 28 114 44 114 56 112 Z"));
    pen.stroke(
        color.darker(0.16).alpha(0.5),
        1.4,
        path("M 64 44 C 78 46 86 47 91 47 M 64 78 C 84 80 94 80 102 79"),
    );
    let hull = if color.0 > 235 && color.2 > 220 { rgb(0xEE_ECE8) } else { color.darker(0.10) };
    pen.fade(
        hull,
        hull.darker(0.26),
        path("M 4 119 H 116 C 112 136 104 147 90 147 H 32 C 18 147 9 136 4 119 Z"),
    );
    pen.fill(WHITE.alpha(0.8), path("M 6 123 H 114 L 113 127 H 7 Z"));
    pen.fill(
        WHITE.alpha(0.34),
        path("M 16 148 C 34 142 48 150 62 146 C 78 142 92 150 106 147 L 104 150 H 18 Z"),
    );
}

/// An airplane.
pub(super) fn plane(pen: &mut Pen<'_>, color: Rgb) {
    let body = if color.0 > 200 && color.1 > 200 { rgb(0xF7_F8FA) } else { color };
    let trim = if body == color { WHITE } else { rgb(0x3E_7CD6) };
    pen.fill(body.darker(0.22), poly(&[(76.0, 24.0), (104.0, 2.0), (114.0, 2.0), (98.0, 26.0)]));
    pen.fill(trim.darker(0.05), path("M 6 26 L 10 2 H 22 L 36 24 Z"));
    pen.fade(body.lighter(0.1), body.darker(0.14), path("M 4 28 C 6 20 24 19 44 19 H 122 C 146 19 158 25 158 31 C 158 37 146 41 122 41 H 40 C 16 41 4 34 4 28 Z"));
    pen.fill(trim.alpha(0.9), rect(24.0, 33.0, 110.0, 2.6));
    for column in 0..9_u8 {
        pen.fill(rgb(0x5B_84A8), rounded(44.0 + f32::from(column) * 9.0, 25.0, 4.6, 5.0, 2.0));
    }
    pen.fill(rgb(0x5B_84A8), path("M 138 23 H 146 C 150 25 152 27 153 29 H 138 Z"));
    pen.fade(
        body.darker(0.10),
        body.darker(0.28),
        poly(&[(74.0, 35.0), (100.0, 35.0), (66.0, 55.0), (54.0, 55.0)]),
    );
    pen.fill(body.darker(0.16), poly(&[(8.0, 29.0), (28.0, 29.0), (14.0, 38.0), (4.0, 38.0)]));
}

/// A hot-air balloon.
pub(super) fn balloon(pen: &mut Pen<'_>, color: Rgb, rng: &mut Rng) {
    let second = if rng.chance(50) { rgb(0xFF_F6E4) } else { color.lighter(0.42) };
    for (x1, x2) in [(26.0, 42.0), (78.0, 62.0), (42.0, 48.0), (62.0, 56.0)] {
        pen.stroke(rgb(0x5B_4636).alpha(0.8), 1.0, line(x1, 96.0, x2, 132.0));
    }
    let whole = "M 52 1 C 18 1 2 24 2 50 C 2 78 28 94 38 112 H 66 C 76 94 102 78 102 50 C 102 24 86 1 52 1 Z";
    pen.fade(color.lighter(0.10), color.darker(0.10), path(whole));
    pen.fade(
        second,
        second.darker(0.10),
        path("M 52 1 C 30 1 22 24 22 50 C 22 78 36 94 42 112 H 47 C 42 90 38 74 38 50 C 38 24 44 4 52 1 Z"),
    );
    pen.fade(
        second,
        second.darker(0.10),
        path("M 52 1 C 74 1 82 24 82 50 C 82 78 68 94 62 112 H 57 C 62 90 66 74 66 50 C 66 24 60 4 52 1 Z"),
    );
    pen.fill(WHITE.alpha(0.20), path("M 30 8 C 14 18 8 34 9 52 C 14 34 22 20 34 10 Z"));
    pen.fill(color.darker(0.30), rounded(37.0, 109.0, 30.0, 5.0, 2.5));
    pen.fade(rgb(0xB0_7A48), rgb(0x85_5A34), rounded(41.0, 130.0, 22.0, 19.0, 4.0));
    pen.stroke(rgb(0x6A_4628), 2.4, line(41.0, 132.0, 63.0, 132.0));
    pen.stroke(rgb(0x6A_4628).alpha(0.5), 1.0, line(42.0, 140.0, 62.0, 140.0));
}
