//! Questions with their answers, each under a key of its own; preference pairs; and the further texts of such records.
//!
//! Options of a question stand below it, a line each; an answer that is an option's letter or number is followed by the
//! option. Of several answers each is said once.
//!
//! A preference pair is a question with a better and a worse answer. Both answers are turns under the names `chosen`
//! and `rejected`, each a text, a turn or a list of turns. Where both lists begin with the same turns, these are the
//! question and stand once. A question inside of one answer keeps its speaker behind the name: `chosen, human`. A worse
//! answer may also stand alone next to turns, of which the last is the better one.
//!
//! Further texts are a passage that is asked about, a rationale, a second caption. Each is a turn under the name of its
//! key: what is asked about before the question, the rest behind the answer.

use super::table::{ANSWERS_ALONE, Meaning, PAIRS};
use super::texts::{add_text, take_further_texts_of_caption, take_further_texts_of_pair};
use super::turns::{Turns, list_in, written_out};
use super::{Draft, Emptiness, Own};
use crate::value::Value;
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use std::borrow::Cow;

/// Letters of options that stand under keys of their own, as exams in tables have them.
const LETTERS: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];

/// Keys that hold the text of an answer which is an object.
const ANSWER_TEXT: [&str; 6] = ["answer", "text", "value", "content", "raw", "response"];

/// Keys of what is asked although nothing answers it. `input`, `user` and the like are as often something else.
const ASKED_ALONE: [&str; 9] =
    ["question", "questions", "question_string", "質問", "问题", "query", "instruction", "problem", "prompt"];

/// Reads the first pair that a record has.
pub(super) fn read_pair(draft: &mut Draft<'_, '_>) -> bool {
    for (asked, answers) in PAIRS {
        let Some(place) = draft.fields.place_of(asked) else { continue };
        let answer = answers.iter().find_map(|key| draft.fields.place_of(key));
        if let Some(answer) = answer
            && both(draft, place, answer)
        {
            take_further_texts_of_pair(draft, answers);
            return true;
        }
    }
    for asked in ASKED_ALONE {
        let place =
            draft.fields.place_of(asked).filter(|place| draft.fields.value(*place).as_text().is_some());
        if let Some(place) = place {
            question_alone(draft, place);
            take_further_texts_of_pair(draft, &[]);
            return true;
        }
    }
    answer_alone(draft)
}

fn both(draft: &mut Draft<'_, '_>, asked: usize, answer: usize) -> bool {
    if is_chat(draft.fields.value(asked)) || is_chat(draft.fields.value(answer)) {
        return chats(draft, asked, answer);
    }
    if side_by_side(draft, asked, answer) {
        return true;
    }
    let has_text = |value: &Value<'_>| value.words().is_some() || value.as_list().is_some();
    if !has_text(draft.fields.value(asked)) || answers(draft.fields.value(answer)).is_empty() {
        return false;
    }
    let names = names(draft, asked, answer);
    history(draft);
    let options = options(draft);
    let answers = all_answers(draft, answer);
    let question = question(draft, asked, &options);
    draft.push(Role::Human, question);
    let answers: Vec<Cow<'_, str>> = answers.iter().map(|answer| options.spelled_out(answer)).collect();
    draft.push(Role::Gpt, answers.join("\n"));
    draft.system_first();
    draft.read_as(names, "a pair");
    true
}

fn names(draft: &Draft<'_, '_>, asked: usize, answer: usize) -> String {
    format!("{}, {}", draft.fields.at(asked).key, draft.fields.at(answer).key)
}

/// The question: what was asked with what it is about, its pictures before it, its options below.
fn question(draft: &mut Draft<'_, '_>, place: usize, options: &Options) -> String {
    let is_instruction = draft.fields.at(place).key.eq_ignore_ascii_case("instruction");
    let mut text = draft.said_at(place).unwrap_or_default();
    let input = draft.fields.places(Meaning::Input).into_iter().next().filter(|_| is_instruction);
    if let Some(place) = input
        && draft.fields.value(place).words().is_some()
        && let Some(input) = draft.said_at(place).filter(|input| !input.trim().is_empty())
    {
        text.push('\n');
        text.push_str(&input);
    }
    for (letter, option) in &options.0 {
        let line = format!("\n{letter}. {option}");
        text.push_str(&line);
    }
    let unplaced = draft.unplaced(&text).saturating_sub(draft.gathered().images.len());
    format!("{IMAGE_TOKEN}\n").repeat(unplaced) + &text
}

