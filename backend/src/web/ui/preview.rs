//! What chat programs show of a link: title, description and picture, by the Open Graph protocol (<https://ogp.me>).

use crate::web::html::escape;
use blendscope_shared::dataset::Dataset;
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::image_page::ImageDetail;
use blendscope_shared::paths;
use blendscope_shared::recipe::Recipe;
use blendscope_shared::role::Role;
use blendscope_shared::sample::SampleView;
use blendscope_shared::search::{SearchAnswer, SearchParams};

/// Longest description, in characters.
const DESCRIPTION_CHARS: usize = 200;
/// Longest title, in characters.
const TITLE_CHARS: usize = 90;
/// Datasets that the preview of a search names.
const PARTS: usize = 3;
/// Width of the picture, in pixels.
const PICTURE_WIDTH: u32 = 640;

/// What a page is about. The texts come from the data and may contain anything.
pub(super) struct Preview {
    title: String,
    description: String,
    /// Address of the picture on this server.
    picture: Option<String>,
}

impl Preview {
    /// A sample: its caption or its first question, what is answered, and the first picture that can be shown.
    pub(super) fn of_sample(sample: &SampleView) -> Self {
        let of = |role| sample.turns.iter().find(|turn| turn.role == role).map(|turn| turn.text.as_str());
        let answer =
            of(Role::Gpt).or(sample.turns.first().map(|turn| turn.text.as_str())).unwrap_or_default();
        let question = of(Role::Human).map(without_image_tokens).filter(|question| !question.is_empty());
        let name = sample.id.as_ref().unwrap_or(&sample.key);
        let place = format!("{} · {name}", sample.dataset);
        let answer = one_line(answer, DESCRIPTION_CHARS);
        Self {
            title: one_line(question.as_deref().unwrap_or(&answer), TITLE_CHARS),
            description: if question.is_some() { format!("{answer} · {place}") } else { place },
            picture: picture(&sample.images),
        }
    }

    /// A search: what is looked for, how much of it there is, where, and the first picture found.
    pub(super) fn of_search(params: &SearchParams, answer: &SearchAnswer) -> Self {
        let what = match (params.q.is_empty(), params.is_filtered()) {
            (false, _) => format!("“{}”", params.q),
            (true, true) => "Filtered samples".to_owned(),
            (true, false) => "All samples".to_owned(),
        };
        let parts = answer.blend.iter().take(PARTS);
        let parts = parts.map(|part| format!("{} {:.0} %", part.dataset, part.share * 100.0));
        let pictures: Vec<&ImageView> = answer.items.iter().flat_map(|hit| &hit.images).collect();
        Self {
            title: format!("{} · {}", one_line(&what, TITLE_CHARS), samples(answer.total.count)),
            description: one_line(&parts.collect::<Vec<_>>().join(" · "), DESCRIPTION_CHARS),
            picture: picture(pictures),
        }
    }

    /// A dataset: its size, its languages, with one of its pictures.
    pub(super) fn of_dataset(dataset: &Dataset) -> Self {
        let languages = dataset.languages.iter().filter(|language| language.lang != "und").take(PARTS);
        let languages = languages.map(|language| format!("{} {}", language.lang, grouped(language.count)));
        let facts: Vec<String> = [samples(dataset.samples)].into_iter().chain(languages).collect();
        Self {
            title: one_line(&dataset.title, TITLE_CHARS),
            description: facts.join(" · "),
            picture: picture(&dataset.covers),
        }
    }

    /// A recipe: its stages with what of them is there.
    pub(super) fn of_recipe(recipe: &Recipe) -> Self {
        let stages = recipe.stages.iter();
        let stages = stages.map(|stage| format!("{}: {} here", stage.title, samples(stage.found)));
        Self {
            title: one_line(&recipe.title, TITLE_CHARS),
            description: one_line(&stages.collect::<Vec<_>>().join(" · "), DESCRIPTION_CHARS),
            picture: None,
        }
    }

    /// An image: the image itself, what is said first about it, and by how many samples.
    pub(super) fn of_image(image: &ImageDetail) -> Self {
        let said =
            image.samples.items.iter().find_map(|hit| hit.answer.as_deref().or(hit.question.as_deref()));
        let shown_by = format!("{} with this image", samples(image.samples.total));
        let is_present = image.status == ImageStatus::Present;
        Self {
            title: one_line(said.unwrap_or(&image.key), TITLE_CHARS),
            description: format!("{shown_by} · {}", image.key),
            picture: is_present.then(|| paths::thumbnail(&image.key, PICTURE_WIDTH)),
        }
    }

