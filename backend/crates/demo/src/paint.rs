//! Paints scene descriptions: a setting, the things in it, and one light for everything.

use super::color::{Rgb, WHITE, rgb};
use super::drawing::{Brush, Look, drawing};
use super::rng::Rng;
use super::scene::{Scene, TIMES, Thing, WEATHERS};
use std::collections::HashMap;
use tiny_skia::Pixmap;

/// Colours that do not depend on the drawing, by the names that drawings call them by.
type Colors = HashMap<&'static str, Rgb>;

const SKINS: [u32; 5] = [0xF6_D2B3, 0xEB_BE98, 0xC9_9068, 0x9C_6644, 0x6F_4630];
const HAIRS: [u32; 6] = [0x2D_2424, 0x4A_3228, 0x7A_4B2A, 0xC8_8B4A, 0x8E_8A88, 0xA8_4B32];
const TROUSERS: [u32; 5] = [0x3A_4A6B, 0x4B_4F5C, 0x6A_5847, 0x2F_5D73, 0x5B_5A7A];
const ROOFS: [u32; 4] = [0x8A_4A44, 0x4C_5268, 0x6B_5A52, 0x5A_5F7A];
const PETALS: [u32; 5] = [0xF2_7BA2, 0xFB_CB43, 0xE6_5B50, 0x8E_7BD0, 0xFF_F5EC];
const WALLS: [u32; 7] = [0xF3_DCC4, 0xCF_E3DC, 0xD9_DDF0, 0xF5_E6B8, 0xE9_CFD4, 0xC3_D6E6, 0xDF_D3C6];
const FLOORS: [u32; 3] = [0xB5_8A62, 0xA3_7B5C, 0xC2_9C74];
const WOODS: [u32; 4] = [0xC9_8F5A, 0x9C_6B45, 0xE0_B98A, 0xF1_EDE6];
/// Grass from far to near and the leaves of trees: in spring, summer, summer and autumn.
const SEASONS: [[u32; 3]; 4] = [
    [0xA9_D86E, 0x6F_BF57, 0x9B_D070],
    [0x8C_CB62, 0x4E_A556, 0x4E_A65B],
    [0x9A_CF5E, 0x5A_A94A, 0x3F_9460],
    [0xD9_C46A, 0xA8_9A47, 0xE0_8A3C],
];
/// Skies from top to horizon, two for each time of day, and the light of that time.
const SKIES: [([[u32; 3]; 2], u32); 4] = [
    ([[0x8F_C4E8, 0xD9_E4EC, 0xFF_DFC0], [0x9A_B8E0, 0xE6_D5E3, 0xFF_D9C2]], 0xFF_F3E4),
    ([[0x4F_A9E8, 0x8F_CDF3, 0xDD_F1FA], [0x5B_B5E0, 0x9F_D8EE, 0xE9_F6F4]], 0xFF_FFFF),
    ([[0x4B_3F84, 0xD9_6A84, 0xFF_C074], [0x35_4A8C, 0xC9_6FA0, 0xFF_AE7C]], 0xFF_E4D4),
    ([[0x0B_1437, 0x1B_2C5E, 0x3A_4E86], [0x10_1238, 0x27_2B66, 0x4A_4C8A]], 0xA4_ADE0),
];
/// What clouds turn the sky into at each time of day.
const GRAYS: [u32; 4] = [0xC9_CBD2, 0xA9_B9C8, 0xA8_8A9C, 0x2A_3350];

/// Paints a scene; `None` when its size cannot be a picture's.
pub(super) fn scene(scene: &Scene) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(scene.width, scene.height)?;
    let (colors, light) = colors(scene);
    let mut rng = Rng::new(scene.look, "setting", 0);
    if !scene.is_room() {
        stretch(&mut pixmap, scene, "sky", (&colors, light), 1.0, &mut rng);
        heavens(&mut pixmap, scene, &colors, &mut rng);
    }
    let zoom = if scene.is_room() { 1.0 } else { rng.span(1.0, 1.4) };
    stretch(&mut pixmap, scene, scene.place, (&colors, light), zoom, &mut rng);
    for thing in &scene.things {
        paint_thing(&mut pixmap, scene, thing, &colors, light);
    }
    match scene.weather {
        "rainy" => stretch(&mut pixmap, scene, "rain", (&colors, light), 1.0, &mut rng),
        "snowy" => stretch(&mut pixmap, scene, "snow", (&colors, light), 1.0, &mut rng),
        _ => {}
    }
    Some(pixmap)
}

