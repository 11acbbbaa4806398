//! Reader of box files: what a detector saw on each picture, by the id of the record that shows it.
//!
//! MG-LLaVA has them next to its annotation files, in one of three forms, told apart by their first bytes: a list of
//! `{"id", "boxes", "scores", "labels"}`, or one object of id to such an item, or one item a line. Boxes are `[left,
//! top, right, bottom]` in pixels. Items of videos have `frames` instead and are only counted. A file may be gigabytes
//! long, so it is streamed and its items are known by byte range.

use crate::split::{
    Feed, Item, Limits, Output, Problem, Scan, Source, Stop, ValueScan, member_parts, split_array,
    split_lines, split_members,
};
use crate::{File, ReadError, open_file};
use blendscope_shared::sample::LabelledBox;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::path::Path;
use std::{fmt, io};

/// The most problems of a file that are reported; of the others only the number.
const PROBLEMS_MAX: usize = 10;

/// What is known when a box file has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoxesEnd {
    /// Items with an id, those of videos not counted.
    pub items: u64,
    /// Items of videos, which are skipped.
    pub videos: u64,
    /// Items without an id, or that are no JSON, and other trouble.
    pub problems: u64,
    /// The first of the problems.
    pub first_problems: Vec<Problem>,
    /// Whether the visitor stopped before the end.
    pub stopped: bool,
}

/// What is known of each item: its id as text, and its byte range in the file.
pub(crate) type VisitItem<'v> = dyn FnMut(&str, u64, u64) -> ControlFlow<()> + 'v;

/// Streams the items of a box file to `visit` as (id, offset, length), in constant memory.
///
/// The range of an item in an object of id to item begins at its key. [`look_at`] and [`parse_boxes`] read a range.
pub fn index_boxes(path: &Path, visit: &mut VisitItem<'_>) -> Result<BoxesEnd, ReadError> {
    let file = open_file(path).map_err(|source| ReadError::Open { path: path.to_owned(), source })?;
    index_opened(&file, Limits::DEFAULT, visit).map_err(|(offset, source)| ReadError::Io {
        path: path.to_owned(),
        offset,
        source,
    })
}

/// As [`index_boxes`]; an error comes with its place in the file.
pub(crate) fn index_opened(
    file: &File,
    limits: Limits,
    visit: &mut VisitItem<'_>,
) -> Result<BoxesEnd, (u64, io::Error)> {
    let mut feed = Feed::new(Source::Plain { file, position: 0 }, limits.chunk);
    let mut count = Count { visit, end: BoxesEnd::default() };
    let result = split(&mut feed, limits, &mut count);
    match result {
        Ok(Some(problem)) => count.problem(problem),
        Ok(None) => {}
        Err(Stop::Asked) => count.end.stopped = true,
        Err(Stop::Failed(error)) => return Err((feed.disk_done(), error)),
    }
    Ok(count.end)
}

fn split(feed: &mut Feed<'_>, limits: Limits, count: &mut Count<'_, '_>) -> Result<Option<Problem>, Stop> {
    let form = form_of(feed, limits)?;
    if form == Form::Members {
        return split_members(feed, limits, &mut |member| match member {
            Ok(member) => count.item(member.offset, member.raw),
            Err(problem) => {
                count.problem(problem);
                ControlFlow::Continue(())
            }
        });
    }
    let mut each = |item: Item<'_>| match item {
        Item::Record(record) => count.item(record.offset, record.raw),
        Item::Problem(problem) => {
            count.problem(problem);
            ControlFlow::Continue(())
        }
    };
    let mut out = Output::new(&mut each);
    if form == Form::Lines {
        split_lines(feed, limits, &mut out)
    } else {
        split_array(feed, limits, &mut out)
    }
}

/// Tells items apart and counts them.
struct Count<'v, 'f> {
    visit: &'v mut VisitItem<'f>,
    end: BoxesEnd,
}

impl Count<'_, '_> {
    fn item(&mut self, offset: u64, raw: &[u8]) -> ControlFlow<()> {
        match look_at(raw) {
            Ok(item) if item.is_video => self.end.videos += 1,
            Ok(item) => {
                self.end.items += 1;
                return (self.visit)(&item.id, offset, raw.len() as u64);
            }
            Err(message) => self.problem(Problem { number: None, offset, message }),
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: Problem) {
        self.end.problems += 1;
        if self.end.first_problems.len() < PROBLEMS_MAX {
            self.end.first_problems.push(problem);
        }
    }
}

/// How the items lie in a box file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A JSON array of items.
    Array,
    /// One JSON object of id to item.
    Members,
    /// One item a line.
    Lines,
}

/// Looks at the first bytes, and consumes no more than a byte order mark and blanks.
fn form_of(feed: &mut Feed<'_>, limits: Limits) -> io::Result<Form> {
    if feed.next_token()? != Some(b'{') {
        return Ok(Form::Array);
    }
    loop {
        match first_value(&feed.bytes()[1..]) {
            Some(b'{' | b'}') => return Ok(Form::Members),
            Some(_) => return Ok(Form::Lines),
            None if feed.bytes().len() >= limits.record || !feed.more()? => return Ok(Form::Lines),
            None => {}
        }
    }
}