    /// Writes the preview into the page. `service` is the address of the service as the request has it.
    pub(super) fn write_into(&self, html: &str, service: &str) -> String {
        let title = format!("{} · Blendscope", escape(&self.title));
        let mut tags = [("og:site_name", "Blendscope"), ("og:type", "website"), ("og:title", &self.title)]
            .map(|(property, content)| meta(property, content))
            .concat();
        tags.push_str(&meta("og:description", &self.description));
        if let Some(picture) = &self.picture {
            tags.push_str(&meta("og:image", &format!("{service}{picture}")));
            tags.push_str("<meta name=\"twitter:card\" content=\"summary_large_image\">");
        }
        let Some((head, body)) = html.split_once("</head>") else { return html.to_owned() };
        format!("{}{tags}</head>{body}", with_title(head, &title))
    }
}

fn picture<'a>(images: impl IntoIterator<Item = &'a ImageView>) -> Option<String> {
    let present = images.into_iter().find(|image| image.status == ImageStatus::Present)?;
    Some(paths::thumbnail(&present.key, PICTURE_WIDTH))
}

/// An instruction without the marks that stand for its pictures.
fn without_image_tokens(text: &str) -> String {
    text.replace("<image>", " ").trim().to_owned()
}

fn samples(count: u64) -> String {
    if count == 1 { "1 sample".to_owned() } else { format!("{} samples", grouped(count)) }
}

/// A count with its thousands apart: 1,204.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let first = (digits.len() - 1) % 3 + 1;
    let (head, rest) = digits.split_at(first);
    rest.as_bytes()
        .chunks(3)
        .fold(head.to_owned(), |text, chunk| format!("{text},{}", String::from_utf8_lossy(chunk)))
}

/// The head with another title, already escaped.
fn with_title(head: &str, title: &str) -> String {
    match (head.split_once("<title>"), head.split_once("</title>")) {
        (Some((before, _)), Some((_, after))) => format!("{before}<title>{title}</title>{after}"),
        _ => format!("{head}<title>{title}</title>"),
    }
}

fn meta(property: &str, content: &str) -> String {
    format!("<meta property=\"{property}\" content=\"{}\">", escape(content))
}

/// The beginning of a text, of at most so many characters, without line breaks.
fn one_line(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::search::{BlendPart, Total};

    const PAGE: &str = "<html><head><title>Blendscope</title></head><body></body></html>";

    fn preview(title: &str, description: &str) -> Preview {
        Preview { title: title.to_owned(), description: description.to_owned(), picture: None }
    }

    #[test]
    fn hostile_captions_stay_text() {
        let html =
            preview("</title><script>alert(1)</script>", "\"><img src=x onerror='x'>").write_into(PAGE, "h");
        assert!(!html.contains("<script>") && !html.contains("<img"));
        assert!(
            html.contains("<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; · Blendscope</title>")
        );
        assert!(html.contains("content=\"&quot;&gt;&lt;img src=x onerror=&#39;x&#39;&gt;\""));
    }

    #[test]
    fn a_hostile_host_stays_text() {
        let mut preview = preview("t", "d");
        preview.picture = Some("/images/a/b?w=640".to_owned());
        let html = preview.write_into(PAGE, "http://\"><script>");
        assert!(html.contains("content=\"http://&quot;&gt;&lt;script&gt;/images/a/b?w=640\""));
    }

    #[test]
    fn descriptions_are_short_and_on_one_line() {
        assert_eq!(one_line(" a\n\n b\tc ", 10), "a b c");
        assert_eq!(one_line(&"犬".repeat(300), 200).chars().count(), 201);
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        let counts = [0, 12, 999, 1_204, 665_298, 1_266_268];
        assert_eq!(counts.map(grouped), ["0", "12", "999", "1,204", "665,298", "1,266,268"]);
    }

    #[test]
    fn a_search_says_what_it_finds_and_where() {
        let params = SearchParams { q: "red bus".to_owned(), ..SearchParams::default() };
        let part = BlendPart { dataset: "mix".to_owned(), count: 3, share: 0.75, lift: 1.0 };
        let total = Total { count: 1_204, is_final: true };
        let answer = SearchAnswer { total, blend: vec![part], ..SearchAnswer::default() };
        let preview = Preview::of_search(&params, &answer);
        assert_eq!(
            (preview.title.as_str(), preview.description.as_str()),
            ("“red bus” · 1,204 samples", "mix 75 %")
        );
    }
}
