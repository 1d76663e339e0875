//! Repositories before a commit: who asks, whether a name may be published to, how files are to be sent.

use super::{lfs::json_body, Writer};
use crate::{
    app::{App, Params},
    error::ApiError,
    hub::is_large,
    limits::PREUPLOAD_FILES,
    registry::Snapshot,
    repo::{is_main, Repo},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use ballast_blobs::ModelTarget;
use ballast_core::manifest::check_path;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
struct NewRepo {
    name: String,
    organization: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    private: Option<bool>,
    visibility: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Card {
    content: String,
}

#[derive(Debug, Deserialize)]
struct Preupload {
    files: Vec<Announced>,
}

#[derive(Debug, Deserialize)]
struct Announced {
    path: String,
    size: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mode {
    path: String,
    upload_mode: &'static str,
    should_ignore: bool,
    /// What is at the path now: a client need not send the same again.
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<String>,
}

/// `GET` of whom a token was made for.
pub async fn whoami(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, ApiError> {
    let writer = app
        .writer()
        .map_err(|error| ApiError::unauthorized(error.message()))?;
    let token = writer.caller(&headers)?;
    let role = json!({ "displayName": token.name, "role": "write" });
    let user = json!({
        "type": "user", "id": token.id, "name": token.name, "fullname": token.name, "isPro": false, "orgs": [],
        "auth": { "type": "access_token", "accessToken": role },
    });
    Ok(Json(user).into_response())
}

/// `POST` of a repository: whether it may be published to. On the chain it comes with its first commit.
pub async fn create(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let writer = app.writer()?;
    let token = writer.caller(&headers)?;
    let asked: NewRepo = json_body(body, "a repository").await?;
    if asked.kind.as_deref().is_some_and(|kind| kind != "model") {
        return Err(ApiError::bad_request(
            "the chain keeps models; datasets and spaces it does not",
        ));
    }
    if asked.private == Some(true)
        || asked
            .visibility
            .as_deref()
            .is_some_and(|how| how != "public")
    {
        return Err(ApiError::bad_request(
            "what is on the chain is public; encrypt it first, or leave private out",
        ));
    }
    let (namespace, name) = match asked.name.split_once('/') {
        Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
        None => (asked.organization.unwrap_or(token.name), asked.name),
    };
    let repo =
        Repo::parse(&namespace, &name).map_err(|error| ApiError::bad_request(error.message()))?;
    let url = format!("{}/{repo}", app.base_url(&headers));
    let created = json!({ "url": url, "name": repo.to_string(), "id": repo.to_string() });
    if app.registry.model(&repo).await?.is_some() {
        let exists = json!({ "error": format!("model {repo} exists already"), "url": url });
        return Ok((StatusCode::CONFLICT, Json(exists)).into_response());
    }
    let target = writer.target(&repo)?;
    writer
        .client
        .check_model(writer.signer.account(), &target)
        .await?;
    Ok(Json(created).into_response())
}

/// `POST` of a model card. Its front matter is not the chain's business, but for one that is never closed.
pub async fn validate_yaml(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    app.writer()?.caller(&headers)?;
    let card: Card = json_body(body, "a model card").await?;
    let mut lines = card.content.lines().map(str::trim_end);
    let is_open = lines.next() == Some("---") && !lines.any(|line| line == "---");
    let errors = match is_open {
        true => {
            vec![json!({ "message": "the front matter begins with --- and has no second ---" })]
        }
        false => vec![],
    };
    Ok(Json(json!({ "errors": errors, "warnings": [] })).into_response())
}

/// `POST` of files that are about to be sent: how each is to come.
pub async fn preupload(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision)): Params<(String, String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    app.writer()?.caller(&headers)?;
    let repo = Repo::parse(&namespace, &name)?;
    ensure_main(&revision)?;
    let asked: Preupload = json_body(body, "the files to send").await?;
    if asked.files.len() > PREUPLOAD_FILES {
        let (len, max) = (asked.files.len(), PREUPLOAD_FILES);
        let message = format!("one request may announce {max} files, got {len}; send several");
        return Err(ApiError::bad_request(message));
    }
    let current = current(&app, &repo).await?;
    let modes = asked
        .files
        .into_iter()
        .map(|file| mode(current.as_deref(), file));
    let files = modes.collect::<Result<Vec<_>, ApiError>>()?;
    Ok(Json(json!({ "files": files })).into_response())
}

fn mode(current: Option<&Snapshot>, file: Announced) -> Result<Mode, ApiError> {
    writable_path(&file.path)?;
    let there = current.and_then(|snapshot| snapshot.manifest.find(&file.path));
    let oid = there.map(|there| match is_large(there.length) {
        true => hex::encode(there.sha256),
        false => hex::encode(there.git_sha1),
    });
    Ok(Mode {
        upload_mode: if is_large(file.size) {
            "lfs"
        } else {
            "regular"
        },
        path: file.path,
        should_ignore: false,
        oid,
    })
}

/// The newest version, if there is one.
pub(super) async fn current(app: &App, repo: &Repo) -> Result<Option<Arc<Snapshot>>, ApiError> {
    match app.registry.model(repo).await? {
        Some(model) if model.versions > 0 => app.registry.snapshot(repo, "main").await.map(Some),
        _ => Ok(None),
    }
}

/// Versions follow one another; there is nothing else to commit to.
pub(super) fn ensure_main(revision: &str) -> Result<(), ApiError> {
    match is_main(revision) {
        true => Ok(()),
        false => Err(ApiError::no_revision(
            "commits go to main, the only branch; tag the version afterwards: ballast tag",
        )),
    }
}

/// Refuses paths that a manifest cannot have, or that publishing leaves out.
pub(super) fn writable_path(path: &str) -> Result<(), ApiError> {
    check_path(path)
        .map_err(|error| ApiError::bad_request(format!("{path:?} cannot be published: {error}")))?;
    let is_git = path.split('/').any(|segment| segment == ".git");
    match is_git || path.ends_with(ballast_blobs::STAGING_SUFFIX) {
        true => Err(ApiError::bad_request(format!(
            "{path:?} is a name that publishing leaves out; rename it"
        ))),
        false => Ok(()),
    }
}

impl Writer {
    /// The model that a repository names.
    pub(super) fn target(&self, repo: &Repo) -> Result<ModelTarget, ApiError> {
        match repo {
            Repo::Model { namespace, name } => Ok(ModelTarget {
                namespace: namespace.clone(),
                name: name.clone(),
                licence: self.licence.clone(),
                base: None,
                royalty_permille: 0,
                tags: vec![],
            }),
            Repo::Version(_) => Err(ApiError::bad_request(
                "an address is one version for ever; publish under a name",
            )),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_would_be_left_out_are_refused() {
        assert!(writable_path("dir/.gitattributes").is_ok());
        for path in [
            "",
            "/a",
            "a/../b",
            "a//b",
            ".git/config",
            "x/.git/y",
            "a.ballast-part",
            "a\0b",
        ] {
            assert_eq!(writable_path(path).unwrap_err().status(), 400, "{path:?}");
        }
    }

    #[test]
    fn files_are_sent_by_their_length() {
        let mode = |size| {
            mode(
                None,
                Announced {
                    path: "f".into(),
                    size,
                },
            )
            .unwrap()
            .upload_mode
        };
        assert_eq!(
            (mode(0), mode(1 << 20), mode((1 << 20) + 1)),
            ("regular", "regular", "lfs")
        );
    }
}
