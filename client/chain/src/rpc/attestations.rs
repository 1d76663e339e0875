//! Pallet Attestation behind a node, and calls as root.

use super::{runtime::Runtime, views, RpcChain};
use crate::{
    Attestations, Call, ChainError, DispatchFailure, Event, Included, Signer, SubmitError,
};
use async_trait::async_trait;
use ballast_attestation::{
    view::{DeviceInfo, GoldenInfo, KeyInfo, Trust},
    DeviceId, GoldenId,
};
use serde_json::Value as Json;

#[async_trait]
impl Attestations for RpcChain {
    async fn session_key(
        &self,
        worker: [u8; 32],
        session_key: [u8; 32],
    ) -> Result<Option<KeyInfo>, ChainError> {
        self.view(views::ATTESTATION_KEY, (worker, session_key))
            .await
    }

    async fn session_keys(&self, worker: [u8; 32]) -> Result<Vec<KeyInfo>, ChainError> {
        self.view(views::ATTESTATION_KEYS, worker).await
    }

    async fn gpu(&self, device: DeviceId) -> Result<Option<DeviceInfo>, ChainError> {
        self.view(views::ATTESTATION_DEVICE, device).await
    }

    async fn golden(&self, id: &GoldenId) -> Result<Option<GoldenInfo>, ChainError> {
        self.view(views::ATTESTATION_GOLDEN, id).await
    }

    async fn golden_sets(&self) -> Result<Vec<GoldenInfo>, ChainError> {
        self.pages(
            views::ATTESTATION_GOLDEN_SETS,
            |after: Option<GoldenId>, limit| (after, limit),
            |last: &GoldenInfo| last.id.clone(),
        )
        .await
    }

    async fn trust(&self) -> Result<Trust, ChainError> {
        self.view(views::ATTESTATION_TRUST, ()).await
    }

    async fn submit_as_root(&self, calls: &[Call], sudo: &Signer) -> Result<Included, SubmitError> {
        if calls.is_empty() {
            return Err(SubmitError::Empty);
        }
        let runtime = self.at_head().await?.runtime;
        let call = runtime.as_root(&runtime.join(calls)?)?;
        let included = self.submit_signed(&[call], sudo).await?;
        match runtime.failure_as_root(&included.events) {
            None => Ok(included),
            Some(failure) => Err(SubmitError::Dispatch(failure)),
        }
    }
}

/// What came of a call made as root, by the event of pallet Sudo.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RootOutcome {
    Done,
    /// An error of the pallet with this index.
    Pallet {
        pallet: u8,
        error: u8,
    },
    /// Another error, in the runtime's words.
    Other(String),
    /// Nothing is told.
    Untold,
}

impl RootOutcome {
    /// From the events of the transaction.
    fn of(events: &[Event]) -> Self {
        let told = events
            .iter()
            .find(|event| (event.pallet.as_str(), event.name.as_str()) == ("Sudo", "Sudid"));
        let Some(result) = told.and_then(|event| event.fields.get("sudo_result")) else {
            return Self::Untold;
        };
        let Some(error) = result.get("Err") else {
            return Self::Done;
        };
        let module = error
            .get("Module")
            .and_then(|module| pallet_error(module.get("index")?, module.get("error")?));
        match module {
            Some((pallet, error)) => Self::Pallet { pallet, error },
            None => Self::Other(error.to_string()),
        }
    }
}

/// Index of the pallet, and of its error: the first of four bytes.
fn pallet_error(index: &Json, error: &Json) -> Option<(u8, u8)> {
    let pallet = u8::try_from(index.as_u64()?).ok()?;
    let bytes = hex::decode(error.as_str()?.strip_prefix("0x")?).ok()?;
    Some((pallet, *bytes.first()?))
}

impl Runtime {
    /// The call as the sudo key makes it.
    fn as_root(&self, call: &Call) -> Result<Call, ChainError> {
        Ok(Call {
            pallet: "Sudo",
            call: "sudo",
            args: self.encode_call(call)?,
        })
    }

    /// Why a call made as root failed, which its transaction survives.
    fn failure_as_root(&self, events: &[Event]) -> Option<DispatchFailure> {
        let general = |error: String| DispatchFailure {
            pallet: None,
            error,
            docs: String::new(),
        };
        match RootOutcome::of(events) {
            RootOutcome::Done => None,
            RootOutcome::Pallet { pallet, error } => {
                let found = self.metadata().pallet_by_error_index(pallet);
                let named = found.and_then(|found| self.pallet_error(found.name(), error));
                Some(named.unwrap_or_else(|| general(format!("error {error} of pallet {pallet}"))))
            }
            RootOutcome::Other(error) => Some(general(error)),
            RootOutcome::Untold => Some(general(
                "the transaction's events do not tell what came of the call".into(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(result: Json) -> RootOutcome {
        RootOutcome::of(&[Event {
            pallet: "Sudo".into(),
            name: "Sudid".into(),
            fields: json!({ "sudo_result": result }),
        }])
    }

    #[test]
    fn a_call_as_root_tells_what_came_of_it() {
        assert_eq!(outcome(json!({ "Ok": [] })), RootOutcome::Done);
        assert_eq!(
            outcome(json!({ "Err": { "Module": { "index": 23, "error": "0x07000000" } } })),
            RootOutcome::Pallet {
                pallet: 23,
                error: 7
            }
        );
        assert_eq!(
            outcome(json!({ "Err": "BadOrigin" })),
            RootOutcome::Other("\"BadOrigin\"".into())
        );
        assert_eq!(RootOutcome::of(&[]), RootOutcome::Untold);
    }
}
