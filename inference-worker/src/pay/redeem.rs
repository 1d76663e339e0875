//! Redeems batches by itself: when there are many claims, when they are old, when the channel or the key is about to end.
//!
//! Goals: what a worker earned is settled before the channel's grace is over; one failure does not stop the others, and
//! is tried again; a redemption whose outcome is not known is looked up on chain before anything is sent again; service
//! never waits for a redemption.

use super::{
    ledger::Batch,
    limits::{
        IDLE_AGAIN, LOOK_AGAIN, PAUSE, PAUSE_MAX, READ_AT_ONCE, REDEEMED_AT_ONCE,
        REDEEM_MARGIN_BLOCKS, REDEEM_TIMEOUT, TICK, UNWORTHY_PAUSE, WORTH_FEES,
    },
    till::{bounded, count, lock, now, Seen, Slot, Till},
};
use ballast_chain::calls::inference::{self as calls, Redemption};
use ballast_core::{
    claim::BatchScope,
    limits::MAX_CLAIMS,
    view::{ChannelInfo, ChannelState},
    BlockNumber, Tier,
};
use futures::{stream::FuturesUnordered, StreamExt};
use std::{
    collections::VecDeque,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};
use tokio::time::MissedTickBehavior;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// Not yet.
    No,
    /// If it is worth its fee many times.
    Soon,
    /// If it is worth its fee: it takes no more claims, so it is worth no more later.
    Full,
    /// If it is worth its fee.
    Now,
}

/// Redeems until `stop`. The chain is looked at and channels are read whatever a redemption waits for: a transaction may
/// take minutes to be final, and meanwhile everybody is served by what was heard.
pub async fn run(till: Till, policy: Policy, stop: CancellationToken) {
    let is_heard = AtomicBool::new(true);
    let loops = futures::future::join3(
        look(&till, &is_heard),
        read(&till, &is_heard),
        send(&till, policy, &is_heard),
    );
    tokio::select! {
        () = stop.cancelled() => {}
        _ = loops => {}
    }
}

/// Looks at the chain, again and again.
async fn look(till: &Till, is_heard: &AtomicBool) {
    loop {
        tokio::time::sleep(TICK).await;
        let looked = till.look().await;
        if let Err(error) = &looked {
            tracing::warn!(%error, "the chain cannot be asked; claims wait");
        }
        is_heard.store(looked.is_ok(), Ordering::Relaxed);
    }
}

/// Reads channels again whose state is old, to see which are being closed or over.
async fn read(till: &Till, is_heard: &AtomicBool) {
    loop {
        tokio::time::sleep(TICK).await;
        let old = till.slots().into_iter().filter(is_old);
        let reads = futures::stream::iter(old);
        reads
            .for_each_concurrent(READ_AT_ONCE, |slot| async move {
                // A chain that is not heard ends the round.
                if is_heard.load(Ordering::Relaxed) {
                    refresh(till, &slot).await;
                }
            })
            .await;
    }
}

fn is_old(slot: &Arc<Slot>) -> bool {
    let state = lock(&slot.state);
    let again = match state.ledger.unsettled() {
        0 => IDLE_AGAIN,
        _ => LOOK_AGAIN,
    };
    // What is under way reads it by itself.
    !state.is_sent && state.read_at.elapsed() >= again
}

/// Starts redemptions as places become free, the most urgent first.
async fn send(till: &Till, policy: Policy, is_heard: &AtomicBool) {
    let mut under_way = FuturesUnordered::new();
    let mut queue = VecDeque::new();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => queue = waiting(till, policy),
            // Disabled while nothing is under way.
            Some(()) = under_way.next() => {}
        }
        if !is_heard.load(Ordering::Relaxed) {
            continue;
        }
        while under_way.len() < REDEEMED_AT_ONCE {
            let Some(slot) = queue.pop_front() else {
                break;
            };
            lock(&slot.state).is_sent = true;
            under_way.push(async move {
                visit(till, &slot, policy).await;
                lock(&slot.state).is_sent = false;
            });
        }
    }
}

/// Channels to be redeemed: first those that end, then those that owe most.
pub(super) fn waiting(till: &Till, policy: Policy) -> VecDeque<Arc<Slot>> {
    let ranked = |slot: Arc<Slot>| {
        let (due, _, batch) = next(till, &slot, policy).filter(|_| !slot.is_sent())?;
        Some(((due, batch.amount), slot))
    };
    let mut found: Vec<_> = till.slots().into_iter().filter_map(ranked).collect();
    found.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    found.into_iter().map(|(_, slot)| slot).collect()
}

