//! Records that are members of an object, `"1001": {…}`: the key is the id of a record that has none.

use crate::split::member_parts;
use crate::{Container, Form};
use std::borrow::Cow;

/// Ends of names of pictures, for objects of picture and caption.
const PICTURES: [&[u8]; 6] = [b".jpg\"", b".jpeg\"", b".png\"", b".webp\"", b".gif\"", b".bmp\""];

/// The text of a record as a JSON value of its own: of a member of an object, key and all, one object.
///
/// `"7": {"a": 1}` becomes `{"id":"7","a": 1}`, `"7": [turns]` becomes `{"id":"7","conversations":[turns]}`, and
/// `"a.jpg": "text"` becomes `{"image":"a.jpg","caption":"text"}`.
pub fn record_text(container: Container, raw: &[u8]) -> Cow<'_, [u8]> {
    if container.form != Form::JsonObject || !raw.starts_with(b"\"") {
        return Cow::Borrowed(raw);
    }
    let Some((key, value)) = member_parts(raw) else { return Cow::Borrowed(raw) };
    let inner = value.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    Cow::Owned(match (inner, value.first()) {
        (Some(b"}"), _) => [b"{\"id\":", key, b"}"].concat(),
        (Some(inner), _) => [b"{\"id\":", key, b",", inner].concat(),
        (None, Some(b'[')) if !names_picture(key) => {
            [b"{\"id\":", key, b",\"conversations\":", value, b"}"].concat()
        }
        (None, Some(b'[')) => [b"{\"image\":", key, b",\"captions\":", value, b"}"].concat(),
        (None, Some(b'"')) if names_picture(key) => {
            [b"{\"image\":", key, b",\"caption\":", value, b"}"].concat()
        }
        _ => return Cow::Borrowed(raw),
    })
}

fn names_picture(key: &[u8]) -> bool {
    let key = key.to_ascii_lowercase();
    PICTURES.iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_record_with_its_key_as_id() {
        for (member, text) in [
            (r#""7" : {"a": 1}"#, r#"{"id":"7","a": 1}"#),
            (r#""7":{ }"#, r#"{"id":"7"}"#),
            (r#""7": [{"from":"gpt"}]"#, r#"{"id":"7","conversations":[{"from":"gpt"}]}"#),
            (r#""a.JPG": "text""#, r#"{"image":"a.JPG","caption":"text"}"#),
            (r#""7": 1"#, r#""7": 1"#),
            (r#"{"id":"7"}"#, r#"{"id":"7"}"#),
        ] {
            assert_eq!(record_text(Container::JSON_OBJECT, member.as_bytes()), text.as_bytes(), "{member}");
            assert_eq!(record_text(Container::JSON_LINES, member.as_bytes()), member.as_bytes());
        }
    }
}
