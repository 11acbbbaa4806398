//! Writers of the containers that are read here, as small as tests, fuzzing and the demo root need them.

pub mod archive;
pub mod arrow;
pub mod parquet;
pub mod pickle;
