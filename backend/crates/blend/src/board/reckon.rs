//! What a board comes to: samples of each part, shares in every unit, what to know before training, and how one share is
//! reached. Pure and quick, so that bars follow a slider.

use super::{Board, BoardPart, Unit, Which};
use crate::document::Mistake;
use crate::evaluate::passes_for;
use crate::mixture::Amount;
use crate::pick::Pick;
use crate::python::cut_off;
use crate::samplers::{filled_up, largest_remainder, steps, whole_batches};
use blendscope_shared::account::{ANY_RESOLUTION, Account, TILE_TOKENS};
use blendscope_shared::board::PartFacts;
use blendscope_shared::decimal::rounded;

/// Samples that a mean has to rest on before it is worth something.
const FEW: u64 = 5;

/// A board with counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reckoned {
    /// The parts, in order.
    pub parts: Vec<ReckonedPart>,
    /// What is worth knowing, what stops a run first.
    pub warnings: Vec<Warning>,
}

/// A part with counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReckonedPart {
    /// Samples that it takes from: as documented, or as found.
    pub there: u64,
    /// Samples of the stage that the board began with.
    pub before: u64,
    /// Samples that are taken.
    pub samples: u64,
    /// How much of each unit a sample is, in the mean of those under the root; nothing where none is there.
    means: [Option<f64>; Unit::ALL.len()],
    /// How much of each unit is taken, where the samples that are taken were counted.
    counted: Option<[Option<f64>; Unit::ALL.len()]>,
    /// Whether amounts other than samples are estimates.
    pub is_estimate: bool,
    /// Share of its samples that are in each language, largest first.
    pub languages: Vec<(String, f64)>,
    /// Whether it is not known how many samples there are: it counts nothing, and no total is whole without it.
    pub is_unknown: bool,
    /// Why nothing can be taken, if so.
    pub trouble: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A run stops, or leaves the part out.
    Bad,
    /// It may not be meant.
    Look,
    /// It was looked at, and is well.
    Fine,
}

/// Something to know before training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// How bad it is.
    pub severity: Severity,
    /// A sentence.
    pub text: String,
}

/// Reckons a board of whose parts this is known.
pub fn reckon(board: &Board, facts: &[PartFacts]) -> Reckoned {
    let mut parts: Vec<ReckonedPart> =
        board.parts.iter().zip(facts).map(|(part, facts)| reckoned(board, part, facts)).collect();
    match board.total {
        Some(total) => take_by_weight(board, total, &mut parts),
        None => board.parts.iter().zip(&mut parts).for_each(|(part, own)| take(part, own)),
    }
    let mut reckoned = Reckoned { warnings: Vec::new(), parts };
    reckoned.warnings = reckoned.warnings(board, facts);
    reckoned
}

/// Whether there is something to count: a part of which not all is taken, and of which all is under the root.
pub fn is_countable(board: &Board, facts: &[PartFacts]) -> bool {
    let is_countable = |(part, facts): (&BoardPart, &PartFacts)| {
        let own = reckoned(board, part, facts);
        facts.is_found && own.there == facts.account.samples && (board.total.is_some() || !part.is_all())
    };
    board.parts.iter().zip(facts).any(is_countable)
}

/// As [`reckon`], with the accounts of the very samples that are taken of some parts.
pub fn reckon_counted(board: &Board, facts: &[PartFacts], counted: &[Option<Account>]) -> Reckoned {
    let mut reckoned = reckon(board, facts);
    for (own, account) in reckoned.parts.iter_mut().zip(counted) {
        if let Some(account) = account.as_ref().filter(|account| account.samples == own.samples) {
            let amount = |unit: Unit| unit.of(account, board.picture).map(|amount| amount as f64);
            own.counted = Some(Unit::ALL.map(amount));
            own.is_estimate = false;
        }
    }
    reckoned
}

