//! Predicates: conditions about samples that a query can ask for, such as `turns:>3`. Which samples fulfil them is for the caller to say.

/// A condition about a sample.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Predicate {
    /// What it is about.
    pub field: PredicateField,
    /// What must be so.
    pub condition: Condition,
}

/// What facts can be about: the caller's table says which there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PredicateField {
    /// The name in queries.
    pub name: &'static str,
    /// Whether its values are numbers.
    pub is_number: bool,
}

/// What must be so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// The value is this text.
    Is(String),
    /// The number is from the first to the second, both included; no number is when the second is smaller.
    Range(u64, u64),
}

impl Predicate {
    /// Reads a condition as it stands behind the field's colon; none if it makes no sense for the field.
    pub fn read(field: PredicateField, value: &str) -> Option<Self> {
        let condition = if field.is_number { Condition::range(value)? } else { Condition::text(value)? };
        Some(Self { field, condition })
    }
}

impl Condition {
    fn text(value: &str) -> Option<Self> {
        let value = value.trim();
        (!value.is_empty()).then(|| Self::Is(value.to_owned()))
    }

    /// `3`, `=3`, `>3`, `>=3`, `<3`, `<=3`, `3..5`, `3..`, `..5`.
    pub fn range(value: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let open = |text: &str, otherwise| if text.is_empty() { Some(otherwise) } else { number(text) };
        if let Some((from, to)) = value.split_once("..") {
            if from.is_empty() && to.is_empty() {
                return None;
            }
            return Some(Self::Range(open(from, 0)?, open(to, u64::MAX)?));
        }
        // Nothing is below zero or above the largest number: an empty range.
        let empty = Self::Range(1, 0);
        if let Some(least) = value.strip_prefix(">=") {
            return Some(Self::Range(number(least)?, u64::MAX));
        }
        if let Some(most) = value.strip_prefix("<=") {
            return Some(Self::Range(0, number(most)?));
        }
        if let Some(below) = value.strip_prefix('>') {
            return Some(number(below)?.checked_add(1).map_or(empty, |least| Self::Range(least, u64::MAX)));
        }
        if let Some(above) = value.strip_prefix('<') {
            return Some(number(above)?.checked_sub(1).map_or(empty, |most| Self::Range(0, most)));
        }
        let exact = number(value.strip_prefix('=').unwrap_or(value))?;
        Some(Self::Range(exact, exact))
    }
}
