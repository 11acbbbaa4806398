//! Which samples are taken along, and in which order.

use crate::columns::RowSet;
use crate::library::LibraryError;
use crate::library::order::Order;
use crate::library::search::Request;
use crate::library::snapshot::Snapshot;
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
            if let Some(rows) = request.most_relevant(snapshot, count)? {
                let found = rows.into_iter().filter_map(|row| snapshot.locate(row));
                return Ok(Self::Ordered(found.map(|(file, ordinal)| file.position(ordinal)).collect()));
            }
        }
        let rows = request.samples(snapshot)?;
        let count = rows.len().min(limit.unwrap_or(u64::MAX));
        Ok(match request.order() {
            None | Some(Order::File) => Self::InFiles { positions: snapshot.positions_of(&rows), count },
            Some(order) => Self::Ordered(ordered(&rows, order, snapshot, count as usize)),
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
fn ordered(rows: &RowSet, order: Order, snapshot: &Snapshot, count: usize) -> Vec<u64> {
    let mut ranked = Vec::with_capacity(rows.len() as usize);
    for of in &snapshot.generations {
        let Some(ordinals) = rows.of(of.state.generation) else { continue };
        order.for_each_rank(of, Some(ordinals), |sample| ranked.push((sample.key, sample.position)));
    }
    if count < ranked.len() {
        ranked.select_nth_unstable(count);
        ranked.truncate(count);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, position)| position).collect()
}
