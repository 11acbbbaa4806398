//! Captions, paragraphs, questions and boxes of scenes, in English.

use super::Question;
use crate::color::{HUES, Hue};
use crate::rng::Rng;
use crate::scene::{Kind, PLACES, Scene, TIMES, Thing, WEATHERS, kinds};
use crate::words::{Values, list, number, say, say_with, with_article};

/// One sentence.
pub(crate) fn caption(scene: &Scene, rng: &mut Rng) -> String {
    let most = rng.between(2, 3);
    let values = values(scene, most, rng);
    say_with(rng, if scene.is_room() { "room caption" } else { "caption" }, &values)
}

/// What captions speak of: things, place and time.
fn values(scene: &Scene, most: usize, rng: &mut Rng) -> Vec<(&'static str, String)> {
    let at = say(rng, &format!("at {}", scene.place));
    let place = at.split_once(' ').map_or_else(|| at.clone(), |(_, place)| place.to_owned());
    let time = ("time", scene.time.to_owned());
    let when = if scene.weather == "clear" { scene.time } else { scene.weather };
    let when = say_with(rng, &format!("when {when}"), std::slice::from_ref(&time));
    vec![("things", main_groups(scene, most)), ("at", at), ("place", place), ("when", when), time]
}

/// A paragraph of four to a dozen sentences.
pub(crate) fn paragraph(scene: &Scene, rng: &mut Rng) -> String {
    let values = values(scene, 1, rng);
    let [_, _, (_, place), (_, when), _] = &values[..] else { return String::new() };
    let (opening, is_room) = (say(rng, "opening"), scene.is_room());
    let scenery = if is_room { "with a wooden table as its center" } else { when };
    let light = match (scene.weather, scene.time) {
        _ if is_room => "light room".to_owned(),
        ("clear", time) => format!("light {time}"),
        (weather, _) => format!("light {weather}"),
    };
    let mut sentences = vec![format!("{opening} {place} {scenery}."), say(rng, &light)];
    for (kind, count) in scene.groups() {
        if count > 1 {
            sentences.push(several(scene, kind, count, rng));
        }
    }
    let singles = scene.singles();
    sentences.extend(singles.iter().map(|thing| single(scene, thing, rng)));
    if let [first, second, ..] = singles[..] {
        let (a, b) = (named(scene, first), named(scene, second));
        let is_left = first.area.middle() < second.area.middle();
        let (left, right) = if is_left { (a, b) } else { (b, a) };
        sentences.push(format!("The {left} is to the left of the {right}."));
    }
    let inventory: Vec<String> = scene.groups().iter().map(|&(kind, count)| counted(kind, count)).collect();
    let values = [("inventory", list(&inventory)), ("count", number(scene.things.len()))];
    sentences.push(say_with(rng, "closing", &values));
    sentences.join(" ")
}

fn several(scene: &Scene, kind: &'static Kind, count: usize, rng: &mut Rng) -> String {
    let said = say_with(rng, "several", &[("counted", counted(kind, count))]);
    match &hues_of(scene, kind)[..] {
        _ if !has_color(scene, kind) => format!("{said}."),
        hues => format!("{said}, in {}.", list(&hues.iter().map(|hue| hue.name).collect::<Vec<_>>())),
    }
}

fn single(scene: &Scene, thing: &Thing, rng: &mut Rng) -> String {
    let values = [
        ("thing", with_article(&named(scene, thing))),
        ("side", side(thing).to_owned()),
        ("depth", depth(thing).to_owned()),
    ];
    say_with(rng, "single", &values)
}

/// A question that asks for thinking, and an answer that only leans on what can be seen.
pub(crate) fn reasoning(scene: &Scene, rng: &mut Rng) -> (String, String) {
    let most = rng.between(2, 4);
    let mut values = values(scene, most, rng);
    let about = if scene.is_room() { "room" } else { rng.one(&["advice", "hour"]) };
    if !scene.is_room() {
        values.push(("advice", say(rng, &format!("advice {}", scene.weather))));
        values.push(("clue", say(rng, &format!("clue {}", scene.time))));
    }
    (say(rng, &format!("ask {about}")), say_with(rng, &format!("answer {about}"), &values))
}

/// Things that can be told apart, each with its box.
pub(crate) fn regions(scene: &Scene) -> Vec<(String, String)> {
    let mut regions = Vec::new();
    for thing in &scene.things {
        let name = named(scene, thing);
        if scene.things.iter().filter(|other| named(scene, other) == name).count() == 1 {
            let area = thing.area;
            let edges = format!("[{:.2}, {:.2}, {:.2}, {:.2}]", area.left, area.top, area.right, area.bottom);
            regions.push((format!("{} {}", with_article(&name), side(thing)), edges));
        }
    }
    regions
}

