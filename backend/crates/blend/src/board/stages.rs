//! A recipe as a table: a row for each dataset, a column for each stage, reckoned as blend boards are.

use super::reckon::{Reckoned, reckon};
use super::table::{self, Table};
use super::{Board, BoardPart, Unit};
use blendscope_shared::account::Account;
use blendscope_shared::board::PartFacts;
use blendscope_shared::recipe::{Part, Recipe, Stage};

/// A language is worth a row when so much of a stage is in it.
const SMALLEST_LANGUAGE: f64 = 0.005;

/// Languages that get a row.
const LANGUAGES_MAX: usize = 3;

/// A recipe as a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stages {
    /// For each row the part of the stage that has it first.
    pub rows: Vec<Part>,
    /// The stages.
    pub columns: Vec<Column>,
    /// Languages beside English that are worth a row.
    pub languages: Vec<String>,
}

/// A stage of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// The stage.
    pub stage: Stage,
    /// What it comes to.
    pub reckoned: Reckoned,
    /// For each row the number of its part.
    pub cells: Vec<Option<usize>>,
    /// Query string of the board that begins with it.
    pub board: String,
}

impl Stages {
    /// A recipe by what documents say, or by what is under the root; `picture` tokens are one image.
    pub fn of(recipe: &Recipe, is_here: bool, picture: u64) -> Self {
        let mut table = Self::default();
        for (number, stage) in (1..).zip(&recipe.stages) {
            let is_here = is_here || stage.is_mixture();
            let board = Board { is_here, picture, ..board_of(&recipe.slug, number, stage) };
            let facts: Vec<PartFacts> = facts_of(stage, is_here);
            let mut cells = vec![None; table.rows.len()];
            for (place, part) in stage.parts.iter().enumerate() {
                let is_same = |row: &Part| (&row.dataset, &row.title) == (&part.dataset, &part.title);
                let free = |row: &usize| cells[*row].is_none();
                let found = (0..table.rows.len()).filter(|row| is_same(&table.rows[*row])).find(free);
                let row = found.unwrap_or_else(|| {
                    table.rows.push(part.clone());
                    cells.push(None);
                    cells.len() - 1
                });
                cells[row] = Some(place);
            }
            table.columns.push(Column {
                reckoned: reckon(&board, &facts),
                cells,
                board: board.to_query(),
                stage: stage.clone(),
            });
        }
        for column in &mut table.columns {
            column.cells.resize(table.rows.len(), None);
        }
        table.languages = table.languages();
        table
    }

    /// The languages beside English that stages are in, most first.
    fn languages(&self) -> Vec<String> {
        let mut languages: Vec<(String, f64)> = Vec::new();
        for column in &self.columns {
            for (lang, _) in column.reckoned.parts.iter().flat_map(|part| &part.languages) {
                if lang != "en" && lang != "und" && languages.iter().all(|(known, _)| known != lang) {
                    let share =
                        |column: &Column| column.reckoned.in_language(lang, Unit::Samples).unwrap_or(0.0);
                    let most = self.columns.iter().map(share).fold(0.0, f64::max);
                    languages.push((lang.clone(), most));
                }
            }
        }
        languages.retain(|(_, most)| *most >= SMALLEST_LANGUAGE);
        let mut sorted: Vec<(String, f64)> = Vec::new();
        for language in languages {
            let place = sorted.iter().position(|other| other.1 < language.1).unwrap_or(sorted.len());
            sorted.insert(place, language);
        }
        sorted.into_iter().take(LANGUAGES_MAX).map(|(lang, _)| lang).collect()
    }

    /// The same for a paper, in a unit.
    pub fn table(&self, title: &str, unit: Unit, is_here: bool) -> Table {
        let row = |part: &Part| table::Row { title: part.title.clone(), dataset: part.dataset.clone() };
        let column = |column: &Column| table::Column {
            title: column.stage.title.clone(),
            total: column.reckoned.total(unit).0,
            is_estimate: column.reckoned.is_estimate(unit),
            cells: column.cells.iter().map(|place| column.reckoned.parts[(*place)?].amount(unit)).collect(),
        };
        Table {
            title: title.to_owned(),
            unit: unit.title().to_owned(),
            note: if is_here {
                "Counts of what is here."
            } else {
                "Counts as documented, parts without a number left out; other units are counts times the mean of the samples here, without parts that are not here."
            }
            .to_owned(),
            rows: self.rows.iter().map(row).collect(),
            columns: self.columns.iter().map(column).collect(),
        }
    }
}

/// The board that begins with a stage, counted from 1.
pub fn board_of(recipe: &str, number: u32, stage: &Stage) -> Board {
    let part = |part: &Part| BoardPart {
        documented: part.documented.filter(|_| counts_samples(part)),
        ..BoardPart::of(&part.taking, &part.source).unwrap_or_else(|_| BoardPart::all(part.source.clone()))
    };
    Board {
        from: Some(format!("{recipe}/{number}")),
        parts: stage.parts.iter().map(part).collect(),
        is_here: stage.is_mixture(),
        total: stage.total,
        ..Board::default()
    }
}

