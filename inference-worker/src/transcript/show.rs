//! Shows a transcript to a verifier that the chain drew, encrypted to a key that the verifier made for it.
//!
//! Whoever asks for something else learns only that it is refused. A request that is sent again shows the same to the same
//! verifier, so it needs no number of its own.

use super::{
    batch::Batch,
    seal::{fresh, public, seal, shared, SealError},
    store::{StoreError, Transcripts},
    Transcript,
};
use crate::verify::chain::{Docket, DocketError};
use ballast_core::{
    claim::BatchScope, merkle, transcript::TranscriptRequest, view::CheckInfo, SettlementId, Tier,
    WorkerId,
};
use codec::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The body of a request, as JSON. Bytes are hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowBody {
    /// The settlement.
    pub settlement: u64,
    /// The verifier's account.
    pub verifier: String,
    /// One of its session keys.
    pub session_key: String,
    /// X25519 key that the answer is encrypted to.
    pub reply_key: String,
    /// The session key's signature of [`TranscriptRequest::signing_payload`].
    pub signature: String,
}

/// What is shown, once decrypted.
#[derive(Encode, Decode)]
pub struct Shown {
    /// The way from the claim to the root of its batch.
    pub path: Vec<merkle::Hash>,
    /// The transcript.
    pub transcript: Transcript,
}

/// Nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// The request has to change.
    #[error("{0}")]
    Malformed(&'static str),
    /// It is not for whoever asks.
    #[error("transcripts are shown to verifiers that were drawn for the settlement; {0}")]
    NotForYou(&'static str),
    /// There is none any more.
    #[error("there is no transcript for this settlement here")]
    Gone,
    /// The chain cannot be asked.
    #[error(transparent)]
    Chain(#[from] DocketError),
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be encrypted.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// What answers verifiers.
pub struct Showroom {
    /// The transcripts.
    pub transcripts: Arc<Transcripts>,
    /// The chain.
    pub docket: Arc<dyn Docket>,
    /// The worker itself.
    pub worker: WorkerId,
}

impl Showroom {
    /// The transcript of the claim that is checked, encrypted: the executor's key for this answer, then the box.
    pub async fn show(&self, body: &ShowBody) -> Result<Vec<u8>, ShowError> {
        let asked = Asked::of(self.docket.genesis_hash(), body)?;
        let check = self.docket.check(asked.request.settlement).await?;
        let check = check.ok_or(ShowError::Gone)?;
        let seated = check
            .panel
            .iter()
            .any(|seat| seat.worker == asked.request.verifier);
        if !seated {
            return Err(ShowError::NotForYou("this one was not"));
        }
        let plain = self.found(&check, &asked).await?;
        let secret = fresh()?;
        let shared = shared(&secret, &asked.request.reply_key)
            .ok_or(ShowError::Malformed("reply_key is no key"))?;
        let own = public(&secret);
        let key = Zeroizing::new(asked.request.answer_key(&shared, &own));
        Ok([own.to_vec(), seal(&key, &plain)?].concat())
    }

    async fn found(
        &self,
        check: &CheckInfo,
        asked: &Asked,
    ) -> Result<Zeroizing<Vec<u8>>, ShowError> {
        let settlement = self.docket.settlement(check.settlement).await?;
        let settlement = settlement.ok_or(ShowError::Gone)?;
        let channel = self.docket.channel(settlement.channel).await?;
        let channel = channel.ok_or(ShowError::Gone)?;
        let index = check.claim.ok_or(ShowError::Gone)?;
        if channel.payee != self.worker {
            return Err(ShowError::Gone);
        }
        let verifier = asked.request.verifier;
        let tier = self.docket.tier(verifier, asked.session_key).await?;
        if !may_see(channel.tier, tier) {
            return Err(ShowError::NotForYou(
                "its session key must be one of that worker, and of tier T2 where the channel is",
            ));
        }
        let scope = BatchScope {
            genesis_hash: self.docket.genesis_hash(),
            channel: settlement.channel,
            model: channel.model,
        };
        let (transcripts, id) = (self.transcripts.clone(), settlement.channel);
        let read = move || -> Result<_, ShowError> {
            let leaves: Vec<_> = transcripts
                .leaves(id)
                .into_iter()
                .map(|(leaf, _)| leaf)
                .collect();
            let batch = Batch::find(&scope, &leaves, settlement.leaves, &settlement.root);
            let claim = batch.and_then(|batch| batch.claim(index));
            let (number, path) = claim.ok_or(ShowError::Gone)?;
            let transcript = transcripts.get((id, number))?.ok_or(ShowError::Gone)?;
            Ok(Zeroizing::new(Shown { path, transcript }.encode()))
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|_| ShowError::Gone)?
    }
}

/// Whether a session key of this tier, none if it is no key of the verifier, is shown transcripts of a channel.
pub fn may_see(channel: Tier, key: Option<Tier>) -> bool {
    match channel {
        Tier::T2 => key == Some(Tier::T2),
        Tier::T0 | Tier::T1 => key.is_some(),
    }
}

/// A request that is signed by the key it names.
struct Asked {
    request: TranscriptRequest,
    session_key: [u8; 32],
}

impl Asked {
    fn of(genesis_hash: [u8; 32], body: &ShowBody) -> Result<Self, ShowError> {
        let hash = |text: &str, what| bytes::<32>(text).ok_or(ShowError::Malformed(what));
        let request = TranscriptRequest {
            genesis_hash,
            settlement: SettlementId(body.settlement),
            verifier: WorkerId(hash(&body.verifier, "verifier has 64 hex digits")?),
            reply_key: hash(&body.reply_key, "reply_key has 64 hex digits")?,
        };
        let session_key = hash(&body.session_key, "session_key has 64 hex digits")?;
        let signature = bytes::<64>(&body.signature)
            .ok_or(ShowError::Malformed("signature has 128 hex digits"))?;
        match ballast_chain::verify(&session_key, &request.signing_payload(), &signature) {
            true => Ok(Self {
                request,
                session_key,
            }),
            false => Err(ShowError::NotForYou("the signature is not that of the key")),
        }
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    hex::decode(text.strip_prefix("0x").unwrap_or(text))
        .ok()?
        .try_into()
        .ok()
}

/// The content of an answer, for who made `request` with the secret of its reply key.
pub fn read(
    request: &TranscriptRequest,
    secret: &super::seal::Secret,
    answer: &[u8],
) -> Option<Shown> {
    let (own, sealed) = answer.split_first_chunk::<32>()?;
    let shared = shared(secret, own)?;
    let key = Zeroizing::new(request.answer_key(&shared, own));
    let plain = Zeroizing::new(super::seal::open(&key, sealed).ok()?);
    let mut rest = plain.as_slice();
    let shown = Shown::decode(&mut rest).ok()?;
    rest.is_empty().then_some(shown)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "show_tests.rs"]
mod tests;