/// Reads a channel again. Whether it is there.
async fn refresh(till: &Till, slot: &Arc<Slot>) -> bool {
    till.refresh(slot).await.unwrap_or_else(|error| {
        tracing::warn!(%error, channel = slot.id.0, "a channel cannot be read; its claims wait");
        false
    })
}

async fn visit(till: &Till, slot: &Arc<Slot>, policy: Policy) {
    if !refresh(till, slot).await {
        return;
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
        Due::Now | Due::Full => fee,
        _ => fee.saturating_mul(WORTH_FEES),
    };
    if batch.amount <= least {
        tracing::debug!(
            channel = slot.id.0,
            amount = batch.amount,
            fee,
            "not worth its fee"
        );
        lock(&slot.state).paused_until = Instant::now().checked_add(UNWORTHY_PAUSE);
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
    refresh(till, slot).await;
}

fn next(till: &Till, slot: &Slot, policy: Policy) -> Option<(Due, ChannelInfo, Batch)> {
    let state = lock(&slot.state);
    if state
        .paused_until
        .is_some_and(|until| Instant::now() < until)
    {
        return None;
    }
    let batch = state.ledger.batch(&state.info)?;
    let open = state.journal.records();
    let open = open.filter(|record| record.leaf.number > state.info.last_number);
    let oldest = open.map(|record| record.answered_at);
    let age = Duration::from_secs(now().saturating_sub(oldest.min().unwrap_or_else(now)));
    let due = due(&state.info, &till.seen(), batch.claims.len(), age, policy);
    (due != Due::No).then(|| (due, state.info.clone(), batch))
}

fn due(info: &ChannelInfo, seen: &Seen, claims: usize, age: Duration, policy: Policy) -> Due {
    let ends = info.ends_at.saturating_sub(seen.head) <= REDEEM_MARGIN_BLOCKS;
    let expires = info.tier > Tier::T0
        && seen
            .expires
            .is_some_and(|at| at.saturating_sub(seen.head) <= KEY_MARGIN_BLOCKS);
    if info.state == ChannelState::Closing || ends || expires {
        return Due::Now;
    }
    if claims >= MAX_CLAIMS as usize {
        return Due::Full;
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

#[cfg(test)]
mod tests {
    use super::{super::ledger::tests::info, *};

    fn seen(head: BlockNumber, expires: Option<BlockNumber>) -> Seen {
        Seen {
            head,
            expires,
            ..Seen::default()
        }
    }

    fn due_of(info: &ChannelInfo, seen: &Seen, claims: usize, age_s: u64) -> Due {
        let policy = Policy {
            claims: 10,
            after: Duration::from_secs(100),
        };
        due(info, seen, claims, Duration::from_secs(age_s), policy)
    }

    #[test]
    fn size_and_age_make_a_batch_due() {
        let (info, seen) = (info(100), seen(1, None));
        assert_eq!(due_of(&info, &seen, 9, 99), Due::No);
        assert_eq!(due_of(&info, &seen, 10, 0), Due::Soon);
        assert_eq!(due_of(&info, &seen, 1, 100), Due::Soon);
        let full = MAX_CLAIMS as usize;
        assert_eq!(due_of(&info, &seen, full - 1, 0), Due::Soon);
        assert_eq!(due_of(&info, &seen, full, 0), Due::Full);
    }

    #[test]
    fn a_channel_that_ends_and_a_key_that_expires_make_it_urgent() {
        let mut info = info(100);
        let near = info.ends_at.saturating_sub(REDEEM_MARGIN_BLOCKS);
        assert_eq!(due_of(&info, &seen(near - 1, None), 1, 0), Due::No);
        assert_eq!(due_of(&info, &seen(near, None), 1, 0), Due::Now);
        let expiring = seen(1, Some(1 + KEY_MARGIN_BLOCKS));
        assert_eq!(
            due_of(&info, &expiring, 1, 0),
            Due::No,
            "T0 needs no evidence"
        );
        info.tier = Tier::T1;
        assert_eq!(due_of(&info, &expiring, 1, 0), Due::Now);
        assert_eq!(due_of(&info, &seen(1, Some(100)), 1, 0), Due::No);
        info.state = ChannelState::Closing;
        assert_eq!(due_of(&info, &seen(1, Some(100)), 1, 0), Due::Now);
    }
}
