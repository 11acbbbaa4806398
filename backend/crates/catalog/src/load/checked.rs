//! A catalog file being checked, for errors that name its lines.

use crate::CatalogError;
use crate::paths::safe_relative;
use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// Where an error is.
pub(super) struct Checked<'f> {
    pub path: &'f Path,
    pub text: &'f str,
}

impl Checked<'_> {
    /// The slug of an entry, when it can stand in a link.
    pub(super) fn slug(&self, slug: &Spanned<String>) -> Result<String, CatalogError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        let text = slug.get_ref();
        if text.is_empty() || text.starts_with('.') || !text.chars().all(allowed) {
            return Err(self.value(slug, "slug", "may have only a-z, 0-9, `.`, `-` and `_`"));
        }
        Ok(text.clone())
    }

    /// Slugs of one file's entries, none of which may be there twice.
    pub(super) fn are_new<'s>(
        &self,
        slugs: impl Iterator<Item = &'s Spanned<String>>,
    ) -> Result<(), CatalogError> {
        let mut seen = HashSet::new();
        for slug in slugs {
            if !seen.insert(slug.get_ref()) {
                return Err(self.value(slug, "slug", "is there twice: choose another"));
            }
        }
        Ok(())
    }

    /// What the TOML reader says, with the line.
    pub(super) fn syntax(&self, error: &toml::de::Error) -> CatalogError {
        CatalogError::Syntax {
            path: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        }
    }

    /// A value of the entry with this slug that cannot be used.
    pub(super) fn value(&self, slug: &Spanned<String>, key: &'static str, message: &str) -> CatalogError {
        self.value_at(slug.get_ref(), slug.span(), key, message)
    }

    /// A value at a place of its own that cannot be used.
    pub(super) fn value_at(
        &self,
        slug: &str,
        span: Range<usize>,
        key: &'static str,
        message: &str,
    ) -> CatalogError {
        CatalogError::Value {
            path: self.path.to_owned(),
            line: self.line(span.start),
            slug: slug.to_owned(),
            key,
            message: message.to_owned(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
    }
}

/// Whether a folder lies below the data folder or is it.
pub(super) fn is_folder(folder: &str) -> bool {
    folder.is_empty() || safe_relative(folder).as_deref() == Some(folder)
}
