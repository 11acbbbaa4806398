//! Which samples a request is about, its query aside: datasets, recipes and their stages, lists of ids.

use super::LibraryError;
use super::snapshot::{OpenFile, Snapshot};
use super::subsets;
use crate::catalog::{Catalog, ListForm, Part};
use crate::columns::{ColumnReader, Row};
use blendscope_shared::search::{ParamError, SearchParams};
use std::collections::{BTreeSet, HashMap};

/// Which samples a request is about.
pub(super) struct Filter {
    /// Numbers of the datasets that are asked, ascending.
    pub(super) datasets: Vec<usize>,
    /// Whether these are all.
    pub(super) is_everywhere: bool,
    /// All of these have to let a sample pass.
    rows: Vec<Rows>,
}

/// Which rows pass, generation by generation.
struct Rows {
    /// Columns of which one has to say 1.
    columns: HashMap<u32, Vec<ColumnReader>>,
    /// Whether samples of other generations pass.
    others_pass: bool,
}

impl Filter {
    /// Reads the filters of a request.
    pub(super) fn read(
        params: &SearchParams,
        snapshot: &Snapshot,
        catalog: &Catalog,
    ) -> Result<Self, LibraryError> {
        if let Some(name) = params.filters.keys().next() {
            return Err(bad_parameter(name, "is not known here"));
        }
        let all: BTreeSet<usize> = (0..snapshot.datasets.len()).collect();
        let mut datasets = all.clone();
        let mut rows = Vec::new();
        if !params.dataset.is_empty() {
            let named = params.dataset.iter().map(|slug| snapshot.dataset_index(slug));
            datasets = named.collect::<Result<_, _>>()?;
        }
        if !params.recipe.is_empty() {
            let parts = parts_of_recipes(params, catalog)?;
            let of_recipes: BTreeSet<usize> =
                datasets_of(&parts, snapshot).into_iter().map(|(dataset, _)| dataset).collect();
            datasets.retain(|dataset| of_recipes.contains(dataset));
            rows.extend(rows_of_parts(&parts, snapshot)?);
        } else if !params.stage.is_empty() {
            return Err(bad_parameter("stage", "needs a `recipe` whose stage is meant"));
        }
        if !params.subset.is_empty() {
            rows.push(subset_rows(params, snapshot)?);
        }
        Ok(Self { is_everywhere: datasets == all, datasets: datasets.into_iter().collect(), rows })
    }

    /// Whether samples have to be looked at one by one.
    pub(super) fn looks_at_rows(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Whether a sample of one of the datasets passes.
    pub(super) fn accepts(&self, row: Row) -> bool {
        self.rows.iter().all(|rows| rows.accept(row))
    }

    /// The annotation files of the datasets.
    pub(super) fn files<'s>(&self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s OpenFile> {
        self.datasets.iter().flat_map(|dataset| snapshot.files_of(*dataset)).map(AsRef::as_ref)
    }
}

impl Rows {
    fn accept(&self, row: Row) -> bool {
        let Some(columns) = self.columns.get(&row.generation()) else { return self.others_pass };
        columns.iter().any(|column| column.get(row.ordinal() as usize) == Some(1))
    }
}

fn bad_parameter(name: &str, message: &str) -> LibraryError {
    LibraryError::BadParameter(ParamError { parameter: name.to_owned(), message: message.to_owned() })
}

/// The parts of the stages that are asked for.
fn parts_of_recipes<'c>(params: &SearchParams, catalog: &'c Catalog) -> Result<Vec<&'c Part>, LibraryError> {
    let mut parts = Vec::new();
    for slug in &params.recipe {
        let recipe = catalog.recipes().iter().find(|recipe| recipe.slug == *slug);
        let recipe = recipe.ok_or_else(|| LibraryError::UnknownRecipe(slug.clone()))?;
        let stages = recipe.stages.len() as u32;
        if let Some(stage) = params.stage.iter().find(|stage| !(1..=stages).contains(stage)) {
            return Err(bad_parameter("stage", &format!("`{slug}` has stages 1 to {stages}, not {stage}")));
        }
        for (_, stage) in (1..)
            .zip(&recipe.stages)
            .filter(|(number, _)| params.stage.is_empty() || params.stage.contains(number))
        {
            parts.extend(&stage.parts);
        }
    }
    Ok(parts)
}

/// The datasets of parts that are there, each with the list of ids that says what of it is taken.
fn datasets_of<'p>(parts: &[&'p Part], snapshot: &Snapshot) -> Vec<(usize, Option<&'p str>)> {
    let of_part = |part: &&'p Part| {
        let found = part.datasets.iter().filter_map(|slug| snapshot.dataset_index(slug).ok());
        found.map(|dataset| (dataset, part.subset.as_deref())).collect::<Vec<_>>()
    };
    parts.iter().flat_map(of_part).collect()
}

/// What lists of ids leave of the parts; nothing where every part is taken as a whole.
fn rows_of_parts(parts: &[&Part], snapshot: &Snapshot) -> Result<Option<Rows>, LibraryError> {
    let taken = datasets_of(parts, snapshot);
    let mut columns: HashMap<u32, Vec<ColumnReader>> = HashMap::new();
    for (dataset, list) in &taken {
        let is_taken_whole = taken.iter().any(|(other, list)| other == dataset && list.is_none());
        let files = snapshot.files_of(*dataset).iter();
        for file in files.filter(|file| !is_taken_whole && file.in_subset(*list).is_some()) {
            let column = subsets::column(file.dir(), file.state.rows as usize)?;
            columns.entry(file.state.generation).or_default().push(column);
        }
    }
    Ok((!columns.is_empty()).then_some(Rows { columns, others_pass: true }))
}

/// The columns of the asked lists.
fn subset_rows(params: &SearchParams, snapshot: &Snapshot) -> Result<Rows, LibraryError> {
    let mut columns: HashMap<u32, Vec<ColumnReader>> = HashMap::new();
    for slug in &params.subset {
        let list = snapshot.resolved.id_lists.iter().find(|list| list.slug == *slug);
        let list = list.ok_or_else(|| LibraryError::UnknownSubset(slug.clone()))?;
        if list.form == ListForm::ShardIndex {
            let why = list.note.as_deref().unwrap_or("it cannot be decided which samples are meant");
            return Err(bad_parameter("subset", why));
        }
        for file in snapshot.files.iter().filter(|file| file.in_subset(Some(slug)).is_some()) {
            let column = subsets::column(file.dir(), file.state.rows as usize)?;
            columns.entry(file.state.generation).or_default().push(column);
        }
    }
    Ok(Rows { columns, others_pass: false })
}
