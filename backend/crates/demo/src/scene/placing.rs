//! Puts things beside each other so that each of them can be seen and counted.

use super::kind::Chance;
use super::{Area, Kind, Thing, kind, kinds};
use crate::color::Hue;
use crate::rng::Rng;

/// The greatest share of a thing that others may cover.
const MOST_COVERED: f32 = 0.16;
/// Distance kept from the picture's edges, relative to its size.
const MARGIN: f32 = 0.012;
/// Where things stand on the table: upper and lower bound, relative to the picture's height.
const TABLE: (f32, f32) = (0.675, 0.715);

/// Adds some things of a kind, each at a free place from left to right.
pub(super) fn place_outdoors(rng: &mut Rng, chance: &Chance, aspect: f32, things: &mut Vec<Thing>) {
    for _ in 0..rng.between(1, chance.most) {
        let depth = rng.unit();
        let base = chance.base.0 + (chance.base.1 - chance.base.0) * depth;
        let person = chance.person.0 + (chance.person.1 - chance.person.0) * depth;
        // Narrow pictures show smaller things, or a house would fill them.
        let height = chance.kind.height * person * aspect.clamp(0.75, 1.2);
        let width = height * chance.kind.aspect / aspect;
        if base - height < MARGIN || width > 0.8 {
            continue;
        }
        let free = (0..14).find_map(|_| {
            let left = rng.span(MARGIN, 1.0 - MARGIN - width);
            let area = Area { left, top: base - height, right: left + width, bottom: base };
            things.iter().all(|other| is_clear(area, other.area)).then_some(area)
        });
        if let Some(area) = free {
            let thing = thing(rng, chance.kind, area, things);
            if thing.text.is_none() || things.iter().all(|other| other.text != thing.text) {
                things.push(thing);
            }
        }
    }
}

/// Things on a table, from left to right without touching.
pub(super) fn set_table(rng: &mut Rng, aspect: f32) -> Vec<Thing> {
    let mut things = Vec::new();
    let size = |kind: &Kind| {
        let height = kind.height * 0.50 * aspect.clamp(0.75, 1.15);
        (height * kind.aspect / aspect, height)
    };
    let mut choice: Vec<&Kind> = kinds().iter().filter(|kind| kind.zone == "table").collect();
    choice.push(kind("cat"));
    let wanted = rng.between(3, if aspect < 1.1 { 5 } else { 8 });
    let (mut kinds, mut free): (Vec<&Kind>, f32) = (Vec::new(), 0.84);
    for _ in 0..wanted * 3 {
        // A kind that is there already is likely to come again, so that there is something to count.
        let kind = if !kinds.is_empty() && rng.chance(30) { rng.one(&kinds) } else { rng.one(&choice) };
        let is_single = kind.aspect > 1.25 || ["cat", "desk lamp"].contains(&kind.name);
        let width = size(kind).0 + 0.02;
        if kinds.len() < wanted && width < free && !(is_single && kinds.contains(&kind)) {
            kinds.push(kind);
            free -= width;
        }
    }
    kinds.sort_by_key(|kind| kind.name);
    let turn = rng.below(kinds.len().max(1));
    kinds.rotate_left(turn);
    let gap = free / (kinds.len() as f32 + 1.0);
    let mut left = 0.08 + gap;
    for kind in kinds {
        let (width, height) = size(kind);
        let bottom = rng.span(TABLE.0, TABLE.1);
        let area = Area { left, top: bottom - height, right: left + width, bottom };
        things.push(thing(rng, kind, area, &things));
        left += width + 0.02 + gap;
    }
    things
}

/// A thing of this kind at this place, in a colour that no other one has where there is such a colour left.
fn thing(rng: &mut Rng, kind: &'static Kind, area: Area, others: &[Thing]) -> Thing {
    let is_free = |hue: &&Hue| !others.iter().any(|other| other.kind == kind && other.hue == *hue);
    let free: Vec<&Hue> = kind.hues.iter().copied().filter(is_free).collect();
    let hue = rng.one(if free.is_empty() { &kind.hues } else { &free });
    let text = (!kind.lettering.is_empty()).then(|| rng.one(&kind.lettering));
    Thing { kind, hue, area, faces_left: rng.chance(50), look: rng.next(), text }
}

fn is_clear(area: Area, other: Area) -> bool {
    area.covered_by(other) < MOST_COVERED && other.covered_by(area) < MOST_COVERED
}
