//! Scene descriptions: what is in a picture, before it is painted and before anything is said about it.
//!
//! Pictures and texts are both made from these, which is why the texts are true of the pictures.

mod indoor;
mod kind;
mod mood;
mod outdoor;
mod place;
mod placing;

pub(super) use kind::{Group, Hue, Kind};
pub(super) use mood::{Mood, Season, Time, Weather};
pub(super) use place::Place;

use super::rng::Rng;

/// A box relative to the picture's size: 0 to 1 from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    /// Left edge.
    pub(super) left: f32,
    /// Upper edge.
    pub(super) top: f32,
    /// Right edge.
    pub(super) right: f32,
    /// Lower edge.
    pub(super) bottom: f32,
}

impl Area {
    /// Horizontal middle.
    pub(super) fn middle(self) -> f32 {
        f32::midpoint(self.left, self.right)
    }

    /// Share of this area that the other one covers.
    pub(super) fn covered_by(self, other: Self) -> f32 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        let own = (self.right - self.left) * (self.bottom - self.top);
        if width <= 0.0 || height <= 0.0 { 0.0 } else { width * height / own }
    }
}

/// One thing in a scene.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Thing {
    /// What it is.
    pub(super) kind: Kind,
    /// The colour one would name it by.
    pub(super) hue: Hue,
    /// Where it is.
    pub(super) area: Area,
    /// Whether it faces left instead of right.
    pub(super) faces_left: bool,
    /// Seed of small differences that no text mentions: hair, stripes, leaves.
    pub(super) look: u64,
    /// Text that stands on it.
    pub(super) text: Option<&'static str>,
    /// Whether it lies under the table; only in rooms.
    pub(super) under: bool,
}

/// A scene in the open or in a room.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
    /// Where it plays.
    pub(super) place: Place,
    /// Season, time of day, weather.
    pub(super) mood: Mood,
    /// What is there, in the order of painting.
    pub(super) things: Vec<Thing>,
    /// Seed of the background's small differences.
    pub(super) look: u64,
}

impl Scene {
    /// A scene in the open.
    pub(super) fn outdoors(rng: &mut Rng) -> Self {
        outdoor::scene(rng)
    }

    /// A table in a room.
    pub(super) fn indoors(rng: &mut Rng) -> Self {
        indoor::scene(rng)
    }

    /// A street with lettering on its shops.
    pub(super) fn with_lettering(rng: &mut Rng) -> Self {
        outdoor::street_with_shop(rng)
    }

    /// How many things of this kind there are.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.things.iter().filter(|thing| thing.kind == kind).count()
    }

    /// The kinds of things, each with its number, the most striking first.
    pub(super) fn groups(&self) -> Vec<(Kind, usize)> {
        let mut groups: Vec<(Kind, usize, f32)> = Vec::new();
        for thing in &self.things {
            let size = (thing.area.right - thing.area.left) * (thing.area.bottom - thing.area.top);
            match groups.iter_mut().find(|group| group.0 == thing.kind) {
                Some(group) => (group.1, group.2) = (group.1 + 1, group.2 + size),
                None => groups.push((thing.kind, 1, size)),
            }
        }
        groups.sort_by(|a, b| b.2.total_cmp(&a.2));
        groups.into_iter().map(|(kind, count, _)| (kind, count)).collect()
    }

    /// Things that are the only one of their kind.
    pub(super) fn singles(&self) -> Vec<&Thing> {
        self.things.iter().filter(|thing| self.count(thing.kind) == 1).collect()
    }
}

/// Sizes of camera pictures, in pixels.
fn picture_size(rng: &mut Rng) -> (u32, u32) {
    rng.one(&[(640, 480), (640, 427), (640, 427), (600, 400), (640, 360), (480, 640), (480, 480), (560, 420)])
}
