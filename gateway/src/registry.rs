//! Names, versions and manifests, read from the chain and kept for a moment.
//!
//! Goals: many requests about one version cost one question to the chain every [`CHAIN_AGE`]; a manifest is read and
//! parsed once; both within bounds.

use crate::{
    content::{Content, ReadError},
    error::ApiError,
    flight::Flights,
    limits::{CHAIN_AGE, CHAIN_ANSWERS, MANIFESTS, MANIFEST_BYTES},
    repo::{commit_of, Repo, Revision},
    shared::{bounded, locked},
};
use ballast_blobs::FetchError;
use ballast_chain::Chain;
use ballast_core::{
    limits::MAX_MANIFEST_LEN,
    manifest::Manifest,
    view::{ModelInfo, VersionInfo},
    Address,
};
use lru::LruCache;
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

/// A version of a repository.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The repository.
    pub repo: Repo,
    /// The version's address.
    pub address: Address,
    /// Its commit.
    pub commit: String,
    /// Its files.
    pub manifest: Arc<Manifest>,
    /// The model, unless it was asked for by address.
    pub model: Option<Arc<ModelInfo>>,
}

/// A repository and what was asked for of it.
type Asked = (Repo, String);

/// Reads names and manifests.
pub struct Registry {
    chain: Arc<dyn Chain>,
    content: Arc<Content>,
    snapshots: Mutex<LruCache<Asked, (Instant, Arc<Snapshot>)>>,
    models: Mutex<Option<(Instant, Arc<Vec<ModelInfo>>)>>,
    manifests: Mutex<Manifests>,
    loading: Flights<Address, Result<Arc<Manifest>, ReadError>>,
}

struct Manifests {
    bytes: u64,
    entries: LruCache<Address, (u64, Arc<Manifest>)>,
}

impl Registry {
    /// Reads from this chain.
    pub fn new(chain: Arc<dyn Chain>, content: Arc<Content>) -> Self {
        Self {
            chain,
            content,
            snapshots: Mutex::new(bounded(CHAIN_ANSWERS)),
            models: Mutex::default(),
            manifests: Mutex::new(Manifests {
                bytes: 0,
                entries: bounded(MANIFESTS),
            }),
            loading: Flights::default(),
        }
    }

    /// The chain.
    pub fn chain(&self) -> &Arc<dyn Chain> {
        &self.chain
    }

    /// A version of a repository.
    pub async fn snapshot(&self, repo: &Repo, revision: &str) -> Result<Arc<Snapshot>, ApiError> {
        let key = (repo.clone(), revision.to_owned());
        if let Some((since, snapshot)) = locked(&self.snapshots, |all| all.get(&key).cloned()) {
            if since.elapsed() < CHAIN_AGE {
                return Ok(snapshot);
            }
        }
        let snapshot = Arc::new(self.look_up(repo, revision).await?);
        let entry = (Instant::now(), snapshot.clone());
        locked(&self.snapshots, |all| all.put(key, entry));
        Ok(snapshot)
    }

    /// All models of the chain.
    pub async fn models(&self) -> Result<Arc<Vec<ModelInfo>>, ApiError> {
        let known = locked(&self.models, |models| models.clone());
        if let Some((_, models)) = known.filter(|(since, _)| since.elapsed() < CHAIN_AGE) {
            return Ok(models);
        }
        let models = Arc::new(self.chain.models().await?);
        let entry = Some((Instant::now(), models.clone()));
        locked(&self.models, |known| *known = entry);
        Ok(models)
    }

    /// A model.
    pub async fn model(&self, repo: &Repo) -> Result<Option<ModelInfo>, ApiError> {
        match repo {
            Repo::Model { namespace, name } => Ok(self.chain.model(namespace, name).await?),
            Repo::Version(_) => Ok(None),
        }
    }

    /// Forgets what names stand for: something was published.
    pub fn forget(&self) {
        locked(&self.snapshots, LruCache::clear);
        locked(&self.models, |models| *models = None);
    }

