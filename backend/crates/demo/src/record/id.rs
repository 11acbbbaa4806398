//! Ids as the datasets have them: strings, numbers, with slashes, or none at all.

use crate::datasets::Style;
use crate::sources::{Shown, Source};
use serde_json::{Value, json};

/// The id of a record; `None` where a dataset has none.
pub(crate) fn id(style: Style, shown: Shown, number: u64) -> Option<Value> {
    let path = shown.path();
    let stem = stem(&path);
    Some(match style {
        Style::WebCaption => web_caption(stem),
        Style::Merged if shown.source == Source::Laion => web_caption(stem),
        Style::TaskCaption => json!(format!("allava_vflan_cap_{number}")),
        Style::WebInstruct => json!(format!("allava_laion_inst_{stem}")),
        Style::Transcript => json!(path.trim_end_matches(".jpg")),
        Style::Weather if number.is_multiple_of(2) => return None,
        Style::Weather | Style::Bilingual => json!(number),
        _ => of_picture(shown),
    })
}

fn web_caption(stem: &str) -> Value {
    json!(format!("allava_laion_cap_{stem}"))
}

/// The task of Vision-FLAN that a picture belongs to, as its name says.
pub(super) fn task_name(shown: Shown) -> String {
    let path = shown.path();
    stem(&path).rsplitn(3, '_').last().unwrap_or_default().to_owned()
}

/// The id that goes with a picture, the same for all records about it.
pub(crate) fn of_picture(shown: Shown) -> Value {
    let path = shown.path();
    let stem = stem(&path);
    match shown.source {
        Source::Gqa => stem.parse::<u64>().map_or_else(|_| json!(stem), |id| json!(id)),
        Source::Vg => json!(path.trim_start_matches("vg/").trim_end_matches(".jpg")),
        _ => json!(stem),
    }
}

/// An id as text, as the trainer looks it up.
pub(crate) fn as_text(id: Value) -> String {
    match id {
        Value::String(text) => text,
        number => number.to_string(),
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}
