//! Files into the engine: what is new, changed or gone under the root is noticed, read, and finished dataset by dataset.

mod away;
mod background;
mod finish;
mod generation;
mod language;
mod pass;
mod plan;
mod refs;
mod sizes;
mod subsets;
mod templates;
mod values;
