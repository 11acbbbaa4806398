//! The blend board, held against what is under the root: what is known of its parts, the same mixture for a trainer, the
//! table for a paper, and the samples themselves.

use crate::ask::accounts::positions_of;
use crate::ask::answers::Current;
use crate::ask::export::{Export, LineWriter, Lines, Selection};
use crate::ask::recipes::USUAL_LANGUAGE;
use crate::ask::search::Request;
use crate::store::snapshot::Snapshot;
use crate::{Library, LibraryError};
use blendscope_blend::board::reckon::{Reckoned, picks, reckon};
use blendscope_blend::board::stages::Stages;
use blendscope_blend::board::table::{Column, Row, Table};
use blendscope_blend::board::{Board, Unit};
use blendscope_blend::draw::ordinals;
use blendscope_blend::export::{Exported, export as say};
use blendscope_blend::format::Format;
use blendscope_blend::mixture::Order;
use blendscope_blend::pick::Pick;
use blendscope_blend::said::Piece;
use blendscope_catalog::Dataset;
use blendscope_engine::Budget;
use blendscope_shared::account::More;
use blendscope_shared::board::{BoardAccount, BoardFacts, PartFacts};
use blendscope_shared::search::{ParamError, SearchParams};

impl Library {
    /// What is known of the parts of a board, each the samples of a search; more of it where it is asked for.
    pub fn board(
        &self,
        sources: &[SearchParams],
        more: More,
        budget: &Budget,
    ) -> Result<BoardFacts, LibraryError> {
        let current = self.current();
        let facts = |params: &SearchParams| self.part_facts(&current, params, more, budget);
        let parts = sources.iter().map(facts).collect::<Result<_, _>>()?;
        Ok(BoardFacts { parts, is_final: current.is_final() && budget.incomplete().is_none() })
    }

    fn part_facts(
        &self,
        current: &Current,
        params: &SearchParams,
        more: More,
        budget: &Budget,
    ) -> Result<PartFacts, LibraryError> {
        let mut facts =
            PartFacts { source: params.to_query(), lang: "und".to_owned(), ..PartFacts::default() };
        let catalog = self.catalog();
        let slug = whole_dataset(params);
        let known = slug.and_then(|slug| catalog.datasets().iter().find(|dataset| dataset.slug == slug));
        let found = slug.and_then(|slug| current.dataset_index(slug).ok()).map(|index| current.found(index));
        facts.title = title(params, known, found.map(|found| found.title.as_str()));
        if let Some(slug) = slug.or(params.dataset.first().map(String::as_str)) {
            slug.clone_into(&mut facts.dataset);
        }
        if let Some(known) = known {
            facts.documented = known.documented_samples;
            facts.lang = known.language.clone().unwrap_or_else(|| USUAL_LANGUAGE.to_owned());
        }
        match self.account(params, more, budget) {
            Ok(answer) => (facts.account, facts.is_found) = (answer.account, true),
            Err(LibraryError::UnknownDataset(_) | LibraryError::UnknownSubset(_)) => {
                facts.is_unknown = facts.documented.is_none();
                return Ok(facts);
            }
            Err(error) => return Err(error),
        }
        if let Some(most) = facts.account.languages.first() {
            facts.lang.clone_from(&most.lang);
        }
        if slug.is_none() {
            facts.documented = None;
        }
        let mut with_missing = params.clone();
        with_missing.choose("image_status", vec!["missing".to_owned()]);
        let request = Request::read(&with_missing, current, budget)?;
        facts.missing = current.view.counts(&request.question, budget)?.values().sum();
        Ok(facts)
    }

