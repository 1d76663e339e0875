//! Shard files: a header page and the column's bytes. Written under a staging name, immutable under the final one.
//!
//! ```text
//! staging/<encoding>-<shard>          being received
//! shards/<xx>/<encoding>-<shard>      held; xx is the low byte of the encoding, to keep directories small
//! ```
//! All directories are made, and brought to disk, when the store is opened: a rename into one that a crash takes away
//! would lose a shard that was receipted.

use super::error::StoreError;
use crate::facts::{ShardKey, ShardSpec};
use ballast_core::{ChainingValue, EncodingId, ShardIndex};
use codec::{DecodeAll, Encode};
use std::{
    fs::{self, File, OpenOptions},
    io,
    ops::Range,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Bytes before the column's first: one page, so that the column stays page-aligned.
pub const HEADER_LEN: u64 = 4096;

const MAGIC: [u8; 8] = *b"BLSTSHRD";
const VERSION: u16 = 1;
const STAGING: &str = "staging";
const SHARDS: &str = "shards";
/// Directories of held shards.
const SHARD_DIRS: u64 = 256;

/// What the header of a shard file says, before a BLAKE3 checksum over it.
type Header = ([u8; 8], u16, ShardKey, u64, ChainingValue);

/// The directories of shard files.
pub struct Files {
    staging: PathBuf,
    shards: PathBuf,
}

impl Files {
    /// Makes the directories under `root` that are not there, and brings them all to disk: they may have been made
    /// just before a crash, so that they are there is no proof that they will be.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let files = Self {
            staging: root.join(STAGING),
            shards: root.join(SHARDS),
        };
        for dir in [&files.staging, &files.shards] {
            fs::create_dir_all(dir).map_err(io_at(dir))?;
        }
        for number in 0..SHARD_DIRS {
            make_dir(&files.shard_dir(number))?;
        }
        sync_dir(&files.shards)?;
        sync_dir(root)?;
        Ok(files)
    }

    /// Whether the directories were ever made.
    pub fn exist(root: &Path) -> bool {
        root.join(SHARDS).is_dir()
    }

    /// Makes the staging file of a shard, its full length reserved on disk where the file system can.
    pub fn create_staging(&self, spec: &ShardSpec) -> Result<File, StoreError> {
        let path = self.staging_path(spec.key);
        let file = options()
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(io_at(&path))?;
        let made = reserve(&file, HEADER_LEN + spec.len())
            .and_then(|()| file.write_all_at(&header(spec), 0))
            .map_err(io_at(&path));
        match made {
            Ok(()) => Ok(file),
            Err(error) => {
                remove_if_there(&path)?;
                Err(error)
            }
        }
    }

    /// Opens the staging file of a shard if it is there with the right length.
    pub fn open_staging(&self, key: ShardKey, len: u64) -> Result<Option<File>, StoreError> {
        let path = self.staging_path(key);
        let file = match options().open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_at(&path)(error)),
        };
        let found = file.metadata().map_err(io_at(&path))?.len();
        Ok((found == HEADER_LEN + len).then_some(file))
    }

    /// Writes column bytes to a staging file.
    pub fn write(
        &self,
        key: ShardKey,
        file: &File,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        file.write_all_at(bytes, HEADER_LEN + offset)
            .map_err(io_at(&self.staging_path(key)))
    }

    /// Brings a staging file's bytes to disk.
    pub fn sync(&self, key: ShardKey, file: &File) -> Result<(), StoreError> {
        file.sync_all().map_err(io_at(&self.staging_path(key)))
    }

    /// Gives a staging file its final name; [`sync_final_name`](Self::sync_final_name) makes that last.
    pub fn rename_to_final(&self, key: ShardKey) -> Result<(), StoreError> {
        let path = self.final_path(key);
        fs::rename(self.staging_path(key), &path).map_err(io_at(&path))
    }

    /// Takes a file back to its staging name, at its full length and with a good header: blocks of it are missing.
    pub fn rename_to_staging(&self, spec: &ShardSpec) -> Result<(), StoreError> {
        let path = self.staging_path(spec.key);
        fs::rename(self.final_path(spec.key), &path).map_err(io_at(&path))?;
        let file = options().open(&path).map_err(io_at(&path))?;
        file.set_len(HEADER_LEN + spec.len())
            .and_then(|()| file.write_all_at(&header(spec), 0))
            .and_then(|()| file.sync_all())
            .map_err(io_at(&path))?;
        self.sync_staging_names()?;
        self.sync_final_name(spec.key)
    }

    /// Makes a held shard's file what it should be around its bytes: there, with its full length and a good header. Bytes
    /// that were lost are zeros.
    pub fn mend(&self, spec: &ShardSpec) -> Result<(), StoreError> {
        let (key, path) = (spec.key, self.final_path(spec.key));
        if !self.has_final(key) {
            let file = self.create_staging(spec)?;
            self.sync(key, &file)?;
            self.rename_to_final(key)?;
        }
        let file = options().open(&path).map_err(io_at(&path))?;
        file.set_len(HEADER_LEN + spec.len())
            .and_then(|()| file.write_all_at(&header(spec), 0))
            .and_then(|()| file.sync_all())
            .map_err(io_at(&path))?;
        self.sync_final_name(key)
    }

    /// Writes column bytes of a held shard, durably.
    pub fn overwrite(&self, key: ShardKey, offset: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.final_path(key);
        let file = options().open(&path).map_err(io_at(&path))?;
        file.write_all_at(bytes, HEADER_LEN + offset)
            .and_then(|()| file.sync_all())
            .map_err(io_at(&path))
    }

    /// Lets the system forget column bytes of a held shard that it has in memory, so that the next read asks the disk.
    pub fn forget_cached(&self, key: ShardKey, range: Range<u64>) {
        // It is a hint: where it has no effect the read compares what is in memory.
        let Ok(file) = File::open(self.final_path(key)) else {
            return;
        };
        let len = std::num::NonZeroU64::new(range.end.saturating_sub(range.start));
        let advice = rustix::fs::Advice::DontNeed;
        let _ = rustix::fs::fadvise(&file, HEADER_LEN + range.start, len, advice);
    }

    /// Brings the final name of a shard's file to disk, or that it has none.
    pub fn sync_final_name(&self, key: ShardKey) -> Result<(), StoreError> {
        sync_dir(&self.final_dir(key))
    }

    /// Brings all staging names to disk. A name that is lost or comes back otherwise is seen to at the next start.
    pub fn sync_staging_names(&self) -> Result<(), StoreError> {
        sync_dir(&self.staging)
    }

    /// Whether the file is there under its final name.
    pub fn has_final(&self, key: ShardKey) -> bool {
        self.final_path(key).is_file()
    }

    /// Whether the file is there under its final name at its full length.
    pub fn is_whole(&self, key: ShardKey, len: u64) -> bool {
        fs::metadata(self.final_path(key))
            .is_ok_and(|meta| meta.is_file() && meta.len() == HEADER_LEN + len)
    }

    /// Reads column bytes of a held shard. `UnexpectedEof` and `NotFound` keep their kinds.
    pub fn read(&self, key: ShardKey, offset: u64, out: &mut [u8]) -> Result<(), StoreError> {
        let path = self.final_path(key);
        let file = File::open(&path).map_err(io_at(&path))?;
        file.read_exact_at(out, HEADER_LEN + offset)
            .map_err(io_at(&path))
    }

    /// Whether the header of a held shard's file is the one it was written with.
    pub fn header_is_good(&self, spec: &ShardSpec) -> Result<bool, StoreError> {
        let path = self.final_path(spec.key);
        let mut found = vec![0; HEADER_LEN as usize];
        match File::open(&path).and_then(|file| file.read_exact_at(&mut found, 0)) {
            Ok(()) => Ok(parse_header(&found) == Some(header_of(spec))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(io_at(&path)(error)),
        }
    }

    /// Removes a shard's file under either name, durably.
    pub fn remove(&self, key: ShardKey) -> Result<(), StoreError> {
        remove_if_there(&self.staging_path(key))?;
        remove_if_there(&self.final_path(key))?;
        self.sync_final_name(key)
    }

    /// Removes staging files for which `wanted` is false; says how many.
    pub fn sweep_staging(&self, wanted: impl Fn(ShardKey) -> bool) -> Result<u64, StoreError> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.staging).map_err(io_at(&self.staging))? {
            let path = entry.map_err(io_at(&self.staging))?.path();
            if !parse_name(&path).is_some_and(&wanted) {
                remove_if_there(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Files under `shards` for which `wanted` is false.
    pub fn strays(&self, wanted: impl Fn(ShardKey) -> bool) -> Result<Vec<PathBuf>, StoreError> {
        let mut strays = Vec::new();
        for dir in fs::read_dir(&self.shards).map_err(io_at(&self.shards))? {
            let dir = dir.map_err(io_at(&self.shards))?.path();
            for entry in fs::read_dir(&dir).map_err(io_at(&dir))? {
                let path = entry.map_err(io_at(&dir))?.path();
                if !parse_name(&path).is_some_and(&wanted) {
                    strays.push(path);
                }
            }
        }
        Ok(strays)
    }

    /// Bytes free for this process on the file system.
    pub fn free_bytes(&self) -> Result<u64, StoreError> {
        let stat =
            rustix::fs::statvfs(&self.shards).map_err(|error| io_at(&self.shards)(error.into()))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Where a held shard lies.
    pub fn final_path(&self, key: ShardKey) -> PathBuf {
        self.final_dir(key).join(name(key))
    }

    /// Where a shard lies while it is received.
    pub fn staging_path(&self, key: ShardKey) -> PathBuf {
        self.staging.join(name(key))
    }

    fn final_dir(&self, key: ShardKey) -> PathBuf {
        self.shard_dir(key.encoding.0 % SHARD_DIRS)
    }

    fn shard_dir(&self, number: u64) -> PathBuf {
        self.shards.join(format!("{number:02x}"))
    }
}

/// Puts a path to an error of the system.
pub(super) fn io_at(path: &Path) -> impl FnOnce(io::Error) -> StoreError + '_ {
    move |source| StoreError::Io {
        path: path.into(),
        source,
    }
}

/// Brings a directory's entries to disk.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(io_at(dir))
}

fn make_dir(dir: &Path) -> Result<(), StoreError> {
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(io_at(dir)(error)),
        _ => Ok(()),
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o640);
    options
}

