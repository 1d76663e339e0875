//! A round of uploads: one pass over the blob for all the workers that lack something.
//!
//! Goals: bounded memory: blocks wait for memory before they are encoded and give it back when they are sent; a worker
//! that holds up the others is left behind and gets its turn in the next round; the pass ends soon after a quorum of
//! receipts is here.

use super::{
    campaign::Campaign,
    driver::{Delivery, Publisher},
    feed::Feed,
    lane::{Lane, Outstanding, Shared},
    missing::Missing,
    PublishError,
};
use crate::{limits::LANE_QUEUE, workers};
use ballast_core::{receipt::Receipt, ShardIndex};
use futures::{stream::FuturesUnordered, StreamExt};
use std::sync::Arc;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};

type LaneResult = (ShardIndex, Result<Receipt, String>);

impl Publisher<'_> {
    /// Uploads what the workers of `shards` lack, and tells the campaign of their receipts and failures.
    pub(super) async fn round(
        &self,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
        shards: &[ShardIndex],
    ) -> Result<(), PublishError> {
        let lanes = self.lanes(delivery, campaign, shards).await?;
        let opened = self.open(lanes, campaign).await;
        let _turn = self.turn(campaign.is_certified()).acquire().await;
        delivery.began.get_or_init(Instant::now);
        let mut tasks: JoinSet<LaneResult> = JoinSet::new();
        let mut feeds = Vec::new();
        for (lane, missing) in opened {
            let (jobs, receiver) = mpsc::channel(LANE_QUEUE);
            let (shard, outstanding) = (lane.shard, Outstanding::default());
            feeds.push(Feed {
                shard,
                missing,
                jobs,
                outstanding: outstanding.clone(),
                is_open: true,
            });
            tasks.spawn(async move { (shard, lane.run(receiver, outstanding).await) });
        }
        self.deliver(delivery, campaign, feeds, tasks).await
    }

    /// Runs the pass and the lanes side by side.
    async fn deliver(
        &self,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
        feeds: Vec<Feed>,
        mut tasks: JoinSet<LaneResult>,
    ) -> Result<(), PublishError> {
        let mut waiting: Vec<ShardIndex> = feeds.iter().map(|feed| feed.shard).collect();
        let feeding = self.feed(delivery, feeds);
        tokio::pin!(feeding);
        let (mut is_fed, mut deadline) = (false, None);
        let started = Instant::now();
        while !tasks.is_empty() {
            tokio::select! {
                fed = &mut feeding, if !is_fed => {
                    is_fed = true;
                    fed?;
                }
                Some(joined) = tasks.join_next() => {
                    let (shard, result) = joined.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
                    waiting.retain(|other| *other != shard);
                    report(campaign, shard, result);
                    if campaign.has_quorum() {
                        deadline.get_or_insert_with(|| self.straggler_deadline(started));
                    }
                }
                () = sleep_until(deadline) => break,
            }
        }
        for shard in waiting {
            campaign.failed(shard, "it was slower than the others".into());
        }
        Ok(())
    }

    /// Until when the last workers are waited for: half as long again as the quorum took, within bounds. Afterwards they
    /// go on in a round of their own, with the certificate on chain.
    fn straggler_deadline(&self, started: Instant) -> Instant {
        let most = self.client.limits.straggler_wait;
        let wait = (started.elapsed() / 2).max(most / 10).min(most);
        Instant::now() + wait
    }

    /// The lanes of the shards whose workers are known.
    async fn lanes(
        &self,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
        shards: &[ShardIndex],
    ) -> Result<Vec<Lane>, PublishError> {
        let client = self.client;
        let known =
            workers::look_up(client.chain.as_ref(), &client.connector, campaign.workers()).await?;
        let shared = Arc::new(Shared {
            chain: client.chain.clone(),
            encoding: delivery.info.id,
            layout: delivery.prepared.layout,
            table: delivery.prepared.table.values().to_vec(),
            receipt_max_age: client.chain.params().await?.receipt_max_age,
            limits: client.limits,
            requests: self.requests.clone(),
            throttle: client.throttle.clone(),
        });
        let mut lanes = Vec::new();
        for shard in shards.iter().copied() {
            let Some((worker, generation)) = campaign.assignment(shard) else {
                continue;
            };
            let part = self.part(delivery, shard, generation);
            match known.get(&worker).cloned() {
                Some(worker) => lanes.push(Lane {
                    shared: shared.clone(),
                    shard,
                    generation,
                    worker,
                    part,
                }),
                None => campaign.banned(shard, "it is no worker any more".into()),
            }
        }
        Ok(lanes)
    }

    /// Opens lanes until all have answered, or enough have and the others have had their time.
    async fn open(&self, lanes: Vec<Lane>, campaign: &mut Campaign) -> Vec<(Lane, Missing)> {
        let mut waiting: Vec<ShardIndex> = lanes.iter().map(|lane| lane.shard).collect();
        let needed = usize::from(campaign.quorum().saturating_sub(campaign.held()));
        let mut answers: FuturesUnordered<_> = lanes
            .into_iter()
            .map(|lane| async move {
                let opened = lane.open().await;
                (lane, opened)
            })
            .collect();
        let mut opened = Vec::new();
        let grace = self.client.limits.open_grace;
        let mut deadline = (needed == 0).then(|| Instant::now() + grace);
        loop {
            tokio::select! {
                answer = answers.next() => {
                    let Some((lane, answer)) = answer else { break };
                    waiting.retain(|shard| *shard != lane.shard);
                    match answer {
                        Ok(missing) => opened.push((lane, missing)),
                        Err(reason) => report(campaign, lane.shard, Err(reason)),
                    }
                    if opened.len() >= needed {
                        deadline.get_or_insert(Instant::now() + grace);
                    }
                }
                () = sleep_until(deadline) => break,
            }
        }
        for shard in waiting {
            campaign.failed(shard, "it took longer to answer than the others".into());
        }
        opened
    }
}

fn report(campaign: &mut Campaign, shard: ShardIndex, result: Result<Receipt, String>) {
    match result {
        Ok(receipt) => campaign.signed(receipt),
        Err(reason) => {
            tracing::debug!(%shard, reason, "no receipt");
            campaign.failed(shard, reason);
        }
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => futures::future::pending().await,
    }
}
