//! Charts: descriptions of made-up figures, and their painting.

mod paint;

pub(super) use paint::paint;

use super::rng::Rng;
use super::scene::Hue;

/// How a chart shows its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Bars,
    Line,
    Pie,
}

/// A chart of one series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chart {
    pub(super) form: Form,
    pub(super) title: &'static str,
    /// What the figures count, as it stands at the axis.
    pub(super) unit: &'static str,
    pub(super) labels: Vec<&'static str>,
    /// One figure per label, no two alike; percent of the whole in a pie.
    pub(super) values: Vec<u32>,
    /// One colour for bars and lines, one per label for a pie.
    pub(super) hues: Vec<Hue>,
}

/// Title, unit and labels of figures that belong together.
const TOPICS: &[(&str, &str, &[&str])] = &[
    ("Books Borrowed per Month", "books", &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"]),
    ("Rainfall by Month", "mm", &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"]),
    ("Visitors by Weekday", "visitors", &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
    ("Fruit Sold at the Market", "kg", &["Apples", "Pears", "Plums", "Grapes", "Figs", "Lemons"]),
    ("Favorite Pets of a Class", "pupils", &["Dog", "Cat", "Fish", "Bird", "Rabbit", "Turtle"]),
    ("Bicycles Counted at the Bridge", "bicycles", &["2018", "2019", "2020", "2021", "2022", "2023"]),
    ("Solar Power of the Town", "MWh", &["2016", "2017", "2018", "2019", "2020", "2021", "2022"]),
    ("Cups of Tea by Kind", "cups", &["Green", "Black", "Herbal", "Oolong", "Mint"]),
    ("Hours of Sleep in a Survey", "people", &["5 h", "6 h", "7 h", "8 h", "9 h"]),
    ("Trees Planted by District", "trees", &["North", "East", "South", "West", "Center"]),
    ("Museum Tickets by Season", "tickets", &["Spring", "Summer", "Autumn", "Winter"]),
    ("Travel to Work", "people", &["Bus", "Train", "Car", "Bike", "Walk"]),
];

const COLORS: [Hue; 8] =
    [Hue::Blue, Hue::Orange, Hue::Teal, Hue::Red, Hue::Purple, Hue::Yellow, Hue::Green, Hue::Pink];

impl Chart {
    /// A chart about one of the topics.
    pub(super) fn random(rng: &mut Rng) -> Self {
        let form = rng.one(&[Form::Bars, Form::Bars, Form::Bars, Form::Line, Form::Pie]);
        let (title, unit, labels) = rng.one(TOPICS);
        let most = if form == Form::Pie { labels.len().min(5) } else { labels.len() };
        let labels = labels[..rng.between(4, most)].to_vec();
        let mut hues = COLORS.to_vec();
        rng.shuffle(&mut hues);
        let values = if form == Form::Pie { shares(rng, labels.len()) } else { figures(rng, labels.len()) };
        hues.truncate(if form == Form::Pie { labels.len() } else { 1 });
        Self { form, title, unit, labels, values, hues }
    }

    /// Labels with their values, greatest first.
    pub(super) fn ranked(&self) -> Vec<(&'static str, u32)> {
        let mut ranked: Vec<_> = self.labels.iter().copied().zip(self.values.iter().copied()).collect();
        ranked.sort_by_key(|&(_, value)| std::cmp::Reverse(value));
        ranked
    }

    /// What the figures are, `%` in a pie.
    pub(super) fn measure(&self) -> &'static str {
        if self.form == Form::Pie { "percent" } else { self.unit }
    }
}

/// Different figures that share a unit of 5, 10 or 50.
fn figures(rng: &mut Rng, count: usize) -> Vec<u32> {
    let step = rng.one(&[1, 5, 10, 50]);
    let mut steps: Vec<u32> = (4..40).collect();
    rng.shuffle(&mut steps);
    steps.truncate(count);
    steps.into_iter().map(|value| value * step).collect()
}

/// Different shares that sum up to 100.
fn shares(rng: &mut Rng, count: usize) -> Vec<u32> {
    loop {
        let mut rest = 100;
        let mut shares = Vec::new();
        for left in (1..count as u32).rev() {
            let share = rng.between(6, (rest - left * 6).min(45) as usize) as u32;
            shares.push(share);
            rest -= share;
        }
        shares.push(rest);
        let mut sorted = shares.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() == count && rest <= 60 {
            return shares;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pies_are_whole_and_no_two_values_are_alike() {
        for number in 0..200 {
            let chart = Chart::random(&mut Rng::new(3, "chart", number));
            if chart.form == Form::Pie {
                assert_eq!(chart.values.iter().sum::<u32>(), 100);
            }
            let ranked = chart.ranked();
            assert!(ranked.windows(2).all(|pair| pair[0].1 > pair[1].1), "{ranked:?}");
        }
    }
}
