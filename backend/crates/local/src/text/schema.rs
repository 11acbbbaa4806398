//! The fields of the index.
//!
//! Ids and image keys are not among them: nearly every sample has terms of its own there, and a dictionary of unique
//! strings costs a third of the time and a fifth of the size of the whole index. Facts that name one sample or one
//! picture belong into columns, where a hash of eight bytes is found by a scan of a millisecond per million.

use super::analyzer::{self, Analyzer};
use blendscope_query::{Scope, TextField};
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, schema::SchemaBuilder};

/// Handles to every field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The row of the first sample of its annotation file: what a file brought is deleted by it.
    pub block: Field,
    /// The row, see [`blendscope_engine::Row`].
    pub row: Field,
    /// The texts, in the order of [`TextField`].
    texts: [Field; 5],
}

/// Name of the fast field that carries the row.
pub(super) const ROW: &str = "row";

/// The fields of texts, in the order of their declaration, each with whether it keeps lengths.
const TEXTS: [(TextField, &str, bool); 5] = [
    (TextField::Human, "human", true),
    (TextField::Gpt, "gpt", true),
    (TextField::System, "system", false),
    (TextField::Other, "other", false),
    (TextField::Extra, "extra", false),
];

impl Fields {
    /// The schema and its handles.
    pub(crate) fn build() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let fields = Self {
            texts: TEXTS.map(|(_, name, lengths)| text(&mut builder, name, lengths)),
            block: builder.add_u64_field("block", NumericOptions::default().set_indexed()),
            row: builder.add_u64_field(ROW, NumericOptions::default().set_fast()),
        };
        (builder.build(), fields)
    }

    /// The fields in which a clause is looked for.
    pub(crate) fn of_scope(&self, scope: Scope) -> &[Field] {
        match scope {
            Scope::Turns => &self.texts[..4],
            Scope::Human => &self.texts[..1],
            Scope::Gpt => &self.texts[1..2],
            Scope::System => &self.texts[2..3],
            Scope::Extra => &self.texts[4..],
        }
    }

    /// The field of a text.
    pub(crate) fn of(&self, text: TextField) -> Field {
        self.texts[text as usize]
    }

    /// The text of a field.
    pub(crate) fn text_of(&self, field: Field) -> TextField {
        let at = self.texts.iter().position(|own| *own == field);
        at.map_or(TextField::Other, |at| TEXTS[at].0)
    }
}

/// Makes the tokenizer known to an index.
pub(super) fn register_analyzer(index: &Index) {
    index.tokenizers().register(analyzer::NAME, TextAnalyzer::from(Analyzer::default()));
}

/// A text field with positions; with lengths for ranking where that is worth its byte per sample.
fn text(builder: &mut SchemaBuilder, name: &str, lengths: bool) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(analyzer::NAME)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(lengths);
    builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}