/// Everything one can ask about a scene.
pub(crate) fn questions(scene: &Scene, rng: &mut Rng) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut ask =
        |rule: &str, values: &Values| Question::read(&say_with(rng, &format!("{rule} question"), values));
    for (kind, count) in scene.groups() {
        let are = is_or_are(count, kind.name, kind.plural);
        let values = [("plural", kind.plural.to_owned()), ("count", count.to_string()), ("are", are)];
        questions.push(ask("count", &values).among(1..=count + 3));
    }
    for thing in scene.singles() {
        let kind = thing.kind;
        let name = ("name", kind.name.to_owned());
        let color = [name.clone(), ("color", thing.hue.name.to_owned())];
        let text = [("text", thing.text.unwrap_or_default().to_owned())];
        let spot = [name, ("side", side(thing).to_owned()), ("depth", depth(thing).to_owned())];
        if thing.text.is_some() {
            questions.push(ask(kind.name, &text).among(&kind.lettering));
        }
        if has_color(scene, kind) && kind.name != "shop" {
            let rule = if kind.group == "people" { "clothes" } else { "color" };
            questions.push(ask(rule, &color).among(HUES.iter().map(|hue| hue.name)));
        }
        questions.push(ask("side", &spot).among(SIDES));
    }
    let people = scene.things.iter().filter(|thing| thing.kind.group == "people").count();
    let values = [("count", people.to_string()), ("are", is_or_are(people, "person", "people"))];
    questions.push(ask("people", &values).among(0..people + 4));
    if let [first, .., last] = scene.singles()[..] {
        let distance = first.area.middle() - last.area.middle();
        let answer = if distance < 0.0 { "left" } else { "right" };
        let (thing, other) = (named(scene, first), named(scene, last));
        let values = [("thing", thing), ("other", other), ("answer", answer.to_owned())];
        if distance.abs() > 0.12 {
            questions.push(ask("order", &values).among(["left", "right"]));
        }
    }
    let kind = &kinds()[usize::try_from(scene.look).unwrap_or(0) % kinds().len()];
    let count = scene.count(kind);
    let rule = if count == 0 { "absence" } else { "presence" };
    let values = [("name", kind.name.to_owned()), ("counted", counted(kind, count))];
    questions.push(ask(rule, &values).among(["Yes", "No"]));
    questions.push(ask("place", &[("place", scene.place.to_owned())]).among(PLACES));
    if !scene.is_room() {
        questions.push(ask("time", &[("time", scene.time.to_owned())]).among(TIMES));
        questions.push(ask("weather", &[("weather", scene.weather.to_owned())]).among(WEATHERS));
    }
    questions
}

/// `is one boat`, `are three boats`.
fn is_or_are(count: usize, name: &str, plural: &str) -> String {
    if count == 1 { format!("is one {name}") } else { format!("are {} {plural}", number(count)) }
}

/// Whether the colour of a thing of this kind is worth a word; trees and sheep have no other, and at night all cats
/// are gray.
pub(super) fn has_color(scene: &Scene, kind: &Kind) -> bool {
    !scene.is_dark() && kind.hues.len() > 1
}

/// `red car`, `woman dressed in blue`, `shop with the sign "BAKERY"`.
fn named(scene: &Scene, thing: &Thing) -> String {
    let (name, color) = (thing.kind.name, thing.hue.name);
    match (name, thing.text) {
        ("shop", Some(text)) => format!("shop with the sign \"{text}\""),
        _ if !has_color(scene, thing.kind) => name.to_owned(),
        _ if thing.kind.group == "people" => format!("{name} dressed in {color}"),
        _ => format!("{color} {name}"),
    }
}

/// `two boats, one red and one blue`; `a red car`; `two sheep`.
fn group(scene: &Scene, kind: &'static Kind, count: usize) -> String {
    let is_plain = !has_color(scene, kind) || kind.name == "shop" || kind.group == "people";
    match (&hues_of(scene, kind)[..], scene.things.iter().find(|thing| thing.kind == kind)) {
        (_, Some(thing)) if count == 1 => with_article(&named(scene, thing)),
        ([hue], _) if !is_plain => format!("{} {} {}", number(count), hue.name, kind.plural),
        ([a, b], _) if !is_plain && count == 2 => {
            format!("two {}, one {} and one {}", kind.plural, a.name, b.name)
        }
        _ => counted(kind, count),
    }
}

/// `a boat`, `three boats`.
fn counted(kind: &Kind, count: usize) -> String {
    if count == 1 { with_article(kind.name) } else { format!("{} {}", number(count), kind.plural) }
}

/// The colours that things of a kind have, without repetition.
fn hues_of(scene: &Scene, kind: &Kind) -> Vec<&'static Hue> {
    let mut hues = Vec::new();
    for thing in scene.things.iter().filter(|thing| thing.kind == kind) {
        if !hues.contains(&thing.hue) {
            hues.push(thing.hue);
        }
    }
    hues
}

/// The most striking groups as a list, at most `most` of them.
fn main_groups(scene: &Scene, most: usize) -> String {
    let mut groups = scene.groups();
    groups.truncate(most);
    let items: Vec<String> = groups.iter().map(|&(kind, count)| group(scene, kind, count)).collect();
    // A comma within an item would break the list.
    if items.iter().any(|item| item.contains(',')) {
        return list(&groups.iter().map(|&(kind, count)| counted(kind, count)).collect::<Vec<_>>());
    }
    list(&items)
}

const SIDES: [&str; 3] = ["on the left", "in the middle", "on the right"];

/// Which third of the picture a thing is in.
pub(super) fn side_number(thing: &Thing) -> usize {
    match thing.area.middle() {
        x if x < 0.36 => 0,
        x if x > 0.64 => 2,
        _ => 1,
    }
}

fn side(thing: &Thing) -> &'static str {
    SIDES[side_number(thing)]
}

fn depth(thing: &Thing) -> &'static str {
    match thing.kind.zone {
        "sky" => "in the sky",
        "water" => "on the water",
        "road" => "on the road",
        "table" => "on the table",
        _ if thing.area.bottom > 0.86 => "in the foreground",
        _ => "in the background",
    }
}
