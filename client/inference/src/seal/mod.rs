//! Requests and answers that nobody between a client and the holder of a worker's session key can read or change unnoticed.
//!
//! Goals: a gateway sees who is asked, which voucher pays, when and roughly how much; a box that was changed, cut, put out of
//! order, sent again for another request or sealed to another key is found. Non-goals: what is paid for, and by whom: the
//! voucher stays outside; who the client is; hiding an answer's pace.
//!
//! A request is one HPKE message ([`hpke`]) to a key that the worker's session key has signed ([`key`]). Its answer comes in
//! chunks under a key that both ends derive from that message, as in Oblivious HTTP (RFC 9458).
//!
//! ```text
//! request  version 1 (1) | sealing key (32) | encapsulated key (32) | box of: padded body
//!          info: `ballast/sealed request/v1`, genesis hash; bound: SCALE of path, channel, number
//! answer   nonce (32) | chunks, the first of which is the head: JSON of status and headers
//! chunk    1 for the last, else 0 (1) | length of the box, little-endian (4) | box of: padded bytes; bound: the first byte
//! padded   length, little-endian (4) | bytes | zeros up to a multiple of 512
//! ```

mod answer;
pub mod hpke;
mod key;
mod request;
mod secret;

pub use answer::{AnswerOpener, AnswerSealer, Head, CHUNK_LEN_MAX};
pub use key::{SealingKey, SealingPair, SEALING_KEY_PATH};
pub use request::{open_request, seal_request, sealed_len_max, AnswerKey, Request};
pub use secret::{fresh, public, shared, Secret};

/// Media type of sealed requests and answers.
pub const MEDIA_TYPE: &str = "application/vnd.ballast.sealed";

/// Lengths are rounded up to this, so that those of words do not show.
const PAD_LEN: usize = 512;
const LEN_LEN: usize = 4;

/// Something cannot be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No randomness.
    #[error("the system gives no random bytes")]
    Randomness,
    /// More than a box holds.
    #[error("this is too long to be sealed")]
    TooLong,
    /// A key that makes everybody share the same.
    #[error("this is no key that anything can be sealed to")]
    Key,
    /// It is sealed to another key than the worker has now.
    #[error(
        "this is sealed to a key that this worker has not; read it again at {SEALING_KEY_PATH}"
    )]
    AnotherKey,
    /// It has not the form that it should have.
    #[error("a sealed {what} has not the form of one")]
    Malformed {
        /// What it should be.
        what: &'static str,
    },
    /// It was changed, or belongs elsewhere.
    #[error("this cannot be opened: it was changed on its way, or was sealed for another request than it came with")]
    Broken,
    /// It ends too early.
    #[error("the sealed answer was cut off before its end")]
    Cut,
    /// Something came after the end.
    #[error("the sealed answer goes on after its end")]
    AfterEnd,
}

/// With its length, rounded up.
fn pad(plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let len = u32::try_from(plain.len()).map_err(|_| SealError::TooLong)?;
    let mut padded = Vec::with_capacity(padded_len(plain.len()));
    padded.extend_from_slice(&len.to_le_bytes());
    padded.extend_from_slice(plain);
    padded.resize(padded_len(plain.len()), 0);
    Ok(padded)
}

fn padded_len(len: usize) -> usize {
    len.saturating_add(LEN_LEN).next_multiple_of(PAD_LEN)
}

fn unpad(mut padded: Vec<u8>) -> Option<Vec<u8>> {
    let (len, _) = padded.split_first_chunk::<LEN_LEN>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let end = len.checked_add(LEN_LEN)?;
    if end > padded.len() {
        return None;
    }
    padded.truncate(end);
    Some(padded.split_off(LEN_LEN))
}

#[cfg(test)]
mod tests;
