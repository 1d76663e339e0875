//! A sealed answer: chunks that are numbered, of which the last says that it is.

use super::{
    hpke::{self, NONCE_LEN, TAG_LEN},
    pad, padded_len,
    secret::{fresh, Secret},
    unpad, AnswerKey, SealError,
};
use bytes::{Buf, Bytes, BytesMut};
use serde::{Deserialize, Serialize};

/// Bytes of a chunk before they are sealed, at most.
pub const CHUNK_LEN_MAX: usize = 64 << 10;

const SALT_LEN: usize = 32;
const HEAD_LEN: usize = 5;

/// What an answer begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Headers, by their names in small letters.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Key, nonce and number of the next chunk.
struct Chunks {
    key: Secret,
    nonce: [u8; NONCE_LEN],
    number: u64,
}

impl Chunks {
    /// As RFC 9458 derives it.
    fn new(key: &AnswerKey, salt: &[u8; SALT_LEN]) -> Self {
        let salt = [key.encapsulated.as_slice(), salt].concat();
        let prk = hpke::extract_bare(&salt, key.secret.as_slice());
        Self {
            key: hpke::expand_bare(&prk, b"key"),
            nonce: *hpke::expand_bare(&prk, b"nonce"),
            number: 0,
        }
    }

    /// The nonce of the next chunk.
    fn next(&mut self) -> Result<[u8; NONCE_LEN], SealError> {
        let mut nonce = self.nonce;
        let number = self.number.to_be_bytes();
        for (byte, digit) in nonce.iter_mut().rev().zip(number.iter().rev()) {
            *byte ^= digit;
        }
        self.number = self.number.checked_add(1).ok_or(SealError::TooLong)?;
        Ok(nonce)
    }
}

/// Seals an answer.
pub struct AnswerSealer {
    chunks: Chunks,
    begin: Option<[u8; SALT_LEN]>,
}

impl AnswerSealer {
    /// Of a request's answer. The same request sent again has another key.
    pub fn new(key: &AnswerKey) -> Result<Self, SealError> {
        Ok(Self::with(key, *fresh()?))
    }

    pub(super) fn with(key: &AnswerKey, salt: [u8; SALT_LEN]) -> Self {
        Self {
            chunks: Chunks::new(key, &salt),
            begin: Some(salt),
        }
    }

    /// The next bytes to send: the head first, then the body; what is longer than a chunk is cut. `last` ends the answer.
    pub fn seal(&mut self, plain: &[u8], last: bool) -> Result<Bytes, SealError> {
        let mut out = BytesMut::new();
        if let Some(salt) = self.begin.take() {
            out.extend_from_slice(&salt);
        }
        let mut rest = plain;
        loop {
            let (now, later) = rest.split_at(rest.len().min(CHUNK_LEN_MAX));
            let is_last = last && later.is_empty();
            self.chunk(now, is_last, &mut out)?;
            if later.is_empty() {
                return Ok(out.freeze());
            }
            rest = later;
        }
    }

    fn chunk(&mut self, plain: &[u8], is_last: bool, out: &mut BytesMut) -> Result<(), SealError> {
        let nonce = self.chunks.next()?;
        let kind = [u8::from(is_last)];
        let sealed = hpke::seal(&self.chunks.key, &nonce, &kind, &pad(plain)?)?;
        let len = u32::try_from(sealed.len()).map_err(|_| SealError::TooLong)?;
        out.extend_from_slice(&kind);
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(&sealed);
        Ok(())
    }
}

/// Opens an answer as its bytes come.
pub struct AnswerOpener {
    key: AnswerKey,
    chunks: Option<Chunks>,
    buffer: BytesMut,
    over: bool,
}

impl AnswerOpener {
    /// Of the answer to a request.
    pub fn new(key: AnswerKey) -> Self {
        Self {
            key,
            chunks: None,
            buffer: BytesMut::new(),
            over: false,
        }
    }

    /// Whether the end has come. An answer without one was cut.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// More bytes came; gives the chunks that are whole with them, the head first.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Bytes>, SealError> {
        self.buffer.extend_from_slice(bytes);
        let mut opened = Vec::new();
        while let Some(chunk) = self.next()? {
            opened.push(chunk);
        }
        match self.over && !self.buffer.is_empty() {
            true => Err(SealError::AfterEnd),
            false => Ok(opened),
        }
    }

    fn next(&mut self) -> Result<Option<Bytes>, SealError> {
        if self.over {
            return Ok(None);
        }
        let chunks = match &mut self.chunks {
            Some(chunks) => chunks,
            none => {
                let Some((salt, _)) = self.buffer.split_first_chunk::<SALT_LEN>() else {
                    return Ok(None);
                };
                let chunks = Chunks::new(&self.key, salt);
                self.buffer.advance(SALT_LEN);
                none.insert(chunks)
            }
        };
        let Some((&[kind, a, b, c, d], _)) = self.buffer.split_first_chunk::<HEAD_LEN>() else {
            return Ok(None);
        };
        let malformed = SealError::Malformed { what: "answer" };
        let len = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if len > padded_len(CHUNK_LEN_MAX).saturating_add(TAG_LEN) || kind > 1 {
            return Err(malformed);
        }
        if self.buffer.len() < len.saturating_add(HEAD_LEN) {
            return Ok(None);
        }
        self.buffer.advance(HEAD_LEN);
        let sealed = self.buffer.split_to(len);
        let nonce = chunks.next()?;
        let plain = hpke::open(&chunks.key, &nonce, &[kind], &sealed)?;
        self.over = kind == 1;
        unpad(plain).map(Bytes::from).map(Some).ok_or(malformed)
    }
}
