//! The module with the pages that few visits need, as the user interface calls it (`frontend/src/tools.rs`).

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

/// Shows its pages in an element; `has_moved` says whether the reader came by a move inside the application.
#[wasm_bindgen]
pub fn show(place: &HtmlElement, has_moved: bool) {
    blendscope_frontend::show_tools(place, has_moved);
}

fn main() {}
