//! A table in a room, with things on it, under it and on the wall.

use super::placing::thing;
use super::{Area, Kind, Mood, Place, Scene, Thing, Time, picture_size};
use crate::rng::Rng;

/// Upper edge of the table's top, relative to the picture's height.
pub(super) const TABLE_TOP: f32 = 0.66;

const ON_TABLE: &[Kind] = &[
    Kind::Apple,
    Kind::Apple,
    Kind::Orange,
    Kind::Pear,
    Kind::Cup,
    Kind::Cup,
    Kind::Teapot,
    Kind::Vase,
    Kind::Book,
    Kind::DeskLamp,
    Kind::Laptop,
    Kind::Candle,
    Kind::Cake,
    Kind::Bottle,
    Kind::Plant,
    Kind::Cat,
];
const UNDER_TABLE: &[Kind] = &[Kind::Cat, Kind::Ball, Kind::Dog, Kind::Basket];
const ON_WALL: &[Kind] = &[Kind::Clock, Kind::Painting, Kind::Window];

/// A scene in a room.
pub(super) fn scene(rng: &mut Rng) -> Scene {
    let (width, height) = picture_size(rng);
    let aspect = width as f32 / height as f32;
    let mut things = Vec::new();
    hang_on_wall(rng, aspect, &mut things);
    let most = if aspect < 1.1 { 5 } else { 8 };
    stand_in_row(rng, &mut things, aspect, most);
    if rng.chance(60) {
        lie_under(rng, aspect, &mut things);
    }
    let time = rng.one(&[Time::Morning, Time::Day, Time::Day, Time::Sunset, Time::Night]);
    Scene { width, height, place: Place::Room, mood: Mood { time, ..Mood::FAIR }, things, look: rng.next() }
}

/// Things on the wall: at most one of each, beside each other.
fn hang_on_wall(rng: &mut Rng, aspect: f32, things: &mut Vec<Thing>) {
    let mut kinds = ON_WALL.to_vec();
    rng.shuffle(&mut kinds);
    let slots = if aspect < 1.1 { 2 } else { 3 };
    let mut order: Vec<usize> = (0..slots).collect();
    rng.shuffle(&mut order);
    for (slot, kind) in order.into_iter().zip(kinds) {
        if !rng.chance(55) {
            continue;
        }
        let height = if kind == Kind::Clock { 0.16 } else { 0.27 } * aspect.clamp(0.8, 1.1);
        let width = height * kind.size().0 / kind.size().1 / aspect;
        let middle = (slot as f32 + 0.5) / slots as f32 + rng.span(-0.03, 0.03);
        let top = rng.span(0.05, 0.09);
        let left = (middle - width / 2.0).clamp(0.02, 0.98 - width);
        things.push(thing(rng, kind, Area { left, top, right: left + width, bottom: top + height }));
    }
}

/// Things on the table, from left to right without touching.
fn stand_in_row(rng: &mut Rng, things: &mut Vec<Thing>, aspect: f32, most: usize) {
    let wanted = rng.between(3, most);
    let person = 0.46 * aspect.clamp(0.75, 1.15);
    let size = |kind: Kind| {
        let height = kind.height() * person;
        (height * kind.size().0 / kind.size().1 / aspect, height)
    };
    let mut kinds = Vec::new();
    let mut free = 0.86;
    for _ in 0..wanted * 3 {
        // A kind that is there already is likely to come again, so that there is something to count.
        let kind = if !kinds.is_empty() && rng.chance(30) { rng.one(&kinds) } else { rng.one(ON_TABLE) };
        let is_single = matches!(kind, Kind::Cat | Kind::Laptop | Kind::DeskLamp | Kind::Cake | Kind::Teapot);
        let width = size(kind).0 + 0.02;
        if kinds.len() < wanted && width < free && !(is_single && kinds.contains(&kind)) {
            kinds.push(kind);
            free -= width;
        }
    }
    kinds.sort_by_key(|kind| *kind as usize);
    let turn = rng.below(kinds.len().max(1));
    kinds.rotate_left(turn);
    let gap = free / (kinds.len() as f32 + 1.0);
    let mut left = 0.07 + gap;
    for kind in kinds {
        let (width, height) = size(kind);
        let bottom = TABLE_TOP + rng.span(0.015, 0.055);
        let area = Area { left, top: bottom - height, right: left + width, bottom };
        let mut new = thing(rng, kind, area);
        new.hue = super::placing::fresh_hue(rng, kind, things);
        things.push(new);
        left += width + 0.02 + gap;
    }
}

/// One thing on the floor between the legs of the table.
fn lie_under(rng: &mut Rng, aspect: f32, things: &mut Vec<Thing>) {
    let kind = rng.one(UNDER_TABLE);
    if things.iter().any(|other| other.kind == kind) {
        return;
    }
    let height = kind.height() * 0.33 * aspect.clamp(0.75, 1.1);
    let width = height * kind.size().0 / kind.size().1 / aspect;
    let left = rng.span(0.22, 0.78 - width);
    let bottom = rng.span(0.93, 0.96);
    let mut new = thing(rng, kind, Area { left, top: bottom - height, right: left + width, bottom });
    new.under = true;
    things.push(new);
}