fn reckoned(board: &Board, part: &BoardPart, facts: &PartFacts) -> ReckonedPart {
    let found = facts.account.samples;
    let documented = part.documented.or(facts.documented).filter(|_| !board.is_here);
    let is_unknown = facts.is_unknown && documented.is_none();
    let there = if is_unknown { 0 } else { documented.unwrap_or(found) };
    let means = Unit::ALL.map(|unit| {
        let amount = unit.of(&facts.account, board.picture).filter(|_| found > 0)?;
        Some(amount as f64 / found as f64)
    });
    let share = |count: u64| count as f64 / found.max(1) as f64;
    let mut languages: Vec<(String, f64)> =
        facts.account.languages.iter().map(|of| (of.lang.clone(), share(of.count))).collect();
    if languages.is_empty() {
        languages.push((facts.lang.clone(), 1.0));
    }
    ReckonedPart {
        there,
        before: if part.is_added { 0 } else { there },
        is_unknown,
        is_estimate: there != found || !part.is_all(),
        means,
        languages,
        ..ReckonedPart::default()
    }
}

/// Which samples of each part are taken, of a board that was reckoned.
pub fn picks(board: &Board, reckoned: &Reckoned) -> Result<Vec<Pick>, Mistake> {
    let of_part = |(part, own): (&BoardPart, &ReckonedPart)| {
        let pick = pick(part, own.there)?;
        match board.total {
            None => Ok(pick),
            Some(_) => passes_for(&pick, own.samples).map_err(|why| Mistake::at(None, why)),
        }
    };
    board.parts.iter().zip(&reckoned.parts).map(of_part).collect()
}

/// What a part takes of so many samples.
fn pick(part: &BoardPart, there: u64) -> Result<Pick, Mistake> {
    part.own().pick(there).map_err(|why| Mistake::at(None, why))
}

/// Takes what a part says.
fn take(part: &BoardPart, own: &mut ReckonedPart) {
    match pick(part, own.there) {
        Ok(pick) => own.samples = pick.samples().unwrap_or(u64::MAX),
        Err(mistake) => own.trouble = Some(mistake.to_string()),
    }
}

/// Parts a total by weights. Of one in tokens, parts get as many samples as have their share of tokens in the mean.
fn take_by_weight(board: &Board, total: u64, parts: &mut [ReckonedPart]) {
    let can = |part: &ReckonedPart| {
        part.there > 0 && (!board.total_in_tokens || part.amount_of(Unit::Tokens, 1).is_some())
    };
    let weights: Vec<f64> =
        board.parts.iter().zip(&*parts).map(|(part, own)| if can(own) { part.weight } else { 0.0 }).collect();
    if weights.iter().sum::<f64>() <= 0.0 {
        return;
    }
    for (own, amount) in parts.iter_mut().zip(largest_remainder(total, &weights)) {
        let mean = if board.total_in_tokens { own.amount_of(Unit::Tokens, 1).unwrap_or(0.0) } else { 1.0 };
        own.samples = if mean > 0.0 { cut_off(amount as f64 / mean) } else { 0 };
        own.is_estimate = true;
    }
}

impl ReckonedPart {
    fn amount_of(&self, unit: Unit, samples: u64) -> Option<f64> {
        if self.is_unknown {
            return None;
        }
        if unit == Unit::Samples {
            return Some(samples as f64);
        }
        // A picture that is seen again is no other.
        let samples = if unit == Unit::Pictures { samples.min(self.there) } else { samples };
        Some(self.means[unit as usize]? * samples as f64)
    }

    /// How much of a unit is taken; nothing where no sample is there to tell.
    pub fn amount(&self, unit: Unit) -> Option<f64> {
        let counted = self.counted.and_then(|counted| counted[unit as usize]);
        counted.or_else(|| self.amount_of(unit, self.samples))
    }

    /// The same of the stage that the board began with.
    pub fn amount_before(&self, unit: Unit) -> Option<f64> {
        self.amount_of(unit, self.before)
    }

    /// The part of it that is in a language, 0 to 1.
    pub fn in_language(&self, lang: &str) -> f64 {
        self.languages.iter().filter(|(own, _)| own == lang).map(|(_, share)| share).sum()
    }
}

impl Reckoned {
    /// How much of a unit is taken, and the same of the stage before; parts of which nothing is known count nothing.
    pub fn total(&self, unit: Unit) -> (f64, f64) {
        let sum = |of: &dyn Fn(&ReckonedPart) -> Option<f64>| self.parts.iter().filter_map(of).sum();
        (sum(&|part| part.amount(unit)), sum(&|part| part.amount_before(unit)))
    }