/// Turns that come before the record's own question.
pub(super) fn history(draft: &mut Draft<'_, '_>) {
    let Some(place) = draft.fields.places(Meaning::History).into_iter().next() else { return };
    let is_list = draft.fields.value(place).as_list().is_some_and(|items| !items.is_empty());
    if is_list {
        let (value, own) = (draft.fields.take(place), draft.own);
        draft.turns.read(value, own);
    }
}

/// The options of a question, each with its letter.
struct Options(Vec<(String, String)>);

impl Options {
    /// An answer, followed by the option if it is nothing but a letter or number of one.
    fn spelled_out<'t>(&self, answer: &'t str) -> Cow<'t, str> {
        let name = answer.trim().trim_matches(['(', ')', '.']);
        let by_number = || self.0.get(name.parse::<usize>().ok()?);
        let option = self.0.iter().find(|(letter, _)| letter.eq_ignore_ascii_case(name)).or_else(by_number);
        match option {
            Some((letter, option)) if option != answer => Cow::Owned(format!("{letter}. {option}")),
            _ => Cow::Borrowed(answer),
        }
    }
}

/// Options in a list, in an object by letter, in a text that is a list, or under the keys `A`, `B`, ….
fn options(draft: &mut Draft<'_, '_>) -> Options {
    for place in draft.fields.places(Meaning::Options) {
        let listed = listed_options(draft.fields.value(place));
        if !listed.is_empty() {
            drop(draft.fields.take(place));
            return Options(listed);
        }
    }
    let mut found = Vec::new();
    for letter in LETTERS {
        let place =
            draft.fields.place_exactly(letter).filter(|place| draft.fields.value(*place).words().is_some());
        let Some(place) = place else { break };
        found.push((letter.to_owned(), place));
    }
    if found.len() < 2 {
        return Options(Vec::new());
    }
    let text = |(letter, place): (String, usize)| {
        (letter, draft.fields.take(place).words().unwrap_or_default().into_owned())
    };
    Options(found.into_iter().map(text).collect())
}

