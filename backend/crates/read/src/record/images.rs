//! The image refs of a record.

use crate::ImageRef;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// The refs of a record's own two keys.
#[derive(Default)]
pub(crate) struct Images {
    pub(crate) image: Refs,
    pub(crate) images: Refs,
}

impl Images {
    /// One list: `image`, then what `images` and the turns name beyond it.
    pub(crate) fn merge(self, in_turns: Refs) -> Vec<ImageRef> {
        let mut all = self.image.0;
        for Refs(mut more) in [self.images, in_turns] {
            if !all.is_empty() && !more.is_empty() {
                let known: HashSet<&str> = all.iter().map(String::as_str).collect();
                more.retain(|written| !known.contains(written.as_str()));
            }
            all.append(&mut more);
        }
        all.into_iter().map(ImageRef::from_written).collect()
    }
}

/// Image refs as written; null and the empty text are none.
#[derive(Default)]
pub(crate) struct Refs(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Refs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RefsVisitor)
    }
}

struct RefsVisitor;

impl<'de> Visitor<'de> for RefsVisitor {
    type Value = Refs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the path of an image, or a list of paths")
    }

    fn visit_unit<E>(self) -> Result<Refs, E> {
        Ok(Refs::default())
    }

    fn visit_str<E>(self, written: &str) -> Result<Refs, E> {
        Ok(Refs(if written.is_empty() { Vec::new() } else { vec![written.to_owned()] }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Refs, A::Error> {
        let mut all = Refs::default();
        while let Some(Refs(some)) = list.next_element()? {
            all.0.extend(some);
        }
        Ok(all)
    }

    /// `{"url": …}` as chat messages write it, or `{"path": …}` as exports of tables do.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Refs, A::Error> {
        let mut refs = Refs::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "url" | "path" => refs = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(refs)
    }
}
