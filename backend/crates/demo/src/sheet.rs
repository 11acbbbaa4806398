//! Charts and pages: what is on them, as a drawing, and what can be said of it; the words of both are in `data/words.txt`.

use super::color::{HUES, Hue, Rgb, WHITE};
use super::drawing::{Brush, Drawing, Look};
use super::rng::Rng;
use super::words::{Values, all, list, say, shuffled};
use crate::texts::Question;
use std::collections::HashMap;
use tiny_skia::Pixmap;

/// Top and bottom of the plotting area of charts, and its left and right.
const PLOT: [f32; 4] = [78.0, 356.0, 78.0, 532.0];

/// A chart or a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheet {
    /// Width and height in pixels.
    size: (u32, u32),
    /// The strokes of its drawing, one a line.
    strokes: String,
    /// What `color` is in the drawing.
    hue: &'static Hue,
    pub(super) said: Said,
}

/// What can be said of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) captions: Vec<String>,
    pub(super) paragraph: String,
    pub(super) questions: Vec<Question>,
    /// A question that asks for thinking, and its answer.
    pub(super) reasoning: (String, String),
    pub(super) japanese: String,
    pub(super) japanese_questions: Vec<Question>,
}

impl Sheet {
    /// An empty sheet, in one of the colours that are bright enough for charts and covers.
    fn new(width: u32, height: u32, rng: &mut Rng) -> Self {
        Self {
            size: (width, height),
            strokes: String::new(),
            hue: &HUES[rng.below(8)],
            said: Said::default(),
        }
    }

    /// Adds what the words have for a part: strokes, and questions that may be answered by one of `answers`.
    fn add(&mut self, part: &str, values: &Values, answers: &[String]) {
        for stroke in all(&format!("{part} drawing"), values) {
            self.strokes += &stroke;
            self.strokes.push('\n');
        }
        let questions = all(&format!("{part} question"), values);
        self.said.questions.extend(questions.iter().map(|line| Question::read(line).among(answers)));
    }

    /// Adds what the words have for a whole sheet of a kind.
    fn tell(&mut self, kind: &str, values: &Values) {
        self.add(kind, values, &[]);
        let whole = |what: &str| all(&format!("{kind} {what}"), values).concat();
        self.said.captions = all(&format!("{kind} caption"), values);
        self.said.paragraph = whole("paragraph");
        self.said.reasoning = (all("sheet ask", values).concat(), self.said.paragraph.clone());
        self.said.japanese = whole("ja");
        let questions = all(&format!("{kind} ja question"), values);
        self.said.japanese_questions = questions.iter().map(|line| Question::read(line)).collect();
    }

    /// A shop's receipt.
    pub(super) fn receipt(rng: &mut Rng) -> Self {
        let mut sheet = Self::new(400, 560, rng);
        sheet.add("receipt paper", &[], &[]);
        let mut items: Vec<(&str, usize)> = Vec::new();
        for name in shuffled(rng, "goods").into_iter().take(rng.between(3, 9)) {
            let price = rng.between(5, 180) * 10 + rng.one(&[0, 5, 9]);
            if items.iter().all(|item| item.1 != price) {
                items.push((name, price));
            }
        }
        let prices: Vec<String> = items.iter().map(|item| money(item.1)).collect();
        for (index, ((name, _), price)) in items.iter().zip(&prices).enumerate() {
            let values = [
                ("name", (*name).to_owned()),
                ("price", price.clone()),
                ("y", (192 + 31 * index).to_string()),
            ];
            sheet.add("receipt item", &values, &prices);
        }
        let listed: Vec<String> = items
            .iter()
            .map(|(name, price)| format!("{} for {}", name.to_lowercase(), money(*price)))
            .collect();
        let dearest = items.iter().max_by_key(|item| item.1).map_or("", |item| item.0);
        let values = [
            ("shop", say(rng, "shop name")),
            ("date", say(rng, "date")),
            ("time", format!("{:02}:{:02}", rng.between(8, 20), rng.below(60))),
            ("no", rng.between(1000, 99_999).to_string()),
            ("total", money(items.iter().map(|item| item.1).sum())),
            ("count", items.len().to_string()),
            ("dearest", dearest.to_owned()),
            ("things", list(&listed)),
        ];
        sheet.tell("receipt", &values);
        sheet
    }

    /// A book's cover.
    pub(super) fn cover(rng: &mut Rng) -> Self {
        let mut sheet = Self::new(400, 560, rng);
        let title = say(rng, "title");
        let words: Vec<&str> = title.split(' ').collect();
        let middle = if words.len() < 3 { 1 } else { words.len() / 2 };
        // White cannot be read on yellow.
        let is_yellow = sheet.hue.name == "yellow";
        let (ink, light) = if is_yellow { ("#2B2D42", "#4B4D5E") } else { ("#FFFFFF", "color+78") };
        let values = [
            ("upper", words[..middle].join(" ")),
            ("lower", words[middle..].join(" ")),
            ("author", say(rng, "person")),
            ("book genre", say(rng, "genre")),
            ("color", sheet.hue.name.to_owned()),
            ("ink", ink.to_owned()),
            ("light", light.to_owned()),
        ];
        sheet.add(rng.one(&["cover 1", "cover 2", "cover 3"]), &values, &[]);
        sheet.tell("cover", &values);
        sheet
    }

    /// A page of Japanese syllables.
    pub(super) fn kana(rng: &mut Rng) -> Self {
        let mut sheet = Self::new(520, 560, rng);
        sheet.add("kana paper", &[], &[]);
        let lines: Vec<String> = (0..rng.between(5, 9)).map(|_| say(rng, "kana line")).collect();
        for (index, line) in lines.iter().enumerate() {
            let y = 90 + 48 * index;
            let values = [("y", y.to_string()), ("below", (y + 10).to_string()), ("text", line.clone())];
            sheet.add("kana line", &values, &[]);
        }
        let values =
            [("count", lines.len().to_string()), ("things", lines.join(" / ")), ("text", lines.join("\n"))];
        sheet.tell("kana", &values);
        sheet
    }

