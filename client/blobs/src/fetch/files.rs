//! Files of a manifest into a folder, and one blob into a file.

use super::{
    blob::Located,
    folder::{ensure_no_links, ensure_room, is_there, make_folder, parent},
    pack,
    reader::BlobReader,
    select::select,
    staging::{sync_folder, Staging, STAGING_SUFFIX},
    FetchError,
};
use crate::{
    blocking::blocking,
    local::each_piece,
    progress::{Meter, Phase},
    Client, Sink,
};
use ballast_chain::ErrorClass;
use ballast_core::{
    limits::PACK_LEN_MAX,
    manifest::{FileEntry, Location, Manifest},
    Address,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What to fetch of a manifest, and over what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FetchOptions {
    /// Only files whose path matches one of these patterns; all if there is none. `*` does not cross a `/`, `**` does.
    pub include: Vec<String>,
    /// Whether files with other content are replaced.
    pub overwrite: bool,
}

/// What was fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// Files that were written.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were there and right.
    pub kept: usize,
}

/// A file to be written.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub entry: FileEntry,
    pub target: PathBuf,
}

pub(super) async fn fetch_one(
    client: &Client,
    address: Address,
    file: &Path,
    overwrite: bool,
) -> Result<Fetched, FetchError> {
    let located = client.locate(address).await?;
    let len = located.len();
    let meter = Meter::new(&client.progress, Phase::Fetch, len);
    let (target, checked) = (file.to_path_buf(), meter.clone());
    let staging = blocking(move || {
        if is_there(&target, len, &address, overwrite, &checked)? {
            return Ok(None);
        }
        let folder = parent(&target);
        make_folder(&folder)?;
        ensure_room(&folder, len.saturating_sub(Staging::room_taken(&target)))?;
        Staging::go_on(&target, len, address).map(Some)
    });
    let Some(staging) = staging.await? else {
        return Ok(Fetched {
            kept: 1,
            ..Fetched::default()
        });
    };
    complete(client, &located, staging, file, &meter).await?;
    let folder = parent(file);
    blocking(move || sync_folder(&folder)).await?;
    Ok(Fetched {
        files: 1,
        bytes: len,
        kept: 0,
    })
}

/// Fetches what a staging file lacks of a blob, and gives it its name.
async fn complete(
    client: &Client,
    located: &Located,
    staging: Staging,
    file: &Path,
    meter: &Meter,
) -> Result<(), FetchError> {
    let staging = Arc::new(staging);
    let looked_at = staging.clone();
    if blocking(move || looked_at.is_whole()).await? {
        meter.add(located.len());
    } else {
        let part = meter.part();
        let fetched = client.download(located, staging.clone(), &part).await;
        keep_if_retryable(fetched, &staging, file)?;
    }
    blocking(move || staging.commit()).await
}

/// A range of an opened blob into a file of its own.
pub(super) async fn fetch_range(
    client: &Client,
    blob: &BlobReader,
    range: Range<u64>,
    file: &Path,
    overwrite: bool,
) -> Result<Fetched, FetchError> {
    let len = range.end.saturating_sub(range.start);
    let located = blob.located();
    // Short, or in memory already.
    let bytes = match located {
        Some(_) => None,
        None => Some(blob.read(range.clone()).await?),
    };
    let meter = Meter::new(&client.progress, Phase::Fetch, len);
    let (target, of, wanted) = (file.to_path_buf(), blob.address(), range.clone());
    let staging = blocking(move || {
        if !overwrite && target.symlink_metadata().is_ok() {
            return Err(FetchError::Exists { path: target });
        }
        let folder = parent(&target);
        make_folder(&folder)?;
        ensure_room(&folder, len.saturating_sub(Staging::room_taken(&target)))?;
        let Some(bytes) = bytes else {
            return Staging::go_on_range(&target, wanted, of);
        };
        let staging = Staging::create(&target, len)?;
        let written = staging.write_at(0, &bytes);
        written.map_err(|source| at(FetchError::Sink { source }, &target))?;
        Ok(staging)
    });
    let staging = Arc::new(staging.await?);
    match located {
        Some(located) => {
            let part = meter.part();
            let fetched = client.download_range(&located, range, staging.clone(), &part);
            keep_if_retryable(fetched.await, &staging, file)?;
        }
        None => meter.add(len),
    }
    blocking(move || staging.commit()).await?;
    let folder = parent(file);
    blocking(move || sync_folder(&folder)).await?;
    Ok(Fetched {
        files: 1,
        bytes: len,
        kept: 0,
    })
}