    /// Shares of each part in a unit, 0 to 1: taken, and in the stage before.
    pub fn shares(&self, unit: Unit) -> Vec<(f64, f64)> {
        let (after, before) = self.total(unit);
        let share =
            |amount: Option<f64>, whole: f64| if whole > 0.0 { amount.unwrap_or(0.0) / whole } else { 0.0 };
        let both =
            |part: &ReckonedPart| (share(part.amount(unit), after), share(part.amount_before(unit), before));
        self.parts.iter().map(both).collect()
    }

    /// Whether amounts of a unit are estimates.
    pub fn is_estimate(&self, unit: Unit) -> bool {
        let is_estimate = |part: &ReckonedPart| {
            part.is_estimate || part.counted.is_some_and(|counted| counted[unit as usize].is_none())
        };
        unit != Unit::Samples && self.parts.iter().any(|part| part.samples > 0 && is_estimate(part))
    }

    /// Samples in all: taken, and in the stage before.
    pub fn samples(&self) -> (u64, u64) {
        let sum = |of: fn(&ReckonedPart) -> u64| self.parts.iter().map(of).fold(0, u64::saturating_add);
        (sum(|part| part.samples), sum(|part| part.before))
    }

    /// Whether it is known how much of a unit each part is. Of one that is not here only samples are.
    pub fn is_known(&self, unit: Unit) -> bool {
        let is_known = |part: &ReckonedPart| {
            !part.is_unknown && part.samples.saturating_add(part.before) == 0 || part.amount(unit).is_some()
        };
        self.parts.iter().all(is_known)
    }

    /// The share of a unit that is in a language, 0 to 1; nothing where a part of which nothing is known may change it.
    pub fn in_language(&self, lang: &str, unit: Unit) -> Option<f64> {
        let whole = self.total(unit).0;
        let own = |part: &ReckonedPart| Some(part.amount(unit)? * part.in_language(lang));
        (whole > 0.0 && self.is_known(unit)).then(|| self.parts.iter().filter_map(own).sum::<f64>() / whole)
    }

    /// Steps of an epoch: taken, and in the stage before.
    pub fn steps(&self, batch: u64) -> (u64, u64) {
        let (after, before) = self.samples();
        (steps(after, batch), steps(before, batch))
    }

    fn warnings(&self, board: &Board, facts: &[PartFacts]) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for ((part, own), facts) in board.parts.iter().zip(&self.parts).zip(facts) {
            warnings.extend(own.warnings(board, part, facts));
        }
        let texts: f64 = facts
            .iter()
            .zip(&self.parts)
            .filter(|(facts, _)| facts.account.samples > 0)
            .map(|(facts, own)| {
                facts.account.text_only as f64 / facts.account.samples as f64 * own.samples as f64
            })
            .sum();
        let all = self.samples().0 as f64;
        if texts > 0.0 && all > 0.0 {
            warnings.push(look(format!(
                "{} % of the samples have no picture; trainers that group by modality batch them apart",
                rounded(texts / all * 100.0, 1)
            )));
        }
        let are_whole = facts.iter().any(|facts| facts.account.samples > 0);
        if are_whole && facts.iter().all(|facts| facts.account.empty == 0) {
            warnings.push(Warning {
                severity: Severity::Fine,
                text: "No sample here is without a word".to_owned(),
            });
        }
        let of = |severity| warnings.iter().filter(move |warning| warning.severity == severity).cloned();
        of(Severity::Bad).chain(of(Severity::Look)).chain(of(Severity::Fine)).collect()
    }
}

fn bad(text: String) -> Warning {
    Warning { severity: Severity::Bad, text }
}

fn look(text: String) -> Warning {
    Warning { severity: Severity::Look, text }
}

