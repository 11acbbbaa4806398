//! Animals, all of them looking to the right.

use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::shape::{circle, ellipse, line, path, poly, rounded};

const EYE: Rgb = rgb(0x22_1F2B);

/// A dog; one that lies under a table has its tail down.
pub(super) fn dog(pen: &mut Pen<'_>, color: Rgb, lies: bool) {
    pen.shadow(50.0, 73.0, 44.0, 5.0);
    let tail = if lies { "M 14 40 C 4 46 2 56 4 62" } else { "M 16 38 C 4 32 2 18 6 10" };
    pen.stroke(color.darker(0.12), 6.5, path(tail));
    for (x, shade) in [(26.0, 0.22), (66.0, 0.22), (20.0, 0.06), (60.0, 0.06)] {
        pen.stroke(color.darker(shade), 8.5, line(x, 46.0, x - 1.0, 70.0));
    }
    let body = path(
        "M 12 42 C 12 30 24 28 38 30 H 58 C 70 30 74 38 73 48 C 72 58 62 58 52 56 C 40 54 34 58 24 57 C 14 56 12 50 12 42 Z",
    );
    pen.fade(color.lighter(0.07), color.darker(0.04), body);
    pen.fade(color.lighter(0.07), color, path("M 60 42 C 58 28 62 10 76 6 C 88 4 92 14 92 18 C 98 20 100 24 98 29 C 95 34 86 33 82 34 C 80 42 74 52 68 52 Z"));
    pen.fill(color.darker(0.30), path("M 70 9 C 60 8 56 22 60 32 C 68 32 74 22 75 12 Z"));
    pen.fill(EYE, circle(83.5, 16.0, 1.9));
    pen.fill(EYE, ellipse(97.0, 23.0, 2.8, 2.3));
    pen.stroke(rgb(0xE2_4A4A), 4.0, line(63.0, 40.0, 76.0, 43.0));
}

/// A sitting cat.
pub(super) fn cat(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(32.0, 81.0, 30.0, 4.5);
    pen.stroke(color.darker(0.14), 6.5, path("M 16 76 C 2 76 2 60 5 50"));
    let body = path("M 14 78 C 8 52 18 38 32 38 C 46 38 56 54 52 80 C 52 83 14 83 14 78 Z");
    pen.fade(color.lighter(0.06), color.darker(0.06), body);
    pen.fill(color.lighter(0.45), path("M 27 52 C 24 62 27 70 32 70 C 38 70 40 62 38 52 Z"));
    for x in [26.0, 42.0] {
        pen.fill(color.lighter(0.28), ellipse(x, 79.0, 6.5, 3.8));
    }
    pen.fill(color, poly(&[(15.0, 24.0), (15.0, 2.0), (31.0, 12.0)]));
    pen.fill(color, poly(&[(53.0, 24.0), (53.0, 2.0), (37.0, 12.0)]));
    for (x, inner) in [(18.0, 24.5), (50.0, 43.5)] {
        pen.fill(rgb(0xF2_A3A3), poly(&[(x, 17.0), (x, 7.5), (inner, 12.5)]));
    }
    pen.fade(color.lighter(0.08), color, ellipse(34.0, 25.5, 20.5, 16.5));
    for x in [27.0, 42.0] {
        pen.fill(rgb(0xF4_E28A), ellipse(x, 24.0, 3.6, 4.0));
        pen.fill(EYE, ellipse(x, 24.0, 1.5, 3.6));
    }
    pen.fill(rgb(0xF0_8F95), poly(&[(32.3, 30.0), (36.7, 30.0), (34.5, 32.6)]));
    let whisker = color.lighter(0.55).alpha(0.9);
    for (x1, y1, x2, y2) in [
        (22.0, 30.0, 10.0, 28.0),
        (22.0, 33.0, 11.0, 35.0),
        (47.0, 30.0, 59.0, 28.0),
        (47.0, 33.0, 58.0, 35.0),
    ] {
        pen.stroke(whisker, 0.9, line(x1, y1, x2, y2));
    }
}

/// A bird in flight.
pub(super) fn bird(pen: &mut Pen<'_>, color: Rgb) {
    pen.fill(color.darker(0.24), path("M 34 22 C 34 8 44 2 54 1 C 52 12 48 20 44 25 Z"));
    pen.fade(color.lighter(0.05), color.darker(0.05), path("M 2 24 C 12 24 24 18 38 18 C 48 17 56 18 60 22 L 68 25 L 60 28 C 52 36 36 38 24 32 L 4 32 L 10 28 Z"));
    pen.fill(rgb(0xF2_A23A), poly(&[(60.0, 21.5), (69.0, 25.0), (60.0, 28.0)]));
    pen.fade(color.darker(0.04), color.darker(0.20), path("M 42 26 C 36 12 24 4 10 3 C 14 16 22 26 32 30 Z"));
    pen.fill(EYE, circle(55.0, 22.8, 1.5));
}

