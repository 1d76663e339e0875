//! Whoever reads blobs, and whoever looks for wrong encodings.

use crate::{
    blob,
    chain::Sender,
    oracle::Violation,
    people,
    world::{Event, Waiting, World},
};
use ballast_core::{
    challenge::ShardChunk,
    tree::verify_group,
    view::{EncodingInfo, EncodingStatus},
    ChunkIndex, EncodingId, Group, Layout, ShardIndex,
};
use ballast_runtime::{RuntimeCall, RuntimeEvent};
use ballast_storage_worker::facts::ShardKey;

/// How often somebody reads, and somebody audits, in milliseconds.
const READ_MS: u64 = 11_000;
/// See above.
const AUDIT_MS: u64 = 17_000;
/// Tries for each shard: with one message in sixteen lost, eight fail together once in 10^9.
const TRIES: u32 = 8;

impl World {
    /// Somebody reads a blob: what comes out is right, and it does come out while enough honest workers can be asked.
    pub fn read(&mut self) -> Result<(), Violation> {
        self.after(READ_MS, Event::Read);
        let Some(info) = self.some_certified() else {
            return Ok(());
        };
        let Some(truth) = self.truth.get(&info.id).cloned() else {
            return Ok(());
        };
        let layout = truth.layout;
        let mut columns = self.columns(&info, &layout, layout.code().data_shards().into());
        // The data shards come first when they are there, so a wrong parity shard is used only where it must be.
        columns.sort_by_key(|(shard, _)| shard.0);
        let read = blob::decode(&layout, &columns);
        match read.map(|bytes| *blake3::hash(&bytes).as_bytes() == truth.address.0) {
            Some(true) => self.report.reads += 1,
            Some(false) if truth.wrong.is_none() => {
                return self.violated(
                    "reader",
                    format!("encoding {} decodes to other bytes", info.id),
                );
            }
            Some(false) | None => self.report.failed_reads += 1,
        }
        let can_be_asked = self.honest_and_reachable(&info);
        if columns.len() < usize::from(layout.code().data_shards())
            && can_be_asked >= usize::from(layout.code().data_shards())
        {
            let what = format!(
                "encoding {}: {can_be_asked} shards could be read, but were not",
                info.id
            );
            return self.violated("reader", what);
        }
        Ok(())
    }

    /// An error of this block.
    pub fn violated(&self, rule: &'static str, what: String) -> Result<(), Violation> {
        let block = self.chain.number();
        Err(Violation { block, rule, what })
    }

    /// An encoding that readers may ask for.
    pub fn some_certified(&mut self) -> Option<EncodingInfo> {
        let best = self.best().clone();
        let epoch = best.params?.current_epoch;
        let certified: Vec<&EncodingInfo> = best
            .encodings
            .values()
            .filter(|info| {
                matches!(info.status, EncodingStatus::Certified { .. }) && info.expires > epoch
            })
            .collect();
        self.rng.pick(&certified).map(|info| (*info).clone())
    }

    /// Columns of different shards, `most` of them, as far as workers give them; the empty ones among them.
    fn columns(
        &mut self,
        info: &EncodingInfo,
        layout: &Layout,
        most: usize,
    ) -> Vec<(ShardIndex, Vec<u8>)> {
        let empty = layout
            .shard_indices()
            .filter(|shard| layout.is_empty_shard(*shard));
        let mut columns: Vec<_> = empty
            .map(|shard| (shard, blob::padded(layout, &[])))
            .collect();
        let mut held: Vec<_> = layout
            .held_shards()
            .zip(info.assignments.iter().copied())
            .collect();
        self.rng.shuffle(&mut held);
        for (shard, to) in held {
            if columns.len() >= most {
                break;
            }
            let Some(holder) = self.by_id.get(&to.worker).copied() else {
                continue;
            };
            let column = (0..TRIES).find_map(|_| self.fetch(info, shard, holder));
            columns.extend(column.map(|column| (shard, column)));
        }
        columns
    }

    fn honest_and_reachable(&self, info: &EncodingInfo) -> usize {
        let Some(truth) = self.truth.get(&info.id) else {
            return 0;
        };
        let held = truth.layout.held_shards().zip(&info.assignments);
        let good = held.filter(|(shard, to)| {
            let holder = self.by_id.get(&to.worker);
            to.receipted
                && holder.is_some_and(|holder| {
                    self.reaches(*holder) && self.has(*holder, info.id, *shard)
                })
        });
        let empty = truth.layout.shard_indices().count() - truth.layout.held_shards().count();
        good.count() + empty
    }

