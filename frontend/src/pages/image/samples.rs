//! The samples that show an image, page by page.

use crate::{
    api,
    components::{ErrorNotice, HitRow},
    format,
    live::live,
};
use blendscope_shared::image::ImageSamples;
use leptos::{prelude::*, task::spawn_local};

/// The first page, and a button for the next.
#[component]
pub(super) fn Samples(
    /// Key of the image.
    key: String,
    /// The first page.
    samples: ImageSamples,
) -> impl IntoView {
    let title = match samples.total {
        0 => "No sample shows it".to_owned(),
        total => format!("Shown in {}", format::counted(total, "sample", "samples")),
    };
    let items = RwSignal::new(samples.items);
    let next = RwSignal::new(samples.next);
    let failure = RwSignal::new(None);
    let key = StoredValue::new(key);
    let fetch = move || {
        // Taken away, so that the button is gone while its page is on the way.
        let Some(cursor) = next.get_untracked() else { return };
        next.set(None);
        failure.set(None);
        spawn_local(async move {
            let answer = api::image_from(&key.get_value(), &cursor).await;
            match answer {
                Ok(more) => {
                    items.update(|items| items.extend(more.samples.items));
                    next.set(more.samples.next);
                }
                Err(error) => {
                    failure.set(Some(error));
                    next.set(Some(cursor));
                }
            }
        });
    };
    view! {
        <section class="image-samples" aria-labelledby="samples">
            <h2 id="samples" data-testid="total">
                {title}
            </h2>
            <ol class="hits">
                {live(move || {
                    items
                        .get()
                        .into_iter()
                        .map(|hit| view! { <li><HitRow hit /></li> }.into_any())
                        .collect_view()
                })}
            </ol>
            {live(move || {
                failure.get().map(|error| view! { <ErrorNotice error retry=move |()| fetch() /> }.into_any())
            })}
            {live(move || {
                next.with(Option::is_some)
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                type="button"
                                data-testid="more"
                                on:click=move |_| fetch()
                            >
                                "More samples"
                            </button>
                        }
                            .into_any()
                    })
            })}
        </section>
    }
}
