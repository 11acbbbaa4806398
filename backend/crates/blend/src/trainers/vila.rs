//! VILA: the newer `--data_mixture` with its registry, and the older one that llm-jp uses.
//!
//! Sources: NVlabs/VILA, `llava/data/builder.py` and `registry/mixtures.yaml`, b760c34; the older ones, branch `vila1.5`
//! 6b941da and llm-jp/llm-jp-VILA 4c59e06, `llava/data/dataset.py`.

use crate::document::{Mistake, Position, parse_yaml, quoted};
use crate::format::Format;
use crate::mixture::{LeftOut, Mixture, Order, Part, Source, Take};
use crate::python;
use crate::said::{Said, free_name, names_and_passes, repeated};

/// A string of the newer VILA: terms between `+`, not stripped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(pub Vec<String>);

impl Terms {
    /// Reads a string.
    pub fn parse(text: &str) -> Self {
        Self(text.split('+').map(str::to_owned).collect())
    }

    /// Writes the string.
    pub fn write(&self) -> String {
        self.0.join("+")
    }

    /// What the trainer takes: names that are mixtures of the registry are replaced by their members, and all are sorted.
    pub fn mixture(&self, registry: Option<&Registry>) -> Result<Mixture, Mistake> {
        let mut found = Vec::new();
        for term in &self.0 {
            expand(term, None, registry, &mut Vec::new(), &mut found)?;
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let (mut parts, mut notes) = (Vec::new(), Vec::new());
        for (term, at) in &found {
            let part = part(term, *at)?;
            notes.extend(note(term, &part));
            parts.push(part);
        }
        Ok(Mixture { format: Format::VilaString, parts, order: Order::Concatenated, total: None, notes })
    }
}

/// The members behind a term, none of which is a mixture.
fn expand(
    term: &str,
    at: Option<Position>,
    registry: Option<&Registry>,
    within: &mut Vec<String>,
    found: &mut Vec<(String, Option<Position>)>,
) -> Result<(), Mistake> {
    let Some(members) = registry.and_then(|registry| registry.members(term)) else {
        found.push((term.to_owned(), at));
        return Ok(());
    };
    if within.iter().any(|name| name == term) {
        let circle = within.join(" > ");
        return Err(Mistake::at(at, format!("a circle that never ends: {circle} > {term} holds itself")));
    }
    if found.len() > 100_000 {
        return Err(Mistake::at(at, "mixtures within mixtures come to more than 100,000 names"));
    }
    within.push(term.to_owned());
    for member in members {
        expand(&member.term, member.at, registry, within, found)?;
    }
    within.pop();
    Ok(())
}

/// The part that a term stands for: `name`, `name*N`, `name@slice`, `name*N@slice`.
fn part(term: &str, at: Option<Position>) -> Result<Part, Mistake> {
    let wrong = |why: &str| Mistake::at(at, format!("`{term}`: {why}"));
    let (before, slice) = match term.split_once('@') {
        Some((_, slice)) if slice.contains('@') => return Err(wrong("two `@`, and the trainer reads one")),
        Some((before, slice)) => (before, Some(slice)),
        None => (term, None),
    };
    let (name, times) = match before.split_once('*') {
        Some((_, times)) if times.contains('*') => return Err(wrong("two `*`, and the trainer reads one")),
        Some((name, times)) => {
            let number = python::int(times);
            (name, number.ok_or_else(|| wrong(&format!("`{times}` behind `*` is no whole number")))?)
        }
        None => (before, 1),
    };
    let times = times.max(1);
    let counted = u64::try_from(times).map_err(|_| wrong("more samples than can be counted"))?;
    Ok(Part {
        take: Take::Passes(counted),
        repeat: times as f64,
        left_out: slice.map(|slice| LeftOut::Slice(format!("{slice}/{name}.json"))),
        ..Part::all(name, Source::Name(name.to_owned()), at)
    })
}

fn note(term: &str, part: &Part) -> Option<String> {
    let number = term.split('@').next().and_then(|before| before.split_once('*'));
    let number = number.and_then(|(_, number)| python::int(number));
    if number.is_some_and(|number| number < 1) {
        return Some(format!("`{term}` takes {} once: only a number above 1 changes anything", part.name));
    }
    part.left_out.is_some().then(|| {
        format!("`{term}` is no share: it leaves out the samples of {} that a list names", part.name)
    })
}

/// `mixtures.yaml`: mixtures by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry(pub Vec<(String, Vec<Member>)>);

/// A member of a mixture: a dataset's term, or another mixture's name.
#[derive(Clone, Debug, Eq)]
pub struct Member {
    /// The term.
    pub term: String,
    /// Where it stands.
    pub at: Option<Position>,
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.term == other.term
    }
}

