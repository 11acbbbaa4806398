//! Which samples are taken along, and in which order.

use crate::LibraryError;
use crate::search::Request;
use crate::snapshot::Snapshot;
use blendscope_engine::Order;
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
        let limit = limit.unwrap_or(u64::MAX);
        let ask = |visit: &mut dyn FnMut(u64)| {
            snapshot.view.positions(&request.question, request.order, limit, request.budget, visit)
        };
        if request.order == Order::File {
            let mut positions = RoaringTreemap::new();
            ask(&mut |position| {
                positions.insert(position);
            })?;
            let count = positions.len();
            return Ok(Self::InFiles { positions, count });
        }
        let mut positions = Vec::new();
        ask(&mut |position| positions.push(position))?;
        request.budget.hold(size_of_val(positions.as_slice()))?.keep();
        Ok(Self::Ordered(positions))
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
