//! From a mixture and the sizes of its sources to counts, shares and notes.

use crate::document::Mistake;
use crate::format::Format;
use crate::mixture::{Mixture, Order, Part, Size, Take};
use crate::pick::{Pick, Step};
use crate::samplers::{filled_up, largest_remainder, whole_batches};
use serde::Serialize;
use std::cmp::Ordering;

/// What is known about the source of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its files, relative to the root.
    pub files: Vec<String>,
    /// Samples in it.
    pub of: u64,
    /// The ordinals that its list leaves out.
    pub left_out: Vec<i128>,
    /// Whether its first record has a picture, where that is known.
    pub has_pictures: Option<bool>,
}

/// What is asked beside the mixture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Samples that weights are to add up to.
    pub total: Option<u64>,
    /// Devices and samples per device, for what a sampler uses.
    pub batches: Option<(u64, u64)>,
}

/// A mixture with counts. Serialized, it is what `blendscope blend eval --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Whose rules hold.
    pub format: Format,
    /// The parts, in the trainer's order.
    pub parts: Vec<Evaluated>,
    /// Samples of one epoch; none for a stream without end of which no total is given.
    pub samples: Option<u64>,
    /// What one epoch of the trainer's loaders sees, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// What the trainer does silently and nobody expects.
    pub notes: Vec<String>,
}

/// A part with counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluated {
    /// The trainer's name for it.
    pub name: String,
    /// Its files, relative to the root.
    pub files: Vec<String>,
    /// Samples that are there.
    pub of: u64,
    /// Samples that are taken.
    pub samples: Option<u64>,
    /// How often the trainer takes the source.
    pub repeat: f64,
    /// Its share of the samples of all parts, 0 to 1.
    pub share: f64,
    /// Whether the count is an expectation.
    pub expected: bool,
    /// What one epoch of the trainer's loaders sees of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    /// Its weight in a stream without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Which samples these are, before parts are interleaved; none for a stream without end.
    #[serde(skip)]
    pub pick: Option<Pick>,
}

/// Reckons a mixture whose sources have these sizes.
pub fn evaluate(mixture: &Mixture, facts: &[Facts], asked: Asked) -> Result<Evaluation, Mistake> {
    let mut notes = mixture.notes.clone();
    for (part, facts) in mixture.parts.iter().zip(facts) {
        notes.extend(notes_of(part, facts));
    }
    notes.extend(mixture_notes(mixture, facts));
    let parts = if mixture.parts.iter().any(|part| part.weight.is_some()) {
        weighted(mixture, facts, asked.total.or(mixture.total))?
    } else {
        if asked.total.is_some() {
            notes.push("a total says nothing here: no part has a weight".to_owned());
        }
        counted(mixture, facts, asked)?
    };
    notes.extend(parts.iter().filter_map(note_of_use));
    let sum = |of: fn(&Evaluated) -> Option<u64>| {
        parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(of(part)?))
    };
    let evaluation = Evaluation {
        format: mixture.format,
        samples: sum(|part| part.samples),
        used: sum(|part| part.used),
        parts,
        notes,
    };
    checked(mixture, evaluation)
}

/// Nothing, and more than can be counted, are no mixtures.
fn checked(mixture: &Mixture, evaluation: Evaluation) -> Result<Evaluation, Mistake> {
    if evaluation.parts.is_empty() {
        return Err(Mistake::at(None, "an empty mixture: there is no dataset in it"));
    }
    let is_stream = mixture.parts.iter().any(|part| part.weight.is_some());
    match evaluation.samples {
        Some(0) => Err(Mistake::at(None, "a mixture of nothing: no sample of any part is taken")),
        None if !is_stream => Err(Mistake::at(None, "more samples than can be counted")),
        _ => Ok(evaluation),
    }
}

/// Parts of a stream without end: shares by weight, counts only of a total.
fn weighted(mixture: &Mixture, facts: &[Facts], total: Option<u64>) -> Result<Vec<Evaluated>, Mistake> {
    let weights = mixture.parts.iter().map(|part| {
        let weight = part
            .weight
            .ok_or_else(|| Mistake::at(part.at, format!("{} has no weight, and others have", part.name)))?;
        let is_weight = weight > 0.0 && weight.is_finite();
        let wrong =
            || Mistake::at(part.at, format!("{}: a weight is a number above 0, and not {weight}", part.name));
        is_weight.then_some(weight).ok_or_else(wrong)
    });
    let weights: Vec<f64> = weights.collect::<Result<_, _>>()?;
    let sum: f64 = weights.iter().sum();
    let counts = total.map(|total| largest_remainder(total, &weights));
    let part = |(place, (part, facts)): (usize, (&Part, &Facts))| {
        let whole = part.pick(facts.of, &facts.left_out)?;
        let count = counts.as_ref().map(|counts| counts[place]);
        let pick = count.map(|count| passes_for(&whole, count)).transpose();
        let pick = pick.map_err(|why| Mistake::at(part.at, format!("{}: {why}", part.name)))?;
        Ok(Evaluated {
            share: weights[place] / sum,
            expected: true,
            weight: Some(weights[place]),
            ..evaluated(part, facts, count, pick)
        })
    };
    mixture.parts.iter().zip(facts).enumerate().map(part).collect()
}

