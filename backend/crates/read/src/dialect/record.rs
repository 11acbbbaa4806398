//! Reads a record's tree of values as a sample: its id, its pictures, then the first shape of turns that it has.
//!
//! | shape | keys | turns |
//! |---|---|---|
//! | preference | `chosen`, `rejected`, and what they answer | the question, then both answers under their own names |
//! | conversation | `conversations`, `messages` and their like | as they stand |
//! | document | `text_list`; `images` and `texts` in step; a list of texts and pictures | one text with its pictures |
//! | pair | `question` and `answer`, `query` and `response`, … | the history, then two |
//! | truth | `ground_truth` | the text sequence inside it |
//! | caption | `text`, `caption`, …, with a picture also `description`, … | one text behind its pictures |
//! | further texts of a pair or caption | `context`, `rationale`, further captions, … | each under its key's name |
//! | anything else | texts, with a picture or of several words | each under its key's name |

use super::content::{Gathered, Named, is_made_of_pictures, pictures_of, place_holders};
use super::table::{Meaning, PAIRS, WRAPPERS, is_picture_name, look_up};
use super::turns::{Turns, is_conversation};
use super::{Draft, Emptiness, Fields, Own, Reading, RecordError, pairs, texts};
use crate::Form;
use crate::sample::{ImageRef, ReadAs, Sample};
use crate::value::{Object, Value};
use blendscope_shared::content::{IMAGE_TOKEN, image_tokens};
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use std::borrow::Cow;
use std::collections::HashSet;

/// Reads a record.
pub(super) fn read(reading: &Reading, value: Value<'_>) -> Result<Sample, RecordError> {
    let own = Own(reading.keys.as_deref());
    let object = object_of(value, reading.container.form)?;
    let mut draft = Draft::new(Fields::new(object, own), own, reading.container.form);
    draft.take_id();
    if texts::read_in_step(&mut draft) {
        return Ok(draft.finish());
    }
    draft.take_pictures();
    let is_read =
        draft.shape(Emptiness::Said) || texts::read_any_texts(&mut draft) || draft.shape(Emptiness::Empty);
    draft.take_addresses();
    let has_picture = !draft.images.is_empty() && draft.form != Form::Tar;
    draft.sample.is_certain &= is_read;
    if is_read || has_picture || has_video(&draft.fields) {
        Ok(draft.finish())
    } else {
        Err(draft.without_turns())
    }
}

/// The id of a record without the rest of it, for those who pass over many records.
pub(super) fn id(reading: &Reading, value: Value<'_>) -> Result<Option<Box<str>>, RecordError> {
    let own = Own(reading.keys.as_deref());
    let object = object_of(value, reading.container.form)?;
    let mut draft = Draft::new(Fields::new(object, own), own, reading.container.form);
    draft.take_id();
    Ok(draft.sample.id)
}