    async fn look_up(&self, repo: &Repo, revision: &str) -> Result<Snapshot, ApiError> {
        let (model, address) = match repo {
            Repo::Version(address) => {
                if !Revision::parse(revision)?.is(address) {
                    return Err(ApiError::no_revision(format!(
                        "{repo} is one version: main"
                    )));
                }
                (None, *address)
            }
            Repo::Model { namespace, name } => {
                let model = self.chain.model(namespace, name).await?;
                let model = model.ok_or_else(|| no_model(repo))?;
                let version = self.version(namespace, name, revision).await?;
                let version = version.ok_or_else(|| no_version(repo, &model, revision))?;
                (Some(Arc::new(model)), version.manifest)
            }
        };
        Ok(Snapshot {
            repo: repo.clone(),
            address,
            commit: commit_of(&address),
            manifest: self
                .manifest(address)
                .await
                .map_err(|error| unreadable(repo, &error))?,
            model,
        })
    }

    async fn version(
        &self,
        namespace: &str,
        name: &str,
        revision: &str,
    ) -> Result<Option<VersionInfo>, ApiError> {
        let revision = Revision::parse(revision)?;
        if let Revision::Selected(selector) = revision {
            return Ok(self.chain.resolve(namespace, name, selector).await?);
        }
        let mut versions = self.chain.versions(namespace, name).await?;
        versions.retain(|version| revision.is(&version.manifest));
        Ok(versions.pop())
    }

    /// A manifest.
    pub async fn manifest(&self, address: Address) -> Result<Arc<Manifest>, ReadError> {
        let known = locked(&self.manifests, |all| all.entries.get(&address).cloned());
        if let Some((_, manifest)) = known {
            return Ok(manifest);
        }
        let content = self.content.clone();
        let load = || async move { load(&content, address).await };
        let loaded = self.loading.join(address, load).await;
        let manifest =
            loaded.unwrap_or_else(|| Err(no_manifest(address, "it cannot be parsed")))?;
        locked(&self.manifests, |all| all.keep(address, &manifest));
        Ok(manifest)
    }
}

impl Manifests {
    fn keep(&mut self, address: Address, manifest: &Arc<Manifest>) {
        // About what the canonical bytes take: 300 and the path for each file.
        let files = manifest.files().iter();
        let len = files.fold(0u64, |sum, file| {
            sum.saturating_add(300 + file.path.len() as u64)
        });
        if let Some((_, (len, _))) = self.entries.push(address, (len, manifest.clone())) {
            self.bytes = self.bytes.saturating_sub(len);
        }
        self.bytes = self.bytes.saturating_add(len);
        while self.bytes > MANIFEST_BYTES && self.entries.len() > 1 {
            let Some((_, (len, _))) = self.entries.pop_lru() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(len);
        }
    }
}

async fn load(content: &Arc<Content>, address: Address) -> Result<Arc<Manifest>, ReadError> {
    let extent = content.blob(address).await?;
    let len = extent.len();
    if len > MAX_MANIFEST_LEN {
        return Err(no_manifest(address, &format!("it has {len} bytes")));
    }
    let bytes = content.read(extent).await?;
    let parsed = tokio::task::spawn_blocking(move || Manifest::parse(&bytes)).await;
    match parsed {
        Ok(Ok(manifest)) => Ok(Arc::new(manifest)),
        Ok(Err(error)) => Err(no_manifest(address, &error.to_string())),
        Err(error) => Err(no_manifest(address, &error.to_string())),
    }
}

fn no_manifest(address: Address, reason: &str) -> ReadError {
    Arc::new(FetchError::NotAManifest {
        address,
        reason: reason.into(),
    })
}

fn no_model(repo: &Repo) -> ApiError {
    ApiError::no_repo(format!("there is no model {repo} on this chain"))
}

fn no_version(repo: &Repo, model: &ModelInfo, revision: &str) -> ApiError {
    ApiError::no_revision(match model.versions {
        0 => format!("model {repo} has no version yet"),
        _ => format!("{revision:?} names no version of {repo}; `ballast info {repo}` lists them"),
    })
}

/// An address without anything behind it, or with something else, is no repository.
fn unreadable(repo: &Repo, error: &ReadError) -> ApiError {
    match (repo, error.as_ref()) {
        (Repo::Version(_), FetchError::Unknown { .. }) => ApiError::no_repo(error.to_string()),
        _ => ApiError::from(error.clone()),
    }
}
