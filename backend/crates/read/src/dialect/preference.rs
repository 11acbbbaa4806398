//! Preference pairs: a question, and a better and a worse answer to it.
//!
//! Both answers are turns under the names `chosen` and `rejected`, each a text, a turn or a list of turns. Where both
//! lists begin with the same turns, these are the question and stand once. A question inside of one answer keeps its
//! speaker behind the name: `chosen, human`. A worse answer may also stand alone beside turns, of which the last is the
//! better one.

use super::beside;
use super::own::Own;
use super::pairs::history;
use super::record::{Draft, Emptiness};
use super::table::Meaning;
use super::turns::{Turns, written_out};
use crate::value::Value;
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;

/// Keys of what both answers answer, in order of preference.
const ASKED: [&str; 5] = ["prompt", "question", "query", "instruction", "input"];

/// Reads a pair.
pub(super) fn read(draft: &mut Draft<'_, '_>) -> bool {
    let first = |meaning| {
        draft.fields.places(meaning).into_iter().find(|place| is_answer(draft.fields.value(*place)))
    };
    let (Some(chosen), Some(rejected)) = (first(Meaning::Chosen), first(Meaning::Rejected)) else {
        return false;
    };
    let (mut chosen, mut rejected) = (answer(draft, chosen), answer(draft, rejected));
    asked(draft);
    let shared = shared(&chosen, &rejected);
    let before: Vec<Turn> = chosen.drain(..shared).collect();
    rejected.drain(..shared);
    // The question may stand beside the answers and in them.
    if draft.turns.items.is_empty() || !before.iter().all(|turn| draft.turns.items.contains(turn)) {
        draft.turns.items.extend(before);
    }
    for (name, turns) in [("chosen", chosen), ("rejected", rejected)] {
        draft.turns.items.extend(turns.into_iter().map(|turn| named(name, turn)));
    }
    draft.system_first();
    beside::of_pair(draft, &[]);
    draft.sample.is_preference = true;
    draft.read_as("chosen, rejected", "a preference pair");
    true
}

/// Takes the worse answer that stands beside turns or a pair whose last turn is the better one.
pub(super) fn beside(draft: &mut Draft<'_, '_>) {
    let places = draft.fields.places(Meaning::Rejected);
    let Some(place) = places.into_iter().find(|place| is_answer(draft.fields.value(*place))) else { return };
    let mut rejected = answer(draft, place);
    let is_said = |turn: &&Turn| draft.turns.items.contains(turn);
    let shared = rejected.iter().take_while(is_said).count().min(rejected.len().saturating_sub(1));
    rejected.drain(..shared);
    draft.turns.items.extend(rejected.into_iter().map(|turn| named("rejected", turn)));
    draft.sample.is_preference = true;
}

fn is_answer(value: &Value<'_>) -> bool {
    value.words().is_some() || Turns::fits(value, Own::default())
}

/// The turns of an answer.
fn answer(draft: &mut Draft<'_, '_>, place: usize) -> Vec<Turn> {
    let (value, own) = (draft.fields.take(place), draft.own);
    let is_list = match &value {
        Value::List(_) | Value::Object(_) => true,
        Value::Text(text) => written_out(text).is_some(),
        _ => false,
    };
    let known = draft.turns.items.len();
    if is_list {
        draft.turns.read(value, own);
    } else if let Some(text) = draft.gathered().content(value) {
        draft.push(Role::Gpt, text);
    }
    let read = draft.turns.items.split_off(known);
    let key = draft.fields.at(place).key.clone().into_owned();
    draft.turns.take_rest(&key, &mut draft.more);
    read
}

/// Turns that both answers begin with.
fn shared(chosen: &[Turn], rejected: &[Turn]) -> usize {
    let same = chosen.iter().zip(rejected).take_while(|(one, other)| one == other).count();
    // Equal answers are shown twice: that is what is wrong with them.
    same.min(chosen.len().saturating_sub(1)).min(rejected.len().saturating_sub(1))
}

fn named(name: &str, turn: Turn) -> Turn {
    let role = match turn.role {
        Role::Gpt => name.to_owned(),
        other => format!("{name}, {}", other.name()),
    };
    Turn { role: Role::Other(role), text: turn.text }
}

/// What both answers answer: a conversation, or a text.
fn asked(draft: &mut Draft<'_, '_>) {
    for place in draft.fields.places(Meaning::Turns) {
        if Emptiness::Said.is_of(draft.fields.value(place)) && draft.conversation_at(place) {
            return;
        }
    }
    history(draft);
    let Some(place) = ASKED.iter().find_map(|key| draft.fields.place_of(key)) else { return };
    if draft.fields.value(place).as_list().is_some() {
        draft.conversation_at(place);
        return;
    }
    if let Some(text) = draft.said_at(place) {
        let tokens = format!("{IMAGE_TOKEN}\n").repeat(draft.unplaced(&text));
        draft.push(Role::Human, tokens + &text);
    }
}
