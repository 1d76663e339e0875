//! Claims of a channel on disk, each with the voucher that was newest then.
//!
//! Goals: a claim that was appended is there after a crash, of the program or of the machine; a record that was torn is
//! left out, and nothing before it. Bounded: a claim that was settled leaves with the next rewriting.
//! Non-goals: several processes; the data directory is locked by [`Folder`].
//!
//! ```text
//! file     `ballast payments v1\n` | genesis hash (32) | channel (8) | records
//! record   length (4, little-endian) | start of BLAKE3 of the payload (8) | payload: SCALE of Record
//! ```

use ballast_core::{claim::ClaimLeaf, voucher::Voucher, ChannelId};
use codec::{Decode, DecodeAll, Encode};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const MAGIC: &[u8] = b"ballast payments v1\n";
/// Longest payload; a record has about 400 bytes.
const PAYLOAD_LEN_MAX: usize = 4096;
/// Longest file that is read: far more records than may be unsettled.
const FILE_LEN_MAX: u64 = 16 << 20;
/// Records that are dead before a file is written anew.
const DEAD_MAX: usize = 256;
/// Records of settled claims that stay, for clients that ask what became of a request.
const SETTLED_KEPT: usize = 256;

/// A claim, with what else must not be lost.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// The newest voucher.
    pub voucher: Voucher,
    /// The claim.
    pub leaf: ClaimLeaf,
    /// Key that signed the answer.
    pub session_key: [u8; 32],
    /// Its signature.
    pub signature: [u8; 64],
    /// When it was answered, in seconds since 1970.
    pub answered_at: u64,
}

/// Where the channels' files lie; one process has it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    genesis_hash: [u8; 32],
    _lock: File,
}

/// A channel's file.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    head: Vec<u8>,
    file: Option<File>,
    records: BTreeMap<u64, Record>,
    dead: usize,
}

impl Folder {
    /// Opens it, and makes it if it is not there.
    pub fn open(path: &Path, genesis_hash: [u8; 32]) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let lock = private().open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(io::Error::other(
                "another worker runs with this data directory; stop it, or name another --data-dir",
            )),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Self {
            path: path.into(),
            genesis_hash,
            _lock: lock,
        })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The channels that have a file.
    pub fn channels(&self) -> io::Result<Vec<ChannelId>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".claims"));
            found.extend(number.and_then(|text| text.parse().ok()).map(ChannelId));
        }
        Ok(found)
    }

    /// A channel's file, with the records that are whole.
    pub fn channel(&self, channel: ChannelId) -> io::Result<Journal> {
        let mut head = MAGIC.to_vec();
        (self.genesis_hash, channel).encode_to(&mut head);
        let path = self.path.join(format!("{channel}.claims"));
        let mut journal = Journal {
            path,
            head,
            file: None,
            records: BTreeMap::new(),
            dead: 0,
        };
        journal.read()?;
        Ok(journal)
    }
}

impl Journal {
    /// The records, ascending by number.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// The record of a number.
    pub fn record(&self, number: u64) -> Option<&Record> {
        self.records.get(&number)
    }

    /// The newest voucher.
    pub fn newest(&self) -> Option<&Voucher> {
        let vouchers = self.records().map(|record| &record.voucher);
        vouchers.max_by_key(|voucher| voucher.number)
    }

    /// Adds a record, and returns once it is on disk.
    pub fn append(&mut self, record: Record) -> io::Result<()> {
        if self.file.is_none() {
            self.rewrite()?;
        }
        let framed = frame(&record);
        let Some(file) = &mut self.file else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if let Err(error) = file.write_all(&framed).and_then(|()| file.sync_data()) {
            // Part of it may be there; what follows must not be written behind that.
            self.file = None;
            return Err(error);
        }
        self.records.insert(record.leaf.number, record);
        Ok(())
    }

    /// Whether a number is older than what is kept.
    pub fn has_forgotten(&self, number: u64) -> bool {
        self.records
            .keys()
            .next()
            .is_none_or(|first| number < *first)
    }

    /// Records up to a number were settled; forgets the oldest of them.
    pub fn settle(&mut self, last_number: u64) -> io::Result<()> {
        let settled = self.records.range(..=last_number).count();
        for _ in SETTLED_KEPT..settled {
            self.records.pop_first();
            self.dead = self.dead.saturating_add(1);
        }
        match self.dead > DEAD_MAX {
            true => self.rewrite(),
            false => Ok(()),
        }
    }