/// The first byte of the first value in what stands behind `{`, or `}` when there is none: no value of an item is an
/// object, and every value of an object of items is one.
fn first_value(text: &[u8]) -> Option<u8> {
    let text = text.trim_ascii_start();
    match text.first()? {
        b'"' => {}
        other => return Some(*other),
    }
    let Scan::End(key) = ValueScan::new().advance(text) else { return None };
    let behind = text[key..].trim_ascii_start();
    match behind.first()? {
        b':' => behind[1..].trim_ascii_start().first().copied(),
        other => Some(*other),
    }
}

/// Boxes of one picture that are read. Detectors draw some dozens; the limit bounds what a hostile file can cost.
const MOST_BOXES: usize = 10_000;

/// What an item is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxItem {
    /// The id as text: a number as it is written, a text without its quotes.
    pub id: String,
    /// Whether it has boxes of a video's frames instead of a picture's.
    pub is_video: bool,
}

/// The keys by which items are told apart.
#[derive(serde::Deserialize)]
struct Outline<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    frames: Option<IgnoredAny>,
}

/// The keys that hold the boxes.
#[derive(serde::Deserialize)]
struct Lists {
    #[serde(default)]
    boxes: Limited<[f64; 4]>,
    #[serde(default)]
    scores: Limited<Option<f64>>,
    #[serde(default)]
    labels: Limited<Option<String>>,
}

/// Says which id an item has: its key where it has one, as the trainer looks it up, else its `id`.
pub fn look_at(raw: &[u8]) -> Result<BoxItem, String> {
    let (key, item) = key_and_item(raw)?;
    let outline: Outline<'_> = serde_json::from_slice(item).map_err(|error| no_item(&error))?;
    let id = match (key, outline.id) {
        (Some(key), _) => serde_json::from_slice(key).map_err(|error| no_item(&error))?,
        (None, Some(id)) => id_text(id)?,
        (None, None) => return Err("a box item without an `id`".to_owned()),
    };
    Ok(BoxItem { id, is_video: outline.frames.is_some() })
}

/// Reads the boxes of an item, in pixels as they stand. A box without a score or label is one without.
pub fn parse_boxes(raw: &[u8]) -> Result<Vec<LabelledBox>, String> {
    let (_, item) = key_and_item(raw)?;
    let lists: Lists = serde_json::from_slice(item).map_err(|error| no_item(&error))?;
    let mut scores = lists.scores.0.into_iter();
    let mut labels = lists.labels.0.into_iter();
    let labelled = lists.boxes.0.into_iter().map(|edges| LabelledBox {
        edges,
        label: labels.next().flatten().unwrap_or_default(),
        score: scores.next().flatten(),
    });
    Ok(labelled.collect())
}

/// Falls a range into the key, if it begins with one, and the item.
fn key_and_item(raw: &[u8]) -> Result<(Option<&[u8]>, &[u8]), String> {
    let (key, item) = match raw.first() {
        Some(b'"') => {
            let (key, item) = member_parts(raw).ok_or("a key without an item")?;
            (Some(key), item)
        }
        _ => (None, raw),
    };
    // Asked here because an array would pass for an object whose keys are left out.
    if item.first() != Some(&b'{') {
        return Err("a box item that is not an object".to_owned());
    }
    Ok((key, item))
}

fn id_text(id: &RawValue) -> Result<String, String> {
    match id.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(id.get()).map_err(|error| no_item(&error)),
        Some(b'-' | b'0'..=b'9') => Ok(id.get().to_owned()),
        _ => Err("a box item whose `id` is neither a text nor a number".to_owned()),
    }
}

fn no_item(error: &serde_json::Error) -> String {
    format!("not a box item: {error} of it")
}

/// A list, or null, of no more than [`MOST_BOXES`] values.
struct Limited<T>(Vec<T>);

impl<T> Default for Limited<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Limited<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LimitedVisitor(PhantomData))
    }
}

struct LimitedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for LimitedVisitor<T> {
    type Value = Limited<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Limited<T>, E> {
        Ok(Limited::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Limited<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            if values.len() == MOST_BOXES {
                return Err(A::Error::custom(format_args!("more than {MOST_BOXES} boxes of one picture")));
            }
            values.push(value);
        }
        Ok(Limited(values))
    }
}

#[cfg(test)]
mod tests {
    use super::{BoxItem, *};
    use crate::testing::file_of;
    use blendscope_shared::sample::LabelledBox;

    const ITEM: &str = r#""boxes":[[1,2,30,40],[5,6.5,7,8]],"scores":[0.9],"labels":["a bus","犬"]"#;