impl Registry {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document = parse_yaml(text.strip_prefix('\u{feff}').unwrap_or(text))?;
        let entries = document.entries().filter(|entries| !entries.is_empty());
        let entries =
            entries.ok_or_else(|| document.mistake("an empty registry: there is no mixture in it"))?;
        let mixture = |(name, value): &(String, crate::document::Node)| {
            let wrong =
                || value.mistake(format!("`{name}` is {}, and has to be a list of names", value.kind()));
            let members = value.list().ok_or_else(wrong)?.iter().map(|member| {
                let term = member.text().ok_or_else(|| {
                    member.mistake(format!("a member of `{name}` is {}, and has to be a name", member.kind()))
                })?;
                Ok(Member { term: term.to_owned(), at: Some(member.at) })
            });
            Ok((name.clone(), members.collect::<Result<_, Mistake>>()?))
        };
        Ok(Self(entries.iter().map(mixture).collect::<Result<_, _>>()?))
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        let mixture = |(name, members): &(String, Vec<Member>)| {
            let list = if members.is_empty() { " []" } else { "" };
            let members = members.iter().map(|member| format!("  - {}\n", quoted(&member.term)));
            format!("{}:{list}\n{}", quoted(name), members.collect::<String>())
        };
        std::iter::once("---\n".to_owned()).chain(self.0.iter().map(mixture)).collect()
    }

    /// The names of its mixtures, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    fn members(&self, name: &str) -> Option<&[Member]> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, members)| members.as_slice())
    }

    /// What the trainer takes of one mixture, or of several between `+`; the only one needs no name.
    pub fn mixture(&self, name: Option<&str>) -> Result<Mixture, Mistake> {
        let known = self.0.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let name = match (name, self.0.as_slice()) {
            (Some(name), _) => name,
            (None, [(only, _)]) => only,
            _ => {
                return Err(Mistake::at(None, format!("say with `--mixture` which one is meant of {known}")));
            }
        };
        if self.members(name).is_none() && !name.contains('+') {
            return Err(Mistake::at(None, format!("no mixture is called `{name}`; there are {known}")));
        }
        let terms =
            if self.members(name).is_some() { Terms(vec![name.to_owned()]) } else { Terms::parse(name) };
        Ok(Mixture { format: Format::Vila, ..terms.mixture(Some(self))? })
    }
}

/// A string of VILA 1.5 and of llm-jp: names between `+`, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl Names {
    /// Reads a string; blanks around the whole of it go.
    pub fn parse(text: &str) -> Self {
        Self(text.trim().split('+').map(str::to_owned).collect())
    }

    /// Writes the string.
    pub fn write(&self) -> String {
        self.0.join("+")
    }

    /// What the trainer takes.
    pub fn mixture(&self) -> Mixture {
        let part = |name: &String| Part::all(name, Source::Name(name.clone()), None);
        Mixture {
            format: Format::Vila15,
            parts: self.0.iter().map(part).collect(),
            order: Order::Concatenated,
            total: None,
            notes: Vec::new(),
        }
    }
}

