//! Houses, shops and lighthouses.

use crate::glyphs::{self, Align, Style};
use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Mood, Weather};
use crate::shape::{circle, ellipse, line, path, poly, rect, rounded};

/// A window pane, warm at night.
fn pane(mood: Mood) -> Rgb {
    if mood.is_dark() { rgb(0xFF_D27A) } else { rgb(0xA9_CFE4) }
}

/// A pen for what is lit from within at night.
fn bright<'a>(pen: &'a mut Pen<'_>, mood: Mood) -> Pen<'a> {
    let light = if mood.is_dark() { WHITE } else { pen.light() };
    pen.in_light(light)
}

/// A window with a frame and bars.
fn window(pen: &mut Pen<'_>, x: f32, y: f32, width: f32, height: f32, mood: Mood) {
    pen.fill(WHITE, rounded(x - 2.5, y - 2.5, width + 5.0, height + 5.0, 2.0));
    bright(pen, mood).fade(pane(mood).lighter(0.25), pane(mood), rect(x, y, width, height));
    pen.stroke(WHITE, 1.8, line(x + width / 2.0, y, x + width / 2.0, y + height));
    pen.stroke(WHITE, 1.8, line(x, y + height / 2.0, x + width, y + height / 2.0));
}

/// A house with a gable.
pub(super) fn house(pen: &mut Pen<'_>, color: Rgb, mood: Mood, rng: &mut Rng) {
    let roofs = if color.0 > 200 && color.1 < 150 { [0x4C_5268, 0x6B_5A52] } else { [0xB5_4A3C, 0x5A_5F7A] };
    let roof = rgb(rng.one(&roofs));
    let trim = color.mix(rgb(0x4A_3B44), 0.55);
    pen.shadow(80.0, 130.0, 84.0, 6.0);
    pen.fade(roof.darker(0.10), roof.darker(0.25), rect(112.0, 14.0, 16.0, 36.0));
    pen.fill(trim, rect(109.0, 10.0, 22.0, 6.0));
    pen.fade(
        color.lighter(0.08),
        color.darker(0.05),
        poly(&[(14.0, 132.0), (14.0, 58.0), (80.0, 8.0), (146.0, 58.0), (146.0, 132.0)]),
    );
    pen.fill(
        color.darker(0.16).alpha(0.6),
        poly(&[(14.0, 60.0), (80.0, 12.0), (146.0, 60.0), (146.0, 68.0), (80.0, 20.0), (14.0, 68.0)]),
    );
    pen.fade(
        roof.lighter(0.08),
        roof,
        path("M 80 1 L 158 60 C 160 62 158 66 154 66 H 148 L 80 15 L 12 66 H 6 C 2 66 0 62 2 60 Z"),
    );
    if mood.weather == Weather::Snow {
        pen.fill(WHITE, path("M 80 1 L 156 58 C 150 62 144 54 138 52 C 128 50 124 40 112 36 C 100 30 94 20 80 12 C 68 20 60 32 48 36 C 38 40 34 50 24 52 C 16 54 12 62 4 58 Z"));
    }
    window(pen, 30.0, 78.0, 26.0, 26.0, mood);
    window(pen, 104.0, 78.0, 26.0, 26.0, mood);
    pen.fill(WHITE, circle(80.0, 50.0, 10.5));
    bright(pen, mood).fill(pane(mood), circle(80.0, 50.0, 8.0));
    pen.fill(trim, rounded(66.0, 84.0, 28.0, 48.0, 3.0));
    pen.fade(roof.lighter(0.12), roof, rounded(69.0, 87.0, 22.0, 45.0, 2.0));
    pen.fill(rgb(0xF6_D06A), circle(87.0, 110.0, 1.8));
    pen.fill(rgb(0xB9_B2A8), rect(62.0, 128.0, 36.0, 4.0));
}

