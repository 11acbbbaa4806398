//! Tables that read well on a terminal and in Markdown.

/// A table; its first row is the head.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(head: Vec<String>) -> Self {
        Self { rows: vec![head] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as text, the first column at the left and the others at the right.
    pub(super) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().map(|row| width(&cell(row, column))).max().unwrap_or(0).max(3))
            .collect();
        let mut lines = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = widths
                .iter()
                .enumerate()
                .map(|(column, &width)| padded(&cell(row, column), width, column > 0));
            lines.push(format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
            if number == 0 {
                let rules = widths.iter().enumerate().map(|(column, &width)| match column {
                    0 => "-".repeat(width + 2),
                    _ => format!("{}:", "-".repeat(width + 1)),
                });
                lines.push(format!("|{}|", rules.collect::<Vec<_>>().join("|")));
            }
        }
        lines.join("\n")
    }
}

fn padded(text: &str, wanted: usize, at_right: bool) -> String {
    let blanks = " ".repeat(wanted.saturating_sub(width(text)));
    if at_right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

/// Columns on a terminal: Han and Kana take two.
fn width(text: &str) -> usize {
    text.chars().map(|character| if ('\u{3000}'..='\u{9fff}').contains(&character) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["what", "n"].map(str::to_owned).to_vec());
        table.row(["犬", "1,000"].map(str::to_owned).to_vec());
        assert_eq!(table.text(), "| what |     n |\n|------|------:|\n| 犬   | 1,000 |");
    }
}
