//! A sample of a result as lines of text.

use crate::cli::paint::{Look, Paint, harmless};
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::search::{SearchHit, Snippet};

/// Columns that the names of roles take.
const ROLE_WIDTH: usize = 7;

/// The lines of a sample: its name, what it says by role, its images, its link.
pub(super) fn lines(hit: &SearchHit, paint: Paint) -> Vec<String> {
    let mut lines = vec![title(hit, paint)];
    lines.extend(hit.trouble.iter().map(|trouble| format!("  {}", harmless(trouble))));
    lines.extend(hit.snippets.iter().map(|snippet| {
        let role = format!("{:<ROLE_WIDTH$}", harmless(snippet.role.name()));
        format!("  {}{}", paint.text(Look::Aside, &role), passage(snippet, paint))
    }));
    if hit.image_count > 0 {
        let role = format!("{:<ROLE_WIDTH$}", "images");
        lines.push(format!("  {}{}", paint.text(Look::Aside, &role), images(hit)));
    }
    lines.push(format!("  {}", paint.text(Look::Aside, &hit.url)));
    lines
}

fn title(hit: &SearchHit, paint: Paint) -> String {
    let name = paint.text(Look::Title, &harmless(&format!("{}/{}", hit.dataset, hit.key)));
    let id = hit.id.as_ref().map_or(String::new(), |id| format!("id {}, ", harmless(id)));
    let aside = format!("{id}{}, {}", counted(hit.turn_count, "turn"), counted(hit.words, "word"));
    format!("{name}  {}", paint.text(Look::Aside, &aside))
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A passage with its matches marked.
fn passage(snippet: &Snippet, paint: Paint) -> String {
    let text: Vec<char> = harmless(&snippet.text).chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    for [begin, end] in &snippet.marks {
        out.extend(&text[at..*begin]);
        let found: String = text[*begin..*end].iter().collect();
        out.push_str(&paint.text(Look::Match, &found));
        at = *end;
    }
    out.extend(&text[at..]);
    out
}

fn images(hit: &SearchHit) -> String {
    let mut names: Vec<String> = hit.images.iter().map(image).collect();
    let more = hit.image_count.saturating_sub(names.len() as u64);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

fn image(view: &ImageView) -> String {
    // One elsewhere on the network has no key.
    let name = harmless(if view.key.is_empty() { &view.written } else { &view.key });
    match (view.status, view.width.zip(view.height)) {
        (ImageStatus::Present, Some((width, height))) => format!("{name} ({width}×{height})"),
        (ImageStatus::Missing, _) => format!("{name} (missing)"),
        (ImageStatus::Broken, _) => format!("{name} (broken)"),
        (ImageStatus::NotEmbedded, _) => format!("{name} (not embedded)"),
        (ImageStatus::Remote, _) => format!("{name} (remote)"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::paint::Colours;
    use blendscope_shared::role::Role;

    fn hit() -> SearchHit {
        let image = |key: &str, status| ImageView { key: key.to_owned(), status, ..ImageView::default() };
        SearchHit {
            dataset: "birds".to_owned(),
            key: "0123456789abc".to_owned(),
            id: Some("a\u{1b}[31m".to_owned()),
            url: "/s/birds/0123456789abc".to_owned(),
            images: vec![image("coco/1", ImageStatus::Missing)],
            image_count: 9,
            turn_count: 2,
            words: 1,
            snippets: vec![Snippet {
                turn: 1,
                role: Role::Gpt,
                text: "…赤いバス\nis red".to_owned(),
                marks: vec![[1, 3], [9, 12]],
            }],
            ..SearchHit::default()
        }
    }

    #[test]
    fn a_hit_says_what_where_and_how_to_get_there() {
        assert_eq!(
            lines(&hit(), Paint::of(Colours::Never)),
            [
                "birds/0123456789abc  id a\u{fffd}[31m, 2 turns, 1 word",
                "  gpt    …赤いバス is red",
                "  images coco/1 (missing), and 8 more",
                "  /s/birds/0123456789abc",
            ]
        );
    }

    #[test]
    fn matches_stand_out() {
        let lines = lines(&hit(), Paint::of(Colours::Always));
        assert!(lines[1].contains("…\u{1b}[1;31m赤い\u{1b}[0mバス is "), "{:?}", lines[1]);
        assert!(lines[1].ends_with("\u{1b}[1;31mred\u{1b}[0m"), "{:?}", lines[1]);
    }
}
