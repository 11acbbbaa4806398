//! What the commands share in reading their arguments.

use anyhow::{Context, Result, bail};

/// Whether the arguments before a `--` ask for help.
pub(crate) fn wants_help(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--help" || argument == "-h")
}

/// The value of `--name VALUE` or `--name=VALUE` when `argument` is that option, taken from `rest` where needed.
pub(crate) fn option<'a>(
    name: &str,
    argument: &'a str,
    rest: &mut impl Iterator<Item = &'a String>,
) -> Result<Option<&'a str>> {
    let Some(tail) = argument.strip_prefix(name) else { return Ok(None) };
    if let Some(value) = tail.strip_prefix('=') {
        return Ok(Some(value));
    }
    if !tail.is_empty() {
        return Ok(None);
    }
    rest.next().map(|value| Some(value.as_str())).with_context(|| format!("`{name}` needs a value"))
}

/// Fails when a command that takes no arguments got some.
pub(crate) fn expect_none(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        Some(argument) => bail!("`{argument}` is not known here; `--help` lists what is"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_takes_its_value_with_or_without_an_equals_sign() {
        let rest = ["7000".to_owned()];
        let none: [String; 0] = [];
        assert_eq!(option("--port", "--port=80", &mut none.iter()).unwrap(), Some("80"));
        assert_eq!(option("--port", "--port", &mut rest.iter()).unwrap(), Some("7000"));
        assert_eq!(option("--port", "--portly", &mut rest.iter()).unwrap(), None);
        assert!(option("--port", "--port", &mut none.iter()).is_err());
    }

    #[test]
    fn help_behind_a_double_dash_is_not_ours() {
        let arguments = ["--".to_owned(), "--help".to_owned()];
        assert!(!wants_help(&arguments));
        assert!(wants_help(&arguments[1..]));
    }
}
