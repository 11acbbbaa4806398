//! Lamps, candles and laptops.

use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::shape::{circle, ellipse, line, path, poly, rect, rounded};

/// A desk lamp that is switched on.
pub(super) fn desk_lamp(pen: &mut Pen<'_>, color: Rgb) {
    pen.fade(
        rgb(0xFF_EDB4).alpha(0.55),
        rgb(0xFF_EDB4).alpha(0.0),
        poly(&[(52.0, 44.0), (84.0, 34.0), (92.0, 118.0), (34.0, 118.0)]),
    );
    pen.shadow(32.0, 117.0, 28.0, 3.6);
    pen.stroke(color.darker(0.22), 4.4, path("M 32 112 L 14 66 L 50 24"));
    pen.fill(color.darker(0.30), circle(14.0, 66.0, 5.0));
    pen.fade(color, color.darker(0.16), path("M 6 118 C 6 108 58 108 58 118 Z"));
    pen.fill(rgb(0xFF_F3C6), ellipse(70.0, 40.0, 13.0, 8.0));
    pen.fade(color.lighter(0.12), color, path("M 46 46 C 40 20 52 4 62 2 C 76 4 88 16 90 34 Z"));
}

/// An open laptop.
pub(super) fn laptop(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(65.0, 89.0, 64.0, 3.6);
    pen.fade(color, color.darker(0.14), rounded(16.0, 1.0, 98.0, 76.0, 6.0));
    pen.fade(rgb(0x3B_6FB5), rgb(0x7F_B6E0), rect(22.0, 7.0, 86.0, 62.0));
    pen.fill(WHITE.alpha(0.85), rounded(28.0, 14.0, 36.0, 30.0, 2.0));
    for (y, width) in [(20.0, 26.0), (26.0, 22.0), (32.0, 27.0), (38.0, 16.0)] {
        pen.stroke(rgb(0x8E_A4C4), 1.6, line(32.0, y, 32.0 + width, y));
    }
    pen.fill(rgb(0xFB_CB43).alpha(0.95), rounded(70.0, 22.0, 30.0, 36.0, 2.0));
    pen.fill(rgb(0xE6_5B50), circle(85.0, 36.0, 8.0));
    pen.fill(WHITE.alpha(0.10), poly(&[(60.0, 7.0), (108.0, 7.0), (108.0, 69.0), (90.0, 69.0)]));
    pen.fade(color.lighter(0.22), color, path("M 2 80 H 128 C 128 87 124 91 118 91 H 12 C 6 91 2 87 2 80 Z"));
    pen.fill(color.darker(0.16), rounded(52.0, 80.0, 26.0, 4.0, 2.0));
}

/// A burning candle.
pub(super) fn candle(pen: &mut Pen<'_>, color: Rgb) {
    pen.shadow(15.0, 82.0, 16.0, 3.0);
    pen.fill(rgb(0xC9_A24A), path("M 1 78 H 29 C 28 83 24 84 20 84 H 10 C 6 84 2 83 1 78 Z"));
    pen.fade(color.lighter(0.20), color.darker(0.06), rounded(7.0, 28.0, 16.0, 51.0, 3.0));
    pen.fill(
        color.lighter(0.45),
        path("M 7 32 C 7 26 23 26 23 32 C 23 40 19 36 18 42 C 16 46 14 38 12 36 C 9 34 7 38 7 32 Z"),
    );
    pen.stroke(rgb(0x4A_3A34), 1.6, line(15.0, 28.0, 15.0, 21.0));
    pen.glow(15.0, 14.0, 26.0, rgb(0xFF_D47A).alpha(0.55));
    pen.fade(
        rgb(0xFF_C23A),
        rgb(0xF5_7F2C),
        path("M 15 1 C 22 10 22 17 20 21 C 18 25 12 25 10 21 C 8 17 10 10 15 1 Z"),
    );
    pen.fill(rgb(0xFF_F2B8), path("M 15 11 C 18 16 18 19 17 21 C 16 23 14 23 13 21 C 12 19 12 16 15 11 Z"));
}
