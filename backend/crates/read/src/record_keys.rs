//! The few keys that tell containers apart: those of turns and of pictures, by which a dict is a record and no list of
//! records.

/// Keys that say who speaks; an object that has one, and one of [`SAID`], is a turn.
const SPEAKER: [&str; 4] = ["from", "role", "speaker", "user"];

/// Keys that hold what is said.
const SAID: [&str; 6] = ["value", "content", "text", "tool_calls", "function_call", "assistant"];

/// Keys of a record's turns.
const TURNS: [&str; 8] =
    ["conversations", "conversation", "messages", "dialogue", "dialog", "turns", "texts", "chat"];

/// Keys of a record's pictures.
const PICTURES: [&str; 8] = ["image", "images", "img", "imgs", "picture", "pictures", "photo", "frames"];

/// Whether an object with these keys is one turn of a conversation.
pub(crate) fn is_turn(keys: &[&str]) -> bool {
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(key));
    has(&SPEAKER) && has(&SAID)
}

/// Whether a key is one of a record's turns.
pub(crate) fn is_of_turns(key: &str) -> bool {
    TURNS.contains(&key)
}

/// Whether a key is one of a record's pictures.
pub(crate) fn is_of_pictures(key: &str) -> bool {
    PICTURES.contains(&key)
}
