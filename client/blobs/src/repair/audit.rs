//! Audits: whether the shards of an encoding, as their workers show them, lie on the code.
//!
//! Goals: bytes of all shards at one offset, each proven against its shard root, are compared with the code; what does not
//! fit it is had as the chunks of k + 1 shards that show it to the chain.
//! Non-goals: which places are audited, and reporting what is found (the storage worker); shards that nobody shows.

use super::{RepairError, Repairer};
use crate::{
    blocking::blocking,
    fetch::holders::{assigned, Holders},
    limits::{AUDIT_REQUESTS, SAMPLE_TIMEOUT},
    FetchError,
};
use ballast_core::{
    challenge::ShardChunk, limits::CHUNK_LEN, tree::verify_group, view::EncodingInfo, ChunkIndex,
    Group, GroupProof, Layout, ShardIndex, WorkerId,
};
use ballast_erasure::first_off_code;
use bytes::Bytes;
use futures::StreamExt;
use std::sync::Arc;

/// What a worker has of its own shards. Called on threads for blocking work.
pub type OwnGroup = Arc<dyn Fn(ShardIndex, Group) -> Option<(GroupProof, Bytes)> + Send + Sync>;

/// A place to audit.
pub struct Audit<'a> {
    /// The encoding, as the chain has it.
    pub info: &'a EncodingInfo,
    /// Bytes of each shard that are compared.
    pub group: Group,
    /// Who audits; its shards come from `own`.
    pub auditor: WorkerId,
    /// What the auditor has.
    pub own: OwnGroup,
}

/// What an audit showed.
#[derive(Clone, Debug, Default)]
pub struct Audited {
    /// Shards that were shown and compared.
    pub answered: usize,
    /// Chunks that lie on no codeword, if some do and k + 1 workers showed them.
    pub finding: Option<Finding>,
}

/// Chunks of k + 1 shards that lie on no codeword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where in the shards.
    pub chunk: ChunkIndex,
    /// The chunks with their paths to the shard roots, in ascending order of shards. Shards that end before the chunk count
    /// as zeros and are left out.
    pub chunks: Vec<ShardChunk>,
}

/// An audit under way.
struct Auditor<'a> {
    audit: &'a Audit<'a>,
    layout: Layout,
    holders: Holders,
}

impl Repairer {
    /// Compares one group of all shards with the code.
    pub async fn audit(&self, audit: &Audit<'_>) -> Result<Audited, RepairError> {
        let info = audit.info;
        let layout = Layout::new(info.len, info.code).map_err(|error| RepairError::Sources {
            encoding: info.id,
            source: FetchError::Malformed {
                address: info.address,
                reason: error.to_string(),
            },
        })?;
        let others = assigned(info).filter(|(_, to)| to.worker != audit.auditor);
        let others: Vec<_> = others.collect();
        let ids = others.iter().map(|(_, to)| to.worker);
        let ways = self.sources.ways(ids, &self.health).await?;
        let holders = Holders::new(
            others.into_iter(),
            |id| ways.get(&id).cloned().unwrap_or_default(),
            self.health.clone(),
        );
        let auditor = Auditor {
            audit,
            layout,
            holders,
        };
        Ok(auditor.run().await)
    }
}

impl Auditor<'_> {
    async fn run(&self) -> Audited {
        let all: Vec<ShardIndex> = self.layout.held_shards().collect();
        let shown = self.read(&all, self.audit.group).await;
        let answered = shown.len();
        let finding = match self.off_code(&shown, self.audit.group) {
            Some((chunk, shards)) => self.prove(chunk, &shards).await,
            None => None,
        };
        Audited { answered, finding }
    }

    /// The first chunk that lies on no codeword, and the shards that show it.
    fn off_code(&self, shown: &[Shown], group: Group) -> Option<(ChunkIndex, Vec<ShardIndex>)> {
        let code = self.layout.code();
        let absent = self.absent(group);
        let zeros = absent.iter().map(|shard| (*shard, &[][..]));
        let given = shown.iter().map(|shown| (shown.shard, &shown.bytes[..]));
        let pieces: Vec<_> = zeros.chain(given).collect();
        // With fewer than k there is nothing to compare.
        let off = first_off_code(code, &pieces).ok()??;
        let first = pieces.iter().take(usize::from(code.data_shards()));
        let shards = first.map(|(shard, _)| *shard).chain([off.shard]);
        let shards = shards.filter(|shard| !absent.contains(shard));
        let at = group.start.saturating_add(off.offset as u64);
        Some((ChunkIndex(at / CHUNK_LEN), shards.collect()))
    }

    /// The chunks that show it, if all of them come and still do.
    async fn prove(&self, chunk: ChunkIndex, shards: &[ShardIndex]) -> Option<Finding> {
        let group = Group::chunk(chunk);
        // Those that end within the group count as zeros here.
        let absent = self.absent(group);
        let wanted: Vec<_> = shards
            .iter()
            .copied()
            .filter(|shard| !absent.contains(shard))
            .collect();
        let mut shown = self.read(&wanted, group).await;
        if shown.len() < wanted.len() || self.off_code(&shown, group).is_none() {
            return None;
        }
        shown.sort_unstable_by_key(|shown| shown.shard);
        let chunks = shown.into_iter().map(|shown| ShardChunk {
            shard: shown.shard,
            bytes: shown.bytes.to_vec(),
            proof: shown.proof,
        });
        Some(Finding {
            chunk,
            chunks: chunks.collect(),
        })
    }

    /// Shards that have no byte at or after the group's start.
    fn absent(&self, group: Group) -> Vec<ShardIndex> {
        let ends = |shard: &ShardIndex| self.layout.shard_len(*shard) <= group.start;
        self.layout.shard_indices().filter(ends).collect()
    }

    /// What comes of a group of some shards, and is proven.
    async fn read(&self, shards: &[ShardIndex], group: Group) -> Vec<Shown> {
        let reads = futures::stream::iter(shards.to_vec())
            .map(|shard| self.read_one(shard, group))
            .buffered(AUDIT_REQUESTS);
        reads.filter_map(std::future::ready).collect().await
    }

    async fn read_one(&self, shard: ShardIndex, group: Group) -> Option<Shown> {
        let info = self.audit.info;
        let root = info.roots.get(usize::from(shard.0)).copied().flatten()?;
        let own = self.audit.own.clone();
        let (proof, bytes) = match blocking(move || own(shard, group)).await {
            Some(own) => own,
            None => {
                let worker = self.holders.client(shard).ok()?;
                let _turn = self.holders.turn(shard).await;
                let answer = worker.group(info.id, shard, group);
                tokio::time::timeout(SAMPLE_TIMEOUT, answer)
                    .await
                    .ok()?
                    .ok()?
            }
        };
        verify_group(&self.layout, shard, group, &bytes, &proof, &root).ok()?;
        Some(Shown {
            shard,
            bytes,
            proof,
        })
    }
}

/// A group that a worker showed and that is proven.
struct Shown {
    shard: ShardIndex,
    bytes: Bytes,
    proof: GroupProof,
}
