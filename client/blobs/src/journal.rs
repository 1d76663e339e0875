//! Lists of what is done, so that work that was killed is gone on with.
//!
//! Goals: a record that was appended is there after the program was killed, whatever happened in the middle of the
//! next one; whatever happens to the list costs work only: it is read up to the first record that is torn or changed,
//! and one that was begun for something else is begun anew.
//! Non-goals: surviving a crash of the machine (nothing is synced), and truth: who reads a list checks what it says
//! where that matters.
//!
//! ```text
//! record   length of the payload (4 bytes, little-endian) | check (8 bytes) | payload
//! ```
//! The first record is the header and says what the list is for. A check is the start of the BLAKE3 of the header's
//! check (zeros for the header's own) and the payload.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    os::unix::fs::FileExt,
};

const CHECK_LEN: usize = 8;
const HEAD_LEN: usize = 4 + CHECK_LEN;

/// Greatest length of a payload: the unit values of one row of the widest code, and some.
const MAX_PAYLOAD_LEN: usize = 1 << 20;

type Check = [u8; CHECK_LEN];

/// A list that is being written.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    header: Check,
    /// Where the next record goes.
    end: u64,
}

impl Journal {
    /// The list that lies in a file from `start` to its end, and its records, `most` at most. Begins it anew unless it
    /// was begun with this header.
    pub(crate) fn open(
        file: File,
        start: u64,
        header: &[u8],
        most: usize,
    ) -> io::Result<(Self, Vec<Vec<u8>>)> {
        let mut journal = Self {
            file,
            header: Check::default(),
            end: start,
        };
        let records = journal.read_all(start, header, most)?;
        // What follows is torn, or was written for something else.
        journal.file.set_len(journal.end)?;
        if journal.end == start {
            journal.append(header)?;
            journal.header = check(&Check::default(), header);
        }
        Ok((journal, records))
    }

    /// Adds a record.
    pub(crate) fn append(&mut self, payload: &[u8]) -> io::Result<()> {
        let len = u32::try_from(payload.len()).ok();
        let Some(len) = len.filter(|_| payload.len() <= MAX_PAYLOAD_LEN) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut record = Vec::with_capacity(HEAD_LEN.saturating_add(payload.len()));
        record.extend(len.to_le_bytes());
        record.extend(check(&self.header, payload));
        record.extend(payload);
        self.file.write_all_at(&record, self.end)?;
        self.end = self.end.saturating_add(record.len() as u64);
        Ok(())
    }

    fn read_all(&mut self, start: u64, header: &[u8], most: usize) -> io::Result<Vec<Vec<u8>>> {
        let mut input = BufReader::new(Tail {
            file: &self.file,
            at: start,
        });
        let none = Check::default();
        let (mut end, mut records) = (start, Vec::new());
        if next(&mut input, &none)?.as_deref() != Some(header) {
            return Ok(records);
        }
        let seed = check(&none, header);
        end = end.saturating_add(HEAD_LEN.saturating_add(header.len()) as u64);
        while records.len() < most {
            let Some(payload) = next(&mut input, &seed)? else {
                break;
            };
            end = end.saturating_add(HEAD_LEN.saturating_add(payload.len()) as u64);
            records.push(payload);
        }
        (self.header, self.end) = (seed, end);
        Ok(records)
    }
}

/// The next record's payload; `None` at the end and where it is not whole.
fn next(input: &mut impl Read, header: &Check) -> io::Result<Option<Vec<u8>>> {
    let (mut len, mut expected) = ([0; 4], Check::default());
    if !fill(input, &mut len)? || !fill(input, &mut expected)? {
        return Ok(None);
    }
    let len = usize::try_from(u32::from_le_bytes(len)).unwrap_or(usize::MAX);
    if len > MAX_PAYLOAD_LEN {
        return Ok(None);
    }
    let mut payload = vec![0; len];
    let is_whole = fill(input, &mut payload)? && check(header, &payload) == expected;
    Ok(is_whole.then_some(payload))
}

/// Whether the input had as much.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn check(header: &Check, payload: &[u8]) -> Check {
    let mut hasher = blake3::Hasher::new();
    hasher.update(header).update(payload);
    let hash = hasher.finalize();
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// A file from some place on.
struct Tail<'a> {
    file: &'a File,
    at: u64,
}

impl Read for Tail<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: u64 = 1000;

    fn file() -> File {
        let file = tempfile::tempfile().unwrap();
        file.set_len(START).unwrap();
        file.write_all_at(b"not the list's", 0).unwrap();
        file
    }

    fn open(file: &File, header: &[u8]) -> (Journal, Vec<Vec<u8>>) {
        Journal::open(file.try_clone().unwrap(), START, header, 1000).unwrap()
    }

    fn record(i: usize) -> Vec<u8> {
        vec![i as u8; i * 7 % 300]
    }

    #[test]
    fn what_was_appended_is_there_again_and_more_follows_it() {
        let file = file();
        let (mut journal, none) = open(&file, b"x");
        assert!(none.is_empty());
        (0..20).for_each(|i| journal.append(&record(i)).unwrap());
        let (mut again, known) = open(&file, b"x");
        assert_eq!(known, (0..20).map(record).collect::<Vec<_>>());
        again.append(&record(20)).unwrap();
        assert_eq!(open(&file, b"x").1.len(), 21);
        let mut before = [0; 14];
        file.read_exact_at(&mut before, 0).unwrap();
        assert_eq!(&before, b"not the list's");
    }

    #[test]
    fn a_list_for_something_else_is_begun_anew() {
        let file = file();
        open(&file, b"x").0.append(b"1").unwrap();
        assert_eq!(open(&file, b"y").1, [[0u8; 0]; 0]);
        assert_eq!(open(&file, b"x").1, [[0u8; 0]; 0], "it is gone");
    }

    #[test]
    fn a_record_that_is_too_long_is_refused_and_breaks_nothing() {
        let file = file();
        let (mut journal, _) = open(&file, b"x");
        assert!(journal.append(&vec![0; MAX_PAYLOAD_LEN + 1]).is_err());
        journal.append(&vec![1; MAX_PAYLOAD_LEN]).unwrap();
        assert_eq!(open(&file, b"x").1.len(), 1);
    }

    #[test]
    fn no_more_are_read_than_there_can_be() {
        let file = file();
        let (mut journal, _) = open(&file, b"x");
        (0..20).for_each(|i| journal.append(&record(i)).unwrap());
        let (_, known) = Journal::open(file.try_clone().unwrap(), START, b"x", 5).unwrap();
        assert_eq!(known.len(), 5);
    }

    proptest! {
        #[test]
        fn damage_costs_records_and_makes_none_up(
            count in 0usize..20, cut in 0u64..4000, flips in proptest::collection::vec((0u64..3000, 1u8..), 0..4),
        ) {
            let file = file();
            let (mut journal, _) = open(&file, b"x");
            (0..count).for_each(|i| journal.append(&record(i)).unwrap());
            let len = file.metadata().unwrap().len();
            for (at, flip) in flips {
                let mut byte = [0];
                if file.read_at(&mut byte, START + at).unwrap() == 1 {
                    file.write_all_at(&[byte[0] ^ flip], START + at).unwrap();
                }
            }
            file.set_len(len.min(START + cut)).unwrap();
            let (mut again, known) = open(&file, b"x");
            prop_assert_eq!(&known, &(0..known.len()).map(record).collect::<Vec<_>>());
            again.append(b"more").unwrap();
            let (_, more) = open(&file, b"x");
            prop_assert_eq!(more.len(), known.len() + 1);
        }
    }
}
