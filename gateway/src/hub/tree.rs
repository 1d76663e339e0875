//! Folders of a version, its refs, and single paths.

use super::{lfs, models::with_cursor, next_link, version_headers, Lfs};
use crate::{
    app::{whole_number, App, Params, Query},
    error::ApiError,
    limits::{PATHS, SMALL_BODY, TREE_PAGE},
    registry::Snapshot,
    repo::{checked_path, commit_of, Repo},
};
use axum::{
    body::{to_bytes, Body},
    extract::State,
    http::{header, HeaderMap, Uri},
    response::{IntoResponse, Response},
    Json,
};
use ballast_core::manifest::{FileEntry, Manifest};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Entry {
    File {
        oid: String,
        size: u64,
        path: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        lfs: Option<Lfs>,
    },
    Directory {
        oid: String,
        size: u64,
        path: String,
    },
}

/// What may be asked of a tree.
#[derive(Debug, Default, Deserialize)]
pub struct TreeQuery {
    recursive: Option<String>,
    #[serde(default, deserialize_with = "whole_number")]
    limit: Option<usize>,
    /// The last path of the page before.
    cursor: Option<String>,
}

/// `GET` of a version's top folder.
pub async fn top(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision)): Params<(String, String, String)>,
    Query(query): Query<TreeQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, &revision).await?;
    page(&app, &snapshot, "", &query, (&headers, &uri)).await
}

/// `GET` of a folder.
pub async fn folder(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision, path)): Params<(String, String, String, String)>,
    Query(query): Query<TreeQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, &revision).await?;
    let path = checked_path(path.trim_end_matches('/'))?;
    page(&app, &snapshot, path, &query, (&headers, &uri)).await
}

async fn page(
    app: &Arc<App>,
    snapshot: &Snapshot,
    folder: &str,
    query: &TreeQuery,
    (headers, uri): (&HeaderMap, &Uri),
) -> Result<Response, ApiError> {
    let recursive = matches!(query.recursive.as_deref(), Some("true" | "True" | "1"));
    let entries = list(&snapshot.manifest, folder, recursive);
    if entries.is_empty() {
        return Err(ApiError::no_entry(&snapshot.commit, folder));
    }
    let after = query.cursor.as_deref().unwrap_or_default();
    let limit = query.limit.unwrap_or(TREE_PAGE).clamp(1, TREE_PAGE);
    let mut rest = entries.into_iter().filter(|(path, _)| *path > after);
    let shown: Vec<(&str, Entry)> = rest.by_ref().take(limit).collect();
    let last = shown.last().map(|(path, _)| *path);
    let link = last.filter(|_| rest.next().is_some()).map(|last| {
        let base = app.base_url(headers);
        with_cursor(&format!("{base}{}", uri.path()), uri.query(), last)
    });
    let warnings = app.health.warnings(snapshot).await;
    let mut answered = version_headers(snapshot, &warnings);
    answered.extend(link.as_deref().and_then(next_link));
    let entries: Vec<Entry> = shown.into_iter().map(|(_, entry)| entry).collect();
    Ok((answered, Json(entries)).into_response())
}

/// The entries of a folder by path; with those of its folders if `recursive`. Empty if it is no folder.
fn list<'a>(manifest: &'a Manifest, folder: &str, recursive: bool) -> BTreeMap<&'a str, Entry> {
    let prefix = match folder {
        "" => String::new(),
        folder => format!("{folder}/"),
    };
    let mut folders: BTreeMap<&str, blake3::Hasher> = BTreeMap::new();
    let mut entries = BTreeMap::new();
    let below = manifest
        .files()
        .iter()
        .filter(|file| file.path.starts_with(&prefix));
    for file in below {
        let rest = file.path.get(prefix.len()..).unwrap_or_default();
        for (end, _) in rest.match_indices('/') {
            let path = file.path.get(..prefix.len() + end).unwrap_or_default();
            // A folder is what is in it.
            let hasher = folders.entry(path).or_default();
            hasher
                .update(file.path.as_bytes())
                .update(file.blake3.as_bytes());
            if !recursive {
                break;
            }
        }
        if recursive || !rest.contains('/') {
            entries.insert(file.path.as_str(), Entry::of(file));
        }
    }
    entries.extend(
        folders
            .into_iter()
            .map(|(path, hasher)| (path, Entry::folder(path, &hasher))),
    );
    entries
}

impl Entry {
    fn of(file: &FileEntry) -> Self {
        Self::File {
            oid: hex::encode(file.git_sha1),
            size: file.length,
            path: file.path.clone(),
            lfs: lfs(file),
        }
    }

