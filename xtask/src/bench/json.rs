//! The figures as JSON, for other programs. Times are in seconds where the name says so, else in milliseconds.

use super::figures::{Engine, Run};
use std::fmt;

/// A JSON value.
pub(super) enum Json {
    Null,
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn whole(number: u64) -> Self {
        Self::Number(number as f64)
    }

    fn numbers(numbers: &[f64]) -> Self {
        Self::List(numbers.iter().copied().map(Self::Number).collect())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => write_text(text, out),
            Self::List(values) => {
                out.write_str("[")?;
                for (place, value) in values.iter().enumerate() {
                    write!(out, "{}{value}", if place > 0 { ", " } else { "" })?;
                }
                out.write_str("]")
            }
            Self::Object(fields) => {
                out.write_str("{")?;
                for (place, (name, value)) in fields.iter().enumerate() {
                    write!(out, "{}\"{name}\": {value}", if place > 0 { ", " } else { "" })?;
                }
                out.write_str("}")
            }
        }
    }
}

fn write_text(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            '\0'..='\u{1f}' => write!(out, "\\u{:04x}", u32::from(character))?,
            _ => write!(out, "{character}")?,
        }
    }
    out.write_str("\"")
}

/// Everything that was measured.
pub(super) fn document(machine: &str, runs: &[Run]) -> Json {
    Json::Object(vec![("machine", Json::text(machine)), ("runs", Json::List(runs.iter().map(run).collect()))])
}

fn run(run: &Run) -> Json {
    let queries = run.queries.iter().zip(&run.exact).map(|(query, exact)| {
        Json::Object(vec![
            ("query", Json::Text(query.typed())),
            ("kind", Json::text(query.kind.name())),
            ("exact", Json::whole(*exact)),
        ])
    });
    let served = &run.served;
    Json::Object(vec![
        ("data", Json::text(&run.title)),
        ("samples", Json::whole(run.samples)),
        ("source_bytes", Json::whole(run.bytes)),
        ("queries", Json::List(queries.collect())),
        ("engines", Json::List(std::iter::once(&run.blendscope).chain(&run.peers).map(engine).collect())),
        ("first_sample_seconds", Json::Number(served.first_sample.as_secs_f64())),
        ("search_calls_ms", Json::numbers(&served.searches_ms)),
        ("facets_calls_ms", served.facets_ms.as_deref().map_or(Json::Null, Json::numbers)),
    ])
}

fn engine(engine: &Engine) -> Json {
    let answers = engine.answers.iter().map(|answer| {
        answer.map_or(Json::Null, |answer| {
            Json::Object(vec![
                ("took_ms", Json::Number(answer.took_ms)),
                ("found", Json::whole(answer.count)),
            ])
        })
    });
    Json::Object(vec![
        ("name", Json::text(&engine.name)),
        ("build_seconds", Json::Number(engine.build.as_secs_f64())),
        (
            "build_processor_seconds",
            engine.build_processor.map_or(Json::Null, |time| Json::Number(time.as_secs_f64())),
        ),
        ("peak_memory_bytes", Json::whole(engine.peak_bytes)),
        ("index_bytes", Json::whole(engine.index_bytes)),
        ("answers", Json::List(answers.collect())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_json() {
        let value = Json::Object(vec![
            ("a", Json::text("\"犬\"\n")),
            ("b", Json::List(vec![Json::Null, Json::Number(1.5), Json::whole(12)])),
        ]);
        assert_eq!(value.to_string(), "{\"a\": \"\\\"犬\\\"\\u000a\", \"b\": [null, 1.5, 12]}");
    }
}
