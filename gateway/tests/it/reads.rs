//! What clients ask before they download: models, trees, refs, paths, errors.

use crate::setup::{commit, files, Setup};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_described_under_every_name_of_its_version() {
    let (setup, manifest) = Setup::with_model().await;
    let (commit, address) = (commit(&manifest), manifest.address());
    let names = [
        "main",
        "HEAD",
        "v1",
        "refs%2Ftags%2Fv1",
        "1",
        &commit,
        &address.to_string(),
    ];
    let mut targets: Vec<String> = names
        .iter()
        .map(|name| format!("/api/models/acme/tiny/revision/{name}"))
        .collect();
    targets.push("/api/models/acme/tiny".into());
    targets.push(format!("/api/models/b3/{address}"));
    targets.push(format!("/api/models/b3/{address}/revision/main"));
    for target in targets {
        let answer = setup.get(&target).await;
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        assert_eq!(answer.json()["sha"], commit, "{target}");
        assert_eq!(answer.header("x-repo-commit"), Some(commit.as_str()));
        assert_eq!(
            answer.header("x-ballast-manifest"),
            Some(address.to_string().as_str())
        );
    }
    let model = setup.get("/api/models/acme/tiny?blobs=true").await.json();
    assert_eq!(
        (&model["id"], &model["author"], &model["private"]),
        (&json!("acme/tiny"), &json!("acme"), &json!(false))
    );
    assert_eq!(model["tags"], json!(["license:mit"]));
    let siblings = model["siblings"].as_array().unwrap();
    assert_eq!(siblings.len(), files().len());
    let weights = siblings
        .iter()
        .find(|file| file["rfilename"] == "weights.safetensors")
        .unwrap();
    assert_eq!(weights["lfs"]["sha256"], weights["lfs"]["oid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_version_is_found_by_its_commit() {
    let (setup, first) = Setup::with_model().await;
    let second = setup
        .publish("tiny", &[("config.json", b"{}".to_vec())], &[])
        .await;
    // Names may be as late as an answer of the chain is kept.
    let main = "/api/models/acme/tiny/revision/main";
    for _ in 0..50 {
        if setup.get(main).await.json()["sha"] == commit(&second) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(setup.get(main).await.json()["sha"], commit(&second));
    let old = setup
        .get(&format!("/acme/tiny/resolve/{}/README.md", commit(&first)))
        .await;
    assert_eq!((old.status, old.body), (200, files()["README.md"].clone()));
    let gone = setup
        .get(&format!("/acme/tiny/resolve/{}/README.md", commit(&second)))
        .await;
    assert_eq!(
        (gone.status, gone.header("x-error-code")),
        (404, Some("EntryNotFound"))
    );
    assert_eq!(gone.header("x-repo-commit"), Some(commit(&second).as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_with_the_clients_codes() {
    let (setup, _) = Setup::with_model().await;
    let long = "x".repeat(97);
    let cases = [
        ("/api/models/acme/none", "RepoNotFound"),
        ("/api/models/none/tiny", "RepoNotFound"),
        ("/api/models/tiny", "RepoNotFound"),
        (&format!("/api/models/acme/{long}"), "RepoNotFound"),
        (
            &format!("/api/models/b3/{}", "ab".repeat(32)),
            "RepoNotFound",
        ),
        ("/api/models/b3/abcd", "RepoNotFound"),
        ("/api/datasets/acme/tiny", "RepoNotFound"),
        ("/acme/none/resolve/main/config.json", "RepoNotFound"),
        ("/api/models/acme/tiny/revision/none", "RevisionNotFound"),
        (
            "/api/models/acme/tiny/revision/refs%2Fpr%2F1",
            "RevisionNotFound",
        ),
        (
            &format!("/api/models/acme/tiny/revision/{}", "0".repeat(40)),
            "RevisionNotFound",
        ),
        ("/acme/tiny/resolve/v9/config.json", "RevisionNotFound"),
        ("/acme/tiny/resolve/main/none.json", "EntryNotFound"),
        ("/acme/tiny/resolve/main/onnx", "EntryNotFound"),
        ("/api/models/acme/tiny/tree/main/none", "EntryNotFound"),
        (
            "/api/models/acme/tiny/tree/main/config.json",
            "EntryNotFound",
        ),
    ];
    for (target, code) in cases {
        let answer = setup.get(target).await;
        assert_eq!(
            (answer.status, answer.header("x-error-code")),
            (404, Some(code)),
            "{target}"
        );
        assert!(!answer.header("x-error-message").unwrap().is_empty());
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(setup.get("/nothing").await.status, 404);
    assert_eq!(setup.post("/healthz", &[], b"").await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_is_listed_in_pages() {
    let (setup, manifest) = Setup::with_model().await;
    let tree = "/api/models/acme/tiny/tree/main";
    let top = setup.get(tree).await;
    let paths = |answer: &serde_json::Value| -> Vec<String> {
        let entries = answer.as_array().unwrap().iter();
        entries
            .map(|entry| entry["path"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        paths(&top.json()),
        [
            "README.md",
            "config.json",
            "empty",
            "onnx",
            "weights.safetensors"
        ]
    );
    assert_eq!(top.header("link"), None);
    let folder = setup.get(&format!("{tree}/onnx%2Fdeep")).await.json();
    assert_eq!(paths(&folder), ["onnx/deep/\u{e4} b.bin"]);
    let weights = &top.json()[4];
    let entry = manifest.find("weights.safetensors").unwrap();
    assert_eq!(weights["lfs"]["oid"], hex::encode(entry.sha256));
    assert_eq!(
        (&weights["type"], &weights["size"]),
        (&json!("file"), &json!(entry.length))
    );
    assert_eq!(
        top.json()[1]["oid"],
        hex::encode(manifest.find("config.json").unwrap().git_sha1)
    );
    assert_eq!(top.json()[1].get("lfs"), None);

    let mut target = format!("{tree}?recursive=True&expand=False&limit=3");
    let mut seen = Vec::new();
    for _ in 0..10 {
        let answer = setup.get(&target).await;
        seen.extend(paths(&answer.json()));
        let Some(link) = answer.header("link") else {
            break;
        };
        let url = link
            .strip_prefix('<')
            .unwrap()
            .strip_suffix(">; rel=\"next\"")
            .unwrap();
        target = url
            .strip_prefix("http://gateway.test:8585")
            .unwrap()
            .to_owned();
    }
    let all = [
        "README.md",
        "config.json",
        "empty",
        "onnx",
        "onnx/deep",
        "onnx/deep/\u{e4} b.bin",
        "onnx/model.onnx",
        "weights.safetensors",
    ];
    assert_eq!(seen, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn refs_and_paths_are_told() {
    let (setup, manifest) = Setup::with_model().await;
    let refs = setup.get("/api/models/acme/tiny/refs").await.json();
    let target = commit(&manifest);
    assert_eq!(
        refs["branches"],
        json!([{ "name": "main", "ref": "refs/heads/main", "targetCommit": target }])
    );
    assert_eq!(
        refs["tags"],
        json!([{ "name": "v1", "ref": "refs/tags/v1", "targetCommit": target }])
    );
    let form = b"paths=config.json&paths=onnx&paths=none&expand=False";
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let infos = setup
        .post("/api/models/acme/tiny/paths-info/main", &kind, form)
        .await
        .json();
    let kinds: Vec<_> = infos
        .as_array()
        .unwrap()
        .iter()
        .map(|info| info["type"].clone())
        .collect();
    assert_eq!(kinds, ["file", "directory"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_searched_sorted_and_paged() {
    let (setup, _) = Setup::with_model().await;
    setup
        .publish("big-llama", &[("a", b"1".to_vec())], &[])
        .await;
    setup.publish("apple", &[("a", b"2".to_vec())], &[]).await;
    let ids = |query: &str| {
        let target = format!("/api/models?{query}");
        let setup = &setup;
        async move {
            let answer = setup.get(&target).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let models = answer.json();
            let ids = models
                .as_array()
                .unwrap()
                .iter()
                .map(|model| model["id"].as_str().unwrap().to_owned());
            (
                ids.collect::<Vec<_>>(),
                answer.header("link").map(str::to_owned),
            )
        }
    };
    assert_eq!(
        ids("").await.0,
        ["acme/apple", "acme/big-llama", "acme/tiny"]
    );
    assert_eq!(ids("search=LLAMA").await.0, ["acme/big-llama"]);
    assert_eq!(
        ids("author=acme&filter=license:mit&sort=lastModified&direction=-1")
            .await
            .0,
        ["acme/apple", "acme/big-llama", "acme/tiny"]
    );
    assert_eq!(ids("author=other").await.0, [""; 0]);
    let (first, link) = ids("limit=2").await;
    assert_eq!(first.len(), 2);
    assert!(link.unwrap().contains("cursor=2"));
    let (second, link) = ids("limit=2&cursor=2").await;
    assert_eq!(
        (second.as_slice(), link),
        (["acme/tiny".to_owned()].as_slice(), None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_no_number_is_told_what_was_expected() {
    let (setup, _) = Setup::with_model().await;
    for query in ["limit=abc", "limit=-1", "cursor=", "cursor=1.5"] {
        let answer = setup.get(&format!("/api/models?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let told = answer.json()["error"].as_str().unwrap().to_owned();
        let (name, value) = query.split_once('=').unwrap();
        let expected = format!("{name}: expected a whole number, got {value:?}");
        assert!(told.contains(&expected), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ends_soon_is_warned_of() {
    let (setup, _) = Setup::with_model().await;
    assert_eq!(
        setup
            .head("/acme/tiny/resolve/main/config.json")
            .await
            .header("x-hf-warning"),
        None
    );
    setup.net.chain.read(|state| {
        // 10,000 blocks of 3 s are eight hours and a bit.
        state
            .encodings
            .values_mut()
            .for_each(|stored| stored.info.expires.0 = 1);
    });
    let second = setup
        .publish(
            "other",
            &[
                ("a", b"1".to_vec()),
                ("weights", files()["weights.safetensors"].clone()),
            ],
            &[],
        )
        .await;
    setup.net.chain.read(|state| {
        state
            .encodings
            .values_mut()
            .for_each(|stored| stored.info.expires.0 = 1);
    });
    let answer = setup.get("/api/models/acme/other").await;
    let warning = answer.header("x-hf-warning").unwrap();
    assert!(
        warning.starts_with(&format!("ballast-lease-{};", commit(&second))),
        "{warning}"
    );
    assert!(warning.contains("8 hours"), "{warning}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_metrics_tell_how_it_is() {
    let (setup, _) = Setup::with_model().await;
    assert_eq!(setup.get("/healthz").await.json()["status"], "ok");
    setup
        .get("/acme/tiny/resolve/main/weights.safetensors")
        .await;
    let text = String::from_utf8(setup.get("/metrics").await.body).unwrap();
    assert!(
        text.contains("ballast_gateway_answers_total{route=\"resolve\",status=\"2xx\"} 1"),
        "{text}"
    );
    assert!(
        text.contains(&format!(
            "ballast_gateway_sent_bytes_total {}",
            (3 << 20) + 77
        )),
        "{text}"
    );
}
