//! The rules about shards: those of receipts, and that everything heals.

use super::{Judged, Record};
use crate::{chain::View, scenario::Behaviour, world::World};
use ballast_core::{
    view::{EncodingInfo, EncodingStatus, WorkerStatus},
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use ballast_storage_worker::facts::ShardKey;

impl World {
    /// What was receipted is there.
    pub(super) fn check_shards(&mut self, view: &View) -> Judged {
        let mut records = std::mem::take(&mut self.oracle.records);
        records.retain(|id, _| view.encodings.contains_key(id));
        let judged = view.encodings.values().try_for_each(|info| {
            let certified = matches!(info.status, EncodingStatus::Certified { .. });
            let runs = view
                .params
                .is_some_and(|params| info.expires > params.current_epoch);
            match certified && runs {
                true => self.check_encoding(view, info, records.entry(info.id).or_default()),
                false => Ok(()),
            }
        });
        self.oracle.records = records;
        judged
    }

    fn check_encoding(&mut self, view: &View, info: &EncodingInfo, record: &mut Record) -> Judged {
        let Some(truth) = self.truth.get(&info.id).cloned() else {
            return Ok(());
        };
        let layout = truth.layout;
        let empty = layout.shard_indices().count() - layout.held_shards().count();
        let mut recoverable = empty;
        for (shard, to) in layout.held_shards().zip(&info.assignments) {
            let has = self
                .by_id
                .get(&to.worker)
                .is_some_and(|holder| self.has(*holder, info.id, shard));
            recoverable += usize::from(has && to.receipted);
            if to.receipted {
                record.ever.insert(shard);
            }
            // Whoever missed a challenge is judged by rule 4; the shard is lost by the chain's rules.
            let is_lost = self.oracle.lost.contains(&(info.id, shard));
            if is_lost || self.is_affected(view, &to.worker) {
                record.affected.insert(shard);
            }
            let is_owed = record.ever.contains(&shard) && !record.affected.contains(&shard);
            if is_owed && !(has && to.receipted) {
                let what = format!(
                    "shard {shard} of encoding {} is not where its receipt says",
                    info.id
                );
                return Err(("held shards", what));
            }
        }
        let (k, n) = (
            usize::from(info.code.data_shards()),
            record.ever.len() + empty,
        );
        let within = record.affected.intersection(&record.ever).count() + k <= n;
        if recoverable < k && within {
            let what = format!(
                "encoding {} has {recoverable} good shards, faults are within its margin",
                info.id
            );
            return Err(("decodable", what));
        }
        if recoverable < k && self.oracle.beyond.insert(info.id) {
            self.report.beyond_margin += 1;
            let id = info.id;
            self.note(|| format!("beyond margin: encoding {id}"));
        }
        Ok(())
    }

    /// Whether a fault ever hit what this worker holds.
    fn is_affected(&self, view: &View, worker: &WorkerId) -> bool {
        let Some(state) = self
            .by_id
            .get(worker)
            .and_then(|index| self.workers.get(*index))
        else {
            return true;
        };
        let evicted = view
            .workers
            .get(worker)
            .is_none_or(|info| info.status == WorkerStatus::Evicted);
        state.plan.behaviour != Behaviour::Honest || state.is_gone || state.rotted > 0 || evicted
    }

    /// Whether an honest worker's disk has a shard, every byte of it.
    pub fn has(&self, index: usize, id: EncodingId, shard: ShardIndex) -> bool {
        let Some(worker) = self.workers.get(index) else {
            return false;
        };
        let good = worker.plan.behaviour == Behaviour::Honest && !worker.is_gone;
        let held = worker.disk.held(ShardKey {
            encoding: id,
            shard,
        });
        let truth = self.truth.get(&id).map(|truth| truth.shard(shard));
        good && held.is_some_and(|held| Some(held.bytes.as_slice()) == truth)
    }

    /// Notes for each worker whether this block excuses it.
    pub fn note_troubles(&mut self, now: BlockNumber) {
        for worker in &mut self.workers {
            let cut = worker.is_cut(now) || worker.lag(now) > 0;
            let rot = worker.rotted > 0 && worker.disk.has_rot();
            if !worker.is_up || cut || rot {
                worker.trouble = now;
            }
        }
    }

    /// What is not as it was before the faults; `None` when everything is whole again.
    pub fn unhealed(&self) -> Option<String> {
        let view = self.best();
        let epoch = view.params?.current_epoch;
        for info in view.encodings.values() {
            let EncodingStatus::Certified { .. } = info.status else {
                return Some(format!("encoding {} is pending", info.id));
            };
            let truth = self.truth.get(&info.id)?;
            if info.expires <= epoch
                || truth.wrong.is_some()
                || self.oracle.beyond.contains(&info.id)
            {
                continue;
            }
            for (shard, to) in truth.layout.held_shards().zip(&info.assignments) {
                let index = *self.by_id.get(&to.worker)?;
                let honest = self.workers[index].plan.behaviour == Behaviour::Honest;
                let whole = !honest || self.has(index, info.id, shard);
                if !to.receipted || to.successor.is_some() || !whole {
                    let held = (to.receipted, to.lost, to.successor.is_some(), whole);
                    return Some(format!("shard {shard} of encoding {} at worker {index}: receipted, lost, moves, whole: {held:?}", info.id));
                }
            }
        }
        let leaving = |info: &&ballast_core::view::WorkerInfo| {
            // Whoever is gone for good calls nothing any more.
            let ends = self.by_id.get(&info.worker).is_some_and(|index| {
                let worker = &self.workers[*index];
                worker.drains == Some(None) && !worker.is_gone
            });
            info.status == WorkerStatus::Draining && ends
        };
        view.workers
            .values()
            .find(leaving)
            .map(|info| format!("worker {} still drains", info.worker))
    }
}
