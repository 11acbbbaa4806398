//! Scenes in the open.

use super::place::{Chance, chances};
use super::placing::{fresh_hue, place};
use super::{Kind, Mood, Place, Scene, Season, Thing, Weather, picture_size};
use crate::rng::Rng;

/// A scene at any place.
pub(super) fn scene(rng: &mut Rng) -> Scene {
    let place = rng.one(&Place::OUTDOORS);
    scene_at(rng, place, picture_size)
}

/// A street, wide enough for shops, with at least one of them.
pub(super) fn street_with_shop(rng: &mut Rng) -> Scene {
    loop {
        let scene = scene_at(rng, Place::Street, |rng| rng.one(&[(640, 427), (640, 480), (600, 400)]));
        if scene.count(Kind::Shop) > 0 {
            return scene;
        }
    }
}

fn scene_at(rng: &mut Rng, place: Place, size: impl Fn(&mut Rng) -> (u32, u32)) -> Scene {
    let (width, height) = size(rng);
    let mood = mood_at(rng, place);
    let mut things = Vec::new();
    while things.len() < 4 {
        things.clear();
        for chance in chances(place) {
            add(rng, chance, mood, width as f32 / height as f32, &mut things);
        }
    }
    things.sort_by(|a: &Thing, b| a.area.bottom.total_cmp(&b.area.bottom));
    Scene { width, height, place, mood, things, look: rng.next() }
}

fn mood_at(rng: &mut Rng, place: Place) -> Mood {
    let mut mood = Mood::random(rng);
    if place == Place::Beach {
        mood.season = Season::Summer;
        mood.weather = rng.one(&[Weather::Clear, Weather::Clear, Weather::Cloudy]);
    }
    mood
}

fn add(rng: &mut Rng, chance: &Chance, mood: Mood, width_by_height: f32, things: &mut Vec<Thing>) {
    let does_fit = match chance.kind {
        Kind::Snowman => mood.weather == Weather::Snow,
        Kind::Flower => mood.season != Season::Winter,
        Kind::Balloon | Kind::Kite => mood.weather != Weather::Rain && !mood.is_dark(),
        Kind::Bird => !mood.is_dark(),
        Kind::Sheep | Kind::Duck => mood.weather != Weather::Snow,
        _ => true,
    };
    if !does_fit || things.len() >= 12 || !rng.chance(chance.percent) {
        return;
    }
    for _ in 0..rng.between(1, chance.most) {
        let depth = rng.unit();
        let base = (chance.base.0 + (chance.base.1 - chance.base.0) * depth) / 100.0;
        let person = (chance.person.0 + (chance.person.1 - chance.person.0) * depth) / 100.0;
        // Narrow pictures show smaller things, or a house would fill them.
        let person = person * width_by_height.clamp(0.75, 1.2);
        if let Some(mut thing) = place(rng, chance.kind, base, person, width_by_height, things) {
            thing.hue = fresh_hue(rng, thing.kind, things);
            if things.iter().any(|other| other.text.is_some() && other.text == thing.text) {
                continue;
            }
            things.push(thing);
        }
    }
}
