//! The table of dialects: which keys of a record mean what, and of a turn. One table for all containers, and for whoever
//! has to say by its first keys what a file is.
//!
//! A key is looked up as it stands, then in lower case without a colon at its end, since `TEXT`, `Question` and
//! `answer:` occur; `image_1`, `image_2` and the like are pictures, too, `left_url` an address, `short_caption` a caption
//! beside others. Among keys of one meaning the earlier counts.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What a key of a record means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    /// The record's id.
    Id,
    /// A list of turns, or a text that is one.
    Turns,
    /// Pictures.
    Picture,
    /// The path of a file, which is a picture's if its name says so.
    File,
    /// A web address, of a picture or of the page that the text is from.
    Address,
    /// A video, which is not shown.
    Video,
    /// A system prompt beside the turns.
    System,
    /// Question and answer pairs before the record's own.
    History,
    /// What the first of a pair of texts is completed by.
    Input,
    /// What a question can be answered by.
    Options,
    /// What a question is asked about.
    Context,
    /// Why an answer is right.
    Reason,
    /// The better of two answers.
    Chosen,
    /// The worse of two answers.
    Rejected,
    /// The texts of an interleaved document.
    Document,
    /// A list of texts and pictures in turn.
    Sequence,
    /// SynthDoG's truth: JSON inside a text.
    GroundTruth,
    /// A text that is trained on as a whole.
    Caption,
    /// A text that is a caption where there is a picture.
    PictureCaption,
    /// A further caption beside others, by a part of its name.
    MoreCaption,
    /// Any other key.
    Other,
}

/// Every key that means something, each meaning's in order of preference.
const KEYS: &[(Meaning, &[&str])] = &[
    (
        Meaning::Id,
        &["id", "idx", "__key__", "key", "_id", "uid", "uuid", "sample_id", "question_id", "image_id"],
    ),
    (
        Meaning::Turns,
        &[
            "conversations",
            "conversation",
            "messages",
            "dialogue",
            "dialogues",
            "dialog",
            "dialogs",
            "turns",
            "texts",
            "chat",
            "chats",
            "convs",
            "conv",
            "qa_pairs",
            "qa_pair",
            "qas",
            "qa",
            "vqa",
        ],
    ),
    (
        Meaning::Picture,
        &[
            "image",
            "images",
            "rawbytes",
            "img",
            "imgs",
            "image_path",
            "image_paths",
            "image_file",
            "image_files",
            "img_path",
            "img_paths",
            "image_name",
            "image_names",
            "image_filename",
            "imgname",
            "img_name",
            "image_src",
            "image_file_name",
            "image_local_name",
            "image_local_path",
            "local_image_path",
            "image_list",
            "image_bytes",
            "image_base64",
            "image_b64",
            "image_url",
            "image_urls",
            "imageurl",
            "img_url",
            "picture",
            "pictures",
            "photo",
            "photos",
            "pic",
            "pics",
            "frames",
            "pixel_values",
            "jpg",
            "jpeg",
            "png",
            "webp",
            "gif",
            "画像",
            "图片",
            "图像",
        ],
    ),
    (
        Meaning::File,
        &[
            "file_name",
            "filename",
            "file_path",
            "filepath",
            "file",
            "path",
            "filenames",
            "file_names",
            "files",
            "paths",
            "name",
        ],
    ),
    (Meaning::Address, &["url", "urls", "link", "coco_url", "flickr_url", "uri", "src"]),
    (
        Meaning::Video,
        &["video", "videos", "video_path", "video_paths", "video_id", "video_file", "video_url", "mp4"],
    ),
    (Meaning::System, &["system", "system_prompt", "system_message", "system_instruction"]),
    (Meaning::History, &["history"]),
    (Meaning::Input, &["input", "inputs"]),
    (Meaning::Options, &["options", "choices", "multiple_choices", "candidates"]),
    (
        Meaning::Context,
        &[
            "context",
            "passage",
            "paragraph",
            "hint",
            "background",
            "article",
            "story",
            "premise",
            "knowledge",
        ],
    ),
    (
        Meaning::Reason,
        &[
            "rationale",
            "rationales",
            "reasoning",
            "reasoning_content",
            "reason",
            "reasons",
            "explanation",
            "explanations",
            "lecture",
            "thinking",
            "think",
            "thought",
            "thoughts",
            "cot",
            "chain_of_thought",
            "analysis",
            "justification",
        ],
    ),
    (Meaning::Chosen, &["chosen", "chosen_response", "response_chosen", "preferred", "winner"]),
    (
        Meaning::Rejected,
        &[
            "rejected",
            "rejected_response",
            "response_rejected",
            "rejected_answer",
            "rejected_output",
            "rejected_conversations",
            "rejected_messages",
            "dispreferred",
            "loser",
        ],
    ),
    (Meaning::Document, &["text_list"]),
    (
        Meaning::Sequence,
        &[
            "content",
            "contents",
            "interleaved",
            "interleave",
            "interleaved_content",
            "sequence",
            "segments",
            "items",
            "parts",
            "document",
        ],
    ),
    (Meaning::GroundTruth, &["ground_truth"]),
    (
        Meaning::Caption,
        &[
            "text",
            "caption",
            "txt",
            "captions",
            "sentences",
            "blip_caption",
            "recaption",
            "re_caption",
            "long_caption",
            "キャプション",
            "regions",
        ],
    ),
    (
        Meaning::PictureCaption,
        &[
            "description",
            "descriptions",
            "alt",
            "alt_text",
            "title",
            "sentence",
            "raw",
            "transcription",
            "ocr",
            "outputs",
            "transcript",
            "transcripts",
            "説明",
            "描述",
        ],
    ),
];

