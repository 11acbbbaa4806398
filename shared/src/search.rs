//! A search: its parameters, their query-string form, and the answer.

mod answer;
mod params;

pub use answer::{BlendPart, SearchAnswer, SearchHit, Snippet, Term, Total, Understood};
pub use params::{ParamError, SearchParams, Sort};
