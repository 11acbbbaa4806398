//! Texts about pictures, each of them made from the picture's description.

mod about_chart;
mod about_document;
mod about_scene;
mod chat;
mod english;
mod prose;
mod scene_japanese;
mod scene_paragraph;
mod scene_phrases;
mod scene_questions;
mod specials;
mod vocabulary;

pub(super) use chat::chat;
pub(super) use english::capital;
pub(super) use prose::Prose;
pub(super) use specials::special;

use super::picture::Picture;
use super::rng::Rng;

/// A question with its true answers and some false ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// The question.
    pub(super) ask: String,
    /// The answer in a word or a phrase.
    pub(super) short: String,
    /// The answer in a sentence.
    pub(super) long: String,
    /// Wrong answers of the same sort, for multiple choice; may be empty.
    pub(super) wrong: Vec<String>,
}

impl Question {
    fn new(
        ask: impl Into<String>,
        short: impl Into<String>,
        long: impl Into<String>,
        wrong: Vec<String>,
    ) -> Self {
        Self { ask: ask.into(), short: short.into(), long: long.into(), wrong }
    }
}

/// One sentence about a picture.
pub(super) fn caption(picture: &Picture, rng: &mut Rng) -> String {
    match picture {
        Picture::Scene(scene) => about_scene::caption(scene, rng),
        Picture::Chart(chart) => about_chart::caption(chart, rng),
        Picture::Document(document) => about_document::caption(document, rng),
    }
}

/// A paragraph or two about a picture.
pub(super) fn paragraph(picture: &Picture, rng: &mut Rng) -> String {
    match picture {
        Picture::Scene(scene) => scene_paragraph::paragraph(scene, rng),
        Picture::Chart(chart) => about_chart::paragraph(chart, rng),
        Picture::Document(document) => about_document::paragraph(document, rng),
    }
}

/// Questions about a picture, in random order.
pub(super) fn questions(picture: &Picture, rng: &mut Rng) -> Vec<Question> {
    let mut questions = match picture {
        Picture::Scene(scene) => scene_questions::questions(scene, rng),
        Picture::Chart(chart) => about_chart::questions(chart),
        Picture::Document(document) => about_document::questions(document),
    };
    rng.shuffle(&mut questions);
    questions
}

/// A question that asks for thinking, and its answer.
pub(super) fn reasoning(picture: &Picture, rng: &mut Rng) -> (String, String) {
    match picture {
        Picture::Scene(scene) => about_scene::reasoning(scene, rng),
        Picture::Chart(chart) => about_chart::reasoning(chart),
        Picture::Document(document) => (
            "What is the purpose of this page, and how can one tell?".to_owned(),
            about_document::paragraph(document, rng),
        ),
    }
}

/// Descriptions of things that occur once, each with its box as `[x1, y1, x2, y2]`, relative to the picture's size.
pub(super) fn regions(picture: &Picture) -> Vec<(String, String)> {
    match picture {
        Picture::Scene(scene) => about_scene::regions(scene),
        _ => Vec::new(),
    }
}

/// A Japanese sentence or several about a picture.
pub(super) fn japanese_caption(picture: &Picture, rng: &mut Rng) -> String {
    match picture {
        Picture::Scene(scene) => scene_japanese::caption(scene, rng),
        Picture::Chart(chart) => about_chart::japanese(chart),
        Picture::Document(document) => about_document::japanese(document),
    }
}

/// Japanese questions about a picture, in random order.
pub(super) fn japanese_questions(picture: &Picture, rng: &mut Rng) -> Vec<Question> {
    let mut questions = match picture {
        Picture::Scene(scene) => scene_japanese::questions(scene),
        Picture::Chart(chart) => vec![about_chart::japanese_question(chart)],
        Picture::Document(_) => Vec::new(),
    };
    rng.shuffle(&mut questions);
    questions
}
