//! Log lines of the program, as text and as JSON.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// Says what it does before it finds that nobody is there.
fn publish(home: &Path, format: Option<&str>) -> Output {
    let model = home.join("model");
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("weights"), vec![7; 5000]).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    command
        .env_clear()
        .env("HOME", home)
        .args([
            "--url",
            "ws://127.0.0.1:9",
            "--dev-account",
            "alice",
            "publish",
            "model",
            "--name",
            "a-b/c",
        ])
        .current_dir(home)
        .envs(format.map(|format| ("BALLAST_LOG_FORMAT", format)));
    command.output().unwrap()
}

#[test]
fn log_lines_are_json_where_that_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let output = publish(home.path(), Some("json"));
    let errors = String::from_utf8(output.stderr).unwrap();
    let events: Vec<Value> = errors
        .lines()
        .filter(|line| !line.starts_with("error: "))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(!events.is_empty(), "{errors}");
    assert!(
        events
            .iter()
            .all(|event| event["level"].is_string() && event["message"].is_string()),
        "{errors}"
    );
}

#[test]
fn text_is_the_default_and_another_form_is_a_wrong_call() {
    let home = tempfile::tempdir().unwrap();
    let text = publish(home.path(), None);
    assert!(String::from_utf8(text.stderr).unwrap().contains(" INFO "));
    let wrong = publish(home.path(), Some("xml"));
    assert_eq!(wrong.status.code(), Some(2));
    let told = String::from_utf8(wrong.stderr).unwrap();
    assert!(
        told.contains("BALLAST_LOG_FORMAT is \"xml\"; it takes text or json"),
        "{told}"
    );
}
