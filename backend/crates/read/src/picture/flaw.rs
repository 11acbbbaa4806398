//! What is wrong with the bytes of a picture.

use super::Foreign;
use crate::Format;

/// Why a picture cannot be shown, or not as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// There are no bytes.
    Empty,
    /// They are of something else, or of a format that is not shown.
    Foreign(Foreign),
    /// They end within the header.
    HeaderCut,
    /// The header makes no sense.
    Header,
    /// They end before the picture does.
    Cut,
}

impl Flaw {
    /// Those that are not about what the bytes are instead.
    const OWN: [Self; 4] = [Self::Empty, Self::HeaderCut, Self::Header, Self::Cut];

    /// Whether training stops at the picture; false for formats that the usual libraries open and this build does not.
    pub fn is_fatal(self) -> bool {
        !matches!(self, Self::Foreign(foreign) if foreign.is_picture())
    }

    /// What is wrong, in words for the reader, with a picture that begins like one of `format`.
    pub fn reason(self, format: Option<Format>) -> String {
        let format = format.map_or("picture", Format::name);
        match self {
            Self::Empty => "0 bytes".to_owned(),
            Self::Foreign(foreign) => foreign.text().to_owned(),
            Self::HeaderCut => format!("cut short: it ends within the {format} header"),
            Self::Header => format!("damaged: the {format} header makes no sense"),
            Self::Cut => format!("cut short: the bytes end before the {format} picture does"),
        }
    }

    /// The name in stored addresses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Foreign(foreign) => foreign.name(),
            Self::HeaderCut => "header_cut",
            Self::Header => "header",
            Self::Cut => "cut",
        }
    }

    /// The flaw of a [`name`](Self::name).
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let own = Self::OWN.into_iter().find(|flaw| flaw.name() == name);
        own.or_else(|| Foreign::from_name(name).map(Self::Foreign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_each_has_a_reason() {
        for flaw in Flaw::OWN.into_iter().chain(Foreign::all().map(Flaw::Foreign)) {
            assert_eq!(Flaw::from_name(flaw.name()), Some(flaw));
            assert!(!flaw.reason(Some(Format::Jpeg)).is_empty());
        }
        assert_eq!(Flaw::from_name("no such flaw"), None);
    }
}