/// So many samples of a source that is repeated for ever: whole passes, and the rest drawn.
pub(crate) fn passes_for(whole: &Pick, count: u64) -> Result<Pick, String> {
    let base = whole.base();
    if base == 0 && count > 0 {
        return Err("there is no sample to repeat".to_owned());
    }
    let steps = vec![Step::Passes(count / base.max(1)), Step::Distinct(count % base.max(1))];
    Ok(Pick { left_out: whole.left_out.clone(), ..Pick::of(whole.within.clone(), steps) })
}

/// Parts of an epoch.
fn counted(mixture: &Mixture, facts: &[Facts], asked: Asked) -> Result<Vec<Evaluated>, Mistake> {
    let picks = mixture.parts.iter().zip(facts).map(|(part, facts)| part.pick(facts.of, &facts.left_out));
    let picks: Vec<Pick> = picks.collect::<Result<_, _>>()?;
    let too_many = || Mistake::at(None, "more samples than can be counted");
    let lengths: Option<Vec<u64>> = picks.iter().map(Pick::samples).collect();
    let lengths = lengths.ok_or_else(too_many)?;
    let counts = match &mixture.order {
        Order::Concatenated => lengths,
        Order::Interleaved(turns) => turns.counts(&lengths).map_err(|why| Mistake::at(None, why))?,
    };
    let total: f64 = counts.iter().map(|&count| count as f64).sum();
    let part = |((part, facts), (pick, count)): ((&Part, &Facts), (Pick, u64))| {
        let used = asked.batches.and_then(|batches| used(mixture.format, part, facts, count, batches));
        let share = if total > 0.0 { count as f64 / total } else { 0.0 };
        Evaluated { share, used, ..evaluated(part, facts, Some(count), Some(pick)) }
    };
    Ok(mixture.parts.iter().zip(facts).zip(picks.into_iter().zip(counts)).map(part).collect())
}

fn evaluated(part: &Part, facts: &Facts, samples: Option<u64>, pick: Option<Pick>) -> Evaluated {
    Evaluated {
        name: part.name.clone(),
        files: facts.files.clone(),
        of: facts.of,
        samples,
        repeat: part.repeat,
        share: 0.0,
        expected: false,
        used: None,
        weight: None,
        pick,
    }
}

/// What one epoch of VILA's loaders sees of a part.
fn used(format: Format, part: &Part, facts: &Facts, samples: u64, (world, batch): (u64, u64)) -> Option<u64> {
    match format {
        Format::Vila15 => Some(whole_batches(samples, world, batch)),
        Format::Vila | Format::VilaString => {
            let filled = filled_up(facts.of, world.checked_mul(batch)?)?;
            // Ordinals that are left out are those of the dataset when it has been filled up.
            part.pick(filled, &facts.left_out).ok()?.samples()
        }
        _ => None,
    }
}

/// What is unexpected about a part of this size.
fn notes_of(part: &Part, facts: &Facts) -> Vec<String> {
    let (name, of) = (&part.name, facts.of);
    let mut notes = Vec::new();
    match &part.take {
        Take::Last(size) if size.of(of) == 0 => notes.push(format!(
            "{name}: `end:0` takes everything and not nothing, because minus nothing is where a list begins"
        )),
        Take::First(size) | Take::Last(size) | Take::Random(size) if size.of(of) > i128::from(of) => notes
            .push(format!(
                "{name}: {} are asked for and {of} are there; all of them are taken, once",
                size.of(of)
            )),
        Take::First(size) if size.of(of) < i128::from(of) => {
            notes.push(format!("{name}: the first samples of the file are taken; they are not random"));
        }
        Take::Last(_) => {
            notes.push(format!("{name}: the last samples of the file are taken; they are not random"));
        }
        Take::Fill(Size::Count(k)) if *k > i128::from(of) => notes.push(format!(
            "{name}: more than the {of} samples are asked for, so {} are drawn again",
            k - i128::from(of)
        )),
        Take::Sampled { num_samples: Some(k), .. } if *k > of => {
            notes.push(format!(
                "{name}: `num_samples` is more than the {of} samples, so {} are drawn again",
                k - of
            ));
        }
        _ => {}
    }
    if let Some(stated) = part.stated.filter(|&stated| stated != i128::from(of)) {
        notes.push(format!(
            "{name}: `length` says {stated}, and {of} samples are there; the trainer does not read it"
        ));
    }
    notes
}

/// What is unexpected about what a sampler makes of a part.
fn note_of_use(part: &Evaluated) -> Option<String> {
    let (name, samples, used) = (&part.name, part.samples?, part.used?);
    match used.cmp(&samples) {
        Ordering::Less if used == 0 => {
            Some(format!("{name}: its {samples} samples fill no batch, so none of them is ever seen"))
        }
        Ordering::Less => {
            Some(format!("{name}: the last {} samples fill no batch and are not seen", samples - used))
        }
        Ordering::Equal => None,
        Ordering::Greater => {
            Some(format!("{name}: filled up to whole batches, by {} samples drawn again", used - samples))
        }
    }
}

/// What is unexpected about the whole of it.
fn mixture_notes(mixture: &Mixture, facts: &[Facts]) -> Option<String> {
    let has = |pictures| facts.iter().any(|facts| facts.has_pictures == Some(pictures));
    let is_both =
        matches!(mixture.format, Format::XComposer | Format::XComposerRatio) && has(true) && has(false);
    is_both.then(|| {
        "an epoch is drawn with replacement, and of 2b + 1 draws at a batch of b per device b + 1 are text: 60 % at 2, \
         55.6 % at 4, whatever the numbers say"
            .to_owned()
    })
}
