//! What everybody has to know at once: the server is gone, or the index does not answer. It lies over the page, so that
//! nothing moves when it comes or goes.

use super::{Icon, Symbol};
use crate::{
    library::{Library, Progress},
    live::{live, memo},
};
use leptos::prelude::*;

/// Nothing while all is well.
#[component]
pub(crate) fn Banner() -> impl IntoView {
    let library = Library::here();
    let trouble = memo(move || {
        library.progress.with(|progress| match progress {
            Progress::Unknown => None,
            Progress::Offline => Some((
                "The server does not answer".to_owned(),
                "What is on the page stays. It is asked again every few seconds; is blendscope serve still running?"
                    .to_owned(),
            )),
            Progress::Known(status) => {
                let engine = status.engine.trouble.clone().map(|why| ("The index does not answer as it should".to_owned(), why));
                let away = status.trouble.clone().map(|why| {
                    let kept = "What was read stays and can be searched; it is tried again every few seconds.";
                    ("Reading has stopped".to_owned(), format!("{why}. {kept}"))
                });
                engine.or(away)
            }
        })
    });
    live(move || {
        let (title, words) = trouble.get()?;
        let is_offline = library.progress.with_untracked(|progress| *progress == Progress::Offline);
        let retry = is_offline.then(|| {
            view! {
                <button class="button button--small" type="button" on:click=move |_| library.reconnect()>
                    "Ask now"
                </button>
            }
        });
        Some(view! {
            <div class="banner" role="status" data-testid="banner">
                <Icon symbol=Symbol::Warning />
                <p><b>{title}</b>" "<span dir="auto">{words}</span></p>
                {retry}
            </div>
        })
    })
}
