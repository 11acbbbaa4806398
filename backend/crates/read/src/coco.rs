//! Reader of COCO's captions: `{"images": [{"id", "file_name", …}], "annotations": [{"image_id", "id", "caption"}]}`.
//!
//! A record is an annotation joined with its image: the annotation's keys, and those of the image that it does not have
//! itself. The schema is that of the files at <https://cocodataset.org/#format-data>.

use crate::split::{Feed, Item, Limits, Output, Stop, TextAt, walk_list};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Keys of an image that are joined into its annotations.
const JOINED: [&str; 5] = ["file_name", "width", "height", "coco_url", "flickr_url"];

/// The most bytes of images that are kept in memory, as JSON text.
const MEMORY: usize = 256 << 20;

/// By the JSON text of its id, an image's joined keys as JSON text.
type Images = HashMap<Box<str>, Box<str>>;

/// Streams the annotations of a COCO file, each with its image. The file is read twice, for images may stand behind
/// annotations.
pub(crate) fn read_coco(text: TextAt<'_>, limits: Limits, out: &mut Output<'_>) -> Result<(), Stop> {
    let (images, is_complete) = images(text, limits)?;
    let mut feed = Feed::new(text.open(u64::MAX)?, limits.chunk);
    let end = walk_list(&mut feed, limits, "annotations", &mut |item| {
        let sent = match item {
            Item::Problem(problem) => out.pass_on(problem),
            Item::Record(record) => match joined(record.raw, &images) {
                Ok(joined) => out.record(record.offset, &joined, record.disk_done),
                Err(message) => out.lost(record.offset, message),
            },
        };
        if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if !is_complete {
        let message =
            format!("more images than fit into {} MB: annotations of the others have none", MEMORY >> 20);
        out.trouble(0, message)?;
    }
    match end {
        Some(end) => out.pass_on(end),
        None => Ok(()),
    }
}

/// The images by id, and whether these are all.
fn images(text: TextAt<'_>, limits: Limits) -> Result<(Images, bool), Stop> {
    let mut images = Images::new();
    let (mut room, mut is_complete) = (MEMORY, true);
    let mut feed = Feed::new(text.open(u64::MAX)?, limits.chunk);
    walk_list(&mut feed, limits, "images", &mut |item| {
        if let Item::Record(record) = item
            && let Some((id, joined)) = image(record.raw)
        {
            let needed = id.len() + joined.len() + 64;
            if needed > room {
                is_complete = false;
                return ControlFlow::Break(());
            }
            room -= needed;
            images.insert(id, joined);
        }
        ControlFlow::Continue(())
    })?;
    Ok((images, is_complete))
}

fn image(raw: &[u8]) -> Option<(Box<str>, Box<str>)> {
    let mut image: Map<String, Value> = serde_json::from_slice(raw).ok()?;
    let id = image.get("id")?.to_string();
    image.retain(|key, _| JOINED.contains(&key.as_str()));
    Some((id.into(), Value::Object(image).to_string().into()))
}

/// An annotation with its image's keys, as JSON text.
fn joined(raw: &[u8], images: &Images) -> Result<Vec<u8>, String> {
    let mut record: Map<String, Value> =
        serde_json::from_slice(raw).map_err(|error| format!("an annotation that is not JSON: {error}"))?;
    let image = record.get("image_id").and_then(|id| images.get(id.to_string().as_str()));
    let image = image.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    for (key, value) in image.unwrap_or_default() {
        record.entry(key).or_insert(value);
    }
    Ok(Value::Object(record).to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use crate::Container;
    use crate::split::Limits;
    use crate::testing::{file_of, member, read_all};

    #[test]
    fn an_annotation_is_a_record_with_its_image() {
        let images = r#""images": [{"id": 7, "file_name": "a.jpg", "width": 3, "license": 1}, {"id": "8", "file_name": "b.jpg"}]"#;
        let annotations = r#""annotations": [{"id": 1, "image_id": 7, "caption": "a"}, {"id": 2, "image_id": "8", "caption": "b"}, {"id": 3, "image_id": 9, "caption": "c"}, 17]"#;
        let expected = [
            r#"{"id":1,"image_id":7,"caption":"a","file_name":"a.jpg","width":3}"#,
            r#"{"id":2,"image_id":"8","caption":"b","file_name":"b.jpg"}"#,
            r#"{"id":3,"image_id":9,"caption":"c"}"#,
        ];
        for text in [
            format!("{{\"info\": {{}}, {images}, \"licenses\": [], {annotations}}}"),
            format!("{{{annotations},\n {images}, \"categories\": [1]}}"),
        ] {
            for (bytes, container) in [
                (text.clone().into_bytes(), Container::COCO),
                (member(text.as_bytes(), 6), Container::COCO.gzip()),
            ] {
                let reading = read_all(&file_of(&bytes), container, Limits::DEFAULT);
                assert_eq!(reading.raws(), expected);
                assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
                assert_eq!(reading.problems[0].number, Some(3));
                let offset = reading.records[0].offset as usize;
                assert!(text[offset..].starts_with(r#"{"id": 1"#));
            }
        }
    }

    #[test]
    fn an_annotation_that_ends_the_file_is_counted_as_lost() {
        let text = r#"{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":1,"caption:"x"}]}"#;
        let reading = read_all(&file_of(text.as_bytes()), Container::COCO, Limits::DEFAULT);
        let lost = reading.problems.iter().filter(|problem| problem.number.is_some()).count() as u64;
        assert_eq!(reading.end.records, reading.records.len() as u64 + lost, "{:?}", reading.problems);
    }
}
