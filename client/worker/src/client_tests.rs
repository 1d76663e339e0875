#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    encode_frame,
    test_worker::{client, read_request, response, SHORT},
    ErrorClass, ErrorCode,
};
use std::time::Duration;
use tokio::{io::AsyncWriteExt, net::TcpListener, sync::oneshot};

/// A worker that answers one request with these bytes and then says nothing more, holding the connection open.
async fn worker(answer: impl Into<Vec<u8>>) -> (WorkerClient, oneshot::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.into();
    let (seen, request) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = seen.send(read_request(&mut stream).await);
        let _ = stream.write_all(&answer).await;
        tokio::time::sleep(Duration::from_secs(30)).await;
    });
    (client(&endpoint), request)
}

fn group() -> Group {
    Group {
        start: 0,
        len: 1024,
    }
}

#[tokio::test]
async fn a_group_arrives_with_its_proof() {
    let proof = GroupProof {
        siblings: vec![ChainingValue([7; 32])],
    };
    let (worker, request) = worker(response("200 OK", encode_frame(&proof, b"bytes"))).await;
    let answer = worker
        .group(EncodingId(7), ShardIndex(3), group())
        .await
        .unwrap();
    assert_eq!(answer, (proof, Bytes::from_static(b"bytes")));
    let request = String::from_utf8(request.await.unwrap()).unwrap();
    assert!(
        request.starts_with("GET /v1/encodings/7/shards/3/groups/0/1024 HTTP/1.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn a_block_is_sent_behind_its_proof() {
    let proof = GroupProof {
        siblings: vec![ChainingValue([7; 32])],
    };
    let (worker, request) = worker(response("204 No Content", "")).await;
    worker
        .put_block(
            EncodingId(7),
            ShardIndex(3),
            BlockIndex(2),
            &proof,
            Bytes::from_static(b"block"),
        )
        .await
        .unwrap();
    let request = request.await.unwrap();
    assert!(request.starts_with(b"PUT /v1/encodings/7/shards/3/blocks/2 HTTP/1.1\r\n"));
    let body = encode_frame(&proof, b"block");
    let text = String::from_utf8_lossy(&request).to_lowercase();
    assert!(text.contains(&format!("content-length: {}\r\n", body.len())));
    assert!(request.ends_with(&body));
}

#[tokio::test]
async fn a_table_is_a_list_of_values() {
    let (good, _) = worker(response("200 OK", [[1; 32], [2; 32]].concat())).await;
    let expected = vec![ChainingValue([1; 32]), ChainingValue([2; 32])];
    assert_eq!(good.table(EncodingId(7)).await.unwrap(), expected);
    let (odd, _) = worker(response("200 OK", [1; 33])).await;
    assert!(matches!(
        odd.table(EncodingId(7)).await,
        Err(WorkerError::Malformed { .. })
    ));
}

#[tokio::test]
async fn a_range_is_asked_for_inclusively_and_must_be_exact() {
    let (good, request) = worker(response("206 Partial Content", "12345")).await;
    assert_eq!(
        good.bytes(EncodingId(7), ShardIndex(3), 10..15)
            .await
            .unwrap(),
        "12345"
    );
    let request = String::from_utf8(request.await.unwrap()).unwrap();
    assert!(request.contains("range: bytes=10-14\r\n"), "{request}");
    for answer in [
        response("206 Partial Content", "1234"),
        response("200 OK", "12345"),
    ] {
        let (wrong, _) = worker(answer).await;
        let answer = wrong.bytes(EncodingId(7), ShardIndex(3), 10..15).await;
        assert!(
            matches!(answer, Err(WorkerError::Malformed { .. })),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_carries_code_message_and_missing_blocks() {
    let body = r#"{"error":{"code":"incomplete","message":"2 blocks\u001b[2J missing","missing":[[1,3]]}}"#;
    let (worker, _) = worker(response("409 Conflict", body)).await;
    let error = worker
        .receipt(EncodingId(7), ShardIndex(3))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.class()),
        (Some(&ErrorCode::Incomplete), ErrorClass::Retryable)
    );
    let WorkerError::Refused {
        message, missing, ..
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!(
        (message.as_str(), missing),
        ("2 blocks[2J missing", vec![(BlockIndex(1), BlockIndex(3))])
    );
}

#[tokio::test]
async fn a_worker_that_is_busy_or_took_too_long_may_be_asked_again() {
    for (status, code) in [
        ("429 Too Many Requests", "busy"),
        ("503 Service Unavailable", "busy"),
        ("503 Service Unavailable", "timeout"),
        ("408 Request Timeout", "timeout"),
    ] {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"later"}}}}"#);
        let (worker, _) = worker(response(status, body)).await;
        let error = worker
            .receipt(EncodingId(7), ShardIndex(3))
            .await
            .unwrap_err();
        assert_eq!(error.class(), ErrorClass::Retryable, "{error}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let answer = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
        target.local_addr().unwrap()
    );
    let (worker, _) = worker(answer).await;
    let error = worker.info().await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::Other("status-302".into())));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), target.accept())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn an_answer_is_cut_off_at_its_bound() {
    let claimed = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
        MAX_FRAME_LEN + 1
    );
    let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    endless.resize(endless.len() + MAX_FRAME_LEN + 1, 0);
    for answer in [claimed.into_bytes(), endless] {
        let (worker, _) = worker(answer).await;
        let error = worker
            .group(EncodingId(7), ShardIndex(3), group())
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                WorkerError::TooLarge {
                    bound: MAX_FRAME_LEN,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_worker_that_hangs_is_given_up() {
    let silent = worker("").await.0;
    let stalled = worker("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n12345")
        .await
        .0;
    for worker in [silent, stalled] {
        let start = std::time::Instant::now();
        let error = worker.info().await.unwrap_err();
        assert!(matches!(error, WorkerError::Timeout { .. }), "{error:?}");
        assert!(start.elapsed() < SHORT.small + Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_slow_receipt_is_waited_for_longer_than_a_silent_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let worker = client(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        tokio::time::sleep(SHORT.idle * 2).await;
        let body = r#"{"error":{"code":"no-space","message":""}}"#;
        stream
            .write_all(&response("507 Insufficient Storage", body))
            .await
            .unwrap();
    });
    let error = worker
        .receipt(EncodingId(7), ShardIndex(3))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.class()),
        (Some(&ErrorCode::NoSpace), ErrorClass::Final)
    );
}

#[tokio::test]
async fn a_worker_that_is_gone_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let worker = client(&format!("http://{}", listener.local_addr().unwrap()));
    drop(listener);
    let error = worker.health().await.unwrap_err();
    assert!(
        matches!(error, WorkerError::Unreachable { .. }),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Retryable);
}

#[tokio::test]
async fn a_name_that_leads_home_is_refused_where_only_public_addresses_are_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let worker = WorkerClient::new(&endpoint, EndpointPolicy::PublicOnly).unwrap();
    let error = worker.info().await.unwrap_err();
    assert!(
        matches!(
            error,
            WorkerError::Endpoint(EndpointError::NotPublic { .. })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn connections_are_reused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let worker = client(&format!(
        "http://{}/prefix/",
        listener.local_addr().unwrap()
    ));
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            assert!(read_request(&mut stream)
                .await
                .starts_with(b"GET /prefix/v1/health HTTP/1.1\r\n"));
            stream.write_all(&response("200 OK", "")).await.unwrap();
        }
    });
    for _ in 0..3 {
        worker.health().await.unwrap();
    }
    server.await.unwrap();
}
