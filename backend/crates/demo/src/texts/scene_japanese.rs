//! Japanese captions and questions about scenes.

use super::Question;
use super::scene_phrases::has_color;
use crate::rng::Rng;
use crate::scene::{Group, Kind, Place, Scene, Thing, Time, Weather};

/// One to several sentences.
pub(super) fn caption(scene: &Scene, rng: &mut Rng) -> String {
    let things: Vec<String> = scene
        .groups()
        .iter()
        .take(rng.between(2, 4))
        .map(|&(kind, count)| group(scene, kind, count))
        .collect();
    let things = things.join("、");
    let (when, place) = (when(scene), place(scene.place));
    let verb = rng.pick(&["が見えます。", "が描かれています。", "があります。", "が写っています。"]);
    let verb = if is_alive(scene) && verb == "があります。" { "が見えます。" } else { verb };
    let mut text = match rng.below(3) {
        0 => format!("{when}{place}に、{things}{verb}"),
        1 => format!("{when}{place}の様子です。{things}{verb}"),
        _ => format!("この画像には、{when}{place}を背景に{things}{verb}"),
    };
    if rng.chance(55) {
        for thing in scene.singles().iter().take(3) {
            text += &format!("{}は{}にあります。", named(scene, thing), side(thing))
                .replace("にあります", stand(thing.kind));
        }
    }
    if rng.chance(50) && scene.place != Place::Room {
        text += weather(scene.mood.weather);
    }
    text
}

fn is_alive(scene: &Scene) -> bool {
    scene.things.iter().any(|thing| matches!(thing.kind.group(), Group::People | Group::Animals))
}

/// `にあります` for things, `にいます` for those alive.
fn stand(kind: Kind) -> &'static str {
    if matches!(kind.group(), Group::People | Group::Animals) { "にいます" } else { "にあります" }
}

fn when(scene: &Scene) -> &'static str {
    if scene.place == Place::Room {
        return "";
    }
    match scene.mood.time {
        Time::Morning => "早朝の",
        Time::Day if scene.mood.weather == Weather::Clear => "よく晴れた日の",
        Time::Day => "昼間の",
        Time::Sunset => "夕暮れの",
        Time::Night => "夜の",
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Meadow => "草原",
        Place::Street => "街の通り",
        Place::Lake => "山のふもとの湖",
        Place::Beach => "砂浜",
        Place::Park => "公園",
        Place::Mountains => "山の谷間",
        Place::Farm => "農場",
        Place::Room => "テーブルのある部屋",
    }
}

fn weather(weather: Weather) -> &'static str {
    match weather {
        Weather::Clear => "空は晴れています。",
        Weather::Cloudy => "空には雲が広がっています。",
        Weather::Rain => "雨が降っています。",
        Weather::Snow => "雪が降っています。",
    }
}

/// `赤い車`, `青い服の男性`.
fn named(scene: &Scene, thing: &Thing) -> String {
    let name = thing.kind.japanese();
    if !has_color(scene, thing.kind) || thing.kind == Kind::Shop {
        return name.to_owned();
    }
    let color = thing.hue.japanese();
    if thing.kind.group() == Group::People {
        format!("{color}服の{name}")
    } else {
        format!("{color}{name}")
    }
}

/// `3台の車`, `赤い車`.
fn group(scene: &Scene, kind: Kind, count: usize) -> String {
    match scene.things.iter().find(|thing| thing.kind == kind) {
        Some(thing) if count == 1 => named(scene, thing),
        _ => format!("{count}{}の{}", kind.counter(), kind.japanese()),
    }
}

fn side(thing: &Thing) -> &'static str {
    match super::scene_phrases::side(thing) {
        "on the left" => "左側",
        "on the right" => "右側",
        _ => "中央",
    }
}

/// Everything one can ask about a scene.
pub(super) fn questions(scene: &Scene) -> Vec<Question> {
    let mut questions = Vec::new();
    for (kind, count) in scene.groups() {
        let (name, counter) = (kind.japanese(), kind.counter());
        let exist = stand(kind).trim_start_matches('に');
        let ask = format!("{name}は何{counter}{exist}か？");
        questions.push(Question::new(
            ask,
            format!("{count}{counter}"),
            format!("{name}は{count}{counter}{exist}。"),
            vec![],
        ));
    }
    for thing in scene.singles() {
        let (name, side) = (thing.kind.japanese(), side(thing));
        if has_color(scene, thing.kind) && thing.kind != Kind::Shop {
            let subject =
                if thing.kind.group() == Group::People { format!("{name}の服") } else { name.to_owned() };
            let color = thing.hue.japanese_noun();
            questions.push(Question::new(
                format!("{subject}は何色ですか？"),
                color,
                format!("{subject}は{color}です。"),
                vec![],
            ));
        }
        let exist = stand(thing.kind);
        let ask = format!("{name}は画像のどこ{exist}か？");
        questions.push(Question::new(ask, side, format!("{name}は画像の{side}{exist}。"), vec![]));
    }
    if scene.place != Place::Room {
        let place = place(scene.place);
        questions.push(Question::new("ここはどこですか？", place, format!("{place}です。"), vec![]));
        let (short, long) = match scene.mood.time {
            Time::Morning => ("早朝", "早朝の場面です。"),
            Time::Day => ("昼間", "昼間の場面です。"),
            Time::Sunset => ("夕方", "夕方の場面です。空がオレンジ色に染まっています。"),
            Time::Night => ("夜", "夜の場面です。空が暗くなっています。"),
        };
        questions.push(Question::new("時間帯はいつですか？", short, long, vec![]));
        questions.push(Question::new(
            "天気はどうですか？",
            weather_word(scene.mood.weather),
            weather(scene.mood.weather),
            vec![],
        ));
    }
    questions
}

fn weather_word(weather: Weather) -> &'static str {
    match weather {
        Weather::Clear => "晴れ",
        Weather::Cloudy => "曇り",
        Weather::Rain => "雨",
        Weather::Snow => "雪",
    }
}
