//! Conversations about one picture.

use crate::picture::Picture;
use crate::rng::Rng;
use crate::texts::{self, Question};
use serde_json::{Value, json};

/// Asks for an answer in a word.
pub(super) const SHORT: &str = "Answer the question using a single word or phrase.";
/// Asks for the letter of an option.
const LETTER: &str = "Answer with the option's letter from the given choices directly.";
const JAPANESE_SHORT: &str = "語句または短い文で答えてください。";

const BRIEF_ASKS: &[&str] = &[
    "Render a clear and concise summary of the photo.",
    "Describe the image concisely.",
    "Provide a brief description of the given image.",
    "Give a short and clear explanation of the subsequent image.",
    "Write a terse but informative summary of the picture.",
    "What is in the photo?",
];
const DETAILED_ASKS: &[&str] = &[
    "What do you see happening in this image?",
    "What is this photo about?",
    "Can you describe the main features of this image for me?",
    "Please depict the image in words.",
    "Write a detailed description of the given image.",
    "Explain the visual content of the image in great detail.",
];
const JAPANESE_ASKS: &[&str] = &[
    "この画像を簡潔に説明してください。",
    "画像に何が写っていますか？",
    "この画像について詳しく教えてください。",
    "この場面を描写してください。",
];

/// Questions and answers in turn.
#[derive(Default)]
pub(crate) struct Turns(Vec<(String, String)>);

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

impl From<Vec<(String, String)>> for Turns {
    fn from(turns: Vec<(String, String)>) -> Self {
        Self(turns)
    }
}

/// A question with the picture before or after it, as records have it.
pub(super) fn with_image(ask: &str, rng: &mut Rng) -> String {
    if rng.chance(50) { format!("<image>\n{ask}") } else { format!("{ask}\n<image>") }
}

/// A caption in one sentence.
pub(super) fn short_caption(caption: &str, rng: &mut Rng) -> Turns {
    Turns::one(with_image(rng.pick(BRIEF_ASKS), rng), caption)
}

/// A caption of a paragraph.
pub(super) fn detailed(paragraph: &str, rng: &mut Rng) -> Turns {
    Turns::one(with_image(rng.pick(DETAILED_ASKS), rng), paragraph)
}

/// Reasoning, or a conversation.
pub(super) fn instruct(picture: &Picture, rng: &mut Rng) -> Turns {
    if rng.chance(55) {
        let (ask, answer) = texts::reasoning(picture, rng);
        return Turns::one(with_image(&ask, rng), answer);
    }
    conversation(picture, rng)
}

/// Questions answered in sentences.
pub(super) fn conversation(picture: &Picture, rng: &mut Rng) -> Turns {
    let mut turns = Turns::default();
    let most = rng.between(2, 6);
    for question in texts::questions(picture, rng).into_iter().take(most) {
        turns.push(question.ask, question.long);
    }
    if rng.chance(30) {
        turns.push("Can you describe the whole picture?", texts::caption(picture, rng));
    }
    turns.with_image_first()
}

/// Questions answered in a word.
pub(super) fn short_answers(picture: &Picture, rng: &mut Rng) -> Turns {
    let mut turns = Turns::default();
    let most = rng.between(1, 8);
    for (index, question) in texts::questions(picture, rng).into_iter().take(most).enumerate() {
        let ask = if index == 0 { format!("{}\n{SHORT}", question.ask) } else { question.ask };
        turns.push(ask, question.short);
    }
    turns.with_image_first()
}

/// A question with options; `None` when nothing can be asked in this way.
pub(super) fn choice(picture: &Picture, rng: &mut Rng) -> Option<Turns> {
    let question = texts::questions(picture, rng).into_iter().find(|question| question.wrong.len() >= 2)?;
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
    let mut regions = texts::regions(picture);
    rng.shuffle(&mut regions);
    let mut turns = Turns::default();
    for (text, area) in regions.into_iter().take(rng.between(1, 4)) {
        if rng.chance(50) {
            let ask = "Please provide the bounding box coordinate of the region this sentence describes";
            turns.push(format!("{ask}: {text}."), area);
        } else {
            turns.push(
                format!("Please provide a short description for this region: {area}."),
                format!("{}.", texts::capital(&text)),
            );
        }
    }
    (!turns.0.is_empty()).then(|| turns.with_image_first())
}

/// One question with its answer, as a task has it.
pub(super) fn task(picture: &Picture, rng: &mut Rng) -> Turns {
    match texts::questions(picture, rng).into_iter().next() {
        Some(question) => Turns::one(format!("<image>\n{}", question.ask), question.short),
        None => short_caption(&texts::caption(picture, rng), rng),
    }
}

/// A Japanese caption.
pub(super) fn japanese_caption(picture: &Picture, rng: &mut Rng) -> Turns {
    Turns::one(with_image(rng.pick(JAPANESE_ASKS), rng), texts::japanese_caption(picture, rng))
}

/// Japanese: a description, then some questions.
pub(super) fn japanese(picture: &Picture, rng: &mut Rng) -> Turns {
    let mut turns = Turns::default();
    if rng.chance(60) {
        turns.push(rng.pick(JAPANESE_ASKS), texts::japanese_caption(picture, rng));
    }
    let most = rng.between(1, 4);
    for question in texts::japanese_questions(picture, rng).into_iter().take(most) {
        turns.push(question.ask, question.long);
    }
    if turns.0.is_empty() {
        turns.push(JAPANESE_ASKS[0], texts::japanese_caption(picture, rng));
    }
    turns.with_image_first()
}

/// Japanese questions answered in a word.
pub(super) fn japanese_short(picture: &Picture, rng: &mut Rng) -> Turns {
    let mut turns = Turns::default();
    let most = rng.between(2, 8);
    for (index, question) in texts::japanese_questions(picture, rng).into_iter().take(most).enumerate() {
        let ask = if index == 0 { format!("{}\n{JAPANESE_SHORT}", question.ask) } else { question.ask };
        turns.push(ask, question.short);
    }
    if turns.0.is_empty() {
        turns.push(JAPANESE_ASKS[0], texts::japanese_caption(picture, rng));
    }
    turns.with_image_first()
}

/// A Japanese page written down; the picture stands first and last in turn.
pub(super) fn transcript(picture: &Picture, number: u64) -> Turns {
    let asks = [
        "写真に写っている文字をすべて書き出してください。",
        "この画像の文字を読み取ってください。",
        "画像の中の文章を教えてください。",
    ];
    let ask = asks[(number % 3) as usize];
    let text = texts::japanese_caption(picture, &mut Rng::new(0, "page", number));
    let answer = format!("この写真に写っている文字を以下に示します。\n```\n{text}\n```\n");
    let ask = if number.is_multiple_of(2) { format!("<image>\n{ask}") } else { format!("{ask}\n<image>") };
    Turns::one(ask, answer)
}

/// A caption in English or Japanese by turns.
pub(super) fn bilingual(picture: &Picture, number: u64, rng: &mut Rng) -> Turns {
    if number.is_multiple_of(2) {
        return Turns::one(with_image("Caption this picture.", rng), texts::caption(picture, rng));
    }
    Turns::one(with_image("この写真に説明文をつけてください。", rng), texts::japanese_caption(picture, rng))
}

/// Time of day and weather.
pub(super) fn weather(picture: &Picture) -> Turns {
    let mut rng = Rng::new(0, "weather", 0);
    let mut turns = Turns::default();
    for question in texts::questions(picture, &mut rng) {
        if question.ask.contains("weather") || question.ask.contains("time of day") {
            turns.push(question.ask, question.long);
        }
    }
    turns.with_image_first()
}
