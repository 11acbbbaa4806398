//! Phrases for scenes: where, when, what, and where within the picture.

use super::english::{counted, list, number, with_article};
use crate::rng::Rng;
use crate::scene::{Group, Hue, Kind, Place, Scene, Season, Thing, Time, Weather};

/// `a quiet lake below snowy mountains`.
pub(super) fn place(scene: &Scene, rng: &mut Rng) -> &'static str {
    let is_white = scene.mood.weather == Weather::Snow;
    match scene.place {
        Place::Meadow if is_white => rng.pick(&["a snow-covered meadow", "a white winter meadow"]),
        Place::Meadow => {
            rng.pick(&["a wide meadow", "a gently rolling meadow", "open countryside", "a grassy field"])
        }
        Place::Street => {
            rng.pick(&["a city street", "a busy-looking town street", "a street lined with buildings"])
        }
        Place::Lake => rng.pick(&["a lake below snow-capped mountains", "a mountain lake", "a calm lake"]),
        Place::Beach => rng.pick(&["a sandy beach", "the seaside", "a beach beside the sea"]),
        Place::Park => rng.pick(&["a city park", "a park with a winding path", "a public park"]),
        Place::Mountains => {
            rng.pick(&["a mountain valley", "the foot of snow-capped mountains", "an alpine landscape"])
        }
        Place::Farm => rng.pick(&["a farm", "farmland with plowed rows", "a small farm in the hills"]),
        Place::Room => rng.pick(&["a room", "a tidy room", "a cozy dining room"]),
    }
}

/// The place in one word, as an answer.
pub(super) fn place_name(place: Place) -> &'static str {
    match place {
        Place::Meadow => "meadow",
        Place::Street => "street",
        Place::Lake => "lake",
        Place::Beach => "beach",
        Place::Park => "park",
        Place::Mountains => "mountains",
        Place::Farm => "farm",
        Place::Room => "room",
    }
}

/// `at`, `on` or `in`, as it goes with the place.
pub(super) fn preposition(place: &str) -> &'static str {
    let starts = |words: &[&str]| words.iter().any(|word| place.contains(word));
    if starts(&["beach", "street", "farm", "lake"]) {
        "on"
    } else if starts(&["seaside", "foot"]) {
        "at"
    } else {
        "in"
    }
}

/// `at sunset`, `on a rainy day`.
pub(super) fn when(scene: &Scene, rng: &mut Rng) -> &'static str {
    match (scene.mood.time, scene.mood.weather) {
        (Time::Day, Weather::Clear) => rng.pick(&["on a clear day", "on a sunny day", "under a blue sky"]),
        (Time::Day, Weather::Cloudy) => rng.pick(&["on a cloudy day", "under a cloudy sky"]),
        (Time::Day, Weather::Rain) => rng.pick(&["on a rainy day", "in the rain"]),
        (Time::Day, Weather::Snow) => rng.pick(&["on a snowy day", "in falling snow"]),
        (Time::Morning, Weather::Rain) => "on a rainy morning",
        (Time::Morning, Weather::Snow) => "on a snowy morning",
        (Time::Morning, _) => rng.pick(&["in the early morning", "in soft morning light"]),
        (Time::Sunset, Weather::Snow) => "at sunset while snow is falling",
        (Time::Sunset, Weather::Rain) => "on a rainy evening",
        (Time::Sunset, _) => rng.pick(&["at sunset", "in the warm light of the evening", "at dusk"]),
        (Time::Night, Weather::Rain) => "on a rainy night",
        (Time::Night, Weather::Snow) => "on a snowy night",
        (Time::Night, _) => rng.pick(&["at night", "under the moon"]),
    }
}

/// Time of day in one word.
pub(super) fn time_name(time: Time) -> &'static str {
    match time {
        Time::Morning => "morning",
        Time::Day => "daytime",
        Time::Sunset => "sunset",
        Time::Night => "night",
    }
}

/// Weather in one word.
pub(super) fn weather_name(weather: Weather) -> &'static str {
    match weather {
        Weather::Clear => "clear",
        Weather::Cloudy => "cloudy",
        Weather::Rain => "rainy",
        Weather::Snow => "snowy",
    }
}

