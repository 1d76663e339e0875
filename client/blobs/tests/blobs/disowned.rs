//! Workers that sign a receipt and then see to it that the chain refuses it: the certificate goes on chain without them.

use crate::{chain::MemoryChain, net::*};
use ballast_blobs::{PublishError, PublishOptions, Published};
use ballast_core::{view::WorkerInfo, BlockNumber, WorkerId};
use std::sync::{atomic::Ordering, Arc};

const OTHER_KEY: [u8; 32] = [0x77; 32];

/// What a worker does to its entry on chain.
type Trick = fn(&mut Option<WorkerInfo>);

fn publish_another_key(entry: &mut Option<WorkerInfo>) {
    entry.as_mut().unwrap().receipt_key = OTHER_KEY;
}

fn leave(entry: &mut Option<WorkerInfo>) {
    *entry = None;
}

/// Plays a trick; the final blocks show it `lag` blocks later.
fn play(chain: &MemoryChain, worker: WorkerId, trick: Trick, lag: BlockNumber) {
    chain.read(|state| {
        let mut entry = state.workers.remove(&worker);
        let seen_until = (state.block + lag, entry.clone().unwrap());
        chain.lagging.lock().unwrap().insert(worker, seen_until);
        trick(&mut entry);
        if let Some(entry) = entry {
            state.workers.insert(worker, entry);
        }
    });
}

/// Has these workers play their trick one at a time, each right before a certificate reaches the chain.
fn before_certificates(net: &Net, mut workers: Vec<WorkerId>, trick: Trick, lag: BlockNumber) {
    let chain: Arc<MemoryChain> = net.chain.clone();
    *net.chain.before_submit.lock().unwrap() = Some(Box::new(move |calls| {
        if calls.iter().any(|call| call.call == "certify") {
            if let Some(worker) = workers.pop() {
                play(&chain, worker, trick, lag);
            }
        }
    }));
}

async fn publish(net: &Net, code: (u8, u8)) -> Result<Published, PublishError> {
    let source = folder(&[("file", bytes(1, 1 << 15))]);
    let options = PublishOptions {
        replace_silent: false,
        ..options(code)
    };
    net.client
        .publish(&scanned(source.path()).await, &net.signer, &options)
        .await
}

fn assert_held_without(published: &Published, net: &Net, workers: usize, reason: &str) {
    let blob = &published.blobs[0];
    let all = net.workers.len();
    assert_eq!(usize::from(blob.held), all - workers, "{published:?}");
    assert_eq!(blob.missing.len(), workers);
    for (shard, given) in &blob.missing {
        assert!(given.contains(reason), "{shard}: {given}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_publishes_another_key_after_it_signed_is_left_out() {
    let net = Net::start(4).await;
    before_certificates(&net, vec![net.workers[1].id], publish_another_key, 0);
    let published = publish(&net, (2, 4)).await.unwrap();
    assert_held_without(&published, &net, 1, "another key");
    assert_eq!(net.chain.count("certify"), 2, "one refused, one without it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_leaves_after_it_signed_is_left_out() {
    let net = Net::start(4).await;
    before_certificates(&net, vec![net.workers[2].id], leave, 0);
    let published = publish(&net, (2, 4)).await.unwrap();
    assert_held_without(&published, &net, 1, "no worker any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_final_yet_when_the_chain_refuses_is_waited_for() {
    let net = Net::start(4).await;
    before_certificates(&net, vec![net.workers[0].id], publish_another_key, 6);
    let published = publish(&net, (2, 4)).await.unwrap();
    assert_held_without(&published, &net, 1, "another key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_the_pool_drops_without_a_reason_is_made_anew() {
    let net = Net::start(4).await;
    net.chain.drops_invalid.store(true, Ordering::Relaxed);
    before_certificates(&net, vec![net.workers[3].id], publish_another_key, 2);
    let published = publish(&net, (2, 4)).await.unwrap();
    assert_held_without(&published, &net, 1, "another key");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_worker_after_the_other_cannot_use_up_the_tries() {
    let net = Net::start(16).await;
    // (4,16) needs 10 receipts: 6 can be spared.
    let hostile = net.workers[..6].iter().map(|worker| worker.id).collect();
    before_certificates(&net, hostile, publish_another_key, 0);
    let published = publish(&net, (4, 16)).await.unwrap();
    assert_held_without(&published, &net, 6, "another key");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quorum_of_those_that_stand_by_their_receipts_it_fails_and_names_them() {
    let net = Net::start(4).await;
    let hostile: Vec<WorkerId> = net.workers[..2].iter().map(|worker| worker.id).collect();
    before_certificates(&net, hostile.clone(), publish_another_key, 0);
    match publish(&net, (2, 4)).await {
        Err(PublishError::TooFewReceipts { failed, .. }) => {
            let mut named: Vec<WorkerId> = failed.iter().map(|(_, worker, _)| *worker).collect();
            named.sort();
            assert_eq!(named, hostile);
            assert!(failed
                .iter()
                .all(|(_, _, reason)| reason.contains("another key")));
        }
        other => panic!("{other:?}"),
    }
}
