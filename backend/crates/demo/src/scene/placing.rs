//! Puts things beside each other so that each of them can be seen and counted.

use super::{Area, Hue, Kind, Thing};
use crate::rng::Rng;

/// The greatest share of a thing that others may cover.
const MOST_COVERED: f32 = 0.16;
/// Distance kept from the picture's edges, relative to its size.
const MARGIN: f32 = 0.012;

/// A new thing whose lower edge is at `base`, at a free place from left to right; `None` if there is none.
pub(super) fn place(
    rng: &mut Rng,
    kind: Kind,
    base: f32,
    person: f32,
    width_by_height: f32,
    others: &[Thing],
) -> Option<Thing> {
    let height = kind.height() * person;
    let width = height * kind.size().0 / kind.size().1 / width_by_height;
    if base - height < MARGIN || width > 0.8 {
        return None;
    }
    for _ in 0..14 {
        let left = rng.span(MARGIN, 1.0 - MARGIN - width);
        let area = Area { left, top: base - height, right: left + width, bottom: base };
        if others.iter().all(|other| is_clear(area, other.area)) {
            return Some(thing(rng, kind, area));
        }
    }
    None
}

/// A thing of this kind at this place, its other features by chance.
pub(super) fn thing(rng: &mut Rng, kind: Kind, area: Area) -> Thing {
    let hue = rng.one(kind.hues());
    let text = (!kind.lettering().is_empty()).then(|| rng.pick(kind.lettering()));
    Thing { kind, hue, area, faces_left: rng.chance(50), look: rng.next(), text, under: false }
}

fn is_clear(area: Area, other: Area) -> bool {
    area.covered_by(other) < MOST_COVERED && other.covered_by(area) < MOST_COVERED
}

/// The hue that occurs on no other thing of the kind, where there is one left.
pub(super) fn fresh_hue(rng: &mut Rng, kind: Kind, others: &[Thing]) -> Hue {
    let is_free = |hue: &&Hue| !others.iter().any(|other| other.kind == kind && other.hue == **hue);
    let free: Vec<Hue> = kind.hues().iter().filter(is_free).copied().collect();
    if free.is_empty() { rng.one(kind.hues()) } else { rng.one(&free) }
}
