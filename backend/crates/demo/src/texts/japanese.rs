//! Captions and questions of scenes, in Japanese. What is said stands in `data/words.txt`, under names with `ja`.

use super::Question;
use super::english::{has_color, side_number};
use crate::rng::Rng;
use crate::scene::{Kind, Scene, Thing};
use crate::words::{Values, all, say, say_with};

/// One to several sentences.
pub(crate) fn caption(scene: &Scene, rng: &mut Rng) -> String {
    let most = rng.between(2, 4);
    let things: Vec<String> =
        scene.groups().iter().take(most).map(|&(kind, count)| group(scene, kind, count)).collect();
    let when = if scene.is_room() { String::new() } else { say(rng, &format!("ja {}", scene.time)) + "の" };
    let values = [("things", things.join("、")), ("place", place(scene, rng)), ("when", when)];
    let mut text = say_with(rng, "ja caption", &values);
    if rng.chance(55) {
        for thing in scene.singles().iter().take(3) {
            text +=
                &[&named(scene, thing), "は", side(thing), "に", verb_of_being(thing.kind), "。"].concat();
        }
    }
    if rng.chance(50) && !scene.is_room() {
        text += &say(rng, &format!("ja weather {}", scene.weather));
    }
    text
}

fn place(scene: &Scene, rng: &mut Rng) -> String {
    say(rng, &format!("ja {}", scene.place))
}

/// The verb of being: `あります` for things, `います` for those alive.
fn verb_of_being(kind: &Kind) -> &'static str {
    if ["people", "animals"].contains(&kind.group) { "います" } else { "あります" }
}

/// A thing with its colour: `赤い車`, `青い服の男性`.
fn named(scene: &Scene, thing: &Thing) -> String {
    let (name, color) = (thing.kind.japanese, thing.hue.japanese);
    match thing.kind.group {
        _ if !has_color(scene, thing.kind) || thing.kind.name == "shop" => name.to_owned(),
        "people" => format!("{color}服の{name}"),
        _ => format!("{color}{name}"),
    }
}

/// Several things with their counter, or the only one with its colour: `3台の車`, `赤い車`.
fn group(scene: &Scene, kind: &Kind, count: usize) -> String {
    match scene.things.iter().find(|thing| thing.kind == kind) {
        Some(thing) if count == 1 => named(scene, thing),
        _ => format!("{count}{}の{}", kind.counter, kind.japanese),
    }
}

fn side(thing: &Thing) -> &'static str {
    ["左側", "中央", "右側"][side_number(thing)]
}

/// Everything one can ask about a scene.
pub(crate) fn questions(scene: &Scene) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut ask = |rule: &str, values: &Values| {
        let lines = all(&format!("ja {rule} question"), values);
        questions.extend(lines.iter().map(|line| Question::read(line)));
    };
    for (kind, count) in scene.groups() {
        let [name, counter, exist] =
            [kind.japanese, kind.counter, verb_of_being(kind)].map(ToOwned::to_owned);
        ask("count", &[("name", name), ("counter", counter), ("exist", exist), ("count", count.to_string())]);
    }
    for thing in scene.singles() {
        let kind = thing.kind;
        let [name, exist, side, color] =
            [kind.japanese, verb_of_being(kind), side(thing), thing.hue.japanese_noun].map(ToOwned::to_owned);
        if has_color(scene, kind) && kind.name != "shop" {
            let rule = if kind.group == "people" { "clothes" } else { "color" };
            ask(rule, &[("name", name.clone()), ("color", color)]);
        }
        ask("side", &[("name", name), ("exist", exist), ("side", side)]);
    }
    if !scene.is_room() {
        let [place, time, weather] =
            [scene.place, scene.time, scene.weather].map(|name| all(&format!("ja {name}"), &[]).concat());
        ask("scene", &[("place", place), ("time", time), ("weather", weather)]);
    }
    questions
}
