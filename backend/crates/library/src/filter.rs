//! Which samples a request is about, its query aside.

use super::LibraryError;
use super::dimensions::{DIMENSIONS, Dimension, Facet, Kind, dimension};
use super::restriction::Restriction;
use super::snapshot::{OpenFile, OpenGeneration, Snapshot};
use blendscope_engine::Budget;
use blendscope_engine::Row;
use blendscope_query::{Condition, Scope};
use blendscope_shared::search::{ParamError, SearchParams};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which samples a request is about.
pub(crate) struct Filter {
    /// All of these have to let a sample pass, each about another dimension, given by its number.
    pub restrictions: Vec<(usize, Restriction)>,
    /// By whom the words of the query have to be said; anybody when empty.
    pub roles: Vec<Scope>,
}

impl Filter {
    /// Reads the filters of a request.
    pub(crate) fn read(
        params: &SearchParams,
        snapshot: &Snapshot,
        budget: &Budget,
    ) -> Result<Self, LibraryError> {
        if let Some(name) = params.filters.keys().find(|name| dimension(name).is_none()) {
            return Err(bad_parameter(name, "is not known here"));
        }
        let (mut restrictions, mut roles) = (Vec::new(), Vec::new());
        for (number, dimension) in DIMENSIONS.iter().enumerate() {
            let values = values_of(params, dimension);
            if values.is_empty() {
                continue;
            }
            match &dimension.kind {
                Kind::Role => roles = values.iter().map(|value| role(value)).collect::<Result<_, _>>()?,
                Kind::Facet(facet) => check(snapshot, facet, &values)?,
                Kind::Number(_) | Kind::Sought(_) => {}
            }
            let conditions = values.iter().map(|value| condition(dimension, value));
            let conditions: Vec<Condition> = conditions.collect::<Result<_, _>>()?;
            restrictions.push((number, Restriction::of(snapshot, number, &conditions, budget)?));
        }
        restrictions.retain(|(number, _)| !matches!(DIMENSIONS[*number].kind, Kind::Role));
        Ok(Self { restrictions, roles })
    }

    /// Whether samples of the generations that are not left out have to be looked at one by one.
    pub(crate) fn looks_at_rows(&self, snapshot: &Snapshot) -> bool {
        self.generations(snapshot).any(|of| {
            self.restrictions.iter().any(|(_, restriction)| !restriction.keeps_all(of.state.generation))
        })
    }

    /// Whether a sample passes.
    pub(crate) fn accepts(&self, row: Row) -> bool {
        self.restrictions.iter().all(|(_, restriction)| restriction.passes(row))
    }

    /// The annotation files that have samples which may pass.
    pub(crate) fn files<'s>(&'s self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s Arc<OpenFile>> {
        let has_restrictions = !self.restrictions.is_empty();
        snapshot.files.iter().filter(move |file| !has_restrictions || !self.leaves_out(&file.generation))
    }

    /// The generations that have samples which may pass.
    pub(crate) fn generations<'s>(
        &'s self,
        snapshot: &'s Snapshot,
    ) -> impl Iterator<Item = &'s Arc<OpenGeneration>> {
        snapshot.generations.iter().filter(|of| !self.leaves_out(of))
    }

    fn leaves_out(&self, of: &OpenGeneration) -> bool {
        self.restrictions.iter().any(|(_, restriction)| restriction.leaves_out(of.state.generation))
    }

    /// The numbers of the generations to look at; none when all are.
    pub(crate) fn generation_numbers(&self, snapshot: &Snapshot) -> Option<Vec<u32>> {
        let numbers: Vec<u32> = self.generations(snapshot).map(|of| of.state.generation).collect();
        (numbers.len() < snapshot.generations.len()).then_some(numbers)
    }
}

/// What a request asks of a dimension, each value once. A stage's number alone means that stage of the recipes that are asked for.
fn values_of(params: &SearchParams, dimension: &Dimension) -> BTreeSet<String> {
    if dimension.name != "stage" {
        return params.chosen(dimension.name).iter().cloned().collect();
    }
    let mut values = BTreeSet::new();
    for stage in params.chosen("stage") {
        if stage.contains('/') || params.recipe.is_empty() {
            values.insert(stage.clone());
        } else {
            values.extend(params.recipe.iter().map(|recipe| format!("{recipe}/{stage}")));
        }
    }
    values
}

fn check(snapshot: &Snapshot, facet: &Facet, values: &BTreeSet<String>) -> Result<(), LibraryError> {
    values.iter().try_for_each(|value| (facet.check)(snapshot, value))
}

fn condition(dimension: &Dimension, value: &str) -> Result<Condition, LibraryError> {
    if !matches!(dimension.kind, Kind::Number(_)) {
        return Ok(Condition::Is(value.to_owned()));
    }
    let message = || format!("`{value}` is no number or range such as `4..8`, `4..` or `..8`");
    Condition::range(value).ok_or_else(|| bad_parameter(dimension.name, &message()))
}

fn role(value: &str) -> Result<Scope, LibraryError> {
    let scope = Scope::from_name(value);
    scope.ok_or_else(|| bad_parameter("role", &format!("`{value}` is none of human, gpt, system, extra")))
}

fn bad_parameter(name: &str, message: &str) -> LibraryError {
    LibraryError::BadParameter(ParamError { parameter: name.to_owned(), message: message.to_owned() })
}
