//! Transactions against the fake node.

use super::metadata::DispatchError;
use super::node::{hash_of, FakeNode, Reply};
use crate::{calls, Call, Chain, ErrorClass, Refusal, Signer, SubmitError};
use ballast_core::EncodingId;
use codec::Decode;

fn alice() -> Signer {
    Signer::from_dev("Alice").unwrap()
}

fn reassign() -> Call {
    calls::blobs::reassign(EncodingId(7), &[])
}

#[tokio::test]
async fn a_transaction_is_followed_to_its_final_block() {
    let node = FakeNode::new(1);
    let included = node
        .chain()
        .await
        .submit(&[reassign()], &alice())
        .await
        .unwrap();
    assert_eq!(
        (included.block.number, included.block.hash),
        (2, hash_of(2))
    );
    let names: Vec<_> = included
        .events
        .iter()
        .map(|event| event.name.as_str())
        .collect();
    assert_eq!(names, ["ExtrinsicSuccess"]);
    assert_eq!(node.state().submitted.len(), 1);
}

#[tokio::test]
async fn a_feeless_transaction_needs_no_signer() {
    let node = FakeNode::new(1);
    let call = calls::blobs::certify(EncodingId(7), &[]);
    assert_eq!(
        node.chain()
            .await
            .submit_feeless(&call)
            .await
            .unwrap()
            .block
            .number,
        2
    );
    let inner = Vec::<u8>::decode(&mut &node.state().submitted[0][..]).unwrap();
    assert_eq!(inner[..2], [0x45, 0]);
}

#[tokio::test]
async fn a_dispatch_error_carries_the_pallets_name_and_words() {
    let node = FakeNode::new(1);
    node.state()
        .replies
        .push_back(Reply::Fail(DispatchError::Module {
            index: 21,
            error: [4, 0, 0, 0],
        }));
    let error = node
        .chain()
        .await
        .submit(&[reassign()], &alice())
        .await
        .unwrap_err();
    assert!(error.is_error("Blobs", "WrongAddress"), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(error.to_string().contains("Hash the file again"), "{error}");
}

#[tokio::test]
async fn an_account_without_funds_is_told_so() {
    let node = FakeNode::new(1);
    node.state().replies.push_back(Reply::Refuse(1010));
    node.state().verdict = vec![1, 0, 1];
    let error = node
        .chain()
        .await
        .submit(&[reassign()], &alice())
        .await
        .unwrap_err();
    assert_eq!(
        error,
        SubmitError::Refused {
            reason: Refusal::Payment {
                account: alice().address()
            }
        }
    );
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(
        error.to_string().contains("has no funds to pay fees"),
        "{error}"
    );
}

#[tokio::test]
async fn a_refused_certificate_names_the_pallets_error() {
    let node = FakeNode::new(1);
    node.state().replies.push_back(Reply::Refuse(1010));
    node.state().verdict = vec![1, 0, 7, 7];
    let call = calls::blobs::certify(EncodingId(7), &[]);
    let error = node.chain().await.submit_feeless(&call).await.unwrap_err();
    assert!(error.is_error("Blobs", "TooFewReceipts"), "{error:?}");
}

/// A proof that was invalid on a fork that is gone: its bytes are banned, its content is good again.
#[tokio::test]
async fn a_feeless_transaction_whose_bytes_are_banned_is_sent_as_others() {
    let node = FakeNode::new(1);
    node.state().replies.push_back(Reply::Refuse(1012));
    let call = calls::blobs::certify(EncodingId(7), &[]);
    let included = node.chain().await.submit_feeless(&call).await.unwrap();
    assert_eq!(included.block.number, 2);
    let submitted = node.state().submitted.clone();
    assert_eq!(submitted.len(), 2);
    assert_ne!(submitted[0], submitted[1]);
}

#[tokio::test]
async fn bytes_that_are_banned_twice_are_refused() {
    let node = FakeNode::new(1);
    node.state()
        .replies
        .extend([Reply::Refuse(1012), Reply::Refuse(1012)]);
    let call = calls::blobs::certify(EncodingId(7), &[]);
    let error = node.chain().await.submit_feeless(&call).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Retryable);
    assert_eq!(node.state().submitted.len(), 2);
}

