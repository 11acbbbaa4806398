//! Records in the schemas of the datasets: ids, conversations about pictures, and the instruction mixture with its many
//! sorts of questions over many sources, and text without pictures.
//!
//! Ids are as the datasets have them: strings, numbers, with slashes, or none at all.

use super::DemoOptions;
use super::datasets::{Dataset, Style};
use super::picture::Picture;
use super::rng::Rng;
use super::sources::{Shown, Source};
use super::words::prose;
use crate::texts::{Question, chat, hard};
use crate::words::{capital, say};
use serde_json::{Map, Value, json};

/// A record and the pictures it refers to.
pub(super) struct Record {
    pub(super) value: Value,
    pub(super) pictures: Vec<Shown>,
}

impl DemoOptions {
    /// The record at a place of a dataset; the same one whenever asked.
    pub(super) fn record(&self, dataset: &Dataset, number: u64) -> Record {
        let mut rng = Rng::new(self.seed, dataset.path, number);
        match dataset.style {
            Style::Mixture => mixture_record(self, dataset, number, &mut rng),
            Style::SeveralPictures => self.comparison(dataset, number, &mut rng),
            _ => self.plain(dataset, number, &mut rng),
        }
    }

    /// A record about one picture.
    fn plain(&self, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
        let shown = self.choose(dataset, number, rng);
        let picture = shown.picture(self.seed);
        let turns = self.turns(dataset, shown.source, &picture, number, rng);
        let mut fields = Map::new();
        if let Some(id) = id(dataset.style, shown, number) {
            fields.insert("id".into(), id);
        }
        fields.insert("image".into(), json!(dataset.image_ref(shown)));
        if dataset.style == Style::Task {
            fields.insert("task_name".into(), json!(task_name(shown)));
        }
        fields.insert("conversations".into(), turns.into_value());
        if matches!(dataset.style, Style::WebCaption | Style::WebInstruct) {
            fields.insert(
                "original_caption".into(),
                json!(picture.caption(&mut Rng::new(self.seed, "web", shown.number))),
            );
            fields.insert("url".into(), json!(format!("https://pictures.example/{}.jpg", shown.number)));
        }
        Record { value: Value::Object(fields), pictures: vec![shown] }
    }

    fn turns(
        &self,
        dataset: &Dataset,
        source: Source,
        picture: &Picture,
        number: u64,
        rng: &mut Rng,
    ) -> Turns {
        match dataset.style {
            Style::Merged if source == Source::Laion => detailed(&self.paragraph(picture, rng), rng),
            Style::ShortCaption | Style::Merged => short_caption(&self.caption(picture, rng), rng),
            Style::DetailedCaption | Style::WebCaption | Style::TaskCaption => {
                detailed(&self.paragraph(picture, rng), rng)
            }
            Style::Task => task(picture, rng),
            Style::JapaneseCaption => japanese_caption(picture, rng),
            Style::WebInstruct => instruct(picture, rng),
            Style::Japanese => japanese(picture, rng),
            Style::JapaneseShort => japanese_short(picture, rng),
            Style::Transcript => transcript(picture, number),
            Style::Bilingual => bilingual(picture, number, rng),
            Style::Weather => weather(picture),
            _ => short_answers(picture, rng),
        }
    }

    /// A record about two to four pictures.
    fn comparison(&self, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
        let pictures: Vec<Shown> =
            (0..rng.between(2, 4)).map(|_| self.choose(dataset, number, rng)).collect();
        let captions: Vec<String> =
            pictures.iter().map(|shown| shown.picture(self.seed).caption(rng)).collect();
        let ask = format!("{}What does each of these pictures show?", "<image>".repeat(pictures.len()));
        let answers: Vec<String> = (1..)
            .zip(&captions)
            .map(|(number, caption)| format!("Image {number}: {}", caption.trim_end_matches('.')))
            .collect();
        let paths: Vec<String> = pictures.iter().map(|shown| dataset.image_ref(*shown)).collect();
        let value = json!({
            "id": format!("compare-{number:05}"),
            "images": paths,
            "conversation": [
                {"role": "user", "content": ask},
                {"role": "assistant", "content": answers.join("\n")},
            ],
            "source": "blendscope-demo",
        });
        Record { value, pictures }
    }

