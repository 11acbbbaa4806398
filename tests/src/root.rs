//! Roots made by tests.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The smallest GIF that is a picture: one white pixel.
pub const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A root in a folder of its own, gone when this is dropped.
pub struct Root {
    folder: TempDir,
}

impl Root {
    /// A root with these files: path, content.
    pub fn with<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Self {
        let root = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        for (path, content) in files {
            root.write(path, content.as_ref());
        }
        root
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join(path);
        let folder = file.parent().expect("a file in the root has a folder");
        std::fs::create_dir_all(folder).expect("folders can be made in a temporary folder");
        std::fs::write(&file, content).expect("a file can be written in a temporary folder");
        file
    }
}

/// A text-only record with one question and one answer.
pub fn record(id: &str, question: &str, answer: &str) -> Value {
    json!({"id": id, "conversations": [
        {"from": "human", "value": question}, {"from": "gpt", "value": answer},
    ]})
}

/// A record with an image, one question and one answer.
pub fn picture_record(id: &str, image: &str, answer: &str) -> Value {
    let mut record = record(id, "<image>\nWhat is in the picture?", answer);
    record["image"] = image.into();
    record
}

/// An annotation file with these records: one JSON array.
pub fn array(records: &[Value]) -> String {
    Value::from(records).to_string()
}
