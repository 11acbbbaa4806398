//! An error, in words, with a way on.

use super::{Icon, Symbol};
use crate::api::ApiError;
use leptos::prelude::*;

/// Says what went wrong and offers to try again.
#[component]
pub(crate) fn ErrorNotice(
    /// What went wrong.
    error: ApiError,
    /// What to do on "try again".
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    let title = match &error {
        ApiError::Problem(problem) => problem.title.clone(),
        ApiError::Network => "No connection".to_owned(),
        ApiError::Status(_) | ApiError::Decode(_) => "Something went wrong".to_owned(),
    };
    let can_retry = !error.is_not_found();
    view! {
        <div class="notice notice--error" role="alert">
            <Icon symbol=Symbol::Warning />
            <div>
                <p class="notice__title">{title}</p>
                <p dir="auto">{error.to_string()}</p>
                <p class="notice__ways">
                    {can_retry
                        .then(|| {
                            view! {
                                <button class="button" type="button" on:click=move |_| retry.run(())>
                                    "Try again"
                                </button>
                            }
                        })} <a class="button" href="/">
                        "All datasets"
                    </a>
                </p>
            </div>
        </div>
    }
}
