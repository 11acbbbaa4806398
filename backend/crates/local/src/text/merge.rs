//! How segments are put together.

use tantivy::merge_policy::{LogMergePolicy, MergePolicy};

/// Segments of like size are merged sixteen at a time, so that a sample is rewritten once or twice and a search asks a
/// few dozen segments at most; a segment with a third of its samples deleted is rewritten without them.
pub(super) fn policy() -> Box<dyn MergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(16);
    policy.set_del_docs_ratio_before_merge(0.3);
    Box::new(policy)
}
