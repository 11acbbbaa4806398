//! Which id lists are under a root.

use crate::walk::Candidate;
use crate::{FoundIdList, IdList, paths};
use blendscope_shared::dataset::Unclaimed;

/// Names the files that the walk found; a second copy of a list goes to the unclaimed. Files come sorted by path.
pub(super) fn id_lists(
    known: &[IdList],
    files: Vec<Candidate>,
    unclaimed: &mut Vec<Unclaimed>,
) -> Vec<FoundIdList> {
    let mut found: Vec<FoundIdList> = Vec::new();
    for Candidate { path, relative, bytes, .. } in files {
        let name = paths::split(&relative).1.to_owned();
        let Some(list) = known.iter().find(|list| list.is_named(&name)) else { continue };
        if let Some(other) = found.iter().find(|other| other.slug == list.slug) {
            let reason = format!("the same list as {}, which is read", other.relative);
            unclaimed.push(Unclaimed { path: relative, reason });
            continue;
        }
        found.push(FoundIdList {
            slug: list.slug.clone(),
            title: list.title.clone(),
            path,
            relative,
            bytes,
            dataset: list.dataset.clone(),
            form: list.form,
            note: list.note.clone(),
        });
    }
    found
}
