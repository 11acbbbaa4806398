//! `blendscope clean`: list the indexes of all roots, and remove some of them.

use super::error::CliError;
use super::terminal::{note, say, table};
use blendscope_library::{IndexFolder, default_parent, find_index, list_indexes};
use clap::Args;
use indicatif::{HumanBytes, HumanDuration};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::time::SystemTime;

/// List the indexes that were built, with their roots and sizes, or remove some of them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct CleanArgs {
    /// The folder with the indexes instead of the user's cache folder
    #[arg(long, value_name = "DIR")]
    index_dir: Option<PathBuf>,

    /// Remove this index, named by its key, the beginning of it, or its root; may be repeated
    #[arg(long, value_name = "KEY")]
    remove: Vec<String>,

    /// Remove all of them
    #[arg(long)]
    all: bool,

    /// Remove those whose root is not there any more
    #[arg(long)]
    orphaned: bool,

    /// Remove those of earlier versions, which would be built anew
    #[arg(long)]
    old: bool,

    /// Of what is chosen, remove only the scaled pictures
    #[arg(long)]
    thumbnails: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

const EXAMPLES: &str = "Examples:
  blendscope clean                          what there is
  blendscope clean --orphaned --yes         remove indexes of roots that are gone
  blendscope clean --remove playground/data
  blendscope clean --all --thumbnails --yes";

/// Runs the command.
pub(super) fn run(args: &CleanArgs) -> Result<(), CliError> {
    let parent = args.index_dir.clone().map_or_else(default_parent, Ok)?;
    let indexes = list_indexes(&parent)?;
    if !args.chooses() {
        say(&format!("indexes in {}", parent.display()))?;
        return list(&indexes);
    }
    let mut chosen = Vec::new();
    for wanted in &args.remove {
        chosen.push(find_index(&indexes, wanted, &parent)?);
    }
    let is_wanted =
        |index: &&IndexFolder| args.all || args.orphaned && index.is_orphaned() || args.old && index.is_old();
    chosen.extend(indexes.iter().filter(is_wanted));
    chosen.sort_by(|one, other| one.key.cmp(&other.key));
    chosen.dedup_by(|one, other| one.key == other.key);
    if chosen.is_empty() {
        return say("nothing to remove");
    }
    args.remove(&chosen)
}

impl CleanArgs {
    fn chooses(&self) -> bool {
        self.all || self.orphaned || self.old || !self.remove.is_empty()
    }

    fn remove(&self, chosen: &[&IndexFolder]) -> Result<(), CliError> {
        let bytes_of =
            |index: &IndexFolder| if self.thumbnails { index.thumbnail_bytes } else { index.bytes };
        let what = if self.thumbnails { "scaled pictures of " } else { "" };
        let bytes: u64 = chosen.iter().map(|index| bytes_of(index)).sum();
        if !self.yes {
            for index in chosen {
                say(&format!("{}  {}", index.key, shown_root(index)))?;
            }
            let question = format!("remove {what}{}, {}?", count(chosen.len()), HumanBytes(bytes));
            if !is_agreed(&question)? {
                return say("nothing was removed; add --yes to remove them");
            }
        }
        let mut failed = 0;
        for index in chosen {
            let outcome = if self.thumbnails { index.remove_thumbnails() } else { index.remove() };
            match outcome {
                Ok(()) => say(&format!("removed {what}{}  {}", index.key, shown_root(index)))?,
                Err(error) => {
                    failed += 1;
                    note(&format!("error: {} stays: {error}", index.key));
                }
            }
        }
        if failed > 0 { Err(CliError::Unremoved(failed)) } else { Ok(()) }
    }
}

/// Asks on the terminal; without one the answer is no.
fn is_agreed(question: &str) -> Result<bool, CliError> {
    if !io::stdin().is_terminal() {
        say(question)?;
        return Ok(false);
    }
    let failed = |cause| CliError::System { what: "ask on the terminal", cause };
    let mut answer = String::new();
    print_question(question).and_then(|()| io::stdin().lock().read_line(&mut answer)).map_err(failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn print_question(question: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{question} [y/N] ")?;
    out.flush()
}

fn list(indexes: &[IndexFolder]) -> Result<(), CliError> {
    let row = |index: &IndexFolder| {
        let age = index.last_opened.and_then(|time| SystemTime::now().duration_since(time).ok());
        [
            index.key.clone(),
            HumanBytes(index.bytes).to_string(),
            HumanBytes(index.thumbnail_bytes).to_string(),
            age.map_or_else(|| "unknown".to_owned(), |age| format!("{} ago", HumanDuration(age))),
            index.layout.map_or_else(|| "-".to_owned(), |layout| layout.to_string()),
            state(index),
            shown_root(index),
        ]
    };
    let rows: Vec<_> = indexes.iter().map(row).collect();
    let heading = ["key", "size", "of it pictures", "last opened", "layout", "state", "root"];
    for line in table(heading, &rows) {
        say(&line)?;
    }
    let bytes = indexes.iter().map(|index| index.bytes).sum();
    say(&format!(
        "{}, {}; see `blendscope clean --help` for how to remove some",
        count(indexes.len()),
        HumanBytes(bytes)
    ))
}

/// What a user should know before removing it, or not removing it.
fn state(index: &IndexFolder) -> String {
    match &index.holder {
        _ if index.layout.is_none() => "half removed".to_owned(),
        Some(holder) => format!("in use by process {holder}"),
        None if index.is_orphaned() => "root is gone".to_owned(),
        None if index.is_old() => "old".to_owned(),
        None => "in order".to_owned(),
    }
}

fn shown_root(index: &IndexFolder) -> String {
    index.root.as_ref().map_or_else(|| "unknown root".to_owned(), |root| root.display().to_string())
}

fn count(indexes: usize) -> String {
    format!("{indexes} {}", if indexes == 1 { "index" } else { "indexes" })
}
