//! Tests on roots in temporary folders, and on real data where there is any.

mod config;
mod containers;
mod keys;
mod layouts;
mod odd;

use super::{Catalog, FoundDataset, Locator, Resolved};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::builtin()));

/// A root under construction.
struct Root {
    folder: TempDir,
}

impl Root {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, path: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    /// An annotation file with a record per image ref.
    fn records(&self, path: &str, images: &[&str]) -> &Self {
        let records: Vec<serde_json::Value> = images
            .iter()
            .map(|image| {
                serde_json::json!({"image": image, "conversations": [
                    {"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A bus."}]})
            })
            .collect();
        let lines = path.contains(".jsonl");
        let text = if lines {
            records.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        } else {
            serde_json::to_string(&records).unwrap()
        };
        self.file(path, text)
    }

    fn resolve(&self) -> Resolved {
        CATALOG.resolve(self.path()).unwrap()
    }

    fn locator(&self) -> Locator {
        Locator::new(Arc::clone(&CATALOG), &self.resolve())
    }
}

fn slugs(resolved: &Resolved) -> Vec<&str> {
    resolved.datasets.iter().map(|dataset| dataset.slug.as_str()).collect()
}

fn unclaimed<'r>(resolved: &'r Resolved, path: &str) -> &'r str {
    let found = resolved.unclaimed.iter().find(|unclaimed| unclaimed.path == path);
    &found.unwrap_or_else(|| panic!("{path} is not unclaimed: {:?}", resolved.unclaimed)).reason
}

fn dataset<'r>(resolved: &'r Resolved, slug: &str) -> &'r FoundDataset {
    let found = resolved.datasets.iter().find(|dataset| dataset.slug == slug);
    found.unwrap_or_else(|| panic!("no {slug} among {:?}", slugs(resolved)))
}
