//! The catalog itself, as text.

use super::Section;
use crate::cli::table::table;
use blendscope_catalog::{Catalog, Dataset, Part, Recipe};
use indicatif::HumanCount;

/// Lines about these parts of the catalog.
pub(super) fn lines(catalog: &Catalog, sections: &[Section]) -> Vec<String> {
    let mut lines = Vec::new();
    for section in sections {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(match section {
            Section::Datasets => datasets(catalog),
            Section::Sources => sources(catalog),
            Section::Layouts => layouts(catalog),
            Section::Recipes => catalog.recipes().iter().flat_map(recipe).collect(),
        });
    }
    lines
}

fn datasets(catalog: &Catalog) -> Vec<String> {
    let row = |dataset: &Dataset| {
        let samples = dataset.documented_samples.map(|samples| HumanCount(samples).to_string());
        let layouts: Vec<&str> = catalog
            .layouts()
            .iter()
            .filter(|layout| dataset.places.iter().any(|place| place.layouts.contains(&layout.slug)))
            .map(|layout| layout.title.as_str())
            .collect();
        [
            dataset.slug.clone(),
            samples.unwrap_or_default(),
            dataset.size.clone().unwrap_or_default(),
            dataset.language.clone().unwrap_or_else(|| "en".to_owned()),
            dataset.files[0].clone(),
            layouts.join(", "),
            terms(dataset.terms.as_deref(), dataset.is_restricted),
        ]
    };
    let rows: Vec<_> = catalog.datasets().iter().map(row).collect();
    let heading = ["slug", "samples", "size", "lang", "files", "layouts", "terms (! restricts)"];
    titled("Datasets", table(heading, &rows))
}

fn sources(catalog: &Catalog) -> Vec<String> {
    let rows: Vec<_> = catalog
        .sources()
        .iter()
        .map(|source| {
            let spelling = &source.spellings[0];
            [
                source.slug.clone(),
                format!("{}*{}", spelling.before, spelling.after),
                source.spellings.len().to_string(),
                terms(source.terms.as_deref(), source.is_restricted),
                source.from.join(" "),
            ]
        })
        .collect();
    titled("Image sources", table(["slug", "path", "paths", "terms (! restricts)", "from"], &rows))
}

fn layouts(catalog: &Catalog) -> Vec<String> {
    let rows: Vec<_> = catalog
        .layouts()
        .iter()
        .map(|layout| {
            let document = layout.document.clone().unwrap_or_default();
            [layout.slug.clone(), layout.title.clone(), layout.roots.join(", "), document]
        })
        .collect();
    titled("Layouts", table(["slug", "title", "data folder", "document"], &rows))
}

/// A recipe's stages, a table each.
fn recipe(recipe: &Recipe) -> Vec<String> {
    let mut lines = vec![format!("Recipe {}: {}", recipe.slug, recipe.title)];
    lines.extend(recipe.document.iter().chain(&recipe.note).map(|text| format!("  {text}")));
    for (number, stage) in recipe.stages.iter().enumerate() {
        lines.push(format!("  {}. {}", number + 1, stage.title));
        lines.extend(stage.note.iter().map(|note| format!("     {note}")));
        let rows: Vec<_> = stage.parts.iter().flat_map(part).collect();
        lines.extend(table(["   part", "take", "documented", "datasets"], &rows));
        let notes = stage.parts.iter().filter_map(|part| Some((&part.title, part.note.as_ref()?)));
        lines.extend(notes.map(|(title, note)| format!("     {title}: {note}")));
    }
    lines
}

/// A part's row, and those of what it is made of.
fn part(part: &Part) -> Vec<[String; 4]> {
    let documented = part.documented.map(|count| format!("{} {}", HumanCount(count), part.unit.name()));
    let subset = part.subset.as_ref().map(|list| format!(" in {list}")).unwrap_or_default();
    let mut rows = vec![[
        format!("   {}", part.title),
        part.take.clone(),
        documented.unwrap_or_else(|| "not published".to_owned()),
        format!("{}{subset}", part.datasets.join(" + ")),
    ]];
    rows.extend(part.parts.iter().map(|row| {
        let documented = row.documented.map(|count| format!("{} {}", HumanCount(count), part.unit.name()));
        [format!("     {}", row.title), row.take.clone(), documented.unwrap_or_default(), String::new()]
    }));
    rows
}

fn terms(terms: Option<&str>, is_restricted: bool) -> String {
    let mark = if is_restricted { "! " } else { "" };
    terms.map(|terms| format!("{mark}{terms}")).unwrap_or_default()
}

/// Lines below a title.
pub(super) fn titled(title: &str, lines: Vec<String>) -> Vec<String> {
    std::iter::once(title.to_owned()).chain(lines).collect()
}