fn object_of(value: Value<'_>, form: Form) -> Result<Object<'_>, RecordError> {
    let object = match value {
        Value::Object(object) => object,
        Value::List(items) if is_conversation(&items) => {
            return Ok(Object(vec![(Cow::Borrowed("conversations"), Value::List(items))]));
        }
        other => {
            let what = match other {
                Value::List(_) => "a list",
                Value::Text(_) => "a text",
                Value::Picture(_) => "a picture",
                _ => "a single value",
            };
            let message = format!("{what}, where an object is expected, which a record is");
            return Err(RecordError::Malformed { offset: 0, message });
        }
    };
    Ok(if form == Form::Tar { lift_members(object) } else { unwrapped(object) })
}

/// A record that is wrapped up in another object: its members are the record's, behind those of the object.
fn unwrapped(mut object: Object<'_>) -> Object<'_> {
    let is_one = |(key, value): &(&str, &Value<'_>)| value.as_object().is_some() && WRAPPERS.contains(key);
    let Some((name, inner)) = object.iter().find(is_one) else { return object };
    let says = |key: &str| {
        let is_of_pair = PAIRS.iter().any(|(asked, _)| *asked == key);
        let meaning = look_up(key).meaning;
        is_of_pair || !matches!(meaning, Meaning::Other | Meaning::Id | Meaning::Address | Meaning::Reason)
    };
    if object.keys().any(says) || !inner.as_object().is_some_and(|inner| inner.keys().any(says)) {
        return object;
    }
    let name = name.to_owned();
    if let Some(Value::Object(inner)) = object.take(&name) {
        for (key, value) in inner.0 {
            if object.get(&key).is_none() {
                object.0.push((key, value));
            }
        }
    }
    object
}

/// The members of a `WebDataset` sample: what its `.json` says counts like the record's own keys, and a text's key is
/// its name without the extension.
fn lift_members(mut object: Object<'_>) -> Object<'_> {
    match object.take("json") {
        Some(Value::Object(members)) => {
            for (key, value) in members.0 {
                if object.get(&key).is_none() {
                    object.0.push((key, value));
                }
            }
        }
        Some(Value::List(items)) if Turns::fits(&Value::List(items.clone()), Own::default()) => {
            object.0.push((Cow::Borrowed("conversations"), Value::List(items)));
        }
        Some(other) => object.0.push((Cow::Borrowed("json"), other)),
        None => {}
    }
    for (key, _) in &mut object.0 {
        let plain =
            [".txt", ".text", ".json"].iter().find_map(|end| key.strip_suffix(end).map(str::to_owned));
        if let Some(plain) = plain.filter(|plain| !plain.is_empty()) {
            *key = Cow::Owned(plain);
        }
    }
    object
}

impl<'a, 'k> Draft<'a, 'k> {
    fn new(fields: Fields<'a>, own: Own<'k>, form: Form) -> Self {
        let sample = Sample { is_certain: true, ..Sample::default() };
        Self { fields, own, form, images: Vec::new(), turns: Turns::default(), more: Vec::new(), sample }
    }

    pub(super) fn gathered(&mut self) -> &mut Gathered {
        &mut self.turns.gathered
    }

    fn take_id(&mut self) {
        let own = self.own.id().and_then(|key| self.fields.place_of(key));
        let places = own.into_iter().chain(self.fields.places(Meaning::Id));
        for place in places {
            let is_name_of_members = self.form == Form::Tar && self.fields.at(place).key == "__key__";
            if let Some(id) = id_text(self.fields.value(place), is_name_of_members) {
                self.sample.id = Some(id);
                if !matches!(self.fields.value(place), Value::Text(_) | Value::Number(_)) {
                    self.gathered().note(|| "the id is neither a text nor a number".to_owned());
                }
                drop(self.fields.take(place));
                return;
            }
        }
        // The id of a picture is the record's, too, where it has no other.
        let is_id = |place: &usize| look_up(&self.fields.at(*place).key).meaning == Meaning::Id;
        let of_picture = self.fields.places(Meaning::Picture).into_iter().find(is_id);
        self.sample.id = of_picture.and_then(|place| id_text(self.fields.value(place), false));
    }

    /// Takes what is a picture out of the record: values of the usual keys, and bytes under any other.
    fn take_pictures(&mut self) {
        let mut found: Vec<(usize, Vec<ImageRef>)> = Vec::new();
        for place in self.fields.places(Meaning::Picture) {
            let value = self.fields.value(place);
            match pictures_of(value) {
                Named::Pictures(refs) => found.push((place, refs)),
                // The id of a picture, which is one where the catalog says so.
                Named::Nothing
                    if let (Value::Number(id), true) =
                        (value, self.own.is_picture(&self.fields.at(place).key)) =>
                {
                    found.push((place, vec![ImageRef::from_written(id.clone().into_owned())]));
                }
                Named::Nothing => {
                    let key = self.fields.at(place).key.clone();
                    self.gathered().note(|| format!("`{key}` is no picture"));
                }
            }
        }
        let others = self.fields.iter().filter(|(place, value)| {
            self.fields.at(*place).known.meaning != Meaning::Picture && is_made_of_pictures(value)
        });
        found.extend(others.filter_map(|(place, value)| match pictures_of(value) {
            Named::Pictures(refs) => Some((place, refs)),
            Named::Nothing => None,
        }));
        if found.iter().all(|(_, refs)| refs.is_empty()) {
            found.extend(self.picture_file());
        }
        // A path beside the picture's own bytes names the same picture.
        let is_embedded = |refs: &[ImageRef]| refs.iter().any(|image| matches!(image, ImageRef::Embedded(_)));
        let has_bytes = found.iter().any(|(_, refs)| is_embedded(refs));
        let others: Vec<usize> =
            (0..found.len()).filter(|number| is_said_by_another(*number, &found)).collect();
        for (number, (place, refs)) in found.into_iter().enumerate() {
            if others.contains(&number) || has_bytes && !is_embedded(&refs) && !refs.is_empty() {
                continue;
            }
            self.use_pictures(place, refs);
        }
    }

    /// A file's name that is a picture's.
    fn picture_file(&self) -> Option<(usize, Vec<ImageRef>)> {
        self.fields.places(Meaning::File).into_iter().find_map(|place| {
            let value = self.fields.value(place);
            let is_one = |value: &Value<'_>| value.as_text().is_some_and(is_picture_name);
            let are_all = is_one(value)
                || value.as_list().is_some_and(|items| !items.is_empty() && items.iter().all(is_one));
            match pictures_of(value) {
                Named::Pictures(refs) if are_all => Some((place, refs)),
                _ => None,
            }
        })
    }

    fn use_pictures(&mut self, place: usize, mut refs: Vec<ImageRef>) {
        let key = self.fields.at(place).name();
        let value = self.fields.take(place);
        self.sample.place_holders(place_holders(&value));
        if refs.is_empty() {
            return;
        }
        leave_known_out(&self.images, &mut refs);
        self.images.append(&mut refs);
        self.sample.read_as.pictures.push(key);
    }

    /// A web address is a picture's when nothing else is, and it or what stands beside it says so.
    fn take_addresses(&mut self) {
        if !self.images.is_empty() || !self.turns.gathered.images.is_empty() {
            return;
        }
        let has_size = ["width", "height"].iter().all(|key| self.fields.place_of(key).is_some());
        let place = self.fields.places(Meaning::Address).into_iter().find(|place| {
            let text = self.fields.value(*place).as_text();
            let is_caption = self.sample.read_as.turns.to_lowercase().contains("caption");
            text.is_some_and(|text| {
                matches!(ImageRef::from_written(text.to_owned()), ImageRef::Remote(_))
                    && (is_picture_name(text) || has_size || is_caption)
            })
        });
        let Some(place) = place else { return };
        if let Named::Pictures(refs) = pictures_of(self.fields.value(place)) {
            let tokens = refs.len();
            self.use_pictures(place, refs);
            if self.sample.is_document
                && let Some(turn) = self.turns.items.first_mut()
            {
                turn.text.insert_str(0, &IMAGE_TOKEN.repeat(tokens));
            }
        }
    }

    /// Reads the first known shape that it has.
    fn shape(&mut self, emptiness: Emptiness) -> bool {
        let is_said = emptiness == Emptiness::Said;
        if is_said && pairs::read_preference(self) {
            return true;
        }
        if self.conversation(emptiness) || is_said && pairs::read_pair(self) {
            pairs::take_worse_answer(self);
            return true;
        }
        texts::read_matched(self, emptiness)
            || is_said && (texts::read_ground_truth(self) || texts::read_sequence(self))
            || texts::read_captions(self, emptiness)
            || is_said && self.unnamed_conversation()
    }

    /// The turns of the first key that has some.
    fn conversation(&mut self, emptiness: Emptiness) -> bool {
        let own = self.own.turns().iter().filter_map(|key| self.fields.place_of(key));
        let own: Vec<usize> = own.collect();
        for place in own {
            if !emptiness.is_of(self.fields.value(place)) {
                continue;
            }
            if self.conversation_at(place) || texts::read_text_at(self, place) {
                return true;
            }
        }
        for place in self.fields.places(Meaning::Turns) {
            if emptiness.is_of(self.fields.value(place)) && self.conversation_at(place) {
                return true;
            }
        }
        let is_one = |place: &usize| self.fields.value(*place).as_list().is_some_and(is_conversation);
        let sequence = self.fields.places(Meaning::Sequence).into_iter().find(is_one);
        sequence.is_some_and(|place| self.conversation_at(place))
    }

    /// The turns of the only key, none of turns by its name, of which each item has a speaker and something said.
    fn unnamed_conversation(&mut self) -> bool {
        // What is called by a number is one of many records.
        let is_name = |place: usize| !self.fields.at(place).key.contains(|c: char| c.is_ascii_digit());
        let is_one =
            |place: usize, value: &Value<'_>| is_name(place) && value.as_list().is_some_and(is_conversation);
        let mut places =
            self.fields.iter().filter(|(place, value)| is_one(*place, value)).map(|(place, _)| place);
        let (Some(place), None) = (places.next(), places.next()) else { return false };
        drop(places);
        self.conversation_at(place)
    }

    /// Whether it has a key of turns, without any.
    pub(super) fn has_empty_turns(&self) -> bool {
        let places = self.fields.places(Meaning::Turns);
        places.into_iter().any(|place| Emptiness::Empty.is_of(self.fields.value(place)))
    }

    /// Reads the turns at a place; false if these are none.
    pub(super) fn conversation_at(&mut self, place: usize) -> bool {
        let value = self.fields.value(place);
        let are_texts = value.as_list().is_some_and(|items| {
            !items.is_empty() && items.iter().all(|item| matches!(item, Value::Text(_) | Value::Null))
        });
        // Several texts about one picture are captions of it.
        let are_captions = are_texts && self.fields.at(place).key == "texts";
        if !Turns::fits(value, self.own) || are_captions {
            return false;
        }
        let key = self.fields.at(place).name();
        let value = self.fields.take(place);
        let own = self.own;
        let Some(shape) = self.turns.read(value, own) else { return false };
        self.turns.take_rest(&key, &mut self.more);
        self.read_as(key, shape);
        self.system_first();
        true
    }

    /// A system prompt beside the turns comes before them.
    pub(super) fn system_first(&mut self) {
        if self.turns.items.first().is_some_and(|turn| turn.role == Role::System) {
            return;
        }
        let is_text =
            |place: &usize| self.fields.value(*place).as_text().is_some_and(|text| !text.trim().is_empty());
        let Some(place) = self.fields.places(Meaning::System).into_iter().find(is_text) else { return };
        if let Value::Text(text) = self.fields.take(place) {
            self.turns.items.insert(0, Turn { role: Role::System, text: text.into_owned() });
        }
    }

    /// Adds a turn.
    pub(super) fn push(&mut self, role: Role, text: String) {
        self.turns.items.push(Turn { role, text });
    }

    /// What is said by a field, used up; none if it is nothing.
    pub(super) fn said_at(&mut self, place: usize) -> Option<String> {
        let value = self.fields.take(place);
        self.gathered().content(value)
    }

    /// Says how the record was read.
    pub(super) fn read_as(&mut self, turns: impl Into<Cow<'static, str>>, shape: &'static str) {
        self.sample.read_as.turns = turns.into();
        self.sample.read_as.shape = shape;
    }

    /// As many place-holders as pictures have none in a text.
    pub(super) fn unplaced(&self, text: &str) -> usize {
        let numbered =
            (1..=self.images.len()).filter(|number| text.contains(&format!("<image {number}>"))).count();
        self.images.len().saturating_sub(image_tokens(text) + numbered)
    }

    pub(super) fn finish(self) -> Sample {
        let Self { fields, mut images, mut turns, more, mut sample, .. } = self;
        let mut in_turns = std::mem::take(&mut turns.gathered.images);
        leave_known_out(&images, &mut in_turns);
        if !in_turns.is_empty() {
            sample.read_as.pictures.push("in the turns".into());
        }
        images.append(&mut in_turns);
        sample.images = images;
        sample.turns = turns.items;
        sample.name_placed();
        sample.odd = turns.gathered.odd;
        sample.has_video |= turns.gathered.has_video || has_video(&fields);
        sample.extra = fields.into_extra(more);
        sample
    }

    fn without_turns(&self) -> RecordError {
        let keys =
            self.fields.iter().map(|(place, _)| self.fields.at(place).key.clone().into_owned()).collect();
        RecordError::NoConversations { keys }
    }
}

fn has_video(fields: &Fields<'_>) -> bool {
    fields.places(Meaning::Video).into_iter().any(|place| match fields.value(place) {
        Value::Text(text) => !text.trim().is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Object(_) => true,
        _ => false,
    })
}

/// Whether the pictures of one key are the same as another key's: their names without extensions, or their web addresses
/// beside as many paths.
fn is_said_by_another(number: usize, found: &[(usize, Vec<ImageRef>)]) -> bool {
    let refs = &found[number].1;
    let others = found.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, (_, refs))| refs);
    let mut same = others.filter(|other| other.len() == refs.len() && !refs.is_empty());
    same.any(|other| {
        refs.iter().zip(other).all(|pair| match pair {
            (ImageRef::Remote(_), ImageRef::Path(_)) => true,
            (ImageRef::Path(name), ImageRef::Path(path)) => {
                let file = path.rsplit('/').next().unwrap_or(path);
                is_picture_name(file) && file.rsplit_once('.').is_some_and(|(stem, _)| stem == name)
            }
            _ => false,
        })
    })
}

/// Leaves out what other keys have named already.
fn leave_known_out(known: &[ImageRef], more: &mut Vec<ImageRef>) {
    if known.is_empty() || more.is_empty() {
        return;
    }
    let name = |image: &ImageRef| match image {
        ImageRef::Path(written) | ImageRef::Remote(written) => Some((written.clone(), [0; 32])),
        ImageRef::Embedded(image) => Some((String::new(), image.hash)),
        ImageRef::NotEmbedded(_) => None,
    };
    let known: HashSet<_> = known.iter().filter_map(name).collect();
    more.retain(|image| name(image).is_none_or(|name| !known.contains(&name)));
}

/// An id as compact JSON text; a number stays as it is written.
fn id_text(value: &Value<'_>, is_name_of_members: bool) -> Option<Box<str>> {
    match value {
        Value::Null | Value::Bool(_) | Value::Picture(_) => None,
        Value::Number(text) => Some(text.as_ref().into()),
        Value::Text(text) => {
            // Archives that were packed from within a folder have `./` before every name.
            let plain = text.strip_prefix("./").filter(|_| is_name_of_members);
            serde_json::to_string(plain.unwrap_or(text)).ok().map(Into::into)
        }
        Value::List(_) | Value::Object(_) => Some(value.json_text().into()),
    }
}

impl Sample {
    /// Notes the place-holders that name the record's pictures one by one.
    fn place_holders(&mut self, names: Vec<String>) {
        self.read_as.place_holders.extend(names);
    }

    /// Puts the usual place-holder where a picture's own one stands.
    fn name_placed(&mut self) {
        let ReadAs { place_holders, .. } = &mut self.read_as;
        for name in place_holders.drain(..).filter(|name| name != IMAGE_TOKEN) {
            for turn in &mut self.turns {
                if turn.text.contains(&name) {
                    turn.text = turn.text.replace(&name, IMAGE_TOKEN);
                }
            }
        }
    }
}
