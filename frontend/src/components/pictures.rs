//! The pictures of a sample: a numbered strip, boxes drawn on them, and what stands for those that are not there.

use super::{CopyButton, Icon, Symbol, TermsBadge};
use crate::{
    address::at,
    boxes::{DrawnBox, Frame},
    browser, format,
};
use blendscope_shared::{
    image::{ImageStatus, ImageView},
    paths,
};
use leptos::{ev::PointerEvent, prelude::*};
use wasm_bindgen::JsCast;

/// Proportions while the size is not known.
const UNKNOWN_SIZE: (u32, u32) = (4, 3);
/// More boxes than this would hide the picture; they are drawn on demand.
const DRAWN_AT_ONCE: usize = 12;
/// Paths of a missing picture that are shown at once, the likeliest first.
const LIKELY_PATHS: usize = 2;

/// The boxes of the sample in view, whether they are drawn, and the one that is pointed at in the text. In the context
/// of a sample.
#[derive(Clone, Copy)]
pub(crate) struct BoxesOnPictures {
    boxes: StoredValue<Vec<DrawnBox>>,
    is_drawn: RwSignal<bool>,
    pointed: RwSignal<Option<usize>>,
    /// What the numbers of written boxes are shares of.
    pub(crate) frame: RwSignal<Frame>,
}

impl BoxesOnPictures {
    /// Puts these boxes into the context: drawn as `asked`, else when there are not too many.
    pub(crate) fn provide(boxes: Vec<DrawnBox>, asked: Option<bool>, frame: Frame) -> Self {
        let is_drawn = asked.unwrap_or(boxes.len() <= DRAWN_AT_ONCE);
        let boxes = Self {
            boxes: StoredValue::new(boxes),
            is_drawn: RwSignal::new(is_drawn),
            pointed: RwSignal::new(None),
            frame: RwSignal::new(frame),
        };
        provide_context(boxes);
        boxes
    }

    /// How many there are.
    pub(crate) fn count(self) -> usize {
        self.boxes.with_value(Vec::len)
    }

    /// Whether all of them are drawn.
    pub(crate) fn is_drawn(self) -> bool {
        self.is_drawn.get()
    }

    /// Draws them, or takes them away; tells which.
    pub(crate) fn toggle(self) -> bool {
        self.is_drawn.update(|is_drawn| *is_drawn = !*is_drawn);
        self.is_drawn.get_untracked()
    }

    /// Points at a box, or at none.
    pub(crate) fn point(self, number: Option<usize>) {
        if self.pointed.get_untracked() != number {
            self.pointed.set(number);
        }
    }

    /// Whether it is this one that is pointed at.
    pub(crate) fn is_pointed(self, number: usize) -> bool {
        self.pointed.get() == Some(number)
    }

    /// The smallest of the boxes drawn at a place of a picture of this size, given as shares of it.
    fn at(self, (x, y): (f64, f64), (width, height): (u32, u32)) -> Option<usize> {
        let frame = self.frame.get_untracked();
        self.boxes.with_value(|boxes| {
            let areas = boxes.iter().enumerate().filter_map(|(number, drawn)| {
                let [left, top, right, bottom] = drawn.corners(frame, width, height);
                let is_inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
                is_inside.then_some((number, (right - left) * (bottom - top)))
            });
            let smaller = |one: (usize, f64), other: (usize, f64)| if other.1 < one.1 { other } else { one };
            areas.reduce(smaller).map(|(number, _)| number)
        })
    }

    /// Points at what is drawn under a mouse over a picture of this size.
    fn point_at(self, event: &PointerEvent, size: (u32, u32)) {
        let picture = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(picture) = picture.filter(|_| self.is_drawn.get_untracked()) else { return };
        let area = picture.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
        let y = (f64::from(event.client_y()) - area.top()) / area.height().max(1.0);
        self.point(self.at((x, y), size));
    }
}

