//! Carries a plan out: waves of registrations, and a campaign for each encoding.

use super::{
    campaign::{Campaign, Step},
    memo::Memo,
    plan::{layout_of, BlobStep},
    register, PublishError, PublishOptions, PublishPlan, Published, PublishedBlob,
};
use crate::{
    coding::{prepare, row_len, Prepared},
    limits::{CAMPAIGNS, WAVE_BLOBS, WAVE_BYTES},
    progress::{Meter, Part, Phase},
    scan::{BlobSource, Scan},
    Client,
};
use ballast_chain::Signer;
use ballast_core::{view::EncodingInfo, Address, EncodingId, ShardIndex};
use futures::{StreamExt, TryStreamExt};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Instant,
};
use tokio::sync::Semaphore;

/// A blob that is encoded and uploaded.
#[derive(Clone, Copy)]
struct Item<'a> {
    blob: &'a BlobSource,
    step: &'a BlobStep,
}

/// What all campaigns share.
pub(super) struct Publisher<'a> {
    pub client: &'a Client,
    pub signer: &'a Signer,
    pub options: &'a PublishOptions,
    upload: Meter,
    /// Whose turn it is to upload. One at a time: each may use all of the memory there is for it.
    turn: Semaphore,
    /// The same for what is certified already, which must not hold up the rest.
    late_turn: Semaphore,
    /// Blocks that may be sent at a time.
    pub requests: Arc<Semaphore>,
}

/// What one campaign works with.
pub(super) struct Delivery<'a> {
    pub blob: &'a BlobSource,
    pub prepared: Arc<Prepared>,
    pub info: EncodingInfo,
    /// Bytes of column blocks that may be in memory, in KiB.
    pub memory: Arc<Semaphore>,
    /// When it had its first turn to upload.
    pub began: OnceLock<tokio::time::Instant>,
    parts: Mutex<HashMap<(ShardIndex, u32), Arc<Part>>>,
}

/// Carries out a plan of the scan.
pub(super) async fn publish(
    client: &Client,
    scan: &Scan,
    plan: &PublishPlan,
    signer: &Signer,
    options: &PublishOptions,
) -> Result<Published, PublishError> {
    let steps = scan
        .blobs
        .iter()
        .zip(plan.blobs.iter().map(|planned| &planned.step));
    let items = steps.map(|(blob, step)| Item { blob, step });
    let (encoded, settled): (Vec<_>, Vec<_>) =
        items.partition(|item| matches!(item.step, BlobStep::Encode { .. }));
    let encode_len = encoded
        .iter()
        .fold(0u64, |sum, item| sum.saturating_add(item.blob.len()));
    let encode = Meter::new(&client.progress, Phase::Encode, encode_len);
    let upload = Meter::new(&client.progress, Phase::Upload, plan.stored_len());
    let publisher = Publisher {
        client,
        signer,
        options,
        upload,
        turn: Semaphore::new(1),
        late_turn: Semaphore::new(1),
        requests: Arc::new(Semaphore::new(client.limits.upload_requests.max(1))),
    };
    let mut calls = Vec::new();
    for item in &settled {
        calls.extend(register::settling_call(item.blob, item.step)?);
    }
    let mut blobs = Vec::new();
    for wave in waves(&encoded) {
        blobs.extend(
            publisher
                .run_wave(&wave, std::mem::take(&mut calls), &encode)
                .await?,
        );
    }
    // Only if there was no wave to send them with.
    register::submit(client, signer, calls, 0).await?;
    Ok(Published {
        manifest: plan.manifest,
        blobs,
    })
}

/// Splits the blobs so that each wave is uploaded soon after it is registered.
fn waves<'a>(items: &[Item<'a>]) -> Vec<Vec<Item<'a>>> {
    let mut waves: Vec<Vec<Item<'a>>> = Vec::new();
    let mut len = 0u64;
    for item in items {
        let longer = len.saturating_add(item.blob.len());
        match waves
            .last_mut()
            .filter(|wave| longer <= WAVE_BYTES && wave.len() < WAVE_BLOBS)
        {
            Some(wave) => {
                wave.push(*item);
                len = longer;
            }
            None => {
                waves.push(vec![*item]);
                len = item.blob.len();
            }
        }
    }
    waves
}