/// Pairs of texts: the key of what is asked, and the keys of what answers it, in order of preference.
pub(super) const PAIRS: &[(&str, &[&str])] = &[
    (
        "question",
        &[
            "answer",
            "multiple_choice_answer",
            "answers",
            "response",
            "direct_answers",
            "full_answer",
            "fullanswer",
            "correct_answer",
            "gt_answer",
            "ground_truth",
            "correct_choice_idx",
            "correct_option",
            "answer_idx",
            "output",
            "label",
            "solution",
            "gt",
            "target",
        ],
    ),
    ("questions", &["answers", "answer", "responses"]),
    ("question_string", &["answer", "answers"]),
    ("質問", &["回答", "答え"]),
    ("问题", &["答案", "回答"]),
    ("query", &["response", "answer", "answers", "output", "label"]),
    ("instruction", &["output", "response", "answer", "outputs", "completion"]),
    ("problem", &["solution", "answer", "answers", "response"]),
    (
        "prompt",
        &["completion", "response", "output", "answer", "solution", "answers", "completions", "responses"],
    ),
    ("user", &["assistant", "bot", "response"]),
    ("human", &["gpt", "assistant", "bot", "response"]),
    ("input", &["output", "outputs", "target", "response", "answer", "label"]),
    ("inputs", &["outputs", "output", "targets", "target"]),
    ("q", &["a"]),
];

/// Keys under which a whole record stands inside another object, as in exports of labelling tools and in batches of
/// requests.
pub(super) const WRAPPERS: &[&str] = &["data", "body", "request", "sample", "record", "item", "example"];

/// Keys of answers that stand without a question, where there is a picture.
pub(super) const ANSWERS_ALONE: &[&str] =
    &["output", "outputs", "response", "answer", "answers", "completion", "target"];

/// Keys of a turn that say who speaks, in order of preference.
pub(super) const SPEAKERS: &[&str] = &["from", "role", "speaker", "author", "sender", "user_type"];

/// Keys of a turn that say what is said, in order of preference.
pub(super) const SAID: &[&str] = &["value", "content", "text", "message", "utterance", "data", "parts"];

/// Keys of a turn that are named after who speaks: `{"user": …, "assistant": …}`.
pub(super) const NAMED_SPEAKERS: &[(&str, &str)] = &[
    ("system", "system"),
    ("user", "human"),
    ("human", "human"),
    ("question", "human"),
    ("query", "human"),
    ("instruction", "human"),
    ("prompt", "human"),
    ("q", "human"),
    ("assistant", "gpt"),
    ("gpt", "gpt"),
    ("bot", "gpt"),
    ("answer", "gpt"),
    ("answers", "gpt"),
    ("response", "gpt"),
    ("output", "gpt"),
    ("a", "gpt"),
];

/// Keys of a turn whose calls are shown as their JSON.
pub(super) const CALLS: &[&str] = &["tool_calls", "function_call"];

