//! Damage to RocksDB's own files: truncated, gone, and with flipped bits. The store says what is wrong and what to do, never
//! gives wrong bytes, and loses no shard without a word.

use crate::{
    damage::flip,
    program::{output, text},
    sample::*,
};
use ballast_storage_worker::{
    check,
    receipt::{durable, Durable},
    store::*,
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Flips over the length of a file.
const FLIPS: u64 = 9;

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Gone,
    /// So many sixteenths are left.
    Cut(u64),
    /// A bit at so many parts of its length, in [`FLIPS`]ths, is another.
    Flip(u64),
}

impl Fault {
    fn all() -> impl Iterator<Item = Self> {
        let cuts = [0, 4, 8, 15].map(Self::Cut);
        let flips = (0..FLIPS).map(Self::Flip);
        [Self::Gone].into_iter().chain(cuts).chain(flips)
    }

    fn strike(self, path: &Path) {
        let len = fs::metadata(path).unwrap().len();
        match self {
            Self::Gone => fs::remove_file(path).unwrap(),
            Self::Cut(left) => {
                let file = fs::File::options().write(true).open(path).unwrap();
                file.set_len(len * left / 16).unwrap();
            }
            Self::Flip(at) => flip(path, len * at / FLIPS, 1 << (at % 8)),
        }
    }
}

/// Shards as rows and as files, some in RocksDB's tables and some in its log alone.
fn samples() -> [Sample; 4] {
    [
        Sample::new(1, SMALL),
        Sample::new(2, ONE_BLOCK),
        Sample::new(3, SMALL),
        Sample::new(4, ONE_BLOCK),
    ]
}

fn filled(samples: &[Sample; 4]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    // Opening again writes what the log has into a table.
    for part in samples.chunks(2) {
        let store = open(dir.path());
        for sample in part {
            (0..3).for_each(|shard| sample.put_all(&store, shard));
        }
    }
    dir
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// The files of an index that hold anything of its state.
fn state_files(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(index_path(root)).unwrap().map(Result::unwrap);
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let is_state = |name: &String| {
        name == "CURRENT"
            || name.starts_with("MANIFEST")
            || name.ends_with(".sst")
            || name.ends_with(".log")
    };
    let mut names: Vec<String> = names.filter(is_state).collect();
    names.sort();
    names
        .into_iter()
        .map(|name| Path::new("index").join(name))
        .collect()
}

/// Shards that the store would sign a receipt for; what it gives of them is right, or an error. Beside them those of which it
/// says that the index is damaged, and what to do.
fn survey(store: &Store, samples: &[Sample]) -> (usize, usize) {
    let all = samples
        .iter()
        .flat_map(|sample| (0..3).map(move |shard| (sample, shard)));
    let (mut claimed, mut told) = (0, 0);
    for (sample, shard) in all {
        let key = sample.key(shard);
        match durable(store, key) {
            Ok(Durable::Whole(_)) => {}
            Ok(_) => continue,
            Err(error) => {
                assert!(
                    error.to_string().contains("check --salvage"),
                    "{key}: {error}"
                );
                told += 1;
                continue;
            }
        }
        claimed += 1;
        let Ok(held) = store.held(key) else { continue };
        for block in (0..sample.blocks(shard)).map(ballast_core::BlockIndex) {
            if let Ok(bytes) = store.read_block(&held, block) {
                assert_eq!(bytes, sample.block_bytes(shard, block.0), "{key}");
            }
        }
    }
    (claimed, told)
}

fn claimed(store: &Store, samples: &[Sample]) -> usize {
    let (claimed, told) = survey(store, samples);
    assert_eq!(told, 0);
    claimed
}

/// What `check --salvage` does; how many shards are left, each of them whole. With `again` what was lost is stored again.
fn salvage(root: &Path, samples: &[Sample], again: bool) -> usize {
    Store::salvage(root).unwrap();
    let store = open(root);
    let report = check::check(&store, |_, _| {}).unwrap();
    check::mark(&store, &report).unwrap();
    check::repair(&store, &report).unwrap();
    let report = check::check(&store, |_, _| {}).unwrap();
    assert_eq!(report.damaged, []);
    let left = claimed(&store, samples);
    assert_eq!(left as u64, report.shards);
    // Over whatever its loss left behind.
    if !again {
        return left;
    }
    for sample in samples {
        (0..3).for_each(|shard| sample.put_all(&store, shard));
    }
    assert!(check::check(&store, |_, _| {}).unwrap().is_good());
    assert_eq!(claimed(&store, samples), 12);
    left
}

#[test]
fn damage_to_any_file_of_the_index_is_told_and_never_makes_a_false_claim() {
    let samples = samples();
    let dir = filled(&samples);
    let files = state_files(dir.path());
    assert!(files.len() >= 4, "{files:?}");
    let (mut refused, mut opened, mut kept) = (0, 0, 0);
    for (file, fault) in files
        .iter()
        .flat_map(|file| Fault::all().map(move |fault| (file, fault)))
    {
        let struck = tempfile::tempdir().unwrap();
        copy(dir.path(), struck.path());
        fault.strike(&struck.path().join(file));
        let what = format!("{} {fault:?}", file.display());
        match Store::open(struck.path(), ample()) {
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("check --salvage"), "{what}: {text}");
                refused += 1;
                let left = salvage(
                    struck.path(),
                    &samples,
                    matches!(fault, Fault::Gone | Fault::Flip(4)),
                );
                eprintln!("{what}: refused, {left} left");
                kept += left;
            }
            Ok((store, found)) => {
                let (left, told) = survey(&store, &samples);
                opened += 1;
                let unknown = found.unknown;
                eprintln!("{what}: opened, {left} claimed, {told} told, {unknown} unknown");
                // Only a log that ends early looks like one that was never longer.
                let is_log = file.extension().is_some_and(|end| end == "log");
                assert!(
                    left + told == 12 || is_log,
                    "{what}: {left} shards are claimed"
                );
                assert!(
                    left + told == 12 || unknown > 0,
                    "{what}: {left} shards are claimed, and no word"
                );
                drop(store);
                if told > 0 {
                    kept += salvage(
                        struck.path(),
                        &samples,
                        matches!(fault, Fault::Gone | Fault::Flip(4)),
                    );
                }
            }
        }
    }
    eprintln!("{refused} refused, {kept} shards kept by salvage in all; {opened} opened");
    assert!(refused > 0 && opened > 0 && kept > 0);
}

