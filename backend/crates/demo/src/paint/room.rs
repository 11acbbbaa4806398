//! A room: wall, table, and what hangs on the wall.

use super::{paint_thing, palette};
use crate::ink::{Rgb, WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Mood, Scene, Time};
use crate::shape::{circle, line, path, poly, rect, rounded};
use std::f32::consts::FRAC_PI_6;

/// Walls: paint, and the paler stripe of the wallpaper.
const WALLS: [u32; 7] = [0xF3_DCC4, 0xCF_E3DC, 0xD9_DDF0, 0xF5_E6B8, 0xE9_CFD4, 0xC3_D6E6, 0xDF_D3C6];
const FLOORS: [u32; 3] = [0xB5_8A62, 0xA3_7B5C, 0xC2_9C74];
const TABLES: [u32; 4] = [0xC9_8F5A, 0x9C_6B45, 0xE0_B98A, 0xF1_EDE6];

/// Paints a room and everything in it.
pub(super) fn paint(pen: &mut Pen<'_>, scene: &Scene) {
    let light = match scene.mood.time {
        Time::Night => rgb(0xF2_D6B0),
        Time::Sunset => rgb(0xFF_E8D4),
        _ => WHITE,
    };
    let mut rng = Rng::new(scene.look, "room", 0);
    let mut pen = pen.in_light(light);
    let table = rgb(rng.one(&TABLES));
    wall_and_floor(&mut pen, scene, &mut rng);
    for thing in scene.things.iter().filter(|thing| thing.area.bottom < 0.5) {
        paint_thing(&mut pen, scene, thing, light);
    }
    legs(&mut pen, scene, table);
    for thing in scene.things.iter().filter(|thing| thing.under) {
        paint_thing(&mut pen, scene, thing, light);
    }
    top(&mut pen, scene, table);
    for thing in scene.things.iter().filter(|thing| !thing.under && thing.area.bottom >= 0.5) {
        paint_thing(&mut pen, scene, thing, light);
    }
}

fn wall_and_floor(pen: &mut Pen<'_>, scene: &Scene, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let wall = rgb(rng.one(&WALLS));
    pen.fade(wall.lighter(0.10), wall.darker(0.05), rect(0.0, 0.0, width, height * 0.86));
    if rng.chance(50) {
        let mut x = 0.0;
        while x < width {
            pen.fill(wall.lighter(0.32).alpha(0.35), rect(x, 0.0, 14.0, height * 0.86));
            x += 42.0;
        }
    } else {
        pen.fill(wall.darker(0.09), rect(0.0, height * 0.52, width, height * 0.34));
        pen.fill(wall.lighter(0.55), rect(0.0, height * 0.515, width, 5.0));
    }
    pen.fill(wall.lighter(0.6), rect(0.0, height * 0.835, width, height * 0.03));
    let floor = rgb(rng.one(&FLOORS));
    pen.fade(floor.darker(0.10), floor, rect(0.0, height * 0.862, width, height * 0.14));
    for row in 1..4_u8 {
        let y = height * (0.862 + 0.036 * f32::from(row));
        pen.stroke(floor.darker(0.20).alpha(0.5), 1.0, line(0.0, y, width, y));
    }
}

fn legs(pen: &mut Pen<'_>, scene: &Scene, color: Rgb) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    pen.shadow(width * 0.5, height * 0.955, width * 0.46, height * 0.03);
    for x in [0.09, 0.87] {
        let (left, top) = (x * width, 0.70 * height);
        let wide = 0.04 * width;
        let leg = poly(&[
            (left, top),
            (left + wide, top),
            (left + wide * 0.8, 0.96 * height),
            (left + wide * 0.2, 0.96 * height),
        ]);
        pen.fade(color.darker(0.22), color.darker(0.10), leg);
    }
    pen.fill(rgb(0x2A_2038).alpha(0.16), rect(width * 0.05, height * 0.755, width * 0.90, height * 0.02));
}

fn top(pen: &mut Pen<'_>, scene: &Scene, color: Rgb) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let (y, edge) = (0.655 * height, 0.725 * height);
    let surface = poly(&[(width * 0.06, y), (width * 0.94, y), (width * 0.985, edge), (width * 0.015, edge)]);
    pen.fade(color.lighter(0.10), color.lighter(0.22), surface);
    pen.fade(color, color.darker(0.12), rounded(width * 0.015, edge, width * 0.97, 0.034 * height, 4.0));
}