/// The boxes over a picture of this size, the first one of its sample.
#[component]
pub(crate) fn BoxOverlay(
    width: u32,
    height: u32,
    /// Whether boxes that are written in a text take the focus and lead there: the text stands beside the picture.
    #[prop(optional)]
    leads_to_texts: bool,
) -> impl IntoView {
    let boxes = use_context::<BoxesOnPictures>();
    move || {
        let boxes = boxes?;
        let frame = boxes.frame.get();
        // All stay while one after the other is pointed at: one of them may have the focus.
        let only = if boxes.is_drawn.get() { None } else { Some(boxes.pointed.get()) };
        let shown = boxes.boxes.with_value(|boxes| {
            let is_shown = |number: usize| only.is_none_or(|pointed| pointed == Some(number));
            let drawn = boxes.iter().enumerate().filter(|(number, _)| is_shown(*number));
            drawn.map(|(number, drawn)| (number, drawn.clone())).collect::<Vec<_>>()
        });
        let draw = |(number, drawn): (usize, DrawnBox)| {
            let [left, top, box_width, box_height] = drawn.placed(frame, width, height);
            let class = format!("box box-{}", drawn.hue);
            let leads = leads_to_texts && only.is_none() && drawn.is_written();
            let label = format!("Box {}: to its text", drawn.label);
            let content = view! { <b>{drawn.label}</b> };
            let drawn = if leads {
                view! {
                    <button
                        type="button"
                        aria-label=label
                        on:focus=move |_| boxes.point(Some(number))
                        on:blur=move |_| boxes.point(None)
                        on:click=move |_| browser::show_and_focus(&token_id(number))
                    >
                        {content}
                    </button>
                }
                .into_any()
            } else {
                view! { <span aria-hidden="true">{content}</span> }.into_any()
            };
            view! {
                <span
                    data-testid="drawn-box"
                    class=class
                    class:box--pointed=move || boxes.is_pointed(number)
                    style:left=left
                    style:top=top
                    style:width=box_width
                    style:height=box_height
                >
                    {drawn}
                </span>
            }
        };
        Some(view! { <span class="boxes">{shown.into_iter().map(draw).collect_view()}</span> })
    }
}

/// The id of the place in a text where a box is written.
pub(crate) fn token_id(number: usize) -> String {
    format!("box-{}", number + 1)
}

/// The pictures in a row of one height, numbered.
#[component]
pub(crate) fn PictureStrip(
    /// All pictures of the sample, in order.
    images: Vec<ImageView>,
    /// Text that says what is on them.
    alt: String,
    /// Opens a picture by its number, from 0.
    open: Callback<usize>,
) -> impl IntoView {
    let count = images.len();
    let label = format::counted(count as u64, "picture", "pictures");
    let figure = move |(number, image): (usize, ImageView)| {
        view! { <Figure image number=(count > 1).then_some(number) place=number alt=alt.clone() open is_first=number == 0 /> }
    };
    view! {
        <div class="strip" class:strip--one=count == 1 role="group" aria-label=label tabindex="0">
            {images.into_iter().enumerate().map(figure).collect_view()}
        </div>
    }
}

