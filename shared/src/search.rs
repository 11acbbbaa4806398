//! A search: its parameters, their query-string form, and the answer.

mod answer;
mod explanation;
mod facets;
mod params;
mod template;

pub use answer::{BlendPart, Part, SearchAnswer, SearchHit, Snippet, Term, TermForm, Total, Understood};
pub use explanation::{ExplainedTerm, Explanation};
pub use facets::{Dimension, FacetValue, FacetsAnswer, Histogram};
pub use params::{ParamError, SearchParams, Sort, SortBy};
pub use template::{Template, TemplateUse, Templates};
