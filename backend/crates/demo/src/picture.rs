//! A picture of any sort: a scene, a chart or a page.

use super::chart::{self, Chart};
use super::document::{self, Document};
use super::paint;
use super::rng::Rng;
use super::scene::Scene;
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
    /// Receipts and letters.
    Paper,
    /// Book covers.
    Cover,
    /// Charts.
    Chart,
    /// Japanese pages.
    Kana,
}

/// The description of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Picture {
    Scene(Scene),
    Chart(Chart),
    Document(Document),
}

impl Picture {
    /// A picture about a subject.
    pub(super) fn random(subject: Subject, rng: &mut Rng) -> Self {
        match subject {
            Subject::Everyday if rng.chance(30) => Self::Scene(Scene::indoors(rng)),
            Subject::Web if rng.chance(12) => Self::Chart(Chart::random(rng)),
            Subject::Web if rng.chance(40) => Self::Scene(Scene::indoors(rng)),
            Subject::Everyday | Subject::Web | Subject::Landscape => Self::Scene(Scene::outdoors(rng)),
            Subject::Lettering => Self::Scene(Scene::with_lettering(rng)),
            Subject::Paper => Self::Document(Document::paper(rng)),
            Subject::Cover => Self::Document(Document::cover(rng)),
            Subject::Chart => Self::Chart(Chart::random(rng)),
            Subject::Kana => Self::Document(Document::kana(rng)),
        }
    }

    /// Paints it; `None` when its size cannot be a picture's.
    pub(super) fn paint(&self) -> Option<Pixmap> {
        match self {
            Self::Scene(scene) => paint::scene(scene),
            Self::Chart(chart) => chart::paint(chart),
            Self::Document(document) => document::paint(document),
        }
    }
}
