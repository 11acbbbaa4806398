//! Why a sample stands where it stands in a result.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/samples/{dataset}/{key}/explain`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Relevance: the sum of the terms' scores. Zero when the sample does not match.
    pub score: f32,
    /// Whether the sample matches the query.
    pub is_match: bool,
    /// What adds to the score, the most first.
    pub terms: Vec<ExplainedTerm>,
}

/// What one word or phrase of the query adds in one field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExplainedTerm {
    /// The word as it stands in the index, or the phrase as typed.
    pub text: String,
    /// The field: `human`, `gpt`, `system` or `extra`.
    pub field: String,
    /// How often the sample has it in this field.
    pub occurrences: u64,
    /// Samples that have it in this field.
    pub samples: u64,
    /// What it adds.
    pub score: f32,
}
