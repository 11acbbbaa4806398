//! Questions about scenes.

use super::Question;
use super::english::{capital, counted, name_of, number, with_article};
use super::scene_phrases::{depth, has_color, named, place_name, season_name, side, time_name, weather_name};
use crate::rng::Rng;
use crate::scene::{Group, Hue, Kind, Place, Scene, Season, Thing, Time, Weather};

/// Everything one can ask about a scene.
pub(super) fn questions(scene: &Scene, rng: &mut Rng) -> Vec<Question> {
    let mut questions = Vec::new();
    for (kind, count) in scene.groups() {
        questions.push(how_many(kind, count, rng));
    }
    for thing in scene.singles() {
        questions.extend(color_of(scene, thing, rng));
        questions.extend(lettering(thing, rng));
        questions.push(where_is(scene, thing));
    }
    questions.extend(people(scene, rng));
    questions.extend(left_or_right(scene));
    questions.push(is_there(scene, rng));
    questions.push(place(scene, rng));
    if scene.place != Place::Room {
        questions.push(time(scene));
        questions.push(weather(scene));
    }
    questions
}

/// How many things of a kind there are.
pub(super) fn how_many(kind: Kind, count: usize, rng: &mut Rng) -> Question {
    let ask = format!(
        "How many {} are {}?",
        kind.plural(),
        rng.pick(&["there", "in the picture", "visible", "shown in the image"])
    );
    let verb = if count == 1 { "is" } else { "are" };
    let wrong = (1..=count + 3).filter(|&other| other != count).map(|other| other.to_string()).collect();
    let long = format!("There {verb} {} {} in the image.", number(count), name_of(kind, count));
    Question::new(ask, count.to_string(), long, wrong)
}

fn color_of(scene: &Scene, thing: &Thing, rng: &mut Rng) -> Option<Question> {
    if !has_color(scene, thing.kind) || thing.kind == Kind::Shop {
        return None;
    }
    let (name, color) = (thing.kind.name(), thing.hue.name());
    let is_person = thing.kind.group() == Group::People;
    let ask = if is_person {
        format!("What color does the {name} wear?")
    } else {
        format!("What color is the {name}?")
    };
    let long =
        if is_person { format!("The {name} wears {color}.") } else { format!("The {name} is {color}.") };
    let mut wrong: Vec<String> =
        Hue::ALL.iter().filter(|hue| **hue != thing.hue).map(|hue| hue.name().to_owned()).collect();
    rng.shuffle(&mut wrong);
    Some(Question::new(ask, color, long, wrong))
}

fn lettering(thing: &Thing, rng: &mut Rng) -> Option<Question> {
    let text = thing.text?;
    let (ask, long, others): (_, _, &[&str]) = match thing.kind {
        Kind::Shop => (
            "What is written on the sign of the shop?".to_owned(),
            format!("The sign of the shop says \"{text}\"."),
            &["BAKERY", "CAFE", "BOOKS", "FLOWERS", "PIZZA", "MUSIC"],
        ),
        Kind::Bus => (
            "What is the number of the bus?".to_owned(),
            format!("The bus has the number {text} on its front."),
            &["7", "12", "24", "38", "42", "56"],
        ),
        _ => (
            "What time does the clock show?".to_owned(),
            format!("The clock shows {text} o'clock."),
            &["1", "3", "4", "6", "8", "11"],
        ),
    };
    let mut wrong: Vec<String> =
        others.iter().filter(|other| **other != text).map(|other| (*other).to_owned()).collect();
    rng.shuffle(&mut wrong);
    let short = if thing.kind == Kind::Clock { format!("{text}:00") } else { text.to_owned() };
    if thing.kind == Kind::Clock {
        for other in &mut wrong {
            other.push_str(":00");
        }
    }
    Some(Question::new(ask, short, long, wrong))
}