    /// Ids with the texts of their ranges, and what is known at the end.
    fn index(text: &str, chunk: usize) -> (Vec<(String, String)>, BoxesEnd) {
        let mut found = Vec::new();
        let limits = Limits { chunk, ..Limits::DEFAULT };
        let end = index_opened(&file_of(text.as_bytes()), limits, &mut |id, offset, length| {
            found.push((id.to_owned(), text[offset as usize..][..length as usize].to_owned()));
            ControlFlow::Continue(())
        });
        (found, end.unwrap())
    }

    #[test]
    fn every_form_gives_the_same_boxes() {
        let one = format!(r#"{{"id":"VG_100K/1","image":"x.jpg",{ITEM}}}"#);
        let two = format!(r#"{{"id":17,{ITEM}}}"#);
        let forms = [
            format!("[{one},\n {two}]"),
            format!("{one}\r\n\n{two}\n"),
            format!(r#"{{"VG_100K/1": {one}, "17" : {{{ITEM}}}}}"#),
            format!("\u{feff} {{\n \"VG_100K\\/1\":{{ {ITEM}}},\"17\":{two}}}"),
        ];
        let expected = [
            LabelledBox { edges: [1., 2., 30., 40.], label: "a bus".to_owned(), score: Some(0.9) },
            LabelledBox { edges: [5., 6.5, 7., 8.], label: "犬".to_owned(), score: None },
        ];
        for (form, chunk) in forms.iter().flat_map(|form| [(form, 3), (form, 1 << 20)]) {
            let (found, end) = index(form, chunk);
            let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
            assert_eq!(ids, ["VG_100K/1", "17"], "{form}");
            assert_eq!(end, BoxesEnd { items: 2, ..BoxesEnd::default() }, "{form}");
            for (id, range) in found {
                assert_eq!(look_at(range.as_bytes()), Ok(BoxItem { id, is_video: false }));
                assert_eq!(parse_boxes(range.as_bytes()).unwrap(), expected, "{range}");
            }
        }
    }

    #[test]
    fn odd_items_are_counted_and_the_rest_is_read() {
        let text = r#"[{"id":1,"boxes":null},{"id":2,"frames":[{"boxes":[]}]},{"boxes":[]},[3],{"id":{}},{"id":4,},{"id":5}]"#;
        let (found, end) = index(text, 8);
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["1", "5"]);
        assert_eq!((end.items, end.videos, end.problems), (2, 1, 4));
        let messages: Vec<&str> = end.first_problems.iter().map(|problem| problem.message.as_str()).collect();
        for (message, part) in
            messages.iter().zip(["without an `id`", "not an object", "neither", "trailing comma"])
        {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(end.first_problems[0].offset, text.find(r#",{"boxes""#).unwrap() as u64 + 1);
    }

    #[test]
    fn thousands_of_problems_are_counted_and_ten_are_kept() {
        let (_, end) = index(&"{\"a\":1}\n".repeat(5000), 1 << 20);
        assert_eq!((end.problems, end.first_problems.len()), (5000, PROBLEMS_MAX));
    }

    #[test]
    fn what_is_no_box_file_is_one_problem() {
        for text in ["", "version https://git-lfs.github.com/spec/v1", "{\"a\":{\"boxes\":[", "[{\"id\":1"] {
            let (found, end) = index(text, 1 << 20);
            assert_eq!((found.len(), end.problems), (0, 1), "{text}: {end:?}");
        }
        assert_eq!(index("{}", 1 << 20), (vec![], BoxesEnd::default()));
    }

    #[test]
    fn lists_that_cannot_be_boxes_are_refused() {
        let rows = [
            (r#"{"boxes":[[1,2,3]]}"#.to_owned(), "invalid length 3"),
            (r#"{"boxes":[[1,2,3,4,5]]}"#.to_owned(), "trailing characters"),
            (r#"{"boxes":"none"}"#.to_owned(), "expected a list"),
            (format!(r#"{{"scores":[{}0]}}"#, "0,".repeat(10_000)), "more than 10000 boxes"),
            (r#""key":[]"#.to_owned(), "not an object"),
            (r#""key""#.to_owned(), "without an item"),
            (String::new(), "not an object"),
        ];
        for (raw, part) in rows {
            let message = parse_boxes(raw.as_bytes()).unwrap_err();
            assert!(message.contains(part), "{raw}: {message}");
        }
        assert_eq!(parse_boxes(b"{}"), Ok(vec![]));
    }

    #[test]
    fn the_visitor_may_stop() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("boxes.json");
        std::fs::write(&path, r#"{"1":{},"2":{}}"#).unwrap();
        let end = index_boxes(&path, &mut |_, _, _| ControlFlow::Break(())).unwrap();
        assert_eq!((end.items, end.stopped), (1, true));
        let missing = index_boxes(&folder.path().join("none.json"), &mut |_, _, _| ControlFlow::Break(()));
        assert!(missing.unwrap_err().to_string().contains("none.json"));
    }
}
