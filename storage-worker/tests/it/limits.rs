//! Peers that are slow or greedy, and stopping in the middle of things.

use crate::{api::raw, fake_chain::*, sample::*};
use ballast_core::{BlockIndex, Group, ShardIndex};
use ballast_storage_worker::config::{Config, Limits};
use ballast_worker_api::{encode_frame, routes};
use std::{
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::{Duration, Instant},
};

/// An upload that has sent its head and half of its body.
fn half_an_upload(running: &Running, sample: &Sample, block: u32) -> (TcpStream, Vec<u8>) {
    half_an_upload_to(running.worker.address(), sample, block, "")
}

/// The same to a program, with further fields in the head.
pub fn half_an_upload_to(
    address: impl ToSocketAddrs,
    sample: &Sample,
    block: u32,
    fields: &str,
) -> (TcpStream, Vec<u8>) {
    let body = encode_frame(&sample.proof(0, block), &sample.block_bytes(0, block)).to_vec();
    let path = routes::block(sample.id, ShardIndex(0), BlockIndex(block));
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    write!(
        stream,
        "PUT {path} HTTP/1.1\r\nhost: x\r\n{fields}content-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    let (now, later) = body.split_at(body.len() / 2);
    stream.write_all(now).unwrap();
    (stream, later.to_vec())
}

fn status_line(stream: &mut TcpStream) -> String {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    String::from_utf8(line.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn more_uploads_than_the_limit_are_told_to_come_back() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let limits = Limits {
        uploads: 1,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..config(dir.path())
    };
    let running = Running::start_with(&config, &FakeChain::with(&[&sample])).await;
    // Four bodies may be under way for each upload at once.
    let mut slow: Vec<_> = (0..4)
        .map(|_| half_an_upload(&running, &sample, 0))
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let path = routes::block(sample.id, ShardIndex(0), BlockIndex(1));
    let (status, head, _) =
        tokio::task::block_in_place(|| raw(&running, &format!("PUT {path}"), b"x"));
    assert_eq!(status, 503);
    assert!(head.contains("retry-after: 1"), "{head}");
    // Reading goes on, and the slow uploads end well.
    running
        .client
        .shard_state(sample.id, ShardIndex(0))
        .await
        .unwrap();
    tokio::task::block_in_place(|| {
        for (stream, rest) in &mut slow {
            stream.write_all(rest).unwrap();
            assert_eq!(status_line(stream), "HTTP/1.1 204");
        }
    });
    running.upload_block(&sample, 0, 1).await.unwrap();
    assert_eq!(running.worker.app().metrics.requests_overloaded.get(), 1);
    assert_eq!(running.worker.app().metrics.blocks_known.get(), 3);
    running.stop().await;
}

/// Behind a proxy on this machine, which names the address it speaks for.
fn from(address: &str) -> String {
    format!("x-forwarded-for: {address}\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_hold_up_the_uploads_of_others() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let limits = Limits {
        uploads: 8,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..config(dir.path())
    };
    let running = Running::start_with(&config, &FakeChain::with(&[&sample])).await;
    let address = running.worker.address();
    // 32 bodies may be under way, two of one address; an IPv6 network is one address.
    let slow: Vec<_> = ["2001:db8::1", "2001:db8::2"]
        .map(|ip| half_an_upload_to(address, &sample, 0, &from(ip)))
        .into();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let path = routes::block(sample.id, ShardIndex(0), BlockIndex(1));
    let body = encode_frame(&sample.proof(0, 1), &sample.block_bytes(0, 1));
    let put = |ip: &str| {
        let fields = from(ip);
        let request = format!("PUT {path} HTTP/1.1\r\n{}", fields.trim_end());
        let request = format!("{request}\r\nx-rest:");
        tokio::task::block_in_place(|| raw(&running, &request, &body))
    };
    let (status, head, answer) = put("2001:db8::3");
    assert_eq!(status, 429);
    assert!(head.contains("retry-after: 1"), "{head}");
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.contains("\"busy\"") && answer.contains("2 uploads from your address"),
        "{answer}"
    );
    // What a client says of itself before the proxy does is not believed.
    assert_eq!(put("192.0.2.9, 2001:db8::3").0, 429);
    assert_eq!(put("192.0.2.9").0, 204);
    drop(slow);
    assert_eq!(running.worker.app().metrics.requests_overloaded.get(), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_answers_to_slow_readers_take_turns_with_others() {
    const PAUSE: Duration = Duration::from_millis(50);
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, 64 << 20));
    let limits = Limits {
        reads: 1,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..config(dir.path())
    };
    let running = Running::start_with(&config, &FakeChain::with(&[&sample])).await;
    running.upload(&sample, 0).await;
    // As many long answers as there may be downloads, each read slowly but steadily: for 6 s and more.
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(running.worker.address()).unwrap();
            let path = routes::bytes(sample.id, ShardIndex(0));
            write!(
                stream,
                "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
            std::thread::spawn(move || {
                let (mut part, mut read) = (vec![0; 256 << 10], 0);
                while let Ok(count @ 1..) = stream.read(&mut part) {
                    read += count;
                    std::thread::sleep(PAUSE);
                }
                read
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let chunk = Group {
        start: 0,
        len: 1024,
    };
    for _ in 0..3 {
        let group = running.client.group(sample.id, ShardIndex(0), chunk).await;
        assert_eq!(group.unwrap().1, sample.column(0)[..1024]);
        assert!(!readers.iter().any(|reader| reader.is_finished()));
    }
    for reader in readers {
        let read = tokio::task::block_in_place(|| reader.join().unwrap());
        assert!(read > sample.column(0).len(), "all of it, and the head");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_the_limit_are_refused_with_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..config(dir.path())
    };
    let running = Running::start_with(&config, &FakeChain::new()).await;
    let held: Vec<_> = (0..2)
        .map(|_| TcpStream::connect(running.worker.address()).unwrap())
        .collect();
    let refused = || running.worker.app().metrics.connections_refused.get();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let answer = tokio::task::block_in_place(|| {
        let mut stream = TcpStream::connect(running.worker.address()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    });
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert_eq!(refused(), 1);
    drop(held);
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.client.health().await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_long_or_have_too_many_fields_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(dir.path(), &FakeChain::new()).await;
    let many: String = (0..100).map(|i| format!("x-{i}: 1\r\n")).collect();
    let long = format!("x-long: {}\r\n", "a".repeat(100 << 10));
    for extra in [many, long] {
        let request = format!("GET /v1/health HTTP/1.1\r\n{extra}x-rest:");
        let (status, ..) = tokio::task::block_in_place(|| raw(&running, &request, b""));
        assert_eq!(status, 431);
    }
    running.client.health().await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_a_request_end_and_keeps_what_came_before() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    running.upload_block(&sample, 0, 2).await.unwrap();
    let (mut slow, rest) = half_an_upload(&running, &sample, 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.worker.stop_token().cancel();
    tokio::time::sleep(Duration::from_millis(200)).await;
    tokio::task::block_in_place(|| {
        slow.write_all(&rest).unwrap();
        assert_eq!(status_line(&mut slow), "HTTP/1.1 204");
    });
    let (started, url) = (Instant::now(), running.url.clone());
    running.worker.join().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(8));
    assert!(TcpStream::connect(url.strip_prefix("http://").unwrap()).is_err());

    // Both blocks were flushed.
    let running = Running::start(dir.path(), &chain).await;
    let state = running
        .client
        .shard_state(sample.id, ShardIndex(0))
        .await
        .unwrap();
    assert_eq!(state.missing, [(BlockIndex(1), BlockIndex(2))]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_and_reads_side_by_side_do_not_disturb_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let samples: Vec<_> = (1..5)
        .map(|id| Sample::new(id, if id % 2 == 0 { SMALL } else { THREE_BLOCKS }))
        .collect();
    let chain = FakeChain::with(&samples.iter().collect::<Vec<_>>());
    let limits = Limits {
        uploads: 3,
        reads: 2,
        ..Limits::default()
    };
    let config = Config {
        limits,
        ..config(dir.path())
    };
    let running = Running::start_with(&config, &chain).await;
    let work = samples
        .iter()
        .flat_map(|sample| (0..3).map(move |shard| (sample, shard)));
    futures::future::join_all(work.map(|(sample, shard)| {
        let running = &running;
        async move {
            // The same blocks twice at once: one is kept, the other known.
            let twice = (0..sample.blocks(shard)).flat_map(|block| [block, block]);
            let puts = twice.map(|block| running.upload_block(sample, shard, block));
            for put in futures::future::join_all(puts).await {
                put.unwrap();
            }
            let group = Group {
                start: 0,
                len: 1 << 20,
            };
            let reads = (0..4).map(|_| running.client.group(sample.id, ShardIndex(shard), group));
            for read in futures::future::join_all(reads).await {
                assert_eq!(read.unwrap().1, sample.block_bytes(shard, 0));
            }
        }
    }))
    .await;
    let stats = running.worker.app().store.stats();
    assert_eq!((stats.held, stats.receiving), (12, 0));
    let bytes: usize = samples
        .iter()
        .flat_map(|sample| &sample.columns)
        .map(Vec::len)
        .sum();
    assert_eq!(stats.used_bytes, bytes as u64);
    running.stop().await;
}
