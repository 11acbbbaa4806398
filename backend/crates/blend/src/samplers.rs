//! What the samplers of trainers make of the samples of a dataset in one epoch.

use crate::python::cut_off;

/// VILA 1.5 and llm-jp (`VILADistributedSampler`): whole batches of each dataset only, its tail is never seen.
///
/// `batch` is per device, `world` the number of devices.
pub fn whole_batches(samples: u64, world: u64, batch: u64) -> u64 {
    let at_once = world.saturating_mul(batch).max(1);
    samples / at_once * at_once
}

/// The newer VILA (`LLaVADataset`): fills a dataset up to whole global batches with samples drawn again.
///
/// A dataset of at most half a batch is doubled as often as fits at first; and where it is then exactly a batch, a whole
/// further one is drawn. `None` when that is more than can be counted.
pub fn filled_up(samples: u64, global_batch: u64) -> Option<u64> {
    let global = global_batch.max(1);
    if samples.is_multiple_of(global) {
        return Some(samples);
    }
    let times = global / samples;
    let repeated = if times >= 2 { samples * times } else { samples };
    repeated.checked_add(global - repeated % global)
}

/// Steps of an epoch, the last of which may have a smaller batch.
pub fn steps(samples: u64, global_batch: u64) -> u64 {
    samples.div_ceil(global_batch.max(1))
}

/// A total parted by weights into whole numbers: each the whole part of its share, and the rest to the largest remainders,
/// the first of equal ones.
pub fn largest_remainder(total: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| total as f64 * weight / sum).collect();
    let mut counts: Vec<u64> = shares.iter().map(|&share| cut_off(share)).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by(|&a, &b| shares[b].fract().total_cmp(&shares[a].fract()));
    let missing = total.saturating_sub(counts.iter().sum());
    for &place in by_remainder.iter().cycle().take(usize::try_from(missing).unwrap_or(0)) {
        counts[place] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tail_of_a_dataset_is_not_seen() {
        assert_eq!([45, 60, 10].map(|n| whole_batches(n, 4, 4)), [32, 48, 0]);
    }

    #[test]
    fn datasets_are_filled_up_to_whole_batches() {
        assert_eq!([25, 10, 20, 0].map(|n| filled_up(n, 20)), [Some(40), Some(40), Some(20), Some(0)]);
        assert_eq!(filled_up(12, 96), Some(192));
        assert_eq!(filled_up(48, 96), Some(192));
    }

    #[test]
    fn mg_llava_takes_4947_steps() {
        assert_eq!(steps(1_266_268, 256), 4947);
    }

    #[test]
    fn totals_are_parted_by_the_largest_remainder() {
        assert_eq!(largest_remainder(1000, &[5.0, 2.0, 1.0]), [625, 250, 125]);
        assert_eq!(largest_remainder(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
    }

    proptest! {
        #[test]
        fn nothing_of_a_total_is_lost(total in 0_u64..1_000_000, weights in prop::collection::vec(0.001_f64..100.0, 1..9)) {
            prop_assert_eq!(largest_remainder(total, &weights).iter().sum::<u64>(), total);
        }
    }
}
