//! What chat programs show of a link: title, description and picture, by the Open Graph protocol (<https://ogp.me>).

use crate::web::html::escape;
use blendscope_shared::dataset::Dataset;
use blendscope_shared::image::{ImageDetail, ImageStatus, ImageView};
use blendscope_shared::paths;
use blendscope_shared::recipe::Recipe;
use blendscope_shared::role::Role;
use blendscope_shared::sample::SampleView;

/// Longest description, in characters.
const DESCRIPTION_CHARS: usize = 200;
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
    /// A sample: what the response says, with the first picture that can be shown.
    pub(super) fn of_sample(sample: &SampleView) -> Self {
        let name = sample.id.as_ref().unwrap_or(&sample.key);
        let turn = sample.turns.iter().find(|turn| turn.role == Role::Gpt).or(sample.turns.first());
        Self {
            title: one_line(&format!("{name} · {}", sample.dataset)),
            description: turn.map(|turn| one_line(&turn.text)).unwrap_or_default(),
            picture: picture(&sample.images),
        }
    }

    /// A dataset: its size, with one of its pictures.
    pub(super) fn of_dataset(dataset: &Dataset) -> Self {
        Self {
            title: one_line(&dataset.title),
            description: format!("{} samples", dataset.samples),
            picture: picture(&dataset.covers),
        }
    }

    /// A recipe: its stages with what of them is there.
    pub(super) fn of_recipe(recipe: &Recipe) -> Self {
        let stages =
            recipe.stages.iter().map(|stage| format!("{}: {} samples here", stage.title, stage.found));
        Self {
            title: one_line(&recipe.title),
            description: one_line(&stages.collect::<Vec<_>>().join(" · ")),
            picture: None,
        }
    }

    /// An image: how many samples show it, and the image itself.
    pub(super) fn of_image(image: &ImageDetail) -> Self {
        let is_present = image.status == ImageStatus::Present;
        Self {
            title: one_line(&image.key),
            description: format!("{} samples show this image", image.samples.total),
            picture: is_present.then(|| paths::thumbnail(&image.key, PICTURE_WIDTH)),
        }
    }

    /// Writes the preview into the page. `service` is the address of the service as the request has it.
    pub(super) fn write_into(&self, html: &str, service: &str) -> String {
        let title = format!("{} · Blendscope", escape(&self.title));
        let mut tags = meta("og:title", &self.title);
        tags.push_str(&meta("og:description", &self.description));
        if let Some(picture) = &self.picture {
            tags.push_str(&meta("og:image", &format!("{service}{picture}")));
        }
        let Some((head, body)) = html.split_once("</head>") else { return html.to_owned() };
        format!("{}{tags}</head>{body}", with_title(head, &title))
    }
}

fn picture(images: &[ImageView]) -> Option<String> {
    let present = images.iter().find(|image| image.status == ImageStatus::Present)?;
    Some(paths::thumbnail(&present.key, PICTURE_WIDTH))
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

/// The beginning of a text without line breaks.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(DESCRIPTION_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(one_line(" a\n\n b\tc "), "a b c");
        assert_eq!(one_line(&"犬".repeat(300)).chars().count(), DESCRIPTION_CHARS + 1);
    }
}
