//! Conversations about one picture.

use crate::picture::{Picture, Question};
use crate::rng::Rng;
use crate::words::{capital, say};
use serde_json::{Value, json};

/// Asks for an answer in a word.
pub(super) const SHORT: &str = "Answer the question using a single word or phrase.";
/// Asks for the letter of an option.
const LETTER: &str = "Answer with the option's letter from the given choices directly.";
const JAPANESE_SHORT: &str = "語句または短い文で答えてください。";

/// Questions and answers in turn.
#[derive(Default)]
pub(crate) struct Turns(pub(crate) Vec<(String, String)>);

impl Turns {
    /// A conversation of one question.
    pub(super) fn one(ask: impl Into<String>, answer: impl Into<String>) -> Self {
        Self(vec![(ask.into(), answer.into())])
    }

    /// Adds a question.
    pub(super) fn push(&mut self, ask: impl Into<String>, answer: impl Into<String>) {
        self.0.push((ask.into(), answer.into()));
    }

    /// The same conversation with the picture in front of its first question.
    pub(super) fn with_image_first(mut self) -> Self {
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
    pub(super) fn into_value(self) -> Value {
        self.messages().map(|(from, value)| json!({"from": from, "value": value})).collect()
    }
}

/// A question with the picture before or after it, as records have it.
pub(super) fn with_image(ask: &str, rng: &mut Rng) -> String {
    if rng.chance(50) { format!("<image>\n{ask}") } else { format!("{ask}\n<image>") }
}

/// A caption in one sentence.
pub(super) fn short_caption(caption: &str, rng: &mut Rng) -> Turns {
    Turns::one(with_image(&say(rng, "brief ask"), rng), caption)
}

/// A caption of a paragraph.
pub(super) fn detailed(paragraph: &str, rng: &mut Rng) -> Turns {
    Turns::one(with_image(&say(rng, "detailed ask"), rng), paragraph)
}

/// Reasoning, or a conversation.
pub(super) fn instruct(picture: &Picture, rng: &mut Rng) -> Turns {
    if rng.chance(55) {
        let (ask, answer) = picture.reasoning(rng);
        return Turns::one(with_image(&ask, rng), answer);
    }
    conversation(picture, rng)
}

/// Questions answered in sentences.
pub(super) fn conversation(picture: &Picture, rng: &mut Rng) -> Turns {
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
pub(super) fn short_answers(picture: &Picture, rng: &mut Rng) -> Turns {
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
pub(super) fn choice(picture: &Picture, rng: &mut Rng) -> Option<Turns> {
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
pub(super) fn regions(picture: &Picture, rng: &mut Rng) -> Option<Turns> {
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
pub(super) fn task(picture: &Picture, rng: &mut Rng) -> Turns {
    let questions = picture.questions(rng).into_iter().take(1);
    Turns(questions.map(|question| (question.ask, question.short)).collect()).with_image_first()
}

/// A Japanese caption.
pub(super) fn japanese_caption(picture: &Picture, rng: &mut Rng) -> Turns {
    Turns::one(with_image(&say(rng, "japanese ask"), rng), picture.japanese_caption(rng))
}

/// Japanese: a description, then some questions.
pub(super) fn japanese(picture: &Picture, rng: &mut Rng) -> Turns {
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
pub(super) fn japanese_short(picture: &Picture, rng: &mut Rng) -> Turns {
    let most = rng.between(2, 8);
    in_a_word(picture.japanese_questions(rng).into_iter().take(most), JAPANESE_SHORT)
}

/// A Japanese page written down; the picture stands first and last in turn.
pub(super) fn transcript(picture: &Picture, number: u64) -> Turns {
    let ask = say(&mut Rng::new(0, "transcript", number), "transcript ask");
    let text = picture.japanese_caption(&mut Rng::new(0, "page", number));
    let answer = format!("この写真に写っている文字を以下に示します。\n```\n{text}\n```\n");
    let ask = if number.is_multiple_of(2) { format!("<image>\n{ask}") } else { format!("{ask}\n<image>") };
    Turns::one(ask, answer)
}

/// A caption in English or Japanese by turns.
pub(super) fn bilingual(picture: &Picture, number: u64, rng: &mut Rng) -> Turns {
    if number.is_multiple_of(2) {
        return Turns::one(with_image("Caption this picture.", rng), picture.caption(rng));
    }
    Turns::one(with_image("この写真に説明文をつけてください。", rng), picture.japanese_caption(rng))
}

/// Time of day and weather.
pub(super) fn weather(picture: &Picture) -> Turns {
    let mut rng = Rng::new(0, "weather", 0);
    let mut turns = Turns::default();
    for question in picture.questions(&mut rng) {
        if question.ask.contains("weather") || question.ask.contains("time of day") {
            turns.push(question.ask, question.long);
        }
    }
    turns.with_image_first()
}
