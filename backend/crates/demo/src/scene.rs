//! Scene descriptions: what is in a picture, before it is painted and before anything is said about it.
//!
//! Pictures and texts are both made from these, which is why the texts are true of the pictures.

mod kind;
mod placing;

pub(super) use kind::{Kind, kind, kinds};

use super::color::Hue;
use super::rng::Rng;
use kind::{Chance, chances};
use placing::{place_outdoors, set_table};

/// A box relative to the picture's size: 0 to 1 from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
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

/// Times of day.
pub(super) const TIMES: [&str; 4] = ["morning", "day", "evening", "night"];
/// Sorts of weather; snow also means that it is winter.
pub(super) const WEATHERS: [&str; 4] = ["clear", "cloudy", "rainy", "snowy"];

/// One thing in a scene.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Thing {
    pub(super) kind: &'static Kind,
    /// The colour one would name it by.
    pub(super) hue: &'static Hue,
    pub(super) area: Area,
    /// Whether it faces left instead of right.
    pub(super) faces_left: bool,
    /// Seed of small differences that no text mentions: hair, roofs, flowers.
    pub(super) look: u64,
    /// Text that stands on it.
    pub(super) text: Option<&'static str>,
}

/// A scene in the open, or a table in a room.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
    /// Name of the place.
    pub(super) place: &'static str,
    pub(super) time: &'static str,
    pub(super) weather: &'static str,
    /// What is there, in the order of painting.
    pub(super) things: Vec<Thing>,
    /// Seed of the background's small differences.
    pub(super) look: u64,
}

/// The place with a table.
const ROOM: &str = "room";
/// Names of all places, those in the open first.
pub(super) const PLACES: [&str; 6] = ["meadow", "street", "lake", "beach", "park", ROOM];
/// A picture in the open has at least as many things.
const FEWEST: usize = 4;
/// And at most as many.
const MOST: usize = 12;

impl Scene {
    /// A scene in the open.
    pub(super) fn outdoors(rng: &mut Rng) -> Self {
        let place = rng.one(&PLACES[..5]);
        Self::at(place, rng)
    }

    /// A street with lettering on its shops, in a picture wide enough for it.
    pub(super) fn with_lettering(rng: &mut Rng) -> Self {
        loop {
            let scene = Self::at("street", rng);
            if scene.width > scene.height && scene.count(kind("shop")) > 0 {
                return scene;
            }
        }
    }

    /// A table in a room.
    pub(super) fn indoors(rng: &mut Rng) -> Self {
        let (width, height) = picture_size(rng);
        let things = set_table(rng, width as f32 / height as f32);
        let time = rng.one(&["morning", "day", "day", "evening", "night"]);
        Self { width, height, place: ROOM, time, weather: "clear", things, look: rng.next() }
    }

    fn at(place: &'static str, rng: &mut Rng) -> Self {
        let (width, height) = picture_size(rng);
        let (time, weather) = mood(rng, place);
        let mut scene = Self { width, height, place, time, weather, things: Vec::new(), look: rng.next() };
        while scene.things.len() < FEWEST {
            scene.things.clear();
            for chance in chances(place) {
                if scene.suits(chance) && scene.things.len() < MOST && rng.chance(chance.percent) {
                    place_outdoors(rng, chance, width as f32 / height as f32, &mut scene.things);
                }
            }
        }
        scene.things.sort_by(|a, b| a.area.bottom.total_cmp(&b.area.bottom));
        scene
    }

    /// Whether such a thing is about at this hour and in this weather.
    fn suits(&self, chance: &Chance) -> bool {
        match chance.kind.zone {
            "sky" => !self.is_dark() && (self.weather != "rainy" || chance.kind.name == "bird"),
            _ => self.weather != "snowy" || !["sheep", "cow", "duck"].contains(&chance.kind.name),
        }
    }

    /// Whether it is in a room.
    pub(super) fn is_room(&self) -> bool {
        self.place == ROOM
    }

    /// Whether it is night in the open, where no colours can be told.
    pub(super) fn is_dark(&self) -> bool {
        self.time == "night" && !self.is_room()
    }

    /// How many things of this kind there are.
    pub(super) fn count(&self, kind: &Kind) -> usize {
        self.things.iter().filter(|thing| thing.kind == kind).count()
    }

    /// The kinds of things, each with its number, the most striking first.
    pub(super) fn groups(&self) -> Vec<(&'static Kind, usize)> {
        let mut groups: Vec<(&Kind, usize, f32)> = Vec::new();
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

/// A time and a weather in which the picture is likely to look good.
fn mood(rng: &mut Rng, place: &str) -> (&'static str, &'static str) {
    let time = rng.one(&["morning", "day", "day", "day", "evening", "evening", "night"]);
    let weather = match rng.below(10) {
        0..=5 => "clear",
        _ if place == "beach" || time == "evening" => rng.one(&["clear", "cloudy"]),
        6..=7 => "cloudy",
        8 => "rainy",
        _ => "snowy",
    };
    (time, weather)
}

/// Sizes of camera pictures, in pixels.
fn picture_size(rng: &mut Rng) -> (u32, u32) {
    rng.one(&[(640, 480), (640, 427), (640, 427), (600, 400), (640, 360), (480, 640), (480, 480), (560, 420)])
}
