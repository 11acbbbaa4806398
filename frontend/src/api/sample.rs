//! A sample as its page needs it.

use crate::json::{self, Kind, ReadError};
use blendscope_shared::{
    image::ImageView,
    sample::{FilePlace, LabelledBox, Turn, TurnMarks, Twin},
};
use serde::{Deserialize, de::Error};

/// [`SampleView`](blendscope_shared::sample::SampleView) with the other fields of the record as text: they are only
/// shown, and a number may have more digits than any type of ours.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Sample {
    /// Slug of its dataset.
    pub(crate) dataset: String,
    /// Lasting name.
    pub(crate) key: String,
    /// The record's own id as text, if it has one.
    pub(crate) id: Option<String>,
    /// Position in the dataset in file order, from 0.
    pub(crate) ordinal: u64,
    /// Where the record lies.
    pub(crate) file: FilePlace,
    /// The conversation, in order.
    pub(crate) turns: Vec<Turn>,
    /// The images, in order.
    pub(crate) images: Vec<ImageView>,
    /// Boxes out of box files, drawn on the first image.
    #[serde(default)]
    pub(crate) boxes: Vec<LabelledBox>,
    /// Terms of use of its dataset, where they restrict.
    #[serde(default)]
    pub(crate) terms: Option<String>,
    /// Every hit of the query that was asked with it.
    #[serde(default)]
    pub(crate) marks: Vec<TurnMarks>,
    /// All other keys of the record and their values: strings without quotes, everything else as it stands.
    #[serde(skip)]
    pub(crate) extra: Vec<(String, String)>,
    /// What is odd about parts of the record.
    #[serde(default)]
    pub(crate) odd: Vec<String>,
    /// The record as it stands in the file, without embedded image bytes.
    pub(crate) raw: String,
    /// Page of the sample before it in the dataset.
    pub(crate) previous: Option<String>,
    /// Page of the sample after it in the dataset.
    pub(crate) next: Option<String>,
    /// Samples with the same key in other datasets.
    pub(crate) twins: Vec<Twin>,
}

impl Sample {
    /// Reads the server's answer.
    pub(crate) fn read(body: &str) -> Result<Self, ReadError> {
        let json = json::parse(body).map_err(ReadError::custom)?;
        let mut sample: Self = json::from_tree(&json)?;
        if let Some(Kind::Map(extra)) = json.get("extra").map(|extra| &extra.kind) {
            sample.extra =
                extra.iter().map(|(name, value)| (name.to_string(), value.plain().to_owned())).collect();
        }
        Ok(sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::sample::SampleView;
    use serde_json::json;

    #[test]
    fn what_the_server_writes_is_read() {
        let extra = json!({"source": "a \"b\"", "score": 1.5, "meta": {"n": [1, null]}});
        let view = SampleView {
            dataset: "d".to_owned(),
            key: "K".to_owned(),
            id: Some("7".to_owned()),
            ordinal: 17,
            url: "/s/d/K".to_owned(),
            file: FilePlace { path: "a.json".to_owned(), record: 1, byte_offset: 2 },
            turns: Vec::new(),
            images: vec![ImageView::default()],
            marks: vec![TurnMarks { turn: 1, marks: vec![[0, 3], [5, 8]] }],
            boxes: vec![LabelledBox {
                edges: [1.0, 2.0, 3.5, 4.0],
                label: "bus".to_owned(),
                score: Some(0.25),
            }],
            terms: Some("research only".to_owned()),
            extra: extra.as_object().unwrap().clone(),
            raw: "{\"id\": 7}".to_owned(),
            previous: None,
            next: Some("/s/d/L".to_owned()),
            twins: vec![Twin { dataset: "e".to_owned(), url: "/s/e/K".to_owned() }],
            odd: Vec::new(),
        };
        let sample = Sample::read(&serde_json::to_string(&view).unwrap()).unwrap();
        assert_eq!(
            (sample.id, sample.ordinal, sample.file, sample.images, sample.boxes, sample.terms, sample.raw),
            (view.id, view.ordinal, view.file, view.images, view.boxes, view.terms, view.raw)
        );
        assert_eq!(sample.marks, view.marks);
        assert_eq!((sample.previous, sample.next, sample.twins), (view.previous, view.next, view.twins));
        let shown: Vec<_> = sample.extra.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(shown, ["source=a \"b\"", "score=1.5", "meta={\"n\":[1,null]}"]);
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        let body = r#"{"dataset":"d","key":"K","id":null,"ordinal":0,"file":{"path":"p","record":0,"byte_offset":0},
            "turns":[],"images":[],"extra":{"big":12345678901234567890123,"half":1.50},"raw":"","previous":null,
            "next":null,"twins":[]}"#;
        let extra = Sample::read(body).unwrap().extra;
        assert_eq!(
            extra.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
            ["12345678901234567890123", "1.50"]
        );
    }
}