fn where_is(scene: &Scene, thing: &Thing) -> Question {
    let name = thing.kind.name();
    if scene.place == Place::Room {
        let spots = ["on the table", "under the table", "on the wall"];
        let spot = depth(scene, thing);
        let wrong = spots.iter().filter(|other| **other != spot).map(|other| (*other).to_owned()).collect();
        return Question::new(
            format!("Where is the {name}?"),
            capital(spot),
            format!("The {name} is {spot}."),
            wrong,
        );
    }
    let sides = ["on the left", "in the middle", "on the right"];
    let side = side(thing);
    let wrong = sides.iter().filter(|other| **other != side).map(|other| (*other).to_owned()).collect();
    let ask = format!("In which part of the picture is the {name}?");
    Question::new(ask, side, format!("The {name} is {side}, {}.", depth(scene, thing)), wrong)
}

fn people(scene: &Scene, rng: &mut Rng) -> Option<Question> {
    let count = scene.things.iter().filter(|thing| thing.kind.group() == Group::People).count();
    if count == 0 && rng.chance(60) {
        return None;
    }
    let long = match count {
        0 => "There are no people in the image.".to_owned(),
        1 => "There is one person in the image.".to_owned(),
        _ => format!("There are {} people in the image.", number(count)),
    };
    let wrong = (0..count + 4).filter(|&other| other != count).map(|other| other.to_string()).collect();
    Some(Question::new("How many people are in the picture?", count.to_string(), long, wrong))
}

fn left_or_right(scene: &Scene) -> Option<Question> {
    let singles = scene.singles();
    let (first, second) = (singles.first()?, singles.last()?);
    if (first.area.middle() - second.area.middle()).abs() < 0.12 {
        return None;
    }
    let (answer, other) =
        if first.area.middle() < second.area.middle() { ("left", "right") } else { ("right", "left") };
    let (a, b) = (named(scene, first), named(scene, second));
    Some(Question::new(
        format!("Is the {a} to the left or to the right of the {b}?"),
        answer,
        format!("The {a} is to the {answer} of the {b}."),
        vec![other.to_owned()],
    ))
}

fn is_there(scene: &Scene, rng: &mut Rng) -> Question {
    let kind = rng.one(Kind::ALL);
    let count = scene.count(kind);
    let (short, other) = if count > 0 { ("Yes", "No") } else { ("No", "Yes") };
    let long = if count > 0 {
        format!("Yes, the picture shows {}.", counted(kind, count))
    } else {
        format!("No, there is no {} in the picture.", kind.name())
    };
    Question::new(
        format!("Is there {} in the picture?", with_article(kind.name())),
        short,
        long,
        vec![other.to_owned()],
    )
}

fn place(scene: &Scene, rng: &mut Rng) -> Question {
    let name = place_name(scene.place);
    let mut wrong: Vec<String> = ["meadow", "street", "lake", "beach", "park", "mountains", "farm", "room"]
        .iter()
        .filter(|other| **other != name)
        .map(|other| (*other).to_owned())
        .collect();
    rng.shuffle(&mut wrong);
    let long = match scene.place {
        Place::Mountains => "The picture shows a valley in the mountains.".to_owned(),
        _ => format!("The picture shows {}.", with_article(name)),
    };
    Question::new("What kind of place is shown?", name, long, wrong)
}

fn time(scene: &Scene) -> Question {
    let name = time_name(scene.mood.time);
    let wrong = [Time::Morning, Time::Day, Time::Sunset, Time::Night]
        .iter()
        .filter(|other| **other != scene.mood.time)
        .map(|other| time_name(*other).to_owned())
        .collect();
    Question::new("What time of day is it?", name, format!("It is {name}, judging by the light."), wrong)
}

fn weather(scene: &Scene) -> Question {
    let name = weather_name(scene.mood.weather);
    let wrong = [Weather::Clear, Weather::Cloudy, Weather::Rain, Weather::Snow]
        .iter()
        .filter(|other| **other != scene.mood.weather)
        .map(|other| weather_name(*other).to_owned())
        .collect();
    let season = if scene.mood.weather == Weather::Snow { season_name(Season::Winter) } else { "" };
    let long = if season.is_empty() {
        format!("The weather is {name}.")
    } else {
        format!("The weather is {name}; it must be {season}.")
    };
    Question::new("What is the weather like?", name, long, wrong)
}
