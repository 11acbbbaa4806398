//! Instructions that samples repeat word for word.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/templates`: the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    /// This page.
    pub items: Vec<Template>,
    /// How many templates there are.
    pub total: u64,
    /// Samples with at least one of them.
    pub samples: u64,
    /// Whether every file was read, so that nothing will be added.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Place of the next page, null on the last.
    pub next: Option<String>,
}

/// The constant part of instructions that many samples share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The value of the search parameter `template`; the same text has the same id everywhere.
    pub id: String,
    /// The constant part; `…` stands for what varies.
    pub text: String,
    /// Samples with it.
    pub samples: u64,
    /// The datasets it occurs in, most samples first.
    pub datasets: Vec<TemplateUse>,
    /// Address of the search page that shows its samples.
    pub url: String,
}

/// How often a dataset uses a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUse {
    /// Slug.
    pub dataset: String,
    /// Samples with the template.
    pub samples: u64,
}