/// What failed for good leaves nothing of the file, what may pass leaves it for the next try.
fn keep_if_retryable(
    fetched: Result<(), FetchError>,
    staging: &Staging,
    file: &Path,
) -> Result<(), FetchError> {
    fetched.map_err(|error| {
        match error.class() {
            ErrorClass::Retryable => {
                tracing::info!(file = %file.display(), "what was fetched is kept; fetch again to go on");
            }
            _ => staging.discard(),
        }
        at(error, file)
    })
}

pub(super) async fn fetch_all(
    client: &Client,
    manifest: &Manifest,
    dir: &Path,
    options: &FetchOptions,
) -> Result<Fetched, FetchError> {
    let selected = select(manifest, &options.include)?;
    let total = selected
        .iter()
        .fold(0u64, |sum, file| sum.saturating_add(file.length));
    let meter = Meter::new(&client.progress, Phase::Fetch, total);
    let selected_count = selected.len();
    let packs: BTreeSet<Address> = selected.iter().filter_map(pack_of).collect();
    let (root, overwrite, checked) = (dir.to_path_buf(), options.overwrite, meter.clone());
    let wanted = blocking(move || prepare(&root, selected, overwrite, &checked)).await?;
    let kept = selected_count.saturating_sub(wanted.len());
    let bytes = wanted
        .iter()
        .fold(0u64, |sum, file| sum.saturating_add(file.entry.length));
    let folders: BTreeSet<PathBuf> = wanted.iter().map(|file| parent(&file.target)).collect();
    let files = wanted.len();
    fetch_wanted(client, wanted, dir, &meter).await?;
    let root = dir.to_path_buf();
    blocking(move || {
        // Of a fetch that was killed when all files of a pack were there, or when some came out of parts of it.
        packs
            .iter()
            .for_each(|pack| pack::remove_rest(&root, *pack));
        folders.iter().try_for_each(|folder| sync_folder(folder))
    })
    .await?;
    Ok(Fetched { files, bytes, kept })
}

/// Files by where their bytes are: each blob and each pack once.
async fn fetch_wanted(
    client: &Client,
    wanted: Vec<Wanted>,
    dir: &Path,
    meter: &Meter,
) -> Result<(), FetchError> {
    let mut blobs: BTreeMap<Address, Vec<Wanted>> = BTreeMap::new();
    let mut packs: BTreeMap<Address, Vec<(Wanted, u64)>> = BTreeMap::new();
    for file in wanted {
        match file.entry.location {
            Location::Empty => write_empty(file).await?,
            Location::Blob => blobs.entry(file.entry.blake3).or_default().push(file),
            Location::Pack { address, offset } => {
                packs.entry(address).or_default().push((file, offset))
            }
        }
    }
    for (address, files) in packs {
        pack::fetch(client, address, files, dir, meter).await?;
    }
    for (address, files) in blobs {
        fetch_copies(client, address, files, meter).await?;
    }
    Ok(())
}

