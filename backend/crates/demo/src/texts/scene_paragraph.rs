//! Detailed descriptions of scenes, as ShareGPT4V has them.

use super::about_scene::inventory;
use super::english::{capital, counted, list, number, with_article};
use super::scene_phrases::{depth, has_color, hues_of, named, place, side, when};
use crate::rng::Rng;
use crate::scene::{Place, Scene, Thing, Time, Weather};

/// A paragraph of four to a dozen sentences.
pub(super) fn paragraph(scene: &Scene, rng: &mut Rng) -> String {
    let (here, now) = (place(scene, rng), when(scene, rng));
    let opening = rng.pick(&[
        "The image presents",
        "The image captures",
        "In this picture we see",
        "This illustration shows",
        "The scene shows",
    ]);
    let mut sentences = vec![if scene.place == Place::Room {
        format!("{opening} {here} with a wooden-legged table as its center.")
    } else {
        format!("{opening} {here} {now}.")
    }];
    sentences.push(light(scene, rng).to_owned());
    for (kind, count) in scene.groups() {
        if count > 1 {
            sentences.push(several(scene, kind, count, rng));
        }
    }
    let singles: Vec<&Thing> = scene.singles();
    for thing in &singles {
        sentences.push(single(scene, thing, rng));
    }
    if let [first, second, ..] = singles.as_slice() {
        sentences.push(relation(scene, first, second));
    }
    sentences.push(closing(scene, rng));
    sentences.join(" ")
}

fn light(scene: &Scene, rng: &mut Rng) -> &'static str {
    if scene.place == Place::Room {
        return rng.pick(&[
            "The wall behind it is painted in a soft, even color.",
            "A plain wall and a wooden floor frame the view.",
        ]);
    }
    match (scene.mood.weather, scene.mood.time) {
        (Weather::Rain, _) => "Thin streaks of rain cross the picture and gray clouds hang low.",
        (Weather::Snow, _) => "Snowflakes drift through the air and the ground is white.",
        (Weather::Cloudy, _) => "Several clouds drift across the sky and soften the light.",
        (_, Time::Sunset) => "The sky glows from violet to orange, and warm light falls on everything below.",
        (_, Time::Night) => "The dark blue sky is dotted with stars, and a full moon lights the scene.",
        (_, Time::Morning) => "Pale morning light fills the sky and the sun stands low.",
        _ => "The sun is shining, and the sky is blue above and pale at the horizon.",
    }
}

fn several(scene: &Scene, kind: crate::scene::Kind, count: usize, rng: &mut Rng) -> String {
    let hues = hues_of(scene, kind);
    let base = match rng.below(3) {
        0 => format!("There are {}", counted(kind, count)),
        1 => format!("One can count {}", counted(kind, count)),
        _ => format!("Altogether {} are visible", counted(kind, count)),
    };
    if !has_color(scene, kind) {
        return format!("{base}.");
    }
    match hues.as_slice() {
        [hue] => format!("{base}, all in {}.", hue.name()),
        _ => {
            format!("{base}, in {}.", list(&hues.iter().map(|hue| hue.name().to_owned()).collect::<Vec<_>>()))
        }
    }
}

fn single(scene: &Scene, thing: &Thing, rng: &mut Rng) -> String {
    let name = with_article(&named(scene, thing));
    let (depth, side) = (depth(scene, thing), side(thing));
    match rng.below(4) {
        0 => format!("{} is visible {side}, {depth}.", capital(&name)),
        1 => format!("{}, {side}, there is {name}.", capital(depth)),
        2 => format!("One also notices {name} {side}, {depth}."),
        _ => format!("{} of the picture, {depth}, is {name}.", capital(&side.replace("middle", "center"))),
    }
}

fn relation(scene: &Scene, first: &Thing, second: &Thing) -> String {
    let (left, right) =
        if first.area.middle() < second.area.middle() { (first, second) } else { (second, first) };
    format!("The {} is to the left of the {}.", named(scene, left), named(scene, right))
}

fn closing(scene: &Scene, rng: &mut Rng) -> String {
    let mood = rng.pick(&["calm", "peaceful", "orderly", "cheerful", "quiet"]);
    match rng.below(4) {
        0 => format!("Taken together, {} make the picture feel {mood}.", list(&inventory(scene))),
        1 => format!("The flat shapes and soft gradients give the scene a {mood} mood."),
        2 => format!(
            "With {} things in all, the composition stays uncluttered and {mood}.",
            number(scene.things.len())
        ),
        _ => format!("Nothing in the image is out of place, and the overall impression is {mood}."),
    }
}
