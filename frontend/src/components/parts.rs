//! Small parts that all pages are made of: headings, chips, badges, thumbnails, notices.

use super::{Icon, Symbol};
use crate::{
    address::at,
    api::ApiError,
    blend, browser, format,
    library::{Library, Progress},
    live::{effect, live, memo},
};
use blendscope_shared::{
    dataset::RecordProblem,
    image::{ImageStatus, ImageView},
    paths::THUMBNAIL_WIDTHS,
    status::Status,
};
use leptos::{html::H1, prelude::*};

/// The heading of a page, which is also the title of the window. After a move inside the application it takes the focus,
/// unless somebody is typing; on a fresh page the focus stays where browsers put it.
#[component]
pub(crate) fn PageHeading(
    /// What is on the page, in words.
    #[prop(into)]
    title: Signal<String>,
    /// Style class; `off-screen` where the page says the same in another way.
    #[prop(default = "heading")]
    class: &'static str,
    /// What the heading says.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    effect(move || browser::set_title(&title.get()));
    effect(move || {
        if let Some(heading) = heading.get().filter(|_| crate::router::has_moved() && !browser::is_typing()) {
            browser::focus_quietly(&heading);
        }
    });
    view! {
        <h1 class=class node_ref=heading tabindex="-1" dir="auto">
            {children()}
        </h1>
    }
}

/// The last line of a page: the root, the version, and the page's JSON twin.
#[component]
pub(crate) fn Footer(
    /// Address of the page's JSON twin.
    #[prop(into)]
    json: Signal<String>,
) -> impl IntoView {
    let progress = Library::here().progress;
    let root = move || match progress.get() {
        Progress::Known(status) => served_by(&status),
        Progress::Unknown | Progress::Offline => "Blendscope".to_owned(),
    };
    view! {
        <footer class="footer">
            <span>{live(root)}</span>
            <a href=move || at(&json.get()) target="_blank">
                "This page as JSON"
            </a>
        </footer>
    }
}

/// The root, the version, and the engine with what there is to say of its parts.
fn served_by(status: &Status) -> String {
    let mut text = format!("{} · Blendscope {}", status.root, status.version);
    let engine = &status.engine;
    if !engine.name.is_empty() {
        text = format!("{text} · engine {}", engine.name);
        if engine.version != status.version {
            text = format!("{text} {}", engine.version);
        }
    }
    if let Some(state) = &engine.state {
        text = format!("{text} ({state})");
    }
    text
}

/// A choice of a few, all in view: buttons side by side, one of them pressed.
#[component]
pub(crate) fn Segments(
    /// What is chosen, for those who do not see it.
    label: &'static str,
    /// What the buttons say.
    names: &'static [&'static str],
    /// Number of the pressed one.
    chosen: RwSignal<usize>,
    /// Whether it stands beside small text.
    #[prop(optional)]
    is_small: bool,
) -> impl IntoView {
    let button = |(number, name): (usize, &&'static str)| {
        view! {
            <button
                type="button"
                aria-pressed=move || (chosen.get() == number).to_string()
                on:click=move |_| chosen.set(number)
            >
                {*name}
            </button>
        }
    };
    view! {
        <div class="segments" class:segments--small=is_small role="group" aria-label=label title=label>
            {names.iter().enumerate().map(button).collect_view()}
        </div>
    }
}

/// Grey shapes in the place of what is still on its way: so many blocks of the given style class.
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

/// A small picture, or a labelled place-holder of the same size.
#[component]
pub(crate) fn Thumbnail(
    /// Which picture.
    image: ImageView,
    /// Text that says what is on it, where nothing beside it does.
    #[prop(optional, into)]
    alt: String,
    /// How wide it is shown, in pixels.
    #[prop(default = 160.0)]
    width: f64,
) -> impl IntoView {
    let failed = RwSignal::new(false);
    let label = match image.status {
        ImageStatus::Missing => Some("missing"),
        ImageStatus::Broken => Some("broken"),
        ImageStatus::NotEmbedded => Some("not in the file"),
        ImageStatus::Remote => Some("on the web"),
        ImageStatus::Present if image.thumbnail.is_empty() => Some("not shown here"),
        ImageStatus::Present | ImageStatus::Unchecked => None,
    };
    let src = at(&sized(&image.thumbnail, width));
    move || match label.or(failed.get().then_some("cannot be shown")) {
        Some(label) => view! {
            <span class="thumbnail thumbnail--absent" title=image.written.clone()>
                <Icon symbol=Symbol::NoPicture />
                <span>{label}</span>
            </span>
        }
        .into_any(),
        None => view! {
            <img
                class="thumbnail"
                style=("--colour", image.colour.clone())
                src=src.clone()
                alt=alt.clone()
                loading="lazy"
                decoding="async"
                on:error=move |_| failed.set(true)
            />
        }
        .into_any(),
    }
}

