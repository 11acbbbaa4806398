//! Restrictions, ready to be held against the samples of a state of the index.

use crate::LocalView;
use crate::rows::RowSet;
use blendscope_columns::ColumnReader;
use blendscope_columns::{BATCH, GenerationColumns};
use blendscope_engine::{Accepted, Budget, Codes, Outcome, Restriction, Row, Spent};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::Arc;

/// Codes below this, which almost all are, are looked up in a table.
const SMALL: u64 = 1 << 16;

/// Which samples pass. Generations in which none does are left out.
pub(crate) struct Filter(HashMap<u32, Passing>);

/// Which samples of a generation pass.
enum Passing {
    All,
    With(Arc<ColumnReader>, Codes),
    Ordinals(RoaringBitmap),
}

impl Filter {
    /// A restriction as of a state of the index.
    pub(crate) fn of(restriction: &Restriction, view: &LocalView, budget: &Budget) -> Outcome<Self> {
        let mut passing = HashMap::new();
        for of in &view.generations {
            budget.check()?;
            let Some(accepted) = restriction.of(of.live.number) else { continue };
            if let Some(own) = Passing::of(accepted, of)? {
                passing.insert(of.live.number, own);
            }
        }
        Ok(Self(passing))
    }

    /// The samples that pass.
    pub(crate) fn rows(&self, view: &LocalView, budget: &Budget) -> Result<RowSet, Spent> {
        let mut rows = Vec::new();
        for of in &view.generations {
            if let Some(passing) = self.0.get(&of.live.number) {
                rows.push((of.live.number, passing.among(of.live.shown().clone(), budget)?));
            }
        }
        Ok(RowSet::new(rows))
    }

    /// Those of some samples of a generation that pass.
    pub(crate) fn among(
        &self,
        of: &GenerationColumns,
        ordinals: RoaringBitmap,
        budget: &Budget,
    ) -> Result<RoaringBitmap, Spent> {
        let passing = self.0.get(&of.live.number);
        passing.map_or_else(|| Ok(RoaringBitmap::new()), |passing| passing.among(ordinals, budget))
    }

    /// Whether a sample passes.
    pub(crate) fn passes(&self, row: Row) -> bool {
        self.0.get(&row.generation()).is_some_and(|passing| passing.holds(row.ordinal()))
    }

    /// Whether no sample of a generation passes.
    pub(crate) fn leaves_out(&self, generation: u32) -> bool {
        !self.0.contains_key(&generation)
    }

    /// Whether all samples of a generation pass.
    pub(crate) fn keeps_all(&self, generation: u32) -> bool {
        matches!(self.0.get(&generation), Some(Passing::All))
    }
}

impl Passing {
    /// Which samples of a generation pass; `None` where it is certain that none does.
    fn of(
        accepted: &Accepted,
        of: &Arc<GenerationColumns>,
    ) -> Result<Option<Self>, blendscope_columns::ColumnError> {
        Ok(match accepted {
            Accepted::All => Some(Self::All),
            Accepted::With(field, wanted) => match of.column(*field) {
                Some(column) => Some(Self::With(Arc::clone(column), wanted.clone())),
                None => wanted.has(0).then_some(Self::All),
            },
            Accepted::Named(name, hashes) => {
                let found = of.find(*name, hashes)?;
                (!found.is_empty()).then(|| Self::Ordinals(found.into_iter().collect()))
            }
        })
    }

    /// Those of some of a generation's samples that pass.
    fn among(&self, mut ordinals: RoaringBitmap, budget: &Budget) -> Result<RoaringBitmap, Spent> {
        Ok(match self {
            Self::All => ordinals,
            Self::With(column, wanted) => {
                let wanted = quick(wanted);
                let (mut passing, mut batch) = (RoaringBitmap::new(), Vec::with_capacity(BATCH));
                let all: Vec<u32> = ordinals.iter().collect();
                let _held = budget.hold(size_of_val(all.as_slice()))?;
                for ordinals in all.chunks(BATCH) {
                    budget.check()?;
                    batch.clear();
                    column.values_at(ordinals, &mut batch);
                    let both = ordinals.iter().zip(&batch);
                    let found = both.filter(|(_, code)| wanted(**code)).map(|(ordinal, _)| *ordinal);
                    passing.append(found).expect("ordinals of a set ascend");
                }
                passing
            }
            Self::Ordinals(found) => {
                ordinals &= found;
                ordinals
            }
        })
    }

    fn holds(&self, ordinal: u32) -> bool {
        match self {
            Self::All => true,
            Self::With(column, wanted) => wanted.has(column.get(ordinal as usize).unwrap_or(0)),
            Self::Ordinals(ordinals) => ordinals.contains(ordinal),
        }
    }
}

/// The same as [`Codes::has`], for all samples of a generation.
fn quick(wanted: &Codes) -> Box<dyn Fn(u64) -> bool + '_> {
    match wanted {
        Codes::Among(codes) => {
            let mut small = vec![false; SMALL as usize];
            for code in codes.iter().filter(|code| **code < SMALL) {
                small[*code as usize] = true;
            }
            Box::new(move |code| if code < SMALL { small[code as usize] } else { codes.contains(&code) })
        }
        Codes::In(ranges) => match ranges.as_ref() {
            [(from, to)] => {
                let range = *from..=*to;
                Box::new(move |code| range.contains(&code))
            }
            _ => Box::new(|code| wanted.has(code)),
        },
    }
}