fn listed_options(value: &Value<'_>) -> Vec<(String, String)> {
    let by_letter = |items: &[Value<'_>]| -> Vec<(String, String)> {
        let texts: Option<Vec<String>> = items.iter().map(|item| item.words().map(Cow::into_owned)).collect();
        let letters = LETTERS.iter().map(|letter| (*letter).to_owned());
        texts
            .filter(|texts| texts.len() <= LETTERS.len())
            .map(|texts| letters.zip(texts).collect())
            .unwrap_or_default()
    };
    match value {
        Value::List(items) => by_letter(items),
        Value::Object(object) => {
            let one = |(key, value): (&str, &Value<'_>)| Some((key.to_owned(), value.words()?.into_owned()));
            object
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(one)
                .collect::<Option<_>>()
                .unwrap_or_default()
        }
        Value::Text(text) => list_in(text)
            .map(|texts| texts.into_iter().map(|text| Value::Text(Cow::Owned(text))).collect::<Vec<_>>())
            .map(|items| by_letter(&items))
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The texts of an answer, each once.
fn answers(value: &Value<'_>) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |text: Cow<'_, str>| {
        if !all.iter().any(|known| *known == text) {
            all.push(text.into_owned());
        }
    };
    match value {
        Value::List(items) => {
            for item in items {
                let inner =
                    item.as_object().and_then(|item| ANSWER_TEXT.iter().find_map(|key| item.some(key)));
                if let Some(text) = inner.unwrap_or(item).words() {
                    add(text);
                }
            }
        }
        Value::Object(object) => {
            let listed = ANSWER_TEXT.iter().find_map(|key| object.some(key));
            return listed.filter(|listed| listed.as_object().is_none()).map(answers).unwrap_or_default();
        }
        Value::Text(text) => match list_in(text) {
            Some(texts) => texts.into_iter().for_each(|text| add(Cow::Owned(text))),
            None => add(Cow::Borrowed(text)),
        },
        other => other.words().into_iter().for_each(add),
    }
    all
}

/// The answer, and what `answers` says beyond it.
fn all_answers(draft: &mut Draft<'_, '_>, place: usize) -> Vec<String> {
    let mut all = answers(&draft.fields.take(place));
    if let Some(place) = draft.fields.place_of("answers") {
        let more = answers(draft.fields.value(place));
        if !more.is_empty() {
            drop(draft.fields.take(place));
            all.extend(more);
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|answer| seen.insert(answer.clone()));
    all
}

/// Lists of questions and of answers, in step.
fn side_by_side(draft: &mut Draft<'_, '_>, asked: usize, answer: usize) -> bool {
    let texts = |value: &Value<'_>| -> Option<Vec<String>> {
        value.as_list()?.iter().map(|item| item.words().map(Cow::into_owned)).collect()
    };
    let (Some(asked_texts), Some(answers)) =
        (texts(draft.fields.value(asked)), texts(draft.fields.value(answer)))
    else {
        return false;
    };
    if asked_texts.is_empty() || asked_texts.len() != answers.len() {
        return false;
    }
    let names = names(draft, asked, answer);
    drop((draft.fields.take(asked), draft.fields.take(answer)));
    let all = asked_texts.iter().map(String::as_str).collect::<String>();
    let mut tokens = format!("{IMAGE_TOKEN}\n").repeat(draft.unplaced(&all));
    for (question, answer) in asked_texts.into_iter().zip(answers) {
        draft.push(Role::Human, std::mem::take(&mut tokens) + &question);
        draft.push(Role::Gpt, answer);
    }
    draft.system_first();
    draft.read_as(names, "lists of pairs");
    true
}

fn is_chat(value: &Value<'_>) -> bool {
    value.as_list().is_some_and(super::turns::is_conversation)
}

/// Both sides as lists of turns.
fn chats(draft: &mut Draft<'_, '_>, asked: usize, answer: usize) -> bool {
    let names = names(draft, asked, answer);
    let own = draft.own;
    for (place, role) in [(asked, Role::Human), (answer, Role::Gpt)] {
        let key = draft.fields.at(place).key.clone().into_owned();
        if is_chat(draft.fields.value(place)) {
            let value = draft.fields.take(place);
            draft.turns.read(value, own);
            draft.turns.take_rest(&key, &mut draft.more);
        } else if let Some(text) = draft.said_at(place) {
            draft.push(role, text);
        }
    }
    draft.system_first();
    draft.read_as(names, "a pair of lists of turns");
    true
}

fn question_alone(draft: &mut Draft<'_, '_>, place: usize) {
    let key = draft.fields.at(place).key.clone().into_owned();
    history(draft);
    let options = options(draft);
    let is_exam = !options.0.is_empty() || draft.fields.has("question_id");
    let question = question(draft, place, &options);
    draft.push(Role::Human, question);
    draft.system_first();
    draft.read_as(key, "a question without an answer");
    draft.sample.is_certain = is_exam || !draft.images.is_empty();
}

/// An answer beside a picture is a caption of it.
fn answer_alone(draft: &mut Draft<'_, '_>) -> bool {
    if draft.images.is_empty() {
        return false;
    }
    let place = ANSWERS_ALONE.iter().find_map(|key| draft.fields.place_of(key));
    let Some(place) = place.filter(|place| draft.fields.value(*place).as_text().is_some()) else {
        return false;
    };
    let key = draft.fields.at(place).key.clone().into_owned();
    let text = draft.said_at(place).unwrap_or_default();
    add_text(draft, &text);
    take_further_texts_of_caption(draft);
    draft.read_as(key, "a text as a whole");
    true
}

/// Keys of what both answers answer, in order of preference.
const ASKED: [&str; 5] = ["prompt", "question", "query", "instruction", "input"];

/// Reads a preference pair.
pub(super) fn read_preference(draft: &mut Draft<'_, '_>) -> bool {
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
        draft.turns.items.extend(turns.into_iter().map(|turn| named_turns(name, turn)));
    }
    draft.system_first();
    take_further_texts_of_pair(draft, &[]);
    draft.sample.is_preference = true;
    draft.read_as("chosen, rejected", "a preference pair");
    true
}

/// Takes the worse answer that stands beside turns or a pair whose last turn is the better one.
pub(super) fn take_worse_answer(draft: &mut Draft<'_, '_>) {
    let places = draft.fields.places(Meaning::Rejected);
    let Some(place) = places.into_iter().find(|place| is_answer(draft.fields.value(*place))) else { return };
    let mut rejected = answer(draft, place);
    let is_said = |turn: &&Turn| draft.turns.items.contains(turn);
    let shared = rejected.iter().take_while(is_said).count().min(rejected.len().saturating_sub(1));
    rejected.drain(..shared);
    draft.turns.items.extend(rejected.into_iter().map(|turn| named_turns("rejected", turn)));
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
    // One turn of each answer stays, so that two equal answers are both shown: that is what is wrong with them.
    same.min(chosen.len().saturating_sub(1)).min(rejected.len().saturating_sub(1))
}

fn named_turns(name: &str, turn: Turn) -> Turn {
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
