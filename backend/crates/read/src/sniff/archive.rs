//! Archives: whether annotation files lie in them, and what else does beside their pictures.

use super::{LIMITS, Seen, Sniff, sniff_text};
use crate::File;
use crate::archive::{Archive, ArchiveError, Listing, Member};
use crate::file::read_text;
use crate::split::{Item, TextAt};
use crate::unpacked::measure;
use crate::{Container, Form, Packing};
use std::io;
use std::ops::ControlFlow;

/// Files of a tar archive whose headers are looked at: it has no directory, and each costs a read at another place.
const MEMBERS: u64 = 4000;

/// Files that may be annotations of which are looked into.
const LOOKS: usize = 16;

/// Says what a zip archive is, which by its first member is `by_head`.
pub(super) fn zip(file: &File, by_head: Sniff) -> io::Result<Sniff> {
    let listing = match Archive::plain(file)?.list(MEMBERS) {
        Ok(listing) => listing,
        Err(ArchiveError::Io(error)) => return Err(error),
        // What is wrong with it is told when its pictures are looked for.
        Err(ArchiveError::Damaged(_)) => return Ok(by_head),
    };
    if let Some(found) = judge(&listing, Packing::Plain, false)? {
        return Ok(found);
    }
    Ok(if listing.pictures > 0 { Sniff::Pictures { note: None } } else { by_head })
}

/// Says what a tar archive is whose first records are these; none for what is no archive of annotation files. Members of
/// one record that lie one after the other are `WebDataset`'s.
pub(super) fn tar(file: &File, packing: Packing, seen: &Seen) -> io::Result<Option<Sniff>> {
    if seen.members.are_together {
        return Ok(None);
    }
    let measured = measure(file, packing, LIMITS.spacing, LIMITS.unpacked)?;
    let archive =
        Archive { file, packing, checkpoints: Some(&measured.checkpoints), length: measured.length };
    match archive.list(MEMBERS) {
        Ok(listing) => judge(&listing, packing, seen.judge.has_texts()),
        Err(ArchiveError::Io(error)) => Err(error),
        Err(ArchiveError::Damaged(_)) => Ok(None),
    }
}

/// Says what an archive is by what lies in it; `has_samples` says whether its files are samples one by one.
fn judge(listing: &Listing<'_>, packing: Packing, has_samples: bool) -> io::Result<Option<Sniff>> {
    let mut other = None;
    for member in listing.texts.iter().take(LOOKS) {
        let Member { path, text } = member;
        let reason = match sniff_text(*text)? {
            Sniff::Records(found) if has_samples && member.is_json() && is_one(*text, found.form)? => {
                continue;
            }
            Sniff::Records(_) if packing != Packing::Plain && listing.pictures > 0 => {
                return Ok(Some(Sniff::Foreign(format!(
                    "an archive of pictures with annotations in it, {path}: unpack it first"
                ))));
            }
            Sniff::Records(_) => return Ok(Some(Sniff::Records(Container { form: Form::Archive, packing }))),
            Sniff::Foreign(reason) | Sniff::Unreadable(reason) => reason,
            Sniff::Boxes => "a box file: unpack it first".to_owned(),
            Sniff::Pictures { .. } => continue,
        };
        other.get_or_insert_with(|| format!("{path} in it is not read: {reason}"));
    }
    let note = other.or_else(|| unread(listing));
    Ok(match note {
        _ if has_samples => None,
        Some(note) if listing.pictures > 0 => {
            Some(Sniff::Pictures { note: Some(format!("an archive of pictures; {note}")) })
        }
        Some(note) => Some(Sniff::Foreign(format!("an archive; {note}"))),
        None => None,
    })
}

/// What is not read out of an archive, if something is not.
fn unread(listing: &Listing<'_>) -> Option<String> {
    if let Some(path) = listing.unread.first() {
        return Some(format!("{path} in it is not read: unpack it"));
    }
    let first = listing.first_beside.as_ref().filter(|_| listing.beside * 2 > listing.pictures)?;
    Some(format!("{} texts beside them, such as {first}, are not read: unpack it", listing.beside))
}

/// Whether a text is one record.
fn is_one(text: TextAt<'_>, form: Form) -> io::Result<bool> {
    let mut records = 0;
    read_text(text, form, LIMITS, &mut |item| {
        records += u32::from(matches!(item, Item::Record(_)));
        if records > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(records == 1)
}
