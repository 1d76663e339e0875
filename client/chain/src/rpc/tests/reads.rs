//! Reads and blocks against the fake node.

use super::metadata::{
    BlobsEvent, RuntimeEvent, BY_WORKER_VIEW, ENCODINGS_VIEW, ENCODING_VIEW, NEXT_ID_VIEW,
};
use super::node::{hash_of, FakeNode, GENESIS};
use crate::{BlobEvent, BlockSource, Chain, ChainError, ErrorClass};
use ballast_core::view::{EncodingInfo, EncodingStatus};
use ballast_core::{Address, Code, EncodingId, ShardIndex, StorageEpoch, WorkerId};
use codec::{Decode, Encode};

fn encoding(id: u64) -> EncodingInfo {
    EncodingInfo {
        id: EncodingId(id),
        address: Address([1; 32]),
        len: 5000,
        code: Code::new(4, 8).unwrap(),
        publisher: [2; 32],
        status: EncodingStatus::AwaitingPlacement,
        registered_at: 3,
        lapses_at: Some(300),
        expires: StorageEpoch(9),
        deposit: 10,
        lease_held: 20,
        roots: vec![None; 8],
        assignments: Vec::new(),
        seed: None,
        reassigned: 0,
    }
}

#[tokio::test]
async fn reads_are_of_the_finalized_head() {
    let node = FakeNode::new(3);
    node.state().views.insert(
        ENCODING_VIEW,
        Box::new(|args| {
            (EncodingId::decode(&mut &*args).unwrap() == EncodingId(7))
                .then(|| encoding(7))
                .encode()
        }),
    );
    let chain = node.chain().await;
    assert_eq!(chain.genesis_hash(), GENESIS);
    let head = chain.finalized().await.unwrap();
    assert_eq!((head.number, head.hash), (3, hash_of(3)));
    assert_eq!(
        chain.encoding(EncodingId(7)).await.unwrap(),
        Some(encoding(7))
    );
    assert_eq!(chain.encoding(EncodingId(8)).await.unwrap(), None);
}

#[tokio::test]
async fn the_next_id_is_asked_for_without_arguments() {
    let node = FakeNode::new(1);
    node.state().views.insert(
        NEXT_ID_VIEW,
        Box::new(|args| {
            assert!(args.is_empty(), "{args:?}");
            EncodingId(7).encode()
        }),
    );
    let next = node.chain().await.next_encoding_id().await.unwrap();
    assert_eq!(next, EncodingId(7));
}

#[tokio::test]
async fn an_unchanged_head_is_asked_about_once() {
    let node = FakeNode::new(3);
    node.state()
        .views
        .insert(ENCODING_VIEW, Box::new(|_| None::<EncodingInfo>.encode()));
    let chain = node.chain().await;
    node.state().requests.clear();
    for _ in 0..3 {
        chain.encoding(EncodingId(7)).await.unwrap();
    }
    let requests = std::mem::take(&mut node.state().requests);
    assert_eq!(requests, ["chain_getFinalizedHead", "state_call"].repeat(3));
}

#[tokio::test]
async fn all_pages_of_a_list_are_read() {
    let node = FakeNode::new(1);
    node.state().views.insert(
        ENCODINGS_VIEW,
        Box::new(|args| {
            let (address, after, limit) =
                <(Address, Option<EncodingId>, u32)>::decode(&mut &*args).unwrap();
            assert_eq!((address, limit > 1), (Address([1; 32]), true));
            let first = after.map_or(0, |id| id.0 + 1);
            (first..5)
                .take(2)
                .map(encoding)
                .collect::<Vec<_>>()
                .encode()
        }),
    );
    let found = node
        .chain()
        .await
        .encodings(Address([1; 32]))
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|info| info.id.0).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4]
    );
}

#[tokio::test]
async fn a_list_that_does_not_end_is_malformed() {
    let node = FakeNode::new(1);
    let endless = vec![(EncodingId(1), ShardIndex(2), 0u32)].encode();
    node.state()
        .views
        .insert(BY_WORKER_VIEW, Box::new(move |_| endless.clone()));
    let answer = node
        .chain()
        .await
        .encodings_by_worker(WorkerId([3; 32]))
        .await;
    assert!(
        matches!(answer, Err(ChainError::Malformed { .. })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_missing_view_function_says_what_does_not_fit() {
    let error = FakeNode::new(1).chain().await.params().await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Fatal);
    assert!(
        error
            .to_string()
            .contains("there is no view function Blobs::params"),
        "{error}"
    );
}

#[tokio::test]
async fn an_account_has_free_held_and_frozen_funds() {
    let node = FakeNode::new(1);
    let chain = node.chain().await;
    assert_eq!(chain.account([9; 32]).await.unwrap(), Default::default());
    let key = chain
        .at_head()
        .await
        .unwrap()
        .runtime
        .account_key([9; 32])
        .unwrap();
    node.state().storage.insert(
        key,
        (5u32, [1u32, 1, 0], 100u128, 20u128, 3u128, 1u128 << 127).encode(),
    );
    let account = chain.account([9; 32]).await.unwrap();
    assert_eq!(
        (account.free, account.held, account.frozen, account.nonce),
        (100, 20, 3, 5)
    );
}

#[tokio::test]
async fn a_node_reset_to_another_chain_is_noticed() {
    let node = FakeNode::new(1);
    let chain = node.chain().await;
    node.state().genesis = Some([7; 32]);
    node.add_block(&[]);
    let error = chain.finalized().await.unwrap_err();
    assert_eq!(
        error,
        ChainError::OtherChain {
            expected: GENESIS,
            actual: [7; 32]
        }
    );
}

#[tokio::test]
async fn finalized_blocks_come_in_order_with_what_happened_to_blobs() {
    let node = FakeNode::new(1);
    let certified = || {
        RuntimeEvent::Blobs(BlobsEvent::Certified {
            encoding: EncodingId(7),
            receipts: 6,
        })
    };
    node.add_block(&[certified()]);
    node.add_block(&[]);
    let chain = node.chain().await;
    let block = chain.next_finalized(1).await.unwrap();
    assert_eq!(
        (block.number, block.hash, block.parent),
        (2, hash_of(2), hash_of(1))
    );
    assert_eq!(
        block.events,
        [BlobEvent::Certified {
            encoding: EncodingId(7)
        }]
    );
    assert!(chain.next_finalized(2).await.unwrap().events.is_empty());
}

#[tokio::test]
async fn waiting_for_finality_ends_with_the_block_or_with_the_bound() {
    let node = FakeNode::new(1);
    let chain = node.chain().await;
    let waiting = tokio::spawn({
        let chain = chain.clone();
        async move { chain.wait_finalized(1).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    node.add_block(&[]);
    assert_eq!(waiting.await.unwrap().unwrap().number, 2);
    let error = chain.wait_finalized(2).await.unwrap_err();
    assert!(matches!(error, ChainError::Timeout { .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Retryable);
}
