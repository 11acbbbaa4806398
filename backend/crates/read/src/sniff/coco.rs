//! COCO's annotation files, told apart by what their annotations have.

use super::{LIMITS, Sniff};
use crate::sniff::foreign::keys;
use crate::split::{Feed, Item, Limits, Stop, TextAt, walk_list};
use crate::{Container, Form};
use serde_json::{Map, Value};
use std::io;
use std::ops::ControlFlow;

/// Bytes within which the first annotation is looked for: images stand before it.
const LOOKED_AT: u64 = 512 << 20;

/// Says what a file is whose text begins with one object, if it is COCO's.
pub(super) fn look(text: TextAt<'_>, head: &[u8]) -> io::Result<Option<Sniff>> {
    let keys = keys(head);
    let has = |name: &str| keys.iter().any(|key| key == name);
    let is_coco =
        has("images") && ["annotations", "info", "licenses", "categories"].iter().any(|key| has(key));
    if !is_coco {
        return Ok(None);
    }
    let Some(first) = first_annotation(text)? else {
        let reason = "a COCO list of images (`images`) without annotations: no texts";
        return Ok(Some(Sniff::Foreign(reason.to_owned())));
    };
    let has = |name: &str| first.contains_key(name);
    if has("caption") {
        return Ok(Some(Sniff::Records(Container { form: Form::Coco, packing: text.packing() })));
    }
    let reason = if has("segments_info") {
        "COCO panoptic segments (`segments_info`) and no captions"
    } else if has("keypoints") {
        "COCO keypoints of persons and no captions"
    } else if has("bbox") || has("segmentation") {
        "COCO instances: boxes and no captions"
    } else {
        let keys: Vec<&str> = first.keys().take(8).map(String::as_str).collect();
        return Ok(Some(Sniff::Foreign(format!(
            "a COCO file whose annotations have no captions; their keys: {}",
            keys.join(", ")
        ))));
    };
    Ok(Some(Sniff::Foreign(reason.to_owned())))
}

fn first_annotation(text: TextAt<'_>) -> io::Result<Option<Map<String, Value>>> {
    let mut first = None;
    let mut feed = Feed::new(text.open(u64::MAX)?, 1 << 20);
    let limits = Limits { unpacked: LOOKED_AT, ..LIMITS };
    let walked = walk_list(&mut feed, limits, "annotations", &mut |item| {
        if let Item::Record(record) = item {
            first = serde_json::from_slice(record.raw).ok();
        }
        if first.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match walked {
        Err(Stop::Failed(error)) => Err(error),
        _ => Ok(first),
    }
}
