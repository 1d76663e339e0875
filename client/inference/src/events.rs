//! A stream of server-sent events on its way: what the caller may see, and the signature that ends it.
//!
//! Goals: bytes pass as they are and when they come; the end (`[DONE]`) is held back until the signature is there, so a
//! caller that saw it has an answer that was checked. Non-goals: what events say.

use crate::wire::{SignedAnswer, ANSWER_EVENT};
use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};

/// Longest event.
pub const EVENT_LEN_MAX: usize = 1 << 20;
const DONE: &[u8] = b"data: [DONE]\n\n";
const END: &[u8] = b"\n\n";

/// A stream that is taken apart.
#[derive(Default)]
pub struct Events {
    buffer: BytesMut,
    hash: Sha256,
    done: bool,
    signed: Option<SignedAnswer>,
}

/// The stream makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// An event that never ends.
    #[error("an event has more than {EVENT_LEN_MAX} bytes")]
    TooLong,
    /// Something after the end.
    #[error("the stream goes on after its end")]
    AfterEnd,
    /// The signature does not parse.
    #[error("the signature's event is malformed: {0}")]
    Signature(String),
}

impl Events {
    /// More bytes came; gives what of them the caller may see.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Bytes, EventError> {
        self.buffer.extend_from_slice(bytes);
        let mut shown = BytesMut::new();
        while let Some(end) = find(&self.buffer, END) {
            let event = self.buffer.split_to(end.saturating_add(END.len()));
            self.take(&event, &mut shown)?;
        }
        match self.buffer.len() > EVENT_LEN_MAX {
            true => Err(EventError::TooLong),
            false => Ok(shown.freeze()),
        }
    }

    fn take(&mut self, event: &[u8], shown: &mut BytesMut) -> Result<(), EventError> {
        if self.signed.is_some() {
            return Err(EventError::AfterEnd);
        }
        let head = format!("event: {ANSWER_EVENT}\ndata: ");
        if let Some(json) = event.strip_prefix(head.as_bytes()) {
            let signed = serde_json::from_slice(json.trim_ascii_end());
            self.signed = Some(signed.map_err(|error| EventError::Signature(error.to_string()))?);
            return Ok(());
        }
        if self.done {
            return Err(EventError::AfterEnd);
        }
        self.hash.update(event);
        match event == DONE {
            true => self.done = true,
            false => shown.extend_from_slice(event),
        }
        Ok(())
    }

    /// What the caller sees last, once the signature was found good.
    pub fn last(&self) -> Bytes {
        match self.done {
            true => Bytes::from_static(DONE),
            false => Bytes::new(),
        }
    }

    /// The signature, and the hash of what it is over; `None` if the stream broke off.
    pub fn end(&self) -> Option<(&SignedAnswer, [u8; 32])> {
        let whole = self.buffer.is_empty();
        let signed = self.signed.as_ref().filter(|_| whole)?;
        Some((signed, self.hash.clone().finalize().into()))
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::{
        answer::{AnswerBody, Exchange},
        Address, ChannelId,
    };
    use proptest::prelude::*;

    fn signature() -> SignedAnswer {
        let body = AnswerBody {
            genesis_hash: [1; 32],
            model: Address([2; 32]),
            channel: ChannelId(3),
            number: 4,
            exchange: Exchange {
                request_sha256: [5; 32],
                response_sha256: [6; 32],
                tokens_in: 7,
                tokens_out: 8,
            },
        };
        SignedAnswer::new(&body, [9; 32], [10; 64])
    }

    fn stream() -> (String, String) {
        let text = "data: {\"a\":1}\n\ndata: {\"b\":2}\n\n";
        let signed = serde_json::to_string(&signature()).unwrap();
        let all = format!("{text}data: [DONE]\n\nevent: {ANSWER_EVENT}\ndata: {signed}\n\n");
        (text.into(), all)
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_same_is_seen(cuts in prop::collection::vec(1usize..40, 1..40)) {
            let (text, all) = stream();
            let (mut events, mut seen, mut rest) = (Events::default(), Vec::new(), all.as_bytes());
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at((*cut).min(rest.len()));
                seen.extend_from_slice(&events.push(now).unwrap());
                rest = later;
                if rest.is_empty() { break; }
            }
            prop_assert_eq!(seen, text.as_bytes());
            let (signed, hash) = events.end().unwrap();
            prop_assert_eq!(signed, &signature());
            let hashed: [u8; 32] = Sha256::digest(format!("{text}data: [DONE]\n\n")).into();
            prop_assert_eq!(hash, hashed);
            prop_assert_eq!(&events.last()[..], DONE);
        }
    }

    #[test]
    fn a_stream_that_breaks_off_or_goes_on_has_no_end() {
        let (_, all) = stream();
        let mut broken = Events::default();
        broken.push(&all.as_bytes()[..all.len() - 2]).unwrap();
        assert!(broken.end().is_none());
        let mut more = Events::default();
        more.push(all.as_bytes()).unwrap();
        assert_eq!(more.push(b"data: x\n\n"), Err(EventError::AfterEnd));
        let mut long = Events::default();
        assert_eq!(
            long.push(&vec![b'x'; EVENT_LEN_MAX + 1]),
            Err(EventError::TooLong)
        );
        let mut garbage = Events::default();
        assert!(matches!(
            garbage.push(b"event: ballast.answer\ndata: {}\n\n"),
            Err(EventError::Signature(_))
        ));
    }
}
