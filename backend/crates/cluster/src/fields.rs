//! What the index in the cluster looks like: its settings, its fields, and the small index beside it.

use crate::slots::SLOT_LIMIT;
use blendscope_engine::Field;
use blendscope_query::TextField;
use serde_json::{Map, Value, json};

/// The layout of indexes that this program makes and reads; raised whenever that changes.
pub(crate) const LAYOUT: u64 = 2;

/// The field with the row of a sample.
pub(crate) const ROW: &str = "row";

/// The field with the number of its generation.
pub(crate) const GENERATION: &str = "generation";

/// The field with the hashes of the keys of its images.
pub(crate) const IMAGE: &str = "image";

/// The analyzer that cuts slots into terms.
pub(crate) const ANALYZER: &str = "slots";

/// Hits that a page by relevance may pass over, for which each shard holds as many.
pub(crate) const PASSED_OVER_MAX: u64 = 10_000;

/// Hits of one answer at most.
pub(crate) const WINDOW: u64 = 2 * PASSED_OVER_MAX;

/// The texts, in the order of [`TextField`], each with whether lengths are kept for ranking.
const TEXTS: [(TextField, &str, bool); 5] = [
    (TextField::Human, "human", true),
    (TextField::Gpt, "gpt", true),
    (TextField::System, "system", false),
    (TextField::Other, "other", false),
    (TextField::Extra, "extra", false),
];

/// The numbers that samples are filtered, counted and ordered by, and their names. The others are read from files only.
pub(crate) const NUMBERS: [(Field, &str); 21] = [
    (Field::Key, "key"),
    (Field::Id, "id"),
    (Field::Turns, "turns"),
    (Field::Words, "words"),
    (Field::WordsHuman, "words_human"),
    (Field::WordsGpt, "words_gpt"),
    (Field::WordsOther, "words_other"),
    (Field::Characters, "characters"),
    (Field::CharactersGpt, "characters_gpt"),
    (Field::CharactersOther, "characters_other"),
    (Field::Cjk, "cjk"),
    (Field::CjkGpt, "cjk_gpt"),
    (Field::Images, "images"),
    (Field::Width, "width"),
    (Field::Height, "height"),
    (Field::Language, "language"),
    (Field::Flags, "flags"),
    (Field::Pictures, "pictures"),
    (Field::Sources, "sources"),
    (Field::Templates, "templates"),
    (Field::Subset, "subset"),
];

/// The name of a text.
pub(crate) fn text_name(text: TextField) -> &'static str {
    TEXTS[text as usize].1
}

/// The name of a number; none for those that only files have.
pub(crate) fn number_name(field: Field) -> Option<&'static str> {
    NUMBERS.iter().find(|(own, _)| *own == field).map(|(_, name)| *name)
}

/// The body that makes the index. What a document was sent as is kept only where there are copies of shards: a copy that comes
/// back catches up from that, and without it never does. Merges remove it again.
pub(crate) fn index_body(shards: u32, replicas: u32) -> Value {
    let mut properties = Map::new();
    for (_, name, lengths) in TEXTS {
        let field = json!({
            "type": "text", "analyzer": ANALYZER, "position_increment_gap": 10_000, "norms": lengths
        });
        properties.insert(name.to_owned(), field);
    }
    for (field, name) in NUMBERS {
        let is_name = matches!(field, Field::Key | Field::Id);
        properties.insert(name.to_owned(), json!({"type": "long", "index": is_name}));
    }
    properties.insert(ROW.to_owned(), json!({"type": "long"}));
    properties.insert(GENERATION.to_owned(), json!({"type": "integer"}));
    properties.insert(IMAGE.to_owned(), json!({"type": "long"}));
    json!({
        "settings": {
            "index": {
                "number_of_shards": shards, "number_of_replicas": replicas, "codec": "best_compression",
                "sort.field": ROW, "refresh_interval": "60s", "max_result_window": WINDOW
            },
            "analysis": {
                "tokenizer": {ANALYZER: {"type": "whitespace", "max_token_length": SLOT_LIMIT}},
                "filter": {
                    ANALYZER: {"type": "pattern_capture", "patterns": ["([^\u{1}]+)"], "preserve_original": false}
                },
                "analyzer": {ANALYZER: {"type": "custom", "tokenizer": ANALYZER, "filter": [ANALYZER]}}
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"enabled": false, "recovery_source_enabled": replicas > 0},
            "_meta": {"blendscope_layout": LAYOUT},
            "properties": properties
        }
    })
}

/// The body that makes the small index: documents of generations, who reads what, and counters.
pub(crate) fn meta_body(replicas: u32) -> Value {
    json!({
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": replicas, "refresh_interval": "-1"}},
        "mappings": {
            "dynamic": false,
            "_meta": {"blendscope_layout": LAYOUT},
            "properties": {"kind": {"type": "keyword"}, "generation": {"type": "long"}, "path": {"type": "keyword"}}
        }
    })
}
