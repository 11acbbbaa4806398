//! `blendscope blend`: mixtures of trainers, reckoned, written out and said in other trainers' words.

mod exporting;
mod names;
mod places;
mod records;
mod sources;
mod writing;

use super::error::CliError;
use super::terminal::{note, or_closed, table};
use blendscope_blend::document::Mistake;
use blendscope_blend::evaluate::{Asked, Evaluation, evaluate};
use blendscope_blend::format::Format;
use blendscope_blend::mixture::Mixture;
use blendscope_blend::trainers::{self, Beside};
use blendscope_read::read_whole;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueHint, value_parser};
use places::Places;
use sources::{Source, Sources};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes of a file that a mixture names another mixture by, at most.
const MIXTURE_MAX: u64 = 64 << 20;

/// What a trainer takes of which annotation file, by its own mixture file and its own rules
#[derive(Debug, Args)]
pub(super) struct BlendArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say how many samples the trainer takes of each part, and what it does silently
    #[command(after_help = EXAMPLES)]
    Eval(EvalArgs),
    /// Write the samples of a mixture into one annotation file, with a manifest beside it
    #[command(after_help = EXAMPLES)]
    Write(WriteArgs),
    /// Say the same mixture for another trainer
    #[command(after_help = EXAMPLES)]
    Export(ExportArgs),
}

const EXAMPLES: &str = "Examples:
  blendscope blend eval scripts/mix.yaml --root playground/data
  blendscope blend eval 'llava_pretrain+sharegpt4v*2' --root playground/data --json
  blendscope blend write mix.yaml --root playground/data --out mix.jsonl --seed 7
  blendscope blend export mix.yaml --root playground/data --to energon --out energon.yaml
Kinds of mixtures: llava-next, vila, vila-string, vila-1.5, convllava, internvl, xcomposer, xcomposer-ratio, qwen,
energon, llama-factory, blendscope. Ends with 1 where the trainer would stop, with the place of what stops it.";

/// The mixture, and what it is reckoned with.
#[derive(Debug, Args)]
struct MixtureArgs {
    /// Mixture: a file, or a string such as `llava_pretrain+sharegpt4v*2`
    #[arg(value_name = "MIXTURE")]
    mixture: String,

    /// Kind of the mixture; recognised where it is not said
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<Format>,

    /// Folder with the data; what lies outside of it is refused
    #[arg(long, value_hint = ValueHint::DirPath)]
    root: PathBuf,

    /// Which file a name stands for
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    name: Vec<(String, String)>,

    /// How many samples the part of this name has; no file is looked for
    #[arg(long, value_name = "NAME=N", value_parser = counted)]
    count: Vec<(String, u64)>,

    /// Paths below the folder OLD lie below NEW; the longest OLD counts
    #[arg(long, value_name = "OLD=NEW", value_parser = pair)]
    map: Vec<(String, String)>,

    /// Which mixture of a registry is meant
    #[arg(long = "mixture", id = "which", value_name = "NAME")]
    mixture_name: Option<String>,

    /// Registry of VILA for the names of a string
    #[arg(long, value_name = "FILE")]
    registry: Option<PathBuf>,

    /// Folder of the lists that `@` of VILA names
    #[arg(long, value_name = "DIR")]
    slices: Option<String>,

    /// Devices; with `--batch`, what one epoch of VILA's loaders uses is said
    #[arg(long, value_name = "W", requires = "batch", value_parser = value_parser!(u64).range(1..))]
    world: Option<u64>,

    /// Samples per device
    #[arg(long, value_name = "B", requires = "world", value_parser = value_parser!(u64).range(1..))]
    batch: Option<u64>,

    /// Samples that the weights of a stream without end are to add up to
    #[arg(long, value_name = "N")]
    total: Option<u64>,
}

#[derive(Debug, Args)]
struct EvalArgs {
    #[command(flatten)]
    mixture: MixtureArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct WriteArgs {
    #[command(flatten)]
    mixture: MixtureArgs,

    /// File to write: a JSON array, or JSON lines where it ends in `.jsonl`; until it is complete `.partial` stands behind its name
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Seed of what the trainer draws at random: the same seed writes the same file
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Args)]
struct ExportArgs {
    #[command(flatten)]
    mixture: MixtureArgs,

    /// Kind of mixture to say it in
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    to: Format,

    /// File to write instead of the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::ALL.map(Format::name));
    names.map(|name| Format::from_name(&name).expect("the parser lets only names of formats pass"))
}

/// `NAME=VALUE`, parted at the first `=`.
fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    parts
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "write NAME=VALUE".to_owned())
}

/// `NAME=N`, parted at the last `=`.
fn counted(text: &str) -> Result<(String, u64), String> {
    let parts =
        text.rsplit_once('=').and_then(|(name, number)| Some((name.to_owned(), number.parse().ok()?)));
    parts.ok_or_else(|| "write NAME=N with a whole number".to_owned())
}

/// Runs the command.
pub(super) fn run(args: &BlendArgs) -> Result<(), CliError> {
    match &args.verb {
        Verb::Eval(args) => {
            let blend = Blend::of(&args.mixture)?;
            or_closed(if args.json { print_json(&blend.evaluation) } else { print(&blend.evaluation) })
        }
        Verb::Write(args) => writing::write(&Blend::of(&args.mixture)?, &args.out, args.seed),
        Verb::Export(args) => exporting::export(&Blend::of(&args.mixture)?, args.to, args.out.as_deref()),
    }
}

