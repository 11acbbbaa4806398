//! The client of a cluster's REST API: time limits, retries with back-off, credentials, and errors that name neither.

use crate::address::Address;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blendscope_engine::EngineError;
use serde_json::Value;
use std::env;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use ureq::http::Request;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error};

/// Time until a node has to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Time for one call that asks, and for one that writes.
const ASKED: Duration = Duration::from_secs(30);
const WRITTEN: Duration = Duration::from_mins(2);

/// The time between two tries, at first and at most.
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// Bytes of an answer at most.
const ANSWER_MAX: u64 = 1 << 30;

/// How long something is tried again while the cluster is busy or does not answer.
pub(crate) const ASKING: Duration = Duration::from_secs(4);
pub(crate) const WRITING: Duration = Duration::from_mins(5);

/// Where credentials come from; nothing else has them.
const USER: &str = "BLENDSCOPE_ENGINE_USER";
const PASSWORD: &str = "BLENDSCOPE_ENGINE_PASSWORD";
const API_KEY: &str = "BLENDSCOPE_ENGINE_API_KEY";

/// A file with the certificates that are trusted in place of those that browsers trust.
const CERTIFICATES: &str = "BLENDSCOPE_ENGINE_CA";

/// How the errors of TLS about a certificate begin.
const BAD_CERTIFICATE: &str = "invalid peer certificate";

/// What goes wrong with a cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No node answers.
    #[error("the cluster at {address} does not answer: {cause}")]
    Silent {
        /// The nodes that were asked.
        address: String,
        /// What the last one did instead.
        cause: String,
    },
    /// Nobody vouches for it.
    #[error(
        "the certificate of the cluster at {address} is not trusted: {cause}; set BLENDSCOPE_ENGINE_CA to a PEM file with the \
         certificate of who signed it"
    )]
    Untrusted {
        /// The nodes that were asked.
        address: String,
        /// What is wrong with it.
        cause: String,
    },
    /// It wants other credentials, or none helps.
    #[error(
        "the cluster at {address} refuses ({status}); set BLENDSCOPE_ENGINE_USER and BLENDSCOPE_ENGINE_PASSWORD, or \
         BLENDSCOPE_ENGINE_API_KEY, to somebody who may use the index {name} and {name}-meta"
    )]
    Forbidden {
        /// The nodes that were asked.
        address: String,
        /// The index.
        name: String,
        /// The status of the answer.
        status: u16,
    },
    /// It does not write, as a disk is full or an administrator said so.
    #[error("the cluster does not write: {0}; it goes on where it stopped when that is over")]
    Blocked(String),
    /// A query has more clauses than it takes.
    #[error(
        "the cluster does not take a query of so many parts; ask for fewer words and filters at once, or have its \
         administrator raise indices.query.bool.max_clause_count"
    )]
    TooLong,
    /// It said no.
    #[error("the cluster said {status}: {reason}")]
    Refused {
        /// The status of the answer.
        status: u16,
        /// Its reason.
        reason: String,
    },
    /// Somebody else changed it first.
    #[error("somebody else changed it first")]
    Conflict,
    /// What it is, or what it holds, is nothing that this program can use: what, and what to do.
    #[error("{0}")]
    Unusable(String),
    /// What it answers makes no sense.
    #[error("the cluster's answer makes no sense: {0}")]
    Nonsense(String),
    /// Some of it does not answer, where all of it is needed.
    #[error("not all of the index answers: {0}")]
    Partial(String),
}

impl From<ClusterError> for EngineError {
    fn from(error: ClusterError) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// A client for one index.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    pub(crate) address: Arc<Address>,
    /// The header with the credentials.
    authorization: Option<Arc<str>>,
    /// The number of the node that is asked.
    node: Arc<AtomicUsize>,
}

/// What one try came to: an answer, or something that may be over soon.
enum Tried {
    Answered(u16, Value),
    Later(ClusterError),
}

