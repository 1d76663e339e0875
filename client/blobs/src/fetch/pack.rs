//! Files out of a pack: only the ranges they need, unless that is most of it.
//!
//! Goals: a pack that is fetched whole is gone on with after the program was killed, like any blob: it lies in the target
//! folder, under a name for files that are being written, until its files are there, and serves for whichever of them are
//! missing then. Of a pack that is fetched in part, the files that end in one column block are written before the next
//! block is asked for, and what is there of the others is kept, too.
//! Limits: of a part, one column block is under way at a time. Packs are at most 64 MiB, and their files below 1 MiB by our
//! publishing.

use super::{
    blob::Located,
    files::{at, Wanted},
    resume::Target,
    staging::{Staging, STAGING_SUFFIX},
    FetchError, Sink,
};
use crate::{blocking::blocking, limits::FILES_AT_ONCE, progress::Meter, Client};
use ballast_chain::ErrorClass;
use ballast_core::{
    limits::{PACK_FILE_MAX, PACK_LEN_MAX},
    Address,
};
use futures::{StreamExt, TryStreamExt};
use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering::Relaxed},
        Arc, Mutex, PoisonError,
    },
};

/// A file to be written, and where its bytes lie in the pack.
type Packed = (Wanted, u64);

/// Fetches files of one pack, with their offsets in it, by way of a file in `dir`. A pack is at most 64 MiB.
pub(super) async fn fetch(
    client: &Client,
    pack: Address,
    files: Vec<Packed>,
    dir: &Path,
    meter: &Meter,
) -> Result<(), FetchError> {
    let located = client.locate(pack).await?;
    check_places(&located, &files)?;
    let needed: u64 = ranges(&files)
        .iter()
        .map(|range| range.end - range.start)
        .sum();
    let is_begun = Staging::room_taken(&staged(dir, pack)) > 0;
    let files = match !is_begun && needed.saturating_mul(2) < located.len() {
        true => fetch_parts(client, &located, files, dir, meter).await?,
        false => files,
    };
    if files.is_empty() {
        return Ok(());
    }
    let files = Arc::new(files);
    let staging = read_whole(client, &located, &files, dir).await?;
    meter.add(total_len(&files));
    let written = write_all(&files, &staging).await;
    let is_over = |error: &FetchError| error.class() != ErrorClass::Retryable;
    if written.as_ref().err().is_none_or(is_over) {
        staging.discard();
    }
    written
}

/// Removes what an earlier fetch left of a pack.
pub(super) fn remove_rest(dir: &Path, pack: Address) {
    Staging::remove_rest(&staged(dir, pack));
    Staging::remove_rest(&staged_parts(dir, pack));
}

/// Where a pack lies until its files are there, but for what is added to names of such files. No file of a manifest has
/// such a name.
pub(super) fn staged(dir: &Path, pack: Address) -> PathBuf {
    dir.join(format!("{pack}{STAGING_SUFFIX}"))
}

/// Where ranges of a pack lie until their files are there.
pub(super) fn staged_parts(dir: &Path, pack: Address) -> PathBuf {
    dir.join(format!("{pack}.some{STAGING_SUFFIX}"))
}

/// Files out of ranges of a pack. Returns those that have to come out of the whole pack: decoded bytes are as right as the
/// code, and the manifest may be wrong; the whole pack, checked against its address, tells.
async fn fetch_parts(
    client: &Client,
    located: &Located,
    files: Vec<Packed>,
    dir: &Path,
    meter: &Meter,
) -> Result<Vec<Packed>, FetchError> {
    let range = |(file, offset): &Packed| *offset..offset.saturating_add(file.entry.length);
    let wanted = Mutex::new(files.iter().map(range).enumerate().collect());
    let (target, len) = (staged_parts(dir, located.address), located.len());
    let pack = located.address;
    let staging = blocking(move || Staging::go_on_range(&target, 0..len, pack)).await?;
    let staging = Arc::new(staging);
    let is_wrong = &AtomicBool::new(false);
    let take = |whole: Vec<usize>| {
        let whole = whole.into_iter().filter_map(|at| files.get(at).cloned());
        let (whole, staging) = (Arc::new(whole.collect()), staging.clone());
        async move {
            if let Some(wrong) = first_wrong(&whole, &staging).await? {
                is_wrong.store(true, Relaxed);
                return Err(not_in_pack(
                    &wrong,
                    located.address,
                    "other bytes are there",
                ));
            }
            meter.add(total_len(&whole));
            write_all(&whole, &staging).await
        }
    };
    let fetched = client.download_in_order(located, &wanted, staging.clone(), take);
    match fetched.await {
        Err(error) if !is_wrong.load(Relaxed) => {
            if error.class() != ErrorClass::Retryable {
                staging.discard();
            }
            Err(at(error, &staged_parts(dir, located.address)))
        }
        _ => {
            staging.discard();
            let left = wanted.into_inner().unwrap_or_else(PoisonError::into_inner);
            let numbered = files.into_iter().enumerate();
            let left = numbered.filter(|(number, _)| left.contains_key(number));
            Ok(left.map(|(_, file)| file).collect())
        }
    }
}