#[tokio::test]
async fn a_taken_nonce_is_no_error() {
    let node = FakeNode::new(1);
    node.state()
        .replies
        .extend([Reply::Refuse(1014), Reply::Refuse(1010)]);
    node.state().verdict = vec![1, 0, 3];
    assert!(node
        .chain()
        .await
        .submit(&[reassign()], &alice())
        .await
        .is_ok());
    assert_eq!(node.state().submitted.len(), 3);
}

#[tokio::test]
async fn transactions_sent_at_once_get_different_nonces() {
    let node = FakeNode::new(1);
    let chain = node.chain().await;
    let (alice, calls) = (alice(), [reassign()]);
    let sent = (0..4).map(|_| chain.submit(&calls, &alice));
    for included in futures::future::join_all(sent).await {
        included.unwrap();
    }
    let mut submitted = node.state().submitted.clone();
    submitted.sort();
    submitted.dedup();
    assert_eq!(submitted.len(), 4);
}

#[tokio::test]
async fn a_transaction_survives_a_lost_connection() {
    for reply in [Reply::Lost, Reply::WatchLost] {
        let node = FakeNode::new(1);
        // Handed in again it is refused, as a node refuses what is in a block.
        node.state()
            .replies
            .extend([reply, Reply::Refuse(1012), Reply::Refuse(1012)]);
        let included = node
            .chain()
            .await
            .submit(&[reassign()], &alice())
            .await
            .unwrap();
        assert_eq!(included.block.number, 2);
        let submitted = node.state().submitted.clone();
        assert!(
            submitted
                .iter()
                .all(|transaction| *transaction == submitted[0]),
            "signed anew"
        );
    }
}

#[tokio::test]
async fn a_transaction_given_up_by_the_pool_is_not_waited_for() {
    for status in ["dropped", "invalid"] {
        let node = FakeNode::new(1);
        node.state().replies.push_back(Reply::GiveUp(status));
        let error = node
            .chain()
            .await
            .submit(&[reassign()], &alice())
            .await
            .unwrap_err();
        assert!(
            matches!(error, SubmitError::Dropped { .. }),
            "{status}: {error:?}"
        );
        assert_eq!(error.class(), ErrorClass::Retryable);
    }
}

#[tokio::test]
async fn a_transaction_that_never_becomes_final_is_waited_for_within_a_bound() {
    let node = FakeNode::new(1);
    node.state().replies.push_back(Reply::Silence);
    let error = node
        .chain()
        .await
        .submit(&[reassign()], &alice())
        .await
        .unwrap_err();
    assert!(matches!(error, SubmitError::NotFinal { .. }), "{error:?}");
    assert_eq!(error.class(), ErrorClass::Retryable);
}

#[tokio::test]
async fn fees_are_known_before_anything_is_sent_and_grow_with_what_is_sent() {
    let node = FakeNode::new(1);
    let chain = node.chain().await;
    let one = chain.fee(&[reassign()]).await.unwrap();
    let two = chain.fee(&[reassign(), reassign()]).await.unwrap();
    assert_eq!(chain.fee(&[]).await.unwrap(), 0);
    assert!(node.state().submitted.is_empty());
    chain.submit(&[reassign()], &alice()).await.unwrap();
    let sent = node.state().submitted[0].len() as u128;
    assert!((sent..sent + 8).contains(&one), "{one} for {sent} bytes");
    assert!(two > one);
}

#[tokio::test]
async fn nothing_is_not_submitted() {
    let node = FakeNode::new(1);
    assert_eq!(
        node.chain().await.submit(&[], &alice()).await,
        Err(SubmitError::Empty)
    );
    assert!(node.state().submitted.is_empty());
}
