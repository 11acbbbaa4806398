//! What a stage of a recipe consists of, as documented and as found, ready to draw.

use crate::{format, url_state};
use blendscope_shared::paths;
use blendscope_shared::recipe::{Part, Stage};
use blendscope_shared::search::SearchParams;

/// A part's piece of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Its part of the bar, 0 to 1; nothing for what has no share but should be seen to be missing.
    pub share: f64,
    /// How much of the piece is under the root, 0 to 1.
    pub here: f64,
    /// What it stands for, in the part's unit.
    pub count: u64,
}

/// The bar of what the document says, a piece per part; nothing where it says of no part how much there is, or counts
/// different things. A part without a number has no share, and those of the others are shares of what is known.
pub fn as_documented(stage: &Stage) -> Option<Vec<Piece>> {
    let has_one_unit = stage.parts.windows(2).all(|two| two[0].unit == two[1].unit);
    let known: u64 = stage.parts.iter().filter_map(|part| part.documented).sum();
    let piece = |part: &Part| {
        let count = part.documented.unwrap_or(0);
        let share = part.share_documented.unwrap_or(count as f64 / known as f64);
        Piece { share, here: here(part), count }
    };
    (known > 0 && has_one_unit).then(|| stage.parts.iter().map(piece).collect())
}

/// The bar of what is under the root, a piece per part.
pub fn as_found(stage: &Stage) -> Vec<Piece> {
    let here = |part: &Part| if part.samples > 0 { 1.0 } else { 0.0 };
    let piece = |part: &Part| Piece { share: part.share, here: here(part), count: part.found };
    stage.parts.iter().map(piece).collect()
}

/// How much of what is documented is under the root, never more than all of it.
pub fn here(part: &Part) -> f64 {
    match part.documented {
        Some(documented) if documented > 0 => (part.found as f64 / documented as f64).min(1.0),
        _ => f64::from(u8::from(part.found > 0)),
    }
}

/// How found and documented differ, in a few words; nothing where they do not.
pub fn difference(part: &Part) -> Option<String> {
    if !part.is_found {
        return Some("not on this disk".to_owned());
    }
    let documented = part.documented?;
    // Documents round their numbers: 156K may be 155,682 or 156,420.
    let is_rounded = !part.take.is_empty() && part.found.abs_diff(documented) <= documented / 100;
    if is_rounded {
        return None;
    }
    match part.found {
        0 => Some("nothing of it here".to_owned()),
        found if found < documented => {
            Some(format!("{} of it here", format::percent(found as f64 / documented as f64)))
        }
        found if found > documented => {
            Some(format!("{} more than documented", format::count(found - documented)))
        }
        _ => None,
    }
}

/// A number of what a part's numbers count: `1 image`, `6,000,000 images`.
pub fn counted(number: u64, unit: &str) -> String {
    let plural = if unit.is_empty() { "samples" } else { unit };
    format::counted(number, plural.strip_suffix('s').unwrap_or(plural), plural)
}

/// Address of the samples of a stage, counted from 1, when there are any.
pub fn stage_page(recipe: &str, number: u32, stage: &Stage) -> Option<String> {
    if stage.is_mixture() {
        let found = stage.parts.iter().filter(|part| part.is_found);
        let dataset = found.flat_map(|part| part.datasets.iter().cloned()).collect();
        let search = SearchParams { dataset, ..SearchParams::default() };
        return (stage.found > 0).then(|| paths::search_page(&search));
    }
    (stage.found > 0).then(|| url_state::search_stage(recipe, number))
}

/// Address of those samples of a part that miss an image.
pub fn missing_page(part: &Part) -> Option<String> {
    part.url.as_ref().map(|url| format!("{url}&image_status=missing"))
}

/// How many samples it is, where something else is counted.
pub fn samples(unit: &str, samples: u64) -> Option<String> {
    let is_said = unit.is_empty() || unit == "samples";
    (!is_said).then(|| format::counted(samples, "sample", "samples"))
}

/// The documented number of a stage, in words; of a mixture what the trainer takes.
pub fn documented(stage: &Stage) -> String {
    if let Some(taken) = stage.taken {
        let is_whole = stage.parts.iter().all(|part| part.taken.is_some());
        return format!("{}{} taken", if is_whole { "" } else { "more than " }, format::count(taken));
    }
    if stage.total.is_some() {
        return "taken by weights, without end".to_owned();
    }
    match (stage.documented, stage.documented_is_whole) {
        (0, _) => "no documented number".to_owned(),
        (number, true) => format!("{} documented", format::count(number)),
        (number, false) => format!("more than {} documented", format::count(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(documented: Option<u64>, found: u64) -> Part {
        Part {
            is_found: true,
            documented,
            found,
            samples: found,
            share_documented: Some(0.5),
            ..Part::default()
        }
    }

    #[test]
    fn a_part_says_how_it_differs_from_its_document() {
        for (part, words) in [
            (part(Some(10), 10), None),
            (part(None, 10), None),
            (part(Some(665_298), 55), Some("<0.1% of it here")),
            (part(Some(692_000), 708_653), Some("16,653 more than documented")),
            (part(Some(10), 0), Some("nothing of it here")),
            (Part { is_found: false, ..part(None, 0) }, Some("not on this disk")),
        ] {
            assert_eq!(difference(&part).as_deref(), words);
        }
    }

    #[test]
    fn a_bar_shows_how_much_of_each_piece_is_here() {
        let stage = Stage { parts: vec![part(Some(10), 5), part(Some(10), 20)], ..Stage::default() };
        let here: Vec<_> = as_documented(&stage).unwrap().iter().map(|piece| piece.here).collect();
        assert_eq!(here, [0.5, 1.0]);
        let with = |documented, unit: &str| Part {
            share_documented: None,
            unit: unit.to_owned(),
            ..part(documented, 5)
        };
        let shares = |parts: [Part; 3]| {
            let stage = Stage { parts: parts.into(), ..Stage::default() };
            as_documented(&stage).map(|pieces| pieces.iter().map(|piece| piece.share).collect::<Vec<_>>())
        };
        let said = [with(Some(30), "samples"), with(Some(10), "samples"), with(None, "samples")];
        assert_eq!(shares(said), Some(vec![0.75, 0.25, 0.0]));
        let of_two_kinds = [with(Some(30), "samples"), with(Some(10), "images"), with(None, "samples")];
        assert_eq!(shares(of_two_kinds), None);
        assert_eq!(shares(std::array::from_fn(|_| with(None, "samples"))), None);
    }

    #[test]
    fn missing_images_are_looked_for_in_the_same_part() {
        let url = Some("/search?dataset=a&subset=b".to_owned());
        let page = missing_page(&Part { url, ..part(None, 1) });
        assert_eq!(page.as_deref(), Some("/search?dataset=a&subset=b&image_status=missing"));
        assert_eq!(missing_page(&part(None, 0)), None);
    }

    #[test]
    fn numbers_carry_their_unit() {
        assert_eq!(counted(1, "images"), "1 image");
        assert_eq!(counted(6_000_000, "items"), "6,000,000 items");
        assert_eq!(counted(2, ""), "2 samples");
    }
}
