//! Models: one, or those that match.

use super::{is_large, lfs, next_link, version_headers, Lfs};
use crate::{
    app::{whole_number, App, Params, Query},
    error::ApiError,
    limits::{CHAIN_READS, SEARCH_PAGE, SORTED_MODELS},
    registry::Snapshot,
    repo::Repo,
};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
    Json,
};
use ballast_core::{
    manifest::FileEntry,
    view::{ModelInfo, Selector},
};
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A model, as the clients know it. What the chain does not know (downloads, likes, dates) is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    id: String,
    model_id: String,
    author: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha: Option<String>,
    private: bool,
    gated: bool,
    disabled: bool,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_storage: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    siblings: Option<Vec<Sibling>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sibling {
    rfilename: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lfs: Option<Lfs>,
}

/// What may be asked of a model.
#[derive(Debug, Default, Deserialize)]
pub struct InfoQuery {
    /// Whether the files' hashes are wanted.
    blobs: Option<String>,
}

/// What may be asked of a search.
#[derive(Debug, Default, Deserialize)]
pub struct SearchQuery {
    search: Option<String>,
    author: Option<String>,
    filter: Option<String>,
    sort: Option<String>,
    direction: Option<String>,
    #[serde(default, deserialize_with = "whole_number")]
    limit: Option<usize>,
    /// Models that come before this page.
    #[serde(default, deserialize_with = "whole_number")]
    cursor: Option<usize>,
}

/// `GET` of a model's newest version.
pub async fn info(
    State(app): State<Arc<App>>,
    Params((namespace, name)): Params<(String, String)>,
    Query(query): Query<InfoQuery>,
) -> Result<Response, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, "main").await?;
    describe(&app, &snapshot, &query).await
}

/// `GET` of a version.
pub async fn info_at(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision)): Params<(String, String, String)>,
    Query(query): Query<InfoQuery>,
) -> Result<Response, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, &revision).await?;
    describe(&app, &snapshot, &query).await
}

async fn describe(app: &App, snapshot: &Snapshot, query: &InfoQuery) -> Result<Response, ApiError> {
    let warnings = app.health.warnings(snapshot).await;
    let with_hashes = matches!(query.blobs.as_deref(), Some("true" | "True" | "1"));
    let model = Model::of(snapshot, with_hashes);
    Ok((version_headers(snapshot, &warnings), Json(model)).into_response())
}

/// `GET` of the models that match.
pub async fn search(
    State(app): State<Arc<App>>,
    Query(query): Query<SearchQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let all = app.registry.models().await?;
    let mut found: Vec<&ModelInfo> = all.iter().filter(|model| query.matches(model)).collect();
    found.sort_by_cached_key(|model| model_id(model));
    sort_by_date(&app, &query, &mut found).await?;
    let page = query.limit.unwrap_or(SEARCH_PAGE).min(SEARCH_PAGE);
    let before = query.cursor.unwrap_or(0);
    let models: Vec<Model> = found
        .iter()
        .skip(before)
        .take(page)
        .map(|model| Model::listed(model))
        .collect();
    let end = before.saturating_add(models.len());
    let link = (end < found.len() && !models.is_empty()).then(|| {
        let base = app.base_url(&headers);
        with_cursor(
            &format!("{base}{}", uri.path()),
            uri.query(),
            &end.to_string(),
        )
    });
    let link = link.as_deref().and_then(next_link).into_iter();
    Ok((HeaderMap::from_iter(link), Json(models)).into_response())
}

/// The same address with another cursor.
pub fn with_cursor(url: &str, query: Option<&str>, cursor: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut serializer = url::form_urlencoded::Serializer::new(String::new());
    serializer.extend_pairs(pairs.filter(|(name, _)| name != "cursor"));
    serializer.append_pair("cursor", cursor);
    format!("{url}?{}", serializer.finish())
}

/// The newest first, by the block of the latest version: the chain keeps no dates. Downloads and likes nobody counts, so
/// these orders are that of names.
async fn sort_by_date(
    app: &Arc<App>,
    query: &SearchQuery,
    found: &mut Vec<&ModelInfo>,
) -> Result<(), ApiError> {
    let is_by_date = matches!(query.sort.as_deref(), Some("lastModified" | "createdAt"));
    if !is_by_date || found.len() > SORTED_MODELS {
        return Ok(());
    }
    let names: Vec<(String, String)> = found
        .iter()
        .map(|model| (text(&model.namespace), text(&model.name)))
        .collect();
    let blocks: Vec<Option<u32>> = futures::stream::iter(names)
        .map(|(namespace, name)| latest_block(app.clone(), namespace, name))
        .buffered(CHAIN_READS)
        .try_collect()
        .await?;
    let mut dated: Vec<(Option<u32>, &ModelInfo)> =
        blocks.into_iter().zip(found.drain(..)).collect();
    dated.sort_by_key(|(block, _)| std::cmp::Reverse(*block));
    if query.direction.as_deref() == Some("1") {
        dated.reverse();
    }
    found.extend(dated.into_iter().map(|(_, model)| model));
    Ok(())
}