    /// The picture of a record: with one source in turn, with several by chance, or by turns where they are merged.
    fn choose(&self, dataset: &Dataset, number: u64, rng: &mut Rng) -> Shown {
        if dataset.style == Style::Merged {
            let sources = dataset.sources.len() as u64;
            let (source, _) = dataset.sources[(number % sources) as usize];
            return Shown { source, number: number / sources % source.pictures(self.samples) };
        }
        let mut point = rng.below(100);
        for &(source, percent) in dataset.sources {
            let pictures = source.pictures(self.samples);
            if percent == 100 {
                return Shown { source, number: number % pictures };
            }
            if point < percent {
                return Shown { source, number: rng.below(pictures as usize) as u64 };
            }
            point -= percent;
        }
        Shown { source: dataset.sources[0].0, number: 0 }
    }

    fn caption(&self, picture: &Picture, rng: &mut Rng) -> String {
        if self.images || rng.chance(25) {
            return picture.caption(rng);
        }
        let words = rng.between(5, 24);
        prose(rng, words)
    }

    fn paragraph(&self, picture: &Picture, rng: &mut Rng) -> String {
        if self.images || rng.chance(25) {
            return picture.paragraph(rng);
        }
        let words = rng.between(40, 300);
        prose(rng, words)
    }
}

/// The id of a record; `None` where a dataset has none.
pub(crate) fn id(style: Style, shown: Shown, number: u64) -> Option<Value> {
    let path = shown.path();
    let stem = stem(&path);
    Some(match style {
        Style::WebCaption => web_caption(stem),
        Style::Merged if shown.source == Source::Laion => web_caption(stem),
        Style::TaskCaption => json!(format!("allava_vflan_cap_{number}")),
        Style::WebInstruct => json!(format!("allava_laion_inst_{stem}")),
        Style::Transcript => json!(path.trim_end_matches(".jpg")),
        Style::Weather if number.is_multiple_of(2) => return None,
        Style::Weather | Style::Bilingual => json!(number),
        _ => of_picture(shown),
    })
}

fn web_caption(stem: &str) -> Value {
    json!(format!("allava_laion_cap_{stem}"))
}

/// The task of Vision-FLAN that a picture belongs to, as its name says.
fn task_name(shown: Shown) -> String {
    let path = shown.path();
    stem(&path).rsplitn(3, '_').last().unwrap_or_default().to_owned()
}

/// The id that goes with a picture, the same for all records about it.
pub(crate) fn of_picture(shown: Shown) -> Value {
    let path = shown.path();
    let stem = stem(&path);
    match shown.source {
        Source::Gqa => stem.parse::<u64>().map_or_else(|_| json!(stem), |id| json!(id)),
        Source::Vg => json!(path.trim_start_matches("vg/").trim_end_matches(".jpg")),
        _ => json!(stem),
    }
}

