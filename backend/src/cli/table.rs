//! Lines of text in columns.

/// A heading and rows below it, indented, each column as wide as its widest cell; the last one is not padded.
pub(super) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> Vec<String> {
    let mut widths = heading.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("  {}", padded.collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    std::iter::once(&heading.map(str::to_owned)).chain(rows).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["coco".to_owned(), "12".to_owned()], ["é".to_owned(), String::new()]];
        assert_eq!(table(["slug", "n"], &rows), ["  slug  n", "  coco  12", "  é"]);
    }
}
