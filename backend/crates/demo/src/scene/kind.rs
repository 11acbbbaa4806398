//! Kinds of things, and where they may be: read from `data/scenes.txt`, which explains itself.

use crate::color::{Hue, hue_named};
use crate::drawing::drawing;
use std::sync::LazyLock;

/// What a thing is.
#[derive(Debug, PartialEq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) japanese: &'static str,
    /// Japanese counter.
    pub(crate) counter: &'static str,
    /// Width by height of its drawing.
    pub(super) aspect: f32,
    /// Height as a multiple of a grown-up's, as picture books have it.
    pub(super) height: f32,
    /// What one would call it more generally.
    pub(crate) group: &'static str,
    /// Where in the picture it is.
    pub(crate) zone: &'static str,
    /// Colours it comes in.
    pub(crate) hues: Vec<&'static Hue>,
    /// Texts that may stand on it.
    pub(crate) lettering: Vec<&'static str>,
}

/// A kind of thing that may be at a place.
pub(super) struct Chance {
    pub(super) kind: &'static Kind,
    /// How likely it is, in percent.
    pub(super) percent: usize,
    /// The greatest number of them.
    pub(super) most: usize,
    /// Range of the lower edge, relative to the picture's height.
    pub(super) base: (f32, f32),
    /// Height of a grown-up at the upper and lower end of that range, relative to the picture's height.
    pub(super) person: (f32, f32),
}

const TEXT: &str = include_str!("../../data/scenes.txt");

/// Every kind.
pub(crate) fn kinds() -> &'static [Kind] {
    static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
        let lines = TEXT.split("\n= ").next().unwrap_or_default().lines();
        lines.filter(|line| !line.starts_with('#')).filter_map(read_kind).collect()
    });
    &KINDS
}

/// The kind of this name; the first of all if there is none.
pub(crate) fn kind(name: &str) -> &'static Kind {
    kinds().iter().find(|kind| kind.name == name).unwrap_or(&kinds()[0])
}

/// What may be at a place, from far to near.
pub(super) fn chances(place: &str) -> &'static [Chance] {
    static PLACES: LazyLock<Vec<(&str, Vec<Chance>)>> = LazyLock::new(|| {
        let sections = TEXT.split("\n= ").skip(1).filter_map(|text| text.split_once('\n'));
        sections.map(|(name, lines)| (name, lines.lines().filter_map(read_chance).collect())).collect()
    });
    PLACES.iter().find(|found| found.0 == place).map_or(&[], |found| &found.1)
}

fn read_kind(line: &'static str) -> Option<Kind> {
    let mut fields = line.split('|').map(str::trim);
    let (name, plural) = (fields.next()?, fields.next()?);
    let (japanese, counter) = fields.next()?.split_once(' ')?;
    let height = fields.next()?.parse().ok()?;
    let (group, zone) = fields.next()?.split_once(' ')?;
    let hues = fields.next()?.split(' ').filter_map(hue_named).collect();
    let lettering = fields.next()?.split_whitespace().collect();
    let size = drawing(name).size;
    Some(Kind {
        name,
        plural,
        japanese,
        counter,
        aspect: size.0 / size.1,
        height,
        group,
        zone,
        hues,
        lettering,
    })
}

fn read_chance(line: &str) -> Option<Chance> {
    let mut fields = line.split('|').map(str::trim);
    let kind = kind(fields.next()?);
    let (percent, most) = fields.next()?.split_once(' ')?;
    let numbers: Vec<f32> = fields.next()?.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [far, near, small, tall] = <[f32; 4]>::try_from(numbers).ok()?.map(|percent| percent / 100.0);
    Some(Chance {
        kind,
        percent: percent.parse().ok()?,
        most: most.parse().ok()?,
        base: (far, near),
        person: (small, tall),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_kind_or_a_chance() {
        let lines: Vec<&str> =
            TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '='])).collect();
        let places = ["meadow", "street", "lake", "beach", "park"];
        let chances: usize = places.iter().map(|place| chances(place).len()).sum();
        assert_eq!(kinds().len() + chances, lines.len());
        for line in &lines[kinds().len()..] {
            let name = line.split(" |").next().unwrap();
            assert_eq!(kind(name).name, name);
        }
        assert!(kinds().iter().all(|kind| !kind.hues.is_empty()));
    }
}
