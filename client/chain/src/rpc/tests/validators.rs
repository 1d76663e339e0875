//! Requests of a validator to its own node, against the fake one.

use super::node::{FakeNode, KEYS, UNPROVEN};
use crate::{ChainError, NewKeys, NodeState, Validators};

#[tokio::test]
async fn a_node_makes_keys_for_their_owner_and_knows_them_again() {
    let chain = FakeNode::new(1).chain().await;
    let made = chain.new_session_keys([5; 32]).await.unwrap();
    let expected = NewKeys {
        keys: KEYS.to_vec(),
        proof: vec![5; 32],
    };
    assert_eq!(made, expected);
    assert!(chain.has_session_keys(&made.keys).await.unwrap());
    assert!(!chain.has_session_keys(&[8; 96]).await.unwrap());
}

#[tokio::test]
async fn keys_without_a_proof_are_refused() {
    let chain = FakeNode::new(1).chain().await;
    let error = chain.new_session_keys(UNPROVEN).await.unwrap_err();
    assert!(matches!(error, ChainError::Malformed { .. }), "{error}");
}

#[tokio::test]
async fn a_node_says_what_it_was_started_as() {
    let chain = FakeNode::new(1).chain().await;
    let state = NodeState {
        validator: true,
        syncing: true,
        peers: 2,
    };
    assert_eq!(chain.node_state().await.unwrap(), state);
}
