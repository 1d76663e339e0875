//! Scores with their salts on disk, from before the commitment until the check is over: a verifier that starts again must
//! reveal what it committed to, and nothing else.

use ballast_core::SettlementId;
use codec::{Decode, Encode};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const STAGED: &str = "staged";

/// What a verifier commits to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// The score.
    pub score: u16,
    /// Hides it.
    pub salt: [u8; 32],
}

/// The scores of checks that are not over.
pub struct Journal {
    dir: PathBuf,
}

impl Journal {
    /// That of a directory, which is made.
    pub fn open(dir: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        Ok(Self {
            dir: dir.to_path_buf(),
        })
    }

    /// Writes an entry; it is on disk when this returns. One that is there stays, and is given.
    pub fn put(&self, id: SettlementId, entry: Entry) -> io::Result<Entry> {
        if let Some(before) = self.get(id)? {
            return Ok(before);
        }
        let path = self.path(id);
        let staged = path.with_extension(STAGED);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&staged)?;
        file.write_all(&entry.encode())?;
        file.sync_all()?;
        fs::rename(&staged, &path)?;
        File::open(&self.dir)?.sync_all()?;
        Ok(entry)
    }

    /// The entry of a check.
    pub fn get(&self, id: SettlementId) -> io::Result<Option<Entry>> {
        match fs::read(self.path(id)) {
            Ok(bytes) => match Entry::decode(&mut bytes.as_slice()) {
                Ok(entry) => Ok(Some(entry)),
                Err(_) => Err(io::Error::other(format!(
                    "{} is damaged: the score that was committed to is lost",
                    self.path(id).display()
                ))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes the entries of all checks but these.
    pub fn keep_only(&self, checks: &[SettlementId]) -> io::Result<()> {
        for file in fs::read_dir(&self.dir)? {
            let file = file?;
            let id = file.file_name().to_string_lossy().parse().ok();
            if id.is_some_and(|id| !checks.contains(&SettlementId(id))) {
                fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    fn path(&self, id: SettlementId) -> PathBuf {
        self.dir.join(id.0.to_string())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ONE: SettlementId = SettlementId(1);

    fn entry(score: u16) -> Entry {
        Entry {
            score,
            salt: [score as u8; 32],
        }
    }

    #[test]
    fn the_first_entry_stays_until_the_check_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        assert_eq!(journal.get(ONE).unwrap(), None);
        assert_eq!(journal.put(ONE, entry(900)).unwrap(), entry(900));
        let journal = Journal::open(dir.path()).unwrap();
        assert_eq!(journal.put(ONE, entry(0)).unwrap(), entry(900));
        journal.put(SettlementId(2), entry(5)).unwrap();
        fs::write(dir.path().join("3.staged"), "half").unwrap();
        journal.keep_only(&[ONE]).unwrap();
        assert_eq!(journal.get(ONE).unwrap(), Some(entry(900)));
        assert_eq!(journal.get(SettlementId(2)).unwrap(), None);
    }

    #[test]
    fn a_damaged_entry_is_told_and_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        fs::write(dir.path().join("1"), "half").unwrap();
        assert!(journal.get(ONE).unwrap_err().to_string().contains("lost"));
        assert!(journal.put(ONE, entry(5)).is_err());
    }
}
