//! Writers of the containers that prepared data comes in, as small as the demo root needs them.

pub mod arrow;
pub mod parquet;
pub mod pickle;
pub mod tar;
pub mod zip;
