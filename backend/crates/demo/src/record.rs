//! Records: conversations about pictures in the schemas of the datasets.

pub(super) mod id;
pub(super) mod mixture;
pub(super) mod turns;

use super::DemoOptions;
use super::datasets::{Dataset, Style};
use super::picture::Picture;
use super::rng::Rng;
use super::sources::{Shown, Source};
use super::words::prose;
use serde_json::{Map, Value, json};
use turns::Turns;

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
            Style::Mixture => mixture::record(self, dataset, number, &mut rng),
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
        if let Some(id) = id::id(dataset.style, shown, number) {
            fields.insert("id".into(), id);
        }
        fields.insert("image".into(), json!(dataset.image_ref(shown)));
        if dataset.style == Style::Task {
            fields.insert("task_name".into(), json!(id::task_name(shown)));
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
            Style::Merged if source == Source::Laion => turns::detailed(&self.paragraph(picture, rng), rng),
            Style::ShortCaption | Style::Merged => turns::short_caption(&self.caption(picture, rng), rng),
            Style::DetailedCaption | Style::WebCaption | Style::TaskCaption => {
                turns::detailed(&self.paragraph(picture, rng), rng)
            }
            Style::Task => turns::task(picture, rng),
            Style::JapaneseCaption => turns::japanese_caption(picture, rng),
            Style::WebInstruct => turns::instruct(picture, rng),
            Style::Japanese => turns::japanese(picture, rng),
            Style::JapaneseShort => turns::japanese_short(picture, rng),
            Style::Transcript => turns::transcript(picture, number),
            Style::Bilingual => turns::bilingual(picture, number, rng),
            Style::Weather => turns::weather(picture),
            _ => turns::short_answers(picture, rng),
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