/// A shop with its name over the awning.
pub(super) fn shop(pen: &mut Pen<'_>, color: Rgb, name: &str, mood: Mood) {
    let wall = color.mix(rgb(0xFF_F3E0), 0.72);
    pen.shadow(95.0, 154.0, 98.0, 5.0);
    pen.fade(wall.lighter(0.1), wall, rect(4.0, 8.0, 182.0, 148.0));
    pen.fill(color.darker(0.30), rounded(0.0, 2.0, 190.0, 9.0, 3.0));
    pen.fade(color.darker(0.18), color.darker(0.30), rounded(12.0, 18.0, 166.0, 32.0, 5.0));
    pen.stroke(WHITE.alpha(0.55), 1.4, rounded(15.0, 21.0, 160.0, 26.0, 4.0));
    glyphs::write_within(
        &mut bright(pen, mood),
        name,
        95.0,
        42.0,
        Align::Middle,
        Style { weight: 0.17, ..Style::bold(17.0, WHITE) },
        142.0,
    );
    let glass = if mood.is_dark() { rgb(0xFF_DC92) } else { rgb(0xA8_CFE0) };
    pen.fill(color.darker(0.34), rounded(14.0, 72.0, 108.0, 66.0, 3.0));
    bright(pen, mood).fade(glass.lighter(0.35), glass, rect(18.0, 76.0, 100.0, 58.0));
    pen.fill(WHITE.alpha(0.28), poly(&[(34.0, 134.0), (64.0, 76.0), (82.0, 76.0), (52.0, 134.0)]));
    pen.fill(wall.darker(0.20), rect(14.0, 138.0, 108.0, 18.0));
    pen.fill(color.darker(0.34), rounded(132.0, 72.0, 42.0, 84.0, 3.0));
    bright(pen, mood).fade(glass.lighter(0.3), glass, rect(138.0, 79.0, 30.0, 48.0));
    pen.fill(color.darker(0.10), rect(138.0, 131.0, 30.0, 20.0));
    pen.fill(rgb(0xF6_D06A), circle(141.0, 128.0, 2.2));
    awning(pen, color);
}

fn awning(pen: &mut Pen<'_>, color: Rgb) {
    let stripe = 178.0 / 11.0;
    for column in 0..11_u8 {
        let x = 6.0 + f32::from(column) * stripe;
        let paint = if column % 2 == 0 { color } else { rgb(0xFF_FAF0) };
        pen.fade(paint.lighter(0.08), paint, rect(x, 56.0, stripe + 0.3, 18.0));
        pen.fill(paint.darker(0.08), ellipse(x + stripe / 2.0, 74.0, stripe / 2.0, 6.0));
    }
    pen.fill(color.darker(0.30), rect(6.0, 53.0, 178.0, 4.0));
}

/// A lighthouse on its rock.
pub(super) fn lighthouse(pen: &mut Pen<'_>, color: Rgb, mood: Mood) {
    let rock = rgb(0x6F_7480);
    pen.fade(rock.lighter(0.15), rock.darker(0.2), path("M 1 216 C 6 198 18 188 30 186 C 44 182 62 184 70 194 C 76 202 79 210 79 218 C 50 222 24 222 1 216 Z"));
    let (a, b) =
        if color.0 > 235 && color.2 > 220 { (color, rgb(0x4C_5876)) } else { (rgb(0xFD_F9F2), color) };
    for band in 0..6_u8 {
        let (top, bottom) = (52.0 + f32::from(band) * 23.0, 75.0 + f32::from(band) * 23.0);
        let half = |y: f32| 12.0 + (y - 52.0) * 0.055;
        let paint = if band % 2 == 0 { a } else { b };
        let corners = [
            (40.0 - half(top), top),
            (40.0 + half(top), top),
            (40.0 + half(bottom), bottom),
            (40.0 - half(bottom), bottom),
        ];
        pen.fill(paint, poly(&corners));
    }
    pen.fill(rgb(0x20_2038).alpha(0.14), poly(&[(44.0, 52.0), (52.0, 52.0), (59.6, 190.0), (47.0, 190.0)]));
    pen.fill(rgb(0x3A_3D52), rounded(34.0, 160.0, 12.0, 26.0, 6.0));
    pen.fill(rgb(0x3A_3D52), rounded(36.5, 92.0, 7.0, 11.0, 3.0));
    pen.fill(rgb(0x3A_3D52), rect(23.0, 48.0, 34.0, 5.0));
    pen.fill(rgb(0xFF_E9A0), rect(30.0, 26.0, 20.0, 22.0));
    pen.stroke(rgb(0x3A_3D52), 2.0, path("M 30 26 V 48 M 40 26 V 48 M 50 26 V 48"));
    pen.fill(b.darker(0.15), path("M 26 27 C 30 14 36 8 40 2 C 44 8 50 14 54 27 Z"));
    if mood.is_dark() {
        pen.fill(rgb(0xFF_F2BE).alpha(0.30), poly(&[(40.0, 37.0), (180.0, 12.0), (180.0, 72.0)]));
        pen.glow(40.0, 37.0, 40.0, rgb(0xFF_F0B0).alpha(0.8));
    }
}