impl ReckonedPart {
    fn warnings(&self, board: &Board, part: &BoardPart, facts: &PartFacts) -> Vec<Warning> {
        let (title, mut warnings) = (&facts.title, Vec::new());
        let at_once = board.batch;
        if let Some(trouble) = &self.trouble {
            warnings.push(bad(format!("{title}: {trouble}")));
        }
        let each = board.batch.div_ceil(board.world);
        if self.samples > 0 && whole_batches(self.samples, board.world, each) == 0 {
            let filled = filled_up(self.samples, at_once).unwrap_or(u64::MAX);
            warnings.push(bad(format!(
                "{title}: {} samples fill no batch of {at_once}; VILA 1.5 and llm-jp take none of them, VILA today \
                 fills them up to {filled}",
                self.samples
            )));
        }
        if facts.account.empty > 0 && self.samples > 0 {
            warnings.push(bad(format!(
                "{title}: {} of its samples here have no word, at which LLaVA's trainer stops",
                facts.account.empty
            )));
        }
        if facts.missing > 0 && self.samples > 0 {
            warnings
                .push(bad(format!("{title}: a picture is missing in {} of its samples here", facts.missing)));
        }
        let unknown = facts.account.tiles.map_or(0, |tiles| tiles.unknown);
        if board.picture == ANY_RESOLUTION && unknown > 0 {
            warnings.push(look(format!(
                "{title}: the size of {unknown} of its images here is not known; each counts as one tile, {TILE_TOKENS} tokens"
            )));
        }
        let times = if self.there > 0 { self.samples as f64 / self.there as f64 } else { 0.0 };
        if times > 1.0 && !matches!(part.which, Which::Random(_)) {
            warnings.push(look(format!("{title} is read {} times in one epoch", rounded(times, 2))));
        }
        if self.is_unknown {
            warnings.push(look(format!(
                "{title}: it is not known how many samples it has; it counts nothing, and totals are more than they say"
            )));
        }
        if self.samples > 0 && !facts.is_found {
            warnings.push(look(format!("{title} is not here: it counts in samples, and in no other unit")));
        } else if self.is_estimate && (1..FEW).contains(&facts.account.samples) {
            warnings.push(look(format!(
                "{title}: its words and tokens are estimated from {} of its samples",
                facts.account.samples
            )));
        }
        warnings
    }
}

