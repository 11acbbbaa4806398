//! What of the catalog is under a root, as text.

use super::Section;
use super::known::titled;
use crate::cli::table::table;
use blendscope_catalog::{Catalog, FoundDataset, FoundLayout, Recipe, Resolved, Spelling};
use indicatif::{HumanBytes, HumanCount};

/// Lines about these parts of the catalog; what is beside them, when everything is asked for.
pub(super) fn lines(
    catalog: &Catalog,
    resolved: &Resolved,
    sections: &[Section],
    is_whole: bool,
) -> Vec<String> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for section in sections {
        match section {
            Section::Datasets => blocks.extend([datasets(resolved), suggestions(resolved)]),
            Section::Sources => blocks.push(sources(catalog, resolved)),
            Section::Layouts => blocks.push(layouts(resolved)),
            Section::Recipes => blocks.push(recipes(catalog, resolved)),
        }
    }
    if is_whole {
        blocks.push(others(resolved));
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join(&String::new())
}

fn datasets(resolved: &Resolved) -> Vec<String> {
    let row = |found: &FoundDataset| {
        let bytes = found.files.iter().map(|file| file.bytes).sum();
        let samples = found.documented_samples.map(|samples| HumanCount(samples).to_string());
        [
            found.slug.clone(),
            found.files[0].relative.clone(),
            found.files.len().to_string(),
            HumanBytes(bytes).to_string(),
            samples.unwrap_or_default(),
            if found.image_root.is_empty() { ".".to_owned() } else { found.image_root.clone() },
            if found.is_known { found.layouts.join(", ") } else { "not in the catalog".to_owned() },
        ]
    };
    let rows: Vec<_> = resolved.datasets.iter().map(row).collect();
    let heading = ["slug", "first file", "files", "size", "documented", "pictures in", "layouts"];
    titled(&format!("Datasets: {} under {}", rows.len(), resolved.root.display()), table(heading, &rows))
}

/// Entries that would name the datasets that the catalog does not know.
fn suggestions(resolved: &Resolved) -> Vec<String> {
    let blocks: Vec<String> = resolved.datasets.iter().filter_map(|found| found.suggestion.clone()).collect();
    if blocks.is_empty() {
        return Vec::new();
    }
    titled("To name those that are not in the catalog, give a file with these entries by --config:", blocks)
}

fn sources(catalog: &Catalog, resolved: &Resolved) -> Vec<String> {
    let mut rows = Vec::new();
    for source in catalog.sources() {
        let folders = source.spellings.iter().map(Spelling::folder);
        let dirs: Vec<String> = resolved
            .source_dirs
            .iter()
            .filter(|dir| folders.clone().any(|folder| dir.ends_with(folder)))
            .map(|dir| dir.strip_prefix(&resolved.root).unwrap_or(dir).display().to_string())
            .collect();
        if !dirs.is_empty() {
            rows.push([source.slug.clone(), dirs.join(", "), source.partial.clone().unwrap_or_default()]);
        }
    }
    titled("Image sources", table(["slug", "folders", "partial by design"], &rows))
}

fn layouts(resolved: &Resolved) -> Vec<String> {
    let row = |layout: &FoundLayout| {
        let share = format!("{} of {}", layout.found, layout.total);
        [layout.title.clone(), share, layout.document.clone().unwrap_or_default()]
    };
    let rows: Vec<_> = resolved.layouts.iter().map(row).collect();
    titled("Layouts", table(["title", "places", "document"], &rows))
}

fn recipes(catalog: &Catalog, resolved: &Resolved) -> Vec<String> {
    let is_here = |slug: &String| resolved.datasets.iter().any(|found| found.slug == *slug);
    let row = |recipe: &Recipe| {
        let stages = recipe.stages.iter().map(|stage| {
            let here = stage.parts.iter().filter(|part| part.datasets.iter().any(is_here)).count();
            format!("{} {here} of {}", stage.title, stage.parts.len())
        });
        [recipe.slug.clone(), stages.collect::<Vec<_>>().join(" · ")]
    };
    let rows: Vec<_> = catalog.recipes().iter().map(row).collect();
    titled("Recipes", table(["slug", "parts that are here, by stage"], &rows))
}

/// Id lists, archives, box files, and what is not read.
fn others(resolved: &Resolved) -> Vec<String> {
    let mut rows: Vec<[String; 2]> = Vec::new();
    for list in &resolved.id_lists {
        rows.push([list.relative.clone(), format!("list of ids: {}", list.title)]);
    }
    for archive in &resolved.archives {
        let relative = archive.strip_prefix(&resolved.root).unwrap_or(archive);
        rows.push([relative.display().to_string(), "archive of pictures".to_owned()]);
    }
    for file in &resolved.box_files {
        rows.push([file.relative.clone(), "boxes on pictures".to_owned()]);
    }
    for file in &resolved.unclaimed {
        rows.push([file.path.clone(), format!("not read: {}", file.reason)]);
    }
    if rows.is_empty() {
        return Vec::new();
    }
    titled("Other files", table(["path", "what it is"], &rows))
}
