//! Which samples a request is about, its query aside.

use crate::LibraryError;
use crate::ask::answers::Current;
use crate::ask::dimensions::{DIMENSIONS, Dimension, Facet, Kind, Number, dimension};
use crate::ask::totals::Totals;
use blendscope_engine::{Accepted, Budget, Codes, Restriction};
use blendscope_query::{Condition, Scope};
use blendscope_shared::search::{ParamError, SearchParams};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Which samples a request is about.
pub(crate) struct Filter {
    /// All of these have to let a sample pass, each about another dimension, given by its number.
    pub restrictions: Vec<(usize, Arc<Restriction>)>,
    /// By whom the words of the query have to be said; anybody when empty.
    pub roles: Vec<Scope>,
}

impl Filter {
    /// Reads the filters of a request.
    pub(crate) fn read(
        params: &SearchParams,
        snapshot: &Current,
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
                Kind::Number(_) | Kind::Named(..) => {}
            }
            let conditions = values.iter().map(|value| condition(dimension, value));
            let conditions: Vec<Condition> = conditions.collect::<Result<_, _>>()?;
            restrictions.push((number, Arc::new(restriction(snapshot, number, &conditions, budget)?)));
        }
        restrictions.retain(|(number, _)| !matches!(DIMENSIONS[*number].kind, Kind::Role));
        Ok(Self { restrictions, roles })
    }
}

/// The samples that fulfil one of some conditions about a dimension.
pub(crate) fn restriction(
    snapshot: &Current,
    dimension: usize,
    conditions: &[Condition],
    budget: &Budget,
) -> Result<Restriction, LibraryError> {
    let texts = conditions.iter().filter_map(|condition| match condition {
        Condition::Is(value) => Some(value.as_str()),
        Condition::Range(..) => None,
    });
    let in_all = |accepted: &dyn Fn() -> Accepted| {
        Restriction::new(snapshot.generations.iter().map(|of| (of.state.generation, accepted())))
    };
    Ok(match &DIMENSIONS[dimension].kind {
        Kind::Facet(facet) => with_values(snapshot, dimension, facet, &texts.collect::<Vec<_>>(), budget)?,
        Kind::Number(number) => {
            let codes = in_ranges(*number, conditions);
            in_all(&|| Accepted::With(number.field, codes.clone()))
        }
        Kind::Named(name, hash) => {
            let hashes: Arc<HashSet<u64>> = Arc::new(texts.filter_map(hash).collect());
            in_all(&|| Accepted::Named(*name, Arc::clone(&hashes)))
        }
        Kind::Role => in_all(&|| Accepted::All),
    })
}

/// The samples with one of some values of a facet, whatever their capitals.
fn with_values(
    snapshot: &Current,
    dimension: usize,
    facet: &Facet,
    asked: &[&str],
    budget: &Budget,
) -> Result<Restriction, LibraryError> {
    let totals = snapshot.totals(dimension, budget)?;
    let Totals::Values(totals) = totals.as_ref() else {
        return Ok(Restriction::default());
    };
    let asked: HashSet<String> = asked.iter().map(|asked| asked.to_ascii_lowercase()).collect();
    let is_asked = |value: &str| asked.contains(&value.to_ascii_lowercase());
    let is_asked: Vec<bool> = totals.values.iter().map(|value| is_asked(&value.name)).collect();
    let accepted = snapshot.generations.iter().filter_map(|of| {
        let (with, without): (Vec<_>, Vec<_>) =
            totals.codes(of).partition(|(_, values)| values.iter().any(|value| is_asked[*value as usize]));
        let accepted = match facet.field {
            _ if with.is_empty() => return None,
            Some(field) if !without.is_empty() => {
                let codes = with.into_iter().map(|(code, _)| code).collect();
                Accepted::With(field, Codes::Among(Arc::new(codes)))
            }
            _ => Accepted::All,
        };
        Some((of.state.generation, accepted))
    });
    Ok(Restriction::new(accepted))
}

/// Numbers in one of some ranges; those that are not known are in none.
fn in_ranges(number: Number, conditions: &[Condition]) -> Codes {
    Codes::ranges(conditions.iter().filter_map(|condition| match condition {
        Condition::Range(from, to) => Some(((*from).max(number.least), *to)),
        Condition::Is(_) => None,
    }))
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

fn check(snapshot: &Current, facet: &Facet, values: &BTreeSet<String>) -> Result<(), LibraryError> {
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
