//! What `first.js` did while this module was on its way: it asked for answers, each of which is taken over once, and
//! painted the first samples.

use crate::url_state;
use blendscope_shared::search::SearchParams;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::{Function, Promise, Reflect};

/// Where the script keeps them.
const NAME: &str = "firstAnswers";

/// An answer by its name.
pub(super) fn take(name: &str) -> Option<JsFuture> {
    let kept = get(&window(), NAME)?;
    let answer = get(&kept, name)?.dyn_into::<Promise>().ok()?;
    Reflect::set(&kept, &name.into(), &JsValue::UNDEFINED).ok()?;
    Some(JsFuture::from(answer))
}

/// The answer to the first search, if it is this one.
pub(super) fn take_search(params: &SearchParams) -> Option<JsFuture> {
    let url = get(&get(&window(), NAME)?, "url")?.as_string()?;
    let answer = take("search")?;
    let pairs = url_state::pairs(url.split_once('?')?.1);
    let asked =
        SearchParams::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))).ok()?;
    (asked == *params).then_some(answer)
}

/// Waits until the first samples are painted, if they are to be.
pub(crate) async fn until_painted() {
    let Some(when) = get(&window(), "whenPainted").and_then(|when| when.dyn_into::<Function>().ok()) else {
        return;
    };
    if let Some(painted) =
        when.call0(&JsValue::UNDEFINED).ok().and_then(|painted| painted.dyn_into::<Promise>().ok())
    {
        drop(JsFuture::from(painted).await);
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}