#[test]
fn shards_without_an_index_are_no_empty_store() {
    let samples = samples();
    let dir = filled(&samples);
    fs::remove_dir_all(index_path(dir.path())).unwrap();
    let Err(error) = Store::open(dir.path(), ample()) else {
        panic!("the store was opened")
    };
    let text = error.to_string();
    assert!(
        text.contains("files of 6 shards") && text.contains("move `shards`"),
        "{text}"
    );
    // As it says: what is moved away is rebuilt.
    for folder in ["shards", "staging"] {
        fs::rename(
            dir.path().join(folder),
            dir.path().join(format!("old-{folder}")),
        )
        .unwrap();
    }
    let store = open(dir.path());
    assert_eq!(claimed(&store, &samples), 0);
}

#[test]
fn a_log_whose_last_record_was_cut_off_by_a_crash_is_opened() {
    let samples = samples();
    let dir = filled(&samples);
    let log = state_files(dir.path());
    let log = log
        .iter()
        .find(|file| file.extension().unwrap() == "log")
        .unwrap();
    let path = dir.path().join(log);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(fs::metadata(&path).unwrap().len() - 3)
        .unwrap();
    let (store, found) = Store::open(dir.path(), ample()).unwrap();
    // The last row said that a shard is held; its blocks are all recorded.
    assert_eq!((found.finished, found.held, found.unknown), (1, 12, 0));
    assert_eq!(claimed(&store, &samples), 12);
}

#[test]
fn garbage_behind_a_log_costs_nothing_that_was_synced() {
    let samples = samples();
    let dir = filled(&samples);
    let log = state_files(dir.path());
    let log = log.iter().find(|file| file.extension().unwrap() == "log");
    let path = dir.path().join(log.unwrap());
    let mut file = fs::File::options().append(true).open(path).unwrap();
    file.write_all(&[0xa5; 777]).unwrap();
    if let Err(error) = Store::open(dir.path(), ample()) {
        let text = error.to_string();
        assert!(text.contains("check --salvage"), "{text}");
    }
    assert_eq!(salvage(dir.path(), &samples, false), 12);
}

#[test]
fn the_program_says_what_to_do_and_does_it() {
    let samples = samples();
    let dir = filled(&samples);
    let data_dir = dir.path().to_str().unwrap();
    fs::remove_file(index_path(dir.path()).join("CURRENT")).unwrap();
    let refused = output(&["check", "--data-dir", data_dir]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(
        said.contains("CURRENT is missing") && said.contains("check --salvage"),
        "{said}"
    );
    let salvaged = output(&["check", "--data-dir", data_dir, "--salvage"]);
    let said = text(&salvaged.stdout);
    assert!(
        salvaged.status.success() && said.contains("12 shards held"),
        "{said}"
    );
    assert_eq!(claimed(&open(dir.path()), &samples), 12);
}

#[test]
fn what_is_no_data_directory_is_not_salvaged() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(index_path(dir.path())).unwrap();
    fs::write(index_path(dir.path()).join("CURRENT"), "MANIFEST-000001\n").unwrap();
    let refused = Store::salvage(dir.path());
    assert!(matches!(refused, Err(OpenError::Foreign { .. })));
}
