//! Uploads and commits, as the clients make them.

use crate::{
    http::{ask, Answer},
    net::bytes,
    setup::{files, Setup},
};
use ballast_chain::Chain;
use ballast_core::view::Selector;
use ballast_gateway::Limits;
use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn writable() -> (Setup, String) {
    let setup = Setup::with(Limits::default(), true).await;
    let token = setup.token();
    (setup, token)
}

impl Setup {
    async fn send(&self, token: &str, target: &str, body: &Value) -> Answer {
        let headers = [("authorization", token), JSON];
        self.post(target, &headers, body.to_string().as_bytes())
            .await
    }

    async fn commit(&self, token: &str, repo: &str, lines: &[Value]) -> Answer {
        let header = json!({ "key": "header", "value": { "summary": "test", "description": "" } });
        let lines: Vec<String> = std::iter::once(&header)
            .chain(lines)
            .map(Value::to_string)
            .collect();
        let headers = [
            ("authorization", token),
            ("content-type", "application/x-ndjson"),
        ];
        let target = format!("/api/models/{repo}/commit/main");
        self.post(&target, &headers, lines.join("\n").as_bytes())
            .await
    }

    async fn batch(&self, token: &str, object: &Value) -> Value {
        let body = json!({ "operation": "upload", "transfers": ["basic", "multipart"], "objects": [object] });
        let answer = self
            .send(token, "/acme/new.git/info/lfs/objects/batch", &body)
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["objects"][0].clone()
    }

    async fn put(&self, href: &str, body: &[u8]) -> Answer {
        let target = href.strip_prefix("http://gateway.test:8585").unwrap();
        ask(self.address, "PUT", target, &[], body).await
    }
}

fn object(content: &[u8]) -> Value {
    json!({ "oid": hex::encode(Sha256::digest(content)), "size": content.len() })
}

fn file(path: &str, content: &[u8]) -> Value {
    let value = json!({ "path": path, "content": STANDARD.encode(content), "encoding": "base64" });
    json!({ "key": "file", "value": value })
}