/// Whether a part's documented number is one of samples, as far as is known.
fn counts_samples(part: &Part) -> bool {
    part.unit.is_empty() || part.unit == "samples" || part.images == part.samples
}

/// What is known of the parts of a stage, by what is under the root or by what documents say. Where a document counts
/// images, they stand in the place of samples; where it gives no number, the part's is not known: what is found is never
/// added to what is documented.
pub fn facts_of(stage: &Stage, is_here: bool) -> Vec<PartFacts> {
    let is_mixture = stage.is_mixture();
    let is_unknown =
        |part: &Part| if is_mixture { !part.is_found } else { !is_here && part.documented.is_none() };
    stage.parts.iter().map(|part| facts(part, is_unknown(part))).collect()
}

fn facts(part: &Part, is_unknown: bool) -> PartFacts {
    PartFacts {
        is_unknown,
        source: part.source.clone(),
        title: part.title.clone(),
        dataset: part.dataset.clone(),
        documented: if is_unknown { None } else { Some(part.documented.unwrap_or(0)) },
        lang: part.lang.clone(),
        is_found: part.is_found,
        account: Account { samples: part.found, ..part.account.clone() },
        missing: part.images_missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(dataset: &str, documented: u64, lang: &str) -> Part {
        Part {
            dataset: dataset.to_owned(),
            title: dataset.to_owned(),
            source: format!("dataset={dataset}"),
            documented: Some(documented),
            lang: lang.to_owned(),
            ..Part::default()
        }
    }

    fn recipe() -> Recipe {
        let stage = |parts| Stage { parts, ..Stage::default() };
        let stages = vec![
            stage(vec![part("a", 30, "ja"), part("b", 10, "en")]),
            stage(vec![part("b", 10, "en"), part("c", 10, "ja")]),
        ];
        Recipe { slug: "r".to_owned(), stages, ..Recipe::default() }
    }

    #[test]
    fn a_dataset_has_one_row_in_all_stages() {
        let table = Stages::of(&recipe(), false, 576);
        assert_eq!(table.rows.iter().map(|row| row.dataset.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(table.columns[0].cells, [Some(0), Some(1), None]);
        assert_eq!(table.columns[1].cells, [None, Some(0), Some(1)]);
    }

    #[test]
    fn languages_beside_english_have_a_row() {
        let table = Stages::of(&recipe(), false, 576);
        assert_eq!(table.languages, ["ja"]);
        let shares: Vec<Option<f64>> =
            table.columns.iter().map(|column| column.reckoned.in_language("ja", Unit::Samples)).collect();
        assert_eq!(shares, [Some(0.75), Some(0.5)]);
    }

    #[test]
    fn what_is_found_is_not_added_to_what_is_documented() {
        let mut recipe = recipe();
        let unsaid = Part { documented: None, found: 6, samples: 6, is_found: true, ..part("d", 0, "en") };
        recipe.stages[0].parts.push(unsaid);
        let documented = &Stages::of(&recipe, false, 576).columns[0].reckoned;
        assert_eq!((documented.samples().0, documented.total(Unit::Samples).0), (40, 40.0));
        assert!(!documented.is_known(Unit::Samples), "a part without a number is not one of none");
        assert_eq!(documented.parts[2].amount(Unit::Samples), None);
        assert_eq!(Stages::of(&recipe, true, 576).columns[0].reckoned.samples().0, 6);
    }

    #[test]
    fn a_mixture_is_reckoned_by_what_its_trainer_takes() {
        let here = |samples, taking: &str| Part {
            documented: None,
            found: samples,
            is_found: true,
            taking: taking.to_owned(),
            ..part("d", 0, "en")
        };
        let away = Part { is_found: false, ..here(0, "") };
        let parts = vec![here(100, "first=29"), here(50, "repeat=2"), away];
        let stage = Stage { parts, taken: Some(129), ..Stage::default() };
        let recipe = Recipe { slug: "m".to_owned(), stages: vec![stage], ..Recipe::default() };
        let column = &Stages::of(&recipe, false, 576).columns[0];
        let taken: Vec<u64> = column.reckoned.parts.iter().map(|part| part.samples).collect();
        assert_eq!(taken, [29, 100, 0]);
        assert!(!column.reckoned.is_known(Unit::Samples), "nothing is known of the part that is not here");
        assert!(column.board.contains("part=first%3D29@dataset%3Dd") && column.board.contains("of=here"));
    }

    #[test]
    fn a_stage_begins_a_board() {
        let board = board_of("r", 1, &recipe().stages[0]);
        assert_eq!(board.from.as_deref(), Some("r/1"));
        assert_eq!(
            board.to_query(),
            "from=r%2F1&part=documented%3D30@dataset%3Da&part=documented%3D10@dataset%3Db"
        );
    }
}
