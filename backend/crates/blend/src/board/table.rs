//! Stages or blends as columns and datasets as rows, for a paper: a figure as SVG, a table as LaTeX or Markdown.

use blendscope_shared::colour;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it is a table of.
    pub title: String,
    /// What shares are of, such as `text tokens`.
    pub unit: String,
    /// What has to be known to read it, in a sentence.
    pub note: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// The columns.
    pub columns: Vec<Column>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Name for people.
    pub title: String,
    /// Slug of the dataset, whose colour it has.
    pub dataset: String,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Name for people.
    pub title: String,
    /// How much it is in all.
    pub total: f64,
    /// Whether that is an estimate.
    pub is_estimate: bool,
    /// For each row how much of it there is; nothing where the row is no part of it.
    pub cells: Vec<Option<f64>>,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A figure of 178 mm, the width of two columns.
    Svg,
    /// A table in LaTeX with `booktabs`.
    Latex,
    /// A table in Markdown.
    Markdown,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Latex, Self::Markdown];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Latex => "latex",
            Self::Markdown => "markdown",
        }
    }
}

impl Column {
    fn share(&self, row: usize) -> Option<f64> {
        let amount = self.cells.get(row).copied().flatten()?;
        Some(if self.total > 0.0 { amount / self.total } else { 0.0 })
    }

    fn total_text(&self) -> String {
        format!("{}{}", if self.is_estimate { "≈ " } else { "" }, grouped(self.total))
    }
}

impl Table {
    /// Writes it.
    pub fn write(&self, form: Form) -> String {
        match form {
            Form::Svg => self.svg(),
            Form::Latex => self.latex(),
            Form::Markdown => self.markdown(),
        }
    }