/// A round clock that shows a full hour.
pub(super) fn clock(pen: &mut Pen<'_>, color: Rgb, hour: &str) {
    pen.shadow(43.0, 44.0, 40.0, 40.0);
    pen.fade(color.lighter(0.10), color.darker(0.14), circle(40.0, 40.0, 39.0));
    pen.fill(rgb(0xFE_FBF4), circle(40.0, 40.0, 32.0));
    for mark in 0..12_u8 {
        let (sin, cos) = (f32::from(mark) * FRAC_PI_6).sin_cos();
        let inner = if mark % 3 == 0 { 24.0 } else { 27.0 };
        let tick = line(40.0 + inner * sin, 40.0 - inner * cos, 40.0 + 29.0 * sin, 40.0 - 29.0 * cos);
        pen.stroke(rgb(0x3A_3A48), if mark % 3 == 0 { 2.4 } else { 1.3 }, tick);
    }
    let (sin, cos) = (hour.parse::<f32>().unwrap_or(0.0) * FRAC_PI_6).sin_cos();
    pen.stroke(rgb(0x2B_2D42), 4.0, line(40.0, 40.0, 40.0 + 16.0 * sin, 40.0 - 16.0 * cos));
    pen.stroke(rgb(0x2B_2D42), 2.6, line(40.0, 40.0, 40.0, 16.0));
    pen.fill(rgb(0xE6_4B4B), circle(40.0, 40.0, 3.0));
}

/// A framed landscape.
pub(super) fn painting(pen: &mut Pen<'_>, color: Rgb, rng: &mut Rng) {
    pen.fill(rgb(0x2A_2038).alpha(0.18), rect(4.0, 5.0, 116.0, 86.0));
    pen.fade(color.lighter(0.12), color.darker(0.12), rect(0.0, 0.0, 120.0, 90.0));
    pen.fill(rgb(0xFF_FBF2), rect(6.0, 6.0, 108.0, 78.0));
    let skies = [[0xF7_B98A, 0xFB_E3B4], [0x8F_C9E8, 0xE4_F2F4], [0x6A_6FB0, 0xF0_9FA8]];
    let [top, bottom] = rng.one(&skies).map(rgb);
    pen.fade(top, bottom, rect(14.0, 14.0, 92.0, 62.0));
    pen.fill(rgb(0xFF_F4D0), circle(rng.span(34.0, 86.0), 34.0, 8.0));
    pen.fill(rgb(0x6F_9C8C), path("M 14 58 C 34 40 52 42 70 54 C 84 62 96 56 106 50 V 76 H 14 Z"));
    pen.fill(rgb(0x4A_7A6C), path("M 14 68 C 36 58 60 64 76 66 C 90 68 98 66 106 62 V 76 H 14 Z"));
}

/// A window that shows the sky of the time of day.
pub(super) fn window(pen: &mut Pen<'_>, mood: Mood) {
    pen.fill(rgb(0x2A_2038).alpha(0.14), rect(3.0, 5.0, 116.0, 115.0));
    pen.fill(rgb(0xFD_FCF8), rounded(0.0, 0.0, 120.0, 114.0, 3.0));
    let sky = palette::of(mood, 0).sky;
    let mut outside = pen.in_light(WHITE);
    outside.fade_through(sky[0], sky[1], sky[2], rect(9.0, 9.0, 102.0, 96.0));
    match mood.time {
        Time::Night => {
            outside.fill(rgb(0xF6_F1D8), circle(84.0, 32.0, 9.0));
            for (x, y) in [(24.0, 24.0), (44.0, 40.0), (64.0, 20.0), (96.0, 58.0), (30.0, 60.0)] {
                outside.fill(WHITE, circle(x, y, 1.3));
            }
        }
        Time::Sunset => outside.fill(rgb(0xFF_F0C4), circle(40.0, 78.0, 12.0)),
        _ => outside.fill(rgb(0xFF_F6D0), circle(86.0, 30.0, 10.0)),
    }
    outside.fill(
        sky[2].mix(rgb(0x4A_8A6A), 0.6),
        path("M 9 92 C 34 76 56 80 74 88 C 92 94 104 86 111 82 V 105 H 9 Z"),
    );
    pen.fill(rgb(0xFD_FCF8), rect(57.0, 9.0, 6.0, 96.0));
    pen.fill(rgb(0xFD_FCF8), rect(9.0, 54.0, 102.0, 6.0));
    pen.fill(rgb(0xEE_ECE4), rounded(-4.0, 110.0, 128.0, 10.0, 3.0));
}