impl Client {
    /// A client with the credentials and certificates that the environment names.
    pub(crate) fn new(address: Address) -> Result<Self, ClusterError> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ASKED))
            .max_redirects(0)
            .user_agent(concat!("blendscope/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = env::var_os(CERTIFICATES) {
            config = config.tls_config(TlsConfig::builder().root_certs(certificates(path.into())?).build());
        }
        let authorization = authorization(|name| env::var(name).ok()).map(Arc::from);
        Ok(Self {
            agent: config.build().into(),
            address: Arc::new(address),
            authorization,
            node: Arc::default(),
        })
    }

    /// The name of the index.
    pub(crate) fn name(&self) -> &str {
        &self.address.name
    }

    /// The name of the small index beside it.
    pub(crate) fn meta(&self) -> String {
        format!("{}-meta", self.name())
    }

    /// Calls the API; the path may have parameters. Anything but success is an error. While the cluster is busy or silent it
    /// is tried again, for so long.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<&[u8]>,
        patience: Duration,
    ) -> Result<Value, ClusterError> {
        let begun = Instant::now();
        let mut pause = PAUSE;
        loop {
            match self.try_once(method, path, body, if patience == WRITING { WRITTEN } else { ASKED })? {
                Tried::Answered(status, answer) => return self.judged(status, answer),
                Tried::Later(error) if begun.elapsed() + pause > patience => return Err(error),
                Tried::Later(error) => tracing::debug!(path, %error, "the cluster is asked again"),
            }
            sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// The same with JSON; asks once more or twice only.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, ClusterError> {
        self.call(method, path, Some(body.to_string().as_bytes()), ASKING)
    }

    /// What is there, or nothing.
    pub(crate) fn get(&self, path: &str) -> Result<Option<Value>, ClusterError> {
        match self.call("GET", path, None, ASKING) {
            Ok(answer) => Ok(Some(answer)),
            Err(ClusterError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn try_once(
        &self,
        method: &str,
        path: &str,
        body: Option<&[u8]>,
        within: Duration,
    ) -> Result<Tried, ClusterError> {
        let number = self.node.load(Ordering::Relaxed);
        let node = &self.address.nodes[number % self.address.nodes.len()];
        match self.send(method, &format!("{node}{path}"), body, within) {
            Ok((status, answer)) => Ok(match (status, reason_of(&answer)) {
                (503 | 500 | 400, reason) if reason.contains("too_many_buckets") => {
                    Tried::Answered(status, answer)
                }
                (429 | 502 | 503 | 504, reason) if is_blocked(&reason) => {
                    Tried::Later(ClusterError::Blocked(reason))
                }
                (429 | 502 | 503 | 504, reason) => Tried::Later(ClusterError::Refused { status, reason }),
                (403, reason) if is_blocked(&reason) => Tried::Later(ClusterError::Blocked(reason)),
                _ => Tried::Answered(status, answer),
            }),
            Err(error) => {
                self.node.store(number.wrapping_add(1), Ordering::Relaxed);
                let cause = error.to_string();
                let address = self.address.to_string();
                if cause.contains(BAD_CERTIFICATE) {
                    return Err(ClusterError::Untrusted { address, cause });
                }
                let silent = ClusterError::Silent { address, cause };
                match error {
                    Error::Io(_) | Error::Timeout(_) | Error::HostNotFound | Error::ConnectionFailed => {
                        Ok(Tried::Later(silent))
                    }
                    _ => Err(silent),
                }
            }
        }
    }

    fn send(
        &self,
        method: &str,
        url: &str,
        body: Option<&[u8]>,
        within: Duration,
    ) -> Result<(u16, Value), Error> {
        let is_bulk = url.contains("/_bulk");
        let mut request = Request::builder().method(method).uri(url);
        let media_type = if is_bulk { "application/x-ndjson" } else { "application/json" };
        request = request.header("content-type", media_type);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization.as_ref());
        }
        let agent = &self.agent;
        let mut response = if let Some(body) = body {
            let request = agent.configure_request(request.body(body)?).timeout_global(Some(within));
            agent.run(request.build())?
        } else {
            let request = agent.configure_request(request.body(())?).timeout_global(Some(within));
            agent.run(request.build())?
        };
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(ANSWER_MAX).read_to_vec()?;
        // What stands before a cluster may answer in HTML.
        let answer = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).chars().take(200).collect()));
        Ok((status, answer))
    }

    fn judged(&self, status: u16, answer: Value) -> Result<Value, ClusterError> {
        let (address, name) = (self.address.to_string(), self.name().to_owned());
        match status {
            200..300 => Ok(answer),
            401 | 403 => Err(ClusterError::Forbidden { address, name, status }),
            409 => Err(ClusterError::Conflict),
            _ => Err(match reason_of(&answer) {
                reason if reason.contains("maxClauseCount") => ClusterError::TooLong,
                reason => ClusterError::Refused { status, reason },
            }),
        }
    }
}

/// Whether a reason is a block of the cluster or of the index, as a full disk makes them.
fn is_blocked(reason: &str) -> bool {
    reason.contains("block_exception") || reason.contains("flood-stage")
}

/// What an error answer says, as one line.
pub(crate) fn reason_of(answer: &Value) -> String {
    let error = &answer["error"];
    let one = |error: &Value| {
        let (kind, reason) = (error["type"].as_str()?, error["reason"].as_str().unwrap_or_default());
        Some(format!("{kind}: {reason}"))
    };
    let causes = [&error["root_cause"][0], &error["caused_by"]];
    let mut parts: Vec<String> = std::iter::once(error).chain(causes).filter_map(one).collect();
    parts.dedup();
    if parts.is_empty() {
        let text = error.as_str().or(answer.as_str()).map_or_else(|| answer.to_string(), str::to_owned);
        return text.chars().take(200).collect();
    }
    parts.join("; ")
}

/// The header with the credentials that the environment names.
fn authorization(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    if let Some(key) = variable(API_KEY) {
        return Some(format!("ApiKey {key}"));
    }
    let (user, password) = (variable(USER)?, variable(PASSWORD).unwrap_or_default());
    Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

/// Reads the certificates of a PEM file.
fn certificates(path: PathBuf) -> Result<RootCerts, ClusterError> {
    let unusable = |why: String| ClusterError::Unusable(format!("{CERTIFICATES}={}: {why}", path.display()));
    let text = std::fs::read(&path).map_err(|error| unusable(error.to_string()))?;
    let found: Vec<_> = parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(unusable("there is no certificate in it".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn credentials_come_from_the_environment() {
        let with = |set: &'static [(&str, &str)]| {
            authorization(|name| {
                set.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[(USER, "me"), (PASSWORD, "it")]).unwrap(), "Basic bWU6aXQ=");
        assert_eq!(with(&[(USER, "me"), (API_KEY, "abc")]).unwrap(), "ApiKey abc");
    }

    #[test]
    fn reasons_are_one_line() {
        let answer =
            json!({"error": {"type": "a", "reason": "b", "root_cause": [{"type": "c", "reason": "d"}]}});
        assert_eq!(reason_of(&answer), "a: b; c: d");
        assert_eq!(reason_of(&json!({"error": "no handler"})), "no handler");
        assert_eq!(reason_of(&json!("<html>")), "<html>");
    }
}
