//! Fruit, cups, books and other things that stand on tables.

use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::scene::Kind;
use crate::shape::{circle, ellipse, line, path, poly, rect, rounded};

/// An apple, an orange or a pear.
pub(super) fn fruit(pen: &mut Pen<'_>, kind: Kind, color: Rgb) {
    let (stem, leaf) = (rgb(0x6B_4A2E), rgb(0x5B_A84E));
    match kind {
        Kind::Pear => {
            pen.shadow(24.0, 61.0, 22.0, 4.0);
            pen.stroke(stem, 2.8, path("M 24 14 C 24 8 26 4 30 2"));
            pen.fade(
                color.lighter(0.20),
                color.darker(0.08),
                path(
                    "M 24 12 C 34 12 33 24 37 32 C 46 42 46 63 24 63 C 2 63 2 42 11 32 C 15 24 14 12 24 12 Z",
                ),
            );
            pen.fill(WHITE.alpha(0.34), ellipse(15.0, 42.0, 4.0, 8.0));
            pen.fill(leaf, path("M 26 10 C 32 2 42 4 44 8 C 38 14 30 14 26 10 Z"));
        }
        Kind::Orange => {
            pen.shadow(25.0, 49.0, 23.0, 4.0);
            pen.fade(color.lighter(0.16), color.darker(0.12), circle(25.0, 27.0, 24.0));
            pen.fill(WHITE.alpha(0.32), ellipse(16.0, 16.0, 7.0, 5.0));
            pen.fill(stem, circle(25.0, 5.0, 2.4));
            pen.fill(leaf, path("M 26 6 C 32 -2 42 1 44 6 C 38 11 30 10 26 6 Z"));
        }
        _ => {
            pen.shadow(25.0, 51.0, 23.0, 4.0);
            pen.stroke(stem, 3.0, path("M 25 16 C 25 10 27 5 31 2"));
            pen.fade(color.lighter(0.14), color.darker(0.10), path("M 25 15 C 33 8 49 12 49 30 C 49 44 40 53 32 53 C 28 53 28 51 25 51 C 22 51 22 53 18 53 C 10 53 1 44 1 30 C 1 12 17 8 25 15 Z"));
            pen.fill(WHITE.alpha(0.38), path("M 9 22 C 5 30 8 38 12 42 C 9 34 10 26 15 20 Z"));
            pen.fill(leaf, path("M 27 11 C 32 2 42 3 45 7 C 40 14 32 14 27 11 Z"));
        }
    }
}

/// A cup with a handle and steam.
pub(super) fn cup(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(28.0, 51.0, 30.0, 3.6);
    pen.stroke(color.darker(0.12), 5.0, path("M 46 20 C 64 18 66 38 44 38"));
    pen.fade(
        color.lighter(0.10),
        color.darker(0.10),
        path("M 4 10 H 50 V 32 C 50 46 42 52 34 52 H 20 C 12 52 4 46 4 32 Z"),
    );
    pen.fill(color.lighter(0.35), ellipse(27.0, 10.0, 23.0, 5.0));
    pen.fill(rgb(0x7A_4B2E), ellipse(27.0, 10.6, 19.0, 3.5));
    pen.fill(WHITE.alpha(0.28), path("M 9 18 C 9 32 10 40 16 46 C 13 38 13 28 13 18 Z"));
    pen.stroke(WHITE.alpha(0.55), 1.8, path("M 20 6 C 17 3 22 1 20 -2 M 32 6 C 29 3 34 1 32 -2"));
}

/// A teapot.
pub(super) fn teapot(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(52.0, 75.0, 42.0, 4.5);
    pen.stroke(color.darker(0.14), 6.0, path("M 22 32 C 2 28 2 58 24 58"));
    pen.fade(color, color.darker(0.12), path("M 78 58 C 92 54 88 34 104 24 L 107 30 C 98 44 96 66 74 70 Z"));
    pen.fade(
        color.lighter(0.12),
        color.darker(0.12),
        path(
            "M 18 46 C 18 28 34 20 52 20 C 70 20 86 28 86 46 C 86 64 74 76 62 76 H 42 C 30 76 18 64 18 46 Z",
        ),
    );
    pen.fill(color.darker(0.18), path("M 32 22 C 36 12 68 12 72 22 C 60 26 44 26 32 22 Z"));
    pen.fill(color.darker(0.05), circle(52.0, 8.5, 6.0));
    pen.fill(WHITE.alpha(0.32), ellipse(34.0, 40.0, 6.0, 12.0));
    pen.fill(WHITE.alpha(0.75), circle(56.0, 48.0, 4.0));
    pen.fill(WHITE.alpha(0.75), circle(66.0, 42.0, 3.0));
    pen.fill(WHITE.alpha(0.75), circle(67.0, 54.0, 3.0));
}