/// The parts not in a language, made random parts of such a size that the language has a share of a unit, 0 to 1. Nothing
/// where that cannot be reached by taking away.
pub fn fit_language(board: &Board, reckoned: &Reckoned, lang: &str, share: f64, unit: Unit) -> Option<Board> {
    if !reckoned.is_known(unit) {
        return None;
    }
    let is_in = |part: &ReckonedPart| part.in_language(lang) > 0.5;
    let sum = |inside: bool| -> f64 {
        let parts = reckoned.parts.iter().filter(|part| is_in(part) == inside);
        parts.filter_map(|part| part.amount(unit)).sum()
    };
    let (inside, outside) = (sum(true), sum(false));
    if !(0.0..1.0).contains(&share) || share <= 0.0 || inside <= 0.0 || outside <= 0.0 {
        return None;
    }
    let factor = inside * (1.0 - share) / (share * outside);
    let shrinks_others = factor <= 1.0;
    let factor = if shrinks_others { factor } else { factor.recip() };
    let mut board = board.clone();
    for (part, own) in board.parts.iter_mut().zip(&reckoned.parts) {
        if is_in(own) != shrinks_others {
            part.which = Which::Random(Amount::Count(cut_off((own.samples as f64 * factor).round())));
            (part.repeat, part.cap) = (1.0, None);
        }
    }
    Some(board)
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::account::{ByRole, Tiles};
    use blendscope_shared::dataset::LanguageCount;

    fn facts(title: &str, documented: u64, lang: &str) -> PartFacts {
        PartFacts {
            title: title.to_owned(),
            documented: Some(documented),
            lang: lang.to_owned(),
            ..PartFacts::default()
        }
    }

    fn here(title: &str, samples: u64, tokens: u64) -> PartFacts {
        let languages = vec![LanguageCount { lang: "en".to_owned(), count: samples }];
        let words = ByRole::of(samples * 10, samples * 4, samples * 6);
        let account = Account { samples, tokens, words, images: samples, languages, ..Account::default() };
        PartFacts { title: title.to_owned(), is_found: true, account, ..PartFacts::default() }
    }

    fn board(parts: usize) -> Board {
        Board { parts: vec![BoardPart::all("dataset=x"); parts], ..Board::default() }
    }

    fn convllava() -> Vec<PartFacts> {
        [("pt", 1_246_901), ("cap100k", 102_025), ("laion", 505_588), ("vflan", 202_552)]
            .map(|(title, count)| facts(title, count, "en"))
            .into()
    }

    #[test]
    fn the_first_stage_of_convllava() {
        let reckoned = reckon(&board(4), &convllava());
        assert_eq!(reckoned.samples(), (2_057_066, 2_057_066));
        let shares: Vec<String> =
            reckoned.shares(Unit::Samples).iter().map(|(share, _)| format!("{:.2}", share * 100.0)).collect();
        assert_eq!(shares, ["60.62", "4.96", "24.58", "9.85"]);
        assert_eq!(reckoned.steps(256).0, 8036);
    }

    #[test]
    fn what_mix665k_is_made_of() {
        let parts = [
            ("coco", 364_100),
            ("vg", 86_417),
            ("ocr_vqa", 80_000),
            ("gqa", 72_140),
            ("textvqa", 21_953),
            ("texts", 40_688),
        ];
        let facts = parts.map(|(title, count)| facts(title, count, "en"));
        let reckoned = reckon(&board(6), &facts);
        assert_eq!(reckoned.samples().0, 665_298);
        let shares: Vec<String> =
            reckoned.shares(Unit::Samples).iter().map(|(share, _)| format!("{:.2}", share * 100.0)).collect();
        assert_eq!(shares, ["54.73", "12.99", "12.02", "10.84", "3.30", "6.12"]);
        // 5,198 steps of 128, the last one not full.
        assert_eq!(reckoned.steps(128).0, 5198);
    }

    #[test]
    fn half_of_a_part_leaves_the_others_more() {
        let mut board = board(4);
        board.parts[0].which = Which::Random(Amount::Millionths(500_000));
        board.parts[1].repeat = 2.0;
        let reckoned = reckon(&board, &convllava());
        assert_eq!(
            reckoned.parts.iter().map(|part| part.samples).collect::<Vec<_>>(),
            [623_450, 204_050, 505_588, 202_552]
        );
        assert_eq!(reckoned.samples(), (1_535_640, 2_057_066));
        assert!(
            reckoned.warnings.iter().any(|warning| warning.text.starts_with("cap100k is read 2.00 times"))
        );
    }

    #[test]
    fn the_last_step_of_llm_jp_becomes_60_percent_japanese() {
        let parts = [
            ("a", 156_000, "ja"),
            ("b", 11_808, "ja"),
            ("c", 98_708, "ja"),
            ("d", 101_953, "ja"),
            ("e", 358_000, "en"),
        ];
        let facts = parts.map(|(title, count, lang)| facts(title, count, lang));
        let five = board(5);
        let before = reckon(&five, &facts);
        assert_eq!(format!("{:.1}", before.in_language("ja", Unit::Samples).unwrap() * 100.0), "50.7");
        let fitted = fit_language(&five, &before, "ja", 0.6, Unit::Samples).unwrap();
        let after = reckon(&fitted, &facts);
        assert_eq!(after.parts[4].samples, 245_646);
        assert_eq!(format!("{:.1}", after.in_language("ja", Unit::Samples).unwrap() * 100.0), "60.0");
        let less = reckon(&fit_language(&five, &before, "ja", 0.4, Unit::Samples).unwrap(), &facts);
        assert_eq!(format!("{:.1}", less.in_language("ja", Unit::Samples).unwrap() * 100.0), "40.0");
        assert_eq!(fit_language(&five, &before, "de", 0.4, Unit::Samples), None);
    }

    #[test]
    fn shares_of_tokens_are_not_those_of_samples() {
        let facts = [here("short", 100, 1_000), here("long", 100, 9_000)];
        let reckoned = reckon(&Board { is_here: true, ..board(2) }, &facts);
        assert_eq!(reckoned.shares(Unit::Samples)[1], (0.5, 0.5));
        assert_eq!(reckoned.shares(Unit::Tokens)[1], (0.9, 0.9));
        assert!(!reckoned.is_estimate(Unit::Tokens));
    }

    #[test]
    fn different_pictures_are_known_when_counted_and_do_not_grow_by_repeating() {
        let mut board = Board { is_here: true, by: Unit::Pictures, ..board(1) };
        let mut facts = [here("a", 100, 1_000)];
        assert!(!reckon(&board, &facts).is_known(Unit::Pictures), "nobody counted them");
        facts[0].account.pictures = Some(40);
        board.parts[0].repeat = 3.0;
        assert_eq!(reckon(&board, &facts).parts[0].amount(Unit::Pictures), Some(40.0));
        board.parts[0].which = Which::Random(Amount::Count(50));
        assert_eq!(reckon(&board, &facts).parts[0].amount(Unit::Pictures), Some(20.0));
    }

    #[test]
    fn images_are_as_many_tokens_as_their_sizes_make_where_these_are_known() {
        let board = Board { is_here: true, picture: ANY_RESOLUTION, ..board(1) };
        let mut facts = [here("a", 100, 1_000)];
        assert!(!reckon(&board, &facts).is_known(Unit::ImageTokens), "nobody looked at their sizes");
        facts[0].account.tiles = Some(Tiles { tokens: 117_600, unknown: 3 });
        let reckoned = reckon(&board, &facts);
        assert_eq!(reckoned.parts[0].amount(Unit::ImageTokens), Some(117_600.0));
        assert!(reckoned.warnings.iter().any(|warning| warning.text.contains("3 of its images")));
    }

    #[test]
    fn what_was_counted_is_no_estimate() {
        let mut board = Board { is_here: true, ..board(2) };
        board.parts[0].which = Which::Random(Amount::Count(10));
        let facts = [here("drawn", 100, 1_000), here("all", 100, 9_000)];
        let expected = reckon(&board, &facts);
        assert_eq!(
            (expected.parts[0].amount(Unit::Tokens), expected.is_estimate(Unit::Tokens)),
            (Some(100.0), true)
        );
        let drawn = Account { samples: 10, tokens: 137, ..Account::default() };
        let counted = reckon_counted(&board, &facts, &[Some(drawn.clone()), None]);
        assert_eq!(
            (counted.parts[0].amount(Unit::Tokens), counted.is_estimate(Unit::Tokens)),
            (Some(137.0), false)
        );
        assert_eq!(format!("{}", counted.total(Unit::Tokens).0), "9137");
        // Of another draw than that of the board nothing is taken over.
        board.parts[0].which = Which::Random(Amount::Count(11));
        assert!(reckon_counted(&board, &facts, &[Some(drawn), None]).is_estimate(Unit::Tokens));
    }

    #[test]
    fn of_a_part_that_is_not_here_only_samples_are_known() {
        let reckoned = reckon(&board(2), &[here("here", 100, 1_000), facts("elsewhere", 100, "ja")]);
        assert_eq!((reckoned.is_known(Unit::Samples), reckoned.is_known(Unit::Tokens)), (true, false));
        assert_eq!(reckoned.in_language("ja", Unit::Samples), Some(0.5));
        assert_eq!(reckoned.in_language("ja", Unit::Tokens), None);
        assert_eq!(reckoned.parts[1].amount(Unit::Tokens), None);
    }

    #[test]
    fn a_total_is_parted_by_weights_of_samples_or_tokens() {
        let facts = [here("short", 100, 1_000), here("long", 100, 9_000)];
        let mut board = Board { total: Some(300), is_here: true, ..board(2) };
        board.parts[0].weight = 2.0;
        let samples =
            |board: &Board| reckon(board, &facts).parts.iter().map(|part| part.samples).collect::<Vec<_>>();
        assert_eq!(samples(&board), [200, 100]);
        board = Board { total: Some(3_000), total_in_tokens: true, ..board };
        assert_eq!(samples(&board), [200, 11]);
    }

    #[test]
    fn a_part_that_fills_no_batch_is_told() {
        let facts = [here("few", 10, 100), here("many", 3_000, 100)];
        let reckoned = reckon(&Board { is_here: true, ..board(2) }, &facts);
        let bad: Vec<_> =
            reckoned.warnings.iter().filter(|warning| warning.severity == Severity::Bad).collect();
        assert_eq!(bad.len(), 1);
        assert!(
            bad[0].text.contains("few: 10 samples fill no batch of 256") && bad[0].text.contains("up to 256"),
            "{bad:?}"
        );
    }
}