/// The address of a thumbnail large enough to be shown at a width on this screen.
fn sized(thumbnail: &str, width: f64) -> String {
    let wanted = width * window().device_pixel_ratio().clamp(1.0, 2.0) * 0.9;
    let fits = THUMBNAIL_WIDTHS.into_iter().find(|known| f64::from(*known) >= wanted);
    let fits = fits.unwrap_or(THUMBNAIL_WIDTHS[THUMBNAIL_WIDTHS.len() - 1]);
    thumbnail.replacen("w=320", &format!("w={fits}"), 1)
}

/// A dataset's colour and name, not a link by itself.
#[component]
pub(crate) fn DatasetChip(
    /// Slug of the dataset.
    #[prop(into)]
    slug: String,
    /// Only the colour; the name is a hint.
    #[prop(optional)]
    is_small: bool,
) -> impl IntoView {
    let library = Library::here();
    let (for_colour, for_title) = (slug.clone(), slug);
    let title = memo(move || library.title(&for_title));
    view! {
        <span class="chip" title=title>
            <span class=move || format!("swatch {}", blend::swatch(&for_colour)) aria-hidden="true"></span>
            <span class="chip__name" class:off-screen=is_small>{title}</span>
        </span>
    }
}

/// The badge of what may only be used under restrictive terms, in the documents' own words.
#[component]
pub(crate) fn TermsBadge(
    /// The terms.
    #[prop(into)]
    terms: String,
    /// Only the sign; the words are a hint.
    #[prop(optional)]
    is_small: bool,
) -> impl IntoView {
    let title = format!("Terms of use: {terms}");
    view! {
        <span class="tag tag--terms" title=title data-testid="terms">
            <Icon symbol=Symbol::Terms />
            <span class="tag__text" class:off-screen=is_small dir="auto">
                {terms}
            </span>
        </span>
    }
}

/// The badge of a dataset that is to be looked things up in and not trained on.
#[component]
pub(crate) fn ReferenceBadge() -> impl IntoView {
    let title = "Captions or questions to look things up in: searched, and in a blend only when asked for";
    view! {
        <span class="tag" title=title data-testid="reference-badge">
            "reference"
        </span>
    }
}

/// An error in words, with a way on.
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
                        })} <a class="button" href=at("/")>
                        "All datasets"
                    </a>
                </p>
            </div>
        </div>
    }
}

/// Bad records and where they are.
#[component]
pub(crate) fn ProblemList(
    /// The first of them.
    problems: Vec<RecordProblem>,
    /// How many there are.
    total: u64,
) -> impl IntoView {
    let shown = problems.len() as u64;
    let item = |problem: RecordProblem| {
        let record = problem
            .record
            .map_or_else(|| "whole file".to_owned(), |record| format!("record {}", format::count(record)));
        view! {
            <li class="problem">
                <span dir="auto">{problem.message}</span>
                <span class="muted problem__place">
                    {format!("{} · {record} · byte {}", problem.file, format::count(problem.byte_offset))}
                </span>
            </li>
        }
    };
    view! {
        <ul class="problems">{problems.into_iter().map(item).collect_view()}</ul>
        {(total > shown)
            .then(|| view! { <p class="muted">{format!("and {} more", format::count(total - shown))}</p> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::status::EngineStatus;

    #[test]
    fn the_last_line_says_who_answers() {
        let mut status = Status { root: "/data".to_owned(), version: "1.0".to_owned(), ..Status::default() };
        assert_eq!(served_by(&status), "/data · Blendscope 1.0");
        let (name, version) = ("many".to_owned(), "1.0".to_owned());
        status.engine = EngineStatus { name, version, ..EngineStatus::default() };
        assert_eq!(served_by(&status), "/data · Blendscope 1.0 · engine many");
        status.engine.version = "3.5".to_owned();
        status.engine.state = Some("green: 3 of 3 shards and copies on 1 node".to_owned());
        let wanted = "/data · Blendscope 1.0 · engine many 3.5 (green: 3 of 3 shards and copies on 1 node)";
        assert_eq!(served_by(&status), wanted);
    }
}
