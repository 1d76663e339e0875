//! `extend`.

use super::blobs::{blobs_of, NamedBlob};
use crate::{
    amount::Amount,
    args::ExtendArgs,
    context::{ensure_funds, Context},
    error::CliError,
    output::{Answer, Report},
};
use ballast_chain::{calls::blobs as calls, Call};
use ballast_core::{
    epoch::{extended_end, within_horizon},
    price::lease_cost,
    view::{BlobInfo, ChainParams, EncodingInfo, EncodingStatus},
    Address, Layout,
};
use serde::Serialize;

/// Extensions in one transaction, so that it fits into a block.
const BATCH: usize = 50;

#[derive(Debug, Serialize)]
struct ExtendReport {
    extended: Vec<Extension>,
    /// Blobs in chain state and empty files, which have no lease.
    without_lease: Vec<Address>,
    cost: Amount,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Extension {
    address: Address,
    encoding: u64,
    expires_epoch: u32,
    cost: Amount,
}

/// What extending one blob takes.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Nothing,
    Extend(Extension),
}

/// Extends the leases of a blob or of all blobs of a model.
pub async fn extend(args: &ExtendArgs, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let params = chain.params().await?;
    let (mut extended, mut without_lease) = (Vec::new(), Vec::new());
    for NamedBlob { address, .. } in blobs_of(context, &chain, &args.target).await? {
        match plan(address, chain.blob(address).await?, args.epochs, &params)? {
            Plan::Nothing => without_lease.push(address),
            Plan::Extend(extension) => extended.push(extension),
        }
    }
    let cost = total(&extended)?;
    let batches = batches(&extended, args.epochs);
    let mut fees = 0u128;
    for batch in &batches {
        fees = fees.saturating_add(chain.fee(batch).await?);
    }
    ensure_funds(chain.as_ref(), signer.account(), cost, Amount(fees)).await?;
    for batch in &batches {
        context.submit(chain.as_ref(), &signer, batch).await?;
    }
    Ok(Answer::new(&ExtendReport {
        extended,
        without_lease,
        cost,
    }))
}

/// The calls, as many to a transaction as a block takes.
fn batches(extended: &[Extension], epochs: u32) -> Vec<Vec<Call>> {
    let call = |extension: &Extension| calls::extend(extension.encoding.into(), epochs);
    let batches = extended.chunks(BATCH);
    batches
        .map(|batch| batch.iter().map(call).collect())
        .collect()
}

fn plan(
    address: Address,
    info: Option<BlobInfo>,
    epochs: u32,
    params: &ChainParams,
) -> Result<Plan, CliError> {
    if address.0 == *blake3::hash(b"").as_bytes() {
        return Ok(Plan::Nothing);
    }
    match info {
        Some(BlobInfo::Inline { .. }) => Ok(Plan::Nothing),
        Some(BlobInfo::Encoded { encodings }) => match longest_certified(&encodings) {
            Some(encoding) => extension(encoding, epochs, params).map(Plan::Extend),
            None => Err(CliError::usage(format!(
                "{address} is not certified yet; publish it to the end first"
            ))),
        },
        None => Err(CliError::usage(format!(
            "{address} is not on this chain; publish it first"
        ))),
    }
}

/// The certified encoding that lasts longest.
fn longest_certified(encodings: &[EncodingInfo]) -> Option<&EncodingInfo> {
    let certified = |info: &&EncodingInfo| matches!(info.status, EncodingStatus::Certified { .. });
    encodings
        .iter()
        .filter(certified)
        .max_by_key(|info| (info.expires, std::cmp::Reverse(info.id)))
}

