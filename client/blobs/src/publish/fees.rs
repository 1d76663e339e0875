//! What publishing costs in transaction fees.
//!
//! Goals: known before anything is sent, and not less than what is paid at the present fees: the node prices calls of the
//! shapes that will be sent, each as a transaction of its own, though several go in one.
//! Non-goals: fees for replacing silent workers, and how the chain's fees change meanwhile.

use super::{
    model::{release_calls, retag_calls},
    plan::{BlobStep, PlannedBlob},
    ModelTarget, NameDeposits, PublishError, PublishPlan,
};
use crate::{limits::CHAIN_READS, Client};
use ballast_chain::{
    calls::{blobs, models},
    Call,
};
use ballast_core::{
    limits::CHUNK_LEN, Address, Balance, ChainingValue, Code, EncodingId, Layout, LengthProof,
};
use futures::{StreamExt, TryStreamExt};
use std::collections::HashMap;

/// What a call's fee depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Shape {
    Extend,
    Inline {
        len: u64,
    },
    Register {
        code: Code,
        values: usize,
        siblings: usize,
    },
}

impl Client {
    /// What carrying out a plan, with leases of `epochs`, and publishing it under a name takes in transaction fees at
    /// present.
    pub async fn fees(
        &self,
        plan: &PublishPlan,
        epochs: u32,
        target: &ModelTarget,
        name: &NameDeposits,
    ) -> Result<Balance, PublishError> {
        let mut shapes: HashMap<Shape, Balance> = HashMap::new();
        for shape in plan.blobs.iter().filter_map(Shape::of) {
            let count = shapes.entry(shape).or_default();
            *count = count.saturating_add(1);
        }
        let blobs = shapes
            .into_iter()
            .map(|(shape, count)| (vec![shape.call(epochs)], count));
        let names = name_transactions(plan.manifest, target, name);
        let transactions = blobs.chain(names.into_iter().map(|calls| (calls, 1)));
        futures::stream::iter(transactions)
            .map(|(calls, count)| async move {
                let fee = self.chain.fee(&calls).await?;
                Ok(fee.saturating_mul(count))
            })
            .buffer_unordered(CHAIN_READS)
            .try_fold(
                0,
                |sum: Balance, fee| async move { Ok(sum.saturating_add(fee)) },
            )
            .await
    }
}

impl Shape {
    /// The shape of the call for a blob, if it takes one. Certificates cost nothing.
    fn of(blob: &PlannedBlob) -> Option<Self> {
        match &blob.step {
            BlobStep::Stored { extend } => extend.map(|_| Self::Extend),
            BlobStep::Inline { .. } => Some(Self::Inline { len: blob.len }),
            BlobStep::Encode { code, resume, .. } if resume.is_empty() => {
                let layout = Layout::new(blob.len, *code).ok()?;
                Some(Self::Register {
                    code: *code,
                    values: layout.table_len(),
                    siblings: LengthProof::expected_siblings(&layout),
                })
            }
            BlobStep::Encode { .. } => None,
        }
    }

    /// A call of this shape that says nothing. The last chunk of a registration is the longest there can be.
    fn call(self, epochs: u32) -> Call {
        let zeros = |len: u64| vec![0; usize::try_from(len).unwrap_or_default()];
        match self {
            Self::Extend => blobs::extend(EncodingId(u64::MAX), epochs),
            Self::Inline { len } => blobs::store_inline(&zeros(len)),
            Self::Register {
                code,
                values,
                siblings,
            } => {
                let proof = LengthProof {
                    last_chunk: zeros(CHUNK_LEN),
                    siblings: vec![ChainingValue::default(); siblings],
                };
                let values = vec![ChainingValue::default(); values];
                blobs::register(Address::default(), 0, code, &values, &proof, epochs)
            }
        }
    }
}

/// The transactions that a name takes.
fn name_transactions(
    manifest: Address,
    target: &ModelTarget,
    name: &NameDeposits,
) -> Vec<Vec<Call>> {
    let mut transactions = Vec::new();
    if name.takes_namespace {
        transactions.push(vec![models::reveal_namespace(&target.namespace, [0; 32])]);
        if !name.is_committed {
            transactions.push(vec![models::commit_namespace([0; 32])]);
        }
    }
    transactions.push(match name.releases_version {
        true => release_calls(target, manifest, name.creates_model),
        false => retag_calls(target),
    });
    transactions.retain(|calls| !calls.is_empty());
    transactions
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::scan::BlobKind;

    fn planned(len: u64, step: BlobStep) -> PlannedBlob {
        PlannedBlob {
            address: Address([1; 32]),
            kind: BlobKind::File,
            len,
            paths: vec![],
            step,
        }
    }

    fn encode(resume: Vec<EncodingId>) -> BlobStep {
        BlobStep::Encode {
            code: Code::new(4, 8).unwrap(),
            stored_len: 0,
            lease: 0,
            deposit: 0,
            resume,
        }
    }

    #[test]
    fn a_registration_is_priced_with_all_of_its_values() {
        let layout = Layout::new(5_000_000, Code::new(4, 8).unwrap()).unwrap();
        let shape = Shape::of(&planned(5_000_000, encode(vec![]))).unwrap();
        let siblings = LengthProof::expected_siblings(&layout);
        let call = shape.call(3);
        let least = 32 * (layout.table_len() + siblings) + 1024;
        assert!((least..least + 100).contains(&call.args.len()));
    }

    #[test]
    fn what_is_stored_or_registered_already_costs_nothing_more() {
        for step in [
            BlobStep::Stored { extend: None },
            encode(vec![EncodingId(1)]),
        ] {
            assert_eq!(Shape::of(&planned(5_000, step)), None);
        }
    }
}
