//! A root in which nothing is read yet: it is looked through, or there is nothing to read, and what to put where.

use super::shelf::Unread;
use crate::{
    api::Answer,
    components::CopyButton,
    format,
    library::{Library, Progress},
    live::live,
};
use blendscope_shared::{
    dataset::{LayoutPlan, Layouts, PlannedPlace},
    paths,
    status::{State, Status},
};
use leptos::prelude::*;

/// What is shown in the place of datasets while there are none.
#[component]
pub(super) fn NothingYet() -> impl IntoView {
    let library = Library::here();
    let unclaimed = move || library.datasets.good().map(|answer| answer.unclaimed).unwrap_or_default();
    let content = move || {
        let root = library.progress.with(|progress| match progress {
            Progress::Known(status) => status.root.clone(),
            Progress::Unknown | Progress::Offline => "the root".to_owned(),
        });
        if library.is_reading() {
            return view! {
                <section class="nothing" data-testid="looking">
                    <h2>"Looking through " <code dir="auto">{root}</code></h2>
                    <p>"Datasets appear here as soon as their first records are read; nothing has to be reloaded."</p>
                </section>
            }
            .into_any();
        }
        view! {
            <section class="nothing" data-testid="empty-root">
                <h2>"There is nothing to train on in " <code dir="auto">{root}</code></h2>
                <p>
                    "Looked for: JSON, JSON lines (also gzipped), pickle shards, Parquet, Arrow, CSV and tar files with training records."
                    " Put some there, and they are read within seconds; or start Blendscope with the folder that holds them:"
                </p>
                <p class="nothing__command">
                    <code>"blendscope serve /path/to/playground/data"</code>
                    <CopyButton label="Copy" text=Signal::stored("blendscope serve /path/to/playground/data".to_owned()) />
                </p>
            </section>
            <Places />
        }
        .into_any()
    };
    view! {
        {live(content)}
        {live(move || view! { <Unread unclaimed=unclaimed() /> })}
    }
}

/// What each document puts where.
#[component]
fn Places() -> impl IntoView {
    let layouts = Answer::<Layouts>::at(|| Some(paths::layouts()));
    let list = move || layouts.good().unwrap_or_default().items.into_iter().map(document).collect_view();
    view! {
        <section class="nothing" aria-labelledby="places">
            <h2 id="places">"What to put where, by document"</h2>
            <p class="muted">"A root may follow several of them in part. Other names work too: then a dataset is called after its file."</p>
            {live(list)}
        </section>
    }
}

fn document(plan: LayoutPlan) -> AnyView {
    let link = plan.document.map(|document| {
        view! { <a href=document target="_blank" rel="noopener noreferrer">"the document"</a> }.into_any()
    });
    let place = |place: PlannedPlace| {
        let what = place.dataset.unwrap_or_else(|| "pictures".to_owned());
        let home = place.home.map(|home| {
            view! { <a href=home target="_blank" rel="noopener noreferrer">"get it"</a> }.into_any()
        });
        view! { <li><code dir="auto">{place.path}</code><span>{what}" "{home}</span></li> }.into_any()
    };
    let count = format::counted(plan.places.len() as u64, "place", "places");
    let places: Vec<_> = plan.places.into_iter().map(place).collect();
    view! {
        <details class="layout" data-testid="layout">
            <summary><b>{plan.title}</b> " " <span class="muted">{count}</span></summary>
            <p>{link}</p>
            <ul>{places}</ul>
        </details>
    }
    .into_any()
}

/// How far reading is, in bytes; nothing when everything is read.
pub(super) fn reading(progress: &Progress) -> Option<AnyView> {
    let Progress::Known(status @ Status { state: State::Indexing, .. }) = progress else { return None };
    let done = status.bytes_done as f64 / status.bytes_total.max(1) as f64;
    let width = format::decimal(done.min(1.0) * 100.0, 2) + "%";
    let words = format!("{} of {} read", format::bytes(status.bytes_done), format::bytes(status.bytes_total));
    Some(
        view! {
            <div class="reading" data-testid="reading">
                <p><b>{words}</b> <span class="muted">" what is read can be searched; a card stays where it came up"</span></p>
                <span class="reading__bar"><span style:width=width></span></span>
            </div>
        }
        .into_any(),
    )
}
