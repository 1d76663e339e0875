//! An answer on its way, sealed or not: status and headers first, then its bytes, as the worker meant them.

use crate::{
    seal::{AnswerKey, AnswerOpener, Head, SealError, MEDIA_TYPE},
    PayError,
};
use ballast_worker_api::Reply;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;

/// An answer on its way.
pub enum Incoming {
    /// As it came.
    Plain(Box<Reply>),
    /// Opened as it comes.
    Sealed(Box<Sealed>),
}

/// A sealed answer, of which the head has come.
pub struct Sealed {
    reply: Reply,
    opener: AnswerOpener,
    head: Head,
    ready: VecDeque<Bytes>,
}

impl Incoming {
    /// The answer to a sealed request. What is not sealed can only be a refusal: of the worker that could not open the box, or
    /// of something on the way.
    pub async fn open(reply: Reply, key: AnswerKey) -> Result<Self, PayError> {
        let is_sealed = reply.header("content-type") == Some(MEDIA_TYPE);
        match is_sealed {
            true => Ok(Self::Sealed(Box::new(Sealed::open(reply, key).await?))),
            false if reply.status() == 200 => Err(PayError::NotSealed),
            false => Ok(Self::Plain(Box::new(reply))),
        }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Plain(reply) => reply.status(),
            Self::Sealed(sealed) => sealed.head.status,
        }
    }

    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        match self {
            Self::Plain(reply) => reply.header(name),
            Self::Sealed(sealed) => sealed.head.header(name),
        }
    }

    /// The next piece of the body; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, PayError> {
        match self {
            Self::Plain(reply) => Ok(reply.chunk().await?),
            Self::Sealed(sealed) => sealed.chunk().await,
        }
    }

    /// The whole body.
    pub async fn body(mut self) -> Result<Bytes, PayError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

impl Sealed {
    async fn open(mut reply: Reply, key: AnswerKey) -> Result<Self, PayError> {
        let mut opener = AnswerOpener::new(key);
        let mut ready = VecDeque::new();
        let head = loop {
            if let Some(head) = ready.pop_front() {
                break head;
            }
            if opener.is_over() {
                return Err(SealError::Cut.into());
            }
            let bytes = reply.chunk().await?.ok_or(SealError::Cut)?;
            ready.extend(opener.push(&bytes)?);
        };
        let malformed = SealError::Malformed { what: "answer" };
        Ok(Self {
            reply,
            opener,
            head: serde_json::from_slice(&head).map_err(|_| malformed)?,
            ready,
        })
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, PayError> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                match ready.is_empty() {
                    true => continue,
                    false => return Ok(Some(ready)),
                }
            }
            let Some(bytes) = self.reply.chunk().await? else {
                return match self.opener.is_over() {
                    true => Ok(None),
                    false => Err(SealError::Cut.into()),
                };
            };
            self.ready.extend(self.opener.push(&bytes)?);
        }
    }
}
