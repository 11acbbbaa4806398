//! Texts about charts.

use super::Question;
use super::english::list;
use crate::chart::{Chart, Form};
use crate::rng::Rng;

fn form(chart: &Chart) -> &'static str {
    match chart.form {
        Form::Bars => "bar chart",
        Form::Line => "line chart",
        Form::Pie => "pie chart",
    }
}

/// One sentence.
pub(super) fn caption(chart: &Chart, rng: &mut Rng) -> String {
    let ranked = chart.ranked();
    match rng.below(3) {
        0 => format!("a {} titled \"{}\"", form(chart), chart.title),
        1 => format!("{} - {} with {} categories", chart.title, form(chart), chart.labels.len()),
        _ => format!(
            "A {} of \"{}\" in which {} has the highest value.",
            form(chart),
            chart.title,
            ranked[0].0
        ),
    }
}

/// All figures, and what stands out.
pub(super) fn paragraph(chart: &Chart, rng: &mut Rng) -> String {
    let ranked = chart.ranked();
    let (highest, lowest) = (ranked[0], ranked[ranked.len() - 1]);
    let pairs: Vec<String> =
        chart.labels.iter().zip(&chart.values).map(|(label, value)| format!("{label} ({value})")).collect();
    let measure = chart.measure();
    let opening = rng.pick(&["The image is", "This is", "The figure shows"]);
    format!(
        "{opening} a {} titled \"{}\". It gives the following values in {measure}: {}. The highest value, {}, belongs to \
         {}, while {} has the lowest with {}, a difference of {} {measure}. {}",
        form(chart),
        chart.title,
        list(&pairs),
        highest.1,
        highest.0,
        lowest.0,
        lowest.1,
        highest.1 - lowest.1,
        trend(chart)
    )
}

fn trend(chart: &Chart) -> String {
    if chart.form == Form::Pie {
        return "The slices have different colors, and a legend on the right names them.".to_owned();
    }
    let color = chart.hues[0].name();
    let (first, last) = (chart.values[0], chart.values[chart.values.len() - 1]);
    let direction = if first < last { "higher" } else { "lower" };
    format!("Drawn in {color}, the series ends {direction} than it begins, at {last} after {first}.")
}

/// Everything one can ask about a chart.
pub(super) fn questions(chart: &Chart) -> Vec<Question> {
    let ranked = chart.ranked();
    let (highest, lowest, measure) = (ranked[0], ranked[ranked.len() - 1], chart.measure());
    let others =
        |label: &str| chart.labels.iter().filter(|l| **l != label).map(|l| (*l).to_owned()).collect();
    let mut questions = vec![
        Question::new(
            "What is the title of the chart?",
            chart.title,
            format!("The title is \"{}\".", chart.title),
            vec![],
        ),
        Question::new(
            "Which category has the highest value?",
            highest.0,
            format!("{} has the highest value, {} {measure}.", highest.0, highest.1),
            others(highest.0),
        ),
        Question::new(
            "Which category has the lowest value?",
            lowest.0,
            format!("{} has the lowest value, {} {measure}.", lowest.0, lowest.1),
            others(lowest.0),
        ),
        Question::new(
            format!("What is the difference between {} and {}?", highest.0, lowest.0),
            (highest.1 - lowest.1).to_string(),
            format!(
                "The difference is {} {measure}: {} has {} and {} has {}.",
                highest.1 - lowest.1,
                highest.0,
                highest.1,
                lowest.0,
                lowest.1
            ),
            vec![],
        ),
        Question::new(
            "How many categories are shown?",
            chart.labels.len().to_string(),
            format!("The chart shows {} categories.", chart.labels.len()),
            vec![],
        ),
    ];
    for (label, value) in chart.labels.iter().zip(&chart.values) {
        let wrong = chart.values.iter().filter(|other| *other != value).map(ToString::to_string).collect();
        questions.push(Question::new(
            format!("What is the value of {label}?"),
            value.to_string(),
            format!("The value of {label} is {value} {measure}."),
            wrong,
        ));
    }
    questions.push(compare(chart));
    questions
}

fn compare(chart: &Chart) -> Question {
    let (short, other) = if chart.values[0] > chart.values[1] { ("Yes", "No") } else { ("No", "Yes") };
    let [first, second] = [chart.labels[0], chart.labels[1]];
    let relation = if short == "Yes" { "greater" } else { "less" };
    let long = format!(
        "{short}, {first} with {} is {relation} than {second} with {}.",
        chart.values[0], chart.values[1]
    );
    Question::new(
        format!("Is the value of {first} greater than that of {second}?"),
        short,
        long,
        vec![other.to_owned()],
    )
}

/// A question that asks for a sum, and its answer step by step.
pub(super) fn reasoning(chart: &Chart) -> (String, String) {
    let ranked = chart.ranked();
    let (first, second, measure) = (ranked[0], ranked[1], chart.measure());
    (
        "How much do the two largest categories make up together? Explain step by step.".to_owned(),
        format!(
            "1. The largest category is {} with {} {measure}.\n2. The second largest is {} with {} {measure}.\n3. Together \
             they make up {} + {} = {} {measure}.",
            first.0,
            first.1,
            second.0,
            second.1,
            first.1,
            second.1,
            first.1 + second.1
        ),
    )
}

/// A Japanese description.
pub(super) fn japanese(chart: &Chart) -> String {
    let ranked = chart.ranked();
    let form = match chart.form {
        Form::Bars => "棒グラフ",
        Form::Line => "折れ線グラフ",
        Form::Pie => "円グラフ",
    };
    format!(
        "「{}」という題の{form}です。最も大きいのは{}の{}で、最も小さいのは{}の{}です。",
        chart.title,
        ranked[0].0,
        ranked[0].1,
        ranked[ranked.len() - 1].0,
        ranked[ranked.len() - 1].1
    )
}

/// A Japanese question.
pub(super) fn japanese_question(chart: &Chart) -> Question {
    let highest = chart.ranked()[0];
    Question::new(
        "最も大きい項目は何ですか？",
        highest.0,
        format!("最も大きい項目は{}で、値は{}です。", highest.0, highest.1),
        vec![],
    )
}
