//! Who speaks in a turn.

use serde::{Deserialize, Serialize};

/// The speaker of a turn, after the many spellings of the datasets are folded into one.
///
/// Serializes as its [`name`](Role::name): `"human"`, `"gpt"`, `"system"`, or the unknown name as it stood.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Role {
    /// The instruction: `human`, `user`.
    Human,
    /// The response: `gpt`, `assistant`, `bot`, `model`, `chatgpt`.
    Gpt,
    /// The system prompt: `system`.
    System,
    /// Any other name, as it stood in the record.
    Other(String),
}

impl Role {
    /// Folds a record's `from` or `role` value into a role.
    ///
    /// This table is part of the sample key `bs1`: it is frozen.
    pub fn from_name(name: &str) -> Self {
        match name {
            "human" | "user" => Self::Human,
            "gpt" | "assistant" | "bot" | "model" | "chatgpt" => Self::Gpt,
            "system" => Self::System,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name used in answers, links and style classes.
    pub fn name(&self) -> &str {
        match self {
            Self::Human => "human",
            Self::Gpt => "gpt",
            Self::System => "system",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Role {
    fn from(name: String) -> Self {
        Self::from_name(&name)
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.name().to_owned()
    }
}
