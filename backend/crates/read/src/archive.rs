//! Annotation files inside a tar or zip archive, as a rule beside the pictures that they are about.
//!
//! A file that lies in an archive is read like one that does not: its records get the same JSON form that other readers
//! hand out, and pictures in base64 the address of their characters in the archive, unless the file is deflated. Which
//! files of an archive are annotations is found by looking into those whose names say that they are text; the JSON file
//! of one picture is none.

mod listing;

pub(crate) use listing::{Archive, ArchiveError, Listing, Member};

use crate::dialect::kept;
use crate::file::read_text;
use crate::sniff::sniff_text;
use crate::split::{Item, Limits, Output, Problem, Stop};
use crate::{Container, Sniff, open_file};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

/// How many folders of an archive are told.
const FOLDERS: usize = 20;

/// Streams the records of all annotation files in an archive, in its order. What is not read of it is told.
pub(crate) fn read_archive(archive: Archive<'_>, limits: Limits, out: &mut Output<'_>) -> Result<(), Stop> {
    let listing = match archive.list(u64::MAX) {
        Ok(listing) => listing,
        Err(ArchiveError::Io(error)) => return Err(Stop::Failed(error)),
        Err(ArchiveError::Damaged(reason)) => return out.trouble(0, reason),
    };
    for member in &listing.texts {
        read_member(member, limits, out)?;
    }
    for path in &listing.unread {
        out.trouble(0, format!("{path} in the archive is not read: unpack it"))?;
    }
    match listing.trouble {
        Some(trouble) => out.trouble(0, trouble),
        None => Ok(()),
    }
}

/// The folders inside a plain archive that its annotation files lie in, a few at most; none for an archive that cannot be
/// read. Pictures may be named from there.
pub fn annotation_folders(path: &Path) -> Vec<String> {
    let listed = open_file(path).and_then(|file| {
        let listing = Archive::plain(&file)?.list(u64::MAX).unwrap_or_default();
        Ok(listing.texts.into_iter().map(|member| member.path).collect::<Vec<_>>())
    });
    let paths = listed.unwrap_or_default();
    let folders: BTreeSet<&str> = paths.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    folders.into_iter().take(FOLDERS).map(str::to_owned).collect()
}

fn read_member(member: &Member<'_>, limits: Limits, out: &mut Output<'_>) -> Result<(), Stop> {
    let Member { path, text } = member;
    let form = match sniff_text(*text)? {
        Sniff::Records(container) => container.form,
        Sniff::Foreign(reason) | Sniff::Unreadable(reason) => {
            return out.trouble(text.begin(), format!("{path} is not read: {reason}"));
        }
        Sniff::Pictures { .. } | Sniff::Boxes => return Ok(()),
    };
    let mut sent = Ok(());
    read_text(*text, form, limits, &mut |item| {
        sent = match item {
            Item::Record(record) => {
                match kept(Container::plain(form), record.offset, record.raw, text.is_addressed()) {
                    Ok(kept) => out.record(record.offset, &kept, record.disk_done),
                    Err(error) => out.lost(record.offset, format!("{path}: {error}")),
                }
            }
            Item::Problem(problem) => {
                out.pass_on(Problem { message: format!("{path}: {}", problem.message), ..problem })
            }
        };
        if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    sent
}

#[cfg(test)]
mod tests;
