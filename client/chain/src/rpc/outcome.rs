//! What happened in a block, by a runtime's metadata: events by name, and why a transaction failed. Pure.

use super::{
    json,
    runtime::{incompatible, malformed, Runtime},
};
use crate::{ChainError, DispatchFailure, Event};
use scale_info::{form::PortableForm, Variant};
use subxt::{error::DispatchError, events::Phase, SubstrateConfig};

type RawEvent<'a> = subxt::events::Event<'a, SubstrateConfig>;

/// What came of a transaction in a block: its events, or why it failed.
pub(super) type Outcome = Result<Vec<Event>, DispatchFailure>;

impl Runtime {
    /// All events of a block that belong to a pallet.
    pub(super) fn events_of_pallet(
        &self,
        bytes: Vec<u8>,
        pallet: &str,
    ) -> Result<Vec<Event>, ChainError> {
        self.events(bytes, |event| event.pallet_name() == pallet)
    }

    /// What came of the transaction with this index in the block.
    pub(super) fn outcome(&self, bytes: Vec<u8>, index: u32) -> Result<Outcome, ChainError> {
        let phase = Phase::ApplyExtrinsic(index);
        for event in self.client.events().from_bytes(bytes.clone()).iter() {
            let event = event.map_err(|error| malformed("events", error))?;
            if event.phase() == phase
                && (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed")
            {
                return Ok(Err(self.failure(event.field_bytes())?));
            }
        }
        self.events(bytes, |event| event.phase() == phase).map(Ok)
    }

    fn events(
        &self,
        bytes: Vec<u8>,
        wanted: impl Fn(&RawEvent<'_>) -> bool,
    ) -> Result<Vec<Event>, ChainError> {
        let mut found = Vec::new();
        for event in self.client.events().from_bytes(bytes).iter() {
            let event = event.map_err(|error| malformed("events", error))?;
            if wanted(&event) {
                found.push(self.event(&event)?);
            }
        }
        Ok(found)
    }

    fn event(&self, event: &RawEvent<'_>) -> Result<Event, ChainError> {
        let (pallet, name) = (event.pallet_name(), event.event_name());
        let variant = self
            .pallet(pallet)?
            .event_variant_by_index(event.event_index())
            .ok_or_else(|| incompatible(format!("pallet {pallet} has no event {name}")))?;
        let fields: Vec<_> = variant
            .fields
            .iter()
            .map(|field| (field.name.as_deref(), field.ty.id))
            .collect();
        let fields = json::fields(&fields, &mut event.field_bytes(), self.metadata().types())?;
        Ok(Event {
            pallet: pallet.into(),
            name: name.into(),
            fields,
        })
    }

    /// Names a dispatch error and tells what the pallet's docs say about it.
    fn failure(&self, bytes: &[u8]) -> Result<DispatchFailure, ChainError> {
        let error = DispatchError::decode_from(bytes, self.client.metadata())
            .map_err(|error| malformed("the transaction's outcome", error))?;
        let DispatchError::Module(module) = &error else {
            return Ok(general_failure(&error));
        };
        let details = module.details().map_err(incompatible)?;
        Ok(pallet_failure(details.pallet.name(), details.variant))
    }

    /// The error of a pallet with this index, which is how a call that authorizes itself is refused.
    pub(super) fn pallet_error(&self, pallet: &str, index: u8) -> Option<DispatchFailure> {
        let variant = self.pallet(pallet).ok()?.error_variant_by_index(index)?;
        Some(pallet_failure(pallet, variant))
    }
}

fn general_failure(error: &DispatchError) -> DispatchFailure {
    let name = match error {
        DispatchError::Token(token) => format!("{token:?}"),
        DispatchError::Arithmetic(arithmetic) => format!("{arithmetic:?}"),
        DispatchError::Transactional(transactional) => format!("{transactional:?}"),
        other => format!("{other:?}"),
    };
    DispatchFailure {
        pallet: None,
        error: name,
        docs: error.to_string(),
    }
}

fn pallet_failure(pallet: &str, variant: &Variant<PortableForm>) -> DispatchFailure {
    DispatchFailure {
        pallet: Some(pallet.into()),
        error: variant.name.clone(),
        docs: paragraph(&variant.docs),
    }
}

fn paragraph(docs: &[String]) -> String {
    docs.iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
