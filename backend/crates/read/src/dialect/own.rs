//! What the user's catalog says about the keys of records of one's own.

/// The keys of a dataset's records, as `[dataset.record]` names them. What it does not name is read as everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RecordKeys {
    /// Keys of the turns, or of a text that is the only turn, the first one that a record has.
    pub turns: Vec<String>,
    /// Keys of pictures.
    pub pictures: Vec<String>,
    /// Key of the id.
    pub id: Option<String>,
    /// Key of a turn that says who speaks.
    pub role: Option<String>,
    /// Key of a turn that says what is said.
    pub text: Option<String>,
}

/// Keys of one's own, or none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Own<'k>(pub(super) Option<&'k RecordKeys>);

impl Own<'_> {
    /// Whether it names keys of turns.
    pub(super) fn names_turns(self) -> bool {
        self.0.is_some_and(|keys| keys.role.is_some() || keys.text.is_some())
    }

    pub(super) fn is_of_turn(self, key: &str) -> bool {
        self.speaker(key).is_some() || self.said(key).is_some()
    }

    /// Before all known keys, where it is that of who speaks.
    pub(super) fn speaker(self, key: &str) -> Option<usize> {
        (self.0?.role.as_deref()? == key).then_some(0)
    }

    /// Before all known keys, where it is that of what is said.
    pub(super) fn said(self, key: &str) -> Option<usize> {
        (self.0?.text.as_deref()? == key).then_some(0)
    }

    pub(super) fn turns(&self) -> &[String] {
        self.0.map_or(&[], |keys| &keys.turns)
    }

    pub(super) fn is_picture(self, key: &str) -> bool {
        self.0.is_some_and(|keys| keys.pictures.iter().any(|known| known == key))
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.0?.id.as_deref()
    }
}
