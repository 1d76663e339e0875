//! Folders that are right, and all the ways in which they are not.

use super::*;
use ballast_core::{manifest::Location, Address};
use std::{fs, os::unix::fs::symlink, sync::Mutex};
use tempfile::TempDir;

const FILES: [(&str, &[u8]); 4] = [
    ("a.txt", b"one"),
    ("empty", b""),
    ("sub/b", b"two two"),
    ("sub/deep/c", b"3"),
];

fn manifest() -> Manifest {
    let entries = FILES.iter().map(|(path, content)| FileEntry {
        path: (*path).into(),
        length: content.len() as u64,
        blake3: Address(*blake3::hash(content).as_bytes()),
        sha256: [0; 32],
        git_sha1: [0; 20],
        location: if content.is_empty() {
            Location::Empty
        } else {
            Location::Blob
        },
    });
    Manifest::new(entries.collect()).unwrap()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in FILES {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn compared(folder: &TempDir) -> Report {
    verify_now(
        folder.path(),
        &manifest(),
        &(Arc::new(()) as Arc<dyn Progress>),
    )
    .unwrap()
}

/// The only problem of a folder that was changed.
fn problem(change: impl FnOnce(&Path)) -> (String, Difference) {
    let folder = folder();
    change(folder.path());
    let report = compared(&folder);
    assert!(!report.is_right());
    match report.problems.as_slice() {
        [problem] => (problem.path.clone(), problem.difference.clone()),
        other => panic!("expected one problem, got {other:?}"),
    }
}

#[test]
fn a_folder_with_exactly_the_files_is_right() {
    let report = compared(&folder());
    assert!(report.is_right());
    assert_eq!((report.right, report.bytes), (4, 11));
}

#[test]
fn a_missing_file_is_named() {
    let found = problem(|folder| fs::remove_file(folder.join("sub/b")).unwrap());
    assert_eq!(found, ("sub/b".into(), Difference::Missing));
    let found = problem(|folder| fs::remove_dir_all(folder.join("sub/deep")).unwrap());
    assert_eq!(found, ("sub/deep/c".into(), Difference::Missing));
    let found = problem(|folder| fs::remove_file(folder.join("empty")).unwrap());
    assert_eq!(found, ("empty".into(), Difference::Missing));
}

#[test]
fn a_file_of_another_length_is_named_with_both() {
    let found = problem(|folder| fs::write(folder.join("a.txt"), "one more").unwrap());
    assert_eq!(
        found,
        (
            "a.txt".into(),
            Difference::Length {
                expected: 3,
                actual: 8
            }
        )
    );
    let found = problem(|folder| fs::write(folder.join("empty"), "x").unwrap());
    assert_eq!(
        found,
        (
            "empty".into(),
            Difference::Length {
                expected: 0,
                actual: 1
            }
        )
    );
}

#[test]
fn a_single_other_byte_is_found() {
    let found = problem(|folder| fs::write(folder.join("sub/b"), "two twO").unwrap());
    assert_eq!(found, ("sub/b".into(), Difference::Bytes));
}

#[test]
fn a_file_that_is_not_listed_is_named() {
    let found = problem(|folder| fs::write(folder.join("sub/extra"), "").unwrap());
    assert_eq!(found, ("sub/extra".into(), Difference::Unlisted));
}

#[test]
fn a_folder_in_the_place_of_a_file_is_named() {
    let found = problem(|folder| {
        fs::remove_file(folder.join("a.txt")).unwrap();
        fs::create_dir(folder.join("a.txt")).unwrap();
    });
    assert_eq!(found, ("a.txt".into(), Difference::NotAFile));
}

#[test]
fn staging_files_and_empty_folders_do_not_count() {
    let folder = folder();
    fs::write(folder.path().join(format!("a.txt{STAGING_SUFFIX}")), "half").unwrap();
    fs::create_dir(folder.path().join("nothing")).unwrap();
    assert!(compared(&folder).is_right());
}

#[test]
fn a_symlink_to_the_right_content_is_right_and_a_broken_one_is_missing() {
    let right = folder();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::rename(right.path().join("a.txt"), elsewhere.path().join("blob")).unwrap();
    symlink(elsewhere.path().join("blob"), right.path().join("a.txt")).unwrap();
    assert!(compared(&right).is_right());
    fs::remove_file(elsewhere.path().join("blob")).unwrap();
    let report = compared(&right);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(report.problems[0].difference, Difference::Missing);
}

#[test]
fn problems_come_in_the_order_of_the_manifest_and_the_rest_is_still_compared() {
    let folder = folder();
    fs::write(folder.path().join("sub/b"), "?").unwrap();
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    fs::write(folder.path().join("aaa"), "extra").unwrap();
    let report = compared(&folder);
    let paths: Vec<&str> = report
        .problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["a.txt", "sub/b", "aaa"]);
    assert_eq!((report.right, report.bytes), (2, 1));
}

#[test]
fn a_folder_that_is_not_there_is_an_error_that_names_it() {
    let folder = folder();
    let missing = folder.path().join("none");
    let error =
        verify_now(&missing, &manifest(), &(Arc::new(()) as Arc<dyn Progress>)).unwrap_err();
    assert!(error.to_string().contains("none"), "{error}");
}

#[test]
fn progress_ends_at_the_total_whatever_is_wrong() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<(u64, u64)>>);
    impl Progress for Heard {
        fn advance(&self, phase: Phase, done: u64, total: u64) {
            assert_eq!(phase, Phase::Verify);
            self.0.lock().unwrap().push((done, total));
        }
    }
    let folder = folder();
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    fs::write(folder.path().join("sub/b"), "two twO").unwrap();
    let heard = Arc::new(Heard::default());
    verify_now(
        folder.path(),
        &manifest(),
        &(heard.clone() as Arc<dyn Progress>),
    )
    .unwrap();
    let heard = heard.0.lock().unwrap();
    assert!(
        heard.is_sorted() && heard.last() == Some(&(11, 11)),
        "{heard:?}"
    );
}

#[test]
fn a_report_is_json_with_the_reason_of_each_file() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "four").unwrap();
    let json = serde_json::to_value(compared(&folder)).unwrap();
    assert_eq!(json["right"], 3);
    assert_eq!(json["problems"][0]["path"], "a.txt");
    assert_eq!(json["problems"][0]["difference"]["length"]["expected"], 3);
}
