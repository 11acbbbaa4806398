//! What samples are counted and filtered by: one entry per facet or number.
//!
//! An entry is a search parameter, a field of queries, and a facet or a histogram at once. A facet gives each sample of
//! a generation a *code* and says which values a code stands for; a number is its own code.

mod codes;
mod values;

pub(super) use codes::Codes;

use super::LibraryError;
use super::snapshot::{OpenGeneration, Snapshot};
use crate::columns::{Column, Flag};
use crate::index::FactField;
use std::sync::LazyLock;

/// Something that samples are counted and filtered by.
pub(super) struct Dimension {
    /// Name of the search parameter and of the field in queries.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) title: &'static str,
    /// What it says about samples.
    pub(super) kind: Kind,
}

/// What a dimension says about samples.
pub(super) enum Kind {
    /// Values to choose from.
    Facet(Facet),
    /// A number with a histogram.
    Number(Number),
    /// Values too many to choose from: the samples of a generation that have one of some.
    Sought(fn(&OpenGeneration, &[&str]) -> Vec<u32>),
    /// By whom the words of the query are said.
    Role,
}

/// How a facet gets its values.
pub(super) struct Facet {
    /// The codes of a generation.
    pub(super) codes: fn(&OpenGeneration) -> Codes,
    /// The values that a code of a generation stands for.
    pub(super) values: fn(&Snapshot, &OpenGeneration, u64) -> Vec<String>,
    /// What people call a value, where that differs.
    pub(super) title: fn(&Snapshot, &str) -> Option<String>,
    /// Refuses values that cannot be.
    pub(super) check: fn(&Snapshot, &str) -> Result<(), LibraryError>,
    /// Whether its values are listed.
    pub(super) is_listed: bool,
}

/// How a number is got.
#[derive(Clone, Copy)]
pub(super) struct Number {
    /// The codes of a generation, which are the numbers themselves.
    pub(super) codes: fn(&OpenGeneration) -> Codes,
    /// The least number that is one: below, it is not known.
    pub(super) least: u64,
}

/// A facet whose values are their own titles and of which any value may be asked for.
const PLAIN: Facet = Facet {
    codes: |_| Codes::Same,
    values: |_, _, _| Vec::new(),
    title: |_, _| None,
    check: |_, _| Ok(()),
    is_listed: true,
};

const fn facet(name: &'static str, title: &'static str, facet: Facet) -> Dimension {
    Dimension { name, title, kind: Kind::Facet(facet) }
}

const fn number(name: &'static str, title: &'static str, codes: fn(&OpenGeneration) -> Codes) -> Dimension {
    Dimension { name, title, kind: Kind::Number(Number { codes, least: 0 }) }
}

/// A number of which 0 says that it is not known.
const fn known_number(
    name: &'static str,
    title: &'static str,
    codes: fn(&OpenGeneration) -> Codes,
) -> Dimension {
    Dimension { name, title, kind: Kind::Number(Number { codes, least: 1 }) }
}

/// Every dimension, in the order in which they are shown.
pub(super) static DIMENSIONS: [Dimension; 23] = [
    facet(
        "dataset",
        "Dataset",
        Facet {
            values: |snapshot, of, _| vec![snapshot.found(of.dataset).slug.clone()],
            title: values::dataset_title,
            check: |snapshot, slug| snapshot.dataset_index(slug).map(drop),
            ..PLAIN
        },
    ),
    facet(
        "recipe",
        "Recipe",
        Facet {
            codes: Codes::in_subset,
            values: values::recipes,
            title: values::recipe_title,
            check: values::check_recipe,
            ..PLAIN
        },
    ),
    facet(
        "stage",
        "Stage",
        Facet {
            codes: Codes::in_subset,
            values: values::stages,
            title: values::stage_title,
            check: values::check_stage,
            ..PLAIN
        },
    ),
    facet(
        "subset",
        "List of ids",
        Facet {
            codes: Codes::in_subset,
            values: values::subsets,
            title: values::subset_title,
            check: values::check_subset,
            ..PLAIN
        },
    ),
    facet(
        "source",
        "Image source",
        Facet { codes: Codes::sources, values: |_, of, code| of.sources_of(code), ..PLAIN },
    ),
    facet(
        "lang",
        "Language",
        Facet { codes: |_| Codes::Column(Column::Language), values: values::language, ..PLAIN },
    ),
    Dimension { name: "role", title: "Found in", kind: Kind::Role },
    facet(
        "template",
        "Instruction template",
        Facet { codes: Codes::templates, values: values::templates, title: values::template_title, ..PLAIN },
    ),
    facet(
        "image_status",
        "Images",
        Facet {
            codes: Codes::pictures,
            values: |_, _, code| values::image_status(code),
            check: values::check_image_status,
            ..PLAIN
        },
    ),
    facet(
        "has",
        "Has",
        Facet {
            codes: |_| Codes::Column(Column::Images),
            values: |_, _, images| vec![values::has(images).to_owned()],
            check: values::check_has,
            is_listed: false,
            ..PLAIN
        },
    ),
    facet("terms", "Terms of use", Facet { codes: Codes::sources, values: values::terms, ..PLAIN }),
    facet(
        "flag",
        "Flags",
        Facet {
            codes: Codes::flags,
            values: |_, _, code| values::flags(code),
            title: |_, name| Flag::title_of(name).map(str::to_owned),
            check: values::check_flag,
            ..PLAIN
        },
    ),
    number("turns", "Turns", |_| Codes::Column(Column::Turns)),
    number("characters", "Characters", |_| Codes::Column(Column::Characters)),
    number("words", "Words", |_| Codes::Column(Column::Words)),
    number("words_human", "Words of instructions", |_| Codes::Column(Column::WordsHuman)),
    number("words_gpt", "Words of responses", |_| Codes::Column(Column::WordsGpt)),
    number("images", "Images per sample", |_| Codes::Column(Column::Images)),
    known_number("width", "Picture width", Codes::widths),
    known_number("height", "Picture height", Codes::heights),
    Dimension { name: "id", title: "Id", kind: Kind::Sought(OpenGeneration::with_id) },
    Dimension { name: "image", title: "Image", kind: Kind::Sought(OpenGeneration::with_image) },
    Dimension { name: "key", title: "Key", kind: Kind::Sought(OpenGeneration::with_keys) },
];

/// The number of the dimension with this name.
pub(super) fn dimension(name: &str) -> Option<usize> {
    DIMENSIONS.iter().position(|dimension| dimension.name == name)
}

/// The fields that queries can ask for; where words are found has fields of its own.
pub(super) static FIELDS: LazyLock<Vec<FactField>> = LazyLock::new(|| {
    let fields = DIMENSIONS.iter().filter(|dimension| !matches!(dimension.kind, Kind::Role));
    fields
        .map(|dimension| FactField {
            name: dimension.name,
            is_number: matches!(dimension.kind, Kind::Number(_)),
        })
        .collect()
});