    fn folder(path: &str, content: &blake3::Hasher) -> Self {
        let hash = content.finalize();
        Self::Directory {
            oid: hex::encode(hash.as_bytes().get(..20).unwrap_or_default()),
            size: 0,
            path: path.into(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Refs {
    branches: Vec<Ref>,
    converts: Vec<Ref>,
    tags: Vec<Ref>,
    pull_requests: Vec<Ref>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ref {
    name: String,
    #[serde(rename = "ref")]
    full: String,
    target_commit: String,
}

/// `GET` of branches and tags.
pub async fn refs(
    State(app): State<Arc<App>>,
    Params((namespace, name)): Params<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, "main").await?;
    let branch = Ref {
        name: "main".into(),
        full: "refs/heads/main".into(),
        target_commit: snapshot.commit.clone(),
    };
    Ok(Json(Refs {
        branches: vec![branch],
        converts: vec![],
        tags: tags(&app, &snapshot).await?,
        pull_requests: vec![],
    }))
}

async fn tags(app: &Arc<App>, snapshot: &Snapshot) -> Result<Vec<Ref>, ApiError> {
    let (Some(model), Repo::Model { namespace, name }) = (&snapshot.model, &snapshot.repo) else {
        return Ok(vec![]);
    };
    if model.tags.is_empty() {
        return Ok(vec![]);
    }
    let versions = app.registry.chain().versions(namespace, name).await?;
    let of = |(tag, number): &(Vec<u8>, u32)| {
        let version = versions.iter().find(|version| version.number == *number)?;
        let name = String::from_utf8_lossy(tag).into_owned();
        Some(Ref {
            full: format!("refs/tags/{name}"),
            name,
            target_commit: commit_of(&version.manifest),
        })
    };
    Ok(model.tags.iter().filter_map(of).collect())
}

/// `POST` of paths, as a form or as JSON; those that exist are described.
pub async fn paths_info(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision)): Params<(String, String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, &revision).await?;
    let body = to_bytes(body, SMALL_BODY).await;
    let body = body.map_err(|_| ApiError::too_large("a list of paths", SMALL_BODY as u64))?;
    let paths = paths(&headers, &body)?;
    let manifest = &snapshot.manifest;
    let described: Vec<Entry> = paths
        .iter()
        .filter_map(|path| describe(manifest, path))
        .collect();
    Ok((version_headers(&snapshot, &[]), Json(described)).into_response())
}

fn paths(headers: &HeaderMap, body: &[u8]) -> Result<Vec<String>, ApiError> {
    #[derive(Deserialize)]
    struct Asked {
        paths: Vec<String>,
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let paths = match kind.is_some_and(|kind| kind.starts_with("application/json")) {
        true => serde_json::from_slice::<Asked>(body).map_err(|error| {
            ApiError::bad_request(format!(
                "expected {{\"paths\": [..]}}, got something else: {error}"
            ))
        })?,
        false => Asked {
            paths: url::form_urlencoded::parse(body)
                .filter(|(name, _)| name == "paths")
                .map(|(_, path)| path.into_owned())
                .collect(),
        },
    };
    match paths.paths.len() <= PATHS {
        true => Ok(paths.paths),
        false => Err(ApiError::bad_request(format!(
            "one request may ask about {PATHS} paths, got {}; ask in parts",
            paths.paths.len()
        ))),
    }
}

fn describe(manifest: &Manifest, path: &str) -> Option<Entry> {
    let path = path.trim_end_matches('/');
    if let Some(file) = manifest.find(path) {
        return Some(Entry::of(file));
    }
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    list(manifest, parent, false).remove(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::{manifest::Location, Address};

    fn manifest(paths: &[&str]) -> Manifest {
        let file = |path: &&str| FileEntry {
            blake3: Address(*blake3::hash(path.as_bytes()).as_bytes()),
            git_sha1: [1; 20],
            length: 3,
            location: Location::Blob,
            path: (*path).into(),
            sha256: [2; 32],
        };
        Manifest::new(paths.iter().map(file).collect()).unwrap()
    }

    fn listed(paths: &[&str], folder: &str, recursive: bool) -> Vec<String> {
        list(&manifest(paths), folder, recursive)
            .keys()
            .map(|path| path.to_string())
            .collect()
    }

    const PATHS: [&str; 5] = ["a.txt", "dir/one", "dir/sub/two", "dir2/x", "z"];

    #[test]
    fn a_folder_lists_what_is_directly_in_it_or_all_below() {
        assert_eq!(listed(&PATHS, "", false), ["a.txt", "dir", "dir2", "z"]);
        assert_eq!(listed(&PATHS, "dir", false), ["dir/one", "dir/sub"]);
        let all = [
            "a.txt",
            "dir",
            "dir/one",
            "dir/sub",
            "dir/sub/two",
            "dir2",
            "dir2/x",
            "z",
        ];
        assert_eq!(listed(&PATHS, "", true), all);
        assert_eq!(
            listed(&PATHS, "dir", true),
            ["dir/one", "dir/sub", "dir/sub/two"]
        );
        for nothing in ["di", "z", "dir/one", "none"] {
            assert!(listed(&PATHS, nothing, true).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn a_folders_id_is_that_of_its_content() {
        let id = |paths: &[&str]| list(&manifest(paths), "", false).remove("dir").unwrap();
        assert_eq!(id(&PATHS), id(&PATHS));
        assert_ne!(id(&PATHS), id(&["dir/one"]));
    }

    #[test]
    fn paths_come_as_a_form_or_as_json() {
        let form = paths(&HeaderMap::new(), b"paths=a%2Fb&expand=False&paths=c").unwrap();
        assert_eq!(form, ["a/b", "c"]);
        let json =
            HeaderMap::from_iter([(header::CONTENT_TYPE, "application/json".parse().unwrap())]);
        assert_eq!(
            paths(&json, b"{\"paths\":[\"a\"],\"expand\":true}").unwrap(),
            ["a"]
        );
        assert_eq!(paths(&json, b"[]").unwrap_err().status(), 400);
        let many = "paths=a&".repeat(super::PATHS + 1);
        assert_eq!(
            paths(&HeaderMap::new(), many.as_bytes())
                .unwrap_err()
                .status(),
            400
        );
    }

    #[test]
    fn files_and_folders_are_described_and_others_left_out() {
        let manifest = manifest(&PATHS);
        assert!(matches!(
            describe(&manifest, "dir/one"),
            Some(Entry::File { .. })
        ));
        assert!(matches!(
            describe(&manifest, "dir/sub/"),
            Some(Entry::Directory { .. })
        ));
        assert_eq!(describe(&manifest, "dir/none"), None);
        assert_eq!(describe(&manifest, ""), None);
    }
}
