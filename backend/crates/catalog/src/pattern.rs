//! Patterns for names: `*` is any run of characters within a segment, `#` is one digit.

/// Whether the whole text fits the pattern.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where to go on when the last star has to take one more character.
    let mut retry: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                retry = Some((at + 1, seen));
                at += 1;
                continue;
            }
            Some(b'#') if text[seen].is_ascii_digit() => {}
            Some(&literal) if literal != b'#' && literal == text[seen] => {}
            _ => match retry {
                Some((after_star, taken)) if text[taken] != b'/' => {
                    retry = Some((after_star, taken + 1));
                    (at, seen) = (after_star, taken + 1);
                    continue;
                }
                _ => return false,
            },
        }
        at += 1;
        seen += 1;
    }
    pattern[at..].iter().all(|&rest| rest == b'*')
}

/// Whether the end of a path, from a segment's border on, fits the pattern; gives what stands before it.
pub(crate) fn fits_end<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let segments = pattern.matches('/').count();
    let start = path.rmatch_indices('/').nth(segments).map_or(0, |(slash, _)| slash + 1);
    fits(pattern, &path[start..]).then(|| path[..start].trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_digits() {
        for (pattern, text) in [
            ("a.json", "a.json"),
            ("*", "anything"),
            ("*", ""),
            ("docvqa_train*", "docvqa_train_10k"),
            ("*b*b", "abcbab"),
            ("#####/#########", "00453/004539375"),
            ("a/*/c", "a/b/c"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a.json", "a.jsonl"),
            ("a/*", "a/b/c"),
            ("####", "12a4"),
            ("##", "123"),
            ("##", "1"),
            ("*b", "abc"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn the_end_of_a_path_leaves_what_stands_before_it() {
        assert_eq!(fits_end("captions/*.json", "data/captions/a.json"), Some("data"));
        assert_eq!(fits_end("a.json", "x/y/a.json"), Some("x/y"));
        assert_eq!(fits_end("captions/*.json", "captions/a.json"), Some(""));
        assert_eq!(fits_end("captions/*.json", "a.json"), None);
        assert_eq!(fits_end("captions/*.json", "mycaptions/a.json"), None);
    }
}
