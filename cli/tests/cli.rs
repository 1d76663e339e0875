//! The program as scripts meet it: exit codes, standard output, files. Nothing here needs a chain.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
/// A port of this machine that nothing listens on.
const NOWHERE: &str = "ws://127.0.0.1:9";

/// The program with a home of its own and nothing of the caller's environment.
fn ballast(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
    command
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    ballast(home, arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stdout)))
}

fn error_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_and_version_end_with_0_and_wrong_calls_with_2() {
    let home = tempfile::tempdir().unwrap();
    for good in [
        &["--help"][..],
        &["--version"],
        &["publish", "--help"],
        &["completion", "bash"],
    ] {
        let output = run(home.path(), good);
        assert_eq!(code(&output), 0, "{good:?}");
        assert!(!output.stdout.is_empty());
    }
    for wrong in [
        &[][..],
        &["nonsense"],
        &["fetch"],
        &["fetch", "xyz"],
        &["faucet"],
        &["extend", "a/b"],
    ] {
        assert_eq!(code(&run(home.path(), wrong)), 2, "{wrong:?}");
    }
}

#[test]
fn a_wrong_call_is_told_as_json_where_that_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["--json", "publish", "d", "--name", "ab"]);
    assert_eq!(code(&output), 2);
    let error = &json(&output)["error"];
    assert_eq!(
        (&error["class"], &error["exit_code"]),
        (&"usage".into(), &2.into())
    );
    assert!(error["message"].as_str().unwrap().contains("--name"));
    assert!(error_text(&output).is_empty());
    assert_eq!(code(&run(home.path(), &["--json", "--help"])), 0);
}

#[test]
fn a_mistyped_account_is_told_before_the_chain_is_asked() {
    let home = tempfile::tempdir().unwrap();
    for call in [
        &["balance", "5Grw"][..],
        &["transfer", "a/b", "5Grw"],
        &["worker", "authorise", "5Grw"],
    ] {
        let output = run(home.path(), &[&["--url", NOWHERE], call].concat());
        assert_eq!(code(&output), 2, "{call:?}");
        assert!(error_text(&output).contains("5Grw"), "{call:?}");
    }
}

#[test]
fn flags_in_the_environment_may_be_written_as_people_do() {
    let home = tempfile::tempdir().unwrap();
    for (value, expected) in [("1", 3), ("true", 3), ("yes", 3), ("0", 3), ("maybe", 2)] {
        let output = ballast(home.path(), &["--url", NOWHERE, "ls"])
            .env("BALLAST_ALLOW_PRIVATE", value)
            .output()
            .unwrap();
        assert_eq!(code(&output), expected, "{value}: {}", error_text(&output));
    }
}

#[test]
fn a_chain_that_is_not_reachable_is_retryable() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["--url", NOWHERE, "ls"]);
    assert_eq!(code(&output), 3);
    assert!(error_text(&output).contains(NOWHERE));
    let output = run(home.path(), &["--url", NOWHERE, "--json", "ls"]);
    assert_eq!(code(&output), 3);
    assert_eq!(json(&output)["error"]["class"], "retryable");
    assert_eq!(json(&output)["error"]["exit_code"], 3);
}

#[test]
fn an_address_that_is_no_url_is_a_usage_error() {
    let home = tempfile::tempdir().unwrap();
    for url in ["nonsense", "http://127.0.0.1:1", "ws://198.51.100.7:1"] {
        assert_eq!(code(&run(home.path(), &["--url", url, "ls"])), 2, "{url}");
    }
}

#[test]
fn hash_prints_what_b3sum_prints() {
    let home = tempfile::tempdir().unwrap();
    let mut expected = String::new();
    for length in [0usize, 1, 1024, 1025, 3 << 20] {
        let name = format!("file-{length}");
        let content: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        fs::write(home.path().join(&name), &content).unwrap();
        expected += &format!("{}  {name}\n", blake3::hash(&content));
    }
    let files = ["file-0", "file-1", "file-1024", "file-1025", "file-3145728"];
    let output = run(home.path(), &[&["hash"], &files[..]].concat());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    let listed = json(&run(
        home.path(),
        &[&["--json", "hash"], &files[..]].concat(),
    ));
    assert_eq!(listed[3]["length"], 1025);
    assert_eq!(code(&run(home.path(), &["hash", "file-0", "missing"])), 2);
}

