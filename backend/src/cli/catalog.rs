//! `blendscope catalog`: what is known about datasets, image sources, layouts and recipes, and what of it is here.

mod here;
mod known;

use super::error::CliError;
use super::terminal::say;
use blendscope_catalog::Catalog;
use blendscope_library::LibraryError;
use clap::Args;
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
            here::lines(&catalog, &resolved, &args.only.sections(), args.only.is_whole())
        }
        None => known::lines(&catalog, &args.only.sections()),
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
        let is_whole = self.is_whole();
        asked.into_iter().filter(|(is_named, _)| is_whole || *is_named).map(|(_, section)| section).collect()
    }

    fn is_whole(&self) -> bool {
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
