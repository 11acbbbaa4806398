//! Opening an index in a cluster: what has to be there, and what is said when it is not.
//!
//! ```text
//! cluster/<id of the index>/   in the folder of the root: the files of generations, see the crate `columns`
//! ```

use crate::address::Address;
use crate::client::{ASKING, Client, ClusterError, WRITING};
use crate::engine::{ClusterEngine, new_id};
use crate::fields::{LAYOUT, index_body, meta_body};
use crate::meta::Meta;
use crate::receipt::ClusterReceipt;
use crate::shared::Shared;
use blendscope_columns::{damage_in, generation_file, late_file};
use blendscope_engine::{Driver, Engine, Examined, FilledOf, MayWrite, Outcome, Writers};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The first version of `OpenSearch` that has all that is needed.
const VERSION_MIN: u64 = 3;

/// Opens an index in a cluster.
#[derive(Clone, Debug)]
pub struct ClusterDriver {
    address: Address,
    role: Role,
}

/// What a process does with an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It only asks.
    Asks,
    /// It fills it, together with any number of others, and makes it where it is not there.
    Fills {
        /// Shards of a new index.
        shards: u32,
        /// Copies of each shard of a new index, beside the first.
        replicas: u32,
    },
}

impl ClusterDriver {
    /// For an index at an address.
    pub fn new(address: Address, role: Role) -> Self {
        Self { address, role }
    }

    fn open_index(&self, folder: &Path) -> Result<ClusterEngine, ClusterError> {
        let client = Client::new(self.address.clone())?;
        let version = version_of(&client)?;
        let meta = Meta::new(client.clone());
        if let Role::Fills { shards, replicas } = self.role {
            make(&client, &client.meta(), &meta_body(replicas))?;
            meta.begin(new_id(&client), place_of(folder))?;
            make(&client, client.name(), &index_body(shards, replicas))?;
        }
        check_layout(&client, &self.address)?;
        let commit = meta.last_commit()?.ok_or_else(|| no_index(&self.address))?;
        if commit.place != place_of(folder) {
            return Err(ClusterError::Unusable(format!(
                "the index {} is one of another root, of this root under another path, or of another version of Blendscope; \
                 give another name",
                self.address
            )));
        }
        let store = folder.join("cluster").join(&commit.id);
        match self.role {
            Role::Fills { .. } => fs::create_dir_all(&store).map_err(|error| {
                ClusterError::Unusable(format!("{} cannot be made: {error}", store.display()))
            })?,
            Role::Asks if commit.number > 0 && !store.is_dir() => {
                return Err(ClusterError::Unusable(format!(
                    "the files of the index {} are not in {}; give the folder into which it was indexed by --index-dir, on \
                     storage that all machines share, and the same root",
                    self.address,
                    folder.display()
                )));
            }
            Role::Asks => {}
        }
        let may_sweep = self.role != Role::Asks;
        Ok(ClusterEngine::new(Shared::new(client, meta, store), version, may_sweep))
    }
}

impl Driver for ClusterDriver {
    fn open(&self, folder: &Path, _: MayWrite) -> Outcome<Arc<dyn Engine>> {
        Ok(Arc::new(self.open_index(folder)?))
    }

    fn examine(&self, folder: &Path, filled: FilledOf<'_>) -> Outcome<Vec<Examined>> {
        let engine = self.open_index(folder)?;
        let Some(filled) = engine.manifest()?.and_then(|manifest| filled(&manifest)) else {
            return Ok(Vec::new());
        };
        let store = engine.store();
        let mut examined = Vec::new();
        for of in &filled {
            let contents = ClusterReceipt::of(&of.receipt).contents;
            for late in contents.files() {
                let path = match late {
                    None => generation_file(store, of.generation),
                    Some(late) => late_file(store, of.generation, late.number),
                };
                let damaged = damage_in(store, of.generation, &contents, late)?;
                let bytes = late.map_or(contents.end, |late| late.end).at;
                examined.push((
                    path,
                    damaged.map_or(Ok(bytes), |_| Err("it is not as it was written".to_owned())),
                ));
            }
        }
        Ok(examined)
    }

    fn writers(&self) -> Writers {
        match self.role {
            Role::Asks => Writers::None,
            Role::Fills { .. } => Writers::Many,
        }
    }

    fn options(&self) -> String {
        format!("--engine {}", self.address)
    }
}

/// The version of a cluster, if it is one that can be used.
fn version_of(client: &Client) -> Result<String, ClusterError> {
    let answer = client.call("GET", "/", None, ASKING)?;
    let version = &answer["version"];
    let number = version["number"].as_str().unwrap_or_default();
    if version["distribution"] != "opensearch" {
        let found = if number.is_empty() {
            "something else".to_owned()
        } else {
            format!("another server, version {number}")
        };
        return Err(ClusterError::Unusable(format!(
            "at {} answers {found}; OpenSearch {VERSION_MIN} or later is needed",
            client.address
        )));
    }
    let major: u64 = number.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < VERSION_MIN {
        return Err(ClusterError::Unusable(format!(
            "the cluster at {} is OpenSearch {number}; {VERSION_MIN} or later is needed",
            client.address
        )));
    }
    Ok(number.to_owned())
}

/// Makes an index where there is none.
fn make(client: &Client, name: &str, body: &Value) -> Result<(), ClusterError> {
    if client.get(&format!("/{name}"))?.is_some() {
        return Ok(());
    }
    match client.call("PUT", &format!("/{name}"), Some(body.to_string().as_bytes()), WRITING) {
        Err(ClusterError::Refused { reason, .. }) if reason.contains("already_exists") => Ok(()),
        made => made.map(drop),
    }
}

fn no_index(address: &Address) -> ClusterError {
    ClusterError::Unusable(format!(
        "there is no index of Blendscope at {address} yet; make it: blendscope index ROOT --engine {address}"
    ))
}

fn check_layout(client: &Client, address: &Address) -> Result<(), ClusterError> {
    for name in [client.name().to_owned(), client.meta()] {
        let found = client.get(&format!("/{name}"))?.ok_or_else(|| no_index(address))?;
        let layout = found[&name]["mappings"]["_meta"]["blendscope_layout"].as_u64();
        if layout != Some(LAYOUT) {
            let what = layout
                .map_or("is not one of Blendscope".to_owned(), |layout| format!("has the layout {layout}"));
            return Err(ClusterError::Unusable(format!(
                "the index {name} {what}, and this program reads the layout {LAYOUT}; give another name, or delete it: \
                 curl -X DELETE {}/{name}",
                address.nodes[0]
            )));
        }
    }
    Ok(())
}

/// What the path of a folder says of the root and of the layout: its last two parts.
fn place_of(folder: &Path) -> String {
    let parts: Vec<_> =
        folder.components().rev().take(2).map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}
