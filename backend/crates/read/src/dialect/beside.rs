//! What stands beside a question, an answer or a caption and is said, too: a passage that is asked about, a rationale, a
//! second caption. Each is a turn under the name of its key: what is asked about before the question, the rest behind
//! the answer.

use super::captions::harmless;
use super::record::Draft;
use super::rest::is_said;
use super::table::Meaning;
use crate::value::Value;
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;

/// Takes what stands beside a question and its answer; `answers` are keys of which one was the answer.
pub(super) fn of_pair(draft: &mut Draft<'_, '_>, answers: &[&str]) {
    let mut before = said_under(draft, &[Meaning::Context, Meaning::Input]);
    let more: Vec<usize> = answers.iter().filter_map(|key| draft.fields.place_of(key)).collect();
    let more = more.into_iter().filter_map(|place| said_at(draft, place)).collect::<Vec<_>>();
    let turns = &mut draft.turns.items;
    let system = turns.iter().take_while(|turn| turn.role == Role::System).count();
    turns.splice(system..system, before.drain(..));
    turns.extend(more);
    let behind = said_under(draft, &[Meaning::Reason, Meaning::Caption, Meaning::MoreCaption]);
    draft.turns.items.extend(behind);
}

/// Takes what else is said of the picture of a caption.
pub(super) fn of_caption(draft: &mut Draft<'_, '_>) {
    let meanings =
        [Meaning::Context, Meaning::Caption, Meaning::PictureCaption, Meaning::MoreCaption, Meaning::Reason];
    let behind = said_under(draft, &meanings);
    draft.turns.items.extend(behind);
}

fn said_under(draft: &mut Draft<'_, '_>, meanings: &[Meaning]) -> Vec<Turn> {
    let places: Vec<usize> = meanings.iter().flat_map(|meaning| draft.fields.places(*meaning)).collect();
    places.into_iter().filter_map(|place| said_at(draft, place)).collect()
}

/// The turn that a field makes, which is used up by it; none for what no turn before has left to say, and for a word by
/// itself, which is a name or a class.
fn said_at(draft: &mut Draft<'_, '_>, place: usize) -> Option<Turn> {
    let texts = texts(draft.fields.value(place))?;
    let is_new = |text: &&str| is_said(text) && !draft.turns.items.iter().any(|turn| says(&turn.text, text));
    let text = texts.into_iter().filter(is_new).collect::<Vec<_>>().join("\n");
    if text.is_empty() {
        return None;
    }
    let role = Role::Other(draft.fields.at(place).key.clone().into_owned());
    drop(draft.fields.take(place));
    Some(Turn { role, text: harmless(&text) })
}

/// The texts of a value that is nothing else.
fn texts<'v>(value: &'v Value<'_>) -> Option<Vec<&'v str>> {
    match value {
        Value::Text(text) => Some(vec![text]),
        Value::List(items) => items.iter().map(Value::as_text).collect(),
        _ => None,
    }
}

/// Whether a turn says a text, as a whole or in one of its lines.
fn says(turn: &str, text: &str) -> bool {
    let plain = |said: &str| said.replace(IMAGE_TOKEN, "").trim() == text.trim();
    plain(turn) || turn.lines().any(plain)
}