/// Keys under which an object names its picture, in order of preference; bytes come before all of them.
pub(super) const PICTURE_MEMBERS: &[&str] = &[
    "path",
    "file_name",
    "filename",
    "file_path",
    "filepath",
    "image_path",
    "image",
    "img",
    "url",
    "image_url",
    "uri",
    "src",
    "source",
    "data",
    "base64",
    "image_base64",
    "b64_json",
    "image_file",
    "file",
    "name",
    "file_id",
];

/// Ends of the names of pictures.
const PICTURE_ENDS: [&str; 14] =
    ["jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "avif", "heic", "jfif", "jpe", "jp2", "svg"];

/// What a key means, with its place among keys of that meaning and its own name in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) meaning: Meaning,
    pub(super) rank: u8,
    pub(super) name: &'static str,
}

const UNKNOWN: Known = Known { meaning: Meaning::Other, rank: 0, name: "" };

static TABLE: LazyLock<HashMap<&'static str, Known, BuildHasherDefault<Fnv>>> = LazyLock::new(|| {
    let known = |(meaning, names): &(Meaning, &'static [&'static str])| {
        let meaning = *meaning;
        names
            .iter()
            .zip(0..)
            .map(move |(name, rank)| (*name, Known { meaning, rank, name }))
            .collect::<Vec<_>>()
    };
    KEYS.iter().flat_map(known).collect()
});

/// The hash of Fowler, Noll and Vo (FNV-1a): every key of every record is looked up, and keys are short.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What a key means.
pub(super) fn look_up(key: &str) -> Known {
    if let Some(known) = TABLE.get(key) {
        return *known;
    }
    let plain = plain(key);
    if let Some(known) = TABLE.get(plain.as_str()) {
        return *known;
    }
    let by_name = |meaning| Known { meaning, rank: u8::MAX, name: "" };
    if is_numbered_picture(&plain) {
        by_name(Meaning::Picture)
    } else if plain.ends_with("_url") {
        by_name(Meaning::Address)
    } else if plain
        .split(['_', '-', ' ', '.'])
        .any(|word| matches!(word, "caption" | "captions" | "description"))
    {
        by_name(Meaning::MoreCaption)
    } else {
        UNKNOWN
    }
}

/// A key in lower case, without a colon behind it.
fn plain(key: &str) -> String {
    without_colon(key).to_ascii_lowercase()
}

fn without_colon(key: &str) -> &str {
    key.trim().trim_end_matches(':')
}

/// Whether a key is one of the table but for capitals and a colon.
pub(super) fn is_plainly(key: &str, known: &str) -> bool {
    without_colon(key).eq_ignore_ascii_case(known)
}

/// `image_1`, `image2`, `img-03`, as exams have them.
fn is_numbered_picture(key: &str) -> bool {
    let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < key.len()
        && matches!(
            name.trim_end_matches(['_', '-', ' ']),
            "image" | "img" | "picture" | "pic" | "photo" | "image_path"
        )
}

/// Whether a text reads like the name or address of a picture.
pub(super) fn is_picture_name(text: &str) -> bool {
    let name = text.split(['?', '#']).next().unwrap_or(text);
    let Some((before, end)) = name.rsplit_once('.') else { return false };
    !before.is_empty()
        && !text.contains('\n')
        && text.len() < 4096
        && PICTURE_ENDS.iter().any(|known| known.eq_ignore_ascii_case(end.trim_end()))
}

/// Whether an object with these keys is one turn of a conversation.
pub(crate) fn is_turn(keys: &[&str]) -> bool {
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(key));
    has(SPEAKERS) && (has(SAID) || has(CALLS)) || has(&["user"]) && has(&["assistant"])
}

/// Whether a key is one of a record's turns.
pub(crate) fn is_of_turns(key: &str) -> bool {
    look_up(key).meaning == Meaning::Turns
}

/// Whether a key is one of a record's pictures.
pub(crate) fn is_of_pictures(key: &str) -> bool {
    look_up(key).meaning == Meaning::Picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_turns_and_pictures_is_known_to_whoever_looks_at_a_file() {
        for (meaning, keys) in KEYS {
            assert!(keys.iter().all(|key| is_of_turns(key) == (*meaning == Meaning::Turns)), "{meaning:?}");
            assert!(
                keys.iter().all(|key| is_of_pictures(key) == (*meaning == Meaning::Picture)),
                "{meaning:?}"
            );
        }
        assert!(is_turn(&["from", "value"]) && is_turn(&["user", "assistant"]));
        assert!(!is_turn(&["question", "answer"]) && !is_turn(&["user", "image"]));
    }
}
