//! Rebuilding shards from what other workers serve.

use crate::{
    blob,
    disk::PutError,
    scenario::CrashPoint,
    worker::Job,
    world::{Event, World},
    Sabotage,
};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN,
    view::{AssignmentInfo, EncodingInfo},
    BlockIndex, Group, GroupProof, ShardIndex,
};
use ballast_storage_worker::{
    facts::{ShardKey, ShardSpec},
    receive::RebuiltBlock,
};
use bytes::Bytes;

/// Others that a rebuild asks in one look.
const ASKED_AT_ONCE: usize = 2;

impl World {
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
        match self.put_rebuilt(index, spec, &Bytes::from(bytes)) {
            Ok(_) => {
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

    fn put_rebuilt(
        &mut self,
        index: usize,
        spec: &ShardSpec,
        bytes: &Bytes,
    ) -> Result<bool, PutError> {
        let careless = self.sabotage == Some(Sabotage::KeepWrongRebuild);
        let disk = &mut self.workers[index].disk;
        let mut is_complete = false;
        for block in (0..spec.blocks()).map(BlockIndex) {
            let range = spec.block_range(block);
            let bytes = bytes.slice(range.start as usize..range.end as usize);
            let block = RebuiltBlock::hash(spec, block, bytes).map_err(|_| PutError::WrongRoot)?;
            is_complete = match careless {
                true => disk.put_unchecked(spec, &block)?,
                false => disk.put_rebuilt(spec, &block)?,
            };
        }
        Ok(is_complete)
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
        let block = spec.block_range(BlockIndex((group.start / COLUMN_BLOCK_LEN) as u32));
        let block = bytes.get(block.start as usize..block.end as usize)?;
        let proof = values.prove_group(group, block).ok()?;
        let range = group.range(spec.layout(), key.shard).ok()?;
        Some((
            proof,
            bytes
                .get(range.start as usize..range.end as usize)?
                .to_vec(),
        ))
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
