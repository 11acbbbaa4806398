//! Two blends side by side: what they have in common, and both as a table for a paper.

use crate::ask::accounts::{in_both, search_of};
use crate::ask::answers::Current;
use crate::ask::search::Request;
use crate::{Library, LibraryError};
use blendscope_blend::board::Unit;
use blendscope_blend::board::sides::{self, Side};
use blendscope_blend::board::table::Table;
use blendscope_engine::{Budget, Name};
use blendscope_shared::account::{Common, Distinct, More};
use blendscope_shared::search::{ParamError, SearchParams};

/// What is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Compared {
    /// A stage of a recipe: its slug, and the number of the stage from 1.
    Stage(String, usize),
    /// What a search finds.
    Search(Box<SearchParams>),
}

impl Library {
    /// Different samples and pictures of two blends as far as they are under the root, and how many are in both.
    pub fn common(&self, a: &Compared, b: &Compared, budget: &Budget) -> Result<Common, LibraryError> {
        let current = self.current();
        let names = |of: &Compared| self.names(&current, of, budget);
        let (a, b) = (names(a)?, names(b)?);
        let count = |[samples, pictures]: &[Vec<u64>; 2]| Distinct {
            samples: samples.len() as u64,
            pictures: pictures.len() as u64,
        };
        Ok(Common {
            a: count(&a),
            b: count(&b),
            both: Distinct { samples: in_both(&a[0], &b[0]), pictures: in_both(&a[1], &b[1]) },
            is_known: true,
            is_final: current.is_final(),
        })
    }

    /// Two blends as a table.
    pub fn compare_table(
        &self,
        a: &Compared,
        b: &Compared,
        by: Unit,
        budget: &Budget,
    ) -> Result<Table, LibraryError> {
        Ok(sides::table(&self.side(a, budget)?, &self.side(b, budget)?, by))
    }

    fn side(&self, of: &Compared, budget: &Budget) -> Result<Side, LibraryError> {
        match of {
            Compared::Stage(slug, number) => {
                let recipe = self.recipe(slug)?;
                Side::of_stage(&recipe, *number).ok_or_else(|| no_stage(slug, *number))
            }
            Compared::Search(params) => {
                let answer = self.account(params, More::default(), budget)?;
                let query = params.to_query();
                let title = if query.is_empty() { "everything here".to_owned() } else { query };
                Ok(Side::of_search(title, answer.datasets))
            }
        }
    }

    /// The samples and the pictures of a blend as hashes.
    fn names(
        &self,
        current: &Current,
        of: &Compared,
        budget: &Budget,
    ) -> Result<[Vec<u64>; 2], LibraryError> {
        let params = match of {
            Compared::Search(params) => Some(SearchParams::clone(params)),
            Compared::Stage(slug, number) => {
                let recipe = self.recipe(slug)?;
                let stage = number.checked_sub(1).and_then(|place| recipe.stages.get(place));
                let stage = stage.ok_or_else(|| no_stage(slug, *number))?;
                search_of(slug, *number, stage)
            }
        };
        let Some(params) = params else { return Ok([Vec::new(), Vec::new()]) };
        let request = Request::read(&params, current, budget)?;
        let samples = current.names_of(&request, Name::Key, budget)?;
        let pictures = current.names_of(&request, Name::Image, budget)?;
        Ok([samples, pictures])
    }
}

fn no_stage(slug: &str, number: usize) -> LibraryError {
    let message = format!("`{slug}` has no stage {number}");
    LibraryError::BadParameter(ParamError { parameter: "stage".to_owned(), message })
}