/// An id as text, as the trainer looks it up.
pub(crate) fn as_text(id: Value) -> String {
    match id {
        Value::String(text) => text,
        number => number.to_string(),
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// Samples without a picture, in percent; LLaVA 1.5 has 6.1.
const TEXT_ONLY: usize = 6;
/// The first of the hard samples, and the distance between them.
const SPECIAL: (u64, u64) = (11, 4);

/// The record at a place of the mixture.
fn mixture_record(options: &DemoOptions, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
    let after = number.checked_sub(SPECIAL.0).filter(|after| after.is_multiple_of(SPECIAL.1));
    if let Some((ask, answer)) = after.and_then(|after| hard(after / SPECIAL.1, rng)) {
        return text_only(Turns::one(ask, answer), rng);
    }
    if rng.chance(TEXT_ONLY) {
        return text_only(Turns(chat(rng)), rng);
    }
    let shown = options.choose(dataset, number, rng);
    let turns = about(options, shown, rng);
    let mut fields = Map::new();
    fields.insert("id".into(), of_picture(shown));
    fields.insert("image".into(), json!(dataset.image_ref(shown)));
    fields.insert("conversations".into(), turns.into_value());
    Record { value: Value::Object(fields), pictures: vec![shown] }
}

fn text_only(turns: Turns, rng: &mut Rng) -> Record {
    let value = json!({"id": chat_id(rng), "model": "", "conversations": turns.into_value()});
    Record { value, pictures: Vec::new() }
}

/// An id as `ShareGPT`'s conversations have it.
pub(crate) fn chat_id(rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let id: String = (0..7).map(|_| char::from(rng.one(LETTERS))).collect();
    format!("{id}_0")
}

/// What the mixture says about a picture.
pub(crate) fn about(options: &DemoOptions, shown: Shown, rng: &mut Rng) -> Turns {
    let picture = &shown.picture(options.seed);
    match (shown.source, rng.below(100)) {
        (Source::TextVqa, _) => Turns::one(
            "<image>\nProvide a one-sentence caption for the provided image.",
            options.caption(picture, rng),
        ),
        (Source::Coco, 0..24) => conversation(picture, rng),
        (Source::Coco, 24..34) => detailed(&options.paragraph(picture, rng), rng),
        (Source::Coco, 34..48) => {
            let (ask, answer) = picture.reasoning(rng);
            Turns::one(format!("<image>\n{ask}"), answer)
        }
        (Source::Coco, 48..64) => choice(picture, rng).unwrap_or_else(|| short_answers(picture, rng)),
        (Source::Coco, 64..76) | (Source::Vg, 0..85) => {
            regions(picture, rng).unwrap_or_else(|| short_answers(picture, rng))
        }
        _ => short_answers(picture, rng),
    }
}

/// Asks for an answer in a word.
const SHORT: &str = "Answer the question using a single word or phrase.";
/// Asks for the letter of an option.
const LETTER: &str = "Answer with the option's letter from the given choices directly.";
const JAPANESE_SHORT: &str = "語句または短い文で答えてください。";

/// Questions and answers in turn.
#[derive(Default)]
pub(crate) struct Turns(pub(crate) Vec<(String, String)>);

impl Turns {
    /// A conversation of one question.
    fn one(ask: impl Into<String>, answer: impl Into<String>) -> Self {
        Self(vec![(ask.into(), answer.into())])
    }

    /// Adds a question.
    fn push(&mut self, ask: impl Into<String>, answer: impl Into<String>) {
        self.0.push((ask.into(), answer.into()));
    }

    /// The same conversation with the picture in front of its first question.
    fn with_image_first(mut self) -> Self {
        if let Some(first) = self.0.first_mut() {
            first.0 = format!("<image>\n{}", first.0);
        }
        self
    }

    /// The turns one by one: role and text.
    pub(crate) fn messages(self) -> impl Iterator<Item = (&'static str, String)> {
        self.0.into_iter().flat_map(|(ask, answer)| [("human", ask), ("gpt", answer)])
    }

    /// The value of `conversations`.
    fn into_value(self) -> Value {
        self.messages().map(|(from, value)| json!({"from": from, "value": value})).collect()
    }
}

/// A question with the picture before or after it, as records have it.
fn with_image(ask: &str, rng: &mut Rng) -> String {
    if rng.chance(50) { format!("<image>\n{ask}") } else { format!("{ask}\n<image>") }
}

/// A caption in one sentence.
fn short_caption(caption: &str, rng: &mut Rng) -> Turns {
    Turns::one(with_image(&say(rng, "brief ask"), rng), caption)
}

/// A caption of a paragraph.
fn detailed(paragraph: &str, rng: &mut Rng) -> Turns {
    Turns::one(with_image(&say(rng, "detailed ask"), rng), paragraph)
}

/// Reasoning, or a conversation.
fn instruct(picture: &Picture, rng: &mut Rng) -> Turns {
    if rng.chance(55) {
        let (ask, answer) = picture.reasoning(rng);
        return Turns::one(with_image(&ask, rng), answer);
    }
    conversation(picture, rng)
}

/// Questions answered in sentences.
fn conversation(picture: &Picture, rng: &mut Rng) -> Turns {
    let mut turns = Turns::default();
    let most = rng.between(2, 6);
    for question in picture.questions(rng).into_iter().take(most) {
        turns.push(question.ask, question.long);
    }
    if rng.chance(30) {
        turns.push("Can you describe the whole picture?", picture.caption(rng));
    }
    turns.with_image_first()
}

/// Questions answered in a word.
fn short_answers(picture: &Picture, rng: &mut Rng) -> Turns {
    let most = rng.between(1, 8);
    in_a_word(picture.questions(rng).into_iter().take(most), SHORT)
}

fn in_a_word(questions: impl Iterator<Item = Question>, request: &str) -> Turns {
    let mut turns = Turns::default();
    for (index, question) in questions.enumerate() {
        let ask = if index == 0 { format!("{}\n{request}", question.ask) } else { question.ask };
        turns.push(ask, question.short);
    }
    turns.with_image_first()
}

/// A question with options; `None` when nothing can be asked in this way.
fn choice(picture: &Picture, rng: &mut Rng) -> Option<Turns> {
    let question = picture.questions(rng).into_iter().find(|question| question.wrong.len() >= 2)?;
    let Question { ask, short, mut wrong, .. } = question;
    wrong.truncate(3);
    wrong.push(short.clone());
    rng.shuffle(&mut wrong);
    let right = wrong.iter().position(|option| *option == short)?;
    let options: Vec<String> =
        ('A'..).zip(&wrong).map(|(letter, option)| format!("{letter}. {option}")).collect();
    let answer = ('A'..).nth(right)?.to_string();
    Some(Turns::one(format!("{ask}\n{}\n{LETTER}", options.join("\n")), answer).with_image_first())
}

/// Boxes to be named and names to be boxed; `None` when nothing can be told apart.
fn regions(picture: &Picture, rng: &mut Rng) -> Option<Turns> {
    let mut regions = picture.regions();
    rng.shuffle(&mut regions);
    let mut turns = Turns::default();
    for (text, area) in regions.into_iter().take(rng.between(1, 4)) {
        if rng.chance(50) {
            let ask = "Please provide the bounding box coordinate of the region this sentence describes";
            turns.push(format!("{ask}: {text}."), area);
        } else {
            turns.push(
                format!("Please provide a short description for this region: {area}."),
                format!("{}.", capital(&text)),
            );
        }
    }
    (!turns.0.is_empty()).then(|| turns.with_image_first())
}

/// One question with its answer, as a task has it.
fn task(picture: &Picture, rng: &mut Rng) -> Turns {
    let questions = picture.questions(rng).into_iter().take(1);
    Turns(questions.map(|question| (question.ask, question.short)).collect()).with_image_first()
}

/// A Japanese caption.
fn japanese_caption(picture: &Picture, rng: &mut Rng) -> Turns {
    Turns::one(with_image(&say(rng, "japanese ask"), rng), picture.japanese_caption(rng))
}

/// Japanese: a description, then some questions.
fn japanese(picture: &Picture, rng: &mut Rng) -> Turns {
    let mut turns = Turns::default();
    if rng.chance(60) {
        turns.push(say(rng, "japanese ask"), picture.japanese_caption(rng));
    }
    let most = rng.between(1, 4);
    for question in picture.japanese_questions(rng).into_iter().take(most) {
        turns.push(question.ask, question.long);
    }
    turns.with_image_first()
}

/// Japanese questions answered in a word.
fn japanese_short(picture: &Picture, rng: &mut Rng) -> Turns {
    let most = rng.between(2, 8);
    in_a_word(picture.japanese_questions(rng).into_iter().take(most), JAPANESE_SHORT)
}

/// A Japanese page written down; the picture stands first and last in turn.
fn transcript(picture: &Picture, number: u64) -> Turns {
    let ask = say(&mut Rng::new(0, "transcript", number), "transcript ask");
    let text = picture.japanese_caption(&mut Rng::new(0, "page", number));
    let answer = format!("この写真に写っている文字を以下に示します。\n```\n{text}\n```\n");
    let ask = if number.is_multiple_of(2) { format!("<image>\n{ask}") } else { format!("{ask}\n<image>") };
    Turns::one(ask, answer)
}

/// A caption in English or Japanese by turns.
fn bilingual(picture: &Picture, number: u64, rng: &mut Rng) -> Turns {
    if number.is_multiple_of(2) {
        return Turns::one(with_image("Caption this picture.", rng), picture.caption(rng));
    }
    Turns::one(with_image("この写真に説明文をつけてください。", rng), picture.japanese_caption(rng))
}

/// Time of day and weather.
fn weather(picture: &Picture) -> Turns {
    let mut rng = Rng::new(0, "weather", 0);
    let mut turns = Turns::default();
    for question in picture.questions(&mut rng) {
        if question.ask.contains("weather") || question.ask.contains("time of day") {
            turns.push(question.ask, question.long);
        }
    }
    turns.with_image_first()
}
