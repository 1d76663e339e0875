//! What the chain knows of each blob.

use crate::{limits::CHAIN_READS, scan::Scan};
use ballast_chain::{Chain, ChainError};
use ballast_core::{
    view::{BlobInfo, EncodingInfo, EncodingStatus},
    Address,
};
use futures::{StreamExt, TryStreamExt};

/// What the chain knows of one blob.
#[derive(Clone, Debug, Default)]
pub(crate) struct BlobFacts {
    /// Whether it is in chain state.
    pub inline: bool,
    /// Its certified encodings.
    pub certified: Vec<EncodingInfo>,
    /// The publisher's own encodings of it that are not certified yet.
    pub pending: Vec<EncodingInfo>,
}

/// The facts of all blobs of a scan, in its order.
pub(crate) async fn gather(
    chain: &dyn Chain,
    scan: &Scan,
    publisher: [u8; 32],
) -> Result<Vec<BlobFacts>, ChainError> {
    futures::stream::iter(scan.blobs.iter().map(|blob| blob.address))
        .map(|address| facts_of(chain, address, publisher))
        .buffered(CHAIN_READS)
        .try_collect()
        .await
}

/// The facts of one blob.
pub(crate) async fn facts_of(
    chain: &dyn Chain,
    address: Address,
    publisher: [u8; 32],
) -> Result<BlobFacts, ChainError> {
    match chain.blob(address).await? {
        None => Ok(BlobFacts::default()),
        Some(BlobInfo::Inline { .. }) => Ok(BlobFacts {
            inline: true,
            ..BlobFacts::default()
        }),
        Some(BlobInfo::Encoded { encodings }) if encodings.iter().any(is_certified) => {
            let certified = encodings.into_iter().filter(is_certified).collect();
            Ok(BlobFacts {
                certified,
                ..BlobFacts::default()
            })
        }
        // Some are pending; the short answer may leave out one's own.
        Some(BlobInfo::Encoded { .. }) => {
            let mut pending = chain.encodings(address).await?;
            pending.retain(|encoding| encoding.publisher == publisher && !is_certified(encoding));
            Ok(BlobFacts {
                pending,
                ..BlobFacts::default()
            })
        }
    }
}

pub(crate) fn is_certified(encoding: &EncodingInfo) -> bool {
    matches!(encoding.status, EncodingStatus::Certified { .. })
}