async fn latest_block(
    app: Arc<App>,
    namespace: String,
    name: String,
) -> Result<Option<u32>, ApiError> {
    let chain = app.registry.chain();
    let latest = chain.resolve(&namespace, &name, Selector::Latest).await?;
    Ok(latest.map(|version| version.published_at))
}

impl SearchQuery {
    fn matches(&self, model: &ModelInfo) -> bool {
        let id = model_id(model).to_lowercase();
        let has_words = self.search.as_deref().is_none_or(|search| {
            search
                .split_whitespace()
                .all(|word| id.contains(&word.to_lowercase()))
        });
        let is_author = self
            .author
            .as_deref()
            .is_none_or(|author| text(&model.namespace).eq_ignore_ascii_case(author));
        let has_tags = self.filter.as_deref().is_none_or(|filter| {
            let tags = tags(model);
            filter.split(',').all(|wanted| {
                tags.iter()
                    .any(|tag| tag.eq_ignore_ascii_case(wanted.trim()))
            })
        });
        has_words && is_author && has_tags
    }
}

impl Model {
    fn of(snapshot: &Snapshot, with_hashes: bool) -> Self {
        let files = snapshot.manifest.files();
        let siblings = files
            .iter()
            .map(|file| Sibling::of(file, with_hashes))
            .collect();
        let (id, author, tags) = match (&snapshot.model, &snapshot.repo) {
            (Some(model), _) => (model_id(model), text(&model.namespace), tags(model)),
            (None, repo @ Repo::Model { namespace, .. }) => {
                (repo.to_string(), namespace.clone(), vec![])
            }
            (None, repo) => (repo.to_string(), crate::repo::ADDRESSES.into(), vec![]),
        };
        Self {
            sha: Some(snapshot.commit.clone()),
            used_storage: Some(snapshot.manifest.total_len()),
            siblings: Some(siblings),
            ..Self::named(id, author, tags)
        }
    }

    fn listed(model: &ModelInfo) -> Self {
        Self::named(model_id(model), text(&model.namespace), tags(model))
    }

    fn named(id: String, author: String, tags: Vec<String>) -> Self {
        Self {
            model_id: id.clone(),
            id,
            author,
            sha: None,
            private: false,
            gated: false,
            disabled: false,
            tags,
            used_storage: None,
            siblings: None,
        }
    }
}

impl Sibling {
    fn of(file: &FileEntry, with_hashes: bool) -> Self {
        let lfs = lfs(file).map(|lfs| Lfs {
            sha256: Some(lfs.oid.clone()),
            ..lfs
        });
        Self {
            rfilename: file.path.clone(),
            size: with_hashes.then_some(file.length),
            blob_id: with_hashes.then(|| hex::encode(file.git_sha1)),
            lfs: lfs.filter(|_| with_hashes && is_large(file.length)),
        }
    }
}

/// What the chain knows of a model, as tags.
fn tags(model: &ModelInfo) -> Vec<String> {
    let mut tags = vec![format!("license:{}", text(&model.licence).to_lowercase())];
    if let Some((namespace, name)) = &model.base {
        tags.push(format!("base_model:{}/{}", text(namespace), text(name)));
    }
    if model.deprecated {
        tags.push("deprecated".into());
    }
    tags
}

fn model_id(model: &ModelInfo) -> String {
    format!("{}/{}", text(&model.namespace), text(&model.name))
}

/// Names are ASCII, by the chain's rules.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(namespace: &str, name: &str) -> ModelInfo {
        ModelInfo {
            namespace: namespace.into(),
            name: name.into(),
            owner: [0; 32],
            licence: b"Apache-2.0".to_vec(),
            base: Some((b"base".to_vec(), b"one".to_vec())),
            royalty_permille: 0,
            deprecated: false,
            versions: 1,
            tags: vec![],
        }
    }

    #[test]
    fn a_search_matches_all_words_the_author_and_tags() {
        let matches = |search: &str, author: &str, filter: &str| {
            let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let query = SearchQuery {
                search: some(search),
                author: some(author),
                filter: some(filter),
                ..SearchQuery::default()
            };
            query.matches(&model("Acme", "Tiny-Llama"))
        };
        assert!(matches("", "", ""));
        assert!(matches("llama ACME", "acme", "license:apache-2.0"));
        assert!(!matches("llama other", "", ""));
        assert!(!matches("", "acm", ""));
        assert!(!matches("", "", "license:mit"));
        assert!(matches("", "", "base_model:base/one"));
    }

    #[test]
    fn the_next_page_keeps_the_question() {
        let url = with_cursor(
            "http://h/api/models",
            Some("search=a+b&cursor=1&limit=2"),
            "x/y",
        );
        assert_eq!(url, "http://h/api/models?search=a+b&limit=2&cursor=x%2Fy");
    }
}