    fn markdown(&self) -> String {
        let escaped = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let mut lines = vec![String::from("| dataset |"), String::from("|:--|")];
        for column in &self.columns {
            let _ = write!(lines[0], " {} | share |", escaped(&column.title));
            lines[1].push_str("--:|--:|");
        }
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = format!("| {} |", escaped(&row.title));
            for column in &self.columns {
                match (column.cells.get(number).copied().flatten(), column.share(number)) {
                    (Some(amount), Some(share)) => {
                        let _ = write!(line, " {} | {} |", grouped(amount), percent(share));
                    }
                    _ => line.push_str("  |  |"),
                }
            }
            lines.push(line);
        }
        let totals = self.columns.iter().map(|column| format!(" {} | |", column.total_text()));
        lines.push(format!("| **{}** |{}", escaped(&self.unit), totals.collect::<String>()));
        lines.push(format!("\n{}\n", escaped(&self.note)));
        lines.join("\n")
    }

    fn latex(&self) -> String {
        let columns = "rr".repeat(self.columns.len());
        let mut text = format!("\\begin{{tabular}}{{l{columns}}}\n\\toprule\n");
        for column in &self.columns {
            let _ = write!(text, " & \\multicolumn{{2}}{{c}}{{{}}}", latex_text(&column.title));
        }
        let _ =
            writeln!(text, " \\\\\nDataset{} \\\\\n\\midrule", " & amount & \\%".repeat(self.columns.len()));
        for (number, row) in self.rows.iter().enumerate() {
            let cell =
                |column: &Column| match (column.cells.get(number).copied().flatten(), column.share(number)) {
                    (Some(amount), Some(share)) => format!(" & {} & {:.2}", grouped(amount), share * 100.0),
                    _ => " & & ".to_owned(),
                };
            let cells: String = self.columns.iter().map(cell).collect();
            let _ = writeln!(text, "{}{cells} \\\\", latex_text(&row.title));
        }
        let total = |column: &Column| format!(" & {} & ", latex_text(&column.total_text()));
        let totals: String = self.columns.iter().map(total).collect();
        let _ = writeln!(
            text,
            "\\midrule\n{}{totals} \\\\\n\\bottomrule\n\\end{{tabular}}",
            latex_text(&self.unit)
        );
        let _ = writeln!(text, "% {}", self.note.replace('\n', " "));
        text
    }

    fn svg(&self) -> String {
        let height = TOP + self.columns.len() as f64 * STEP + 44.0;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"178mm\" \
             font-family=\"Helvetica, Arial, sans-serif\" role=\"img\"><title>{}</title><desc>{}</desc><defs>",
            xml(&self.title),
            xml(&self.description())
        );
        let colours: BTreeSet<_> = self.rows.iter().map(|row| colour::of(&row.dataset)).collect();
        svg.extend(colours.into_iter().map(pattern));
        let _ = write!(svg, "</defs><rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>");
        let end = height - 44.0;
        text_at(&mut svg, LEFT, 12.0, "start", 9.0, &format!("share of {}, %", self.unit));
        for mark in [0, 25, 50, 75, 100] {
            let x = LEFT + BAR * f64::from(mark) / 100.0;
            let _ = write!(svg, "<path d=\"M{x} 20V{end}\" stroke=\"#d6d6d2\" stroke-width=\".5\"/>");
            text_at(&mut svg, x, end + 14.0, "middle", 9.0, &mark.to_string());
        }
        for (number, column) in self.columns.iter().enumerate() {
            self.bar(&mut svg, TOP + number as f64 * STEP, column);
        }
        text_at(&mut svg, LEFT, end + 32.0, "start", 8.5, &self.note);
        svg.push_str("</svg>\n");
        svg
    }

    /// The bar of a column with its labels: over it those that have room, in turn below it the others.
    fn bar(&self, svg: &mut String, y: f64, column: &Column) {
        text_at(svg, 0.0, y + 10.0, "start", 11.0, &shortened(&column.title, 24));
        text_at(svg, 0.0, y + 22.0, "start", 8.5, &column.total_text());
        let (mut x, mut free, mut below) = (LEFT, LEFT, LEFT);
        for (number, row) in self.rows.iter().enumerate() {
            let Some(share) = column.share(number).filter(|share| *share > 0.0) else { continue };
            let width = BAR * share;
            let (tone, weave) = colour::of(&row.dataset);
            let _ = write!(
                svg,
                "<rect x=\"{x:.2}\" y=\"{y}\" width=\"{:.2}\" height=\"18\" fill=\"url(#p{tone}-{weave})\"/>",
                (width - 0.8).max(0.4)
            );
            let label = shortened(&row.title, 30);
            let room = label.chars().count() as f64 * 5.0;
            if x >= free && (room <= width || x + room <= LEFT + BAR) {
                text_at(svg, x + 1.0, y - 4.0, "start", 9.0, &label);
                free = x + room + 6.0;
            } else if x >= below && share > 0.004 {
                let label = format!("{label} {:.1}", share * 100.0);
                let end = x + label.chars().count() as f64 * 5.0;
                let (anchor, at) = if end > WIDTH { ("end", x + width) } else { ("start", x) };
                text_at(svg, at, y + 28.0, anchor, 8.5, &label);
                below = end + 6.0;
            }
            x += width;
        }
    }

    fn description(&self) -> String {
        let column = |column: &Column| {
            let shares = self.rows.iter().enumerate().filter_map(|(number, row)| {
                Some(format!("{} {}", row.title, percent(column.share(number)?)))
            });
            format!("{}: {}", column.title, shares.collect::<Vec<_>>().join(", "))
        };
        self.columns.iter().map(column).collect::<Vec<_>>().join(". ")
    }
}

/// Measures of the figure, in its own units, of which 672 are 178 mm.
const WIDTH: f64 = 672.0;
const LEFT: f64 = 132.0;
const BAR: f64 = 530.0;
const TOP: f64 = 36.0;
const STEP: f64 = 62.0;

