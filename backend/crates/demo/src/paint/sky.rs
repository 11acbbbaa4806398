//! Skies: gradients, sun and moon, stars, clouds, rain and snow.

use super::palette::Palette;
use crate::ink::{WHITE, rgb};
use crate::pen::Pen;
use crate::rng::Rng;
use crate::scene::{Scene, Time, Weather};
use crate::shape::{circle, ellipse, line, path, rect, rounded};

/// Paints everything above the horizon that no text counts.
pub(super) fn paint(pen: &mut Pen<'_>, scene: &Scene, colors: &Palette) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let mut rng = Rng::new(scene.look, "sky", 0);
    pen.fade_through(colors.sky[0], colors.sky[1], colors.sky[2], rect(0.0, 0.0, width, height * 0.7));
    pen.fill(colors.sky[2], rect(0.0, height * 0.7, width, height * 0.3));
    let is_open = matches!(scene.mood.weather, Weather::Clear | Weather::Cloudy);
    match scene.mood.time {
        Time::Night => {
            stars(pen, scene, &mut rng);
            if is_open {
                moon(pen, scene, &mut rng);
            }
        }
        _ if is_open => sun(pen, scene, &mut rng),
        _ => {}
    }
    let clouds = match scene.mood.weather {
        Weather::Clear => rng.between(0, 3),
        Weather::Cloudy => rng.between(4, 6),
        Weather::Rain => 8,
        Weather::Snow => 4,
    };
    for _ in 0..clouds {
        let size = rng.span(0.10, 0.20) * width;
        let (x, y) = (rng.span(0.0, 1.0) * width, rng.span(0.06, 0.32) * height);
        cloud(pen, x, y, size, scene, colors, &mut rng);
    }
}

fn sun(pen: &mut Pen<'_>, scene: &Scene, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let x = rng.span(0.15, 0.85) * width;
    let (y, radius, core) = match scene.mood.time {
        Time::Sunset => (rng.span(0.42, 0.50), 0.075, rgb(0xFF_F0C4)),
        Time::Morning => (rng.span(0.30, 0.42), 0.055, rgb(0xFF_F8DC)),
        _ => (rng.span(0.10, 0.20), 0.055, rgb(0xFF_F3B8)),
    };
    let (y, radius) = (y * height, radius * width.min(height) * 1.2);
    pen.glow(x, y, radius * 7.0, rgb(0xFF_E9A8).alpha(0.42));
    pen.glow(x, y, radius * 3.0, rgb(0xFF_F1C2).alpha(0.5));
    pen.fill(core, circle(x, y, radius));
}

fn moon(pen: &mut Pen<'_>, scene: &Scene, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let (x, y) = (rng.span(0.15, 0.85) * width, rng.span(0.12, 0.24) * height);
    let radius = 0.055 * width.min(height) * 1.2;
    pen.glow(x, y, radius * 5.0, rgb(0xC8_D6FF).alpha(0.30));
    pen.fill(rgb(0xF6_F1D8), circle(x, y, radius));
    for (dx, dy, size) in [(-0.3, -0.2, 0.22), (0.25, 0.3, 0.28), (0.3, -0.35, 0.13)] {
        pen.fill(rgb(0xE2_DCC4), circle(x + dx * radius, y + dy * radius, size * radius));
    }
}

fn stars(pen: &mut Pen<'_>, scene: &Scene, rng: &mut Rng) {
    if scene.mood.weather != Weather::Clear {
        return;
    }
    for _ in 0..90 {
        let (x, y) = (rng.unit() * scene.width as f32, rng.unit() * 0.5 * scene.height as f32);
        let alpha = rng.span(0.3, 0.95);
        pen.fill(WHITE.alpha(alpha), circle(x, y, rng.span(0.5, 1.5)));
    }
}

/// A cloud of soft bumps on a flat base.
fn cloud(pen: &mut Pen<'_>, x: f32, y: f32, size: f32, scene: &Scene, colors: &Palette, rng: &mut Rng) {
    let top = colors.cloud;
    let is_gray = scene.mood.weather == Weather::Rain;
    let bottom =
        if is_gray { top.mix(colors.sky[0].darker(0.2), 0.45) } else { top.mix(colors.sky[1], 0.35) };
    let (top, bottom) = (top.alpha(0.95), bottom.alpha(0.9));
    let height = size * 0.30;
    for (dx, share) in [(-0.26, 0.62), (0.27, 0.56), (0.02, 1.0)] {
        let radius = height * share * rng.span(0.92, 1.08);
        pen.fade(top, bottom, half_round(x + dx * size, y, radius * 1.15, radius));
    }
    pen.fill(bottom, rounded(x - size * 0.5, y - height * 0.22, size, height * 0.3, height));
}

/// The upper half of an ellipse.
fn half_round(x: f32, y: f32, radius_x: f32, radius_y: f32) -> crate::shape::Shape {
    let (bend_x, bend_y) = (radius_x * 0.5523, radius_y * 0.5523);
    path(&format!(
        "M {} {y} C {} {} {} {} {x} {} C {} {} {} {} {} {y} Z",
        x - radius_x,
        x - radius_x,
        y - bend_y,
        x - bend_x,
        y - radius_y,
        y - radius_y,
        x + bend_x,
        y - radius_y,
        x + radius_x,
        y - bend_y,
        x + radius_x
    ))
}

/// Rain or snow in front of everything.
pub(super) fn paint_precipitation(pen: &mut Pen<'_>, scene: &Scene) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let mut rng = Rng::new(scene.look, "drops", 0);
    match scene.mood.weather {
        Weather::Rain => {
            for _ in 0..170 {
                let (x, y) = (rng.span(-0.05, 1.05) * width, rng.span(-0.05, 1.0) * height);
                let long = rng.span(9.0, 20.0);
                pen.stroke(WHITE.alpha(rng.span(0.16, 0.42)), 1.3, line(x, y, x - long * 0.28, y + long));
            }
        }
        Weather::Snow => {
            for _ in 0..150 {
                let (x, y) = (rng.unit() * width, rng.unit() * height);
                let radius = rng.span(0.9, 3.1);
                pen.fill(WHITE.alpha(rng.span(0.5, 0.95)), ellipse(x, y, radius, radius));
            }
        }
        _ => {}
    }
}
