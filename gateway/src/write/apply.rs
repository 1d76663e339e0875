//! A commit's operations on the current version: which files stay as they are, and which are new.

use super::{
    lfs::parse_oid,
    operations::{misplaced, Operation},
    spool::Oid,
    Writer,
};
use crate::{error::ApiError, registry::Snapshot};
use axum::http::StatusCode;
use ballast_blobs::{scan, BlobKind, BlobSource, Scan, Source};
use ballast_core::{
    manifest::{FileEntry, Manifest},
    Address,
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
    sync::Arc,
};

/// What a commit comes to.
#[derive(Debug)]
pub(super) struct Change {
    /// The current version.
    before: Option<Arc<Manifest>>,
    /// Files that are stored, as they will be listed.
    entries: BTreeMap<String, FileEntry>,
    /// Paths of files in the commit's folder.
    added: BTreeSet<String>,
    /// Blobs that stay in use, whose leases are to last as long as the new ones.
    pub kept: Vec<Address>,
    /// Uploads that the commit takes.
    pub uploaded: BTreeSet<Oid>,
}

/// Applies operations in their order. New files, also uploads, are put at their paths below `folder`. Blocking.
pub(super) fn apply(
    writer: &Writer,
    current: Option<&Snapshot>,
    operations: &[Operation],
    folder: &Path,
) -> Result<Change, ApiError> {
    let before = current.map(|current| current.manifest.clone());
    let files = before.iter().flat_map(|manifest| manifest.files());
    let mut change = Change {
        entries: files
            .map(|file| (file.path.clone(), file.clone()))
            .collect(),
        before: before.clone(),
        added: BTreeSet::new(),
        kept: Vec::new(),
        uploaded: BTreeSet::new(),
    };
    let known = Known::of(before.as_deref());
    let commit = current.map_or("", |current| current.commit.as_str());
    for operation in operations {
        match operation {
            Operation::File { path, at } => {
                let entry = known.of_file(at, path)?;
                if entry.is_none() {
                    place(path, folder, |target| fs::rename(at, target))?;
                }
                change.add(path, entry, folder)?;
            }
            Operation::Large { path, oid } => {
                let large = large(writer, &known, path, oid, folder)?;
                change
                    .uploaded
                    .extend(large.is_none().then(|| parse_oid(oid)).flatten());
                change.add(path, large, folder)?;
            }
            Operation::DeleteFile { path } => {
                if !change.delete(path, folder)? {
                    return Err(absent(commit, path));
                }
            }
            Operation::DeleteFolder { path } => change.delete_folder(commit, path, folder)?,
        }
    }
    let kept: BTreeSet<Address> = change
        .entries
        .values()
        .filter_map(FileEntry::blob)
        .collect();
    change.kept = kept.into_iter().collect();
    Ok(change)
}

/// The clients look for these words.
fn absent(commit: &str, path: &str) -> ApiError {
    let error = ApiError::no_entry(commit, path);
    error.with_message(format!("A file with this name doesn't exist: {path}"))
}

impl Change {
    /// A file that is stored already as `entry`, or is in the commit's folder.
    fn add(&mut self, path: &str, entry: Option<FileEntry>, folder: &Path) -> Result<(), ApiError> {
        match entry {
            Some(entry) => {
                self.drop_added(path, folder)?;
                self.entries.insert(path.into(), entry);
            }
            None => {
                self.entries.remove(path);
                self.added.insert(path.into());
            }
        }
        Ok(())
    }

    fn delete(&mut self, path: &str, folder: &Path) -> Result<bool, ApiError> {
        let was_there = self.entries.remove(path).is_some();
        Ok(self.drop_added(path, folder)? || was_there)
    }

    fn delete_folder(&mut self, commit: &str, path: &str, folder: &Path) -> Result<(), ApiError> {
        let prefix = format!("{path}/");
        let all = self.entries.keys().chain(&self.added);
        let below: BTreeSet<String> = all
            .filter(|file| file.starts_with(&prefix))
            .cloned()
            .collect();
        if below.is_empty() {
            return Err(absent(commit, path));
        }
        for file in below {
            self.delete(&file, folder)?;
        }
        Ok(())
    }

