//! What a client should be warned of: leases about to end, shards that are missing, models that are advised against.
//!
//! Goals: a warning costs no request more than [`HEALTH_WAIT`]; the chain is asked about a version once in
//! [`HEALTH_AGE`]. Non-goals: the whole truth about large versions: [`HEALTH_BLOBS`] blobs are looked at.

use crate::{
    flight::Flights,
    limits::{CHAIN_READS, HEALTH_AGE, HEALTH_BLOBS, HEALTH_ENTRIES, HEALTH_WAIT, LEASE_WARNING},
    registry::Snapshot,
    repo::Repo,
    shared::{bounded, locked},
};
use ballast_chain::{Chain, ChainError};
use ballast_core::{
    epoch::EpochSchedule,
    view::{BlobInfo, ChainParams, EncodingInfo, EncodingStatus},
    Address, BlockNumber,
};
use futures::{StreamExt, TryStreamExt};
use lru::LruCache;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Length of a block's slot.
const SLOT: Duration = Duration::from_secs(3);

type Findings = Arc<Vec<Finding>>;

/// Looks after versions.
pub struct Health {
    chain: Arc<dyn Chain>,
    known: Arc<Mutex<LruCache<Address, (Instant, Findings)>>>,
    asking: Flights<Address, Option<Findings>>,
}

/// Something that is not well with a version.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    /// The first of its leases ends this soon.
    Lease { ends_in: Duration, blobs: usize },
    /// Blobs with fewer receipts than a certificate takes; the fewest shards that may still be lost.
    Thin { blobs: usize, spare: u32 },
    /// Blobs that are not certified, or not on the chain any more.
    Missing { blobs: usize },
}

impl Health {
    /// Asks this chain.
    pub fn new(chain: Arc<dyn Chain>) -> Self {
        Self {
            chain,
            known: Arc::new(Mutex::new(bounded(HEALTH_ENTRIES))),
            asking: Flights::default(),
        }
    }

    /// Warnings about a version, each with a topic that is its own: `topic; text`.
    pub async fn warnings(&self, snapshot: &Snapshot) -> Vec<String> {
        let mut warnings = Vec::new();
        let repo = &snapshot.repo;
        if snapshot
            .model
            .as_ref()
            .is_some_and(|model| model.deprecated)
        {
            warnings.push(format!(
                "ballast-deprecated-{repo}; the owner of {repo} advises against it"
            ));
        }
        let findings = tokio::time::timeout(HEALTH_WAIT, self.findings(snapshot)).await;
        if let Ok(Some(findings)) = findings {
            warnings.extend(findings.iter().map(|finding| finding.text(snapshot)));
        }
        warnings
    }

    async fn findings(&self, snapshot: &Snapshot) -> Option<Findings> {
        let address = snapshot.address;
        let found = locked(&self.known, |known| known.get(&address).cloned());
        if let Some((_, findings)) = found.filter(|(since, _)| since.elapsed() < HEALTH_AGE) {
            return Some(findings);
        }
        let (chain, known) = (self.chain.clone(), self.known.clone());
        let blobs = largest_blobs(snapshot);
        let ask = || async move {
            let found = examine(chain.as_ref(), blobs).await;
            let findings = found
                .inspect_err(|error| tracing::debug!(%error, "no word on leases"))
                .ok()?;
            let findings = Arc::new(findings);
            let entry = (Instant::now(), findings.clone());
            locked(&known, |known| known.put(address, entry));
            Some(findings)
        };
        self.asking.join(address, ask).await.flatten()
    }
}

/// The manifest, and the blobs of the largest files.
fn largest_blobs(snapshot: &Snapshot) -> Vec<Address> {
    let mut files: Vec<_> = snapshot.manifest.files().iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.length));
    let mut blobs = vec![snapshot.address];
    for blob in files.into_iter().filter_map(|file| file.blob()) {
        if blobs.len() >= HEALTH_BLOBS {
            break;
        }
        if !blobs.contains(&blob) {
            blobs.push(blob);
        }
    }
    blobs
}

async fn examine(chain: &dyn Chain, blobs: Vec<Address>) -> Result<Vec<Finding>, ChainError> {
    let (params, now) = (chain.params().await?, chain.finalized().await?.number);
    let infos: Vec<Option<BlobInfo>> = futures::stream::iter(blobs)
        .map(|blob| chain.blob(blob))
        .buffered(CHAIN_READS)
        .try_collect()
        .await?;
    Ok(findings(&infos, &params, now))
}

fn findings(blobs: &[Option<BlobInfo>], params: &ChainParams, now: BlockNumber) -> Vec<Finding> {
    let schedule = EpochSchedule::new(params.epoch_blocks);
    let mut missing = 0usize;
    let (mut ends, mut spares) = (Vec::new(), Vec::new());
    for blob in blobs {
        let encodings = match blob {
            Some(BlobInfo::Inline { .. }) => continue,
            Some(BlobInfo::Encoded { encodings }) => encodings.as_slice(),
            None => &[],
        };
        let is_certified =
            |info: &&EncodingInfo| matches!(info.status, EncodingStatus::Certified { .. });
        let certified: Vec<&EncodingInfo> = encodings.iter().filter(is_certified).collect();
        let Some(end) = certified
            .iter()
            .map(|info| schedule.blocks_until(info.expires, now))
            .max()
        else {
            missing = missing.saturating_add(1);
            continue;
        };
        ends.extend(Some(SLOT.saturating_mul(end)).filter(|end| *end < LEASE_WARNING));
        if certified.iter().all(|info| is_thin(info)) {
            spares.extend(certified.iter().map(|info| spare(info)).max());
        }
    }
    let mut found = Vec::new();
    if missing > 0 {
        found.push(Finding::Missing { blobs: missing });
    }
    if let Some(ends_in) = ends.iter().min().copied() {
        let blobs = ends.len();
        found.push(Finding::Lease { ends_in, blobs });
    }
    if let Some(spare) = spares.iter().min().copied() {
        let blobs = spares.len();
        found.push(Finding::Thin { blobs, spare });
    }
    found
}

