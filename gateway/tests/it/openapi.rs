//! The OpenAPI document tells the truth: its paths are the router's, and answers are as it says.

use crate::{
    http::{ask, Answer},
    schema::{check, resolve},
    setup::{commit, Setup},
};
use ballast_gateway::{Limits, Route, OPENAPI};
use serde_json::{json, Value};
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

#[test]
fn paths_and_methods_are_those_of_the_router() {
    let document = document();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(move |method| (path.clone(), method.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> = Route::ALL
        .iter()
        .flat_map(|route| {
            route
                .methods()
                .iter()
                .map(|method| (route.path().replace('*', ""), (*method).to_owned()))
        })
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn parameters_of_a_path_are_described() {
    let document = document();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let expected: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let in_path = parameters.filter(|parameter| parameter["in"] == "path");
            let described: BTreeSet<&str> = in_path
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(described, expected, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_router_takes_the_described_methods_and_no_others() {
    let setup = Setup::with(Limits::default(), true).await;
    for route in Route::ALL {
        let target: String = route
            .path()
            .split('/')
            .skip(1)
            .map(|part| match part {
                "{address}" => format!("/{}", "00".repeat(32)),
                "{part}" => "/1".into(),
                part if part.starts_with('{') => "/x".into(),
                part => format!("/{part}"),
            })
            .collect();
        for method in ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"] {
            let described = route.methods().contains(&method.to_lowercase().as_str());
            let implied = method == "HEAD" && route.methods().contains(&"get");
            let answer = ask(setup.address, method, &target, &[], b"").await;
            assert_eq!(
                answer.status == 405,
                !described && !implied,
                "{method} {target}: {}",
                answer.status
            );
        }
    }
}

/// Checks an answer against what the document says of its route.
fn conforms(document: &Value, method: &str, path: &str, answer: &Answer) {
    let name = format!("{method} {path} {}", answer.status);
    let described = &document["paths"][path][method]["responses"][answer.status.to_string()];
    assert!(described.is_object(), "{name} is not described: {answer:?}");
    let content = described["content"].as_object();
    let Some((kind, media)) = content.and_then(|content| content.iter().next()) else {
        assert!(answer.body.is_empty(), "{name} has a body");
        return;
    };
    let told = answer.header("content-type").unwrap_or_default();
    // Small readable files are text; the document speaks of bytes.
    let is_bytes = kind == "application/octet-stream";
    assert!(
        told.starts_with(kind.as_str()) || is_bytes,
        "{name}: {told} is no {kind}"
    );
    if kind.contains("json") {
        let schema = resolve(document, &media["schema"]);
        check(document, schema, &answer.json(), &name).unwrap_or_else(|error| panic!("{error}"));
    }
    if let Some(headers) = described["headers"].as_object() {
        let optional = ["Link", "X-HF-Warning", "X-Error-Code"];
        for header in headers
            .keys()
            .filter(|header| !optional.contains(&header.as_str()))
        {
            assert!(
                answer.header(&header.to_lowercase()).is_some(),
                "{name} has no {header}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_described() {
    let mut setup = Setup::with(Limits::default(), true).await;
    let files: Vec<(&str, Vec<u8>)> = crate::setup::files().into_iter().collect();
    let manifest = setup.publish("tiny", &files, &["v1"]).await;
    let document = document();
    let token = setup.token();
    let model = "/api/models/{namespace}/{name}";
    let resolve_path = "/{namespace}/{name}/resolve/{revision}/{path}";
    let weights = "/acme/tiny/resolve/main/weights.safetensors";
    let range: (&str, &str) = ("range", "bytes=0-9");
    for (path, target, headers) in [
        ("/healthz", "/healthz".to_owned(), vec![]),
        ("/metrics", "/metrics".into(), vec![]),
        ("/openapi.json", "/openapi.json".into(), vec![]),
        (
            "/b3/{address}",
            format!("/b3/{}", manifest.address()),
            vec![],
        ),
        (
            "/b3/{address}",
            format!("/b3/{}", manifest.address()),
            vec![range],
        ),
        ("/b3/{address}", format!("/b3/{}", "00".repeat(32)), vec![]),
        (resolve_path, weights.into(), vec![]),
        (resolve_path, weights.into(), vec![range]),
        (
            resolve_path,
            weights.into(),
            vec![("range", "bytes=99999999-")],
        ),
        (resolve_path, weights.into(), vec![("if-none-match", "*")]),
        (resolve_path, weights.into(), vec![("if-match", "\"x\"")]),
        (resolve_path, "/acme/tiny/resolve/main/none".into(), vec![]),
        ("/api/models", "/api/models?limit=1".into(), vec![]),
        (model, "/api/models/acme/tiny?blobs=true".into(), vec![]),
        (model, "/api/models/acme/none".into(), vec![]),
        (
            "/api/models/{namespace}/{name}/revision/{revision}",
            format!("/api/models/acme/tiny/revision/{}", commit(&manifest)),
            vec![],
        ),
        (
            "/api/models/{namespace}/{name}/tree/{revision}",
            "/api/models/acme/tiny/tree/main?recursive=true".into(),
            vec![],
        ),
        (
            "/api/models/{namespace}/{name}/tree/{revision}/{path}",
            "/api/models/acme/tiny/tree/main/onnx".into(),
            vec![],
        ),
        (
            "/api/models/{namespace}/{name}/refs",
            "/api/models/acme/tiny/refs".into(),
            vec![],
        ),
        (
            "/api/whoami-v2",
            "/api/whoami-v2".into(),
            vec![("authorization", token.as_str())],
        ),
        ("/api/whoami-v2", "/api/whoami-v2".into(), vec![]),
    ] {
        let answer = setup.get_with(&target, &headers).await;
        conforms(&document, "get", path, &answer);
    }
    for (path, target, body) in [
        ("/api/models/{namespace}/{name}/paths-info/{revision}", "/api/models/acme/tiny/paths-info/main", "paths=onnx&paths=README.md".to_owned()),
        ("/api/repos/create", "/api/repos/create", json!({ "name": "acme/other" }).to_string()),
        ("/api/repos/create", "/api/repos/create", json!({ "name": "acme/tiny" }).to_string()),
        ("/api/repos/create", "/api/repos/create", json!({ "name": "acme/x", "type": "dataset" }).to_string()),
        ("/api/validate-yaml", "/api/validate-yaml", json!({ "content": "---\nopen" }).to_string()),
        ("/api/models/{namespace}/{name}/preupload/{revision}", "/api/models/acme/tiny/preupload/main",
            json!({ "files": [{ "path": "README.md", "size": 1 }, { "path": "new", "size": 99999999 }] }).to_string()),
        ("/{namespace}/{name_git}/info/lfs/objects/batch", "/acme/tiny.git/info/lfs/objects/batch",
            json!({ "operation": "upload", "objects": [{ "oid": "00".repeat(32), "size": 9 }, { "oid": "x", "size": 9 }] }).to_string()),
        ("/lfs/{ticket}/verify", "/lfs/x/verify", json!({ "oid": "00".repeat(32), "size": 9 }).to_string()),
        ("/lfs/{ticket}", "/lfs/x", json!({ "oid": "00".repeat(32), "parts": [] }).to_string()),
        ("/api/models/{namespace}/{name}/commit/{revision}", "/api/models/acme/tiny/commit/main",
            json!({ "key": "file", "value": { "path": "new", "content": "", "encoding": "base64" } }).to_string()),
        ("/api/models/{namespace}/{name}/commit/{revision}", "/api/models/acme/tiny/commit/main", "nonsense".into()),
    ] {
        let answer = setup.post(target, &[("authorization", &token)], body.as_bytes()).await;
        conforms(&document, "post", path, &answer);
    }
    let head = setup.head(weights).await;
    conforms(&document, "head", resolve_path, &head);
    setup.stop().await;
}
