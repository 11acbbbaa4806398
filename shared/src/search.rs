//! A search: its parameters, their query-string form, and the answer.

mod answer;
mod params;

pub use answer::{BlendPart, Part, SearchAnswer, SearchHit, Snippet, Term, TermForm, Total, Understood};
pub use params::{ParamError, SearchParams, Sort};
