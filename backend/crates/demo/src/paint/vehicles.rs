//! Cars, buses and trucks, all of them driving to the right.

use crate::glyphs::{self, Align, Style};
use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::scene::Mood;
use crate::shape::{circle, line, path, poly, rect, rounded};

const GLASS: Rgb = rgb(0xBF_DFEE);
const TYRE: Rgb = rgb(0x2C_2B36);

/// A wheel whose lower edge touches the ground.
fn wheel(pen: &mut Pen<'_>, x: f32, y: f32, radius: f32) {
    pen.fill(TYRE, circle(x, y, radius));
    pen.fill(rgb(0xC9_CED8), circle(x, y, radius * 0.55));
    pen.fill(rgb(0x8C_93A1), circle(x, y, radius * 0.20));
}

/// The light of a headlamp on the road.
fn headlight(pen: &mut Pen<'_>, x: f32, y: f32, mood: Mood) {
    if mood.is_dark() {
        pen.glow(x, y, 24.0, rgb(0xFF_EFB0).alpha(0.75));
    }
}

/// A car.
pub(super) fn car(pen: &mut Pen<'_>, color: Rgb, mood: Mood) {
    pen.shadow(82.0, 63.0, 82.0, 6.0);
    pen.fade(color.lighter(0.10), color, path("M 36 30 C 44 8 52 2 68 2 H 98 C 114 2 126 16 136 30 Z"));
    let body = path(
        "M 4 44 C 4 32 12 28 28 27 H 130 C 150 29 162 32 162 44 V 50 C 162 54 159 55 156 55 H 8 C 5 55 4 53 4 50 Z",
    );
    pen.fade(color.lighter(0.10), color.darker(0.10), body);
    pen.fade(GLASS.lighter(0.3), GLASS, path("M 48 27 C 53 13 58 8 69 8 H 80 V 27 Z"));
    pen.fade(GLASS.lighter(0.3), GLASS, path("M 86 8 H 97 C 108 8 117 17 124 27 H 86 Z"));
    pen.fill(WHITE.alpha(0.35), path("M 60 27 L 70 8 H 76 L 66 27 Z"));
    pen.stroke(color.darker(0.32).alpha(0.6), 1.2, path("M 83 29 V 53"));
    pen.stroke(color.darker(0.36), 1.8, line(90.0, 34.0, 97.0, 34.0));
    pen.fill(color.darker(0.34), rect(6.0, 48.0, 154.0, 4.0));
    pen.fill(rgb(0xFF_F1C0), path("M 152 34 C 160 35 161 40 161 42 H 153 Z"));
    pen.fill(rgb(0xE2_3F3F), rounded(4.0, 35.0, 7.0, 6.0, 2.0));
    wheel(pen, 37.0, 53.0, 13.0);
    wheel(pen, 128.0, 53.0, 13.0);
    headlight(pen, 158.0, 39.0, mood);
}

/// A bus with its number on the front.
pub(super) fn bus(pen: &mut Pen<'_>, color: Rgb, number: &str, mood: Mood) {
    pen.shadow(118.0, 101.0, 118.0, 7.0);
    pen.fade(color.lighter(0.08), color.darker(0.08), rounded(2.0, 3.0, 232.0, 86.0, 13.0));
    pen.fill(WHITE.alpha(0.88), rect(2.0, 58.0, 232.0, 7.0));
    pen.fill(color.darker(0.30), rounded(2.0, 78.0, 232.0, 11.0, 5.0));
    for column in 0..5_u8 {
        let x = 12.0 + f32::from(column) * 33.0;
        let pane = if mood.is_dark() { rgb(0xFF_E6A6) } else { GLASS };
        pen.fade(pane.lighter(0.3), pane, rounded(x, 26.0, 29.0, 26.0, 4.0));
        pen.fill(
            WHITE.alpha(0.25),
            poly(&[(x + 6.0, 52.0), (x + 16.0, 26.0), (x + 22.0, 26.0), (x + 12.0, 52.0)]),
        );
    }
    pen.fade(GLASS.lighter(0.3), GLASS, rounded(180.0, 26.0, 22.0, 54.0, 3.0));
    pen.stroke(color.darker(0.25), 1.6, line(191.0, 26.0, 191.0, 80.0));
    pen.fade(GLASS.lighter(0.35), GLASS, path("M 208 26 H 228 C 232 26 234 28 234 32 V 56 H 208 Z"));
    pen.fill(rgb(0x26_2833), rounded(176.0, 7.0, 52.0, 16.0, 3.0));
    glyphs::write(pen, number, 202.0, 20.0, Align::Middle, Style::bold(10.0, rgb(0xFF_D35A)));
    pen.fill(rgb(0xFF_F1C0), rounded(226.0, 68.0, 8.0, 7.0, 2.0));
    wheel(pen, 54.0, 88.0, 15.0);
    wheel(pen, 164.0, 88.0, 15.0);
    headlight(pen, 231.0, 71.0, mood);
}

/// A truck.
pub(super) fn truck(pen: &mut Pen<'_>, color: Rgb, mood: Mood) {
    pen.shadow(98.0, 93.0, 96.0, 6.0);
    pen.fill(rgb(0x45_4857), rect(6.0, 70.0, 182.0, 9.0));
    pen.fade(color.lighter(0.20), color.lighter(0.06), rounded(2.0, 3.0, 126.0, 69.0, 4.0));
    for column in 1..6_u8 {
        let x = 2.0 + f32::from(column) * 21.0;
        pen.stroke(color.darker(0.18).alpha(0.35), 1.4, line(x, 8.0, x, 68.0));
    }
    pen.fill(color.darker(0.14), rect(2.0, 58.0, 126.0, 8.0));
    pen.fade(
        color,
        color.darker(0.12),
        path("M 133 18 H 164 C 172 18 176 24 180 36 L 188 44 C 192 46 194 50 194 54 V 74 H 133 Z"),
    );
    pen.fade(GLASS.lighter(0.3), GLASS, path("M 142 25 H 162 C 168 25 171 30 174 43 H 142 Z"));
    pen.stroke(color.darker(0.4), 1.8, line(143.0, 51.0, 151.0, 51.0));
    pen.fill(rgb(0xFF_F1C0), rounded(187.0, 56.0, 7.0, 8.0, 2.0));
    for x in [32.0, 62.0, 160.0] {
        wheel(pen, x, 81.0, 14.0);
    }
    headlight(pen, 191.0, 60.0, mood);
}
