//! Writers of the containers that prepared data comes in, as small as the demo root needs them.

pub(crate) mod parquet;
pub(crate) mod pickle;
pub(crate) mod tar;
pub(crate) mod zip;
