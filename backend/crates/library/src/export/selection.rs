//! Which samples are taken along, and in which order.

use crate::LibraryError;
use crate::order::Order;
use crate::search::Request;
use crate::snapshot::Snapshot;
use blendscope_engine::{Budget, Spent};
use blendscope_local::RowSet;
use roaring::RoaringTreemap;
use std::borrow::Cow;

/// Which samples are taken along. They are named by their positions over all datasets in file order.
pub(super) enum Selection {
    /// The first `count` of a set, in file order.
    InFiles {
        /// The set.
        positions: RoaringTreemap,
        /// How many of it.
        count: u64,
    },
    /// These, in this order.
    Ordered(Vec<u64>),
}

impl Selection {
    /// The samples of a request, `limit` at most.
    pub(super) fn of(
        request: &Request<'_>,
        snapshot: &Snapshot,
        limit: Option<u64>,
    ) -> Result<Self, LibraryError> {
        if request.order().is_none() {
            let count =
                usize::try_from(limit.unwrap_or(u64::MAX).min(snapshot.samples())).unwrap_or(usize::MAX);
            if let Some(positions) = request.most_relevant(snapshot, count)? {
                request.budget.hold(size_of_val(positions.as_slice()))?.keep();
                return Ok(Self::Ordered(positions));
            }
        }
        let rows = request.samples(snapshot)?;
        let count = rows.len().min(limit.unwrap_or(u64::MAX));
        Ok(match request.order() {
            None | Some(Order::File) => Self::InFiles { positions: snapshot.positions_of(&rows), count },
            Some(order) => {
                let positions = ordered(&rows, order, snapshot, count as usize, request.budget)?;
                request.budget.hold(size_of_val(positions.as_slice()))?.keep();
                Self::Ordered(positions)
            }
        })
    }

    /// How many there are.
    pub(super) fn samples(&self) -> u64 {
        match self {
            Self::InFiles { count, .. } => *count,
            Self::Ordered(positions) => positions.len() as u64,
        }
    }

    /// The positions of all of them, or of some more.
    pub(super) fn positions(&self) -> Cow<'_, RoaringTreemap> {
        match self {
            Self::InFiles { positions, .. } => Cow::Borrowed(positions),
            Self::Ordered(positions) => Cow::Owned(positions.iter().copied().collect()),
        }
    }
}

/// The first `count` of a set in an order; ties are broken by position, as in pages.
fn ordered(
    rows: &RowSet,
    order: Order,
    snapshot: &Snapshot,
    count: usize,
    budget: &Budget,
) -> Result<Vec<u64>, Spent> {
    let _held = budget.hold(rows.len() as usize * size_of::<(u64, u64)>())?;
    let mut ranked = Vec::with_capacity(rows.len() as usize);
    for of in &snapshot.generations {
        let Some(ordinals) = rows.of(of.state.generation) else { continue };
        order.for_each_rank(of, Some(ordinals), budget, |sample| {
            ranked.push((sample.key, sample.position));
        })?;
    }
    if count < ranked.len() {
        ranked.select_nth_unstable(count);
        ranked.truncate(count);
    }
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, position)| position).collect())
}