/// Shards that are held: those with a receipt, and empty ones, which are zeros that every reader has.
fn held(info: &EncodingInfo) -> u32 {
    let receipts = info
        .assignments
        .iter()
        .filter(|assignment| assignment.receipted)
        .count();
    let empty = info.roots.iter().filter(|root| root.is_none()).count();
    u32::try_from(receipts.saturating_add(empty)).unwrap_or(u32::MAX)
}

/// Shards that may be lost.
fn spare(info: &EncodingInfo) -> u32 {
    held(info).saturating_sub(info.code.data_shards().into())
}

/// Fewer receipts than a certificate takes: there were more.
fn is_thin(info: &EncodingInfo) -> bool {
    held(info) < u32::from(info.code.quorum())
}

impl Finding {
    fn text(&self, snapshot: &Snapshot) -> String {
        let Snapshot { repo, commit, .. } = snapshot;
        // What the command line calls it.
        let target = match repo {
            Repo::Model { .. } => repo.to_string(),
            Repo::Version(address) => address.to_string(),
        };
        match self {
            Self::Lease { ends_in, blobs } => format!(
                "ballast-lease-{commit}; leases of {repo} end soon: {blobs} of its blobs within a week, the first in {}. \
                 Anyone may extend them: ballast extend {target} --epochs N",
                duration_text(*ends_in)
            ),
            Self::Thin { blobs, spare } => format!(
                "ballast-shards-{commit}; shards of {repo} are missing: {blobs} of its blobs have fewer than were certified, \
                 and {spare} more may be lost. Keep a copy"
            ),
            Self::Missing { blobs } => format!(
                "ballast-missing-{commit}; {blobs} blobs of {repo} are not stored by workers any more. Keep a copy"
            ),
        }
    }
}

fn duration_text(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    match minutes {
        0..=119 => format!("{minutes} minutes"),
        120..=2879 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::{
        price::Deposit, view::AssignmentInfo, ChainingValue, Code, StorageEpoch, WorkerId,
    };

    fn params() -> ChainParams {
        let deposit = Deposit {
            base: 0,
            per_byte: 0,
        };
        ChainParams {
            epoch_blocks: 1200,
            current_epoch: StorageEpoch(0),
            price_per_gib_epoch: 0,
            max_lease_epochs: 1,
            encoding_deposit: deposit,
            inline_deposit: deposit,
            pending_timeout_blocks: 1,
            lapse_burn_percent: 0,
            reassign_fee: 0,
            receipt_max_age: 1,
            bytes_per_bal: 1,
            max_encodings_per_address: 1,
            active_workers: 8,
        }
    }

    fn blob(receipts: usize, expires: u32) -> Option<BlobInfo> {
        let assignment = |receipted| AssignmentInfo {
            worker: WorkerId([0; 32]),
            generation: 0,
            receipted,
            lost: false,
            successor: None,
        };
        let encoding = EncodingInfo {
            id: 1.into(),
            address: Address([1; 32]),
            len: 1 << 20,
            code: Code::new(4, 8).unwrap(),
            publisher: [0; 32],
            status: EncodingStatus::Certified { at: 1 },
            registered_at: 1,
            lapses_at: None,
            expires: StorageEpoch(expires),
            deposit: 0,
            lease_held: 0,
            roots: vec![Some(ChainingValue([0; 32])); 8],
            assignments: (0..8).map(|shard| assignment(shard < receipts)).collect(),
            seed: None,
            reassigned: 0,
        };
        Some(BlobInfo::Encoded {
            encodings: vec![encoding],
        })
    }

    #[test]
    fn a_lease_within_a_week_is_found_and_a_longer_one_is_not() {
        // Epochs of an hour: 1200 blocks of 3 s.
        assert_eq!(findings(&[blob(8, 24 * 8)], &params(), 0), []);
        let found = findings(&[blob(8, 24 * 8), blob(8, 5), blob(8, 30)], &params(), 1200);
        let ends_in = Duration::from_secs(4 * 3600);
        assert_eq!(found, [Finding::Lease { ends_in, blobs: 2 }]);
        assert_eq!(duration_text(ends_in), "4 hours");
    }

    #[test]
    fn fewer_receipts_than_a_certificate_takes_are_thin() {
        assert_eq!(
            findings(&[blob(6, 9999)], &params(), 0),
            [],
            "a quorum is 6 of (4,8)"
        );
        let found = findings(&[blob(8, 9999), blob(5, 9999)], &params(), 0);
        assert_eq!(found, [Finding::Thin { blobs: 1, spare: 1 }]);
    }

    #[test]
    fn what_is_gone_is_missing_and_what_is_in_chain_state_is_well() {
        let inline = Some(BlobInfo::Inline { bytes: vec![1] });
        assert_eq!(
            findings(&[inline, None], &params(), 0),
            [Finding::Missing { blobs: 1 }]
        );
    }
}
