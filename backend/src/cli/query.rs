//! What commands about a result have in common: the query, its filters and its order.

use super::error::CliError;
use super::index::LibraryArgs;
use super::progress::ProgressReport;
use super::{terminal, threads};
use blendscope_library::Library;
use blendscope_shared::search::Sort;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// A parameter as in an address: name and value.
pub(super) type Pair = (String, String);

/// The query, its filters and its order.
#[derive(Debug, Args)]
pub(super) struct QueryArgs {
    #[command(flatten)]
    pub library: LibraryArgs,

    /// What to look for, as in the search box: 'red bus', '"red bus"', 'bus -dog', 'gpt:why'; all samples without it
    ///
    /// Quote it as one argument, or write `--` before a first word that begins with a hyphen.
    query: Vec<String>,

    /// Only this dataset; may be repeated, as all filters may
    #[arg(long, value_name = "SLUG")]
    dataset: Vec<String>,

    /// Only datasets that are parts of this recipe
    #[arg(long, value_name = "SLUG")]
    recipe: Vec<String>,

    /// Only datasets of this stage of the recipe, from 1
    #[arg(long, value_name = "N", requires = "recipe")]
    stage: Vec<u32>,

    /// Only samples that this list of ids names
    #[arg(long, value_name = "SLUG")]
    subset: Vec<String>,

    /// Any other filter that the search page's address has, such as lang=ja or turns=4..8
    #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = filter)]
    filters: Vec<Pair>,

    /// Order of the samples
    #[arg(long, value_parser = PossibleValuesParser::new(Sort::all().map(Sort::name)))]
    sort: Option<String>,

    /// Seed of the random order: the same seed gives the same order
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

impl QueryArgs {
    /// As parameters of an address.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let mut pairs =
            vec![("q".to_owned(), self.query.join(" ")), ("seed".to_owned(), self.seed.to_string())];
        for (name, values) in [("dataset", &self.dataset), ("recipe", &self.recipe), ("subset", &self.subset)]
        {
            pairs.extend(values.iter().map(|value| (name.to_owned(), value.clone())));
        }
        pairs.extend(self.stage.iter().map(|stage| ("stage".to_owned(), stage.to_string())));
        pairs.extend(self.filters.iter().cloned());
        pairs.extend(self.sort.iter().map(|sort| ("sort".to_owned(), sort.clone())));
        pairs
    }

    /// The folder with the data.
    pub(super) fn root(&self) -> &Path {
        self.library.root()
    }

    /// The library, with its index as of the last time that it was brought up to date.
    pub(super) fn open(&self) -> Result<Arc<Library>, CliError> {
        threads::require_for_indexing()?;
        Ok(Library::open(&self.library.options())?)
    }
}

/// The parameters as pairs of texts.
pub(super) fn as_texts(pairs: &[Pair]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Brings the index up to date, with its progress on the terminal.
pub(super) fn catch_up(library: &Arc<Library>) -> Result<(), CliError> {
    let _report = ProgressReport::of_waiting(Arc::clone(library));
    Ok(library.catch_up()?)
}

/// How a command ends that says whether something was found.
pub(super) fn exit_code(outcome: Result<bool, CliError>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            terminal::note(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

fn filter(text: &str) -> Result<Pair, String> {
    let (name, value) = text.split_once('=').ok_or("needs a name and a value, such as lang=ja")?;
    Ok((name.to_owned(), value.to_owned()))
}