#[test]
fn a_key_is_made_inspected_and_never_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let with_password = |arguments: &[&str], password: &str| {
        ballast(home.path(), arguments)
            .env("BALLAST_PASSWORD", password)
            .output()
            .unwrap()
    };
    let made = with_password(
        &["--json", "key", "new", "--name", "mine", "--show-phrase"],
        "p",
    );
    assert_eq!(code(&made), 0, "{}", error_text(&made));
    let path = home.path().join(".config/ballast/key.json");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        json(&made)["phrase"].as_str().unwrap().split(' ').count(),
        12
    );

    let inspected = run(home.path(), &["--json", "key", "inspect"]);
    assert_eq!(json(&inspected)["account"], json(&made)["account"]);
    assert_eq!(json(&inspected)["name"], "mine");
    assert!(json(&inspected).get("phrase").is_none());
    assert_eq!(
        json(&with_password(
            &["--json", "key", "inspect", "--unlock"],
            "p"
        ))["unlocked"],
        true
    );
    assert_eq!(
        code(&with_password(&["key", "inspect", "--unlock"], "q")),
        2
    );

    let before = fs::read(&path).unwrap();
    assert_eq!(code(&with_password(&["key", "new"], "p")), 2);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_keystore_without_a_password_is_not_made() {
    let home = tempfile::tempdir().unwrap();
    let output = ballast(home.path(), &["key", "new", "-o", "k"])
        .env("BALLAST_PASSWORD", "")
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("empty"));
    assert!(!home.path().join("k").exists());
}

#[test]
fn the_key_that_would_sign_is_the_one_that_is_inspected() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["key", "inspect"]);
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("ballast key new"));
    let output = ballast(home.path(), &["--json", "key", "inspect"])
        .env("BALLAST_SECRET", PHRASE)
        .output()
        .unwrap();
    let expected = ballast_chain::Signer::from_secret(PHRASE).unwrap();
    assert_eq!(json(&output)["account"], expected.address());
    // A variable that is set for other calls stands in the way of no flag.
    let call = ["--dev-account", "alice", "--json", "key", "inspect"];
    let output = ballast(home.path(), &call)
        .env("BALLAST_KEYSTORE", "elsewhere")
        .output()
        .unwrap();
    let expected = ballast_chain::Signer::from_dev("Alice").unwrap();
    assert_eq!(json(&output)["account"], expected.address());
    let output = ballast(home.path(), &["deprecate", "a/b"])
        .env("BALLAST_KEYSTORE", "elsewhere")
        .output()
        .unwrap();
    assert!(error_text(&output).contains("elsewhere"));
}

#[test]
fn a_file_that_cannot_be_written_is_a_usage_error_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    // A limit stops the superuser too, as a full disk does.
    let output = Command::new("/bin/sh")
        .env_clear()
        .env("HOME", home.path())
        .env("BALLAST_PASSWORD", "p")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" key new -o k"])
        .arg(env!("CARGO_BIN_EXE_ballast"))
        .current_dir(home.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 2, "{}", error_text(&output));
    assert!(error_text(&output).contains("cannot write k"));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn an_imported_key_has_the_account_of_its_phrase() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("password"), "secret word\n").unwrap();
    let output = ballast(
        home.path(),
        &[
            "--json",
            "--password-file",
            "password",
            "key",
            "new",
            "--import",
            "-o",
            "k",
        ],
    )
    .env("BALLAST_SECRET", PHRASE)
    .output()
    .unwrap();
    assert_eq!(code(&output), 0, "{}", error_text(&output));
    let expected = ballast_chain::Signer::from_secret(PHRASE).unwrap();
    assert_eq!(json(&output)["account"], expected.address());
    let opened = fs::read_to_string(home.path().join("k")).unwrap();
    let signer = ballast_chain::Signer::from_keystore_json(&opened, "secret word").unwrap();
    assert_eq!(signer.account(), expected.account());
    assert!(!opened.contains("winner") && !opened.contains("secret word"));
}

#[test]
fn without_a_terminal_missing_secrets_are_named() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["key", "new"]);
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("BALLAST_PASSWORD"));
    let output = run(home.path(), &["deprecate", "a/b"]);
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("BALLAST_SECRET"));
}