/// A duck on water.
pub(super) fn duck(pen: &mut Pen<'_>, color: Rgb) {
    pen.fill(WHITE.alpha(0.32), ellipse(38.0, 51.0, 37.0, 4.6));
    pen.fade(
        color.lighter(0.06),
        color.darker(0.12),
        path("M 2 26 C 10 34 18 30 26 28 C 36 26 46 30 56 34 C 64 40 62 52 48 53 H 22 C 8 53 4 40 2 26 Z"),
    );
    pen.fill(color.darker(0.16), path("M 16 36 C 26 30 38 34 42 42 C 34 48 20 46 16 36 Z"));
    let head = if color.0 < 180 { rgb(0x2F_7D5A) } else { color };
    pen.fade(
        head.lighter(0.06),
        head,
        path("M 42 36 C 44 28 40 22 42 14 C 44 4 60 2 65 12 C 67 20 62 24 60 30 C 58 38 50 40 42 36 Z"),
    );
    pen.fill(rgb(0xF4_9A2C), path("M 64 13 C 70 13 75 15 75 18 C 74 21 68 21 63 19 Z"));
    pen.fill(EYE, circle(57.5, 12.5, 1.8));
}

/// A cow with patches.
pub(super) fn cow(pen: &mut Pen<'_>, color: Rgb, rng: &mut Rng) {
    pen.shadow(62.0, 89.0, 56.0, 5.0);
    let patch = if color.0 > 200 { rgb(0x3A_3A46) } else { rgb(0xF6_F1E8) };
    pen.stroke(color.darker(0.25), 4.0, path("M 12 30 C 4 40 4 54 6 62"));
    pen.fill(patch, ellipse(6.0, 64.0, 3.4, 5.4));
    for (x, shade) in [(32.0, 0.25), (84.0, 0.25), (22.0, 0.06), (76.0, 0.06)] {
        pen.stroke(color.darker(shade), 9.5, line(x, 58.0, x, 82.0));
        pen.fill(rgb(0x3A_3640), rounded(x - 5.0, 82.0, 10.0, 7.0, 2.0));
    }
    pen.fill(rgb(0xF2_AFA8), ellipse(36.0, 64.0, 9.0, 6.0));
    pen.fade(color.lighter(0.06), color.darker(0.06), path("M 12 36 C 12 24 20 22 32 22 H 82 C 96 22 100 34 98 48 C 97 62 86 66 72 64 H 28 C 14 64 12 50 12 36 Z"));
    let shift = rng.span(-4.0, 4.0);
    pen.fill(patch, ellipse(34.0 + shift, 34.0, 13.0, 9.0));
    pen.fill(patch, ellipse(66.0 + shift, 48.0, 11.0, 9.0));
    pen.fill(patch, ellipse(78.0 + shift, 28.0, 8.0, 5.5));
    cow_head(pen, color, patch);
}

fn cow_head(pen: &mut Pen<'_>, color: Rgb, patch: Rgb) {
    pen.stroke(rgb(0xD9_CBB0), 4.0, path("M 101 14 C 96 10 97 5 99 3"));
    pen.stroke(rgb(0xD9_CBB0), 4.0, path("M 117 14 C 122 10 121 5 119 3"));
    pen.fill(patch, ellipse(94.0, 18.0, 7.0, 3.8));
    pen.fill(patch, ellipse(124.0, 18.0, 6.5, 3.8));
    pen.fade(
        color.lighter(0.06),
        color,
        path("M 97 16 C 98 8 120 8 121 16 L 120 40 C 118 50 100 50 98 40 Z"),
    );
    pen.fill(rgb(0xF2_B8AE), ellipse(109.0, 43.0, 11.5, 8.0));
    for x in [104.5, 113.5] {
        pen.fill(rgb(0x9A_5D5D), ellipse(x, 43.0, 1.7, 2.2));
    }
    for x in [103.0, 115.0] {
        pen.fill(EYE, circle(x, 24.0, 2.2));
    }
}

/// A sheep.
pub(super) fn sheep(pen: &mut Pen<'_>) {
    let wool = rgb(0xFB_F7EF);
    pen.shadow(48.0, 73.0, 42.0, 4.5);
    for x in [28.0, 36.0, 60.0, 68.0] {
        pen.stroke(rgb(0x4A_444E), 6.0, line(x, 52.0, x, 71.0));
    }
    for (x, y, r) in [
        (20.0, 38.0, 15.0),
        (32.0, 24.0, 15.0),
        (52.0, 20.0, 17.0),
        (68.0, 30.0, 16.0),
        (62.0, 46.0, 16.0),
        (40.0, 48.0, 17.0),
        (46.0, 34.0, 20.0),
    ] {
        pen.fade(wool, wool.darker(0.10), circle(x, y, r));
    }
    pen.fill(rgb(0x4A_444E), path("M 72 22 C 76 12 94 14 95 24 C 98 34 96 46 88 47 C 78 47 74 36 72 22 Z"));
    pen.fill(rgb(0x3C_3742), ellipse(71.0, 25.0, 7.0, 3.4));
    pen.fill(wool, circle(80.0, 15.0, 8.0));
    pen.fill(WHITE, circle(87.0, 27.0, 2.6));
    pen.fill(EYE, circle(87.6, 27.0, 1.4));
}