/// Reserves the space at once, so that a full disk shows here and not in the middle; a file system that cannot still
/// gets the length.
fn reserve(file: &File, len: u64) -> io::Result<()> {
    let allocate = || rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, len);
    match rustix::io::retry_on_intr(allocate) {
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => file.set_len(len),
        other => Ok(other?),
    }
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_at(path)(error)),
        _ => Ok(()),
    }
}

fn name(key: ShardKey) -> String {
    format!("{:016x}-{:02x}", key.encoding.0, key.shard.0)
}

fn parse_name(path: &Path) -> Option<ShardKey> {
    let (encoding, shard) = path.file_name()?.to_str()?.split_once('-')?;
    let key = ShardKey {
        encoding: EncodingId(u64::from_str_radix(encoding, 16).ok()?),
        shard: ShardIndex(u8::from_str_radix(shard, 16).ok()?),
    };
    // One name per shard: another spelling of the same numbers is a stranger's.
    (name(key) == path.file_name()?.to_str()?).then_some(key)
}

fn header_of(spec: &ShardSpec) -> Header {
    (MAGIC, VERSION, spec.key, spec.len(), spec.root)
}

fn header(spec: &ShardSpec) -> Vec<u8> {
    let mut page = header_of(spec).encode();
    let checksum = blake3::hash(&page);
    page.extend_from_slice(checksum.as_bytes());
    page.resize(HEADER_LEN as usize, 0);
    page
}

fn parse_header(page: &[u8]) -> Option<Header> {
    let len = Header::encoded_size(&(MAGIC, VERSION, ZERO_KEY, 0, ChainingValue([0; 32])));
    let (fields, rest) = page.split_at_checked(len)?;
    (rest.get(..32)? == blake3::hash(fields).as_bytes()).then_some(())?;
    Header::decode_all(&mut &fields[..]).ok()
}

const ZERO_KEY: ShardKey = ShardKey {
    encoding: EncodingId(0),
    shard: ShardIndex(0),
};
