//! The unmodified `openai` client (PyPI), in a virtual environment that is made once for all runs.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};
use support::{run, Worker, QUICK};

/// Pinned: what it asks for changes.
const CLIENT: &str = "openai==3.57.0";

fn python() -> PathBuf {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY.get_or_init(make_ready).clone()
}

fn make_ready() -> PathBuf {
    let home = std::env::var_os("HOME").expect("HOME is set");
    let name = CLIENT.replace("==", "-client-");
    let folder = Path::new(&home).join(".cache/ballast").join(&name);
    if !folder.join("complete").exists() {
        // Made aside and then moved, so that two test processes at a time do not disturb each other.
        let made = folder.with_file_name(format!("{name}-{}", std::process::id()));
        run(Command::new("python3").args(["-m", "venv"]).arg(&made));
        let mut install = Command::new(made.join("bin/python"));
        install.args(["-m", "pip", "install", "-q", "--disable-pip-version-check"]);
        run(install.arg(CLIENT));
        std::fs::write(made.join("complete"), "").unwrap();
        if std::fs::rename(&made, &folder).is_err() {
            std::fs::remove_dir_all(&made).unwrap();
        }
    }
    folder.join("bin/python")
}

fn client(worker: &Worker, verb: &str, more: &[&Path]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openai_client.py");
    run(Command::new(python())
        .arg(script)
        .arg(verb)
        .arg(worker.url())
        .args(more));
}

#[test]
fn the_openai_client_gets_text() {
    let worker = Worker::generator(28_121, QUICK, &[]);
    client(&worker, "chat", &[]);
}

#[test]
fn the_openai_client_gets_the_vectors_of_sentence_transformers() {
    let vectors =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/inference/embeddings.json");
    client(&Worker::minilm(28_122), "embeddings", &[&vectors]);
}