/// A book that stands upright.
pub(super) fn book(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(17.0, 90.0, 18.0, 3.0);
    pen.fade(color.lighter(0.08), color.darker(0.12), rounded(1.0, 1.0, 32.0, 90.0, 3.0));
    pen.fill(color.darker(0.22), rect(1.0, 12.0, 32.0, 3.0));
    pen.fill(color.darker(0.22), rect(1.0, 76.0, 32.0, 3.0));
    pen.fill(rgb(0xFF_F3D6).alpha(0.9), rounded(9.0, 26.0, 16.0, 30.0, 2.0));
    pen.fill(WHITE.alpha(0.22), rect(5.0, 3.0, 4.0, 86.0));
}

/// A round cake with icing and cherries.
pub(super) fn cake(pen: &mut Pen<'_>, color: Rgb) {
    let sponge = if color.0 < 200 { color } else { rgb(0xE8_BE84) };
    pen.shadow(60.0, 89.0, 58.0, 4.0);
    pen.fade(
        rgb(0xFB_FAF6),
        rgb(0xD4_D6DC),
        path("M 2 78 H 118 C 116 86 108 91 96 91 H 24 C 12 91 4 86 2 78 Z"),
    );
    pen.fade(sponge.lighter(0.10), sponge.darker(0.05), rounded(14.0, 32.0, 92.0, 48.0, 5.0));
    pen.fill(rgb(0xFF_F6EA), rect(14.0, 54.0, 92.0, 6.0));
    pen.fade(color.lighter(0.14), color, path("M 12 28 C 12 20 30 16 60 16 C 90 16 108 20 108 28 V 38 C 108 46 100 46 98 40 C 96 34 90 36 88 44 C 86 52 78 50 76 42 C 74 36 68 36 66 44 C 64 54 56 54 54 44 C 52 36 46 38 44 44 C 42 50 34 48 32 40 C 30 34 24 36 22 42 C 20 48 12 46 12 38 Z"));
    for x in [28.0, 49.0, 71.0, 92.0] {
        pen.fill(rgb(0xD9_3A46), circle(x, 14.0, 6.5));
        pen.fill(WHITE.alpha(0.6), circle(x - 2.0, 11.8, 1.7));
        pen.stroke(rgb(0x5B_7A3A), 1.4, path(&format!("M {x} 9 Q {} 4 {} 2", x + 1.0, x + 4.0)));
    }
}

/// A bottle with a label.
pub(super) fn bottle(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(17.0, 108.0, 18.0, 3.2);
    pen.fill(rgb(0xC9_A67A), rounded(12.5, 1.0, 9.0, 10.0, 2.0));
    pen.fade(color.lighter(0.22), color.darker(0.10), path("M 12 9 H 22 V 32 C 22 42 33 42 33 56 V 102 C 33 107 30 109 27 109 H 7 C 4 109 1 107 1 102 V 56 C 1 42 12 42 12 32 Z"));
    pen.fill(rgb(0xFD_F6E4), rounded(4.0, 60.0, 26.0, 30.0, 2.0));
    pen.stroke(color, 1.8, path("M 9 70 H 25 M 9 76 H 25 M 9 82 H 19"));
    pen.fill(WHITE.alpha(0.38), rounded(5.0, 46.0, 3.0, 56.0, 1.5));
}

/// A wicker basket.
pub(super) fn basket(pen: &mut Pen<'_>) {
    let straw = rgb(0xC8_9556);
    pen.shadow(46.0, 68.0, 44.0, 4.0);
    pen.stroke(straw.darker(0.18), 5.0, path("M 14 30 C 18 -6 74 -6 78 30"));
    pen.fade(
        straw.lighter(0.08),
        straw.darker(0.08),
        poly(&[(4.0, 28.0), (88.0, 28.0), (78.0, 69.0), (14.0, 69.0)]),
    );
    for row in 0..4_u8 {
        let y = 36.0 + f32::from(row) * 9.0;
        pen.stroke(
            straw.darker(0.26).alpha(0.7),
            1.6,
            line(8.0 + f32::from(row) * 2.2, y, 84.0 - f32::from(row) * 2.2, y),
        );
    }
    for column in 0..7_u8 {
        let x = 16.0 + f32::from(column) * 10.0;
        pen.stroke(straw.darker(0.20).alpha(0.5), 1.4, line(x, 30.0, 46.0 + (x - 46.0) * 0.80, 68.0));
    }
    pen.fill(straw.darker(0.12), rounded(1.0, 24.0, 90.0, 8.0, 4.0));
}
