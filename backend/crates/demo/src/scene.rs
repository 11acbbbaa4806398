//! Scene descriptions: which things are in a picture and where, before it is painted and before anything is said about
//! it.
//!
//! Pictures and texts are both made from these, which is why the texts are true of the pictures. Kinds of things, and
//! where they may be, are read from `data/scenes.txt`, which explains itself; things are placed so that each of them
//! can be seen and counted.

use super::color::Hue;
use super::rng::Rng;
use crate::color::hue_named;
use crate::drawing::drawing;
use std::sync::LazyLock;

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

/// What a thing is.
#[derive(Debug, PartialEq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) japanese: &'static str,
    /// Japanese counter.
    pub(crate) counter: &'static str,
    /// Width by height of its drawing.
    aspect: f32,
    /// Height as a multiple of a grown-up's, as picture books have it.
    height: f32,
    /// What one would call it more generally.
    pub(crate) group: &'static str,
    /// Where in the picture it is.
    pub(crate) zone: &'static str,
    /// Colours it comes in.
    pub(crate) hues: Vec<&'static Hue>,
    /// Texts that may stand on it.
    pub(crate) lettering: Vec<&'static str>,
}

/// A kind of thing that may be at a place.
struct Chance {
    kind: &'static Kind,
    /// How likely it is, in percent.
    percent: usize,
    /// The greatest number of them.
    most: usize,
    /// Range of the lower edge, relative to the picture's height.
    base: (f32, f32),
    /// Height of a grown-up at the upper and lower end of that range, relative to the picture's height.
    person: (f32, f32),
}

const TEXT: &str = include_str!("../data/scenes.txt");

/// Every kind.
pub(crate) fn kinds() -> &'static [Kind] {
    static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
        let lines = TEXT.split("\n= ").next().unwrap_or_default().lines();
        lines.filter(|line| !line.starts_with('#')).filter_map(read_kind).collect()
    });
    &KINDS
}

/// The kind of this name; the first of all if there is none.
pub(super) fn kind(name: &str) -> &'static Kind {
    kinds().iter().find(|kind| kind.name == name).unwrap_or(&kinds()[0])
}

/// What may be at a place, from far to near.
fn chances(place: &str) -> &'static [Chance] {
    static PLACES: LazyLock<Vec<(&str, Vec<Chance>)>> = LazyLock::new(|| {
        let sections = TEXT.split("\n= ").skip(1).filter_map(|text| text.split_once('\n'));
        sections.map(|(name, lines)| (name, lines.lines().filter_map(read_chance).collect())).collect()
    });
    PLACES.iter().find(|found| found.0 == place).map_or(&[], |found| &found.1)
}

fn read_kind(line: &'static str) -> Option<Kind> {
    let mut fields = line.split('|').map(str::trim);
    let (name, plural) = (fields.next()?, fields.next()?);
    let (japanese, counter) = fields.next()?.split_once(' ')?;
    let height = fields.next()?.parse().ok()?;
    let (group, zone) = fields.next()?.split_once(' ')?;
    let hues = fields.next()?.split(' ').filter_map(hue_named).collect();
    let lettering = fields.next()?.split_whitespace().collect();
    let size = drawing(name).size;
    Some(Kind {
        name,
        plural,
        japanese,
        counter,
        aspect: size.0 / size.1,
        height,
        group,
        zone,
        hues,
        lettering,
    })
}

fn read_chance(line: &str) -> Option<Chance> {
    let mut fields = line.split('|').map(str::trim);
    let kind = kind(fields.next()?);
    let (percent, most) = fields.next()?.split_once(' ')?;
    let numbers: Vec<f32> = fields.next()?.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [far, near, small, tall] = <[f32; 4]>::try_from(numbers).ok()?.map(|percent| percent / 100.0);
    Some(Chance {
        kind,
        percent: percent.parse().ok()?,
        most: most.parse().ok()?,
        base: (far, near),
        person: (small, tall),
    })
}

/// The greatest share of a thing that others may cover.
const MOST_COVERED: f32 = 0.16;
/// Distance kept from the picture's edges, relative to its size.
const MARGIN: f32 = 0.012;
/// Where things stand on the table: upper and lower bound, relative to the picture's height.
const TABLE: (f32, f32) = (0.675, 0.715);

/// Adds some things of a kind, each at a free place from left to right.
fn place_outdoors(rng: &mut Rng, chance: &Chance, aspect: f32, things: &mut Vec<Thing>) {
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
fn set_table(rng: &mut Rng, aspect: f32) -> Vec<Thing> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_kind_or_a_chance() {
        let lines: Vec<&str> =
            TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '='])).collect();
        let places = ["meadow", "street", "lake", "beach", "park"];
        let chances: usize = places.iter().map(|place| chances(place).len()).sum();
        assert_eq!(kinds().len() + chances, lines.len());
        for line in &lines[kinds().len()..] {
            let name = line.split(" |").next().unwrap();
            assert_eq!(kind(name).name, name);
        }
        assert!(kinds().iter().all(|kind| !kind.hues.is_empty()));
    }
}