fn total_len(files: &[Packed]) -> u64 {
    files.iter().map(|(file, _)| file.entry.length).sum()
}

/// All of a pack. What an earlier fetch left is gone on with; what this one leaves, if it may be.
async fn read_whole(
    client: &Client,
    located: &Located,
    files: &Arc<Vec<Packed>>,
    dir: &Path,
) -> Result<Arc<Staging>, FetchError> {
    let (len, address) = (located.len(), located.address);
    let target = staged(dir, address);
    let staging = blocking({
        let target = target.clone();
        move || Staging::go_on(&target, len, address)
    });
    let staging = Arc::new(staging.await?);
    let part = Meter::uncounted().part();
    let looked_at = staging.clone();
    let fetched = match blocking(move || looked_at.is_whole()).await? {
        true => Ok(()),
        false => client.download(located, staging.clone(), &part).await,
    };
    let checked = match fetched {
        Ok(()) => first_wrong(files, &staging).await.and_then(|wrong| {
            wrong.map_or(Ok(()), |file| {
                Err(not_in_pack(&file, address, "other bytes are there"))
            })
        }),
        Err(error) => Err(at(error, &target)),
    };
    match checked {
        Ok(()) => Ok(staging),
        Err(error) => {
            if error.class() != ErrorClass::Retryable {
                staging.discard();
            }
            Err(error)
        }
    }
}

fn check_places(located: &Located, files: &[Packed]) -> Result<(), FetchError> {
    for (file, offset) in files {
        if located.len() > PACK_LEN_MAX {
            return Err(not_in_pack(
                file,
                located.address,
                "it is too long for a pack",
            ));
        }
        if offset.saturating_add(file.entry.length) > located.len() {
            return Err(not_in_pack(file, located.address, "it ends before"));
        }
    }
    Ok(())
}

/// The files' ranges in ascending order, overlapping ones joined.
fn ranges(files: &[Packed]) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = files
        .iter()
        .map(|(file, offset)| *offset..offset.saturating_add(file.entry.length))
        .collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// A file of which the pack has other bytes.
async fn first_wrong(
    files: &Arc<Vec<Packed>>,
    staging: &Arc<Staging>,
) -> Result<Option<Wanted>, FetchError> {
    let (files, staging) = (files.clone(), staging.clone());
    blocking(move || {
        for (file, offset) in files.iter() {
            if !pass(file, *offset, &staging, |_, _| Ok(()))? {
                return Ok(Some(file.clone()));
            }
        }
        Ok(None)
    })
    .await
}

async fn write_all(files: &Arc<Vec<Packed>>, staging: &Arc<Staging>) -> Result<(), FetchError> {
    futures::stream::iter(0..files.len())
        .map(Ok)
        .try_for_each_concurrent(FILES_AT_ONCE, |at| {
            let (files, staging) = (files.clone(), staging.clone());
            blocking(move || match files.get(at) {
                Some((file, offset)) => write(file, *offset, &staging),
                None => Ok(()),
            })
        })
        .await
}

/// Writes a file that is in the pack. Somebody may have written to what lies in the folder, so it is hashed again.
fn write(file: &Wanted, offset: u64, pack: &Staging) -> Result<(), FetchError> {
    let staging = Staging::create(&file.target, file.entry.length)?;
    match pass(file, offset, pack, |at, piece| staging.write_at(at, piece))? {
        true => staging.commit(),
        false => Err(FetchError::Write {
            path: file.target.clone(),
            source: io::Error::other("the pack that it is taken from has changed"),
        }),
    }
}

/// Passes the bytes of a file on, with where they lie in it. Returns whether they are what the manifest says.
fn pass(
    file: &Wanted,
    offset: u64,
    pack: &Staging,
    mut take: impl FnMut(u64, &[u8]) -> io::Result<()>,
) -> Result<bool, FetchError> {
    let mut hasher = blake3::Hasher::new();
    let len = file.entry.length;
    let mut buffer = vec![0; usize::try_from(len.min(PACK_FILE_MAX)).unwrap_or_default()];
    let passed = (0..len).step_by(buffer.len().max(1)).try_for_each(|at| {
        let rest = usize::try_from(len.saturating_sub(at)).unwrap_or(usize::MAX);
        let end = rest.min(buffer.len());
        let piece = buffer.get_mut(..end).unwrap_or_default();
        pack.read_at(offset.saturating_add(at), piece)?;
        hasher.update(piece);
        take(at, piece)
    });
    passed.map_err(|source| FetchError::Write {
        path: file.target.clone(),
        source,
    })?;
    Ok(file.entry.blake3.0 == *hasher.finalize().as_bytes())
}

fn not_in_pack(file: &Wanted, pack: Address, reason: &str) -> FetchError {
    FetchError::WrongManifest {
        path: file.entry.path.clone(),
        blob: pack,
        reason: reason.into(),
    }
}