/// A thing of a scene at its place, on nothing; `None` when the scene's size cannot be a picture's.
pub(super) fn thing_alone(scene: &Scene, thing: &Thing) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(scene.width, scene.height)?;
    let (colors, light) = colors(scene);
    paint_thing(&mut pixmap, scene, thing, &colors, light);
    Some(pixmap)
}

/// What is the case in a scene, as strokes ask for it.
fn holds(scene: &Scene) -> Vec<&'static str> {
    let is_snowy = scene.weather == "snowy";
    let mut holds = vec![if is_snowy { "winter" } else { "leafy" }];
    holds.extend(is_snowy.then_some("snow"));
    holds.extend((scene.time == "night").then_some("night"));
    holds
}

/// Draws a setting over the whole picture, or over more than that, and mirrors every other one.
fn stretch(
    pixmap: &mut Pixmap,
    scene: &Scene,
    name: &str,
    (colors, light): (&Colors, Rgb),
    zoom: f32,
    rng: &mut Rng,
) {
    let drawing = drawing(name);
    let (width, height) = (scene.width as f32, scene.height as f32);
    let look = Look { holds: holds(scene), seed: rng.next(), ..Look::plain(colors, light) };
    let at = (-rng.unit() * (zoom - 1.0) * width, 0.0);
    let scale = (width * zoom / drawing.size.0, height / drawing.size.1);
    Brush { pixmap, at, scale, is_mirrored: rng.chance(50) }.draw(drawing, &look);
}

/// Sun or moon, and clouds.
fn heavens(pixmap: &mut Pixmap, scene: &Scene, colors: &Colors, rng: &mut Rng) {
    let (width, height) = (scene.width as f32, scene.height as f32);
    let look = Look::plain(colors, WHITE);
    let mut put = |name: &str, x: f32, y: f32, size: f32| {
        let drawing = drawing(name);
        let scale = size / drawing.size.0;
        let at = (x * width - size / 2.0, y * height - drawing.size.1 * scale / 2.0);
        Brush { pixmap, at, scale: (scale, scale), is_mirrored: false }.draw(drawing, &look);
    };
    let is_open = ["clear", "cloudy"].contains(&scene.weather);
    let (name, y) = match scene.time {
        "morning" => ("sun", rng.span(0.30, 0.42)),
        "day" => ("sun", rng.span(0.10, 0.20)),
        "evening" => ("sun", rng.span(0.38, 0.46)),
        _ => ("moon", rng.span(0.12, 0.24)),
    };
    if is_open {
        put(name, rng.span(0.15, 0.85), y, 0.14 * width.min(height));
    }
    let clouds = match scene.weather {
        "clear" => rng.between(0, 3),
        "cloudy" => rng.between(4, 6),
        "rainy" => 8,
        _ => 4,
    };
    for _ in 0..clouds {
        put("cloud", rng.unit(), rng.span(0.06, 0.32), rng.span(0.10, 0.24) * width);
    }
}

fn paint_thing(pixmap: &mut Pixmap, scene: &Scene, thing: &Thing, colors: &Colors, light: Rgb) {
    let drawing = drawing(thing.kind.name);
    let (width, height) = (scene.width as f32, scene.height as f32);
    let scale = (thing.area.bottom - thing.area.top) * height / drawing.size.1;
    let mut rng = Rng::new(thing.look, "look", 0);
    let mut own = vec![("color", thing.hue.paint)];
    for (name, paints) in [
        ("skin", &SKINS[..]),
        ("hair", &HAIRS),
        ("trousers", &TROUSERS),
        ("roof", &ROOFS),
        ("petal1", &PETALS),
        ("petal2", &PETALS),
        ("petal3", &PETALS),
    ] {
        own.push((name, rgb(rng.one(paints))));
    }
    let text = thing.text.unwrap_or_default();
    let look = Look { own, holds: holds(scene), text, ..Look::plain(colors, light) };
    let at = (thing.area.left * width, thing.area.top * height);
    let is_mirrored = thing.faces_left && thing.text.is_none();
    Brush { pixmap, at, scale: (scale, scale), is_mirrored }.draw(drawing, &look);
}

