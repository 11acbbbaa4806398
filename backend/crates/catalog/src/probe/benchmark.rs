//! Telling questions of benchmarks from training records, by their keys.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Keys that records to be trained on have, whatever else they have.
const OF_TRAINING: [&str; 4] = ["conversations", "conversation", "messages", "texts"];

/// Whether a record's JSON has the keys of a question or an answer of a benchmark:
///
/// - `question_id` and `text`, as LLaVA's evaluation has it for questions, answers to be judged and reviews;
/// - an exam with options `A` and `B` and a number `index`, as `MMBench`'s tables have it.
pub(super) fn is_of_benchmark(raw: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(raw) else { return false };
    let has = |key: &str| record.contains_key(key);
    if OF_TRAINING.iter().any(|key| has(key)) {
        return false;
    }
    let is_question = has("question_id") && (has("text") || has("answer_id") || has("review_id"));
    is_question || has("A") && has("B") && has("question") && has("index")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_benchmarks_are_told_from_training_records() {
        for record in [
            r#"{"question_id":1,"image":"a.jpg","text":"What?","category":"conv"}"#,
            r#"{"question_id":1,"prompt":"What?","text":"A bus.","answer_id":"x","model_id":"m"}"#,
            r#"{"index":"241","question":"Which?","hint":"","A":"a","B":"b","answer":"A","category":"x","image":"/9j"}"#,
        ] {
            assert!(is_of_benchmark(record.as_bytes()), "{record}");
        }
        for record in [
            r#"{"question_id":1,"image":"a.jpg","conversations":[],"text":""}"#,
            r#"{"question_id":1,"question":"What?","answer":"A bus."}"#,
            r#"{"question":"Which?","A":"a","B":"b","answer":"A"}"#,
            "[1]",
            "{",
        ] {
            assert!(!is_of_benchmark(record.as_bytes()), "{record}");
        }
    }
}
