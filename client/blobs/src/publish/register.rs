//! Registrations and other signed calls, several to a transaction.

use super::{plan::BlobStep, PublishError};
use crate::{
    coding::Prepared,
    limits::{BATCH_BYTES, BATCH_CALLS},
    scan::BlobSource,
    source::Source,
    Client,
};
use ballast_chain::{calls::blobs, Call, Refusal, Signer, SubmitError};
use ballast_core::EncodingId;

/// The call for a blob that is not encoded, if it takes one.
pub(super) fn settling_call(
    blob: &BlobSource,
    step: &BlobStep,
) -> Result<Option<Call>, PublishError> {
    match step {
        BlobStep::Stored { extend } => {
            Ok(extend.map(|more| blobs::extend(more.encoding, more.epochs)))
        }
        BlobStep::Inline { .. } => Ok(Some(blobs::store_inline(&read_all(&blob.source)?))),
        BlobStep::Encode { .. } => Ok(None),
    }
}

/// A blob of at most one chunk.
fn read_all(source: &Source) -> Result<Vec<u8>, PublishError> {
    let mut bytes = vec![0; usize::try_from(source.len()).unwrap_or_default()];
    let reader = source.open()?;
    reader.read_at(0, &mut bytes)?;
    reader.check()?;
    Ok(bytes)
}

/// The registration of a blob.
pub(super) fn call(blob: &BlobSource, columns: &Prepared, epochs: u32) -> Call {
    let layout = &columns.layout;
    let (values, proof) = (columns.table.values(), &columns.length_proof);
    blobs::register(
        blob.address,
        layout.len(),
        layout.code(),
        values,
        proof,
        epochs,
    )
}

/// Submits calls in order, as many at a time as a block takes. `registrations` of them register; returns their ids.
pub(super) async fn submit(
    client: &Client,
    signer: &Signer,
    calls: Vec<Call>,
    registrations: usize,
) -> Result<Vec<EncodingId>, PublishError> {
    let mut ids = Vec::with_capacity(registrations);
    let mut batches = batches(calls);
    batches.reverse();
    while let Some(mut batch) = batches.pop() {
        match client.chain.submit(&batch, signer).await {
            Ok(included) => ids.extend(included.registered()),
            Err(error) if is_too_large(&error) && batch.len() > 1 => {
                let rest = batch.split_off(batch.len() / 2);
                batches.push(rest);
                batches.push(batch);
            }
            Err(error) => return Err(error.into()),
        }
    }
    match ids.len() == registrations {
        true => Ok(ids),
        false => Err(PublishError::NotRegistered {
            expected: registrations,
            actual: ids.len(),
        }),
    }
}

fn batches(calls: Vec<Call>) -> Vec<Vec<Call>> {
    let mut batches: Vec<Vec<Call>> = Vec::new();
    for call in calls {
        let fits = |batch: &&mut Vec<Call>| {
            let len = batch.iter().map(|other| other.args.len()).sum::<usize>();
            batch.len() < BATCH_CALLS && len.saturating_add(call.args.len()) <= BATCH_BYTES
        };
        match batches.last_mut().filter(fits) {
            Some(batch) => batch.push(call),
            None => batches.push(vec![call]),
        }
    }
    batches
}

/// No block has room for it.
fn is_too_large(error: &SubmitError) -> bool {
    matches!(
        error,
        SubmitError::Refused {
            reason: Refusal::NoRoom
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(len: usize) -> Call {
        Call {
            pallet: "Blobs",
            call: "register",
            args: vec![0; len],
        }
    }

    fn shape(lens: &[usize]) -> Vec<usize> {
        batches(lens.iter().copied().map(call).collect())
            .iter()
            .map(Vec::len)
            .collect()
    }

    #[test]
    fn batches_are_bounded_in_calls_and_bytes() {
        assert_eq!(shape(&[]), [0usize; 0]);
        assert_eq!(shape(&[1; BATCH_CALLS + 1]), [BATCH_CALLS, 1]);
        assert_eq!(shape(&[BATCH_BYTES / 2, BATCH_BYTES / 2, 1]), [2, 1]);
        assert_eq!(shape(&[BATCH_BYTES * 2, 1]), [1, 1]);
    }
}