/// Season in one word.
pub(super) fn season_name(season: Season) -> &'static str {
    match season {
        Season::Spring => "spring",
        Season::Summer => "summer",
        Season::Autumn => "autumn",
        Season::Winter => "winter",
    }
}

/// Whether the colour of a thing of this kind is worth a word; trees and sheep have no other, and at night all cats
/// are gray.
pub(super) fn has_color(scene: &Scene, kind: Kind) -> bool {
    let is_dark = scene.mood.is_dark() && scene.place != Place::Room;
    !is_dark
        && kind.hues().len() > 1
        && !matches!(kind, Kind::Painting | Kind::Laptop | Kind::Bench | Kind::Lamp)
}

/// `red car`, `woman in a blue top`, `shop called BAKERY`.
pub(super) fn named(scene: &Scene, thing: &Thing) -> String {
    let name = thing.kind.name();
    if let (Kind::Shop, Some(text)) = (thing.kind, thing.text) {
        return format!("shop with the sign \"{text}\"");
    }
    if !has_color(scene, thing.kind) {
        return name.to_owned();
    }
    let color = thing.hue.name();
    match thing.kind.group() {
        Group::People => format!("{name} dressed in {color}"),
        _ if thing.kind == Kind::Vase => format!("{color} vase of flowers"),
        _ => format!("{color} {name}"),
    }
}

/// `three boats, one of them red`; `a red car`; `two sheep`.
pub(super) fn group(scene: &Scene, kind: Kind, count: usize) -> String {
    if count == 1 {
        let Some(thing) = scene.things.iter().find(|thing| thing.kind == kind) else { return String::new() };
        return with_article(&named(scene, thing));
    }
    let hues = hues_of(scene, kind);
    match hues.as_slice() {
        _ if !has_color(scene, kind) || kind == Kind::Shop => counted(kind, count),
        [hue] if kind.group() != Group::People => {
            format!("{} {} {}", number(count), hue.name(), kind.plural())
        }
        [first, second] if count == 2 && kind.group() != Group::People => {
            format!("two {}, one {} and one {}", kind.plural(), first.name(), second.name())
        }
        _ => counted(kind, count),
    }
}

/// The colours that things of a kind have, without repetition.
pub(super) fn hues_of(scene: &Scene, kind: Kind) -> Vec<Hue> {
    let mut hues = Vec::new();
    for thing in scene.things.iter().filter(|thing| thing.kind == kind) {
        if !hues.contains(&thing.hue) {
            hues.push(thing.hue);
        }
    }
    hues
}

/// `on the left`, `in the middle`, `on the right`.
pub(super) fn side(thing: &Thing) -> &'static str {
    match thing.area.middle() {
        x if x < 0.36 => "on the left",
        x if x > 0.64 => "on the right",
        _ => "in the middle",
    }
}

/// `on the table`, `in the sky`, `in the foreground`.
pub(super) fn depth(scene: &Scene, thing: &Thing) -> &'static str {
    if scene.place == Place::Room {
        return match thing.area.bottom {
            _ if thing.under => "under the table",
            bottom if bottom < 0.5 => "on the wall",
            _ => "on the table",
        };
    }
    match thing.kind {
        Kind::Bird | Kind::Kite | Kind::Balloon | Kind::Plane => "in the sky",
        Kind::Boat | Kind::Duck => "on the water",
        Kind::Car | Kind::Bus | Kind::Truck if scene.place == Place::Street => "on the road",
        _ if thing.area.bottom > 0.86 => "in the foreground",
        _ => "in the background",
    }
}

/// The most striking groups as a list, at most `most` of them.
pub(super) fn main_groups(scene: &Scene, most: usize) -> String {
    let groups = scene.groups();
    let items: Vec<String> =
        groups.iter().take(most).map(|&(kind, count)| group(scene, kind, count)).collect();
    // A comma within an item would break the list.
    if items.iter().any(|item| item.contains(',')) {
        return list(
            &groups.iter().take(most).map(|&(kind, count)| counted(kind, count)).collect::<Vec<_>>(),
        );
    }
    list(&items)
}