fn lfs_file(path: &str, content: &[u8]) -> Value {
    let mut value = object(content);
    value["path"] = path.into();
    value["algo"] = "sha256".into();
    json!({ "key": "lfsFile", "value": value })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_uploaded_and_downloaded() {
    let (setup, token) = writable().await;
    let weights = files()["weights.safetensors"].clone();
    let created = setup
        .send(
            &token,
            "/api/repos/create",
            &json!({ "name": "new", "organization": "acme" }),
        )
        .await;
    assert_eq!(
        (created.status, created.json()["url"].clone()),
        (200, json!("http://gateway.test:8585/acme/new"))
    );
    let asked = json!({ "files": [
        { "path": "weights.safetensors", "size": weights.len(), "sample": "" },
        { "path": "config.json", "size": 2, "sample": "" },
    ] });
    let modes = setup
        .send(&token, "/api/models/acme/new/preupload/main", &asked)
        .await
        .json();
    assert_eq!(
        (
            &modes["files"][0]["uploadMode"],
            &modes["files"][1]["uploadMode"]
        ),
        (&json!("lfs"), &json!("regular"))
    );

    let upload = setup.batch(&token, &object(&weights)).await;
    let href = upload["actions"]["upload"]["href"].as_str().unwrap();
    assert_eq!(setup.put(href, &weights).await.status, 200);
    let verify = upload["actions"]["verify"]["href"]
        .as_str()
        .unwrap()
        .replace("http://gateway.test:8585", "");
    assert_eq!(
        setup.send(&token, &verify, &object(&weights)).await.status,
        200
    );
    assert_eq!(
        setup.batch(&token, &object(&weights)).await.get("actions"),
        None,
        "it is here already"
    );
    assert_eq!(
        setup.net.chain.read(|state| state.submitted.len()),
        0,
        "nothing is on the chain before the commit"
    );

    let lines = [
        file("config.json", b"{}"),
        lfs_file("weights.safetensors", &weights),
        file("empty", b""),
    ];
    let committed = setup.commit(&token, "acme/new", &lines).await;
    assert_eq!(committed.status, 200, "{committed:?}");
    let answer = committed.json();
    let described = setup.get("/api/models/acme/new").await.json();
    assert_eq!(
        (&answer["commitOid"], &answer["success"]),
        (&described["sha"], &json!(true))
    );
    assert!(
        setup
            .get("/acme/new/resolve/main/weights.safetensors")
            .await
            .body
            == weights
    );
    assert_eq!(
        setup.get("/acme/new/resolve/main/config.json").await.body,
        b"{}"
    );
    assert_eq!(
        std::fs::read_dir(setup.spool().join("objects"))
            .unwrap()
            .count(),
        0,
        "the spool is empty again"
    );
    assert_eq!(
        std::fs::read_dir(setup.spool().join("commits"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_add_replace_copy_and_delete() {
    let (setup, token) = writable().await;
    let weights = files()["weights.safetensors"].clone();
    let upload = setup.batch(&token, &object(&weights)).await;
    setup
        .put(
            upload["actions"]["upload"]["href"].as_str().unwrap(),
            &weights,
        )
        .await;
    let first = setup
        .commit(
            &token,
            "acme/new",
            &[
                file("a", b"1"),
                file("dir/b", b"2"),
                file("dir/c", b"3"),
                lfs_file("w", &weights),
            ],
        )
        .await;
    assert_eq!(first.status, 200, "{first:?}");
    let received = setup.net.received();
    let second = [
        file("a", b"one"),
        json!({ "key": "deletedFolder", "value": { "path": "dir/" } }),
        file("dir/new", b"4"),
        lfs_file("copy/of-w", &weights),
        json!({ "key": "deletedFile", "value": { "path": "w" } }),
    ];
    assert_eq!(setup.commit(&token, "acme/new", &second).await.status, 200);
    assert!(
        setup.net.received() - received < 1 << 20,
        "what is stored is not uploaded again"
    );
    let tree = setup
        .get("/api/models/acme/new/tree/main?recursive=true")
        .await
        .json();
    let paths: Vec<_> = tree
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["a", "copy", "copy/of-w", "dir", "dir/new"]);
    assert!(setup.get("/acme/new/resolve/main/copy/of-w").await.body == weights);
    assert_eq!(setup.get("/acme/new/resolve/main/a").await.body, b"one");

    let versions = setup.net.chain.versions("acme", "new").await.unwrap().len();
    let same = setup.commit(&token, "acme/new", &[file("a", b"one")]).await;
    assert_eq!(same.status, 200, "{same:?}");
    assert_eq!(
        setup.net.chain.versions("acme", "new").await.unwrap().len(),
        versions,
        "nothing has changed"
    );
    let absent = setup
        .commit(
            &token,
            "acme/new",
            &[json!({ "key": "deletedFile", "value": { "path": "none" } })],
        )
        .await;
    assert_eq!(
        (absent.status, absent.header("x-error-code")),
        (404, Some("EntryNotFound"))
    );
    let replaced = [
        json!({ "key": "deletedFile", "value": { "path": "a" } }),
        file("a", b"two"),
    ];
    assert_eq!(
        setup.commit(&token, "acme/new", &replaced).await.status,
        200
    );
    assert_eq!(setup.get("/acme/new/resolve/main/a").await.body, b"two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_is_not_the_newest_version_is_refused() {
    let (setup, token) = writable().await;
    let first = setup
        .commit(&token, "acme/new", &[file("a", b"1")])
        .await
        .json();
    let with_parent = |parent: &Value| json!({ "key": "header", "value": { "summary": "s", "parentCommit": parent } });
    let stale = setup
        .commit(
            &token,
            "acme/new",
            &[with_parent(&json!("0".repeat(40))), file("a", b"2")],
        )
        .await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let fresh = setup
        .commit(
            &token,
            "acme/new",
            &[with_parent(&first["commitOid"]), file("a", b"2")],
        )
        .await;
    assert_eq!(fresh.status, 200, "{fresh:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_was_given_away_is_committed_to_by_its_owner_alone() {
    let (setup, token) = writable().await;
    let first = setup.commit(&token, "acme/new", &[file("a", b"1")]).await;
    assert_eq!(first.status, 200, "{first:?}");
    // The namespace goes to somebody else, the model stays with the gateway's account.
    setup
        .net
        .chain
        .read(|state| state.namespaces.insert(b"acme".to_vec(), [7; 32]));
    let second = setup.commit(&token, "acme/new", &[file("a", b"2")]).await;
    assert_eq!(second.status, 200, "{second:?}");
    assert_eq!(setup.get("/acme/new/resolve/main/a").await.body, b"2");
    let other = setup.commit(&token, "acme/other", &[file("a", b"3")]).await;
    assert_eq!(
        other.status, 403,
        "a new model needs the namespace: {other:?}"
    );

    // The model goes too.
    setup.net.chain.read(|state| {
        for (model, _) in state.models.values_mut() {
            model.owner = [7; 32];
        }
    });
    let third = setup.commit(&token, "acme/new", &[file("a", b"4")]).await;
    assert_eq!(third.status, 403, "{third:?}");
    assert_eq!(setup.get("/acme/new/resolve/main/a").await.body, b"2");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nothing_is_taken() {
    let (setup, token) = writable().await;
    let body = json!({ "name": "new", "organization": "acme" }).to_string();
    for header in [
        "",
        "Bearer hf_wrong",
        "Basic x",
        &token.replace("Bearer ", "Bearer x"),
    ] {
        let headers = [("authorization", header), JSON];
        let answer = setup
            .post("/api/repos/create", &headers, body.as_bytes())
            .await;
        assert_eq!(answer.status, 401, "{header}");
        let answer = setup.commit(header, "acme/new", &[file("a", b"1")]).await;
        assert_eq!(answer.status, 401, "{header}");
    }
    let who = setup
        .get_with("/api/whoami-v2", &[("authorization", &token)])
        .await
        .json();
    assert_eq!(
        (&who["name"], &who["type"]),
        (&json!("tester"), &json!("user"))
    );
    assert_eq!(setup.get("/api/whoami-v2").await.status, 401);
    let reader = Setup::empty().await;
    assert_eq!(
        reader
            .post("/api/repos/create", &[JSON], body.as_bytes())
            .await
            .status,
        403
    );
    assert_eq!(setup.net.chain.read(|state| state.submitted.len()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_are_not_as_announced_are_refused_and_leave_nothing() {
    let (setup, token) = writable().await;
    let content = bytes(1, 20_000);
    let upload = setup.batch(&token, &object(&content)).await;
    let href = upload["actions"]["upload"]["href"].as_str().unwrap();
    let mut wrong = content.clone();
    wrong[5] ^= 1;
    for body in [
        &wrong[..],
        &content[..999],
        b"",
        &[&content[..], b"x"].concat(),
    ] {
        assert_eq!(
            setup.put(href, body).await.status,
            400,
            "{} bytes",
            body.len()
        );
    }
    let chunked = format!(
        "PUT {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n8000\r\n{}\r\n0\r\n\r\n",
        href.replace("http://gateway.test:8585", ""),
        "x".repeat(0x8000)
    );
    assert_eq!(
        crate::http::ask_raw(setup.address, chunked.into_bytes())
            .await
            .status,
        400
    );
    let refused = setup
        .commit(&token, "acme/new", &[lfs_file("w", &content)])
        .await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(setup.net.chain.read(|state| state.submitted.len()), 0);
    assert_eq!(
        setup.put(href, &content).await.status,
        200,
        "the right bytes are taken afterwards"
    );
    assert_eq!(
        setup
            .put("http://gateway.test:8585/lfs/unknown", b"x")
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spool_is_bounded() {
    let (setup, token) = writable().await;
    let refused = setup
        .batch(&token, &json!({ "oid": "00".repeat(32), "size": 65 << 20 }))
        .await;
    assert_eq!(refused["error"]["code"], 507);
    let refused = setup
        .batch(
            &token,
            &json!({ "oid": "00".repeat(32), "size": 1u64 << 41 }),
        )
        .await;
    assert_eq!(refused["error"]["code"], 413);
    let refused = setup
        .batch(&token, &json!({ "oid": "../x", "size": 1 }))
        .await;
    assert_eq!(refused["error"]["code"], 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_cannot_be_are_refused() {
    let (setup, token) = writable().await;
    for (repo, path) in [
        ("acme/new", "../x"),
        ("acme/new", ".git/config"),
        ("acme/new", "/x"),
        ("acme/new", "a//b"),
    ] {
        let answer = setup.commit(&token, repo, &[file(path, b"1")]).await;
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
    }
    let both = setup
        .commit(&token, "acme/new", &[file("a", b"1"), file("a/b", b"2")])
        .await;
    assert_eq!(both.status, 400, "{both:?}");
    let nothing = setup.commit(&token, "acme/new", &[]).await;
    assert_eq!(nothing.status, 400);
    let address = setup
        .commit(
            &token,
            &format!("b3/{}", "ab".repeat(32)),
            &[file("a", b"1")],
        )
        .await;
    assert_eq!(address.status, 400, "{address:?}");
    setup
        .net
        .chain
        .read(|state| state.namespaces.insert(b"taken".to_vec(), [9; 32]));
    let others = setup.commit(&token, "taken/new", &[file("a", b"1")]).await;
    assert_eq!(others.status, 403, "{others:?}");
    let headers = [("authorization", token.as_str())];
    let branch = setup
        .post("/api/models/acme/new/commit/dev", &headers, b"{}")
        .await;
    assert_eq!(branch.header("x-error-code"), Some("RevisionNotFound"));
    assert_eq!(setup.net.chain.read(|state| state.submitted.len()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_is_free_is_taken_by_the_first_commit() {
    let (setup, token) = writable().await;
    assert_eq!(
        setup
            .commit(&token, "fresh/model", &[file("a", b"1")])
            .await
            .status,
        200
    );
    let latest = setup
        .net
        .chain
        .resolve("fresh", "model", Selector::Latest)
        .await
        .unwrap();
    assert_eq!(latest.unwrap().number, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_in_a_version_is_leased_as_long_as_what_is_new() {
    let (setup, token) = writable().await;
    let weights = files()["weights.safetensors"].clone();
    let upload = setup.batch(&token, &object(&weights)).await;
    setup
        .put(
            upload["actions"]["upload"]["href"].as_str().unwrap(),
            &weights,
        )
        .await;
    setup
        .commit(&token, "acme/new", &[lfs_file("w", &weights)])
        .await;
    let before = setup.net.encoding(crate::setup::address(&weights)).expires;
    setup
        .net
        .chain
        .read(|state| state.params.current_epoch.0 += 10);
    assert_eq!(
        setup
            .commit(&token, "acme/new", &[file("a", b"1")])
            .await
            .status,
        200
    );
    let after = setup.net.encoding(crate::setup::address(&weights)).expires;
    assert_eq!(after.0, before.0 + 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_within_a_commit_leaves_nothing() {
    let (setup, token) = writable().await;
    let head = format!(
        "POST /api/models/acme/new/commit/main HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\ncontent-length: 10000\r\n\r\n{}\n",
        file("a", b"1")
    );
    let server = setup.address;
    tokio::task::spawn_blocking(move || {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(server).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
    })
    .await
    .unwrap();
    let commits = setup.spool().join("commits");
    for _ in 0..100 {
        if std::fs::read_dir(&commits).unwrap().count() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(std::fs::read_dir(&commits).unwrap().count(), 0);
    assert_eq!(setup.net.chain.read(|state| state.submitted.len()), 0);
}
