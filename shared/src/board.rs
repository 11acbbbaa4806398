//! What a blend board knows of its parts.

use crate::account::Account;
use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/board?part=…`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardFacts {
    /// Of each part, in order.
    pub parts: Vec<PartFacts>,
    /// Whether everything is read.
    pub is_final: bool,
}

/// What is known of a part: a search whose samples it takes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartFacts {
    /// The search, as in the address of its page.
    pub source: String,
    /// Name for people.
    pub title: String,
    /// Slug of the dataset, where all of one is meant; it has the colour.
    pub dataset: String,
    /// The catalog's number of samples of the dataset.
    pub documented: Option<u64>,
    /// Whether nothing says how many samples there are: no document, and nothing of it is under the root.
    pub is_unknown: bool,
    /// ISO 639-1 code of the language that most of its samples are in; `und` where that is not known.
    pub lang: String,
    /// Whether what it names is under the root.
    pub is_found: bool,
    /// What its samples under the root come to.
    pub account: Account,
    /// Samples of which a picture is not there.
    pub missing: u64,
}

/// Answer of `GET /api/v1/board/account?…`: what the samples come to that a board takes, drawn ones as its seed draws them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardAccount {
    /// The board's query string.
    pub board: String,
    /// Of each part, in order; null where not all that it takes from is under the root, or nothing else is taken than all.
    pub parts: Vec<Option<Account>>,
    /// Whether everything is read.
    pub is_final: bool,
}

/// Answer of `GET /api/v1/board/mixture?to=…`: a mixture in the words of a trainer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MixtureFile {
    /// The file, or the string.
    pub text: String,
    /// What cannot be said in it, and what the trainer does silently.
    pub notes: Vec<String>,
}