    /// Takes a file out of the commit's folder; true if it was part of the commit.
    fn drop_added(&mut self, path: &str, folder: &Path) -> Result<bool, ApiError> {
        let was_added = self.added.remove(path);
        match fs::remove_file(folder.join(path)) {
            Err(error)
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Err(ApiError::internal(&error))
            }
            _ => Ok(was_added),
        }
    }

    /// What there is to publish; `None` if the commit changes nothing.
    pub(super) async fn scan(&self, folder: &Path) -> Result<Option<Scan>, ApiError> {
        let mut files: Vec<FileEntry> = self.entries.values().cloned().collect();
        let mut blobs = Vec::new();
        if !self.added.is_empty() {
            let new = scan(folder, Arc::new(())).await?;
            files.extend(new.manifest.files().iter().cloned());
            blobs.extend(
                new.blobs
                    .into_iter()
                    .filter(|blob| blob.kind != BlobKind::Manifest),
            );
        }
        let manifest = Manifest::new(files);
        let manifest = manifest.map_err(|error| ApiError::bad_request(error.to_string()))?;
        if self.before.as_deref() == Some(&manifest) {
            return Ok(None);
        }
        blobs.push(manifest_blob(&manifest));
        Ok(Some(Scan {
            root: folder.into(),
            manifest,
            blobs,
        }))
    }
}

fn manifest_blob(manifest: &Manifest) -> BlobSource {
    let bytes = Bytes::from(manifest.to_bytes());
    BlobSource {
        address: Address(*blake3::hash(&bytes).as_bytes()),
        kind: BlobKind::Manifest,
        source: Source::Bytes(bytes),
        paths: Vec::new(),
    }
}

/// An upload or a file of the current version; `None` once an upload is in the commit's folder.
fn large(
    writer: &Writer,
    known: &Known,
    path: &str,
    oid: &str,
    folder: &Path,
) -> Result<Option<FileEntry>, ApiError> {
    let oid = parse_oid(oid)
        .ok_or_else(|| ApiError::bad_request("an lfsFile's oid is its SHA-256: 64 hex digits"))?;
    if let Some(entry) = known.by_sha256.get(&oid) {
        return Ok(Some(FileEntry {
            path: path.into(),
            ..(*entry).clone()
        }));
    }
    if writer.spool.len_of(&oid).is_none() {
        let message = format!(
            "{path:?} is not uploaded: no object {}; upload it, then commit again",
            hex::encode(oid)
        );
        return Err(ApiError::new(StatusCode::BAD_REQUEST, message));
    }
    place(path, folder, |target| {
        let _ = fs::remove_file(target);
        fs::hard_link(writer.spool.object(&oid), target)
    })?;
    Ok(None)
}

fn place(
    path: &str,
    folder: &Path,
    put: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), ApiError> {
    let target = folder.join(path);
    let parent = target.parent().unwrap_or(folder);
    let placed = fs::create_dir_all(parent).and_then(|()| put(&target));
    placed.map_err(|error| misplaced(path, &error))
}

/// Files of the current version by what is in them.
struct Known<'a> {
    by_sha256: BTreeMap<Oid, &'a FileEntry>,
    by_blake3: BTreeMap<Address, &'a FileEntry>,
}

impl<'a> Known<'a> {
    fn of(manifest: Option<&'a Manifest>) -> Self {
        let files = || manifest.into_iter().flat_map(Manifest::files);
        Self {
            by_sha256: files().map(|file| (file.sha256, file)).collect(),
            by_blake3: files().map(|file| (file.blake3, file)).collect(),
        }
    }

    /// The entry of a small file, if the same bytes are stored.
    fn of_file(&self, file: &Path, path: &str) -> Result<Option<FileEntry>, ApiError> {
        let bytes = fs::read(file).map_err(|error| ApiError::internal(&error))?;
        let address = Address(*blake3::hash(&bytes).as_bytes());
        let entry = self.by_blake3.get(&address).map(|entry| FileEntry {
            path: path.into(),
            ..(*entry).clone()
        });
        Ok(entry)
    }
}
