//! What is to be done for each blob, and what it costs. Pure: the same facts give the same plan.

use super::{
    facts::{is_certified, BlobFacts},
    PublishError,
};
use crate::scan::{BlobKind, BlobSource, Scan};
use ballast_core::{
    epoch::lease_end,
    limits::INLINE_MAX,
    price::{encoding_state_bytes, lease_cost},
    view::{ChainParams, EncodingInfo},
    Address, Balance, Code, Durability, EncodingId, Layout, StorageEpoch,
};
use serde::Serialize;

/// What a publisher chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishOptions {
    /// The code; by default the widest that the active workers allow at this durability.
    pub code: Option<Code>,
    /// How much loss to survive where no code is given.
    pub durability: Durability,
    /// Storage epochs of the lease. What is stored already is extended to the same end.
    pub epochs: u32,
    /// Whether silent workers are replaced, for a fee each, when there is no quorum without them.
    pub replace_silent: bool,
}

/// What publishing would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishPlan {
    /// Address of the manifest.
    pub manifest: Address,
    /// Files of the model.
    pub files: usize,
    /// Bytes of the files.
    pub total_len: u64,
    /// Each blob in the order of the scan, the manifest last.
    pub blobs: Vec<PlannedBlob>,
}

/// What publishing would do with one blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedBlob {
    /// The blob.
    pub address: Address,
    /// What it is.
    pub kind: BlobKind,
    /// Its bytes.
    pub len: u64,
    /// Files in it.
    pub paths: Vec<String>,
    /// What is to be done.
    pub step: BlobStep,
}

/// What is to be done for a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlobStep {
    /// It is stored. Nothing is uploaded; its lease may be too short.
    Stored {
        /// How its lease is to be extended.
        extend: Option<Extension>,
    },
    /// It goes into chain state.
    Inline {
        /// Held as long as it is there.
        deposit: Balance,
    },
    /// It is encoded and uploaded.
    Encode {
        /// The code.
        code: Code,
        /// Bytes that workers hold together.
        stored_len: u64,
        /// Held for the lease.
        lease: Balance,
        /// Held as long as it is stored.
        deposit: Balance,
        /// Encodings of one's own to go on with, if their shards turn out to be the same.
        resume: Vec<EncodingId>,
    },
}

/// An extension of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Extension {
    /// The encoding.
    pub encoding: EncodingId,
    /// Storage epochs more.
    pub epochs: u32,
    /// Held for them.
    pub cost: Balance,
}

impl Default for PublishOptions {
    fn default() -> Self {
        Self {
            code: None,
            durability: Durability::Standard,
            epochs: 24,
            replace_silent: true,
        }
    }
}

impl PublishPlan {
    /// What is held in all, without transaction fees.
    pub fn cost(&self) -> Result<Balance, PublishError> {
        let costs = self.blobs.iter().map(|blob| blob.step.cost());
        costs
            .sum::<Option<Balance>>()
            .ok_or(PublishError::CostOverflow)
    }

    /// Bytes that workers are to hold for it in addition.
    pub fn stored_len(&self) -> u64 {
        let lens = self.blobs.iter().map(|blob| blob.step.stored_len());
        lens.fold(0, u64::saturating_add)
    }

    /// Bytes of the blobs that are not stored yet.
    pub fn new_len(&self) -> u64 {
        let new = self
            .blobs
            .iter()
            .filter(|blob| !matches!(blob.step, BlobStep::Stored { .. }));
        new.fold(0, |sum, blob| sum.saturating_add(blob.len))
    }
}

impl BlobStep {
    /// What is held for it. `None` if that is no balance.
    fn cost(&self) -> Option<Balance> {
        match self {
            Self::Stored { extend } => Some(extend.map_or(0, |extension| extension.cost)),
            Self::Inline { deposit } => Some(*deposit),
            Self::Encode {
                lease,
                deposit,
                resume,
                ..
            } if resume.is_empty() => lease.checked_add(*deposit),
            // Paid when it was registered.
            Self::Encode { .. } => Some(0),
        }
    }

    fn stored_len(&self) -> u64 {
        match self {
            Self::Encode { stored_len, .. } => *stored_len,
            _ => 0,
        }
    }
}

/// Decides for every blob of a scan. `facts` are in its order.
pub(crate) fn plan(
    scan: &Scan,
    facts: &[BlobFacts],
    params: &ChainParams,
    options: &PublishOptions,
) -> Result<PublishPlan, PublishError> {
    if options.epochs > params.max_lease_epochs {
        return Err(PublishError::BeyondHorizon {
            asked: options.epochs,
            max: params.max_lease_epochs,
        });
    }
    let planned = scan.blobs.iter().zip(facts).map(|(blob, facts)| {
        Ok(PlannedBlob {
            address: blob.address,
            kind: blob.kind,
            len: blob.len(),
            paths: blob.paths.clone(),
            step: step(blob, facts, params, options)?,
        })
    });
    Ok(PublishPlan {
        manifest: scan.address(),
        files: scan.manifest.files().len(),
        total_len: scan.manifest.total_len(),
        blobs: planned.collect::<Result<_, PublishError>>()?,
    })
}

