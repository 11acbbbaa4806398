//! Sources taken in turn, as `interleave_datasets` of Hugging Face's `datasets` does it (`arrow_dataset.py`,
//! `_interleave_map_style_datasets`), on which LLaMA-Factory's `mix_strategy` rests.

use crate::draw::Generator;

/// When taking in turn ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When the first source is through.
    First,
    /// When all are; shorter ones begin again.
    All,
    /// When all are; shorter ones are left out then.
    AllOnce,
}

/// How sources are taken in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Interleaving {
    /// When it ends.
    pub until: Until,
    /// How likely each source is to be next; one of each in turn where there are none.
    pub probabilities: Option<Vec<f64>>,
    /// Seed of the draws of sources.
    pub seed: u64,
}

/// The sources in turn: the number of each, and which of its samples it is.
pub struct Turns {
    lengths: Vec<u64>,
    until: Until,
    chooser: Chooser,
    taken: Vec<u64>,
    through: Vec<bool>,
}

enum Chooser {
    /// Round after round: the round, and the next source in it.
    Rounds { round: u64, rounds: u64, next: usize },
    /// By chance: the sums of the probabilities up to each source.
    Chance { sums: Vec<f64>, generator: Generator },
}

impl Interleaving {
    /// The turns of sources of these lengths.
    ///
    /// Fails, with the reason, where the library would: probabilities that are not one per source or do not add up to 1,
    /// and nothing to begin again with.
    pub fn turns(&self, lengths: &[u64]) -> Result<Turns, String> {
        if self.until == Until::All && lengths.contains(&0) {
            return Err("a source without samples cannot begin again".to_owned());
        }
        let chooser = if let Some(probabilities) = &self.probabilities {
            if lengths.contains(&0) {
                return Err("a source without samples cannot be drawn from".to_owned());
            }
            let sums = sums(probabilities, lengths.len(), self.until)?;
            Chooser::Chance { sums, generator: Generator::new(&[self.seed]) }
        } else {
            let rounds = match self.until {
                Until::First => lengths.iter().min(),
                Until::All | Until::AllOnce => lengths.iter().max(),
            };
            Chooser::Rounds { round: 0, rounds: rounds.copied().unwrap_or(0), next: 0 }
        };
        let (taken, through) = (vec![0; lengths.len()], vec![false; lengths.len()]);
        Ok(Turns { lengths: lengths.to_owned(), until: self.until, chooser, taken, through })
    }

    /// How many samples are taken of each source.
    pub fn counts(&self, lengths: &[u64]) -> Result<Vec<u64>, String> {
        if self.probabilities.is_none() {
            let (shortest, longest) = (lengths.iter().min(), lengths.iter().max());
            return Ok(match self.until {
                Until::First => vec![shortest.copied().unwrap_or(0); lengths.len()],
                Until::All if lengths.contains(&0) => {
                    return Err("a source without samples cannot begin again".to_owned());
                }
                Until::All => vec![longest.copied().unwrap_or(0); lengths.len()],
                Until::AllOnce => lengths.to_owned(),
            });
        }
        let mut counts = vec![0; lengths.len()];
        for (source, _) in self.turns(lengths)? {
            counts[source] += 1;
        }
        Ok(counts)
    }
}

/// Sums of probabilities as `numpy.random.Generator.choice` makes them.
fn sums(probabilities: &[f64], sources: usize, until: Until) -> Result<Vec<f64>, String> {
    if probabilities.len() != sources {
        return Err(format!("{} probabilities for {sources} sources", probabilities.len()));
    }
    if !probabilities.iter().all(|&probability| probability >= 0.0) {
        return Err("a probability is a number from 0 to 1".to_owned());
    }
    let total: f64 = probabilities.iter().sum();
    if (total - 1.0).abs() > f64::EPSILON.sqrt() {
        return Err(format!("the probabilities add up to {total} instead of 1"));
    }
    if until != Until::First && probabilities.contains(&0.0) {
        return Err("a source with probability 0 is never through, so this never ends".to_owned());
    }
    let mut sum = 0.0;
    let mut sums: Vec<f64> = probabilities
        .iter()
        .map(|probability| {
            sum += probability;
            sum
        })
        .collect();
    for part in &mut sums {
        *part /= sum;
    }
    Ok(sums)
}

