//! `blendscope blend export`: the same mixture for another trainer.

use super::Blend;
use super::names::Names;
use super::places::{Places, relative_to};
use super::sources::Source;
use crate::cli::error::CliError;
use crate::cli::terminal::{note, or_closed};
use blendscope_blend::evaluate::Evaluated;
use blendscope_blend::export::export as say;
use blendscope_blend::format::Format;
use blendscope_blend::said::Piece;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Runs the command.
pub(super) fn export(blend: &Blend, to: Format, out: Option<&Path>) -> Result<(), CliError> {
    let refused =
        |why: String| CliError::Mixture(format!("not said in {}: {}", to.name(), why.replace('\n', " ")));
    let (names, mut notes) = (Names::new(&blend.places), Vec::new());
    let parts = blend.evaluation.parts.iter().zip(&blend.sources);
    let target = Target { places: &blend.places, format: to, out };
    let pieces = parts.map(|(part, source)| piece(target, &names, part, source, &mut notes));
    let pieces: Vec<Piece> = pieces.collect::<Result<_, _>>().map_err(refused)?;
    let exported = say(to, &pieces, &blend.mixture.order, blend.evaluation.samples).map_err(refused)?;
    for line in notes.iter().chain(&exported.notes) {
        note(&format!("note: {line}"));
    }
    let Some(out) = out else {
        let mut stdout = io::stdout().lock();
        let end = if exported.text.ends_with('\n') { "" } else { "\n" };
        return or_closed(write!(stdout, "{}{end}", exported.text));
    };
    let partial = out.with_added_extension("partial");
    let written = fs::write(&partial, &exported.text).and_then(|()| fs::rename(&partial, out));
    written.map_err(|cause| CliError::Write { place: out.display().to_string(), cause })
}

/// A part as it is said elsewhere.
fn piece(
    to: Target<'_>,
    names: &Names<'_>,
    part: &Evaluated,
    source: &Source,
    notes: &mut Vec<String>,
) -> Result<Piece, String> {
    let is_by_name = to.format.is_string() || to.format == Format::Vila;
    if part.files.is_empty() && !is_by_name && to.format != Format::Blendscope {
        return Err(format!("{} has no file here, only a number", part.name));
    }
    let name = |file: &String| {
        names.stem_of(file).unwrap_or_else(|| {
            if is_by_name {
                let name = &part.name;
                notes.push(format!("no name stands for {file} alone; read it with `--name {name}={file}`"));
            }
            part.name.clone()
        })
    };
    let names = match part.files.as_slice() {
        [] => vec![part.name.clone()],
        files => files.iter().map(name).collect(),
    };
    Ok(Piece {
        title: part.name.clone(),
        names,
        files: part.files.iter().map(|file| to.path(file)).collect::<Result<_, _>>()?,
        folder: source.folder.clone(),
        of: part.of,
        pick: part.pick.clone(),
        weight: part.weight,
        left_out: source.left_out.clone(),
    })
}

/// What is written, and where.
#[derive(Clone, Copy)]
struct Target<'t> {
    places: &'t Places,
    format: Format,
    out: Option<&'t Path>,
}

impl Target<'_> {
    /// A path as the format takes it: relative to the root, or for Energon to the folder of the file that is written.
    fn path(self, file: &str) -> Result<String, String> {
        let (Format::Energon, Some(out)) = (self.format, self.out) else { return Ok(file.to_owned()) };
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let real =
            |path: &Path| fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()));
        let path = relative_to(&real(folder)?, &real(self.places.root())?.join(file));
        path.to_str().map(str::to_owned).ok_or_else(|| format!("{file}: a path that is no UTF-8"))
    }
}
