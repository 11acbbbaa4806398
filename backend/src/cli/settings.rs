//! Options in the user's TOML: a table `[serve]`, whose keys are the options of that command without their dashes.
//!
//! They are put before the arguments of the command line and read as if they stood there, so that there is one place where
//! options are known. What stands on the command line or in the environment counts more.

use super::error::CliError;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The command whose options the file may hold, and the name of their table.
const COMMAND: &str = "serve";

/// What a file cannot say: it is named by the first of these, and the others are questions.
const NOT_IN_FILE: [&str; 3] = ["config", "help", "version"];

/// The arguments of the process with those that its file adds. Arguments that are wrong are left as they are, for the
/// parser to say so; so is a file that cannot be read, which is said when its datasets are.
pub(super) fn with_those_of_file(cli: &Command, given: Vec<OsString>) -> Result<Vec<OsString>, CliError> {
    let Ok(matches) = cli.clone().try_get_matches_from(&given) else { return Ok(given) };
    let Some((COMMAND, matches)) = matches.subcommand() else { return Ok(given) };
    let Some(file) = matches.get_one::<PathBuf>("config") else { return Ok(given) };
    let Some(table) = table_of(file) else { return Ok(given) };
    let command = cli.find_subcommand(COMMAND).expect("the command was just found by the parser");
    let mut added = Vec::new();
    for (key, value) in &table {
        added.extend(arguments(command, matches, key, value).map_err(|why| wrong(file, &why))?);
    }
    let place = given.iter().position(|argument| argument == COMMAND).map_or(given.len(), |place| place + 1);
    let mut all = given;
    all.splice(place..place, added);
    match cli.clone().try_get_matches_from(&all) {
        Ok(_) => Ok(all),
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            Err(wrong(file, first.strip_prefix("error: ").unwrap_or(first)))
        }
    }
}

fn wrong(file: &Path, why: &str) -> CliError {
    CliError::Usage(format!("{}: in the table `[{COMMAND}]`: {why}", file.display()))
}

/// The table of a file, where there is one.
fn table_of(file: &Path) -> Option<toml::Table> {
    let all: toml::Table = fs::read_to_string(file).ok()?.parse().ok()?;
    all.get(COMMAND)?.as_table().cloned()
}

/// What one entry of the table stands for on the command line: nothing where that says something itself.
fn arguments(
    command: &Command,
    given: &ArgMatches,
    key: &str,
    value: &toml::Value,
) -> Result<Vec<OsString>, String> {
    let is_known = |option: &&clap::Arg| option.get_long() == Some(key) && !NOT_IN_FILE.contains(&key);
    let Some(option) = command.get_arguments().find(is_known) else {
        return Err(format!("`{key}` is no option of `blendscope {COMMAND}`; see its `--help`"));
    };
    let source = given.value_source(option.get_id().as_str());
    if matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable)) {
        return Ok(Vec::new());
    }
    let takes_value = option.get_action().takes_values();
    match value {
        toml::Value::Boolean(is_on) if !takes_value => {
            Ok(is_on.then(|| format!("--{key}").into()).into_iter().collect())
        }
        toml::Value::Array(values) if takes_value => {
            values.iter().map(|value| argument(key, value)).collect()
        }
        value if takes_value => Ok(vec![argument(key, value)?]),
        _ => Err(format!("`{key}` is either `true` or `false`")),
    }
}

fn argument(key: &str, value: &toml::Value) -> Result<OsString, String> {
    match value {
        toml::Value::String(text) => Ok(format!("--{key}={text}").into()),
        toml::Value::Integer(_) | toml::Value::Float(_) => Ok(format!("--{key}={value}").into()),
        _ => Err(format!("the value of `{key}` is neither text nor a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::*;
    use clap::CommandFactory;

    /// The arguments that `blendscope serve` gets with a file that says `text`.
    fn arguments(text: &str, given: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("my.toml");
        fs::write(&file, text).unwrap();
        let mut all =
            vec!["blendscope".into(), "serve".into(), "root".into(), "--config".into(), file.into()];
        all.extend(given.iter().map(OsString::from));
        let all = with_those_of_file(&Cli::command(), all).map_err(|error| error.to_string())?;
        let added = all.iter().skip(2).take_while(|argument| *argument != "root");
        Ok(added.map(|argument| argument.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn options_stand_in_the_file_as_on_the_command_line() {
        let text = "[serve]\nlisten = \"127.0.0.1:9\"\nmax-connections = 50\nverify = true\nopen = false\n\
                    allow-host = [\"a.example\", \"b.example\"]\n[[dataset]]\nslug = \"x\"\n";
        let mut found = arguments(text, &[]).unwrap();
        found.sort();
        let wanted = [
            "--allow-host=a.example",
            "--allow-host=b.example",
            "--listen=127.0.0.1:9",
            "--max-connections=50",
            "--verify",
        ];
        assert_eq!(found, wanted);
        assert!(arguments("[[dataset]]\nslug = \"x\"\n", &[]).unwrap().is_empty());
    }

    #[test]
    fn the_command_line_counts_more() {
        let text = "[serve]\nlisten = \"127.0.0.1:9\"\nmax-connections = 50\n";
        assert_eq!(arguments(text, &["--listen", "127.0.0.1:1"]).unwrap(), ["--max-connections=50"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_the_file() {
        for (text, said) in [
            ("[serve]\nlistn = \"x\"", "`listn` is no option"),
            ("[serve]\nconfig = \"x\"", "`config` is no option"),
            ("[serve]\nmax-connections = \"many\"", "invalid value 'many'"),
            ("[serve]\nverify = 1", "`verify` is either `true` or `false`"),
            ("[serve]\nlisten = { a = 1 }", "neither text nor a number"),
        ] {
            let error = arguments(text, &[]).unwrap_err();
            assert!(error.contains("my.toml") && error.contains(said), "{text}: {error}");
        }
    }
}
