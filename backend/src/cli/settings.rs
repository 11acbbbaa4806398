//! Options in the user's TOML: a table `[serve]`, whose keys are the options of that command without their dashes. Those
//! that say where the index is count for every command that takes `--config`.
//!
//! They are put before the arguments of the command line and read as if they stood there, so that there is one place where
//! options are known. What stands on the command line or in the environment counts more.

use super::error::CliError;
use blendscope_catalog::SETTINGS_MAX;
use blendscope_read::read_whole;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The command whose options the file may hold, and the name of their table.
const COMMAND: &str = "serve";

/// Options that say where the index is: what one command indexed, the others have to find.
const OF_EVERY_COMMAND: [&str; 2] = ["engine", "index-dir"];

/// What a file cannot say: it is named by the first of these, and the others are questions.
const NOT_IN_FILE: [&str; 3] = ["config", "help", "version"];

/// The arguments of the process with those that its file adds. Arguments that are wrong are left as they are, for the
/// parser to say so; so is a file that cannot be read, which is said when its datasets are.
pub(super) fn with_those_of_file(cli: &Command, given: Vec<OsString>) -> Result<Vec<OsString>, CliError> {
    let is_incomplete = match cli.clone().try_get_matches_from(&given) {
        Ok(_) => false,
        // The file may have what is missing.
        Err(error) if error.kind() == ErrorKind::MissingRequiredArgument => true,
        Err(_) => return Ok(given),
    };
    let Ok(matches) = cli.clone().ignore_errors(true).try_get_matches_from(&given) else { return Ok(given) };
    let Some((name, matches)) = matches.subcommand() else { return Ok(given) };
    let Ok(Some(file)) = matches.try_get_one::<PathBuf>("config") else { return Ok(given) };
    let Some(table) = table_of(file) else { return Ok(given) };
    let command = |name: &str| cli.find_subcommand(name).expect("it is one of this program");
    let mut added = Vec::new();
    for (key, value) in &table {
        let is_of_every = OF_EVERY_COMMAND.contains(&key.as_str()) && known(command(name), key).is_ok();
        let arguments = if name == COMMAND || is_of_every {
            arguments(command(name), matches, key, value)
        } else {
            known(command(COMMAND), key).map(|_| Vec::new())
        };
        added.extend(arguments.map_err(|why| wrong(file, &why))?);
    }
    let place = given.iter().position(|argument| argument == name).map_or(given.len(), |place| place + 1);
    let mut all = given;
    all.splice(place..place, added);
    match cli.clone().try_get_matches_from(&all) {
        Ok(_) => Ok(all),
        Err(error) if is_incomplete && error.kind() == ErrorKind::MissingRequiredArgument => Ok(all),
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

/// The table of a file, where there is one. A pipe is none, and is waited for by nobody.
fn table_of(file: &Path) -> Option<toml::Table> {
    let text = String::from_utf8(read_whole(file, SETTINGS_MAX).ok()?).ok()?;
    let all: toml::Table = text.parse().ok()?;
    all.get(COMMAND)?.as_table().cloned()
}

/// What one entry of the table stands for on the command line: nothing where that says something itself.
fn arguments(
    command: &Command,
    given: &ArgMatches,
    key: &str,
    value: &toml::Value,
) -> Result<Vec<OsString>, String> {
    let option = known(command, key)?;
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

/// The option of a command that an entry of the table means.
fn known<'c>(command: &'c Command, key: &str) -> Result<&'c Arg, String> {
    let is_it = |option: &&Arg| option.get_long() == Some(key) && !NOT_IN_FILE.contains(&key);
    let option = command.get_arguments().find(is_it);
    option.ok_or_else(|| format!("`{key}` is no option of `blendscope {COMMAND}`; see its `--help`"))
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
    use std::fs;

    /// The arguments that `blendscope serve` gets with a file that says `text`.
    fn arguments(text: &str, given: &[&str]) -> Result<Vec<String>, String> {
        arguments_of("serve", text, given)
    }

    fn arguments_of(command: &str, text: &str, given: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("my.toml");
        fs::write(&file, text).unwrap();
        let mut all =
            vec!["blendscope".into(), command.into(), "root".into(), "--config".into(), file.into()];
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
    fn every_command_takes_from_it_where_the_index_is() {
        let text =
            "[serve]\nengine = \"http://one:9200/captions\"\nindex-dir = \"/shared\"\nmax-connections = 8\n";
        let wanted = ["--engine=http://one:9200/captions", "--index-dir=/shared"];
        for command in ["index", "search", "export", "check"] {
            let mut found = arguments_of(command, text, &[]).unwrap();
            found.sort();
            assert_eq!(found, wanted, "{command}");
        }
        // Only with an engine are there several workers.
        let found = arguments_of("index", text, &["--workers", "2", "--index-dir", "/mine"]).unwrap();
        assert_eq!(found, wanted[..1]);
        assert!(arguments_of("index", "[serve]\nopen = true\n", &["--workers", "2"]).unwrap().is_empty());
        let error = arguments_of("index", "[serve]\nlistn = 1\n", &[]).unwrap_err();
        assert!(error.contains("`listn` is no option"), "{error}");
        let error = arguments("[serve]\nengine = \"http://me:secret@one/x\"\n", &[]).unwrap_err();
        assert!(error.contains("BLENDSCOPE_ENGINE_PASSWORD") && !error.contains("secret"), "{error}");
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
