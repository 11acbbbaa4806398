//! What samples are counted and filtered by: one entry per facet or number.
//!
//! An entry is a search parameter, a field of queries, and a facet or a histogram at once. A facet gives each sample of
//! a generation a *code* and says which values a code stands for; a number is its own code.

mod values;

use crate::LibraryError;
use crate::ask::answers::Current;
use crate::store::keys::key_hash;
use crate::store::snapshot::{OpenGeneration, Snapshot};
use crate::store::values::Flag;
use blendscope_engine::{Field, Name};
use blendscope_query::PredicateField;
use blendscope_read::id_hash;
use std::sync::LazyLock;

/// Something that samples are counted and filtered by.
pub(crate) struct Dimension {
    /// Name of the search parameter and of the field in queries.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it says about samples.
    pub kind: Kind,
}

/// What a dimension says about samples.
pub(crate) enum Kind {
    /// Values to choose from.
    Facet(Facet),
    /// A number with a histogram.
    Number(Number),
    /// Values too many to choose from: names that are looked up by their hashes; none for what cannot be a name.
    Named(Name, fn(&str) -> Option<u64>),
    /// By whom the words of the query are said.
    Role,
}

/// How a facet gets its values.
pub(crate) struct Facet {
    /// The field with the codes; none where all samples of a generation have code 0.
    pub field: Option<Field>,
    /// The values that a code of a generation stands for.
    pub values: fn(&Snapshot, &OpenGeneration, u64) -> Vec<String>,
    /// What people call a value, where that differs.
    pub title: fn(&Current, &str) -> Option<String>,
    /// Refuses values that cannot be.
    pub check: fn(&Snapshot, &str) -> Result<(), LibraryError>,
    /// Whether its values are listed.
    pub is_listed: bool,
}

/// How a number is got.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    /// The field with the numbers.
    pub field: Field,
    /// The least number that is one: below, it is not known.
    pub least: u64,
}

/// A facet whose values are their own titles and of which any value may be asked for.
const PLAIN: Facet = Facet {
    field: None,
    values: |_, _, _| Vec::new(),
    title: |_, _| None,
    check: |_, _| Ok(()),
    is_listed: true,
};

const fn facet(name: &'static str, title: &'static str, facet: Facet) -> Dimension {
    Dimension { name, title, kind: Kind::Facet(facet) }
}

const fn number(name: &'static str, title: &'static str, field: Field) -> Dimension {
    Dimension { name, title, kind: Kind::Number(Number { field, least: 0 }) }
}

/// A number of which 0 says that it is not known.
const fn known_number(name: &'static str, title: &'static str, field: Field) -> Dimension {
    Dimension { name, title, kind: Kind::Number(Number { field, least: 1 }) }
}

/// Every dimension, in the order in which they are shown.
pub(crate) static DIMENSIONS: [Dimension; 23] = [
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
            field: Some(Field::Subset),
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
            field: Some(Field::Subset),
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
            field: Some(Field::Subset),
            values: values::subsets,
            title: values::subset_title,
            check: values::check_subset,
            ..PLAIN
        },
    ),
    facet(
        "source",
        "Image source",
        Facet { field: Some(Field::Sources), values: |_, of, code| of.sources_of(code), ..PLAIN },
    ),
    facet("lang", "Language", Facet { field: Some(Field::Language), values: values::language, ..PLAIN }),
    Dimension { name: "role", title: "Found in", kind: Kind::Role },
    facet(
        "template",
        "Instruction template",
        Facet {
            field: Some(Field::Templates),
            values: values::templates,
            title: values::template_title,
            ..PLAIN
        },
    ),
    facet(
        "image_status",
        "Images",
        Facet {
            field: Some(Field::Pictures),
            values: |_, _, code| values::image_status(code),
            check: values::check_image_status,
            ..PLAIN
        },
    ),
    facet(
        "has",
        "Has",
        Facet {
            field: Some(Field::Images),
            values: |_, _, images| vec![values::has(images).to_owned()],
            check: values::check_has,
            is_listed: false,
            ..PLAIN
        },
    ),
    facet("terms", "Terms of use", Facet { field: Some(Field::Sources), values: values::terms, ..PLAIN }),
    facet(
        "flag",
        "Flags",
        Facet {
            field: Some(Field::Flags),
            values: |_, _, code| values::flags(code),
            title: |_, name| Flag::title_of(name).map(str::to_owned),
            check: values::check_flag,
            ..PLAIN
        },
    ),
    number("turns", "Turns", Field::Turns),
    number("characters", "Characters", Field::Characters),
    number("words", "Words", Field::Words),
    number("words_human", "Words of instructions", Field::WordsHuman),
    number("words_gpt", "Words of responses", Field::WordsGpt),
    number("images", "Images per sample", Field::Images),
    known_number("width", "Picture width", Field::Width),
    known_number("height", "Picture height", Field::Height),
    Dimension { name: "id", title: "Id", kind: Kind::Named(Name::Id, |id| Some(id_hash(id))) },
    Dimension { name: "image", title: "Image", kind: Kind::Named(Name::Image, |key| Some(key_hash(key))) },
    Dimension { name: "key", title: "Key", kind: Kind::Named(Name::Key, values::sample_key) },
];

/// The number of the dimension with this name.
pub(crate) fn dimension(name: &str) -> Option<usize> {
    DIMENSIONS.iter().position(|dimension| dimension.name == name)
}

/// The fields that queries can ask for; where words are found has fields of its own.
pub(crate) static FIELDS: LazyLock<Vec<PredicateField>> = LazyLock::new(|| {
    let fields = DIMENSIONS.iter().filter(|dimension| !matches!(dimension.kind, Kind::Role));
    fields
        .map(|dimension| PredicateField {
            name: dimension.name,
            is_number: matches!(dimension.kind, Kind::Number(_)),
        })
        .collect()
});
