//! The facets of a result: asked for after the result itself, and again for every other one.

use crate::{
    api::{self, Facet, Facets},
    live::{effect, memo},
    results::Results,
};
use blendscope_shared::{
    paths,
    search::{SearchParams, Total},
};
use leptos::prelude::*;
use std::time::Duration;

/// Pause after a result before its facets are asked for while somebody is typing: most letters are followed by others.
const TYPING: Duration = Duration::from_millis(350);

/// The facets that the page shows. The old ones stay until the new ones are there.
#[derive(Clone, Copy)]
pub(crate) struct FacetsOf {
    /// The latest answer.
    pub(crate) answer: api::Answer<Facets>,
    /// The result that they are the facets of.
    pub(crate) results: Results,
    /// The search in force.
    pub(crate) params: Memo<SearchParams>,
    /// Whether the answer belongs to a former search.
    pub(crate) is_old: Memo<bool>,
}

impl FacetsOf {
    /// Follows the results of `params`.
    pub(crate) fn follow(params: Memo<SearchParams>, results: Results) -> Self {
        let asked = RwSignal::new(String::new());
        let former = StoredValue::new((String::new(), Total::default()));
        let pause = StoredValue::new_local(None::<TimeoutHandle>);
        effect(move || {
            let result =
                results.head.with(|head| head.as_ref().map(|head| (question(&head.params), head.total)));
            // As long as the total grows, so do all counts.
            let Some(result) = result.filter(|result| former.with_value(|former| former != result)) else {
                return;
            };
            former.set_value(result.clone());
            let is_typing = params.with_untracked(|params| params.typing);
            let wait = if is_typing { TYPING } else { Duration::ZERO };
            let later = set_timeout_with_handle(move || drop(asked.try_set(result.0)), wait).ok();
            pause.update_value(|pause| {
                if let Some(former) = std::mem::replace(pause, later) {
                    former.clear();
                }
            });
        });
        let answer =
            api::Answer::read_by(move || Some(asked.get()).filter(|asked| !asked.is_empty()), api::facets);
        let is_old = memo(move || {
            answer.with(|answer| {
                matches!(answer, Some(Ok(facets)) if params.with(|params| question(params) != facets.question))
            })
        });
        Self { answer, results, params, is_old }
    }

    /// Reads a dimension of the latest answer.
    pub(crate) fn with<T>(self, name: &str, read: impl FnOnce(&Facet) -> T) -> Option<T> {
        self.answer.with(|answer| answer?.as_ref().ok()?.get(name).map(read))
    }
}

/// Where the facets of a search are asked for, in whichever order it is shown.
fn question(params: &SearchParams) -> String {
    paths::facets(&SearchParams { sort: None, seed: 0, ..params.clone() })
}
