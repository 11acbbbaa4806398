//! A picture in its original size, to look at closely.

use super::{BoxesToggle, DrawnBoxes, labelled_boxes::LabelledBoxes, picture::is_elsewhere};
use crate::{format, zoom::View};
use blendscope_shared::{image::ImageView, paths};
use leptos::{
    ev,
    html::{Dialog, Div, Img},
    prelude::*,
};

/// Magnification of one turn of the wheel, and of `+`.
const STEP: f64 = 1.25;

/// Shows `image` over the page while there is one. Wheel and `+` `−` zoom, dragging moves, `z` changes between fit and
/// pixel by pixel, `b` draws the boxes of box files, Esc closes.
#[component]
pub(crate) fn Lightbox(
    /// What to show; set to nothing when it is closed.
    image: RwSignal<Option<ImageView>>,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let stage = Stage {
        area: NodeRef::new(),
        img: NodeRef::new(),
        view: RwSignal::new(View::default()),
        drag: RwSignal::new(None),
        drawn: use_context(),
    };
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if image.with(Option::is_some) {
            // A dialog that is open already refuses, and that is fine.
            drop(dialog.show_modal());
        } else {
            // It may have been left open by the page before, whose elements this one took over.
            dialog.close();
        }
    });
    let transform = move || {
        let View { scale, x, y } = stage.view.get();
        let (x, y, scale) = (format::decimal(x, 1), format::decimal(y, 1), format::decimal(scale, 4));
        format!("translate(-50%, -50%) translate({x}px, {y}px) scale({scale})")
    };
    let scale = move || format::decimal(stage.view.get().scale, 4);
    let link = move || {
        image.get().map(|image| paths::image_page(&image.key)).filter(|page| is_elsewhere(page)).map(|page| {
            view! {
                <a class="button" href=page on:click=move |_| close(dialog)>
                    "All samples with this image"
                </a>
            }
            .into_any()
        })
    };
    let caption = move || {
        image.get().map(|image| {
            let size = image.width.zip(image.height).map(|(width, height)| format!(" · {width} × {height}"));
            format!("{}{}", image.key, size.unwrap_or_default())
        })
    };
    view! {
        <dialog
            class="lightbox"
            node_ref=dialog
            aria-label="Picture in its original size"
            on:close=move |_| image.set(None)
            on:keydown=move |event| stage.on_key(&event)
        >
            <div
                class="lightbox__stage"
                node_ref=stage.area
                on:wheel=move |event| stage.on_wheel(&event)
                on:pointerdown=move |event| stage.on_down(&event)
                on:pointermove=move |event| stage.on_move(&event)
                on:pointerup=move |_| stage.drag.set(None)
                on:dblclick=move |_| stage.toggle()
            >
                {move || {
                    image
                        .get()
                        .map(|image| {
                            let size = image.width.zip(image.height);
                            view! {
                                <div
                                    class="lightbox__image"
                                    style:transform=transform
                                    style=("--scale", scale)
                                >
                                    <img
                                        node_ref=stage.img
                                        src=paths::image(&image.key)
                                        alt=""
                                        draggable="false"
                                        on:load=move |_| stage.fit()
                                    />
                                    {size
                                        .map(|(width, height)| {
                                            view! {
                                                <LabelledBoxes picture=image.key.clone() width height />
                                            }
                                        })}
                                </div>
                            }
                        })
                }}
            </div>
            <form method="dialog" class="lightbox__bar">
                <span class="lightbox__caption" dir="auto">
                    {caption}
                </span>
                <span class="muted">{move || format::percent(stage.view.get().scale)}</span>
                <button class="button" type="button" title="z" on:click=move |_| stage.toggle()>
                    "Fit / 1:1"
                </button>
                <BoxesToggle />
                {link}
                <button class="button">"Close"</button>
            </form>
        </dialog>
    }
}

fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

#[derive(Clone, Copy)]
struct Stage {
    area: NodeRef<Div>,
    img: NodeRef<Img>,
    view: RwSignal<View>,
    drag: RwSignal<Option<(f64, f64)>>,
    drawn: Option<DrawnBoxes>,
}

impl Stage {
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

    fn zoom(self, factor: f64, pointer: (f64, f64)) {
        let fit = self.fitting();
        self.view.update(|view| *view = view.zoomed(factor, pointer, fit));
    }

    fn on_wheel(self, event: &ev::WheelEvent) {
        event.prevent_default();
        let Some(area) = self.area.get_untracked() else { return };
        let area = area.get_bounding_client_rect();
        let pointer = (
            f64::from(event.client_x()) - area.left() - area.width() / 2.0,
            f64::from(event.client_y()) - area.top() - area.height() / 2.0,
        );
        self.zoom(if event.delta_y() < 0.0 { STEP } else { 1.0 / STEP }, pointer);
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        match event.key().as_str() {
            "z" => self.toggle(),
            "+" | "=" => self.zoom(STEP, (0.0, 0.0)),
            "-" => self.zoom(1.0 / STEP, (0.0, 0.0)),
            "b" => {
                if let Some(drawn) = self.drawn {
                    drawn.toggle();
                }
            }
            _ => (),
        }
    }

    fn on_down(self, event: &ev::PointerEvent) {
        event.prevent_default();
        self.drag.set(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
    }

    fn on_move(self, event: &ev::PointerEvent) {
        let Some(before) = self.drag.get_untracked() else { return };
        let now = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.view.update(|view| *view = view.moved((now.0 - before.0, now.1 - before.1)));
        self.drag.set(Some(now));
    }
}