#[test]
fn a_wrong_secret_is_not_quoted() {
    let home = tempfile::tempdir().unwrap();
    let output = ballast(home.path(), &["deprecate", "a/b"])
        .env("BALLAST_SECRET", "hunter2 hunter3")
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(!error_text(&output).contains("hunter"));
}

#[test]
fn development_keys_need_their_flag() {
    let home = tempfile::tempdir().unwrap();
    let output = ballast(home.path(), &["deprecate", "a/b"])
        .env("BALLAST_SECRET", "//Alice")
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    let output = run(
        home.path(),
        &["--json", "--dev-account", "alice", "key", "inspect"],
    );
    assert_eq!(
        json(&output)["account"],
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    );
}

#[test]
fn the_configuration_is_read_and_checked() {
    let home = tempfile::tempdir().unwrap();
    fs::write(
        home.path().join("good.toml"),
        format!("url = \"{NOWHERE}\"\nallow_private = true\n"),
    )
    .unwrap();
    fs::write(home.path().join("bad.toml"), "nonsense = 1\n").unwrap();
    assert_eq!(code(&run(home.path(), &["--config", "good.toml", "ls"])), 3);
    let output = run(home.path(), &["--config", "bad.toml", "ls"]);
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("nonsense"));
    assert_eq!(
        code(&run(home.path(), &["--config", "missing.toml", "ls"])),
        2
    );
}

#[test]
fn what_needs_no_settings_works_without_a_home_and_with_a_broken_configuration() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("file"), "abc").unwrap();
    fs::create_dir_all(home.path().join(".config/ballast")).unwrap();
    fs::write(
        home.path().join(".config/ballast/config.toml"),
        "nonsense = 1",
    )
    .unwrap();
    for call in [&["hash", "file"][..], &["completion", "bash"]] {
        assert_eq!(code(&run(home.path(), call)), 0, "{call:?}");
        let homeless = ballast(home.path(), call).env_remove("HOME").output();
        assert_eq!(code(&homeless.unwrap()), 0, "{call:?}");
    }
    assert_eq!(code(&run(home.path(), &["ls"])), 2);
}

#[test]
fn who_has_no_key_is_told_how_to_get_one() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["--url", NOWHERE, "deprecate", "a/b"]);
    assert_eq!(code(&output), 2);
    let text = error_text(&output);
    for way in [
        "ballast key new",
        "--keystore",
        "BALLAST_SECRET",
        "--dev-account",
    ] {
        assert!(text.contains(way), "{text}");
    }
}

#[test]
fn a_keystore_that_others_can_read_is_warned_of() {
    let home = tempfile::tempdir().unwrap();
    let with_password = |arguments: &[&str]| {
        let mut command = ballast(home.path(), arguments);
        command.env("BALLAST_PASSWORD", "p").output().unwrap()
    };
    assert_eq!(code(&with_password(&["key", "new", "-o", "k"])), 0);
    let unlock = ["--keystore", "k", "key", "inspect", "--unlock"];
    assert!(!error_text(&with_password(&unlock)).contains("chmod"));
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(home.path().join("k"), open).unwrap();
    let output = with_password(&unlock);
    assert_eq!(code(&output), 0);
    assert!(
        error_text(&output).contains("chmod 600"),
        "{}",
        error_text(&output)
    );
}

#[test]
fn conflicting_sources_of_a_key_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let output = ballast(home.path(), &["--keystore", "k.json", "deprecate", "a/b"])
        .env("BALLAST_SECRET", PHRASE)
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("use one of them"));
}

#[test]
fn publish_refuses_what_is_no_folder_of_files() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("empty")).unwrap();
    for dir in ["missing", "empty"] {
        let arguments = [
            "--url",
            NOWHERE,
            "--dev-account",
            "alice",
            "publish",
            dir,
            "--name",
            "a/b",
        ];
        let output = run(home.path(), &arguments);
        assert_eq!(code(&output), 2, "{dir}: {}", error_text(&output));
    }
}

#[test]
fn verify_without_a_record_asks_for_the_model() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("model")).unwrap();
    let output = run(home.path(), &["--url", NOWHERE, "verify", "model"]);
    assert_eq!(code(&output), 2);
    assert!(error_text(&output).contains("was not fetched"));
}
