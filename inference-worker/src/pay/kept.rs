//! The last answers of each channel, so that a client whose connection broke gets the same bytes again.
//!
//! Goals: nobody reads an answer here who does not have the request: the key is made of the request's bytes and is not
//! kept. Bounded in number and length. Non-goals: durability beyond that; an answer that is lost was still paid.

use super::limits::{ANSWERS_KEPT, ANSWER_LEN_MAX};
use ballast_core::ChannelId;
use codec::{Decode, DecodeAll, Encode};
use crypto_secretbox::{
    aead::{Aead, KeyInit},
    Nonce, XSalsa20Poly1305,
};
use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// BLAKE3 key derivation context of the key that an answer is sealed with.
const CONTEXT: &str = "ballast 2026-11-26 kept answer v1";
const NONCE_LEN: usize = 24;

/// An answer as it was given.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Kept {
    /// Its media type.
    pub content_type: String,
    /// Its id.
    pub id: String,
    /// The signed answer, as JSON.
    pub signed: String,
    /// Its bytes; of a stream, with the signature's event.
    pub body: Vec<u8>,
}

/// Where the answers lie.
#[derive(Debug)]
pub struct Answers(PathBuf);

impl Answers {
    /// In this folder, which is made if it is not there.
    pub fn open(path: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        Ok(Self(path.into()))
    }

    /// Keeps an answer, sealed with its request, and forgets the channel's oldest.
    pub fn keep(
        &self,
        channel: ChannelId,
        number: u64,
        request: &[u8],
        kept: &Kept,
    ) -> io::Result<()> {
        if kept.body.len() > ANSWER_LEN_MAX {
            return Ok(());
        }
        let nonce: [u8; NONCE_LEN] = rand::random();
        let sealed = cipher(channel, number, request)
            .encrypt(&Nonce::from(nonce), kept.encode().as_slice())
            .map_err(|_| io::Error::other("sealing an answer failed"))?;
        let folder = self.folder(channel);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
        let path = self.path(channel, number);
        let staged = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&staged)?;
        file.write_all(&nonce)?;
        file.write_all(&sealed)?;
        file.sync_data()?;
        fs::rename(&staged, &path)?;
        self.forget_oldest(channel)
    }

    /// An answer, for whoever has its request.
    pub fn get(&self, channel: ChannelId, number: u64, request: &[u8]) -> Option<Kept> {
        let mut bytes = Vec::new();
        let most = (ANSWER_LEN_MAX as u64).saturating_mul(2);
        let file = File::open(self.path(channel, number)).ok()?;
        file.take(most).read_to_end(&mut bytes).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let opened = cipher(channel, number, request)
            .decrypt(&Nonce::from(*nonce), sealed)
            .ok()?;
        Kept::decode_all(&mut opened.as_slice()).ok()
    }

    /// Forgets all answers of a channel.
    pub fn forget(&self, channel: ChannelId) -> io::Result<()> {
        for number in self.numbers(channel)? {
            fs::remove_file(self.path(channel, number))?;
        }
        match fs::remove_dir(self.folder(channel)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn forget_oldest(&self, channel: ChannelId) -> io::Result<()> {
        let numbers = self.numbers(channel)?;
        let surplus = numbers.len().saturating_sub(ANSWERS_KEPT);
        for number in numbers.into_iter().take(surplus) {
            fs::remove_file(self.path(channel, number))?;
        }
        Ok(())
    }

    fn numbers(&self, channel: ChannelId) -> io::Result<BTreeSet<u64>> {
        let folder = self.folder(channel);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            entries => entries?,
        };
        let mut numbers = BTreeSet::new();
        for entry in entries {
            let name = entry?.file_name();
            numbers.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        Ok(numbers)
    }

    fn folder(&self, channel: ChannelId) -> PathBuf {
        self.0.join(channel.to_string())
    }

    fn path(&self, channel: ChannelId, number: u64) -> PathBuf {
        self.folder(channel).join(number.to_string())
    }
}

fn cipher(channel: ChannelId, number: u64, request: &[u8]) -> XSalsa20Poly1305 {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(&(channel, number).encode());
    hasher.update(request);
    let key: [u8; 32] = hasher.finalize().into();
    XSalsa20Poly1305::new(&key.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const CHANNEL: ChannelId = ChannelId(3);

    fn kept() -> Kept {
        Kept {
            content_type: "application/json".into(),
            id: "id".into(),
            signed: "{}".into(),
            body: b"a secret answer".to_vec(),
        }
    }

    #[test]
    fn only_the_request_opens_its_answer() {
        let dir = tempfile::tempdir().unwrap();
        let answers = Answers::open(dir.path()).unwrap();
        answers.keep(CHANNEL, 1, b"request", &kept()).unwrap();
        assert!(answers.get(CHANNEL, 1, b"request") == Some(kept()));
        assert!(answers.get(CHANNEL, 1, b"another").is_none());
        assert!(answers.get(CHANNEL, 2, b"request").is_none());
        assert!(answers.get(ChannelId(4), 1, b"request").is_none());
        let bytes = fs::read(answers.path(CHANNEL, 1)).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"secret"));
        answers.forget(CHANNEL).unwrap();
        assert!(answers.get(CHANNEL, 1, b"request").is_none());
    }

    #[test]
    fn the_oldest_answers_are_forgotten_by_number() {
        let dir = tempfile::tempdir().unwrap();
        let answers = Answers::open(dir.path()).unwrap();
        for number in 1..=ANSWERS_KEPT as u64 + 2 {
            answers.keep(CHANNEL, number, b"request", &kept()).unwrap();
        }
        let numbers = answers.numbers(CHANNEL).unwrap();
        assert_eq!(numbers.len(), ANSWERS_KEPT);
        assert_eq!(numbers.first(), Some(&3));
    }
}
