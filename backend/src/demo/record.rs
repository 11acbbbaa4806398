//! Records: conversations about pictures in the schemas of the datasets.

mod id;
mod mixture;
mod turns;

use super::datasets::{Dataset, Style};
use super::picture::Picture;
use super::rng::Rng;
use super::sources::Source;
use super::texts::{self, Prose};
use serde_json::{Map, Value, json};

/// A picture that a record is about.
pub(super) struct Shown {
    pub(super) source: Source,
    pub(super) number: u64,
}

/// A record and the pictures it refers to.
pub(super) struct Record {
    pub(super) value: Value,
    pub(super) pictures: Vec<Shown>,
}

/// What all records of a root are made with.
pub(super) struct Maker {
    pub(super) seed: u64,
    pub(super) samples: u64,
    /// Running text for captions of pictures that are never painted.
    pub(super) has_pictures: bool,
    pub(super) prose: Prose,
}

impl Maker {
    /// The record at a place of a dataset; the same one whenever asked.
    pub(super) fn record(&self, dataset: &Dataset, number: u64) -> Record {
        let mut rng = Rng::new(self.seed, dataset.path, number);
        match dataset.style {
            Style::Mixture => mixture::record(self, dataset, number, &mut rng),
            Style::SeveralPictures => self.comparison(dataset, number, &mut rng),
            _ => self.plain(dataset, number, &mut rng),
        }
    }

    /// A record about one picture.
    fn plain(&self, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
        let shown = self.choose(dataset, number, rng);
        let picture = shown.source.picture(self.seed, shown.number);
        let turns = match dataset.style {
            Style::ShortCaption => turns::short_caption(&self.caption(&picture, rng), rng),
            Style::DetailedCaption | Style::WebCaption => {
                turns::detailed(&self.paragraph(&picture, rng), rng)
            }
            Style::WebInstruct => turns::instruct(&picture, rng),
            Style::Japanese => turns::japanese(&picture, rng),
            Style::JapaneseShort => turns::japanese_short(&picture, rng),
            Style::Transcript => turns::transcript(&picture, number),
            Style::Bilingual => turns::bilingual(&picture, number, rng),
            Style::Weather => turns::weather(&picture),
            _ => turns::short_answers(&picture, rng),
        };
        let mut fields = Map::new();
        if let Some(id) = id::id(dataset.style, &shown, number) {
            fields.insert("id".into(), id);
        }
        fields.insert("image".into(), json!(image_ref(dataset, &shown)));
        fields.insert("conversations".into(), turns.into_value());
        if matches!(dataset.style, Style::WebCaption | Style::WebInstruct) {
            fields.insert(
                "original_caption".into(),
                json!(texts::caption(&picture, &mut Rng::new(self.seed, "web", shown.number))),
            );
            fields.insert("url".into(), json!(format!("https://pictures.example/{}.jpg", shown.number)));
        }
        Record { value: Value::Object(fields), pictures: vec![shown] }
    }

    /// A record about two to four pictures.
    fn comparison(&self, dataset: &Dataset, number: u64, rng: &mut Rng) -> Record {
        let pictures: Vec<Shown> =
            (0..rng.between(2, 4)).map(|_| self.choose(dataset, number, rng)).collect();
        let captions: Vec<String> = pictures
            .iter()
            .map(|shown| texts::caption(&shown.source.picture(self.seed, shown.number), rng))
            .collect();
        let ask = format!("{}What does each of these pictures show?", "<image>".repeat(pictures.len()));
        let answers: Vec<String> = (1..)
            .zip(&captions)
            .map(|(number, caption)| format!("Image {number}: {}", caption.trim_end_matches('.')))
            .collect();
        let paths: Vec<String> = pictures.iter().map(|shown| image_ref(dataset, shown)).collect();
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

    /// The picture of a record: with one source in turn, with several by chance.
    fn choose(&self, dataset: &Dataset, number: u64, rng: &mut Rng) -> Shown {
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
        if self.has_pictures || rng.chance(25) {
            return texts::caption(picture, rng);
        }
        let words = rng.between(5, 24);
        self.prose.words(rng, words)
    }

    fn paragraph(&self, picture: &Picture, rng: &mut Rng) -> String {
        if self.has_pictures || rng.chance(25) {
            return texts::paragraph(picture, rng);
        }
        let words = rng.between(40, 300);
        self.prose.words(rng, words)
    }
}

/// The image path as a dataset writes it.
fn image_ref(dataset: &Dataset, shown: &Shown) -> String {
    let path = shown.source.path(shown.number);
    path.strip_prefix(dataset.image_root).map_or(path.clone(), ToOwned::to_owned)
}