fn step(
    blob: &BlobSource,
    facts: &BlobFacts,
    params: &ChainParams,
    options: &PublishOptions,
) -> Result<BlobStep, PublishError> {
    if facts.inline {
        return Ok(BlobStep::Stored { extend: None });
    }
    if let Some(best) = longest_leased(facts, params) {
        return Ok(BlobStep::Stored {
            extend: extension(best, params, options.epochs)?,
        });
    }
    match u32::try_from(blob.len()) {
        Ok(len) if len <= INLINE_MAX => {
            let deposit = params
                .inline_deposit
                .of(len)
                .ok_or(PublishError::CostOverflow)?;
            Ok(BlobStep::Inline { deposit })
        }
        _ => encode(blob, facts, params, options),
    }
}

/// The certified encoding that lasts longest. One whose lease has ended is about to be removed, and cannot be extended.
fn longest_leased<'a>(facts: &'a BlobFacts, params: &ChainParams) -> Option<&'a EncodingInfo> {
    let leased = facts
        .certified
        .iter()
        .filter(|info| is_certified(info) && info.expires > params.current_epoch);
    leased.max_by_key(|info| info.expires)
}

/// How the lease of a blob that is stored comes to end when a new one would.
pub(super) fn stored_extension(
    facts: &BlobFacts,
    params: &ChainParams,
    epochs: u32,
) -> Result<Option<Extension>, PublishError> {
    match longest_leased(facts, params) {
        Some(best) => extension(best, params, epochs),
        None => Ok(None),
    }
}

/// How the lease of a certified encoding comes to end when a new one would.
fn extension(
    best: &EncodingInfo,
    params: &ChainParams,
    epochs: u32,
) -> Result<Option<Extension>, PublishError> {
    let end = lease_end(params.current_epoch, epochs).unwrap_or(StorageEpoch(u32::MAX));
    let Some(epochs) = end
        .0
        .checked_sub(best.expires.0)
        .filter(|epochs| *epochs > 0)
    else {
        return Ok(None);
    };
    let stored_len = Layout::new(best.len, best.code).map_or(0, |layout| layout.stored_len());
    let cost = lease_cost(stored_len, epochs, params.price_per_gib_epoch)
        .ok_or(PublishError::CostOverflow)?;
    Ok(Some(Extension {
        encoding: best.id,
        epochs,
        cost,
    }))
}

fn encode(
    blob: &BlobSource,
    facts: &BlobFacts,
    params: &ChainParams,
    options: &PublishOptions,
) -> Result<BlobStep, PublishError> {
    let code = choose_code(facts, params, options)?;
    let layout = layout_of(blob, code);
    let needed = u32::try_from(layout.held_shards().count()).unwrap_or(u32::MAX);
    let pending = facts
        .pending
        .iter()
        .filter(|pending| pending.code == code && pending.len == blob.len());
    let resume: Vec<EncodingId> = pending.map(|pending| pending.id).collect();
    if resume.is_empty() && params.active_workers < needed {
        return Err(PublishError::TooFewWorkers {
            code,
            active: params.active_workers,
            needed,
        });
    }
    let stored_len = layout.stored_len();
    let lease = lease_cost(stored_len, options.epochs, params.price_per_gib_epoch);
    let deposit = params.encoding_deposit.of(encoding_state_bytes(code));
    let (Some(lease), Some(deposit)) = (lease, deposit) else {
        return Err(PublishError::CostOverflow);
    };
    Ok(BlobStep::Encode {
        code,
        stored_len,
        lease,
        deposit,
        resume,
    })
}

/// The layout of a blob that is longer than a chunk, as is every one that is encoded, and that the scan let pass.
pub(crate) fn layout_of(blob: &BlobSource, code: Code) -> Layout {
    Layout::new(blob.len(), code)
        .expect("longer than a chunk and, by the scan, not longer than 1 TiB; qed")
}

/// The code asked for; else that of a publication to go on with; else the widest.
fn choose_code(
    facts: &BlobFacts,
    params: &ChainParams,
    options: &PublishOptions,
) -> Result<Code, PublishError> {
    let pending = facts.pending.iter().map(|pending| pending.code).max();
    let widest = || Code::choose(params.active_workers, options.durability);
    let chosen = options.code.or(pending).or_else(widest);
    chosen.ok_or_else(|| {
        let enough = (0..=u32::from(u8::MAX))
            .find(|workers| Code::choose(*workers, options.durability).is_some());
        PublishError::NoCode {
            active: params.active_workers,
            needed: enough.unwrap_or(u32::MAX),
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
