//! A sealed request: one box, bound to its place, its voucher and its chain.

use super::{
    hpke::{Context, TAG_LEN},
    pad, padded_len,
    secret::{fresh, public, Secret},
    unpad, SealError, SealingPair,
};
use codec::Encode;

const VERSION: u8 = 1;
const INFO: &[u8] = b"ballast/sealed request/v1";
const ANSWER_CONTEXT: &[u8] = b"ballast/sealed answer/v1";
const KEY_LEN: usize = 32;

/// Which request it is: what stands outside of the box, and must not be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The chain.
    pub genesis_hash: [u8; 32],
    /// Where it is asked.
    pub path: &'a str,
    /// The channel that pays; 0 for none.
    pub channel: u64,
    /// Number of the request in it; 0 for none.
    pub number: u64,
}

/// What an answer is sealed under: both ends have it, and each request has its own.
pub struct AnswerKey {
    pub(super) secret: Secret,
    pub(super) encapsulated: [u8; 32],
}

impl Request<'_> {
    fn info(&self) -> Vec<u8> {
        [INFO, &self.genesis_hash].concat()
    }

    fn bound(&self) -> Vec<u8> {
        (self.path.as_bytes(), self.channel, self.number).encode()
    }
}

/// Longest box of a body with at most this many bytes.
pub fn sealed_len_max(body_len: usize) -> usize {
    padded_len(body_len)
        .saturating_add(TAG_LEN)
        .saturating_add(1 + 2 * KEY_LEN)
}

/// Seals a request to a worker's key, and gives what its answer will be sealed under.
pub fn seal_request(
    to: &[u8; 32],
    request: &Request<'_>,
    body: &[u8],
) -> Result<(Vec<u8>, AnswerKey), SealError> {
    seal_with(&fresh()?, to, request, body)
}

pub(super) fn seal_with(
    ephemeral: &Secret,
    to: &[u8; 32],
    request: &Request<'_>,
    body: &[u8],
) -> Result<(Vec<u8>, AnswerKey), SealError> {
    let context = Context::sender(ephemeral, to, &request.info()).ok_or(SealError::Key)?;
    let sealed = context.seal(&request.bound(), &pad(body)?)?;
    let encapsulated = public(ephemeral);
    let message = [[VERSION].as_slice(), to, &encapsulated, &sealed].concat();
    let secret = context.export(ANSWER_CONTEXT);
    Ok((
        message,
        AnswerKey {
            secret,
            encapsulated,
        },
    ))
}

/// Opens a request, and gives what its answer is to be sealed under.
pub fn open_request(
    pair: &SealingPair,
    request: &Request<'_>,
    message: &[u8],
) -> Result<(Vec<u8>, AnswerKey), SealError> {
    let malformed = SealError::Malformed { what: "request" };
    let (to, encapsulated, sealed) = parts(message).ok_or(malformed.clone())?;
    if *to != public(pair.secret()) {
        return Err(SealError::AnotherKey);
    }
    let context = Context::receiver(pair.secret(), encapsulated, &request.info());
    let context = context.ok_or(SealError::Key)?;
    let body = context.open(&request.bound(), sealed)?;
    let body = unpad(body).ok_or(malformed)?;
    let answer = AnswerKey {
        secret: context.export(ANSWER_CONTEXT),
        encapsulated: *encapsulated,
    };
    Ok((body, answer))
}

fn parts(message: &[u8]) -> Option<(&[u8; KEY_LEN], &[u8; KEY_LEN], &[u8])> {
    let (&version, rest) = message.split_first()?;
    let (to, rest) = rest.split_first_chunk::<KEY_LEN>()?;
    let (encapsulated, sealed) = rest.split_first_chunk::<KEY_LEN>()?;
    (version == VERSION).then_some((to, encapsulated, sealed))
}