    /// A bar chart of made-up figures about one of the topics.
    pub(super) fn chart(rng: &mut Rng) -> Self {
        let mut sheet = Self::new(560, 420, rng);
        let topic = say(rng, "chart topic");
        let mut parts = topic.split(';');
        let mut part = || parts.next().unwrap_or_default();
        let (title, unit, labels) = (part(), part(), part());
        let labels: Vec<&str> = labels.split(' ').collect();
        let count = rng.between(4, labels.len());
        let values = different(rng, count);
        let figures: Vec<(&str, u32)> = labels.into_iter().zip(values).collect();
        let mut ranked = figures.clone();
        ranked.sort_by_key(|figure| std::cmp::Reverse(figure.1));
        let (high, low) = (ranked[0], ranked[ranked.len() - 1]);
        let pairs: Vec<String> = figures.iter().map(|(label, value)| format!("{label} ({value})")).collect();
        let values = [
            ("title", title.to_owned()),
            ("unit", unit.to_owned()),
            ("count", figures.len().to_string()),
            ("things", list(&pairs)),
            ("high", high.0.to_owned()),
            ("most", high.1.to_string()),
            ("low", low.0.to_owned()),
            ("least", low.1.to_string()),
            ("difference", (high.1 - low.1).to_string()),
        ];
        sheet.tell("chart", &values);
        let labels: Vec<String> = figures.iter().map(|figure| figure.0.to_owned()).collect();
        sheet.add("chart rank", &values, &labels);
        sheet.add_bars(&figures, unit, high.1);
        sheet
    }

    fn add_bars(&mut self, figures: &[(&str, u32)], unit: &str, greatest: u32) {
        let [top, bottom, left, right] = PLOT;
        let steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500];
        let step = steps.into_iter().find(|step| greatest / step < 6).unwrap_or(1000);
        let ticks = greatest / step + 1;
        for tick in 0..=ticks {
            let y = bottom - (bottom - top) * tick as f32 / ticks as f32;
            self.add("chart tick", &[("y", y.to_string()), ("value", (tick * step).to_string())], &[]);
        }
        let column = (right - left) / figures.len() as f32;
        let answers: Vec<String> = figures.iter().map(|figure| figure.1.to_string()).collect();
        for (index, (label, value)) in figures.iter().enumerate() {
            let (x, half) = (left + column * (index as f32 + 0.5), column * 0.31);
            let tall = (bottom - top) * *value as f32 / (ticks * step) as f32;
            let number = |number: f32| number.to_string();
            let values = [
                ("x", number(x)),
                ("left", number(x - half)),
                ("wide", number(half * 2.0)),
                ("top", number(bottom - tall)),
                ("tall", number(tall)),
                ("above", number(bottom - tall - 7.0)),
                ("name", (*label).to_owned()),
                ("value", value.to_string()),
                ("unit", unit.to_owned()),
            ];
            self.add("chart bar", &values, &answers);
        }
    }

    /// Paints it; `None` when its size cannot be a picture's.
    pub(super) fn paint(&self) -> Option<Pixmap> {
        let (width, height) = self.size;
        let mut pixmap = Pixmap::new(width, height)?;
        let drawing = Drawing::new((width as f32, height as f32), &self.strokes);
        let fixed: HashMap<&'static str, Rgb> = HashMap::from([("color", self.hue.paint)]);
        let look = Look::plain(&fixed, WHITE);
        Brush { pixmap: &mut pixmap, at: (0.0, 0.0), scale: (1.0, 1.0), is_mirrored: false }
            .draw(&drawing, &look);
        Some(pixmap)
    }
}

/// Different figures that share a unit of 5, 10 or 50.
fn different(rng: &mut Rng, count: usize) -> Vec<u32> {
    let step = rng.one(&[1, 5, 10, 50]);
    let mut steps: Vec<u32> = (4..40).collect();
    rng.shuffle(&mut steps);
    steps.truncate(count);
    steps.into_iter().map(|value| value * step).collect()
}

/// An amount of money.
fn money(cents: usize) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers<'s>(sheet: &'s Sheet, start: &'s str) -> impl Iterator<Item = &'s str> {
        let questions = sheet.said.questions.iter().filter(move |question| question.ask.starts_with(start));
        questions.map(|question| question.short.as_str())
    }

    #[test]
    fn the_figures_of_a_chart_differ_and_are_written_on_it() {
        for number in 0..100 {
            let chart = Sheet::chart(&mut Rng::new(3, "chart", number));
            let values: Vec<&str> = answers(&chart, "What is the value").collect();
            assert!(values.len() >= 4);
            for (index, value) in values.iter().enumerate() {
                assert!(!values[..index].contains(value), "{values:?}");
                assert!(
                    chart.strokes.contains(&format!(" {value}\n")),
                    "{value} is not written on the chart"
                );
            }
        }
    }

    #[test]
    fn the_total_of_a_receipt_is_the_sum_of_its_prices() {
        let cents = |text: &str| text.trim_start_matches('$').replace('.', "").parse::<u32>().unwrap();
        for number in 0..50 {
            let receipt = Sheet::receipt(&mut Rng::new(3, "receipt", number));
            let sum = |start| answers(&receipt, start).map(cents).sum::<u32>();
            assert_eq!(sum("What is the price"), sum("What is the total"));
            assert_eq!(receipt.paint().map(|pixmap| pixmap.width()), Some(400));
        }
    }
}
