//! What workers give each other, publishers and readers, and how shards are rebuilt from it.

use crate::{
    blob,
    chain::View,
    scenario::{Behaviour, CrashPoint},
    world::{Event, World},
    Sabotage,
};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, receipt::Receipt, tree::verify_group, view::EncodingInfo, BlockIndex,
    Group, GroupProof, ShardIndex,
};
use ballast_storage_worker::{assign::Assigned, facts::ShardKey, receipt, receive::VerifiedBlock};
use sp_core::Pair as _;

impl World {
    /// A worker is asked for a group of a shard. `None` if it does not answer; what it answers may be wrong.
    pub fn serve(
        &mut self,
        index: usize,
        key: ShardKey,
        group: Group,
    ) -> Option<(GroupProof, Vec<u8>)> {
        if !self.reaches(index) || self.is_lost() {
            return None;
        }
        let worker = &mut self.workers[index];
        if worker.has_dropped(key, group.start, group.start + group.len) {
            return None;
        }
        match worker.plan.behaviour {
            Behaviour::Withholding | Behaviour::Outsourcing => None,
            Behaviour::Lying => worker.disk.read(key, group).map(|(proof, mut bytes)| {
                if let Some(byte) = bytes.first_mut() {
                    *byte ^= 1;
                }
                (proof, bytes)
            }),
            Behaviour::Honest | Behaviour::Lazy(_) => worker.disk.read(key, group),
        }
    }

    /// A whole shard of some worker, proven against its root, and padded for the code.
    pub fn fetch(
        &mut self,
        info: &EncodingInfo,
        shard: ShardIndex,
        from: usize,
    ) -> Option<Vec<u8>> {
        let layout = ballast_core::Layout::new(info.len, info.code).ok()?;
        let root = info.roots.get(usize::from(shard.0)).copied()??;
        let key = ShardKey {
            encoding: info.id,
            shard,
        };
        let mut column = Vec::new();
        let blocks = layout.shard_len(shard).div_ceil(COLUMN_BLOCK_LEN);
        for block in (0..blocks as u32).map(BlockIndex) {
            let group = Group::block(block);
            let (proof, bytes) = self.serve(from, key, group)?;
            verify_group(&layout, shard, group, &bytes, &proof, &root).ok()?;
            column.extend(bytes);
        }
        Some(blob::padded(&layout, &column))
    }

    /// A publisher's block arrives.
    pub fn take_upload(&mut self, index: usize, key: ShardKey, block: &VerifiedBlock) {
        if !self.reaches(index) {
            return;
        }
        let finalized = self.finalized_of(index);
        let Some(info) = finalized.encodings.get(&key.encoding) else {
            return;
        };
        let Some((assigned, _)) = self.assigned(index, info, key.shard) else {
            return;
        };
        let put = self.workers[index].disk.put(&assigned.spec, block);
        if put.is_ok() && !self.crashes(index, CrashPoint::Written) {
            self.after(50, Event::Flush(index, key));
        }
    }

    /// What was written comes to disk.
    pub fn flush(&mut self, index: usize, key: ShardKey) {
        let worker = &mut self.workers[index];
        if worker.is_up && worker.disk.is_written(key) {
            worker.disk.flush(key);
            worker.process.jobs.remove(&key.encoding);
            self.crashes(index, CrashPoint::Durable);
        }
    }

    /// A publisher asks for a receipt.
    pub fn answer_receipt(&mut self, publication: usize, index: usize, key: ShardKey) {
        if !self.reaches(index) || self.is_lost() {
            return;
        }
        let finalized = self.finalized_of(index);
        let Some(info) = finalized.encodings.get(&key.encoding) else {
            return;
        };
        let Some((assigned, _)) = self.assigned(index, info, key.shard) else {
            return;
        };
        let receipt = self.receipt(index, &assigned, &finalized);
        if receipt.is_some() && self.crashes(index, CrashPoint::Signed) {
            return;
        }
        let delay = self.delay();
        self.after(
            delay,
            Event::Receipt(publication, key.shard, receipt.map(Box::new)),
        );
    }

    /// The receipt for a shard that is durable and well. Dishonest workers in league with a publisher sign what fits.
    pub fn receipt(
        &mut self,
        index: usize,
        assigned: &Assigned,
        finalized: &View,
    ) -> Option<Receipt> {
        let key = assigned.spec.key;
        let worker = &self.workers[index];
        let stored = worker
            .disk
            .held(key)
            .filter(|_| !worker.disk.is_rotten(key))?;
        let truth = self.truth.get(&key.encoding)?;
        let in_league =
            worker.plan.behaviour != Behaviour::Honest && truth.wrong == Some(key.shard);
        let careless = self.sabotage == Some(Sabotage::KeepWrongRebuild);
        let fingerprint = if in_league || careless {
            let facts = assigned.spec.encoding.facts();
            let fitting = truth.code_fingerprints(&facts.seed, &facts.roots);
            *fitting.get(usize::from(key.shard.0))?
        } else {
            stored.fingerprint
        };
        let max_age = finalized.params?.receipt_max_age;
        let genesis = self.chain.genesis_hash();
        let body = receipt::body(genesis, assigned, fingerprint, finalized.number, max_age);
        let signature = worker.pair().sign(&body.signing_payload());
        Some(Receipt::new(&body, signature.0))
    }
}
