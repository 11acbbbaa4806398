//! The fields of the index.
//!
//! Ids and image keys are not among them: nearly every sample has terms of its own there, and a dictionary of unique
//! strings costs a third of the time and a fifth of the size of the whole index. Facts that name one sample or one
//! picture belong into columns, where a hash of eight bytes is found by a scan of a millisecond per million.

use super::analyzer::{self, Analyzer};
use super::query::Scope;
use blendscope_shared::role::Role;
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, schema::SchemaBuilder};

/// Handles to every field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Instructions.
    pub(crate) human: Field,
    /// Responses.
    pub(crate) gpt: Field,
    /// System prompts.
    pub(crate) system: Field,
    /// Turns of any other role.
    pub(crate) other: Field,
    /// Texts of all other keys of a record.
    pub(crate) extra: Field,
    /// The row of the first sample of its annotation file: what a file brought is deleted by it.
    pub(crate) block: Field,
    /// The row, see [`crate::columns::Row`].
    pub(crate) row: Field,
    /// The fields that hold turns, the ones a query without a field looks into.
    turns: [Field; 4],
}

/// Name of the fast field that carries the row.
pub(crate) const ROW: &str = "row";

impl Fields {
    /// The schema and its handles.
    pub(crate) fn build() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let turns = [
            text(&mut builder, "human", true),
            text(&mut builder, "gpt", true),
            text(&mut builder, "system", false),
            text(&mut builder, "other", false),
        ];
        let [human, gpt, system, other] = turns;
        let fields = Self {
            human,
            gpt,
            system,
            other,
            turns,
            extra: text(&mut builder, "extra", false),
            block: builder.add_u64_field("block", NumericOptions::default().set_indexed()),
            row: builder.add_u64_field(ROW, NumericOptions::default().set_fast()),
        };
        (builder.build(), fields)
    }

    /// The fields in which a clause is looked for.
    pub(crate) fn of_scope(&self, scope: Scope) -> &[Field] {
        let [human, gpt, system, _] = &self.turns;
        match scope {
            Scope::Turns => &self.turns,
            Scope::Human => std::slice::from_ref(human),
            Scope::Gpt => std::slice::from_ref(gpt),
            Scope::System => std::slice::from_ref(system),
            Scope::Extra => std::slice::from_ref(&self.extra),
        }
    }

    /// The field for turns of a role.
    pub(crate) fn of_role(&self, role: &Role) -> Field {
        match role {
            Role::Human => self.human,
            Role::Gpt => self.gpt,
            Role::System => self.system,
            Role::Other(_) => self.other,
        }
    }
}

/// Makes the tokenizer known to an index.
pub(crate) fn register_analyzer(index: &Index) {
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
