#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    test_worker::{client, connector, read_request, response, serve, SHORT},
    ErrorCode, Timeouts, WorkerClient, WorkerError,
};
use ballast_core::{BlockIndex, EncodingId, Group, GroupProof, ShardIndex};
use bytes::Bytes;
use hyper::Method;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket},
};

/// The greatest body that is read, but for its proof.
const LONG: usize = 1 << 20;
/// More than hyper reads with a head.
const MEDIUM: usize = 3 * READ_AHEAD_LEN;

fn body(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at % 251) as u8).collect()
}

fn range(len: usize) -> Vec<u8> {
    response("206 Partial Content", body(len))
}

/// Asks for as many bytes of a column.
async fn read(worker: &WorkerClient, len: usize) -> Result<Bytes, WorkerError> {
    let bytes = worker.bytes(EncodingId(7), ShardIndex(3), 0..len as u64);
    bytes.await
}

async fn reads(worker: &WorkerClient, len: usize) {
    assert!(read(worker, len).await.unwrap() == body(len), "{len} bytes");
}

/// Answers each request of each connection with these bytes.
async fn always(answer: Vec<u8>) -> (WorkerClient, std::sync::Arc<AtomicUsize>) {
    serve(move |mut stream, _| {
        let answer = answer.clone();
        async move {
            while stream.readable().await.is_ok() && stream.peek(&mut [0]).await.unwrap_or(0) > 0 {
                read_request(&mut stream).await;
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
        }
    })
    .await
}

/// Holds a connection open and says no more.
async fn hold(_stream: TcpStream) {
    tokio::time::sleep(Duration::from_secs(30)).await;
}

#[tokio::test]
async fn bodies_of_all_lengths_arrive_over_one_connection() {
    for len in [1, 100, READ_AHEAD_LEN - 60, READ_AHEAD_LEN, MEDIUM, LONG] {
        let (worker, accepted) = always(range(len)).await;
        for _ in 0..3 {
            reads(&worker, len).await;
        }
        assert_eq!(accepted.load(Relaxed), 1, "{len}");
    }
}

#[tokio::test]
async fn clients_of_a_connector_share_connections() {
    let (worker, accepted) = always(response("204 No Content", "")).await;
    let connector = connector();
    for _ in 0..2 {
        let client = connector.client(worker.endpoint().as_bytes()).unwrap();
        client.health().await.unwrap();
    }
    assert_eq!(accepted.load(Relaxed), 1);
}

#[tokio::test]
async fn requests_at_a_time_have_a_connection_each() {
    let (worker, accepted) = always(range(MEDIUM)).await;
    tokio::join!(
        reads(&worker, MEDIUM),
        reads(&worker, MEDIUM),
        reads(&worker, MEDIUM)
    );
    let first = accepted.load(Relaxed);
    assert!((1..=3).contains(&first), "{first}");
    tokio::join!(reads(&worker, MEDIUM), reads(&worker, MEDIUM));
    assert!(accepted.load(Relaxed) <= 3);
}

#[tokio::test]
async fn an_answer_may_come_byte_by_byte() {
    let (worker, accepted) = serve(|mut stream, _| async move {
        for _ in 0..2 {
            read_request(&mut stream).await;
            for byte in range(20) {
                stream.write_all(&[byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
    reads(&worker, 20).await;
    reads(&worker, 20).await;
    assert_eq!(accepted.load(Relaxed), 1);
}

#[tokio::test]
async fn a_long_body_may_come_in_pieces() {
    let (worker, _) = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        for piece in range(MEDIUM).chunks(1000) {
            stream.write_all(piece).await.unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    reads(&worker, MEDIUM).await;
}

#[tokio::test]
async fn a_body_in_chunks_is_put_together_and_its_connection_kept() {
    let mut answer = b"HTTP/1.1 206 Partial Content\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in body(MEDIUM).chunks(5000) {
        answer.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        answer.extend_from_slice(chunk);
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"0\r\ntrailer: x\r\n\r\n");
    let (worker, accepted) = always(answer).await;
    for _ in 0..3 {
        reads(&worker, MEDIUM).await;
    }
    assert_eq!(accepted.load(Relaxed), 1);
}

#[tokio::test]
async fn a_body_may_end_with_its_connection() {
    for version in ["1.0", "1.1"] {
        let (worker, accepted) = serve(move |mut stream, _| async move {
            read_request(&mut stream).await;
            let head = format!("HTTP/{version} 206 Partial Content\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(&body(MEDIUM)).await.unwrap();
        })
        .await;
        reads(&worker, MEDIUM).await;
        reads(&worker, MEDIUM).await;
        assert_eq!(accepted.load(Relaxed), 2);
    }
}

#[tokio::test]
async fn informational_answers_are_passed_over() {
    let mut answer =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n".to_vec();
    answer.extend_from_slice(&range(MEDIUM));
    let (worker, accepted) = always(answer).await;
    reads(&worker, MEDIUM).await;
    reads(&worker, MEDIUM).await;
    assert_eq!(accepted.load(Relaxed), 1);
}

#[tokio::test]
async fn a_connection_that_is_announced_to_close_is_not_used_again() {
    for option in ["close", "x, Close"] {
        for len in [10, MEDIUM] {
            let head = format!(
                "HTTP/1.1 206 Partial Content\r\nconnection: {option}\r\ncontent-length: {len}\r\n\r\n"
            );
            let (worker, accepted) = always([head.into_bytes(), body(len)].concat()).await;
            reads(&worker, len).await;
            reads(&worker, len).await;
            assert_eq!(accepted.load(Relaxed), 2);
        }
    }
}

#[tokio::test]
async fn a_connection_with_bytes_nobody_asked_for_is_not_used_again() {
    for len in [10, MEDIUM, LONG] {
        let answer = [range(len), b"HTTP/1.1 200 OK\r\n\r\n".to_vec()].concat();
        let (worker, accepted) = always(answer).await;
        reads(&worker, len).await;
        // So that the rest has come by now, too.
        tokio::time::sleep(Duration::from_millis(20)).await;
        reads(&worker, len).await;
        assert_eq!(accepted.load(Relaxed), 2, "{len}");
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_an_error() {
    for len in [10, MEDIUM] {
        let (worker, accepted) = serve(move |mut stream, _| async move {
            read_request(&mut stream).await;
            let answer = range(len);
            stream.write_all(&answer[..answer.len() - 1]).await.unwrap();
        })
        .await;
        let error = read(&worker, len).await.unwrap_err();
        let WorkerError::Unreachable { reason, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            reason,
            format!("the answer broke off after {} of {len} bytes", len - 1)
        );
        assert_eq!(accepted.load(Relaxed), 1);
    }
}

#[tokio::test]
async fn an_idle_connection_that_was_closed_is_replaced() {
    let (worker, accepted) = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        stream.write_all(&range(MEDIUM)).await.unwrap();
    })
    .await;
    for count in 1..4 {
        reads(&worker, MEDIUM).await;
        assert_eq!(accepted.load(Relaxed), count);
    }
}

#[tokio::test]
async fn a_request_that_meets_a_connection_being_closed_is_sent_again_once() {
    let (worker, accepted) = serve(|mut stream, before| async move {
        read_request(&mut stream).await;
        if before < 2 {
            stream.write_all(&range(10)).await.unwrap();
            read_request(&mut stream).await;
        }
    })
    .await;
    reads(&worker, 10).await;
    reads(&worker, 10).await;
    assert_eq!(accepted.load(Relaxed), 2);
    let error = read(&worker, 10).await.unwrap_err();
    assert!(
        matches!(error, WorkerError::Unreachable { .. }),
        "{error:?}"
    );
    assert_eq!(accepted.load(Relaxed), 3);
}

#[tokio::test]
async fn a_block_is_sent_again_over_a_new_connection() {
    let (mut worker, accepted) = serve(|mut stream, before| async move {
        read_request(&mut stream).await;
        let answer = response("204 No Content", "");
        stream.write_all(&answer).await.unwrap();
        if before > 0 {
            hold(stream).await;
        }
    })
    .await;
    worker.health().await.unwrap();
    put_block(&worker, LONG).await.unwrap();
    worker.timeouts = SHORT;
    put_block(&worker, LONG).await.unwrap_err();
    assert_eq!(accepted.load(Relaxed), 2);
}

async fn put_block(worker: &WorkerClient, len: usize) -> Result<(), WorkerError> {
    let proof = GroupProof { siblings: vec![] };
    let (encoding, shard) = (EncodingId(7), ShardIndex(3));
    let block = worker.put_block(encoding, shard, BlockIndex(0), &proof, body(len).into());
    block.await
}

#[tokio::test]
async fn blocks_are_sent_over_one_connection() {
    let (worker, accepted) = always(response("204 No Content", "")).await;
    for _ in 0..3 {
        put_block(&worker, LONG).await.unwrap();
    }
    assert_eq!(accepted.load(Relaxed), 1);
}

#[tokio::test]
async fn a_refusal_is_heard_before_a_block_is_sent_and_its_connection_given_up() {
    let (worker, accepted) = serve(|mut stream, _| async move {
        // More than it reads is never taken: the rest stays with the client.
        stream.read_exact(&mut [0; 100]).await.unwrap();
        let body = r#"{"error":{"code":"no-space","message":""}}"#;
        let answer = response("507 Insufficient Storage", body);
        stream.write_all(&answer).await.unwrap();
        hold(stream).await;
    })
    .await;
    for count in 1..3 {
        let error = put_block(&worker, 16 * LONG).await.unwrap_err();
        assert_eq!(error.code(), Some(&ErrorCode::NoSpace), "{error:?}");
        assert_eq!(accepted.load(Relaxed), count);
    }
}

#[tokio::test]
async fn an_answer_that_began_is_not_asked_for_again() {
    let answer = |mut stream: TcpStream, begun: &'static str| async move {
        read_request(&mut stream).await;
        stream.write_all(&range(10)).await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(begun.as_bytes()).await.unwrap();
    };
    for begun in [
        "HTTP/1.1 20",
        "HTTP/1.1 206 Partial Content\r\ncontent-length: x\r\n\r\n",
    ] {
        let (worker, accepted) = serve(move |stream, _| answer(stream, begun)).await;
        reads(&worker, 10).await;
        let error = read(&worker, 10).await.unwrap_err();
        assert!(
            matches!(error, WorkerError::Unreachable { .. }),
            "{error:?}"
        );
        assert_eq!(accepted.load(Relaxed), 1, "{begun}");
    }
}

#[tokio::test]
async fn an_answer_that_claims_too_much_is_not_read() {
    let (worker, accepted) = always(range(MEDIUM)).await;
    for count in 1..3 {
        let error = read(&worker, MEDIUM - 1).await.unwrap_err();
        assert!(
            matches!(error, WorkerError::TooLarge { bound, .. } if bound == MEDIUM - 1),
            "{error:?}"
        );
        assert_eq!(accepted.load(Relaxed), count);
    }
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\ncontent-length: {}\r\n\r\n",
        u64::MAX - 2
    );
    let (worker, _) = always(head.into_bytes()).await;
    let error = read(&worker, 10).await.unwrap_err();
    assert!(
        matches!(error, WorkerError::TooLarge { bound: 10, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_read_to_its_end_takes_its_connection_along() {
    let (worker, accepted) = always(range(LONG)).await;
    let group = Group {
        start: 0,
        len: 1024,
    };
    let begun = worker.begin_group(EncodingId(7), ShardIndex(3), group);
    drop(begun.await.unwrap());
    reads(&worker, LONG).await;
    assert_eq!(accepted.load(Relaxed), 2);
}

#[tokio::test]
async fn a_read_that_is_given_up_takes_its_connection_along() {
    let (worker, accepted) = serve(|mut stream, before| async move {
        read_request(&mut stream).await;
        let answer = range(MEDIUM);
        let end = answer.len() - usize::from(before == 0);
        stream.write_all(&answer[..end]).await.unwrap();
        hold(stream).await;
    })
    .await;
    let soon = SHORT.idle / 4;
    assert!(tokio::time::timeout(soon, read(&worker, MEDIUM))
        .await
        .is_err());
    reads(&worker, MEDIUM).await;
    assert_eq!(accepted.load(Relaxed), 2);
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up() {
    for len in [10, MEDIUM] {
        let (mut worker, accepted) = serve(move |mut stream, before| async move {
            read_request(&mut stream).await;
            let answer = range(len);
            let end = answer.len() - usize::from(before == 0);
            stream.write_all(&answer[..end]).await.unwrap();
            hold(stream).await;
        })
        .await;
        worker.timeouts = SHORT;
        let error = read(&worker, len).await.unwrap_err();
        assert!(
            matches!(error, WorkerError::Timeout { after, .. } if after == SHORT.idle),
            "{error:?}"
        );
        worker.timeouts = Timeouts::default();
        reads(&worker, len).await;
        assert_eq!(accepted.load(Relaxed), 2);
    }
}

#[tokio::test]
async fn a_body_that_never_stalls_still_has_an_end() {
    let (mut worker, _) = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        for byte in range(LONG) {
            let _ = stream.write_all(&[byte]).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    worker.timeouts.transfer = SHORT.transfer;
    let error = read(&worker, LONG).await.unwrap_err();
    assert!(
        matches!(error, WorkerError::Timeout { after, .. } if after == SHORT.transfer),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_not_http_is_unreachable() {
    for answer in ["SSH-2.0-x\r\n", "HTTP/1.1 two hundred\r\n\r\n"] {
        let (worker, _) = always(answer.into()).await;
        let error = worker.info().await.unwrap_err();
        assert!(
            matches!(error, WorkerError::Unreachable { .. }),
            "{error:?}"
        );
    }
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(MEDIUM));
    let (worker, _) = always(long.into()).await;
    worker.info().await.unwrap_err();
}

#[test]
fn a_head_names_the_host_as_its_url_does() {
    for (endpoint, host, uri) in [
        ("http://example.org", "example.org", "/v1/health"),
        (
            "http://example.org:80/a/b/",
            "example.org",
            "/a/b/v1/health",
        ),
        ("http://1.2.3.4:8080", "1.2.3.4:8080", "/v1/health"),
        (
            "http://[2606:4700::1]:8080",
            "[2606:4700::1]:8080",
            "/v1/health",
        ),
    ] {
        let worker = client(endpoint);
        let request = worker.request("health", Method::GET, "/v1/health", SHORT.small);
        let head = worker.plain.as_ref().unwrap().head(request).unwrap();
        assert_eq!(head.headers()[header::HOST], host);
        assert_eq!(head.headers()[header::USER_AGENT], USER_AGENT);
        assert_eq!(head.uri(), uri);
    }
    assert!(client("https://example.org").plain.is_none());
}

#[tokio::test]
async fn the_next_address_is_tried_where_one_refuses() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [closed.local_addr().unwrap(), open.local_addr().unwrap()];
    drop(closed);
    let until = Instant::now() + SHORT.connect;
    let stream = first_of(&addresses, until).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), addresses[1]);
    assert!(stream.nodelay().unwrap());
    first_of(&addresses[..1], until).await.unwrap_err();
    first_of(&[], until).await.unwrap_err();
}

/// Somebody who takes no more connections, and those that fill its queue.
async fn deaf() -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let short = Duration::from_millis(200);
    while let Ok(stream) = tokio::time::timeout(short, TcpStream::connect(address)).await {
        waiting.push(stream.unwrap());
    }
    (listener, waiting)
}

#[tokio::test]
async fn an_address_that_is_silent_holds_up_no_other_and_is_waited_for() {
    let (deaf, waiting) = deaf().await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [deaf.local_addr().unwrap(), other.local_addr().unwrap()];
    let until = Instant::now() + Duration::from_secs(60);
    let stream = first_of(&addresses, until).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), addresses[1]);
    // The other refuses, and the silent one hears again after it was tried.
    drop(other);
    let late = async {
        tokio::time::sleep(2 * ATTEMPT_DELAY).await;
        for _ in &waiting {
            deaf.accept().await.unwrap();
        }
    };
    let (stream, ()) = tokio::join!(first_of(&addresses, until), late);
    assert_eq!(stream.unwrap().peer_addr().unwrap(), addresses[0]);
}
