//! Redeems batches by itself: when there are many claims, when they are old, when the channel or the key is about to end.
//!
//! Goals: what a worker earned is settled before the channel's grace is over; one failure does not stop the others, and
//! is tried again; a redemption whose outcome is not known is looked up on chain before anything is sent again.

use super::{
    ledger::Batch,
    limits::{
        PAUSE, PAUSE_MAX, REDEEMED_AT_ONCE, REDEEM_MARGIN_BLOCKS, REDEEM_TIMEOUT, TICK, WORTH_FEES,
    },
    till::{bounded, count, lock, now, Seen, Slot, State, Till},
};
use ballast_chain::calls::inference::{self as calls, Redemption};
use ballast_core::{
    claim::BatchScope,
    limits::MAX_CLAIMS,
    view::{ChannelInfo, ChannelState},
    BlockNumber, Tier,
};
use futures::StreamExt;
use std::{sync::Arc, time::Duration, time::Instant};
use tokio_util::sync::CancellationToken;

/// Blocks before the session key's evidence expires from which on what it signed is redeemed.
const KEY_MARGIN_BLOCKS: BlockNumber = 5;

/// When batches are redeemed that are not urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// With so many claims.
    pub claims: usize,
    /// When the oldest claim is so old.
    pub after: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            claims: MAX_CLAIMS as usize,
            after: Duration::from_secs(600),
        }
    }
}

/// How soon a batch has to be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// Not yet.
    No,
    /// If it is worth its fee many times.
    Soon,
    /// If it is worth its fee.
    Now,
}

/// Redeems until `stop`.
pub async fn run(till: Till, policy: Policy, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
        if let Err(error) = till.look().await {
            tracing::warn!(%error, "the chain cannot be asked; claims wait");
            continue;
        }
        let slots = futures::stream::iter(till.slots());
        let round = slots.for_each_concurrent(REDEEMED_AT_ONCE, |slot| {
            let till = till.clone();
            async move { visit(&till, &slot, policy).await }
        });
        tokio::select! {
            () = stop.cancelled() => return,
            () = round => {}
        }
    }
}

async fn visit(till: &Till, slot: &Arc<Slot>, policy: Policy) {
    if lock(&slot.state).ledger.unsettled() == 0 {
        return;
    }
    match till.refresh(slot).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::warn!(%error, channel = slot.id.0, "a channel cannot be read; its claims wait");
            return;
        }
    }
    let Some((due, info, batch)) = next(till, slot, policy) else {
        return;
    };
    let redemption = redemption(till, &info, &batch);
    let call = [calls::redeem(&redemption)];
    let fee = match bounded("asking for a fee", till.0.chain.fee(&call)).await {
        Ok(fee) => fee,
        Err(error) => return failed(till, slot, &error),
    };
    let least = match due {
        Due::Now => fee,
        _ => fee.saturating_mul(WORTH_FEES),
    };
    if batch.amount <= least {
        tracing::debug!(channel = slot.id.0, amount = batch.amount, fee, "not worth its fee");
        return;
    }
    lock(&slot.state).ledger.send(&batch);
    let submit = till.0.chain.submit(&call, &till.0.account);
    match tokio::time::timeout(REDEEM_TIMEOUT, submit).await {
        Ok(Ok(included)) => {
            count(&till.0.counts.batches);
            tracing::info!(
                channel = slot.id.0,
                claims = batch.claims.len(),
                amount = batch.amount,
                block = included.block.number,
                "redeemed"
            );
            let mut state = lock(&slot.state);
            (state.failures, state.paused_until) = (0, None);
        }
        Ok(Err(error)) => failed(till, slot, &error),
        Err(_) => failed(till, slot, &"it is not final in time"),
    }
    // Whatever was heard, the chain knows what was settled.
    if let Err(error) = till.refresh(slot).await {
        tracing::warn!(%error, channel = slot.id.0, "a channel cannot be read after its redemption");
    }
}

fn next(till: &Till, slot: &Slot, policy: Policy) -> Option<(Due, ChannelInfo, Batch)> {
    let state = lock(&slot.state);
    if state.paused_until.is_some_and(|until| Instant::now() < until) {
        return None;
    }
    let batch = state.ledger.batch(&state.info)?;
    let open = state.journal.records();
    let open = open.filter(|record| record.leaf.number > state.info.last_number);
    let oldest = open.map(|record| record.answered_at);
    let age = Duration::from_secs(now().saturating_sub(oldest.min().unwrap_or_else(now)));
    let due = due(&state, &till.seen(), batch.claims.len(), age, policy);
    (due != Due::No).then(|| (due, state.info.clone(), batch))
}

fn due(state: &State, seen: &Seen, claims: usize, age: Duration, policy: Policy) -> Due {
    let info = &state.info;
    let ends = info.ends_at.saturating_sub(seen.head) <= REDEEM_MARGIN_BLOCKS;
    let expires = info.tier > Tier::T0
        && seen
            .expires
            .is_some_and(|at| at.saturating_sub(seen.head) <= KEY_MARGIN_BLOCKS);
    if info.state == ChannelState::Closing || ends || expires {
        return Due::Now;
    }
    match claims >= policy.claims || age >= policy.after {
        true => Due::Soon,
        false => Due::No,
    }
}

fn redemption(till: &Till, info: &ChannelInfo, batch: &Batch) -> Redemption {
    let scope = BatchScope {
        genesis_hash: till.0.genesis_hash,
        channel: info.channel,
        model: info.model,
    };
    // A batch has a claim.
    let root = scope.root(&batch.claims).unwrap_or_default();
    let payload = scope.signing_payload(root, batch.claims.len() as u32);
    Redemption {
        channel: info.channel,
        voucher: batch.voucher.clone(),
        session_key: till.0.session.account(),
        claims: batch.claims.clone(),
        signature: till.0.session.sign(&payload),
    }
}

fn failed(till: &Till, slot: &Slot, error: &dyn std::fmt::Display) {
    count(&till.0.counts.failures);
    let mut state = lock(&slot.state);
    let pause = PAUSE
        .saturating_mul(1 << state.failures.min(8))
        .min(PAUSE_MAX);
    state.failures = state.failures.saturating_add(1);
    state.paused_until = Instant::now().checked_add(pause);
    tracing::warn!(%error, channel = slot.id.0, pause_s = pause.as_secs(), "a redemption failed; its claims stay, and it is tried again");
}
