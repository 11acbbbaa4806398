//! `blendscope blend export`: the same mixture for another trainer.

use super::Blend;
use super::names::Names;
use super::places::{Places, relative_to};
use super::sources::Source;
use crate::cli::error::CliError;
use crate::cli::terminal::{note, or_closed};
use blendscope_blend::evaluate::Evaluated;
use blendscope_blend::export::{Piece, export as say};
use blendscope_blend::trainers::Format;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Runs the command.
pub(super) fn export(blend: &Blend, to: Format, out: Option<&Path>) -> Result<(), CliError> {
    let refused =
        |why: String| CliError::Mixture(format!("not said in {}: {}", to.name(), why.replace('\n', " ")));
    let (names, mut notes) = (Names::new(&blend.places), Vec::new());
    let parts = blend.evaluation.parts.iter().zip(&blend.sources);
    let pieces = parts.map(|(part, source)| piece(&blend.places, &names, to, out, part, source, &mut notes));
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

fn piece(
    places: &Places,
    names: &Names<'_>,
    to: Format,
    out: Option<&Path>,
    part: &Evaluated,
    source: &Source,
    notes: &mut Vec<String>,
) -> Result<Piece, String> {
    let is_by_name = to.is_string() || to == Format::Vila;
    let needs_files = !is_by_name && to != Format::Blendscope;
    if needs_files && part.files.is_empty() {
        return Err(format!("{} has no file here, only a number", part.name));
    }
    let name = |file: &String| {
        names.stem_of(file).unwrap_or_else(|| {
            if is_by_name {
                notes.push(format!(
                    "{} needs a name where it is trained: `--name {}={file}` says it here",
                    file, part.name
                ));
            }
            part.name.clone()
        })
    };
    let names =
        if part.files.is_empty() { vec![part.name.clone()] } else { part.files.iter().map(name).collect() };
    let path = |file: &String| match (to, out) {
        (Format::Energon, Some(out)) => from_file(places, out, file),
        _ => Ok(file.clone()),
    };
    Ok(Piece {
        title: part.name.clone(),
        names,
        files: part.files.iter().map(path).collect::<Result<_, _>>()?,
        folder: source.folder.clone(),
        of: part.of,
        pick: part.pick.clone(),
        weight: part.weight,
        left_out: source.left_out.clone(),
    })
}

/// A path relative to the folder of the file that is written.
fn from_file(places: &Places, out: &Path, file: &str) -> Result<String, String> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = |path: &Path| fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()));
    let path = relative_to(&real(folder)?, &real(places.root())?.join(file));
    path.to_str().map(str::to_owned).ok_or_else(|| format!("{file}: a path that is no UTF-8"))
}
