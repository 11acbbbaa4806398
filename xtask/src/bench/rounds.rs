//! The rounds in which queries are asked.

/// Rounds; in each every query is asked once, by a process that was not asked before.
pub(super) const ROUNDS: usize = 3;

/// The order of a round: another one each time, and the same one in every run.
pub(super) fn order(queries: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..queries).collect();
    let mut state = round as u64 + 1;
    for place in (1..queries).rev() {
        // Knuth's MMIX generator; its upper bits are the good ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(place, (state >> 33) as usize % (place + 1));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_asks_everything_in_another_order() {
        let rounds: Vec<Vec<usize>> = (0..ROUNDS).map(|round| order(20, round)).collect();
        for round in &rounds {
            let mut sorted = round.clone();
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..20));
        }
        assert!(rounds.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(order(0, 1).is_empty());
    }
}