fn extension(
    info: &EncodingInfo,
    epochs: u32,
    params: &ChainParams,
) -> Result<Extension, CliError> {
    let horizon = params.max_lease_epochs;
    let expires = extended_end(info.expires, epochs)
        .filter(|expires| within_horizon(*expires, params.current_epoch, horizon))
        .ok_or_else(|| {
            CliError::usage(format!(
                "{} is leased until epoch {}; {epochs} more would be past the horizon of {horizon} epochs from now",
                info.address, info.expires
            ))
        })?;
    let stored = Layout::new(info.len, info.code).map(|layout| layout.stored_len());
    let cost = stored
        .ok()
        .and_then(|stored| lease_cost(stored, epochs, params.price_per_gib_epoch))
        .ok_or_else(too_much)?;
    Ok(Extension {
        address: info.address,
        encoding: info.id.0,
        expires_epoch: expires.0,
        cost: Amount(cost),
    })
}

fn total(extended: &[Extension]) -> Result<Amount, CliError> {
    extended
        .iter()
        .try_fold(0u128, |sum, extension| sum.checked_add(extension.cost.0))
        .map(Amount)
        .ok_or_else(too_much)
}

fn too_much() -> CliError {
    CliError::usage("the cost exceeds all BAL there can be; extend by fewer epochs")
}

impl Report for ExtendReport {
    fn text(&self) -> String {
        let line = |extension: &Extension| {
            format!(
                "{}  leased until epoch {}, {}",
                extension.address, extension.expires_epoch, extension.cost
            )
        };
        let mut lines: Vec<String> = self.extended.iter().map(line).collect();
        lines.extend(
            self.without_lease
                .iter()
                .map(|address| format!("{address}  has no lease and needs none")),
        );
        lines.push(format!(
            "{} extended for {}",
            self.extended.len(),
            self.cost
        ));
        lines.join("\n")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{
        super::status::tests::{encoding, params},
        *,
    };
    use ballast_core::StorageEpoch;

    const CERTIFIED: EncodingStatus = EncodingStatus::Certified { at: 9 };

    fn plan_of(encodings: Vec<EncodingInfo>, epochs: u32) -> Result<Plan, CliError> {
        plan(
            Address([9; 32]),
            Some(BlobInfo::Encoded { encodings }),
            epochs,
            &params(),
        )
    }

    #[test]
    fn the_longest_certified_encoding_is_extended() {
        let short = encoding(7, CERTIFIED);
        let long = EncodingInfo {
            id: 8.into(),
            expires: StorageEpoch(9),
            ..short.clone()
        };
        let pending = EncodingInfo {
            id: 9.into(),
            expires: StorageEpoch(10),
            ..encoding(0, EncodingStatus::AwaitingPlacement)
        };
        // Seven shards of one chunk each; the price makes a byte cost one for each epoch.
        let cost = Amount(7 * 1024 * 2);
        let expected = Extension {
            address: Address([9; 32]),
            encoding: 8,
            expires_epoch: 11,
            cost,
        };
        assert_eq!(
            plan_of(vec![short, long, pending], 2).unwrap(),
            Plan::Extend(expected)
        );
    }

    #[test]
    fn what_has_no_lease_needs_none() {
        let inline = Some(BlobInfo::Inline { bytes: vec![1] });
        assert_eq!(
            plan(Address([1; 32]), inline, 1, &params()).unwrap(),
            Plan::Nothing
        );
        let empty = Address(*blake3::hash(b"").as_bytes());
        assert_eq!(plan(empty, None, 1, &params()).unwrap(), Plan::Nothing);
    }

    #[test]
    fn unknown_uncertified_and_too_long_are_usage_errors() {
        assert_eq!(
            plan(Address([1; 32]), None, 1, &params())
                .unwrap_err()
                .code(),
            2
        );
        assert_eq!(
            plan_of(vec![encoding(0, EncodingStatus::AwaitingPlacement)], 1)
                .unwrap_err()
                .code(),
            2
        );
        assert_eq!(
            plan_of(vec![encoding(7, CERTIFIED)], 99)
                .unwrap_err()
                .code(),
            2
        );
        assert_eq!(
            plan_of(vec![encoding(7, CERTIFIED)], u32::MAX)
                .unwrap_err()
                .code(),
            2
        );
    }
}