    /// Removes the file: the channel is over.
    pub fn remove(&mut self) -> io::Result<()> {
        self.file = None;
        self.records.clear();
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let staged = self.path.with_extension("claims.new");
        let mut file = private().truncate(true).open(&staged)?;
        let mut bytes = self.head.clone();
        for record in self.records.values() {
            bytes.extend(frame(record));
        }
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&staged, &self.path)?;
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        self.file = Some(file);
        self.dead = 0;
        Ok(())
    }

    fn read(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened?.take(FILE_LEN_MAX).read_to_end(&mut bytes)?,
        };
        let Some(mut rest) = bytes.strip_prefix(self.head.as_slice()) else {
            let told = format!(
                "{} holds no claims of this chain and channel; move it away",
                self.path.display()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, told));
        };
        while let Some((record, more)) = next(rest) {
            self.records.insert(record.leaf.number, record);
            rest = more;
        }
        if !rest.is_empty() {
            tracing::warn!(path = %self.path.display(), bytes = rest.len(), "the last record was torn; its answer was not sent");
        }
        // Written anew, so that nothing follows what was torn.
        self.rewrite()
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

fn frame(record: &Record) -> Vec<u8> {
    let payload = record.encode();
    let mut framed = (payload.len() as u32).to_le_bytes().to_vec();
    framed.extend(check(&payload));
    framed.extend(payload);
    framed
}

fn check(payload: &[u8]) -> [u8; 8] {
    let hash = blake3::hash(payload);
    let mut start = [0; 8];
    start.copy_from_slice(hash.as_bytes().split_at(8).0);
    start
}

fn next(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (expected, rest) = rest.split_first_chunk::<8>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    if len > PAYLOAD_LEN_MAX {
        return None;
    }
    let (payload, rest) = rest.split_at_checked(len)?;
    if check(payload) != *expected {
        return None;
    }
    Some((Record::decode_all(&mut &*payload).ok()?, rest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{
        super::ledger::tests::{leaf, voucher},
        *,
    };
    use std::os::unix::fs::PermissionsExt;

    fn record(number: u64) -> Record {
        Record {
            voucher: voucher(10, number),
            leaf: leaf(number, 1),
            session_key: [1; 32],
            signature: [2; 64],
            answered_at: 3,
        }
    }

    fn numbers(journal: &Journal) -> Vec<u64> {
        journal.records().map(|record| record.leaf.number).collect()
    }

    #[test]
    fn what_was_appended_is_there_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path(), [7; 32]).unwrap();
        let mut journal = folder.channel(ChannelId(3)).unwrap();
        for number in [2, 1, 5] {
            journal.append(record(number)).unwrap();
        }
        let mode = fs::metadata(&journal.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = folder.channel(ChannelId(3)).unwrap();
        assert_eq!(numbers(&again), [1, 2, 5]);
        assert_eq!(again.newest(), Some(&voucher(10, 5)));
        assert_eq!(folder.channels().unwrap(), [ChannelId(3)]);
        journal.remove().unwrap();
        assert_eq!(folder.channels().unwrap(), []);
    }

    #[test]
    fn a_record_torn_anywhere_costs_nothing_that_was_before() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path(), [7; 32]).unwrap();
        let mut journal = folder.channel(ChannelId(3)).unwrap();
        journal.append(record(1)).unwrap();
        let whole = fs::read(&journal.path).unwrap();
        journal.append(record(2)).unwrap();
        let both = fs::read(&journal.path).unwrap();
        for len in whole.len()..both.len() {
            fs::write(&journal.path, &both[..len]).unwrap();
            let mut torn = folder.channel(ChannelId(3)).unwrap();
            assert_eq!(numbers(&torn), [1], "{len}");
            torn.append(record(3)).unwrap();
            assert_eq!(numbers(&folder.channel(ChannelId(3)).unwrap()), [1, 3]);
        }
    }

    #[test]
    fn settled_claims_leave_and_the_file_does_not_grow_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path(), [7; 32]).unwrap();
        let mut journal = folder.channel(ChannelId(3)).unwrap();
        let mut longest = 0;
        for number in 1..2_000 {
            journal.append(record(number)).unwrap();
            journal.settle(number.saturating_sub(10)).unwrap();
            longest = longest.max(fs::metadata(&journal.path).unwrap().len());
        }
        let most = SETTLED_KEPT + DEAD_MAX + 20;
        assert!(
            longest < (most * frame(&record(1)).len()) as u64,
            "{longest}"
        );
        assert_eq!(numbers(&journal).len(), SETTLED_KEPT + 10);
        assert!(journal.has_forgotten(1) && !journal.has_forgotten(1_990));
    }

    #[test]
    fn a_folder_has_one_owner_and_a_file_one_chain() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path(), [7; 32]).unwrap();
        let mut journal = folder.channel(ChannelId(3)).unwrap();
        journal.append(record(1)).unwrap();
        assert!(Folder::open(dir.path(), [7; 32]).is_err());
        drop(folder);
        let other = Folder::open(dir.path(), [8; 32]).unwrap();
        let error = other.channel(ChannelId(3)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
