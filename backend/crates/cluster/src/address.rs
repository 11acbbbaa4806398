//! Where an index is: `http(s)://HOST[:PORT][,HOST[:PORT]…]/NAME`.

use std::fmt;
use std::str::FromStr;

/// The port of a cluster where none is said.
const PORT: u16 = 9200;

/// The addresses of some nodes of a cluster, and the name of an index in it. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http://host:port` of each node that is asked; when one does not answer, the next one is.
    pub(crate) nodes: Vec<String>,
    /// Name of the index.
    pub(crate) name: String,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not look like one.
    #[error("`{0}` is not of the form http://HOST:9200/NAME, with a host or several separated by commas")]
    Form(String),
    /// It has a user in it, who would be seen in lists of processes and logs. The text itself is not repeated.
    #[error(
        "user and password do not belong into the address, where others can see them; set BLENDSCOPE_ENGINE_USER and \
         BLENDSCOPE_ENGINE_PASSWORD, or BLENDSCOPE_ENGINE_API_KEY"
    )]
    Secret,
    /// The name cannot be that of an index.
    #[error(
        "`{0}` cannot be the name of an index: small letters, digits, `-` and `_`, the first one a letter, at most 200"
    )]
    Name(String),
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.contains('@') {
            return Err(AddressError::Secret);
        }
        let wrong = || AddressError::Form(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let (hosts, name) = rest.split_once('/').ok_or_else(wrong)?;
        if !["http", "https"].contains(&scheme) || name.is_empty() {
            return Err(wrong());
        }
        let node = |host: &str| {
            let is_host = |letter: char| letter.is_ascii_alphanumeric() || "-._:[]".contains(letter);
            if host.is_empty() || !host.chars().all(is_host) {
                return Err(wrong());
            }
            let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            Ok(if has_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{PORT}") })
        };
        let nodes = hosts.split(',').map(node).collect::<Result<_, _>>()?;
        let name = name.trim_end_matches('/');
        let is_letter =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter);
        if !name.starts_with(|first: char| first.is_ascii_lowercase())
            || !name.chars().all(is_letter)
            || name.len() > 200
        {
            return Err(AddressError::Name(name.to_owned()));
        }
        Ok(Self { nodes, name: name.to_owned() })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<&str> = self.nodes.iter().filter_map(|node| Some(node.split_once("://")?.1)).collect();
        let scheme =
            self.nodes.first().and_then(|node| node.split_once("://")).map_or("http", |(scheme, _)| scheme);
        write!(formatter, "{scheme}://{}/{}", hosts.join(","), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.to_string());
        assert_eq!(read("http://one:9201/coyo").unwrap(), "http://one:9201/coyo");
        assert_eq!(read("https://one,two:9300/a-b_1/").unwrap(), "https://one:9200,two:9300/a-b_1");
        for text in ["one:9200/x", "ftp://one/x", "http://one", "http://one/", "http:///x", "http://a b/x"] {
            assert_eq!(read(text), Err(AddressError::Form(text.to_owned())));
        }
        for name in ["_all", "A", "a*", "a/b", "-x", "a,b"] {
            assert_eq!(read(&format!("http://one/{name}")), Err(AddressError::Name(name.to_owned())));
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        let error = "http://me:secret@one/x".parse::<Address>().unwrap_err();
        assert_eq!(error, AddressError::Secret);
        assert!(!error.to_string().contains("secret"));
    }
}
