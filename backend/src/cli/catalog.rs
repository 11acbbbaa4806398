//! `blendscope catalog`: what is known about datasets, image sources, layouts and recipes, and what of it is under a
//! root.

use super::error::CliError;
use super::terminal::{say, table};
use blendscope_catalog::{Catalog, Dataset, FoundDataset, FoundLayout, Part, Recipe, Resolved, Spelling};
use blendscope_library::LibraryError;
use clap::Args;
use indicatif::{HumanBytes, HumanCount};
use std::path::PathBuf;

/// Show what is known about datasets, and what of it a folder has
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CatalogArgs {
    /// Folder with prepared data: show what of the catalog is there
    root: Option<PathBuf>,

    #[command(flatten)]
    only: Only,

    /// The built-in catalog as TOML, to copy from
    #[arg(long, conflicts_with_all = ["root", "config"])]
    toml: bool,

    /// TOML file with entries of your own
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Parts of the catalog, when not all of it is asked for.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a switch each on the command line")]
struct Only {
    /// Only the datasets
    #[arg(long)]
    datasets: bool,

    /// Only the image sources
    #[arg(long)]
    sources: bool,

    /// Only the layouts
    #[arg(long)]
    layouts: bool,

    /// Only the recipes
    #[arg(long)]
    recipes: bool,
}

const EXAMPLES: &str = "Examples:
  blendscope catalog --datasets
  blendscope catalog playground/data
  blendscope catalog --recipes --toml > my.toml";

/// A part of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Datasets,
    Sources,
    Layouts,
    Recipes,
}

/// Runs the command.
pub(super) fn run(args: &CatalogArgs) -> Result<(), CliError> {
    if args.toml {
        return say(toml(&args.only.sections()).trim_end());
    }
    let catalog = match &args.config {
        Some(path) => Catalog::with_config(path).map_err(LibraryError::from)?,
        None => Catalog::builtin(),
    };
    let lines = match &args.root {
        Some(root) => {
            let resolved = catalog.resolve(root).map_err(LibraryError::from)?;
            lines_of_root(&catalog, &resolved, &args.only.sections(), args.only.is_everything())
        }
        None => lines_of_catalog(&catalog, &args.only.sections()),
    };
    say(&lines.join("\n"))
}

impl Only {
    /// What is asked for; everything when nothing is named.
    fn sections(&self) -> Vec<Section> {
        let asked = [
            (self.datasets, Section::Datasets),
            (self.sources, Section::Sources),
            (self.layouts, Section::Layouts),
            (self.recipes, Section::Recipes),
        ];
        let is_everything = self.is_everything();
        asked
            .into_iter()
            .filter(|(is_named, _)| is_everything || *is_named)
            .map(|(_, section)| section)
            .collect()
    }

    fn is_everything(&self) -> bool {
        !(self.datasets || self.sources || self.layouts || self.recipes)
    }
}

/// The built-in files of these sections, in an order in which they are one file.
fn toml(sections: &[Section]) -> String {
    let is_asked = |name: &str| sections.iter().any(|section| section.files().contains(&name));
    let files = Catalog::builtin_files().iter().filter(|(name, _)| is_asked(name));
    files.map(|(_, text)| *text).collect::<Vec<_>>().join("\n")
}

impl Section {
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::Datasets => &["datasets.toml", "lists.toml"],
            Self::Sources => &["sources.toml"],
            Self::Layouts => &["layouts.toml"],
            Self::Recipes => &["recipes.toml"],
        }
    }
}

/// Lines about these parts of the catalog; what is beside them, when everything is asked for.
fn lines_of_root(
    catalog: &Catalog,
    resolved: &Resolved,
    sections: &[Section],
    is_everything: bool,
) -> Vec<String> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for section in sections {
        match section {
            Section::Datasets => blocks.extend([datasets_here(resolved), suggestions(resolved)]),
            Section::Sources => blocks.push(sources_here(catalog, resolved)),
            Section::Layouts => blocks.push(layouts_here(resolved)),
            Section::Recipes => blocks.push(recipes_here(catalog, resolved)),
        }
    }
    if is_everything {
        blocks.push(others(resolved));
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join(&String::new())
}

fn datasets_here(resolved: &Resolved) -> Vec<String> {
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

fn sources_here(catalog: &Catalog, resolved: &Resolved) -> Vec<String> {
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

fn layouts_here(resolved: &Resolved) -> Vec<String> {
    let row = |layout: &FoundLayout| {
        let share = format!("{} of {}", layout.found, layout.total);
        [layout.title.clone(), share, layout.document.clone().unwrap_or_default()]
    };
    let rows: Vec<_> = resolved.layouts.iter().map(row).collect();
    titled("Layouts", table(["title", "places", "document"], &rows))
}

fn recipes_here(catalog: &Catalog, resolved: &Resolved) -> Vec<String> {
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

/// Lines about these parts of the catalog.
fn lines_of_catalog(catalog: &Catalog, sections: &[Section]) -> Vec<String> {
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
fn titled(title: &str, lines: Vec<String>) -> Vec<String> {
    std::iter::once(title.to_owned()).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: CatalogArgs,
    }

    fn sections(line: &[&str]) -> Vec<Section> {
        Line::parse_from([&["catalog"], line].concat()).args.only.sections()
    }

    #[test]
    fn nothing_named_means_everything() {
        assert_eq!(sections(&[]).len(), 4);
        assert_eq!(sections(&["--recipes", "--sources"]), [Section::Sources, Section::Recipes]);
        assert!(Line::try_parse_from(["catalog", "--toml", "data"]).is_err());
    }

    #[test]
    fn what_is_printed_as_toml_is_a_catalog_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my.toml");
        std::fs::write(&path, toml(&Line::parse_from(["catalog"]).args.only.sections())).unwrap();
        let mine = Catalog::with_config(&path).unwrap();
        assert_eq!(mine.datasets(), Catalog::builtin().datasets());
        assert_eq!(mine.recipes(), Catalog::builtin().recipes());
    }
}
