//! The columns of the table: which are shown, how wide they are, and which of them sort.

use crate::{browser, format, live::effect};
use blendscope_shared::{
    decimal,
    search::{Sort, SortBy},
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// The least width of a column in pixels.
const LEAST: f64 = 40.0;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Position in the result, from 1.
    Number,
    /// The first picture.
    Picture,
    /// Beginning of the first instruction, or what matches in one.
    Question,
    /// Beginning of the first response, or what matches in one.
    Answer,
    /// Dataset.
    Dataset,
    /// The record's own id.
    Id,
    /// Language.
    Lang,
    /// Turns.
    Turns,
    /// Pictures.
    Pictures,
    /// Characters of all turns.
    Characters,
    /// Words of all turns.
    Words,
    /// What is remarkable.
    Flags,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 12] = [
        Self::Number,
        Self::Picture,
        Self::Question,
        Self::Answer,
        Self::Dataset,
        Self::Id,
        Self::Lang,
        Self::Turns,
        Self::Pictures,
        Self::Characters,
        Self::Words,
        Self::Flags,
    ];

    /// Name in the head, width in pixels, whether it grows with the table, and whether it is shown unless chosen.
    fn facts(self) -> (&'static str, f64, bool, bool) {
        match self {
            Self::Number => ("#", 56.0, false, true),
            Self::Picture => ("Picture", 80.0, false, true),
            Self::Question => ("Question", 210.0, true, true),
            Self::Answer => ("Answer", 220.0, true, true),
            Self::Dataset => ("Dataset", 170.0, false, true),
            Self::Id => ("Id", 130.0, false, false),
            Self::Lang => ("Language", 86.0, false, true),
            Self::Turns => ("Turns", 64.0, false, true),
            Self::Pictures => ("Pictures", 76.0, false, false),
            Self::Characters => ("Characters", 104.0, false, true),
            Self::Words => ("Words", 72.0, false, true),
            Self::Flags => ("Flags", 120.0, false, true),
        }
    }

    /// Name in the head.
    pub fn title(self) -> &'static str {
        self.facts().0
    }

    /// Whether it stands at the right.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Turns | Self::Pictures | Self::Characters | Self::Words)
    }

    /// What a result is sorted by with it.
    pub fn by(self) -> Option<SortBy> {
        match self {
            Self::Lang => Some(SortBy::Lang),
            Self::Turns => Some(SortBy::Turns),
            Self::Pictures => Some(SortBy::Images),
            Self::Characters => Some(SortBy::Characters),
            Self::Words => Some(SortBy::Words),
            _ => None,
        }
    }

    /// Whether an order goes by it, and then whether the largest come first.
    pub fn sorted(self, sort: Sort) -> Option<bool> {
        match sort {
            Sort::Up(by) if Some(by) == self.by() => Some(false),
            Sort::Down(by) if Some(by) == self.by() => Some(true),
            Sort::Longest if self == Self::Characters => Some(true),
            Sort::Shortest if self == Self::Characters => Some(false),
            _ => None,
        }
    }

    /// The order after a click on the head: the largest first, then the smallest, then as before.
    pub fn next_sort(self, sort: Sort) -> Option<Sort> {
        let by = self.by()?;
        match self.sorted(sort) {
            None => Some(Sort::Down(by)),
            Some(true) => Some(Sort::Up(by)),
            Some(false) => None,
        }
    }
}

/// The columns that are shown, with their widths. Lives in the context of a list; remembered for each dataset.
#[derive(Clone, Copy)]
pub(crate) struct Columns {
    /// Where they are remembered.
    name: Signal<String>,
    shown: RwSignal<Vec<Column>>,
    widths: RwSignal<Vec<(Column, f64)>>,
    /// The column whose edge is dragged, where that began, and its width then.
    dragged: RwSignal<Option<(Column, f64, f64)>>,
}

impl Columns {
    /// Those remembered under a name, put into the context.
    pub(crate) fn provide(name: Signal<String>) -> Self {
        let columns = Self {
            name,
            shown: RwSignal::new(Vec::new()),
            widths: RwSignal::new(Vec::new()),
            dragged: RwSignal::new(None),
        };
        effect(move || {
            let text = browser::remembered(&storage(&name.get())).unwrap_or_default();
            let (shown, widths) = parse(&text);
            columns.shown.set(shown);
            columns.widths.set(widths);
        });
        provide_context(columns);
        columns
    }

    /// The columns of the list.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Those shown, from left to right.
    pub(crate) fn shown(self) -> Vec<Column> {
        self.shown.get()
    }