/// Fetches a blob into the first of its files and copies it to the others.
async fn fetch_copies(
    client: &Client,
    address: Address,
    files: Vec<Wanted>,
    meter: &Meter,
) -> Result<(), FetchError> {
    let mut files = files.into_iter();
    let Some(first) = files.next() else {
        return Ok(());
    };
    let located = client.locate(address).await?;
    if located.len() != first.entry.length {
        let reason = format!(
            "it should have {} bytes, the blob has {}",
            first.entry.length,
            located.len()
        );
        return Err(FetchError::WrongManifest {
            path: first.entry.path,
            blob: address,
            reason,
        });
    }
    let (target, len) = (first.target.clone(), first.entry.length);
    let staging = blocking(move || Staging::go_on(&target, len, address)).await?;
    complete(client, &located, staging, &first.target, meter).await?;
    for other in files {
        let (from, meter) = (first.target.clone(), meter.clone());
        blocking(move || copy(&from, &other, &meter)).await?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Wanted, meter: &Meter) -> Result<(), FetchError> {
    let failed = |source| FetchError::Write {
        path: to.target.clone(),
        source,
    };
    let staging = Staging::create(&to.target, to.entry.length)?;
    let copied = each_piece(from, |piece, offset| {
        staging.write_at(offset, piece)?;
        meter.add(piece.len() as u64);
        Ok(())
    });
    match copied.map_err(failed)? == to.entry.blake3 {
        true => staging.commit(),
        // Somebody wrote to the file between its completion and now.
        false => Err(failed(std::io::Error::other(
            "the file it is a copy of has changed",
        ))),
    }
}

async fn write_empty(file: Wanted) -> Result<(), FetchError> {
    blocking(move || Staging::create(&file.target, 0)?.commit()).await
}

/// The files that are not there yet. Makes their folders.
fn prepare(
    dir: &Path,
    selected: Vec<FileEntry>,
    overwrite: bool,
    meter: &Meter,
) -> Result<Vec<Wanted>, FetchError> {
    let mut wanted = Vec::new();
    for entry in selected {
        if entry.path.ends_with(STAGING_SUFFIX) {
            return Err(FetchError::Reserved { path: entry.path });
        }
        ensure_no_links(dir, &entry.path)?;
        let target = dir.join(&entry.path);
        if !is_there(&target, entry.length, &entry.blake3, overwrite, meter)? {
            wanted.push(Wanted { entry, target });
        }
    }
    make_folder(dir)?;
    ensure_room(dir, room_needed(dir, &wanted))?;
    wanted
        .iter()
        .try_for_each(|file| make_folder(&parent(&file.target)))?;
    Ok(wanted)
}

/// Bytes of the disk for these files, and beside them for one pack at a time, which may be twice as long as what is wanted
/// of it.
fn room_needed(dir: &Path, wanted: &[Wanted]) -> u64 {
    let sum = |lens: &mut dyn Iterator<Item = u64>| lens.fold(0, u64::saturating_add);
    let packs: BTreeSet<Address> = wanted
        .iter()
        .filter_map(|file| pack_of(&file.entry))
        .collect();
    let packed = wanted.iter().filter(|file| pack_of(&file.entry).is_some());
    let packed = sum(&mut packed.map(|file| file.entry.length));
    let files = sum(&mut wanted.iter().map(|file| file.entry.length));
    let targets = wanted.iter().map(|file| file.target.clone());
    let staged = packs
        .into_iter()
        .flat_map(|pack| [pack::staged(dir, pack), pack::staged_parts(dir, pack)]);
    let taken = sum(&mut targets
        .chain(staged)
        .map(|target| Staging::room_taken(&target)));
    let pack = packed.saturating_mul(2).min(PACK_LEN_MAX);
    files.saturating_add(pack).saturating_sub(taken)
}

/// The pack that a file's bytes are in.
fn pack_of(entry: &FileEntry) -> Option<Address> {
    match entry.location {
        Location::Pack { address, .. } => Some(address),
        Location::Empty | Location::Blob => None,
    }
}

/// Names the file that could not be written.
pub(super) fn at(error: FetchError, path: &Path) -> FetchError {
    match error {
        FetchError::Sink { source } => FetchError::Write {
            path: path.into(),
            source,
        },
        other => other,
    }
}
