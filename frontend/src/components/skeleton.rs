//! Grey shapes in the place of what is still on its way.

use leptos::prelude::*;

/// So many blocks of the given style class.
#[component]
pub(crate) fn Skeleton(
    /// Number of blocks.
    count: usize,
    /// Style class that gives each its size.
    class: &'static str,
) -> impl IntoView {
    let block = format!("skeleton {class}");
    view! {
        <div class="skeletons" role="status" aria-label="Loading">
            {(0..count).map(|_| view! { <div class=block.clone()></div> }).collect_view()}
        </div>
    }
}