    /// What the samples come to that a board takes of each part, by their own numbers and not by means. Of a part of which
    /// all is taken, or of which not all is here, nothing: what is known of it already is all there is.
    pub fn board_account(
        &self,
        board: &Board,
        sources: &[SearchParams],
        budget: &Budget,
    ) -> Result<BoardAccount, LibraryError> {
        let facts = self.board(sources, More::default(), budget)?.parts;
        let reckoned = reckon(board, &facts);
        let picks = picks(board, &reckoned).map_err(refused)?;
        let current = self.current();
        let mut parts = Vec::with_capacity(picks.len());
        for (number, (params, pick)) in sources.iter().zip(&picks).enumerate() {
            let is_here = facts[number].account.samples == reckoned.parts[number].there;
            let is_plain = board.total.is_none() && board.parts[number].is_all();
            if !is_here || is_plain || !facts[number].is_found {
                parts.push(None);
                continue;
            }
            let positions = positions_of(&current, &Request::read(params, &current, budget)?, budget)?;
            let taken: Vec<u64> = ordinals(pick, board.seed, number as u64)
                .filter_map(|ordinal| positions.get(usize::try_from(ordinal).ok()?).copied())
                .collect();
            let _held = budget.hold(size_of_val(positions.as_slice()) + size_of_val(taken.as_slice()))?;
            parts.push(Some(current.add_up_positions(&taken, budget)?));
        }
        Ok(BoardAccount { board: board.to_query(), parts, is_final: current.is_final() })
    }

    /// A board as the mixture of a trainer.
    pub fn export_board(
        &self,
        board: &Board,
        sources: &[SearchParams],
        format: Format,
        budget: &Budget,
    ) -> Result<Exported, LibraryError> {
        let facts = self.board(sources, More::default(), budget)?.parts;
        let reckoned = reckon(board, &facts);
        let picks = picks(board, &reckoned).map_err(refused)?;
        let (current, mut notes, mut pieces) = (self.current(), Vec::new(), Vec::new());
        for (number, ((params, facts), pick)) in sources.iter().zip(&facts).zip(picks).enumerate() {
            let (names, files) = if let Some(slug) = whole_dataset(params) {
                (vec![slug.to_owned()], files_of(&current, slug, &mut notes))
            } else {
                let name = format!("part-{}", number + 1);
                let title = &facts.title;
                notes.push(format!("{title} is a search and no file: save its samples as {name}.jsonl"));
                (vec![name.clone()], vec![format!("{name}.jsonl")])
            };
            pieces.push(Piece {
                title: names[0].clone(),
                names,
                files,
                folder: None,
                of: reckoned.parts[number].there,
                pick: Some(pick),
                weight: None,
                left_out: None,
            });
        }
        let exported = say(format, &pieces, &Order::Concatenated, None).map_err(refused)?;
        notes.extend(exported.notes);
        if pieces.iter().any(|piece| piece.pick.as_ref().is_some_and(Pick::is_drawn)) {
            notes.push(
                "which samples are drawn is up to the trainer; only a written file has those of the seed"
                    .to_owned(),
            );
        }
        Ok(Exported { text: exported.text, notes })
    }

    /// The samples of a board, as far as they are under the root: one part after the other.
    pub fn write_board(
        &self,
        board: &Board,
        sources: &[SearchParams],
        lines: Lines,
        budget: &Budget,
    ) -> Result<Export, LibraryError> {
        let board = Board { is_here: true, ..board.clone() };
        let facts = self.board(sources, More::default(), budget)?.parts;
        let picks = picks(&board, &reckon(&board, &facts)).map_err(refused)?;
        let current = self.current();
        let mut taken = Vec::new();
        for (number, (params, pick)) in sources.iter().zip(&picks).enumerate() {
            let of_part = positions_of(&current, &Request::read(params, &current, budget)?, budget)?;
            let _held = budget.hold(size_of_val(of_part.as_slice()))?;
            let before = taken.len();
            for ordinal in ordinals(pick, board.seed, number as u64) {
                let position = usize::try_from(ordinal).ok().and_then(|at| of_part.get(at));
                taken.extend(position);
                if taken.len().is_multiple_of(1 << 16) {
                    budget.check()?;
                }
            }
            budget.hold((taken.len() - before) * size_of::<u64>())?.keep();
        }
        Export::of(&current, Selection::Ordered(taken), LineWriter::new(lines, ""))
    }

