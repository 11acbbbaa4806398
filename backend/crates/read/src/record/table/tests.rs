//! What the schemas of binary containers say.

use super::*;
use crate::{EmbeddedImage, ImageAt, ImageEncoding};
use serde_json::json;

fn image(number: u8) -> EmbeddedImage {
    let at = ImageAt::Range { offset: 10, length: 20, encoding: ImageEncoding::Base64 };
    EmbeddedImage { hash: [number; 32], bytes: 15, facts: crate::PictureFacts::default(), at }
}

fn sample(container: Container, record: &Value) -> Sample {
    parse(container, record.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}: {record}"))
}

fn texts(sample: &Sample) -> Vec<(&str, &str)> {
    sample.turns.iter().map(|turn| (turn.role.name(), turn.text.as_str())).collect()
}

#[test]
fn pairs_are_one_text_behind_the_image() {
    for (image_key, caption_key) in [("image", "text"), ("rawbytes", "caption"), ("jpg", "txt")] {
        let record =
            json!({image_key: image(1).to_json(), caption_key: "an <image> of a dog", "id": 7, "url": "u"});
        let sample = sample(Container::PICKLE, &record);
        assert_eq!(texts(&sample), [("gpt", "<image>an <IMAGE> of a dog")]);
        assert_eq!(sample.images, [ImageRef::Embedded(image(1))]);
        assert_eq!((sample.id.as_deref(), sample.extra.len()), (Some("7"), 1));
        assert!(sample.is_document);
    }
}

#[test]
fn questions_have_their_images_before_them_and_keys_may_have_a_colon() {
    let record =
        json!({"question": "Which?", "answer:": "Both.", "image:": [image(1).to_json(), "b.jpg"], "id": "x"});
    let sample = sample(Container::PICKLE, &record);
    assert_eq!(texts(&sample), [("human", "<image>\n<image>\nWhich?"), ("gpt", "Both.")]);
    assert_eq!(sample.images, [ImageRef::Embedded(image(1)), ImageRef::Path("b.jpg".to_owned())]);
    assert!(!sample.is_document);
    let without = json!({"question": "2 + 2?", "answer": "4", "image": [], "id": "text_flan_00000001"});
    assert_eq!(self::sample(Container::PICKLE, &without).images, []);
}

#[test]
fn tables_of_conversations_take_the_bytes_before_the_path() {
    let record = json!({
        "id": "0001", "data_source": "llava-next-instruct",
        "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A bus."}],
        "image": {"bytes": image(1).to_json(), "path": "0001.jpg"},
    });
    let with = sample(Container::PARQUET, &record);
    assert_eq!(texts(&with), [("human", "<image>\nWhat?"), ("gpt", "A bus.")]);
    assert_eq!(with.images, [ImageRef::Embedded(image(1))]);
    assert_eq!(with.extra.keys().collect::<Vec<_>>(), ["data_source"]);
    let mut record = record;
    record["image"] = Value::Null;
    assert_eq!(sample(Container::PARQUET, &record).images, []);
}

#[test]
fn the_text_of_synthdog_is_unwrapped() {
    let truth = |truth: Value| json!({"image": {"bytes": image(1).to_json(), "path": null}, "ground_truth": truth.to_string()});
    let plain = sample(Container::PARQUET, &truth(json!({"gt_parse": {"text_sequence": "目次 第一"}})));
    assert_eq!(texts(&plain), [("gpt", "<image>目次 第一")]);
    assert!(plain.extra.is_empty());
    let more = sample(Container::PARQUET, &truth(json!({"gt_parse": {"text_sequence": "a"}, "meta": 1})));
    assert!(more.extra.contains_key("ground_truth"), "what is beside the text is kept");
}

#[test]
fn members_of_an_archive_are_one_record() {
    let record =
        json!({"__key__": "a/000001", "jpg": image(1).to_json(), "json": {"caption": "a dog", "path": "x"}});
    let with_json = sample(Container::TAR, &record);
    assert_eq!(texts(&with_json), [("gpt", "<image>a dog")]);
    assert_eq!(with_json.id.as_deref(), Some("\"a/000001\""));
    let masks = json!({"__key__": "sa_1", "jpg": image(1).to_json(), "json": {"annotations": []}});
    assert!(
        parse(Container::TAR, masks.to_string().as_bytes()).is_err(),
        "a picture without words is no sample"
    );
}

#[test]
fn pictures_alone_are_a_sample_of_a_pickle() {
    let record = json!({"key": 12, "images": {"000.jpg": image(1).to_json(), "001.jpg": image(2).to_json()}});
    let sample = sample(Container::PICKLE, &record);
    assert_eq!(sample.images, [ImageRef::Embedded(image(1)), ImageRef::Embedded(image(2))]);
    assert_eq!((sample.turns.len(), sample.id.as_deref()), (0, Some("12")));
}

#[test]
fn an_image_without_a_sentence_stands_at_the_end() {
    let info = json!([{"image_name": "a.jpg", "matched_text_index": 99, "image_base64": image(1).to_json()},
        {"image_name": "b.jpg", "image_base64": null}]);
    let record = json!({"text_list": ["One.", "Two."], "image_info": info, "similarity_matrix": [[0.5, 0.25], [0, 1]]});
    let sample = sample(Container::PICKLE, &record);
    assert_eq!(texts(&sample), [("gpt", "One. Two. <image><image>")]);
    assert_eq!(sample.images[1], ImageRef::NotEmbedded("b.jpg".to_owned()));
    assert!(sample.extra.contains_key("similarity_matrix"));
}
