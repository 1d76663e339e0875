//! Audits: whether the shards of encodings that this worker has a part of lie on the code, and reports of those that do not.
//!
//! Goals: what a rebuild found wrong is looked at where it was wrong; besides, a random chunk of a random encoding is compared
//! again and again, at a bounded rate; a wrong encoding is reported with the chunks that show it, without anybody's doing
//! and without funds, and brings this worker's account its reward.
//! Non-goals: encodings whose wrong shard nobody shows: k + 1 workers have to answer.
//!
//! An audit of a chunk asks every worker of the encoding for 1 KiB. One that follows a suspicion compares the suspected
//! column block, 64 KiB of each shard at a time.

use crate::{
    facts::{EncodingFacts, ShardKey},
    serve::App,
};
use ballast_blobs::{Audit, Finding, OwnGroup, RepairError, Repairer};
use ballast_chain::{calls, ChainError};
use ballast_core::{
    limits::{CHUNK_LEN, COLUMN_BLOCK_LEN},
    view::{EncodingInfo, EncodingStatus},
    BlockIndex, ChunkIndex, EncodingId, Group, Layout,
};
use rand::Rng;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// An encoding and a column block at which a rebuild of it came out wrong.
pub type Suspect = (EncodingId, BlockIndex);

/// Suspicions that wait.
pub const SUSPECTS_MAX: usize = 64;
/// Bytes of each shard that are compared at a time.
const GROUP_LEN: u64 = 64 << 10;
/// Between two looks while there is nothing to audit at random.
const IDLE: Duration = Duration::from_secs(3600);

/// Why an audit was not made.
#[derive(Debug, thiserror::Error)]
enum AuditError {
    #[error("the chain cannot be asked: {0}")]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Repair(#[from] RepairError),
}

/// Audits until `stop`: what is suspected, and a random chunk in every `pause`, if there is one.
pub async fn audit(
    app: Arc<App>,
    repairer: Arc<Repairer>,
    suspects: mpsc::Receiver<Suspect>,
    pause: Option<Duration>,
    stop: CancellationToken,
) {
    let auditor = Auditor { app, repairer };
    tokio::select! {
        () = stop.cancelled() => {}
        () = auditor.run(suspects, pause) => {}
    }
}

struct Auditor {
    app: Arc<App>,
    repairer: Arc<Repairer>,
}

impl Auditor {
    async fn run(self, mut suspects: mpsc::Receiver<Suspect>, pause: Option<Duration>) {
        loop {
            tokio::select! {
                suspect = suspects.recv() => match suspect {
                    Some((encoding, block)) => self.look_at(encoding, &groups(block)).await,
                    // The repair has ended, so the worker stops.
                    None => return,
                },
                () = tokio::time::sleep(pause.unwrap_or(IDLE)) => if pause.is_some() {
                    self.look_anywhere().await;
                },
            }
        }
    }

    /// A random chunk of a random encoding that this worker has a part of.
    async fn look_anywhere(&self) {
        let assigned = self.app.assigned.borrow().clone();
        let at = rand::rng().random_range(0..assigned.len().max(1));
        let Some((encoding, ..)) = assigned.get(at).copied() else {
            return;
        };
        self.look_at(encoding, &[]).await;
    }

    /// Compares groups of an encoding, or a random chunk of it, until something is found; and reports that.
    async fn look_at(&self, encoding: EncodingId, groups: &[Group]) {
        match self.find(encoding, groups).await {
            Ok(None) => {}
            Ok(Some(finding)) => self.report(encoding, &finding).await,
            Err(error) => tracing::debug!(%encoding, %error, "an audit was not made"),
        }
    }

    async fn find(
        &self,
        encoding: EncodingId,
        groups: &[Group],
    ) -> Result<Option<Finding>, AuditError> {
        let Ok((chain, _)) = self.app.link.ready() else {
            return Ok(None);
        };
        let Some(info) = chain.encoding(encoding).await? else {
            return Ok(None);
        };
        let certified = matches!(info.status, EncodingStatus::Certified { .. });
        let Some(layout) = layout_of(&info).filter(|_| certified) else {
            return Ok(None);
        };
        let random = [random_chunk(&layout)];
        let groups = match groups.is_empty() {
            true => &random[..],
            false => groups,
        };
        let longest = longest_shard(&layout);
        for group in groups.iter().filter(|group| group.start < longest) {
            let audit = Audit {
                info: &info,
                group: *group,
                auditor: self.app.worker,
                own: self.own(encoding),
            };
            let audited = self.repairer.audit(&audit).await?;
            self.app.metrics.audits.increment();
            if audited.finding.is_some() {
                return Ok(audited.finding);
            }
        }
        Ok(None)
    }

    /// What this worker has of an encoding.
    fn own(&self, encoding: EncodingId) -> OwnGroup {
        let store = self.app.store.clone();
        Arc::new(move |shard, group| {
            let held = store.held(ShardKey { encoding, shard }).ok()?;
            store.read_group(&held, group).ok()
        })
    }

    async fn report(&self, encoding: EncodingId, finding: &Finding) {
        let Ok((chain, _)) = self.app.link.ready() else {
            return;
        };
        let shards: Vec<u8> = finding.chunks.iter().map(|chunk| chunk.shard.0).collect();
        tracing::warn!(%encoding, chunk = finding.chunk.0, ?shards, "an encoding is wrong; reporting it");
        let finder = self.app.worker.0;
        let call = calls::blobs::report_wrong(finder, encoding, finding.chunk, &finding.chunks);
        match chain.submit_feeless(&call).await {
            Ok(()) => {
                self.app.metrics.wrong_reported.increment();
                tracing::warn!(%encoding, "the report of a wrong encoding is on chain: the encoding ends");
            }
            Err(error) => tracing::warn!(%encoding, %error, "the report was not taken"),
        }
    }
}

fn layout_of(info: &EncodingInfo) -> Option<Layout> {
    EncodingFacts::of(info)?;
    Layout::new(info.len, info.code).ok()
}

fn longest_shard(layout: &Layout) -> u64 {
    let lens = layout.held_shards().map(|shard| layout.shard_len(shard));
    lens.max().unwrap_or(0)
}

/// A chunk of the longest shards, each with the same chance.
fn random_chunk(layout: &Layout) -> Group {
    let chunks = longest_shard(layout).div_ceil(CHUNK_LEN).max(1);
    Group::chunk(ChunkIndex(rand::rng().random_range(0..chunks)))
}

/// The groups of a column block.
fn groups(block: BlockIndex) -> Vec<Group> {
    let start = u64::from(block.0).saturating_mul(COLUMN_BLOCK_LEN);
    let starts = (start..start.saturating_add(COLUMN_BLOCK_LEN)).step_by(GROUP_LEN as usize);
    starts
        .map(|start| Group {
            start,
            len: GROUP_LEN,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_compared_in_groups_that_cover_it() {
        let groups = groups(BlockIndex(3));
        assert_eq!(groups.len(), 16);
        let mut next = 3 << 20;
        for group in groups {
            assert_eq!(group.start, next);
            next += group.len;
        }
        assert_eq!(next, 4 << 20);
    }
}
