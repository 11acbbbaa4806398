//! Nothing, in the place of the crate of this name.
//!
//! Leptos cannot be had without its server functions, which need that crate for bodies that are streamed. The user
//! interface has none of them; but the crate exports classes to JavaScript, which no linker may leave out, and these
//! are 6 kB of the download. Here is only what `server_fn` names, and nothing of it can ever exist.

use futures::stream::{Empty, Stream};
use wasm_bindgen::JsValue;

/// A stream that JavaScript reads. There is none.
pub enum ReadableStream {}

impl ReadableStream {
    /// Never called.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        unreachable!("the user interface has no server functions")
    }

    /// Never called.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unreachable!("the user interface has no server functions")
    }

    /// Never called.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        match self {}
    }

    /// Never called.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        match self {}
    }
}
