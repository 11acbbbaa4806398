//! Which samples a request is about, its query aside: datasets, recipes and their stages, lists of ids.

use super::LibraryError;
use super::snapshot::{OpenFile, Snapshot};
use super::subsets;
use crate::catalog::Catalog;
use crate::columns::{ColumnReader, Row};
use blendscope_shared::search::{ParamError, SearchParams};
use std::collections::{BTreeSet, HashMap};

/// Which samples a request is about.
pub(super) struct Filter {
    /// Numbers of the datasets that are asked, ascending.
    pub(super) datasets: Vec<usize>,
    /// Whether these are all.
    pub(super) is_everywhere: bool,
    /// Per generation, columns of which one has to say 1; none when every sample of the datasets passes.
    rows: Option<HashMap<u32, Vec<ColumnReader>>>,
}

impl Filter {
    /// Reads the filters of a request.
    pub(super) fn read(
        params: &SearchParams,
        snapshot: &Snapshot,
        catalog: &Catalog,
    ) -> Result<Self, LibraryError> {
        let all: BTreeSet<usize> = (0..snapshot.datasets.len()).collect();
        let mut datasets = all.clone();
        if !params.dataset.is_empty() {
            let named = params.dataset.iter().map(|slug| snapshot.dataset_index(slug));
            datasets = named.collect::<Result<_, _>>()?;
        }
        if !params.recipe.is_empty() {
            let of_recipes = datasets_of_recipes(params, snapshot, catalog)?;
            datasets.retain(|dataset| of_recipes.contains(dataset));
        } else if !params.stage.is_empty() {
            let message = "needs a `recipe` whose stage is meant".to_owned();
            return Err(LibraryError::BadParameter(ParamError { parameter: "stage".to_owned(), message }));
        }
        let rows = if params.subset.is_empty() { None } else { Some(subset_rows(params, snapshot)?) };
        Ok(Self { is_everywhere: datasets == all, datasets: datasets.into_iter().collect(), rows })
    }

    /// Whether samples have to be looked at one by one.
    pub(super) fn looks_at_rows(&self) -> bool {
        self.rows.is_some()
    }

    /// Whether a sample of one of the datasets passes.
    pub(super) fn accepts(&self, row: Row) -> bool {
        let Some(rows) = &self.rows else { return true };
        let columns = rows.get(&row.generation()).map(Vec::as_slice).unwrap_or_default();
        columns.iter().any(|column| column.get(row.ordinal() as usize) == Some(1))
    }

    /// The annotation files of the datasets.
    pub(super) fn files<'s>(&self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s OpenFile> {
        self.datasets.iter().flat_map(|dataset| snapshot.files_of(*dataset)).map(AsRef::as_ref)
    }
}

fn datasets_of_recipes(
    params: &SearchParams,
    snapshot: &Snapshot,
    catalog: &Catalog,
) -> Result<BTreeSet<usize>, LibraryError> {
    let mut datasets = BTreeSet::new();
    for slug in &params.recipe {
        let recipe = catalog.recipes().iter().find(|recipe| recipe.slug == *slug);
        let recipe = recipe.ok_or_else(|| LibraryError::UnknownRecipe(slug.clone()))?;
        for (number, stage) in (1..).zip(&recipe.stages) {
            if params.stage.is_empty() || params.stage.contains(&number) {
                let slugs = stage.parts.iter().flat_map(|part| &part.datasets);
                datasets.extend(slugs.filter_map(|slug| snapshot.dataset_index(slug).ok()));
            }
        }
    }
    Ok(datasets)
}

/// The columns of the asked lists, by generation.
fn subset_rows(
    params: &SearchParams,
    snapshot: &Snapshot,
) -> Result<HashMap<u32, Vec<ColumnReader>>, LibraryError> {
    let mut rows: HashMap<u32, Vec<ColumnReader>> = HashMap::new();
    for slug in &params.subset {
        if !snapshot.resolved.id_lists.iter().any(|list| list.slug == *slug) {
            return Err(LibraryError::UnknownSubset(slug.clone()));
        }
        for file in snapshot.files.iter().filter(|file| file.in_subset(Some(slug)).is_some()) {
            let column = subsets::column(file.dir(), file.state.rows as usize)?;
            rows.entry(file.state.generation).or_default().push(column);
        }
    }
    Ok(rows)
}
