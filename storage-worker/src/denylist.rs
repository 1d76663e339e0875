//! Blobs that this worker does not take, serve or rebuild, by its operator's list: one address a line, `#` begins a remark.
//!
//! Goals: the file is read again when it changes; one that cannot be read, or has a wrong line, changes nothing, so that what was denied stays
//! denied; the list is bounded.
//! Non-goals: deleting what is held, and proving less of it: possession is proven until the chain moves the shard. What refusing costs is in
//! docs/run-a-worker.md.

use ballast_core::Address;
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};
use tokio_util::sync::CancellationToken;

/// Addresses in a list at most.
pub const DENIED_MAX: usize = 65_536;
/// Greatest length of the file: each address with a remark of 190 bytes.
pub const FILE_LEN_MAX: u64 = 16 << 20;
/// How often the file is looked at.
pub const POLL: Duration = Duration::from_secs(5);

/// The list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DenylistError {
    /// The file cannot be read.
    #[error("the denylist {path} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// It is too long.
    #[error("the denylist {path} has more than {FILE_LEN_MAX} bytes or {DENIED_MAX} addresses; is it the right file?")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// A line is no address.
    #[error("line {line} of the denylist {path} is no address of a blob; an address has 64 hex digits, as b3sum prints it")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
    },
}

/// What tells that a file is another than before.
type Seen = (SystemTime, u64);

/// The list in force.
#[derive(Debug, Default)]
pub struct Denylist {
    path: Option<PathBuf>,
    denied: RwLock<Arc<HashSet<Address>>>,
}

impl Denylist {
    /// The list in this file; without one, an empty list.
    pub fn open(path: Option<&Path>) -> Result<Self, DenylistError> {
        let denied = path.map(read).transpose()?.unwrap_or_default();
        Ok(Self {
            path: path.map(Path::to_path_buf),
            denied: RwLock::new(Arc::new(denied)),
        })
    }

    /// Whether a blob is denied.
    pub fn contains(&self, address: &Address) -> bool {
        self.current().contains(address)
    }

    /// How many are.
    pub fn len(&self) -> usize {
        self.current().len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the file again.
    pub fn reload(&self) -> Result<(), DenylistError> {
        if let Some(path) = &self.path {
            let denied = Arc::new(read(path)?);
            *self.denied.write().unwrap_or_else(PoisonError::into_inner) = denied;
        }
        Ok(())
    }

    fn current(&self) -> Arc<HashSet<Address>> {
        let denied = self.denied.read().unwrap_or_else(PoisonError::into_inner);
        denied.clone()
    }

    fn seen(&self) -> Option<Seen> {
        let about = fs::metadata(self.path.as_ref()?).ok()?;
        Some((about.modified().ok()?, about.len()))
    }
}

/// Reads the list again whenever its file changes, until `stop`.
pub async fn watch(denylist: Arc<Denylist>, stop: CancellationToken) {
    if denylist.path.is_none() {
        return;
    }
    tracing::info!(denied = denylist.len(), "blobs on the denylist are refused");
    let mut seen = None;
    loop {
        let list = denylist.clone();
        let look = move || {
            let now = list.seen();
            (now, (now != seen).then(|| list.reload()))
        };
        match tokio::task::spawn_blocking(look).await {
            Ok((now, outcome)) => {
                match outcome {
                    Some(Ok(())) if seen.is_some() => {
                        tracing::info!(denied = denylist.len(), "the denylist was read again")
                    }
                    Some(Err(error)) => {
                        tracing::error!(%error, denied = denylist.len(), "the denylist stays as it was")
                    }
                    _ => {}
                }
                seen = now;
            }
            Err(error) => tracing::error!(%error, "looking at the denylist broke"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

fn read(path: &Path) -> Result<HashSet<Address>, DenylistError> {
    let failed = |source| DenylistError::Read {
        path: path.into(),
        source,
    };
    let too_long = || DenylistError::TooLong { path: path.into() };
    if fs::metadata(path).map_err(failed)?.len() > FILE_LEN_MAX {
        return Err(too_long());
    }
    let denied =
        parse(&fs::read_to_string(path).map_err(failed)?).map_err(|line| DenylistError::Line {
            path: path.into(),
            line,
        })?;
    match denied.len() > DENIED_MAX {
        true => Err(too_long()),
        false => Ok(denied),
    }
}

/// The addresses in a list, or the number of the first line that is wrong.
fn parse(text: &str) -> Result<HashSet<Address>, usize> {
    let mut denied = HashSet::new();
    for (index, line) in text.lines().enumerate() {
        let address = line.split('#').next().unwrap_or_default().trim();
        if !address.is_empty() {
            denied.insert(address.parse().map_err(|_| index + 1)?);
        }
    }
    Ok(denied)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn line(byte: u8) -> String {
        hex::encode([byte; 32])
    }

    fn list(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("denied");
        fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn remarks_and_empty_lines_are_passed_over() {
        let text = format!(
            "# court order 17\n\n{}\n  {}   # second\n",
            line(1),
            line(2)
        );
        let (_dir, path) = list(&text);
        let denylist = Denylist::open(Some(&path)).unwrap();
        assert_eq!(denylist.len(), 2);
        assert!(denylist.contains(&Address([1; 32])) && denylist.contains(&Address([2; 32])));
        assert!(!denylist.contains(&Address([3; 32])));
    }

    #[test]
    fn a_wrong_line_is_named_and_a_missing_file_is_an_error() {
        let (_dir, path) = list(&format!("{}\nnonsense\n", line(1)));
        let error = Denylist::open(Some(&path)).unwrap_err().to_string();
        assert!(error.starts_with("line 2 of the denylist"), "{error}");
        fs::remove_file(&path).unwrap();
        assert!(matches!(
            Denylist::open(Some(&path)),
            Err(DenylistError::Read { .. })
        ));
        assert!(Denylist::open(None).unwrap().is_empty());
    }

    #[test]
    fn too_many_addresses_are_refused() {
        let mut text = String::new();
        for index in 0..=DENIED_MAX as u64 {
            let mut address = [0; 32];
            address[..8].copy_from_slice(&index.to_le_bytes());
            text += &hex::encode(address);
            text += "\n";
        }
        let (_dir, path) = list(&text);
        assert!(matches!(
            Denylist::open(Some(&path)),
            Err(DenylistError::TooLong { .. })
        ));
    }

    #[test]
    fn a_file_that_became_wrong_leaves_the_list_in_force() {
        let (_dir, path) = list(&line(1));
        let denylist = Denylist::open(Some(&path)).unwrap();
        fs::write(&path, "nonsense").unwrap();
        assert!(denylist.reload().is_err());
        assert!(denylist.contains(&Address([1; 32])));
        fs::write(&path, line(2)).unwrap();
        denylist.reload().unwrap();
        assert!(!denylist.contains(&Address([1; 32])) && denylist.contains(&Address([2; 32])));
    }
}
