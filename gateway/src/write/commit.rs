//! A commit, from its body to a version on the chain.

use super::{
    apply::{self, Change},
    operations,
    repos::{current, ensure_main},
    Writer,
};
use crate::{
    app::{App, Params, Query},
    error::ApiError,
    registry::Snapshot,
    repo::{commit_of, Repo},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use ballast_core::Address;
use serde::Deserialize;
use serde_json::json;
use std::{path::PathBuf, sync::Arc};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit};

/// What may be asked of a commit.
#[derive(Debug, Deserialize)]
pub struct CommitQuery {
    create_pr: Option<String>,
}

/// `POST` of a commit: publishes a version and answers when it is final.
pub async fn commit(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision)): Params<(String, String, String)>,
    Query(query): Query<CommitQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let writer = app.writer()?.clone();
    writer.caller(&headers)?;
    let repo = Repo::parse(&namespace, &name)?;
    ensure_main(&revision)?;
    if query
        .create_pr
        .is_some_and(|asked| !matches!(asked.as_str(), "0" | "false" | "False"))
    {
        return Err(ApiError::bad_request(
            "the chain has no pull requests; commit to main",
        ));
    }
    let waiting = writer.waiting.clone().try_acquire_owned();
    let waiting =
        waiting.map_err(|_| ApiError::busy("as many commits as may wait do; try again"))?;
    let folder = Folder::new(&writer)?;
    let asked = operations::read(body, &folder.files()).await?;
    let base = app.base_url(&headers);
    // Its client may go; what has begun on the chain goes on to its end. Publishing reads and hashes much, so it has a
    // thread of its own.
    let (runtime, of) = (Handle::current(), repo.clone());
    let work = move || runtime.block_on(publish(app, of, asked, folder, waiting));
    let published = writer.publishing.spawn_blocking(work).await;
    let address = published.map_err(|error| ApiError::internal(&error))??;
    let commit = commit_of(&address);
    let url = format!("{base}/{repo}/commit/{commit}");
    let answer = json!({
        "success": true, "commitOid": commit, "commitUrl": url, "hookOutput": "", "ballastManifest": address,
    });
    Ok(Json(answer).into_response())
}

/// The folder of a commit's files; goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(writer: &Writer) -> Result<Self, ApiError> {
        let folder = writer.spool.commit_folder().and_then(|folder| {
            let folder = Self(folder);
            std::fs::create_dir(folder.files())?;
            std::fs::create_dir(folder.tree())?;
            Ok(folder)
        });
        folder.map_err(|error| ApiError::internal(&error))
    }

    /// Where files are that come with the commit.
    fn files(&self) -> PathBuf {
        self.0.join("files")
    }

    /// Where new files are at their paths.
    fn tree(&self) -> PathBuf {
        self.0.join("tree")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn publish(
    app: Arc<App>,
    repo: Repo,
    asked: operations::Commit,
    folder: Folder,
    _waiting: OwnedSemaphorePermit,
) -> Result<Address, ApiError> {
    let writer = app.writer()?;
    let _turn = writer.turn.lock().await;
    let published = in_turn(&app, writer, &repo, asked, folder.tree()).await;
    match &published {
        Ok(address) => {
            app.registry.forget();
            writer.metrics.commits.increment();
            tracing::info!(%repo, manifest = %address, "commit published");
        }
        Err(error) => {
            writer.metrics.commits_failed.increment();
            tracing::warn!(%repo, status = %error.status(), error = error.message(), "commit failed");
        }
    }
    published
}

async fn in_turn(
    app: &App,
    writer: &Arc<Writer>,
    repo: &Repo,
    asked: operations::Commit,
    tree: PathBuf,
) -> Result<Address, ApiError> {
    let target = writer.target(repo)?;
    // What another commit published a moment ago counts.
    app.registry.forget();
    let current = current(app, repo).await?;
    ensure_parent(current.as_deref(), asked.parent.as_deref())?;
    let account = writer.signer.account();
    writer.client.check_model(account, &target).await?;
    let change = apply_all(writer, current.clone(), asked.operations, tree.clone()).await?;
    let Some(scan) = change.scan(&tree).await? else {
        // Nothing is different: the version that is there is the one that was asked for.
        return current.map(|current| current.address).ok_or_else(no_files);
    };
    // A model that has a version needs no namespace of its owner's: it may have been given away.
    if current.is_none() {
        writer
            .namespaces
            .ensure(&target.namespace)
            .await
            .map_err(|error| {
                ApiError::new(
                    StatusCode::FORBIDDEN,
                    format!("namespace {}: {error}", target.namespace),
                )
            })?;
    }
    let published = writer
        .client
        .publish(&scan, &writer.signer, &writer.options)
        .await?;
    let Change { kept, uploaded, .. } = change;
    writer
        .client
        .keep(&kept, &writer.signer, writer.options.epochs)
        .await?;
    let released = writer
        .client
        .release(&writer.signer, published.manifest, &target)
        .await?;
    for oid in uploaded {
        writer.spool.forget(&oid);
    }
    tracing::debug!(
        summary = asked.summary,
        version = released.version,
        "version released"
    );
    Ok(released.manifest)
}

async fn apply_all(
    writer: &Arc<Writer>,
    current: Option<Arc<Snapshot>>,
    operations: Vec<operations::Operation>,
    tree: PathBuf,
) -> Result<Change, ApiError> {
    let writer = writer.clone();
    let work = move || apply::apply(&writer, current.as_deref(), &operations, &tree);
    let applied = tokio::task::spawn_blocking(work).await;
    applied.map_err(|error| ApiError::internal(&error))?
}

fn ensure_parent(current: Option<&Snapshot>, parent: Option<&str>) -> Result<(), ApiError> {
    let Some(parent) = parent.filter(|parent| !parent.is_empty()) else {
        return Ok(());
    };
    let head = current.map(|current| current.commit.as_str());
    match head.is_some_and(|head| head.starts_with(&parent.to_lowercase())) {
        true => Ok(()),
        false => Err(ApiError::new(
            StatusCode::PRECONDITION_FAILED,
            format!(
                "main is at {}, not at {parent}; look at what changed, then commit again",
                head.unwrap_or("nothing")
            ),
        )),
    }
}

fn no_files() -> ApiError {
    ApiError::bad_request("a version has at least one file; add some")
}
