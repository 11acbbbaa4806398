//! A picture of any sort, and what can be said of it: every text is made from the picture's description.

use super::paint;
use super::rng::Rng;
use super::scene::Scene;
use super::sheet::Sheet;
use super::texts::{english, japanese};
use crate::texts::Question;
use tiny_skia::Pixmap;

/// What a picture may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Streets, lakes, meadows; now and then a room.
    Everyday,
    /// Only the open.
    Landscape,
    /// Everyday scenes and now and then a chart.
    Web,
    /// Streets with lettering.
    Lettering,
    Receipt,
    /// Book covers.
    Cover,
    Chart,
    /// Japanese pages.
    Kana,
}

/// The description of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Picture {
    Scene(Scene),
    /// A chart or a page.
    Sheet(Box<Sheet>),
}

impl Picture {
    /// A picture about a subject.
    pub(super) fn random(subject: Subject, rng: &mut Rng) -> Self {
        let sheet = |sheet| Self::Sheet(Box::new(sheet));
        match subject {
            Subject::Everyday if rng.chance(30) => Self::Scene(Scene::indoors(rng)),
            Subject::Web if rng.chance(12) => sheet(Sheet::chart(rng)),
            Subject::Web if rng.chance(40) => Self::Scene(Scene::indoors(rng)),
            Subject::Everyday | Subject::Web | Subject::Landscape => Self::Scene(Scene::outdoors(rng)),
            Subject::Lettering => Self::Scene(Scene::with_lettering(rng)),
            Subject::Receipt => sheet(Sheet::receipt(rng)),
            Subject::Cover => sheet(Sheet::cover(rng)),
            Subject::Chart => sheet(Sheet::chart(rng)),
            Subject::Kana => sheet(Sheet::kana(rng)),
        }
    }

    /// Paints it; `None` when its size cannot be a picture's.
    pub(super) fn paint(&self) -> Option<Pixmap> {
        match self {
            Self::Scene(scene) => paint::scene(scene),
            Self::Sheet(sheet) => sheet.paint(),
        }
    }

    /// One sentence.
    pub(super) fn caption(&self, rng: &mut Rng) -> String {
        match self {
            Self::Scene(scene) => english::caption(scene, rng),
            Self::Sheet(sheet) => sheet.said.captions[rng.below(sheet.said.captions.len())].clone(),
        }
    }

    /// A paragraph.
    pub(super) fn paragraph(&self, rng: &mut Rng) -> String {
        match self {
            Self::Scene(scene) => english::paragraph(scene, rng),
            Self::Sheet(sheet) => sheet.said.paragraph.clone(),
        }
    }

    /// Questions, in random order.
    pub(super) fn questions(&self, rng: &mut Rng) -> Vec<Question> {
        let mut questions = match self {
            Self::Scene(scene) => english::questions(scene, rng),
            Self::Sheet(sheet) => sheet.said.questions.clone(),
        };
        rng.shuffle(&mut questions);
        for question in &mut questions {
            rng.shuffle(&mut question.wrong);
        }
        questions
    }

    /// A question that asks for thinking, and its answer.
    pub(super) fn reasoning(&self, rng: &mut Rng) -> (String, String) {
        match self {
            Self::Scene(scene) => english::reasoning(scene, rng),
            Self::Sheet(sheet) => sheet.said.reasoning.clone(),
        }
    }

    /// Descriptions of things that occur once, each with its box as `[x1, y1, x2, y2]`, relative to the picture's size.
    pub(super) fn regions(&self) -> Vec<(String, String)> {
        match self {
            Self::Scene(scene) => english::regions(scene),
            Self::Sheet(_) => Vec::new(),
        }
    }

    /// A Japanese sentence or several.
    pub(super) fn japanese_caption(&self, rng: &mut Rng) -> String {
        match self {
            Self::Scene(scene) => japanese::caption(scene, rng),
            Self::Sheet(sheet) => sheet.said.japanese.clone(),
        }
    }

    /// Japanese questions, in random order.
    pub(super) fn japanese_questions(&self, rng: &mut Rng) -> Vec<Question> {
        let mut questions = match self {
            Self::Scene(scene) => japanese::questions(scene),
            Self::Sheet(sheet) => sheet.said.japanese_questions.clone(),
        };
        rng.shuffle(&mut questions);
        questions
    }
}
