//! Line breaks and indents for a record that is shown as it stands.

/// One step of indentation.
const INDENT: &str = "  ";

/// Breaks compact JSON into lines. Numbers, strings and the order of keys stay exactly as they are written; a text that
/// is not JSON only gets odd line breaks.
pub fn pretty(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut is_escaped = false;
    for letter in json.chars() {
        if in_string {
            in_string = is_escaped || letter != '"';
            is_escaped = !is_escaped && letter == '\\';
            text.push(letter);
            continue;
        }
        match letter {
            '{' | '[' => {
                depth += 1;
                text.push(letter);
                new_line(&mut text, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                let is_empty = text.trim_end().ends_with(['{', '[']);
                text.truncate(text.trim_end().len());
                if !is_empty {
                    new_line(&mut text, depth);
                }
                text.push(letter);
            }
            ',' => {
                text.push(letter);
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            '"' => {
                in_string = true;
                text.push(letter);
            }
            blank if blank.is_ascii_whitespace() => (),
            other => text.push(other),
        }
    }
    text
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    for _ in 0..depth {
        text.push_str(INDENT);
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn records_are_broken_into_lines_and_nothing_else() {
        let record = r#"{"id": 1.50, "turns":[{"value":"a, {b}: \"c\\"}],"none":[],"empty":{}}"#;
        let lines = pretty(record);
        assert_eq!(lines.lines().count(), 10);
        assert!(lines.contains(r#""value": "a, {b}: \"c\\""#), "{lines}");
        assert!(lines.contains("\"id\": 1.50,\n"), "{lines}");
        assert!(lines.contains("\"none\": [],"), "{lines}");
    }

    #[test]
    fn a_record_with_line_breaks_looks_the_same() {
        assert_eq!(pretty("[\n  1,\n\n 2 ]"), pretty("[1,2]"));
    }
}
