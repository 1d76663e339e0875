//! The root that a shard reaches when it is rebuilt from others, whatever the chain says it is.
//!
//! Goals: nothing of the shard is kept, and memory does not grow with it; every byte that takes part was proven against its own
//! shard's root; data shards, which are the blob, are preferred; what differs from the chain's root and was not made of them alone
//! is rebuilt once more, every block from another choice of shards, before it counts. Were one of them wrong, the two would differ.
//! Non-goals: who is asked for it and what it is good for (the storage worker); the shard itself, which is not asked for: that
//! somebody shows it says nothing about the code.

use super::{RepairError, Repairer};
use crate::{
    blocking::blocking,
    coding::block_values,
    fetch::{
        holders::{assigned, Holders},
        row::{no_taker, Answers, Row, RowReader},
    },
    limits::FETCH_ROWS,
    FetchError,
};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, view::EncodingInfo, BlockIndex, ChainingValue, Group, Layout,
    ShardIndex, ShardValues,
};
use futures::{StreamExt, TryStreamExt};
use std::collections::BTreeSet;

/// What one rebuild came to.
struct Pass {
    root: ChainingValue,
    /// Parity shards that took part, by block.
    parity: Vec<Vec<ShardIndex>>,
}

impl Repairer {
    /// The root that `shard` reaches when it is rebuilt from others.
    pub async fn recompute(
        &self,
        info: &EncodingInfo,
        shard: ShardIndex,
    ) -> Result<ChainingValue, RepairError> {
        let encoding = info.id;
        let root = info.roots.get(usize::from(shard.0)).copied().flatten();
        let root = root.ok_or(RepairError::NoSuchShard { encoding, shard })?;
        let reader = self.reader_without(info, shard).await?;
        let all = reader.layout.shard_indices();
        let parity: Vec<ShardIndex> = all
            .filter(|other| !reader.layout.is_data_shard(*other))
            .collect();
        reader.holders.suspect(&parity);
        let first = self.pass(&reader, shard).await?;
        // What follows from the data shards alone is beyond doubt, as is what the chain says as well.
        if first.root == root || first.parity.iter().all(Vec::is_empty) {
            return Ok(first.root);
        }
        let used: BTreeSet<ShardIndex> = first.parity.iter().flatten().copied().collect();
        reader.holders.suspect(&Vec::from_iter(used));
        let second = self.pass(&reader, shard).await?;
        let mut choices = first.parity.iter().zip(&second.parity);
        let other_choice = choices.all(|(one, other)| one.is_empty() || one != other);
        if second.root != first.root || !other_choice {
            return Err(RepairError::Ambiguous { encoding, shard });
        }
        Ok(first.root)
    }

    /// What reads rows from all workers of an encoding but those of one shard.
    async fn reader_without(
        &self,
        info: &EncodingInfo,
        shard: ShardIndex,
    ) -> Result<RowReader, RepairError> {
        let layout = Layout::new(info.len, info.code).map_err(|error| RepairError::Sources {
            encoding: info.id,
            source: FetchError::Malformed {
                address: info.address,
                reason: error.to_string(),
            },
        })?;
        let others: Vec<_> = assigned(info)
            .filter(|(other, _)| *other != shard)
            .collect();
        let ids = others.iter().map(|(_, to)| to.worker);
        let ways = self.sources.ways(ids, &self.health).await?;
        let holders = Holders::new(
            others.into_iter(),
            |id| ways.get(&id).cloned().unwrap_or_default(),
            self.health.clone(),
        );
        Ok(RowReader {
            layout,
            info: info.clone(),
            roots: info.roots.clone(),
            holders,
            limits: self.limits,
            throttle: self.throttle.clone(),
            decoding: None,
            decoder: std::sync::Arc::default(),
        })
    }

    /// Rebuilds the shard row by row and keeps the values of its units.
    async fn pass(&self, reader: &RowReader, shard: ShardIndex) -> Result<Pass, RepairError> {
        let layout = reader.layout;
        let blocks = layout.shard_len(shard).div_ceil(COLUMN_BLOCK_LEN);
        let blocks = u32::try_from(blocks).unwrap_or(u32::MAX);
        let rows = futures::stream::iter((0..blocks).map(BlockIndex))
            .map(|block| self.block(reader, shard, block))
            .buffered(usize::try_from(FETCH_ROWS).unwrap_or(1));
        let (units, parity) = rows
            .try_fold(
                (Vec::new(), Vec::new()),
                |(mut units, mut parity), (values, used)| async move {
                    units.extend(values);
                    parity.push(used);
                    Ok((units, parity))
                },
            )
            .await?;
        let root = ShardValues::new(&layout, shard, units)
            .ok()
            .and_then(|values| values.shard_root());
        // Every block of the shard was rebuilt, in order.
        let encoding = reader.info.id;
        let root = root.ok_or(RepairError::NoSuchShard { encoding, shard })?;
        Ok(Pass { root, parity })
    }

    /// The values of one block's units, and the parity shards that it was decoded from.
    async fn block(
        &self,
        reader: &RowReader,
        shard: ShardIndex,
        block: BlockIndex,
    ) -> Result<(Vec<ChainingValue>, Vec<ShardIndex>), RepairError> {
        let row = Row {
            group: Group::block(block),
            wanted: vec![shard],
        };
        let _room = self.room(&reader.layout, &row).await;
        let encoding = reader.info.id;
        let read = reader.read(&row, Answers::new(), &no_taker()).await;
        let read = read.map_err(|source| RepairError::Sources { encoding, source })?;
        let layout = reader.layout;
        let pieces = read.pieces;
        let values = blocking(move || {
            let pieces = pieces.iter();
            pieces
                .flat_map(|piece| block_values(&layout, shard, block, &piece.bytes))
                .collect()
        });
        Ok((values.await, read.parity))
    }
}