/// The colours of `style/tokens.css` on white.
const TONES: [&str; 8] =
    ["#0b7fab", "#e0992b", "#2e9f7b", "#c8572b", "#b4517f", "#6fb6e0", "#6b63b5", "#b5ab3a"];

/// A colour with the pattern over it, which tells members of a family apart in grey print too.
fn pattern((tone, weave): (u32, u32)) -> String {
    let fill = TONES[tone as usize % TONES.len()];
    let over = match weave {
        1 => "<path d=\"M0 5L5 0\" stroke=\"#fff\" stroke-opacity=\".7\" stroke-width=\"1.2\"/>",
        2 => "<circle cx=\"2.5\" cy=\"2.5\" r=\"1.1\" fill=\"#fff\" fill-opacity=\".8\"/>",
        3 => "<rect width=\"1.4\" height=\"5\" fill=\"#fff\" fill-opacity=\".7\"/>",
        _ => "",
    };
    format!(
        "<pattern id=\"p{tone}-{weave}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
         <rect width=\"5\" height=\"5\" fill=\"{fill}\"/>{over}</pattern>"
    )
}

fn text_at(svg: &mut String, x: f64, y: f64, anchor: &str, size: f64, text: &str) {
    let weight = if size > 10.0 { 600 } else { 400 };
    let _ = write!(
        svg,
        "<text x=\"{x:.2}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" font-weight=\"{weight}\" \
         fill=\"#1b1d1f\">{}</text>",
        xml(text)
    );
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn latex_text(text: &str) -> String {
    let letter = |letter: char| match letter {
        '\\' => "\\textbackslash{}".to_owned(),
        '&' | '%' | '$' | '#' | '_' | '{' | '}' => format!("\\{letter}"),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '≈' => "$\\approx$".to_owned(),
        '\n' => " ".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(letter).collect()
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).collect::<String>() + "…"
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// A number with commas between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row = |title: &str, dataset: &str| Row { title: title.to_owned(), dataset: dataset.to_owned() };
        Table {
            title: "A & B".to_owned(),
            unit: "samples".to_owned(),
            note: "As documented.".to_owned(),
            rows: vec![row("LLaVA_150K <1>", "llava-v1.5-mix665k"), row("coyo | x", "coyo-700m")],
            columns: vec![
                Column {
                    title: "Step 1".to_owned(),
                    total: 4_000_000.0,
                    is_estimate: true,
                    cells: vec![Some(3_000_000.0), Some(1_000_000.0)],
                },
                Column {
                    title: "Step 2".to_owned(),
                    total: 10.0,
                    is_estimate: false,
                    cells: vec![None, Some(10.0)],
                },
            ],
        }
    }

    #[test]
    fn a_table_in_markdown() {
        let text = table().write(Form::Markdown);
        assert!(text.contains("| LLaVA_150K <1> | 3,000,000 | 75.00 % |  |  |"), "{text}");
        assert!(text.contains("| coyo \\| x | 1,000,000 | 25.00 % | 10 | 100.00 % |"), "{text}");
        assert!(text.contains("| **samples** | ≈ 4,000,000 | | 10 | |"), "{text}");
    }

    #[test]
    fn a_table_in_latex() {
        let text = table().write(Form::Latex);
        assert!(text.contains("LLaVA\\_150K <1> & 3,000,000 & 75.00 & &  \\\\"), "{text}");
        assert!(text.contains("$\\approx$ 4,000,000") && text.ends_with("% As documented.\n"), "{text}");
        assert_eq!(text.matches("\\\\\n").count(), 5);
    }

    #[test]
    fn a_figure_is_drawn_to_scale() {
        let text = table().write(Form::Svg);
        assert!(text.contains("width=\"396.70\" height=\"18\" fill=\"url(#p1-0)\""), "{text}");
        assert!(text.contains("<title>A &amp; B</title>") && !text.contains("<1>"), "{text}");
        assert_eq!(text.matches("<rect x=").count(), 3);
    }
}