/// Says parts of a mixture in one of these formats.
pub(crate) fn say(format: Format, said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let names = names_and_passes(said, &['+', '*', '@'], notes)?;
    if format == Format::Vila15 {
        return Ok(Names(repeated(&names)?).write());
    }
    let term =
        |(name, times): &(String, u64)| if *times == 1 { name.clone() } else { format!("{name}*{times}") };
    let mut terms: Vec<String> = names.iter().map(term).collect();
    if !terms.is_sorted() {
        notes.push("VILA sorts the names, so the parts come in another order".to_owned());
        terms.sort();
    }
    if format == Format::VilaString {
        return Ok(Terms(terms).write());
    }
    let name = free_name("blend", |name| names.iter().any(|(other, _)| other == name));
    let members = terms.into_iter().map(|term| Member { term, at: None }).collect();
    Ok(Registry(vec![(name, members)]).write())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(mixture: &Mixture) -> Vec<(&str, f64)> {
        mixture.parts.iter().map(|part| (part.name.as_str(), part.repeat)).collect()
    }

    #[test]
    fn terms_are_sorted_by_code_points_with_their_suffixes() {
        let mixture = Terms::parse("b+ab*2+_+A+ab+日+a*2@0.5").mixture(None).unwrap();
        assert_eq!(
            names(&mixture),
            [("A", 1.0), ("_", 1.0), ("a", 2.0), ("ab", 1.0), ("ab", 2.0), ("b", 1.0), ("日", 1.0)]
        );
        assert_eq!(mixture.parts[2].left_out, Some(LeftOut::Slice("0.5/a.json".into())));
    }

    #[test]
    fn numbers_below_one_are_once_and_are_noted() {
        let mixture = Terms::parse("a*0+b*-7+c* 2 ").mixture(None).unwrap();
        assert_eq!(names(&mixture), [("a", 1.0), ("b", 1.0), ("c", 2.0)]);
        assert_eq!(mixture.notes.len(), 2);
    }

    #[test]
    fn what_stops_the_trainer_stops() {
        for text in ["a*2*3", "a*2.5", "a*", "a@b@c", "a*99999999999999999999999999"] {
            assert!(Terms::parse(text).mixture(None).is_err(), "{text}");
        }
        // A folder of slices may be called so.
        let slice = Terms::parse("a@sub*2").mixture(None).unwrap();
        assert_eq!(slice.parts[0].left_out, Some(LeftOut::Slice("sub*2/a.json".into())));
    }

    #[test]
    fn mixtures_within_mixtures_are_replaced_and_circles_are_named() {
        let registry = Registry::parse("a: [x, b]\nb: [y*2, x]\nc: [d]\nd: [c]\n").unwrap();
        assert_eq!(names(&registry.mixture(Some("a")).unwrap()), [("x", 1.0), ("x", 1.0), ("y", 2.0)]);
        assert_eq!(names(&Terms::parse("b+z").mixture(Some(&registry)).unwrap()).len(), 3);
        assert_eq!(names(&Terms::parse("b*2").mixture(Some(&registry)).unwrap()), [("b", 2.0)]);
        let circle = registry.mixture(Some("c")).unwrap_err();
        assert!(
            circle.why.contains('c') && circle.why.contains('d') && circle.why.contains("circle"),
            "{circle}"
        );
        assert!(registry.mixture(None).is_err() && registry.mixture(Some("z")).is_err());
        assert!(
            Registry::parse("a: x").is_err()
                && Registry::parse("a: [1]").is_err()
                && Registry::parse("").is_err()
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            mixtures in prop::collection::btree_map("\\PC{0,8}", prop::collection::vec("\\PC{0,8}", 0..5), 1..5),
            terms in prop::collection::vec("[^+]{0,6}", 1..5),
            names in prop::collection::vec("[^+\\s]{0,6}", 1..5),
        ) {
            let member = |term| Member { term, at: None };
            let mixtures = mixtures.into_iter().map(|(name, terms)| (name, terms.into_iter().map(member).collect()));
            let registry = Registry(mixtures.collect());
            prop_assert_eq!(Registry::parse(&registry.write()), Ok(registry));
            let terms = Terms(terms);
            prop_assert_eq!(Terms::parse(&terms.write()), terms);
            let names = Names(names);
            prop_assert_eq!(Names::parse(&names.write()), names);
        }
    }
}
