//! The API as clients see it, over real connections: uploads, receipts, refusals.

use crate::{fake_chain::*, sample::*};
use ballast_core::{tree, BlockIndex, Group, ShardIndex};
use ballast_worker_api::{routes, ErrorCode, ShardStatus, WorkerError};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

pub fn code(error: WorkerError) -> ErrorCode {
    match error {
        WorkerError::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

/// One request over its own connection; status line, head and body.
pub fn raw(running: &Running, request: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(running.worker.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let head = format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    let head = match body.is_empty() || request.contains("content-length") {
        true => format!("{head}\r\n"),
        false => format!("{head}content-length: {}\r\n\r\n", body.len()),
    };
    stream.write_all(head.as_bytes()).unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("an answer has a head");
    let head = String::from_utf8(answer[..end].to_vec())
        .unwrap()
        .to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, answer[end + 4..].to_vec())
}

pub async fn raw_async(running: &Running, request: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
    let (request, body) = (request.to_string(), body.to_vec());
    tokio::task::block_in_place(|| raw(running, &request, &body))
}

fn code_of(body: &[u8]) -> String {
    let body: ballast_worker_api::ErrorBody = serde_json::from_slice(body).unwrap();
    body.error.code.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_is_uploaded_receipted_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let samples = [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS + 9_000)];
    let chain = FakeChain::with(&samples.each_ref());
    let running = Running::start(dir.path(), &chain).await;
    let info = running.client.info().await.unwrap();
    assert_eq!(
        (info.api, info.worker, info.genesis_hash),
        (1, MINE, GENESIS)
    );
    for sample in &samples {
        for shard in 0..3 {
            let index = ShardIndex(shard);
            let state = running.client.shard_state(sample.id, index).await.unwrap();
            let blocks = sample.blocks(shard);
            assert_eq!(
                (state.status, state.blocks),
                (ShardStatus::Receiving, blocks)
            );
            assert_eq!(state.missing, [(BlockIndex(0), BlockIndex(blocks))]);
            running.upload(sample, shard).await;
            let state = running.client.shard_state(sample.id, index).await.unwrap();
            assert_eq!((state.status, state.missing), (ShardStatus::Held, vec![]));

            let receipt = running.client.receipt(sample.id, index).await.unwrap();
            assert_eq!((receipt.shard, receipt.generation), (index, 4));
            assert_eq!(receipt.fingerprint, sample.fingerprint(shard));
            assert_eq!(receipt.expires, chain.number() + RECEIPT_MAX_AGE);
            let payload = receipt.body(GENESIS, sample.id).signing_payload();
            assert!(ballast_chain::verify(
                &info.receipt_key,
                &payload,
                &receipt.signature
            ));

            let column = sample.column(shard);
            let group = Group::new(0, 64 << 10).unwrap();
            let (proof, bytes) = running.client.group(sample.id, index, group).await.unwrap();
            let root = sample.spec(shard).root;
            tree::verify_group(&sample.layout, index, group, &bytes, &proof, &root).unwrap();
            let middle = column.len() as u64 / 2;
            for range in [
                0..1,
                0..column.len() as u64,
                middle - 1..middle + 1,
                column.len() as u64 - 3..column.len() as u64,
            ] {
                let bytes = running
                    .client
                    .bytes(sample.id, index, range.clone())
                    .await
                    .unwrap();
                assert_eq!(bytes, column[range.start as usize..range.end as usize]);
            }
        }
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_kept_and_given_back() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    assert_eq!(
        code(running.client.table(sample.id).await.unwrap_err()),
        ErrorCode::NotFound
    );
    let mut wrong = sample.table.values().to_vec();
    wrong.swap(0, 1);
    assert_eq!(
        code(
            running
                .client
                .put_table(sample.id, &wrong)
                .await
                .unwrap_err()
        ),
        ErrorCode::WrongBytes
    );
    assert!(
        !running
            .client
            .shard_state(sample.id, ShardIndex(0))
            .await
            .unwrap()
            .table
    );
    running
        .client
        .put_table(sample.id, sample.table.values())
        .await
        .unwrap();
    running
        .client
        .put_table(sample.id, sample.table.values())
        .await
        .unwrap();
    assert_eq!(
        running.client.table(sample.id).await.unwrap(),
        sample.table.values()
    );
    assert!(
        running
            .client
            .shard_state(sample.id, ShardIndex(0))
            .await
            .unwrap()
            .table
    );
    let other = Sample::new(2, SMALL);
    chain.place(&other, [OTHER; 3]);
    running.follow_to(&chain, chain.number() + 1).await;
    let refused = running
        .client
        .put_table(other.id, other.table.values())
        .await
        .unwrap_err();
    assert_eq!(code(refused), ErrorCode::NotAssigned);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_needs_every_block_and_says_which_are_missing() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let running = Running::start(dir.path(), &FakeChain::with(&[&sample])).await;
    let missing = |error| match error {
        WorkerError::Refused {
            code: ErrorCode::Incomplete,
            missing,
            ..
        } => missing,
        other => panic!("{other}"),
    };
    let refused = running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap_err();
    assert_eq!(missing(refused), [(BlockIndex(0), BlockIndex(3))]);
    running.upload_block(&sample, 0, 1).await.unwrap();
    let refused = running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap_err();
    assert_eq!(
        missing(refused),
        [
            (BlockIndex(0), BlockIndex(1)),
            (BlockIndex(2), BlockIndex(3))
        ]
    );
    running.upload(&sample, 0).await;
    running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_chain_assigns_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (mine, theirs, unplaced, unknown) = (
        Sample::new(1, SMALL),
        Sample::new(2, SMALL),
        Sample::new(3, SMALL),
        Sample::new(4, SMALL),
    );
    let chain = FakeChain::with(&[&mine, &unplaced]);
    chain.place(&theirs, [OTHER, MINE, OTHER]);
    {
        let mut encodings = chain.encodings.lock().unwrap();
        let info = encodings.get_mut(&unplaced.id).unwrap();
        (info.seed, info.assignments) = (None, vec![]);
    }
    let running = Running::start(dir.path(), &chain).await;
    let refused = |sample, shard| {
        let running = &running;
        async move { code(running.upload_block(sample, shard, 0).await.unwrap_err()) }
    };
    assert_eq!(refused(&theirs, 0).await, ErrorCode::NotAssigned);
    assert_eq!(refused(&theirs, 2).await, ErrorCode::NotAssigned);
    assert_eq!(refused(&unplaced, 0).await, ErrorCode::NotSynced);
    assert_eq!(refused(&unknown, 0).await, ErrorCode::NotSynced);
    running.upload_block(&theirs, 1, 0).await.unwrap();
    running.upload_block(&mine, 0, 0).await.unwrap();
    let receipt = running
        .client
        .receipt(theirs.id, ShardIndex(0))
        .await
        .unwrap_err();
    assert_eq!(code(receipt), ErrorCode::NotAssigned);
    let state = running
        .client
        .shard_state(theirs.id, ShardIndex(0))
        .await
        .unwrap_err();
    assert_eq!(code(state), ErrorCode::NotAssigned);
    let absent = running
        .client
        .shard_state(mine.id, ShardIndex(9))
        .await
        .unwrap_err();
    assert_eq!(code(absent), ErrorCode::NotFound);
    // At the next block the worker learns of a placement.
    chain.place(&unknown, [MINE; 3]);
    running.follow_to(&chain, chain.number() + 1).await;
    running.upload_block(&unknown, 0, 0).await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_blocks_asks_the_chain_once_per_block_of_it() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    let questions = || chain.questions.load(std::sync::atomic::Ordering::SeqCst);
    futures::future::join_all((0..3).map(|block| running.upload_block(&sample, 0, block))).await;
    assert_eq!(questions(), 1);
    running.follow_to(&chain, chain.number() + 1).await;
    running.upload(&sample, 1).await;
    assert_eq!(questions(), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_get_their_own_code() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let running = Running::start(dir.path(), &FakeChain::with(&[&sample])).await;
    let mut bytes = sample.block_bytes(0, 0).to_vec();
    bytes[77] ^= 4;
    let bytes = bytes::Bytes::from(bytes);
    let (id, shard) = (sample.id, ShardIndex(0));
    let refused = running
        .client
        .put_block(id, shard, BlockIndex(0), &sample.proof(0, 0), bytes.clone())
        .await
        .unwrap_err();
    assert_eq!(code(refused), ErrorCode::WrongBytes);
    let short = running
        .client
        .put_block(
            id,
            shard,
            BlockIndex(0),
            &sample.proof(0, 0),
            bytes.slice(1..),
        )
        .await
        .unwrap_err();
    assert_eq!(code(short), ErrorCode::BadRequest);
    let far = running
        .client
        .put_block(id, shard, BlockIndex(3), &sample.proof(0, 0), bytes)
        .await
        .unwrap_err();
    assert_eq!(code(far), ErrorCode::NotFound);
    assert_eq!(
        code(
            running
                .client
                .group(
                    id,
                    shard,
                    Group {
                        start: 0,
                        len: 1024
                    }
                )
                .await
                .unwrap_err()
        ),
        ErrorCode::NotFound
    );
    running.upload(&sample, 0).await;
    assert_eq!(
        code(
            running
                .client
                .group(
                    id,
                    shard,
                    Group {
                        start: 0,
                        len: 1000
                    }
                )
                .await
                .unwrap_err()
        ),
        ErrorCode::BadRequest
    );
    let past = Group {
        start: 1 << 30,
        len: 1024,
    };
    assert_eq!(
        code(running.client.group(id, shard, past).await.unwrap_err()),
        ErrorCode::BadRange
    );
    assert_eq!(
        code(
            running
                .client
                .bytes(id, shard, 1 << 30..(1 << 30) + 1)
                .await
                .unwrap_err()
        ),
        ErrorCode::BadRange
    );

    let path = routes::block(id, shard, BlockIndex(0));
    for (request, body, status, expected) in [
        ("GET /".to_string(), &b""[..], 404, "not-found"),
        (
            format!("DELETE {}", routes::bytes(id, shard)),
            b"",
            405,
            "method-not-allowed",
        ),
        ("GET /v1/encodings/x/table".into(), b"", 400, "bad-request"),
        (
            "GET /v1/encodings/1/shards/256/state".into(),
            b"",
            400,
            "bad-request",
        ),
        (format!("PUT {path}"), &[0xff; 100], 400, "bad-request"),
        (
            format!("PUT {path}"),
            &vec![0; ballast_worker_api::MAX_FRAME_LEN + 1],
            413,
            "too-large",
        ),
    ] {
        let (got, _, body) = raw_async(&running, &request, body).await;
        assert_eq!(
            (got, code_of(&body).as_str()),
            (status, expected),
            "{request}"
        );
    }
    // A length that is only claimed is refused before anything is read or allocated.
    let claim = format!("PUT {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\n");
    let answer = tokio::task::block_in_place(|| {
        let mut stream = TcpStream::connect(running.worker.address()).unwrap();
        stream.write_all(claim.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    });
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    running.stop().await;
}
