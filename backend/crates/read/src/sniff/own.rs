//! Files whose records have keys of one's own, which nobody else can know for data.

use super::LIMITS;
use crate::File;
use crate::file::read_opened;
use crate::{Container, Item, Reading, RecordKeys, open_file};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Records that are looked at.
const RECORDS: u64 = 20;

/// The container of a file in whose first records these keys are found, if there is one.
pub fn container_of_own(path: &Path, keys: &Arc<RecordKeys>) -> Option<Container> {
    let file = open_file(path).ok()?;
    Container::all().find(|container| has_sample(&file, *container, keys))
}

fn has_sample(file: &File, container: Container, keys: &Arc<RecordKeys>) -> bool {
    let reading = Reading { container, keys: Some(Arc::clone(keys)) };
    let (mut looked, mut found) = (0, false);
    let read = read_opened(file, container, LIMITS, &mut |item| {
        looked += 1;
        if let Item::Record(record) = item {
            found = reading.parse(record.offset, record.raw).is_ok_and(|sample| sample.is_certain);
        }
        if found || looked >= RECORDS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    read.is_ok() && found
}
