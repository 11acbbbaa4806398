//! Ids as the datasets have them: strings, numbers, with slashes, or none at all.

use super::Shown;
use crate::demo::datasets::Style;
use crate::demo::sources::Source;
use serde_json::{Value, json};

/// The id of a record; `None` where a dataset has none.
pub(super) fn id(style: Style, shown: &Shown, number: u64) -> Option<Value> {
    let path = shown.source.path(shown.number);
    let stem = stem(&path);
    Some(match style {
        Style::WebCaption => json!(format!("allava_laion_cap_{stem}")),
        Style::WebInstruct => json!(format!("allava_laion_inst_{stem}")),
        Style::Transcript => json!(path.trim_end_matches(".jpg")),
        Style::Weather if number.is_multiple_of(2) => return None,
        Style::Weather | Style::Bilingual => json!(number),
        _ => of_picture(shown),
    })
}

/// The id that goes with a picture, the same for all records about it.
pub(super) fn of_picture(shown: &Shown) -> Value {
    let path = shown.source.path(shown.number);
    let stem = stem(&path);
    match shown.source {
        Source::Gqa => stem.parse::<u64>().map_or_else(|_| json!(stem), |id| json!(id)),
        Source::Vg => json!(path.trim_start_matches("vg/").trim_end_matches(".jpg")),
        _ => json!(stem),
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}
