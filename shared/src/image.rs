//! Pictures as samples refer to them.

use serde::{Deserialize, Serialize};

/// What is known about the file behind an image ref.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageStatus {
    /// There and whole, as far as its header and its end tell.
    Present,
    /// No file at any place where it should be.
    Missing,
    /// Its bytes are there, but training would stop at them: they are no picture, or not all of it.
    Broken,
    /// It lies on the web or in a bucket, and is never fetched.
    Remote,
    /// An interleaved document names it without carrying it.
    NotEmbedded,
    /// Not looked at yet.
    #[default]
    Unchecked,
}

/// One image of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageView {
    /// `source/name`: the same for every spelling of one picture.
    pub key: String,
    /// Whether it can be shown.
    pub status: ImageStatus,
    /// Address of a picture at most 320 pixels wide. It names the file's version, so it may be kept for good. Empty where
    /// there is nothing that a browser could show.
    pub thumbnail: String,
    /// Width in pixels after EXIF rotation, when the file is present.
    pub width: Option<u32>,
    /// Height in pixels after EXIF rotation, when the file is present.
    pub height: Option<u32>,
    /// Its average colour, such as `#8a7f66`: what stands in its place until the thumbnail is there. Known once a thumbnail
    /// was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// The ref exactly as the record has it.
    #[serde(default)]
    pub written: String,
    /// Paths looked at, relative to the root, in order.
    #[serde(default)]
    pub tried: Vec<String>,
    /// Terms of use of its image source, in the documents' own words, where they restrict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// What has to be known about it: how its path differs from the one written, why it need not be there, or that it is
    /// of a format which is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is wrong with a broken picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}