/// A mixture, where its parts are, and what comes of it.
struct Blend {
    places: Places,
    mixture: Mixture,
    sources: Vec<Source>,
    evaluation: Evaluation,
}

impl Blend {
    fn of(args: &MixtureArgs) -> Result<Self, CliError> {
        let file = args.file();
        let folder = file.as_ref().map(|file| file.parent().unwrap_or(Path::new("")).to_owned());
        let places = Places::new(&args.root, folder.as_deref(), args.map.clone())?;
        let said_in = |mistake: Mistake| args.mistake(mistake);
        let mixture = args.read(file.as_deref(), &places)?;
        let mut sources =
            Sources::new(&places, mixture.format, &args.name, &args.count, args.slices.as_deref());
        let found: Result<Vec<Source>, Mistake> =
            mixture.parts.iter().map(|part| sources.find(part)).collect();
        let found = found.map_err(said_in)?;
        let facts: Vec<_> = found.iter().map(|source| source.facts.clone()).collect();
        let asked = Asked { total: args.total, batches: args.world.zip(args.batch) };
        let mut evaluation = evaluate(&mixture, &facts, asked).map_err(said_in)?;
        evaluation.notes.extend(sources.notes());
        if asked.batches.is_some() && evaluation.used.is_none() {
            evaluation
                .notes
                .push("`--world` and `--batch` say nothing here: they are for VILA's loaders".to_owned());
        }
        Ok(Self { places, mixture, sources: found, evaluation })
    }
}

impl MixtureArgs {
    /// The mixture's file; none for a string.
    fn file(&self) -> Option<PathBuf> {
        let path = PathBuf::from(&self.mixture);
        let is_string = self.format.is_some_and(Format::is_string);
        (!is_string && path.is_file()).then_some(path)
    }

    /// A mistake with the name of what it is in.
    fn mistake(&self, mistake: Mistake) -> CliError {
        let line = match mistake.at {
            Some(_) => format!("{}:{mistake}", self.mixture),
            None => format!("{}: {mistake}", self.mixture),
        };
        CliError::Mixture(line.replace(['\n', '\r'], " "))
    }

    fn read(&self, file: Option<&Path>, places: &Places) -> Result<Mixture, CliError> {
        let text = match file {
            Some(file) => text_of(file)?,
            None => self.string()?,
        };
        let absolute = |file: &Path| std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let name = file.map(|file| absolute(file).to_string_lossy().into_owned());
        let text_of_mixture = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let format = match (self.format, &name) {
            (Some(format), _) => format,
            (None, Some(name)) => {
                Format::of_file(name, text_of_mixture).map_err(|mistake| self.mistake(mistake))?
            }
            (None, None) => Format::of_string(&text),
        };
        let registry = self.registry.as_deref().map(text_of).transpose()?;
        let beside = Beside { mixture: self.mixture_name.clone(), registry, file: name };
        let mut load = |path: &str| {
            let found = if format == Format::Energon { places.beside(path)? } else { places.find(path)? };
            read_whole(&places.absolute(&found), MIXTURE_MAX)
                .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other))
                .map_err(|error| format!("cannot read {found}: {error}"))
        };
        trainers::read(format, text_of_mixture, &beside, &mut load).map_err(|mistake| self.mistake(mistake))
    }

    /// A mixture that is no file: a string, unless it looks like the name of one.
    fn string(&self) -> Result<String, CliError> {
        let has_ending = |ending: &str| self.mixture.ends_with(ending);
        let is_path = [".yaml", ".yml", ".txt", ".toml"].into_iter().any(has_ending);
        let is_data = matches!(self.format, None | Some(Format::LlavaNext));
        let is_file = match self.format {
            Some(format) => !format.is_string() && format != Format::LlavaNext || is_path && is_data,
            None => is_path || has_ending(".json") && !self.mixture.contains('{'),
        };
        if self.mixture.trim().is_empty() {
            return Err(CliError::Mixture("an empty mixture: name a file or a string".to_owned()));
        }
        if is_file {
            return Err(CliError::Mixture(format!("{}: there is no such file", self.mixture)));
        }
        Ok(self.mixture.clone())
    }
}

fn text_of(path: &Path) -> Result<String, CliError> {
    let bytes = fs::read(path)
        .map_err(|error| CliError::Mixture(format!("{}: cannot be read: {error}", path.display())))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        let at = blendscope_blend::document::Position::of_byte(&before, valid);
        CliError::Mixture(format!("{}:{}:{}: no UTF-8", path.display(), at.line, at.column))
    })
}

fn print_json(evaluation: &Evaluation) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, evaluation)?;
    writeln!(out)
}

fn print(evaluation: &Evaluation) -> io::Result<()> {
    let number = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let row = |part: &blendscope_blend::evaluate::Evaluated| {
        let used = part.used.map_or(String::new(), |used| used.to_string());
        let share = format!("{:.2} %", part.share * 100.0);
        [number(part.samples), share, part.of.to_string(), used, part.name.clone()]
    };
    let rows: Vec<_> = evaluation.parts.iter().map(row).collect();
    let used = if evaluation.used.is_some() { "used" } else { "" };
    let mut out = io::stdout().lock();
    for line in table(["samples", "share", "of", used, "part"], &rows) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{} samples, {}", number(evaluation.samples), evaluation.format.name())?;
    for line in &evaluation.notes {
        note(&format!("note: {line}"));
    }
    Ok(())
}
