//! Two blends side by side: stages of recipes, or what searches find, dataset by dataset.

use super::reckon::{Reckoned, reckon};
use super::stages::{board_of, facts_of};
use super::table::{Column, Row, Table};
use super::{Board, BoardPart, Unit};
use blendscope_shared::account::DatasetAccount;
use blendscope_shared::board::PartFacts;
use blendscope_shared::recipe::Recipe;

/// One of the two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Name for people.
    pub title: String,
    /// What is known of its parts.
    pub facts: Vec<PartFacts>,
    /// What they come to.
    pub reckoned: Reckoned,
}

impl Side {
    /// A stage of a recipe, counted from 1; none where there is no such stage.
    pub fn of_stage(recipe: &Recipe, number: usize) -> Option<Self> {
        let stage = recipe.stages.get(number.checked_sub(1)?)?;
        let board = board_of(&recipe.slug, u32::try_from(number).ok()?, stage);
        let facts = facts_of(stage, board.is_here);
        let title = format!("{}, {}", recipe.title, stage.title);
        Some(Self { title, reckoned: reckon(&board, &facts), facts })
    }

    /// What a search finds, by dataset.
    pub fn of_search(title: String, datasets: Vec<DatasetAccount>) -> Self {
        let fact = |of: DatasetAccount| PartFacts {
            title: of.title,
            dataset: of.dataset,
            is_found: true,
            account: of.account,
            ..PartFacts::default()
        };
        let facts: Vec<PartFacts> = datasets.into_iter().map(fact).collect();
        let board = Board { parts: vec![BoardPart::all(""); facts.len()], ..Board::default() };
        Self { title, reckoned: reckon(&board, &facts), facts }
    }

    /// How much of a dataset is in it, and its share, 0 to 1.
    pub fn amount(&self, dataset: &str, by: Unit) -> (f64, f64) {
        let shares = self.reckoned.shares(by);
        let own = self.facts.iter().zip(&self.reckoned.parts).zip(shares);
        let own = own.filter(|((facts, _), _)| facts.dataset == dataset);
        own.fold((0.0, 0.0), |(amount, share), ((_, part), shares)| {
            (amount + part.amount(by).unwrap_or(0.0), share + shares.0)
        })
    }
}

/// The datasets of which one of the two has some, with their titles: those of which the share changes most first.
pub fn datasets(a: &Side, b: &Side, by: Unit) -> Vec<(String, String)> {
    let mut datasets: Vec<(String, String, f64)> = Vec::new();
    for facts in a.facts.iter().chain(&b.facts) {
        let (before, after) = (a.amount(&facts.dataset, by), b.amount(&facts.dataset, by));
        let is_new = datasets.iter().all(|(slug, ..)| *slug != facts.dataset);
        if is_new && before.0 + after.0 > 0.0 {
            let change = (after.1 - before.1).abs();
            let place = datasets.iter().position(|(.., other)| *other < change).unwrap_or(datasets.len());
            datasets.insert(place, (facts.dataset.clone(), facts.title.clone(), change));
        }
    }
    datasets.into_iter().map(|(slug, title, _)| (slug, title)).collect()
}

/// Both for a paper.
pub fn table(a: &Side, b: &Side, by: Unit) -> Table {
    let datasets = datasets(a, b, by);
    let column = |side: &Side| Column {
        title: side.title.clone(),
        total: side.reckoned.total(by).0,
        is_estimate: side.reckoned.is_estimate(by),
        cells: datasets
            .iter()
            .map(|(slug, _)| Some(side.amount(slug, by).0).filter(|amount| *amount > 0.0))
            .collect(),
    };
    let columns = vec![column(a), column(b)];
    let rows = datasets.into_iter().map(|(dataset, title)| Row { title, dataset }).collect();
    Table {
        title: "Two blends".to_owned(),
        unit: by.title().to_owned(),
        note: "Stages by documented counts, mixtures and searches by what is here; parts of which nothing is known are left out.".to_owned(),
        rows,
        columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::account::Account;
    use blendscope_shared::recipe::{Part, Stage};

    fn searched(counts: &[(&str, u64)]) -> Side {
        let account = |&(name, samples): &(&str, u64)| DatasetAccount {
            dataset: name.to_owned(),
            title: name.to_uppercase(),
            account: Account { samples, ..Account::default() },
        };
        Side::of_search("s".to_owned(), counts.iter().map(account).collect())
    }

    #[test]
    fn what_changes_most_comes_first() {
        let (a, b) = (searched(&[("x", 50), ("y", 50)]), searched(&[("y", 60), ("z", 340)]));
        let names: Vec<String> = datasets(&a, &b, Unit::Samples).into_iter().map(|(slug, _)| slug).collect();
        assert_eq!(names, ["z", "x", "y"]);
        let table = table(&a, &b, Unit::Samples);
        assert_eq!(table.columns[0].cells, [None, Some(50.0), Some(50.0)]);
        assert_eq!(format!("{}", table.columns[1].total), "400");
    }

    #[test]
    fn a_stage_is_reckoned_as_its_board_is() {
        let part = Part { dataset: "x".to_owned(), documented: Some(30), ..Part::default() };
        let stage = Stage { title: "one".to_owned(), parts: vec![part], ..Stage::default() };
        let recipe = Recipe { title: "R".to_owned(), stages: vec![stage], ..Recipe::default() };
        let side = Side::of_stage(&recipe, 1).unwrap();
        assert_eq!((side.title.as_str(), side.amount("x", Unit::Samples)), ("R, one", (30.0, 1.0)));
        assert_eq!(Side::of_stage(&recipe, 0), None);
        assert_eq!(Side::of_stage(&recipe, 2), None);
    }
}
