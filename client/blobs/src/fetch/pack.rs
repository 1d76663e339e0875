//! Files out of a pack: only the ranges they need, unless that is most of it.

use super::{
    blob::Located,
    files::Wanted,
    sink::{Anew, Memory},
    staging::Staging,
    FetchError, Sink,
};
use crate::{blocking::blocking, limits::FILES_AT_ONCE, progress::Meter, Client};
use ballast_core::{limits::PACK_LEN_MAX, Address};
use futures::{StreamExt, TryStreamExt};
use std::{ops::Range, sync::Arc};

/// Fetches files of one pack, with their offsets in it. A pack is at most 64 MiB and is put together in memory.
pub(super) async fn fetch(
    client: &Client,
    pack: Address,
    files: Vec<(Wanted, u64)>,
    meter: &Meter,
) -> Result<(), FetchError> {
    let located = client.locate(pack).await?;
    check_places(&located, &files)?;
    let ranges = ranges(&files);
    let needed: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    let total: u64 = files.iter().map(|(file, _)| file.entry.length).sum();
    if needed.saturating_mul(2) < located.len() {
        let bytes = read(client, &located, Some(&ranges)).await?;
        if files
            .iter()
            .all(|(file, offset)| is_right(file, *offset, &bytes))
        {
            meter.add(total);
            return write_all(files, bytes).await;
        }
        // Wrongly encoded, or not what the manifest says. The whole pack, checked against its address, tells.
    }
    let bytes = read(client, &located, None).await?;
    if let Some((file, _)) = files
        .iter()
        .find(|(file, offset)| !is_right(file, *offset, &bytes))
    {
        return Err(not_in_pack(file, pack, "other bytes are there"));
    }
    meter.add(total);
    write_all(files, bytes).await
}

async fn read(
    client: &Client,
    located: &Located,
    ranges: Option<&[Range<u64>]>,
) -> Result<Arc<Vec<u8>>, FetchError> {
    let memory = Arc::new(Memory::new(0..located.len()));
    let sink: Arc<dyn Sink> = memory.clone();
    // What counts is the files' bytes, once they are there.
    let uncounted = Meter::new(
        &(Arc::new(()) as Arc<dyn crate::Progress>),
        crate::Phase::Fetch,
        0,
    )
    .part();
    match ranges {
        Some(ranges) => {
            client
                .download_ranges(located, ranges, sink, &uncounted)
                .await?
        }
        None => {
            client
                .download(located, Arc::new(Anew(sink)), &uncounted)
                .await?
        }
    }
    Ok(Arc::new(memory.take()))
}

fn check_places(located: &Located, files: &[(Wanted, u64)]) -> Result<(), FetchError> {
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
fn ranges(files: &[(Wanted, u64)]) -> Vec<Range<u64>> {
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

fn slice<'a>(file: &Wanted, offset: u64, bytes: &'a [u8]) -> &'a [u8] {
    let end = offset.saturating_add(file.entry.length);
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    bytes.get(index(offset)..index(end)).unwrap_or_default()
}

fn is_right(file: &Wanted, offset: u64, bytes: &[u8]) -> bool {
    file.entry.blake3.0 == *blake3::hash(slice(file, offset, bytes)).as_bytes()
}

async fn write_all(files: Vec<(Wanted, u64)>, bytes: Arc<Vec<u8>>) -> Result<(), FetchError> {
    futures::stream::iter(files)
        .map(Ok)
        .try_for_each_concurrent(FILES_AT_ONCE, |(file, offset)| {
            let bytes = bytes.clone();
            blocking(move || write(&file, slice(&file, offset, &bytes)))
        })
        .await
}

fn write(file: &Wanted, bytes: &[u8]) -> Result<(), FetchError> {
    let staging = Staging::create(&file.target, file.entry.length)?;
    staging
        .write_at(0, bytes)
        .map_err(|source| FetchError::Write {
            path: file.target.clone(),
            source,
        })?;
    staging.commit()
}

fn not_in_pack(file: &Wanted, pack: Address, reason: &str) -> FetchError {
    FetchError::WrongManifest {
        path: file.entry.path.clone(),
        blob: pack,
        reason: reason.into(),
    }
}
