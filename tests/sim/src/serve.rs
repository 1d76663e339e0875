//! What workers give each other, publishers and readers, and how shards are rebuilt from it.

use crate::{
    blob,
    chain::View,
    scenario::{Behaviour, CrashPoint},
    worker::Job,
    world::{Event, World},
    Sabotage,
};
use ballast_core::{
    receipt::Receipt,
    tree::verify_group,
    view::{AssignmentInfo, EncodingInfo},
    BlockIndex, Group, GroupProof, ShardIndex,
};
use ballast_storage_worker::{
    assign::Assigned,
    facts::{ShardKey, ShardSpec},
    receipt,
    receive::{RebuiltBlock, VerifiedBlock},
};
use bytes::Bytes;
use sp_core::Pair as _;

/// Others that a rebuild asks in one look.
const ASKED_AT_ONCE: usize = 4;

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
        let (key, group) = (
            ShardKey {
                encoding: info.id,
                shard,
            },
            Group::block(BlockIndex(0)),
        );
        let (proof, bytes) = self.serve(from, key, group)?;
        verify_group(&layout, shard, group, &bytes, &proof, &root).ok()?;
        Some(blob::padded(&layout, &bytes))
    }

    /// A shard that is missing or damaged is rebuilt: a few pieces in a look.
    pub fn rebuild(
        &mut self,
        index: usize,
        spec: &ShardSpec,
        info: &EncodingInfo,
        to: AssignmentInfo,
    ) {
        let key = spec.key;
        if self.workers[index].waits(key.encoding, self.now) {
            return;
        }
        if self.workers[index].disk.is_written(key) {
            return self.flush(index, key);
        }
        let mut job = self.workers[index]
            .process
            .jobs
            .remove(&key.encoding)
            .unwrap_or_default();
        let made = match self.gather(index, spec, info, to, &mut job) {
            Gathered::Made(bytes) => bytes,
            Gathered::More => {
                self.workers[index].process.jobs.insert(key.encoding, job);
                self.crashes(index, CrashPoint::Rebuilding);
                return;
            }
            Gathered::Failed(why) => {
                self.note(|| format!("rebuild failed: {index} {key} {why}"));
                let now = self.now;
                return self.workers[index].fail(key.encoding, now);
            }
        };
        self.keep_rebuilt(index, spec, made);
    }

    fn keep_rebuilt(&mut self, index: usize, spec: &ShardSpec, mut bytes: Vec<u8>) {
        let key = spec.key;
        let careless = self.sabotage == Some(Sabotage::KeepWrongRebuild);
        if careless {
            bytes[0] ^= 1;
        }
        let Ok(block) = RebuiltBlock::hash(spec, BlockIndex(0), Bytes::from(bytes)) else {
            return;
        };
        let disk = &mut self.workers[index].disk;
        let put = match careless {
            true => disk.put_unchecked(spec, &block),
            false => disk.put_rebuilt(spec, &block),
        };
        match put {
            Ok(()) => {
                self.report.rebuilt += 1;
                self.note(|| format!("rebuilt: {index} {key}"));
                if !self.crashes(index, CrashPoint::Written) {
                    self.after(100, Event::Flush(index, key));
                }
            }
            Err(error) => {
                self.note(|| format!("rebuilt in vain: {index} {key} {error:?}"));
                let now = self.now;
                self.workers[index].fail(key.encoding, now);
            }
        }
    }

    /// Asks some more workers; the shard's bytes once there are enough.
    fn gather(
        &mut self,
        index: usize,
        spec: &ShardSpec,
        info: &EncodingInfo,
        to: AssignmentInfo,
        job: &mut Job,
    ) -> Gathered {
        let (layout, shard) = (*spec.layout(), spec.key.shard);
        let len = layout.shard_len(shard) as usize;
        // Who has the shard itself is asked first.
        let own = self
            .by_id
            .get(&to.worker)
            .copied()
            .filter(|own| *own != index && to.receipted);
        if let Some(own) = own.filter(|_| job.asked.insert(shard)) {
            if let Some(mut column) = self.fetch(info, shard, own) {
                column.truncate(len);
                return Gathered::Made(column);
            }
        }
        let mut others: Vec<(ShardIndex, usize)> = layout
            .held_shards()
            .zip(&info.assignments)
            .filter(|(other, _)| *other != shard && !job.asked.contains(other))
            .filter_map(|(other, to)| Some((other, *self.by_id.get(&to.worker)?)))
            .filter(|(_, holder)| *holder != index)
            .collect();
        self.rng.shuffle(&mut others);
        let needed = usize::from(layout.code().data_shards());
        if job.pieces.is_empty() {
            let empty = layout
                .shard_indices()
                .filter(|shard| layout.is_empty_shard(*shard));
            job.pieces = empty
                .map(|shard| (shard, blob::padded(&layout, &[])))
                .collect();
        }
        for (other, holder) in others.iter().take(ASKED_AT_ONCE) {
            if job.pieces.len() >= needed {
                break;
            }
            job.asked.insert(*other);
            if let Some(column) = self.fetch(info, *other, *holder) {
                if !job.suspects.contains(other) {
                    job.pieces.push((*other, column));
                }
            }
        }
        if job.pieces.len() < needed {
            return match others.len() > ASKED_AT_ONCE {
                true => Gathered::More,
                false => Gathered::Failed("too few answer"),
            };
        }
        job.pieces.truncate(needed);
        let Some(mut made) =
            blob::rebuild(&layout, &job.pieces, &[shard]).and_then(|mut made| made.pop())
        else {
            return Gathered::Failed("it cannot be decoded");
        };
        made.truncate(len);
        if blob::shard_values(&layout, shard, &made).shard_root() == Some(spec.root) {
            return Gathered::Made(made);
        }
        try_others(job, &layout)
    }

    /// A shard that is made for one answer, of what others serve.
    pub fn outsource(
        &mut self,
        index: usize,
        key: ShardKey,
        group: Group,
    ) -> Option<(GroupProof, Vec<u8>)> {
        let spec = self.workers[index].dropped_of.get(&key)?.clone();
        let info = self.best().encodings.get(&key.encoding)?.clone();
        let nobody = AssignmentInfo {
            worker: self.workers[index].id,
            generation: 0,
            receipted: false,
            lost: false,
            successor: None,
        };
        let mut job = Job::default();
        let bytes = loop {
            match self.gather(index, &spec, &info, nobody, &mut job) {
                Gathered::Made(bytes) => break bytes,
                Gathered::More => {}
                Gathered::Failed(_) => return None,
            }
        };
        let values = blob::shard_values(spec.layout(), key.shard, &bytes);
        let proof = values.prove_group(group, &bytes).ok()?;
        let range = group.range(spec.layout(), key.shard).ok()?;
        Some((
            proof,
            bytes
                .get(range.start as usize..range.end as usize)?
                .to_vec(),
        ))
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

/// What asking brought.
pub enum Gathered {
    /// The shard.
    Made(Vec<u8>),
    /// Too little yet.
    More,
    /// Nobody is left to ask.
    Failed(&'static str),
}

/// What was decoded misses the root: parity shards that took part are suspected, as the real repair does.
fn try_others(job: &mut Job, layout: &ballast_core::Layout) -> Gathered {
    job.wrong = job.wrong.saturating_add(1);
    let used: Vec<ShardIndex> = job
        .pieces
        .iter()
        .map(|(shard, _)| *shard)
        .filter(|shard| !layout.is_data_shard(*shard))
        .collect();
    if used.is_empty() || job.wrong > layout.code().parity_shards().saturating_mul(2) {
        return Gathered::Failed("it is off the code");
    }
    job.suspects.extend(used);
    job.pieces.retain(|(shard, _)| layout.is_data_shard(*shard));
    job.asked
        .retain(|shard| job.pieces.iter().any(|(piece, _)| piece == shard));
    Gathered::More
}