impl Publisher<'_> {
    /// Registers blobs, together with `calls`, and brings each to its certificate.
    async fn run_wave(
        &self,
        wave: &[Item<'_>],
        mut calls: Vec<ballast_chain::Call>,
        encode: &Meter,
    ) -> Result<Vec<PublishedBlob>, PublishError> {
        let mut ids: Vec<Option<EncodingId>> = Vec::new();
        let mut prepared = Vec::new();
        for item in wave {
            let BlobStep::Encode { code, resume, .. } = item.step else {
                continue;
            };
            let layout = layout_of(item.blob, *code);
            let memo = Memo::open(self.client.cache.as_ref(), item.blob, &layout);
            let columns = prepare(item.blob, layout, &self.client.limits, memo, encode).await?;
            let known = self.find_registered(resume, &columns).await?;
            if known.is_none() {
                calls.push(register::call(item.blob, &columns, self.options.epochs));
            }
            ids.push(known);
            prepared.push((item.blob, Arc::new(columns)));
        }
        let missing = ids.iter().filter(|id| id.is_none()).count();
        let mut registered = register::submit(self.client, self.signer, calls, missing)
            .await?
            .into_iter();
        let ids = ids
            .into_iter()
            .filter_map(|id| id.or_else(|| registered.next()));
        futures::stream::iter(prepared.into_iter().zip(ids))
            .map(|((blob, columns), id)| self.conduct(blob, columns, id))
            .buffered(CAMPAIGNS)
            .try_collect()
            .await
    }

    /// One's own pending encoding of these very shards, from an earlier call.
    async fn find_registered(
        &self,
        resume: &[EncodingId],
        columns: &Prepared,
    ) -> Result<Option<EncodingId>, PublishError> {
        for id in resume {
            let info = self.client.chain.encoding(*id).await?;
            if info.is_some_and(|info| info.roots == columns.table.shard_roots()) {
                tracing::info!(encoding = %id, "going on with an earlier registration");
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }

    /// Brings one encoding from registration to its last receipt.
    async fn conduct(
        &self,
        blob: &BlobSource,
        prepared: Arc<Prepared>,
        id: EncodingId,
    ) -> Result<PublishedBlob, PublishError> {
        tracing::info!(encoding = %id, len = blob.len(), "registered");
        let info = self.wait_placed(id, blob.address).await?;
        tracing::info!(encoding = %id, "workers are drawn");
        let mut campaign = Campaign::new(&info, self.options.replace_silent);
        let mut delivery = Delivery::new(blob, prepared, info, self.client.limits.upload_memory);
        let mut late_until: Option<Instant> = None;
        let (mut rounds, mut replacements) = (0u32, 0u32);
        loop {
            let late_in = late_until.map(|until| until.saturating_duration_since(Instant::now()));
            match campaign.next(late_in.is_some_and(|left| left.is_zero())) {
                Step::Upload(shards) => {
                    self.pause(rounds, late_in).await;
                    rounds = rounds.saturating_add(1);
                    self.round_within(late_in, &delivery, &mut campaign, &shards)
                        .await?;
                }
                Step::Certify(_) => {
                    let was_certified = campaign.is_certified();
                    tracing::info!(encoding = %id, held = campaign.held(), "uploaded");
                    match self.certify(&mut delivery, &mut campaign).await {
                        // What is there counts; what would have been added does not matter as much.
                        Err(error) if was_certified => {
                            tracing::warn!(encoding = %id, %error, "late receipts were not added");
                            break;
                        }
                        certified => certified?,
                    }
                    if campaign.is_certified() {
                        late_until.get_or_insert_with(|| self.late_until(&delivery));
                    }
                }
                Step::Replace(shards) => {
                    self.replace(&mut delivery, &mut campaign, &shards, replacements)
                        .await?;
                    replacements = replacements.saturating_add(1);
                }
                Step::Done => break,
                Step::GiveUp => return Err(too_few(&delivery, &campaign)),
            }
        }
        if let Some(cache) = &self.client.cache {
            Memo::remove(cache, blob, &delivery.prepared.layout);
        }
        Ok(outcome(&delivery, &campaign))
    }

    /// How long late receipts are waited for: a while, and half as long again as it took since its upload began.
    fn late_until(&self, delivery: &Delivery<'_>) -> Instant {
        let took = delivery.began.get().map(|began| began.elapsed());
        let wait = self
            .client
            .limits
            .late_receipts
            .saturating_add(took.unwrap_or_default() / 2);
        Instant::now() + wait
    }

    /// After a round that left something to do, its workers get a moment.
    async fn pause(&self, rounds: u32, late_in: Option<std::time::Duration>) {
        if rounds > 0 {
            let pause = self
                .client
                .limits
                .retry_pause
                .saturating_mul(1 << rounds.min(4));
            tokio::time::sleep(late_in.map_or(pause, |left| left.min(pause))).await;
        }
    }

    /// A round of uploads; once there is a certificate, only as long as late receipts are waited for.
    async fn round_within(
        &self,
        late_in: Option<std::time::Duration>,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
        shards: &[ShardIndex],
    ) -> Result<(), PublishError> {
        let round = self.round(delivery, campaign, shards);
        match late_in {
            None => round.await,
            Some(left) => tokio::time::timeout(left, round).await.unwrap_or(Ok(())),
        }
    }

    /// Waits until workers are drawn.
    async fn wait_placed(
        &self,
        id: EncodingId,
        address: Address,
    ) -> Result<EncodingInfo, PublishError> {
        let limit = self.client.limits.placement_wait;
        let waiting = async {
            let mut head = self.client.chain.finalized().await?;
            loop {
                let info = self.client.chain.encoding(id).await?;
                let info = info.ok_or(PublishError::Gone {
                    encoding: id,
                    address,
                })?;
                if info.seed.is_some() && !info.assignments.is_empty() {
                    return Ok(info);
                }
                head = self.client.chain.wait_finalized(head.number).await?;
            }
        };
        match tokio::time::timeout(limit, waiting).await {
            Ok(placed) => placed,
            Err(_) => Err(PublishError::NotPlaced {
                encoding: id,
                address,
                after: limit,
            }),
        }
    }

    /// What has to be held while blocks are uploaded.
    pub(super) fn turn(&self, is_certified: bool) -> &Semaphore {
        match is_certified {
            true => &self.late_turn,
            false => &self.turn,
        }
    }

    /// The progress of one shard's upload to one worker.
    pub(super) fn part(
        &self,
        delivery: &Delivery<'_>,
        shard: ShardIndex,
        generation: u32,
    ) -> Arc<Part> {
        let mut parts = delivery
            .parts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = parts.get(&(shard, generation)) {
            return part.clone();
        }
        // Another worker for the same shard is more to send than was planned.
        if parts.keys().any(|(known, _)| *known == shard) {
            self.upload.grow(delivery.prepared.layout.shard_len(shard));
        }
        let part = Arc::new(self.upload.part());
        parts.insert((shard, generation), part.clone());
        part
    }
}

impl<'a> Delivery<'a> {
    fn new(blob: &'a BlobSource, prepared: Arc<Prepared>, info: EncodingInfo, memory: u64) -> Self {
        let kib = memory.max(row_len(&prepared.layout)).div_ceil(1024);
        let memory = Arc::new(Semaphore::new(
            usize::try_from(kib).unwrap_or(Semaphore::MAX_PERMITS),
        ));
        Self {
            blob,
            prepared,
            info,
            memory,
            began: OnceLock::new(),
            parts: Mutex::default(),
        }
    }

    /// The error for an encoding that the chain no longer has.
    pub(super) fn gone(&self) -> PublishError {
        PublishError::Gone {
            encoding: self.info.id,
            address: self.info.address,
        }
    }
}

fn too_few(delivery: &Delivery<'_>, campaign: &Campaign) -> PublishError {
    PublishError::TooFewReceipts {
        encoding: delivery.info.id,
        address: delivery.info.address,
        held: campaign.held(),
        needed: campaign.quorum(),
        failed: campaign.missing(),
    }
}

fn outcome(delivery: &Delivery<'_>, campaign: &Campaign) -> PublishedBlob {
    let missing: Vec<(ShardIndex, String)> = campaign
        .missing()
        .into_iter()
        .map(|(shard, _, reason)| (shard, reason))
        .collect();
    let (address, encoding, held) = (delivery.info.address, delivery.info.id, campaign.held());
    tracing::info!(%address, %encoding, held, missing = missing.len(), "blob certified");
    PublishedBlob {
        address,
        encoding,
        held,
        missing,
    }
}
