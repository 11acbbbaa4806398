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
        self.is_speaker(key) || self.is_said(key)
    }

    /// Whether it is the key of who speaks.
    pub(super) fn is_speaker(self, key: &str) -> bool {
        self.0.is_some_and(|keys| keys.role.as_deref() == Some(key))
    }

    /// Whether it is the key of what is said.
    pub(super) fn is_said(self, key: &str) -> bool {
        self.0.is_some_and(|keys| keys.text.as_deref() == Some(key))
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