impl Iterator for Turns {
    type Item = (usize, u64);

    fn next(&mut self) -> Option<(usize, u64)> {
        match &mut self.chooser {
            Chooser::Rounds { .. } => self.next_of_round(),
            Chooser::Chance { .. } => self.next_by_chance(),
        }
    }
}

impl Turns {
    fn next_of_round(&mut self) -> Option<(usize, u64)> {
        let Chooser::Rounds { round, rounds, next } = &mut self.chooser else { return None };
        while *round < *rounds {
            let (source, of) = (*next, *round);
            *next += 1;
            if *next == self.lengths.len() {
                (*next, *round) = (0, *round + 1);
            }
            let length = self.lengths[source];
            if of < length {
                return Some((source, of));
            }
            if self.until == Until::All {
                return Some((source, of % length));
            }
        }
        None
    }

    fn next_by_chance(&mut self) -> Option<(usize, u64)> {
        let is_over = match self.until {
            Until::First => self.through.contains(&true),
            Until::All | Until::AllOnce => !self.through.contains(&false),
        };
        let Chooser::Chance { sums, generator } = &mut self.chooser else { return None };
        if is_over {
            return None;
        }
        loop {
            let number = generator.unit();
            // `searchsorted(…, side="right")`: the first sum above the number.
            let source = sums.partition_point(|&sum| sum <= number).min(self.lengths.len() - 1);
            if self.until == Until::AllOnce && self.through[source] {
                continue;
            }
            let place = self.taken[source];
            self.taken[source] += 1;
            if self.taken[source] >= self.lengths[source] {
                self.through[source] = true;
                self.taken[source] = 0;
            }
            return Some((source, place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(until: Until, probabilities: Option<&[f64]>, lengths: &[u64]) -> Vec<(usize, u64)> {
        let interleaving =
            Interleaving { until, probabilities: probabilities.map(<[f64]>::to_vec), seed: 42 };
        let turns: Vec<_> = interleaving.turns(lengths).unwrap().collect();
        let counts = interleaving.counts(lengths).unwrap();
        for (source, count) in counts.iter().enumerate() {
            assert_eq!(turns.iter().filter(|turn| turn.0 == source).count() as u64, *count);
        }
        turns
    }

    #[test]
    fn one_of_each_in_turn() {
        assert_eq!(turns(Until::First, None, &[3, 2]), [(0, 0), (1, 0), (0, 1), (1, 1)]);
        assert_eq!(turns(Until::All, None, &[3, 2]), [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 0)]);
        assert_eq!(turns(Until::AllOnce, None, &[3, 1]), [(0, 0), (1, 0), (0, 1), (0, 2)]);
        assert_eq!(turns(Until::First, None, &[3, 0]), []);
    }

    #[test]
    fn chance_is_that_of_numpy() {
        // 40 and 11 samples at 0.75 and 0.25 with seed 42: the library takes 13 of the first.
        let taken = turns(Until::First, Some(&[0.75, 0.25]), &[40, 11]);
        assert_eq!(taken.iter().filter(|turn| turn.0 == 0).count(), 13);
        assert_eq!(taken.last(), Some(&(1, 10)), "it ends with the last sample of the first that is through");
        let all = turns(Until::All, Some(&[0.75, 0.25]), &[40, 11]);
        assert!(all.iter().filter(|turn| turn.0 == 0).count() >= 40);
        assert_eq!(turns(Until::AllOnce, Some(&[0.75, 0.25]), &[40, 11]).len(), 51);
    }

    #[test]
    fn what_never_ends_or_does_not_add_up_is_refused() {
        let refused = |until, probabilities: Option<Vec<f64>>, lengths: &[u64]| {
            Interleaving { until, probabilities, seed: 42 }.turns(lengths).is_err()
        };
        assert!(refused(Until::All, None, &[3, 0]));
        assert!(refused(Until::First, Some(vec![0.5]), &[1, 1]));
        assert!(refused(Until::First, Some(vec![0.5, 0.4]), &[1, 1]));
        assert!(refused(Until::All, Some(vec![1.0, 0.0]), &[1, 1]));
    }
}
