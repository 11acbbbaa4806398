//! A picture in its original size, to look at closely, with the next and the former ones.

use super::{BoxOverlay, BoxesOnPictures, Icon, Symbol};
use crate::{
    address::at,
    api::Answer,
    format,
    live::{effect, live},
    zoom::View,
};
use blendscope_shared::{image::ImageView, image_page::ImageDetail, paths};
use leptos::{
    ev,
    html::{Dialog, Div, Img},
    prelude::*,
};

/// Magnification of one turn of the wheel, and of `+`.
const STEP: f64 = 1.25;
/// Two taps within this time are a double tap, in milliseconds.
const DOUBLE_TAP: f64 = 320.0;

/// Shows one of the pictures over the page while there is one. Wheel, `+` `−` and two fingers zoom, dragging moves, `z`
/// and a double tap change between fit and pixel by pixel, the arrow keys go to other pictures, `b` draws boxes, Esc
/// closes.
#[component]
pub(crate) fn Viewer(
    /// All pictures that are gone through.
    images: Signal<Vec<ImageView>>,
    /// Number of the one to show; nothing when it is closed.
    shown: Signal<Option<usize>>,
    /// Shows another one, or none.
    show: Callback<Option<usize>>,
    /// Goes on to the next or former sample when there is no further picture; none where there is no way on.
    #[prop(optional_no_strip)]
    step: Option<Callback<bool>>,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let stage = Stage::new();
    let gallery = Gallery { images, shown, show, step };
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        if gallery.image().is_none() {
            dialog.close();
        } else if !dialog.open() {
            // A dialog that is open already refuses, and that is fine.
            drop(dialog.show_modal());
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "ArrowRight" | "j" => gallery.go(true),
            "ArrowLeft" | "k" => gallery.go(false),
            key => {
                if !stage.on_key(key) {
                    return;
                }
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let transform = move || {
        let View { scale, x, y } = stage.view.get();
        let [x, y] = [x, y].map(|moved| format::decimal(moved, 1));
        format!("translate(-50%, -50%) translate({x}px, {y}px) scale({})", format::decimal(scale, 4))
    };
    let scale = move || format::decimal(stage.view.get().scale, 4);
    let picture = move || {
        gallery.image().map(|image| {
            let size = image.width.zip(image.height).filter(|_| shown.get_untracked() == Some(0));
            view! {
                <div class="viewer__image" style:transform=transform style=("--scale", scale)>
                    <img
                        node_ref=stage.img
                        src=at(&paths::image(&image.key))
                        alt=""
                        draggable="false"
                        on:load=move |_| stage.fit()
                    />
                    {size.map(|(width, height)| view! { <BoxOverlay width height /> })}
                </div>
            }
        })
    };
    view! {
        <dialog
            class="viewer"
            node_ref=dialog
            aria-label="Picture in its original size"
            data-testid="viewer"
            on:close=move |_| {
                if shown.get_untracked().is_some() {
                    show.run(None);
                }
            }
            on:keydown=on_key
        >
            <div
                class="viewer__stage"
                node_ref=stage.area
                on:wheel=move |event| stage.on_wheel(&event)
                on:pointerdown=move |event| stage.on_down(&event)
                on:pointermove=move |event| stage.on_move(&event)
                on:pointerup=move |event| stage.on_up(&event)
                on:pointercancel=move |event| stage.on_up(&event)
                on:dblclick=move |event: ev::MouseEvent| stage.toggle_once(event.time_stamp())
            >
                {live(picture)}
            </div>
            <Bar gallery stage />
        </dialog>
    }
}

/// The pictures that are gone through, and which of them is shown.
#[derive(Clone, Copy)]
struct Gallery {
    images: Signal<Vec<ImageView>>,
    shown: Signal<Option<usize>>,
    show: Callback<Option<usize>>,
    step: Option<Callback<bool>>,
}

impl Gallery {
    fn image(self) -> Option<ImageView> {
        let number = self.shown.get()?;
        self.images.with(|images| images.get(number).cloned())
    }

    fn count(self) -> usize {
        self.images.with(Vec::len)
    }

    /// The next or former picture of the sample.
    fn next(self, forward: bool) -> Option<usize> {
        let now = self.shown.get()?;
        if forward { Some(now + 1).filter(|next| *next < self.count()) } else { now.checked_sub(1) }
    }

    fn go(self, forward: bool) {
        match (untrack(|| self.next(forward)), self.step) {
            (Some(next), _) => self.show.run(Some(next)),
            (None, Some(step)) => step.run(forward),
            (None, None) => (),
        }
    }
}

/// What is below the picture: the way to others, what it is, and what can be done with it.
#[component]
fn Bar(gallery: Gallery, stage: Stage) -> impl IntoView {
    let details = Answer::<ImageDetail>::at(move || {
        let image = gallery.image().filter(|image| !image.key.is_empty())?;
        Some(paths::image_detail(&image.key))
    });
    let facts = move || {
        let image = gallery.image()?;
        let size = image.width.zip(image.height).map(|(width, height)| format!("{width} × {height}"));
        let detail = details.good().filter(|detail| detail.key == image.key);
        let format = detail.as_ref().and_then(|detail| detail.format.clone());
        let bytes = detail.and_then(|detail| detail.bytes).map(format::bytes);
        let facts = [Some(image.key), size, format, bytes];
        Some(facts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    let number = move || {
        let number = gallery.shown.get()? + 1;
        (gallery.count() > 1).then(|| format!("{number} of {}", gallery.count()))
    };
    let links = move || {
        gallery.image().filter(|image| !image.key.is_empty()).map(|image| {
            view! {
                <a
                    class="button"
                    href=at(&paths::image_page(&image.key))
                    on:click=move |_| gallery.show.run(None)
                >
                    "All samples with this image"
                </a>
                <a
                    class="button button--icon"
                    href=at(&paths::image(&image.key))
                    download=""
                    title="Download"
                    aria-label="Download"
                >
                    <Icon symbol=Symbol::Download />
                </a>
            }
        })
    };
    let boxes = move || {
        let boxes = stage.boxes.filter(|boxes| boxes.count() > 0)?;
        let toggle = move |_| {
            boxes.toggle();
        };
        Some(view! {
            <button
                class="button"
                type="button"
                title="b"
                aria-pressed=move || boxes.is_drawn().to_string()
                on:click=toggle
            >
                "Boxes"
            </button>
        })
    };
    let arrow = move |forward: bool, label: &'static str, symbol| {
        let is_off = move || gallery.step.is_none() && gallery.next(forward).is_none();
        view! {
            <button
                class="button button--icon"
                type="button"
                title=label
                aria-label=label
                prop:disabled=is_off
                on:click=move |_| gallery.go(forward)
            >
                <Icon symbol />
            </button>
        }
    };
    view! {
        <form method="dialog" class="viewer__bar">
            {arrow(false, "Previous picture (←)", Symbol::Previous)}
            {arrow(true, "Next picture (→)", Symbol::Next)}
            <span class="num">{live(number)}</span>
            <span class="viewer__caption" dir="auto">
                {live(facts)}
            </span>
            <span class="num" data-testid="magnification">
                {live(move || format::percent(stage.view.get().scale))}
            </span>
            <button class="button" type="button" title="z" on:click=move |_| stage.toggle()>
                "Fit / 1:1"
            </button>
            {live(boxes)}
            {live(links)}
            <button class="button">"Close"</button>
        </form>
    }
}

#[derive(Clone, Copy)]
struct Stage {
    area: NodeRef<Div>,
    img: NodeRef<Img>,
    view: RwSignal<View>,
    /// Fingers, pens and mice that are down, with where they are.
    pointers: StoredValue<Vec<(i32, (f64, f64))>>,
    /// When the last finger was lifted that had hardly moved, in milliseconds.
    last_tap: StoredValue<f64>,
    /// When a double tap or click was answered, in milliseconds: some browsers tell of both.
    answered: StoredValue<f64>,
    boxes: Option<BoxesOnPictures>,
}

impl Stage {
    fn new() -> Self {
        Self {
            area: NodeRef::new(),
            img: NodeRef::new(),
            view: RwSignal::new(View::default()),
            pointers: StoredValue::new(Vec::new()),
            last_tap: StoredValue::new(0.0),
            answered: StoredValue::new(0.0),
            boxes: use_context(),
        }
    }

    fn fitting(self) -> View {
        let (Some(area), Some(img)) = (self.area.get_untracked(), self.img.get_untracked()) else {
            return View::actual();
        };
        let picture = (f64::from(img.natural_width()), f64::from(img.natural_height()));
        View::fit(picture, (f64::from(area.client_width()), f64::from(area.client_height())))
    }

    fn fit(self) {
        self.view.set(self.fitting());
    }

    fn toggle(self) {
        let fit = self.fitting();
        let is_fit = self.view.get_untracked() == fit;
        self.view.set(if is_fit { View::actual() } else { fit });
    }

    fn toggle_once(self, now: f64) {
        if now - self.answered.get_value() > DOUBLE_TAP {
            self.answered.set_value(now);
            self.toggle();
        }
    }

    fn zoom(self, factor: f64, pointer: (f64, f64)) {
        let fit = self.fitting();
        self.view.update(|view| *view = view.zoomed(factor, pointer, fit));
    }

    /// A place of the window from the middle of the stage.
    fn place_on_stage(self, place: (f64, f64)) -> (f64, f64) {
        self.area.get_untracked().map_or((0.0, 0.0), |area| {
            let area = area.get_bounding_client_rect();
            (place.0 - area.left() - area.width() / 2.0, place.1 - area.top() - area.height() / 2.0)
        })
    }

    fn on_wheel(self, event: &ev::WheelEvent) {
        event.prevent_default();
        let pointer = self.place_on_stage((f64::from(event.client_x()), f64::from(event.client_y())));
        self.zoom(if event.delta_y() < 0.0 { STEP } else { 1.0 / STEP }, pointer);
    }

    fn on_key(self, key: &str) -> bool {
        match key {
            "z" => self.toggle(),
            "+" | "=" => self.zoom(STEP, (0.0, 0.0)),
            "-" => self.zoom(1.0 / STEP, (0.0, 0.0)),
            "b" => {
                if let Some(boxes) = self.boxes {
                    boxes.toggle();
                }
            }
            _ => return false,
        }
        true
    }

    fn on_down(self, event: &ev::PointerEvent) {
        event.prevent_default();
        if let Some(area) = self.area.get_untracked() {
            // So that it is told when the pointer goes up elsewhere; it may be gone already.
            drop(area.set_pointer_capture(event.pointer_id()));
        }
        let place = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.pointers.update_value(|pointers| {
            pointers.retain(|(id, _)| *id != event.pointer_id());
            pointers.push((event.pointer_id(), place));
        });
    }

    /// One pointer drags; two zoom by their distance, at their middle, which drags too.
    fn on_move(self, event: &ev::PointerEvent) {
        let place = (f64::from(event.client_x()), f64::from(event.client_y()));
        let before = self.pointers.get_value();
        let Some(number) = before.iter().position(|(id, _)| *id == event.pointer_id()) else { return };
        let mut now = before.clone();
        now[number].1 = place;
        let (from, to) = (gesture(&before), gesture(&now));
        let factor = if from.1 > 0.0 { to.1 / from.1 } else { 1.0 };
        let middle = self.place_on_stage(to.0);
        let fit = self.fitting();
        self.view.update(|view| {
            let moved = view.moved((to.0.0 - from.0.0, to.0.1 - from.0.1));
            *view =
                if (factor - 1.0).abs() > f64::EPSILON { moved.zoomed(factor, middle, fit) } else { moved };
        });
        if (place.0 - before[number].1.0).abs() + (place.1 - before[number].1.1).abs() > 3.0 {
            self.last_tap.set_value(0.0);
        }
        self.pointers.set_value(now);
    }

    fn on_up(self, event: &ev::PointerEvent) {
        self.pointers.update_value(|pointers| pointers.retain(|(id, _)| *id != event.pointer_id()));
        // Browsers tell a double click of the mouse, and where touches belong to the page no double tap.
        if event.pointer_type() == "touch" && self.pointers.with_value(Vec::is_empty) {
            let now = event.time_stamp();
            if now - self.last_tap.get_value() < DOUBLE_TAP {
                self.toggle_once(now);
            }
            self.last_tap.set_value(now);
        }
    }
}

/// The middle of the pointers, and the distance of the first two; zero for one.
fn gesture(pointers: &[(i32, (f64, f64))]) -> ((f64, f64), f64) {
    match pointers {
        [(_, a), (_, b), ..] => ((a.0.midpoint(b.0), a.1.midpoint(b.1)), (a.0 - b.0).hypot(a.1 - b.1)),
        [(_, a)] => (*a, 0.0),
        [] => ((0.0, 0.0), 0.0),
    }
}
