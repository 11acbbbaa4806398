//! The turns of a record.

use crate::record::images::Refs;
use blendscope_shared::content::IMAGE_TOKEN;
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A conversation, with the image refs that stand in its parts.
#[derive(Default)]
pub(crate) struct Turns {
    pub(crate) items: Vec<Turn>,
    pub(crate) images: Refs,
}

impl<'de> Deserialize<'de> for Turns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TurnsVisitor)
    }
}

struct TurnsVisitor;

impl<'de> Visitor<'de> for TurnsVisitor {
    type Value = Turns;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of turns")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Turns, A::Error> {
        let mut turns = Turns::default();
        while let Some(Message { role, content }) = list.next_element()? {
            let number = turns.items.len();
            let role = role.ok_or_else(|| A::Error::custom(format!("turn {number} has no speaker")))?;
            let content = content.ok_or_else(|| A::Error::custom(format!("turn {number} has no text")))?;
            turns.images.0.extend(content.images.0);
            turns.items.push(Turn { role, text: content.text });
        }
        Ok(turns)
    }
}

/// One turn as written.
struct Message {
    role: Option<Role>,
    content: Option<Content>,
}

/// The text of a turn, with the image refs of its parts.
#[derive(Default)]
struct Content {
    text: String,
    images: Refs,
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MessageVisitor)
    }
}

struct MessageVisitor;

impl<'de> Visitor<'de> for MessageVisitor {
    type Value = Message;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a turn, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message, A::Error> {
        let (mut from, mut role, mut value, mut content) = (None, None, None, None);
        while let Some(key) = map.next_key()? {
            match key {
                MessageKey::From => from = Some(map.next_value::<Speaker>()?.0),
                MessageKey::Role => role = Some(map.next_value::<Speaker>()?.0),
                MessageKey::Value => value = map.next_value()?,
                MessageKey::Content => content = map.next_value()?,
                MessageKey::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Message { role: from.or(role), content: value.or(content) })
    }
}

enum MessageKey {
    From,
    Role,
    Value,
    Content,
    Other,
}

impl<'de> Deserialize<'de> for MessageKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(MessageKeyVisitor)
    }
}

struct MessageKeyVisitor;

impl Visitor<'_> for MessageKeyVisitor {
    type Value = MessageKey;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<MessageKey, E> {
        Ok(match name {
            "from" => MessageKey::From,
            "role" => MessageKey::Role,
            "value" => MessageKey::Value,
            "content" => MessageKey::Content,
            _ => MessageKey::Other,
        })
    }
}

/// A role, read without a copy of its name.
struct Speaker(Role);

impl<'de> Deserialize<'de> for Speaker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SpeakerVisitor)
    }
}

struct SpeakerVisitor;

impl Visitor<'_> for SpeakerVisitor {
    type Value = Speaker;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a speaker")
    }

    fn visit_str<E>(self, name: &str) -> Result<Speaker, E> {
        Ok(Speaker(Role::from_name(name)))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the text of a turn")
    }

    fn visit_str<E>(self, text: &str) -> Result<Content, E> {
        Ok(Content { text: text.to_owned(), images: Refs::default() })
    }

    fn visit_string<E>(self, text: String) -> Result<Content, E> {
        Ok(Content { text, images: Refs::default() })
    }

    /// A list of parts: texts and images, one per line.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
        let mut content = Content::default();
        let mut is_first = true;
        while let Some(part) = list.next_element::<MessagePart>()? {
            if !std::mem::take(&mut is_first) {
                content.text.push('\n');
            }
            content.text.push_str(&part.text);
            content.images.0.extend(part.images.0);
        }
        Ok(content)
    }
}

/// One part of a turn in the form of chat messages: `{"type": "text", "text": …}`, `{"type": "image", …}`, or a bare
/// text.
struct MessagePart {
    text: String,
    images: Refs,
}

impl<'de> Deserialize<'de> for MessagePart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = MessagePart;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a part of a turn: a text or an image")
    }

    fn visit_str<E>(self, text: &str) -> Result<MessagePart, E> {
        Ok(MessagePart { text: text.to_owned(), images: Refs::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MessagePart, A::Error> {
        let (mut kind, mut text, mut images) = (None::<String>, None, Refs::default());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => kind = map.next_value()?,
                "text" => text = map.next_value()?,
                "image" | "image_url" | "url" | "path" => images = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match (kind.as_deref(), text) {
            (Some("text") | None, Some(text)) => Ok(MessagePart { text, images: Refs::default() }),
            (Some("image" | "image_url"), _) => Ok(MessagePart { text: IMAGE_TOKEN.to_owned(), images }),
            (Some(other), _) => {
                Err(A::Error::custom(format!("a part of a turn of the unknown type `{other}`")))
            }
            (None, None) => Err(A::Error::custom("a part of a turn without a type")),
        }
    }
}