    /// A recipe as a table: its stages as columns, in a unit.
    pub fn recipe_table(&self, slug: &str, unit: Unit, is_here: bool) -> Result<Table, LibraryError> {
        let recipe = self.recipe(slug)?;
        let stages = Stages::of(&recipe, is_here, Board::default().picture);
        Ok(stages.table(&recipe.title, unit, is_here))
    }

    /// A board as a table: the stage it began with, and what it is now.
    pub fn board_table(
        &self,
        board: &Board,
        sources: &[SearchParams],
        budget: &Budget,
    ) -> Result<Table, LibraryError> {
        let facts = self.board(sources, board.more(), budget)?.parts;
        let reckoned = reckon(board, &facts);
        let rows =
            facts.iter().map(|facts| Row { title: facts.title.clone(), dataset: facts.dataset.clone() });
        let (after, before) = reckoned.total(board.by);
        let column = |title: &str, total: f64, cells: Vec<Option<f64>>| Column {
            title: title.to_owned(),
            total,
            is_estimate: reckoned.is_estimate(board.by),
            cells,
        };
        let mut columns = Vec::new();
        if let Some(from) = &board.from {
            let cells =
                reckoned.parts.iter().map(|part| part.amount_before(board.by).filter(|amount| *amount > 0.0));
            columns.push(column(from, before, cells.collect()));
        }
        let cells = reckoned.parts.iter().map(|part| part.amount(board.by).filter(|amount| *amount > 0.0));
        columns.push(column("yours", after, cells.collect()));
        Ok(Table {
            title: "Blend".to_owned(),
            unit: board.by.title().to_owned(),
            note: note_of(board, &reckoned),
            rows: rows.collect(),
            columns,
        })
    }
}

/// What the numbers of a table rest on.
fn note_of(board: &Board, reckoned: &Reckoned) -> String {
    let counts = if board.is_here { "Counts of what is here" } else { "Counts as documented" };
    let estimate = if reckoned.is_estimate(board.by) {
        "; other units are counts times the mean of the samples here, without parts that are not here"
    } else {
        ""
    };
    let tokens = match board.by {
        Unit::Tokens | Unit::AnswerTokens => "; a token is four thirds of a CJK character or four others",
        _ => "",
    };
    format!("{counts}{estimate}{tokens}.")
}

fn refused(why: impl ToString) -> LibraryError {
    LibraryError::BadParameter(ParamError { parameter: "part".to_owned(), message: why.to_string() })
}

/// The dataset of which a search finds everything.
fn whole_dataset(params: &SearchParams) -> Option<&str> {
    let [slug] = params.dataset.as_slice() else { return None };
    let only = SearchParams { dataset: vec![slug.clone()], ..SearchParams::default() };
    (*params == only).then_some(slug)
}

/// What a part is called: its dataset, or what is looked for in which.
fn title(params: &SearchParams, known: Option<&Dataset>, found: Option<&str>) -> String {
    if let Some(title) = found.or(known.map(|known| known.title.as_str())) {
        return title.to_owned();
    }
    let mut words = Vec::new();
    if !params.q.is_empty() {
        words.push(format!("“{}”", params.q));
    }
    let others = SearchParams { q: String::new(), ..params.clone() }.to_query();
    if !others.is_empty() {
        words.push(others.replace('&', ", ").replace('=', " "));
    }
    if words.is_empty() { "everything".to_owned() } else { words.join(" in ") }
}

/// The annotation files of a dataset; of one that is not here its name, with a note.
fn files_of(snapshot: &Snapshot, slug: &str, notes: &mut Vec<String>) -> Vec<String> {
    let found = snapshot.dataset_index(slug).map(|index| snapshot.found(index));
    if let Ok(found) = found {
        return found.files.iter().map(|file| file.relative.clone()).collect();
    }
    notes.push(format!("{slug} is not under this root: put its file in place of {slug}.json"));
    vec![format!("{slug}.json")]
}
