//! The module that reads Markdown, as the user interface calls it.

use wasm_bindgen::prelude::wasm_bindgen;

/// The blocks of a text (`blendscope_markdown::tree`), as JSON.
#[wasm_bindgen]
pub fn read(text: &str) -> String {
    serde_json::to_string(&blendscope_markdown::parse(text)).unwrap_or_default()
}

fn main() {}
