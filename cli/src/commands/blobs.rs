//! What several verbs need of `ballast-blobs`: the client, and the blobs behind a target.

use crate::{
    args::LimitArgs,
    context::{resolve, Context},
    error::CliError,
    target::Target,
};
use ballast_blobs::Client;
use ballast_chain::Chain;
use ballast_core::{
    manifest::{FileEntry, Location, Manifest},
    Address,
};
use ballast_worker_api::{Connector, Timeouts};
use std::{collections::HashSet, sync::Arc};

/// A blob and what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedBlob {
    /// Its address.
    pub address: Address,
    /// The file in it, or that it is a pack or a manifest.
    pub name: Option<String>,
}

impl NamedBlob {
    /// A model's manifest.
    pub fn manifest(address: Address) -> Self {
        Self {
            address,
            name: Some("manifest".into()),
        }
    }
}

/// A client of the chain's workers that shows its progress.
pub fn client(context: &Context, chain: &Arc<dyn Chain>) -> Result<Client, CliError> {
    let connector = Connector::new(context.endpoint_policy()?, Timeouts::default())
        .map_err(|error| CliError::fatal(error.to_string()))?;
    Ok(Client::new(chain.clone(), connector).with_progress(context.screen.progress()))
}

/// The same for a verb that sends or fetches.
pub fn within_limits(client: Client, args: &LimitArgs) -> Client {
    let client = match args.bwlimit {
        Some(rate) => client.with_rate(rate),
        None => client,
    };
    match args.max_workers {
        Some(workers) => client.with_max_workers(workers),
        None => client,
    }
}

/// A blob, or all blobs of a model, its manifest first, each once.
pub async fn blobs_of(
    context: &Context,
    chain: &Arc<dyn Chain>,
    target: &Target,
) -> Result<Vec<NamedBlob>, CliError> {
    match target {
        Target::Address(address) => Ok(vec![NamedBlob {
            address: *address,
            name: None,
        }]),
        Target::Model(model) => {
            let address = resolve(chain.as_ref(), model).await?.manifest;
            let manifest = client(context, chain)?.manifest(address).await?;
            Ok(blobs_of_manifest(address, &manifest))
        }
    }
}

fn blobs_of_manifest(address: Address, manifest: &Manifest) -> Vec<NamedBlob> {
    let manifest_blob = NamedBlob::manifest(address);
    let mut seen = HashSet::from([address]);
    let files = manifest.files().iter().filter_map(named);
    std::iter::once(manifest_blob)
        .chain(files.filter(|blob| seen.insert(blob.address)))
        .collect()
}

fn named(file: &FileEntry) -> Option<NamedBlob> {
    let name = match file.location {
        Location::Pack { .. } => "small files".to_string(),
        _ => file.path.clone(),
    };
    file.blob().map(|address| NamedBlob {
        address,
        name: Some(name),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(path: &str, length: u64, location: Location) -> FileEntry {
        let content = if length == 0 {
            Vec::new()
        } else {
            path.as_bytes().to_vec()
        };
        let blake3 = Address(*blake3::hash(&content).as_bytes());
        FileEntry {
            blake3,
            git_sha1: [0; 20],
            length,
            location,
            path: path.into(),
            sha256: [0; 32],
        }
    }

    #[test]
    fn each_blob_comes_once_and_empty_files_have_none() {
        let pack = |offset| Location::Pack {
            address: Address([9; 32]),
            offset,
        };
        let manifest = Manifest::new(vec![
            file("a", 5, pack(0)),
            file("b", 5, pack(1024)),
            file("big", 9, Location::Blob),
            file("none", 0, Location::Empty),
        ])
        .unwrap();
        let blobs = blobs_of_manifest(Address([1; 32]), &manifest);
        let names: Vec<_> = blobs
            .iter()
            .map(|blob| blob.name.clone().unwrap())
            .collect();
        assert_eq!(names, ["manifest", "small files", "big"]);
        assert_eq!(blobs[1].address, Address([9; 32]));
    }
}
