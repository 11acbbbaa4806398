//! Whether all of a cluster answers: what it says of itself, and what each answer says of its shards.

use crate::client::Client;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long is believed what was said of the state of the cluster.
const HEALTH_HOLDS: Duration = Duration::from_secs(3);

/// What is known of the state of a cluster.
#[derive(Default)]
pub(crate) struct Health {
    /// When it was last asked for.
    asked: Option<Instant>,
    /// Nodes, shards and colour.
    pub state: Option<String>,
    /// Why it answers not at all, or incompletely.
    pub trouble: Option<String>,
}

/// What was said last of the state of a cluster. It is asked again beside this, as it may not answer.
pub(crate) fn health<'h>(client: &Client, health: &'h Arc<Mutex<Health>>) -> MutexGuard<'h, Health> {
    let mut known = health.lock().unwrap_or_else(PoisonError::into_inner);
    if known.asked.is_none_or(|asked| asked.elapsed() > HEALTH_HOLDS) {
        known.asked = Some(Instant::now());
        let (client, health) = (client.clone(), Arc::clone(health));
        let ask = move || {
            let (state, trouble) = health_of(&client);
            let mut known = health.lock().unwrap_or_else(PoisonError::into_inner);
            *known = Health { asked: Some(Instant::now()), state: state.or(known.state.take()), trouble };
        };
        // Without a thread for it what is known stays.
        drop(thread::Builder::new().name("health".to_owned()).spawn(ask));
    }
    known
}

/// The state of a cluster, and why it answers not at all, or incompletely.
fn health_of(client: &Client) -> (Option<String>, Option<String>) {
    let health =
        match client.call("GET", &format!("/_cluster/health/{}", client.name()), None, Duration::ZERO) {
            Ok(health) => health,
            Err(error) => return (None, Some(error.to_string())),
        };
    let number = |name: &str| health[name].as_u64().unwrap_or(0);
    let (nodes, shards) = (number("number_of_data_nodes"), number("active_shards"));
    let missing = number("unassigned_shards") + number("initializing_shards");
    let colour = health["status"].as_str().unwrap_or_default();
    let nodes = if nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") };
    let state = format!("{colour}: {shards} of {} shards and copies on {nodes}", shards + missing);
    let trouble = (colour == "red")
        .then(|| format!("a part of the index is on no node ({state}); answers that miss it say so"));
    (Some(state), trouble)
}

/// What of an index does not answer, by an answer of it; none when all does.
pub(crate) fn missing_shards(answer: &Value) -> Option<String> {
    let shards = &answer["_shards"];
    let number = |name: &str| shards[name].as_u64().unwrap_or(0);
    let (total, failed) =
        (number("total"), number("failed").max(number("total").saturating_sub(number("successful"))));
    if answer["timed_out"] == true {
        return Some("the cluster did not look at all of the index in time".to_owned());
    }
    if failed == 0 && total > 0 {
        return None;
    }
    let failures = shards["failures"].as_array().into_iter().flatten();
    let names: BTreeSet<String> = failures
        .filter_map(|failure| Some(format!("{}[{}]", failure["index"].as_str()?, failure["shard"].as_u64()?)))
        .collect();
    let names: Vec<String> = names.into_iter().collect();
    let which = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    Some(format!("{failed} of {total} shards of the index do not answer{which}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn missing_shards_are_named() {
        let whole = json!({"timed_out": false, "_shards": {"total": 3, "successful": 3, "failed": 0}});
        assert_eq!(missing_shards(&whole), None);
        let failure = json!({"index": "coyo", "shard": 2});
        let part = json!({"_shards": {"total": 3, "successful": 2, "failed": 1, "failures": [failure]}});
        assert_eq!(missing_shards(&part).unwrap(), "1 of 3 shards of the index do not answer: coyo[2]");
        let silent = json!({"_shards": {"total": 3, "successful": 2, "failed": 0}});
        assert!(missing_shards(&silent).is_some());
        assert!(
            missing_shards(&json!({"timed_out": true, "_shards": {"total": 1, "successful": 1}})).is_some()
        );
        assert!(missing_shards(&json!({})).is_some());
    }
}
