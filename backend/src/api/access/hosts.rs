//! The names under which a server on a loopback address may be asked.

/// Names that every loopback server has.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Host names without ports, in lower case.
#[derive(Debug)]
pub(super) struct KnownHosts(Vec<String>);

impl KnownHosts {
    /// The local names and some more.
    pub(super) fn local_and(names: impl IntoIterator<Item = String>) -> Self {
        let local = LOCAL.into_iter().map(str::to_owned);
        Self(local.chain(names.into_iter().map(|name| name.to_ascii_lowercase())).collect())
    }

    /// Whether `host`, with or without a port, is one of them.
    pub(super) fn know(&self, host: &str) -> bool {
        let Some(name) = without_port(host) else { return false };
        self.0.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// The host without its port; `None` if what follows it is not a port.
fn without_port(host: &str) -> Option<&str> {
    let name_end = match host.find(']') {
        Some(bracket) if host.starts_with('[') => bracket + 1,
        Some(_) => return None,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, rest) = host.split_at(name_end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_names_pass_with_any_port() {
        let hosts = KnownHosts::local_and(["Lab-7.example".to_owned()]);
        for host in ["localhost", "LOCALHOST:7878", "127.0.0.1:1", "[::1]", "[::1]:7878", "lab-7.example:80"]
        {
            assert!(hosts.know(host), "{host}");
        }
    }

    #[test]
    fn other_names_do_not() {
        let hosts = KnownHosts::local_and([]);
        for host in [
            "",
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
            assert!(!hosts.know(host), "{host}");
        }
    }
}
