//! The program's arguments, messages and exit codes; what needs a chain is in `tests/e2e`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    path::Path,
    process::{Command, Output},
};

fn run(args: &[&str], data_dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ballast-inference-worker"))
        .args(args)
        .arg("--data-dir")
        .arg(data_dir)
        .env_remove("BALLAST_KEYSTORE")
        .env_remove("BALLAST_URL")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

#[test]
fn init_makes_the_session_key_once_and_key_prints_it() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let made = run(&["init"], &data_dir);
    assert!(made.status.success(), "{made:?}");
    let key = text(&made.stdout);
    assert!(key.len() == 66 && key.starts_with("0x"), "{key}");
    let again = run(&["init"], &data_dir);
    assert_eq!(text(&again.stdout), key);
    assert!(text(&again.stderr).contains("it stays"));
    assert_eq!(text(&run(&["key"], &data_dir).stdout), key);
}

#[test]
fn a_missing_key_and_a_missing_account_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let without_key = run(
        &["attest", "--dev", "--dev-account", "Alice"],
        folder.path(),
    );
    assert_eq!(without_key.status.code(), Some(2));
    let told = text(&without_key.stderr);
    assert!(told.contains("`ballast-inference-worker init`"), "{told}");
    run(&["init"], folder.path());
    for args in [
        &["attest", "--dev"][..],
        &["attest", "--dev-account", "Alice", "--dev-guest"],
        &["attest", "--dev-account", "Alice", "--dev", "--gpu", "0"],
        &[
            "attest",
            "--dev-account",
            "Alice",
            "--dev",
            "--dev-gpus",
            "9",
        ],
        &["attest", "--dev-account", "Mallory", "--dev"],
    ] {
        assert_eq!(run(args, folder.path()).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_node_that_does_not_answer_is_worth_another_try() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init"], folder.path());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    drop(listener);
    let args = [
        "attest",
        "--once",
        "--dev",
        "--dev-account",
        "Alice",
        "--chain-url",
        &url,
    ];
    let output = run(&args, folder.path());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stderr).contains(&url), "{output:?}");
}