/// A picture with what is to be known about it, or what is wrong with it and where it was looked for.
#[component]
pub(crate) fn Figure(
    /// Which picture.
    image: ImageView,
    /// The number that stands on it, from 0.
    #[prop(optional_no_strip)]
    number: Option<usize>,
    /// Its place among the pictures of the sample, from 0.
    place: usize,
    /// Text that says what is on it.
    alt: String,
    /// Opens it.
    open: Callback<usize>,
    /// Whether boxes are drawn on it.
    #[prop(optional)]
    is_first: bool,
) -> impl IntoView {
    let failed = RwSignal::new(false);
    let boxes = use_context::<BoxesOnPictures>().filter(|_| is_first);
    let can_be_shown =
        matches!(image.status, ImageStatus::Present | ImageStatus::Unchecked) && !image.thumbnail.is_empty();
    move || {
        let image = image.clone();
        if !can_be_shown || failed.get() {
            return view! { <Absent image number /> }.into_any();
        }
        let size = image.width.zip(image.height);
        let (width, height) = size.unwrap_or(UNKNOWN_SIZE);
        let aspect = f64::from(width) / f64::from(height.max(1));
        let label = format!("Open picture {} in its original size", place + 1);
        let in_width = |width: u32| at(&image.thumbnail.replacen("w=320", &format!("w={width}"), 1));
        let sources = (width > 640).then(|| format!("{} 640w, {} 1280w", in_width(640), in_width(1280)));
        view! {
            <figure style=("--aspect", format::decimal(aspect.clamp(0.3, 3.4), 4))>
                <span
                    class="picture-frame"
                    on:pointermove=move |event| boxes.iter().for_each(|boxes| boxes.point_at(&event, (width, height)))
                    on:pointerleave=move |_| boxes.iter().for_each(|boxes| boxes.point(None))
                >
                <button class="picture" type="button" style=("--colour", image.colour.clone()) aria-label=label on:click=move |_| open.run(place)>
                    {number.map(|number| view! { <span class="number" aria-hidden="true">{number + 1}</span> })}
                    <img
                        src=in_width(640)
                        srcset=sources
                        sizes="(max-width: 760px) 90vw, 560px"
                        alt=alt.clone()
                        loading="lazy"
                        decoding="async"
                        width=width.to_string()
                        height=height.to_string()
                        on:error=move |_| failed.set(true)
                    />
                </button>
                {is_first.then(|| view! { <BoxOverlay width height leads_to_texts=true /> })}
                </span>
                <figcaption>
                    {size.map(|(width, height)| view! { <span class="num">{format!("{width} × {height}")}</span> })}
                    <Remarks image=image.clone() />
                </figcaption>
            </figure>
        }
        .into_any()
    }
}

/// What is to be known about a picture, and the way to all that is said about it.
#[component]
fn Remarks(image: ImageView) -> impl IntoView {
    let page = paths::image_page(&image.key);
    let is_elsewhere = !image.key.is_empty() && crate::router::path_now() != page;
    view! {
        {is_elsewhere.then(|| view! { <a href=at(&page) title="All samples with this image">{image.key.clone()}</a> })}
        {image.terms.map(|terms| view! { <TermsBadge terms is_small=true /> })}
        {image.note.map(|note| view! { <span dir="auto">{note}</span> })}
    }
}

/// A labelled place-holder: never a broken icon.
#[component]
pub(crate) fn Absent(image: ImageView, #[prop(optional_no_strip)] number: Option<usize>) -> impl IntoView {
    let title = match image.status {
        ImageStatus::Missing => "Picture missing",
        ImageStatus::NotEmbedded => "Named in the document, not in the file",
        ImageStatus::Remote => "On the web or in a bucket: not fetched",
        ImageStatus::Broken => "Picture broken",
        ImageStatus::Present | ImageStatus::Unchecked => "Picture cannot be shown",
    };
    let remarks = image.clone();
    let is_written = !image.written.is_empty();
    let path = image.tried.first().cloned().unwrap_or_else(|| image.written.clone());
    let looked = image.tried.len();
    let code = |path: String| view! { <code class="absent__path" dir="auto">{path}</code> };
    let mut tried = image.tried;
    let others = tried.split_off(LIKELY_PATHS.min(tried.len()));
    let more = others.len();
    view! {
        <figure class="absent">
            {number.map(|number| view! { <span class="number" aria-hidden="true">{number + 1}</span> })}
            <figcaption>
                <strong>{title}</strong>
                {image.trouble.map(|trouble| view! { <span dir="auto">{trouble}</span> })}
                {is_written
                    .then(|| view! { <span class="muted">"written as " <code dir="auto">{image.written}</code></span> })}
                {(looked > 0)
                    .then(|| view! { <span class="muted">{format!("looked at {}:", format::counted(looked as u64, "path", "paths"))}</span> })}
                {tried.into_iter().map(code).collect_view()}
                {(more > 0)
                    .then(|| {
                        view! {
                            <details>
                                <summary class="more">{format!("{more} more")}</summary>
                                {others.into_iter().map(code).collect_view()}
                            </details>
                        }
                    })}
                <span class="absent__ways">
                    {(!path.is_empty()).then(|| view! { <CopyButton label="Copy path" text=Signal::stored(path) symbol=Symbol::Copy /> })}
                    <Remarks image=remarks />
                </span>
            </figcaption>
            <Icon symbol=Symbol::NoPicture />
        </figure>
    }
}
