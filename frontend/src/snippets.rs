//! Lines that load exactly one record elsewhere: in Python, in a shell.

use blendscope_shared::{paths, sample::SampleView};

/// A line of Python that reads the record where it lies: `container` as the dataset's files say, `root` as the server was
/// started with. Nothing where no line does so.
pub fn python(sample: &SampleView, container: &str, root: &str) -> Option<String> {
    let path = quoted(&format!("{}/{}", root.trim_end_matches('/'), sample.file.path));
    let (record, offset) = (sample.file.record, sample.file.byte_offset);
    let at = |open: &str, module: &str| {
        let length = sample.raw.len();
        format!(
            "import json{module}; f = {open}({path}, \"rb\"); f.seek({offset}); record = json.loads(f.read({length}))"
        )
    };
    match container {
        "json_array" | "json_lines" => Some(at("open", "")),
        "json_array_gzip" | "json_lines_gzip" => Some(at("gzip.open", ", gzip")),
        "parquet" => {
            Some(format!("import pandas; record = pandas.read_parquet({path}).iloc[{record}].to_dict()"))
        }
        "csv" | "tsv" => {
            let separator = if container == "tsv" { ", sep=\"\\t\"" } else { "" };
            Some(format!(
                "import pandas; record = pandas.read_csv({path}{separator}).iloc[{record}].to_dict()"
            ))
        }
        "pickle" => Some(format!("import pickle; record = pickle.load(open({path}, \"rb\"))[{record}]")),
        _ => None,
    }
}

/// A command that asks the server for the sample.
pub fn curl(sample: &SampleView, origin: &str) -> String {
    format!("curl -s {}", shell(&format!("{origin}{}", paths::sample(&sample.dataset, &sample.key))))
}

/// A command that finds the sample without a server.
pub fn command(sample: &SampleView, root: &str) -> String {
    match &sample.id {
        Some(id) => {
            let query = format!("id:\"{id}\"");
            format!(
                "blendscope search {} --dataset {} {}",
                shell(root),
                shell(&sample.dataset),
                shell(&query)
            )
        }
        None => format!(
            "blendscope export {} --dataset {} --sort file | sed -n {}p",
            shell(root),
            shell(&sample.dataset),
            sample.ordinal + 1
        ),
    }
}

/// A string of Python, which JSON's strings are too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A word of a shell.
fn shell(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-:~".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::sample::FilePlace;

    fn sample() -> SampleView {
        let json = serde_json::json!({
            "dataset": "d", "key": "K", "id": "it's 7", "ordinal": 3, "url": "/s/d/K",
            "file": FilePlace { path: "a \"b\".json".to_owned(), record: 3, byte_offset: 120 },
            "turns": [], "images": [], "extra": {}, "raw": "{\"id\": 7}", "previous": null, "next": null, "twins": [],
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn python_reads_the_bytes_of_the_record() {
        assert_eq!(
            python(&sample(), "json_array", "/data/").unwrap(),
            "import json; f = open(\"/data/a \\\"b\\\".json\", \"rb\"); f.seek(120); record = json.loads(f.read(9))"
        );
        assert_eq!(python(&sample(), "tar", "/data"), None);
    }

    #[test]
    fn shells_take_words_as_they_are_meant() {
        assert_eq!(
            command(&sample(), "/my data"),
            "blendscope search '/my data' --dataset d 'id:\"it'\\''s 7\"'"
        );
        assert_eq!(curl(&sample(), "http://h:1"), "curl -s http://h:1/api/v1/samples/d/K");
    }
}
