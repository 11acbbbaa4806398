//! Captions, reasoning and boxes of scenes.

use super::english::{capital, counted, with_article};
use super::scene_phrases::{main_groups, named, place, preposition, side, time_name, when};
use crate::rng::Rng;
use crate::scene::{Group, Place, Scene, Time, Weather};

/// One sentence.
pub(super) fn caption(scene: &Scene, rng: &mut Rng) -> String {
    let (place, when) = (place(scene, rng), when(scene, rng));
    let most = rng.between(2, 3);
    let things = main_groups(scene, most);
    let preposition = preposition(place);
    if scene.place == Place::Room {
        let table = on_table(scene);
        return match rng.below(4) {
            0 => format!("a table with {table} on it"),
            1 => capital(&format!("{table} on a table in {place}.")),
            2 => format!("A table in {place} holds {table}."),
            _ => format!("still life with {table}"),
        };
    }
    match rng.below(6) {
        0 => format!("{things} {preposition} {place} {when}"),
        1 => capital(&format!("{things} can be seen {preposition} {place} {when}.")),
        2 => format!("{} {when} with {things}.", capital(place)),
        3 => format!("an illustration of {place} with {things}"),
        4 => format!("A picture of {place} {when}, showing {things}."),
        _ => format!("{place} {when}, {things}"),
    }
}

/// What stands on the table, as a list.
fn on_table(scene: &Scene) -> String {
    let mut on_table = scene.clone();
    on_table.things.retain(|thing| !thing.under && thing.area.bottom >= 0.5);
    main_groups(&on_table, 4)
}

/// A question that asks for thinking, and an answer that only leans on what can be seen.
pub(super) fn reasoning(scene: &Scene, rng: &mut Rng) -> (String, String) {
    let most = rng.between(2, 4);
    let things = main_groups(scene, most);
    if scene.place == Place::Room {
        let asks = [
            "What might somebody be about to do at this table?",
            "How might this table be used at the moment?",
        ];
        return (
            rng.pick(&asks).to_owned(),
            format!(
                "The table holds {}. Since these things stand apart from each other and nothing has been knocked over, \
                 somebody has probably laid them out with care, either to use them soon or simply to arrange them \
                 nicely. Without a person in the picture one cannot be certain, but a quiet hour at home seems more \
                 likely than a meal for many guests.",
                on_table(scene)
            ),
        );
    }
    match rng.below(3) {
        0 => weather_advice(scene, &things),
        1 => time_evidence(scene, &things),
        _ => (
            "What makes this scene feel lively or calm?".to_owned(),
            format!(
                "The picture shows {things}. {} The wide view gives each of these things some space of its own, so the \
                 eye can wander from one to the next instead of being pulled in one direction, and the even colors of \
                 {} tie them together.",
                if scene.things.iter().any(|thing| thing.kind.group() == Group::People) {
                    "People always draw the eye first, and here they give the scene a scale and a hint of a story."
                } else {
                    "As there are no people in it, the scene feels rather calm and unhurried."
                },
                place(scene, rng)
            ),
        ),
    }
}

fn weather_advice(scene: &Scene, things: &str) -> (String, String) {
    let advice = match scene.mood.weather {
        Weather::Rain => {
            "Rain is falling, so a waterproof jacket, sturdy shoes and perhaps an umbrella would be wise"
        }
        Weather::Snow => {
            "Snow is falling and covers the ground, so warm layers, gloves and boots with a firm grip are a good idea"
        }
        Weather::Cloudy => "The sky is cloudy but dry, so a light jacket should be enough for a walk",
        Weather::Clear if scene.mood.time == Time::Night => {
            "The night sky is clear, which often means a chilly night, so a warm coat would help"
        }
        Weather::Clear => {
            "The sky is clear and no rain is in sight, so light clothes and some protection from the sun would do"
        }
    };
    (
        "What should a visitor wear or bring when going to this place right now, and why?".to_owned(),
        format!(
            "{advice}. The scene, with {things}, gives no sign of a sudden change, but it never hurts to look at the sky again before setting out."
        ),
    )
}

fn time_evidence(scene: &Scene, things: &str) -> (String, String) {
    let clue = match scene.mood.time {
        Time::Morning => {
            "The light is soft and pale, with a faint warm band near the horizon, which is typical of the early morning"
        }
        Time::Day => "The sky is bright and the colors are even, which speaks for the middle of the day",
        Time::Sunset => {
            "The sky turns from violet to orange towards the horizon and warm light falls on everything, which is typical of sunset"
        }
        Time::Night => "The sky is dark blue and everything lies in dim, bluish light, so it must be night",
    };
    (
        "Which time of day is it, and what are the clues?".to_owned(),
        format!(
            "It is {}. {clue}. The {} visible here would look quite different at another hour.",
            time_name(scene.mood.time),
            things.trim_start_matches("a ").trim_start_matches("an ")
        ),
    )
}

/// Things that can be told apart, with their boxes.
pub(super) fn regions(scene: &Scene) -> Vec<(String, String)> {
    let mut regions = Vec::new();
    for thing in &scene.things {
        let name = named(scene, thing);
        if scene.things.iter().filter(|other| named(scene, other) == name).count() > 1 {
            continue;
        }
        let text = format!("{} {}", with_article(&name), side(thing));
        let area = thing.area;
        regions.push((
            text,
            format!("[{:.2}, {:.2}, {:.2}, {:.2}]", area.left, area.top, area.right, area.bottom),
        ));
    }
    regions
}

/// `two boats`, for lists of what is there.
pub(super) fn inventory(scene: &Scene) -> Vec<String> {
    scene.groups().iter().map(|&(kind, count)| counted(kind, count)).collect()
}