    /// Whether a column is shown.
    pub(crate) fn has(self, column: Column) -> bool {
        self.shown.with(|shown| shown.contains(&column))
    }

    /// Shows a column or takes it away.
    pub(crate) fn toggle(self, column: Column) {
        self.shown.update(|shown| {
            let is_wanted = |other: &Column| shown.contains(other) != (*other == column);
            *shown = Column::ALL.into_iter().filter(is_wanted).collect();
        });
        self.remember();
    }

    /// The widths as a template of a grid.
    pub(crate) fn template(self) -> String {
        self.widths.with(|widths| {
            let track = |column: &Column| {
                let (_, width, grows, _) = column.facts();
                match widths.iter().find(|(known, _)| known == column) {
                    Some((_, chosen)) => pixels(*chosen),
                    None if grows => format!("minmax({}, 1fr)", pixels(width)),
                    None => pixels(width),
                }
            };
            self.shown.with(|shown| shown.iter().map(track).collect::<Vec<_>>().join(" "))
        })
    }

    /// Takes hold of the edge of a column.
    pub(crate) fn begin_resize(self, column: Column, event: &ev::PointerEvent) {
        let Some(edge) = event.target().and_then(|edge| edge.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        // The pointer may be gone already; then nothing is dragged.
        drop(edge.set_pointer_capture(event.pointer_id()));
        let width = edge.parent_element().map_or(0.0, |head| head.get_bounding_client_rect().width());
        self.dragged.set(Some((column, f64::from(event.client_x()), width)));
    }

    /// Moves the edge that is held.
    pub(crate) fn resize(self, event: &ev::PointerEvent) {
        let Some((column, from, width)) = self.dragged.get_untracked() else { return };
        let width = (width + f64::from(event.client_x()) - from).max(LEAST).round();
        self.widths.update(|widths| {
            widths.retain(|(known, _)| *known != column);
            widths.push((column, width));
        });
    }

    /// Lets go of the edge.
    pub(crate) fn end_resize(self) {
        self.dragged.set(None);
        self.remember();
    }

    /// Gives a column its usual width again.
    pub(crate) fn reset(self, column: Column) {
        self.widths.update(|widths| widths.retain(|(known, _)| *known != column));
        self.remember();
    }

    fn remember(self) {
        let text =
            self.shown.with_untracked(|shown| self.widths.with_untracked(|widths| write(shown, widths)));
        browser::remember(&storage(&self.name.get_untracked()), &text);
    }
}

fn pixels(width: f64) -> String {
    format::decimal(width, 0) + "px"
}

fn storage(name: &str) -> String {
    format!("blendscope.columns.{name}")
}

/// The form in which columns are remembered: `#,Picture:96,Answer`.
fn write(shown: &[Column], widths: &[(Column, f64)]) -> String {
    let column = |column: &Column| match widths.iter().find(|(known, _)| known == column) {
        Some((_, width)) => format!("{}:{}", column.title(), format::decimal(*width, 0)),
        None => column.title().to_owned(),
    };
    shown.iter().map(column).collect::<Vec<_>>().join(",")
}

/// Reads what was remembered; the usual columns where that is nothing.
fn parse(text: &str) -> (Vec<Column>, Vec<(Column, f64)>) {
    let (mut shown, mut widths) = (Vec::new(), Vec::new());
    for part in text.split(',') {
        let (title, width) =
            part.split_once(':').map_or((part, None), |(title, width)| (title, decimal::parse(width)));
        let Some(column) = Column::ALL.into_iter().find(|column| column.title() == title) else { continue };
        shown.push(column);
        widths.extend(width.map(|width| (column, width.max(LEAST))));
    }
    if shown.is_empty() {
        shown = Column::ALL.into_iter().filter(|column| column.facts().3).collect();
    }
    (shown, widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again() {
        let shown = [Column::Number, Column::Answer, Column::Words];
        let widths = [(Column::Answer, 333.0)];
        assert_eq!(parse(&write(&shown, &widths)), (shown.to_vec(), widths.to_vec()));
        assert!(parse("").0.contains(&Column::Question));
        assert_eq!(parse("nonsense:x,Words").0, [Column::Words]);
    }

    #[test]
    fn a_head_goes_through_both_orders_and_back() {
        let first = Column::Characters.next_sort(Sort::Relevance).unwrap();
        assert_eq!(first.name(), "-characters");
        assert_eq!(Column::Characters.next_sort(first).unwrap().name(), "characters");
        assert_eq!(Column::Characters.next_sort(Sort::Up(SortBy::Characters)), None);
        assert_eq!(Column::Question.next_sort(Sort::File), None);
    }
}
