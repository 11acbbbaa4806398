//! What `cargo xtask bench` is asked to measure.

use super::HELP;
use crate::arguments::option;
use anyhow::{Context, Result, bail, ensure};
use std::path::PathBuf;

/// Numbers of samples of the made-up data.
const SIZES: [u64; 3] = [100_000, 1_000_000, 5_000_000];
/// A peer that needs minutes more is left out beyond this number of samples.
const PEERS_UP_TO: u64 = 1_500_000;

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(super) struct Wanted {
    pub(super) data: Vec<Data>,
    /// The peers are measured on at most this many samples.
    pub(super) peers_up_to: u64,
    /// Where the figures go as JSON.
    pub(super) json: Option<PathBuf>,
    /// A program to measure in place of the one that this checkout builds.
    pub(super) binary: Option<PathBuf>,
}

/// Data to measure on.
#[derive(Debug, PartialEq)]
pub(super) enum Data {
    /// This many samples, made up by `blendscope demo`.
    Made(u64),
    /// A file or a root of the user's own.
    Own(PathBuf),
}

pub(super) fn wanted(arguments: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted { data: Vec::new(), peers_up_to: PEERS_UP_TO, json: None, binary: None };
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if let Some(sizes) = option("--samples", argument, &mut left)? {
            for size in sizes.split(',') {
                wanted.data.push(Data::Made(number(size)?));
            }
        } else if let Some(most) = option("--peers-up-to", argument, &mut left)? {
            wanted.peers_up_to = number(most)?;
        } else if let Some(file) = option("--json", argument, &mut left)? {
            wanted.json = Some(std::path::absolute(file)?);
        } else if let Some(file) = option("--binary", argument, &mut left)? {
            wanted.binary = Some(existing(file)?);
        } else if argument == "--quick" {
            wanted.data.push(Data::Made(SIZES[0]));
        } else if argument.starts_with('-') {
            bail!("`{argument}` is not known here\n\n{HELP}");
        } else {
            wanted.data.push(Data::Own(existing(argument)?));
        }
    }
    if wanted.data.is_empty() {
        wanted.data.extend(SIZES.map(Data::Made));
    }
    Ok(wanted)
}

/// A number of samples: `100000`, `100k` or `0.1M`.
fn number(text: &str) -> Result<u64> {
    let (digits, unit) = match text.trim() {
        text if text.ends_with(['k', 'K']) => (&text[..text.len() - 1], 1e3),
        text if text.ends_with(['m', 'M']) => (&text[..text.len() - 1], 1e6),
        text => (text, 1.0),
    };
    let number: f64 = digits.parse().with_context(|| format!("`{text}` is no number such as 100k or 1M"))?;
    let number = (number * unit).round();
    ensure!((0.0..1e10).contains(&number), "`{text}` samples are out of reach");
    #[expect(clippy::cast_sign_loss, reason = "it is not below zero")]
    Ok(number as u64)
}

fn existing(path: &str) -> Result<PathBuf> {
    std::fs::canonicalize(path).with_context(|| format!("failed to find {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(arguments: &[&str]) -> Result<Vec<Data>> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        wanted(&arguments).map(|wanted| wanted.data)
    }

    #[test]
    fn sizes_are_numbers_with_or_without_a_unit() {
        let expected = [100_000, 20_000, 12].map(Data::Made);
        assert_eq!(data(&["--samples", "0.1M,20k,12"]).unwrap(), expected);
        assert_eq!(data(&["--quick"]).unwrap(), [Data::Made(100_000)]);
        assert_eq!(data(&[]).unwrap(), SIZES.map(Data::Made));
        for bad in ["", "M", "-1", "1T", "NaN", "1e99"] {
            assert!(data(&["--samples", bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn files_must_be_there_and_options_known() {
        assert!(matches!(data(&["Cargo.toml"]).unwrap()[..], [Data::Own(_)]));
        assert!(data(&["no-such-file.json"]).is_err());
        assert!(data(&["--quik"]).is_err());
    }
}
