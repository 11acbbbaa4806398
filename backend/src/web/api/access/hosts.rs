//! Names of hosts: those under which a server on a loopback address may be asked.

use std::str::FromStr;

/// Names that every loopback server has.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// A host's name, and a port if one is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostName {
    /// In lower case, without the dot that may end it.
    pub name: String,
    /// Digits.
    pub port: Option<String>,
}

impl FromStr for HostName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| "must be a host such as lab.example or lab.example:8443".to_owned())
    }
}

impl HostName {
    /// Reads `name`, `name:port` or `[address]:port`; `None` for what is no host.
    pub(crate) fn parse(host: &str) -> Option<Self> {
        let name_end = match host.find(']') {
            Some(bracket) if host.starts_with('[') => bracket + 1,
            Some(_) => return None,
            None => host.find(':').unwrap_or(host.len()),
        };
        let (name, rest) = host.split_at(name_end);
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let port = match rest.strip_prefix(':') {
            Some(port) if is_port(port) => Some(port).filter(|port| !port.is_empty()),
            None if rest.is_empty() => None,
            _ => return None,
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        let is_name = !name.is_empty() && !name.contains(['/', '@', '\\', '?', '#']);
        is_name.then(|| Self { name: name.to_ascii_lowercase(), port: port.map(str::to_owned) })
    }

    /// Whether `other` has this name, and this port if it names one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.name == other.name && (self.port.is_none() || self.port == other.port)
    }
}

/// Whether a server on a loopback address has this name, with whatever port: a tunnel has another one.
pub(super) fn is_local(name: &HostName) -> bool {
    LOCAL.contains(&name.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_local_name(host: &str) -> bool {
        HostName::parse(host).is_some_and(|name| is_local(&name))
    }

    #[test]
    fn local_names_pass_with_any_port() {
        for host in [
            "localhost",
            "LOCALHOST:7878",
            "localhost.",
            "localhost.:80",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:7878",
        ] {
            assert!(is_local_name(host), "{host}");
        }
    }

    #[test]
    fn other_names_do_not() {
        for host in [
            "",
            ".",
            "localhost..",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:80@evil.example",
            "evil.example:127",
            "[::2]",
            "::1",
            "localhost:x",
            "]localhost",
            "127.0.0.2",
        ] {
            assert!(!is_local_name(host), "{host}");
        }
    }

    #[test]
    fn a_name_without_a_port_stands_for_every_port() {
        let covers =
            |one: &str, other: &str| HostName::parse(one).unwrap().covers(&HostName::parse(other).unwrap());
        assert!(covers("Lab.example", "lab.example:80") && covers("lab.example:80", "lab.example:80"));
        assert!(!covers("lab.example:80", "lab.example") && !covers("lab.example", "lab.example.org"));
    }
}