    /// Whoever looks for wrong encodings compares all shards it gets, and reports what does not fit.
    pub fn audit(&mut self) {
        self.after(AUDIT_MS, Event::Audit);
        self.remember_shown();
        let Some(info) = self.some_certified() else {
            return;
        };
        let Ok(layout) = Layout::new(info.len, info.code) else {
            return;
        };
        let needed = usize::from(info.code.data_shards());
        let columns = self.columns(&info, &layout, usize::MAX);
        if columns.len() < needed {
            return;
        }
        let (known, others) = columns.split_at(needed);
        let wanted: Vec<ShardIndex> = layout.held_shards().collect();
        let Some(made) = blob::rebuild(&layout, known, &wanted) else {
            return;
        };
        let differs = |shard: &ShardIndex, bytes: &[u8], from: usize| {
            let made = wanted
                .iter()
                .position(|other| other == shard)
                .and_then(|at| made.get(at));
            let made = made.and_then(|made| made.get(from..from + bytes.len()));
            let at =
                made.and_then(|made| made.iter().zip(bytes).position(|(one, other)| one != other));
            at.map(|at| ChunkIndex(((from + at) / 1_024) as u64))
        };
        let by_column = others
            .iter()
            .find_map(|(shard, column)| Some((*shard, differs(shard, column, 0)?)));
        let by_proof = || {
            self.shown.iter().find_map(|((id, shard, chunk), shown)| {
                let known = known.iter().any(|(known, _)| known == shard);
                let is_other = *id == info.id && !known;
                let at =
                    differs(shard, &shown.bytes, chunk.0 as usize * 1_024).filter(|_| is_other)?;
                Some((*shard, at))
            })
        };
        let Some((odd, chunk)) = by_column.or_else(by_proof) else {
            return;
        };
        let mut shards: Vec<ShardIndex> = known.iter().map(|(shard, _)| *shard).collect();
        shards.push(odd);
        self.report_wrong(&info, &layout, shards, chunk);
    }

    fn report_wrong(
        &mut self,
        info: &EncodingInfo,
        layout: &Layout,
        mut shards: Vec<ShardIndex>,
        chunk: ChunkIndex,
    ) {
        shards.sort_unstable();
        let mut chunks = Vec::new();
        for shard in shards {
            if layout.shard_len(shard) > chunk.0 * 1_024 {
                chunks.extend(self.chunk_of(info, layout, shard, chunk));
            }
        }
        let call = RuntimeCall::Blobs(pallet_blobs::Call::report_wrong {
            finder: people::account(&people::finder()),
            encoding: info.id,
            chunk,
            chunks: chunks.try_into().unwrap_or_default(),
        });
        self.note(|| format!("wrong: encoding {} chunk {}", info.id, chunk.0));
        self.send(Sender::Nobody, call, Waiting::Nobody);
    }

    /// A chunk with its path, of its worker or as it was shown on chain.
    fn chunk_of(
        &mut self,
        info: &EncodingInfo,
        layout: &Layout,
        shard: ShardIndex,
        chunk: ChunkIndex,
    ) -> Option<ShardChunk> {
        let at = layout.held_shards().position(|held| held == shard)?;
        let holder = *self.by_id.get(&info.assignments.get(at)?.worker)?;
        let root = info.roots.get(usize::from(shard.0)).copied()??;
        let key = ShardKey {
            encoding: info.id,
            shard,
        };
        for _ in 0..TRIES {
            if let Some((proof, bytes)) = self.serve(holder, key, Group::chunk(chunk)) {
                if verify_group(layout, shard, Group::chunk(chunk), &bytes, &proof, &root).is_ok() {
                    return Some(ShardChunk {
                        shard,
                        bytes,
                        proof,
                    });
                }
            }
        }
        self.shown.get(&(info.id, shard, chunk)).cloned()
    }

    /// What workers show the chain, everybody can read.
    fn remember_shown(&mut self) {
        let best = self.best().clone();
        self.shown
            .retain(|(id, _, _), _| best.encodings.contains_key(id));
    }

    /// How many wrong encodings were ended.
    pub fn count_wrong(&mut self, events: &[RuntimeEvent]) {
        let ended = events.iter().filter(|event| {
            matches!(
                event,
                RuntimeEvent::Blobs(pallet_blobs::Event::WrongEncoding { .. })
            )
        });
        self.report.wrong_ended += ended.count() as u64;
    }

    /// Keeps the chunks of a proof that is sent, while the shard's encoding is known.
    pub fn show(
        &mut self,
        id: EncodingId,
        shard: ShardIndex,
        chunk: ChunkIndex,
        proof: &ballast_core::challenge::ChunkProof,
    ) {
        if self
            .truth
            .get(&id)
            .is_some_and(|truth| truth.wrong == Some(shard))
        {
            let (bytes, proof) = (proof.bytes.clone(), proof.proof.clone());
            self.shown.insert(
                (id, shard, chunk),
                ShardChunk {
                    shard,
                    bytes,
                    proof,
                },
            );
        }
    }
}
