//! Layouts: where a project's preparation document puts files.

/// A preparation document's tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Name in the catalog, such as `convllava`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document.
    pub document: Option<String>,
    /// What the document calls the data folder, such as `playground/data`.
    pub roots: Vec<String>,
    /// Whether its document puts box files beside its annotation files.
    pub has_boxes: bool,
    /// Folders of pictures and other files in its tree; its annotation files stand at the places of the datasets.
    pub folders: Vec<String>,
}

/// A layout that a root has, perhaps in part and beside others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundLayout {
    /// Name in the catalog.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document.
    pub document: Option<String>,
    /// How many of its places are there: places with annotation files, and folders.
    pub found: usize,
    /// How many places it has.
    pub total: usize,
}