/// The colours of a scene, which go together, and its light.
fn colors(scene: &Scene) -> (Colors, Rgb) {
    let mut rng = Rng::new(scene.look, "colors", 0);
    let place = |names: &[&str], name| names.iter().position(|other| *other == name).unwrap_or(0);
    let (time, weather) = (place(&TIMES, scene.time), place(&WEATHERS, scene.weather));
    let (skies, light) = SKIES[time];
    let (sky, mut light, gray) = (rng.one(&skies).map(rgb), rgb(light), rgb(GRAYS[time]));
    let clouded = [0.0, 0.45, 0.72, 0.5][weather];
    let sky = sky.map(|color| color.mix(gray, clouded));
    if scene.is_room() {
        light = [WHITE, WHITE, rgb(0xFF_E8D4), rgb(0xF2_D6B0)][time];
    } else if scene.weather == "rainy" {
        light = light.lit_by(rgb(0xD2_DAE4));
    }
    let [mut far, mut near, leaf] = rng.one(&SEASONS).map(rgb);
    if scene.weather == "snowy" {
        (far, near) = (rgb(0xE3_EDF6), rgb(0xF6_FAFF));
    }
    let (haze, lit) = (sky[2].mix(sky[1], 0.4), |color: Rgb| color.lit_by(light));
    let hill = |share: f32| lit(near.mix(rgb(0x4F_8F9A), share * 0.5)).mix(haze, share);
    let snow = if scene.weather == "snowy" { 0.55 } else { 0.0 };
    let ground = |hex: u32| lit(rgb(hex).mix(WHITE, snow));
    let is_night = scene.time == "night";
    let lamp = rgb(0xFF_D27A);
    let pane = if is_night { lamp } else { lit(rgb(0xA9_CFE4)) };
    let cloud = sky[2].lighter(if is_night { 0.12 } else { 0.72 });
    let mut room = |paints: &[u32]| lit(rgb(rng.one(paints)));
    let colors = HashMap::from([
        ("sky1", sky[0]),
        ("sky2", sky[1]),
        ("sky3", sky[2]),
        ("haze", haze),
        ("cloud", if scene.weather == "rainy" { cloud.mix(sky[0], 0.5) } else { cloud }),
        ("hill1", hill(0.65)),
        ("hill2", hill(0.35)),
        ("grass1", lit(far)),
        ("grass2", lit(near)),
        ("leaf", lit(leaf)),
        ("peak1", lit(rgb(0x5C_6B95)).mix(haze, 0.66)),
        ("peak2", lit(rgb(0x5C_6B95)).mix(haze, 0.38)),
        ("snowcap", lit(WHITE).mix(haze, 0.12)),
        ("town1", lit(rgb(0x6B_7AA5)).mix(haze, 0.72)),
        ("town2", lit(rgb(0x6B_7AA5)).mix(haze, 0.52)),
        ("water1", sky[1].mix(rgb(0x2F_8FB0), 0.35)),
        ("water2", sky[0].mix(rgb(0x1B_6C96), 0.5)),
        ("foam", lit(WHITE)),
        ("sand", lit(rgb(0xF3_DDA8))),
        ("path", ground(0xE9_DCC0)),
        ("pave", ground(0xD6_D2CB)),
        ("road", ground(0x5E_6272)),
        ("pane", pane),
        ("lamp", lamp),
        ("bright", WHITE),
        ("wall", room(&WALLS)),
        ("floor", room(&FLOORS)),
        ("wood", room(&WOODS)),
    ]);
    (colors, light)
}
