//! Requests that nobody in his right mind sends.

use crate::{
    http::{ask_raw, raw, request},
    setup::{files, Setup},
};
use ballast_gateway::Limits;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

const WEIGHTS: &str = "/acme/tiny/resolve/main/weights.safetensors";

/// The status of an answer to bytes as they are; 0 if there is none.
async fn status(server: SocketAddr, request: Vec<u8>) -> u16 {
    let answer = tokio::task::spawn_blocking(move || raw(server, &request))
        .await
        .unwrap();
    let line = String::from_utf8_lossy(&answer).into_owned();
    line.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}

async fn is_well(setup: &Setup) {
    let answer = setup.get(WEIGHTS).await;
    assert!(answer.status == 200 && answer.body == files()["weights.safetensors"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_lead_elsewhere_are_refused() {
    let (setup, _) = Setup::with_model().await;
    let base = "/acme/tiny/resolve/main";
    for (target, expected) in [
        (format!("{base}/../../../../etc/passwd"), 400),
        (format!("{base}/..%2f..%2fetc%2fpasswd"), 400),
        (format!("{base}/%2e%2e/%2e%2e/etc/passwd"), 400),
        (format!("{base}/a%00b"), 400),
        (format!("{base}/a%5c..%5cb"), 400),
        (format!("{base}/%2Fetc%2Fpasswd"), 400),
        (format!("{base}//etc/passwd"), 400),
        (format!("{base}/a%0d%0aset-cookie:x"), 400),
        (format!("{base}/%ff%fe"), 400),
        (format!("{base}/{}", "a".repeat(300)), 400),
        (format!("{base}/{}", "a".repeat(5000)), 414),
        (format!("/b3/..%2f{}", "ab".repeat(31)), 400),
        ("/lfs/..%2f..%2fx".into(), 400),
        (format!("{base}/onnx%2Fmodel.onnx"), 200),
    ] {
        assert_eq!(
            status(setup.address, request("GET", &target, &[], b"")).await,
            expected,
            "{target}"
        );
    }
    is_well(&setup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_refused_and_survived() {
    let (setup, _) = Setup::with_model().await;
    let huge_range = format!(
        "bytes={}",
        (0..4000)
            .map(|i| format!("{i}-{i}"))
            .collect::<Vec<_>>()
            .join(",")
    );
    let many: String = (0..200).map(|i| format!("x-{i}: y\r\n")).collect();
    let requests: [(Vec<u8>, &[u16]); 7] = [
        // A list of ranges longer than a head may be.
        (request("GET", WEIGHTS, &[("range", &huge_range)], b""), &[431]),
        (format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{many}\r\n").into_bytes(), &[431]),
        (format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(100_000)).into_bytes(), &[414, 431]),
        (b"GET /healthz\0 HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(), &[400]),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[0, 400]),
        (b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n".to_vec(), &[400]),
        (b"POST /api/models/acme/tiny/paths-info/main HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\nabcdefg".to_vec(), &[400]),
    ];
    for (bytes, expected) in requests {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let got = status(setup.address, bytes).await;
        assert!(expected.contains(&got), "{shown:?}: {got}");
    }
    // A shorter list is answered with the whole.
    let list = format!(
        "bytes={}",
        (0..900)
            .map(|i| format!("{i}-{i}"))
            .collect::<Vec<_>>()
            .join(",")
    );
    let answer = ask_raw(
        setup.address,
        request("GET", WEIGHTS, &[("range", &list)], b""),
    )
    .await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (200, files()["weights.safetensors"].len())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_too_long_or_cut_are_refused() {
    let (setup, _) = Setup::with_model().await;
    let target = "/api/models/acme/tiny/paths-info/main";
    let long = format!("paths={}", "a".repeat(2 << 20));
    assert_eq!(
        status(setup.address, request("POST", target, &[], long.as_bytes())).await,
        413
    );
    let lie = format!("POST {target} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\npaths=a");
    let server = setup.address;
    let cut = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(server).unwrap();
        stream.write_all(lie.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    });
    let cut = String::from_utf8_lossy(&cut.await.unwrap()).into_owned();
    assert!(cut.is_empty() || cut.starts_with("HTTP/1.1 4"), "{cut}");
    let huge = format!(
        "POST {target} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        u64::MAX - 1
    );
    let mut stream = TcpStream::connect(server).unwrap();
    stream.write_all(huge.as_bytes()).unwrap();
    drop(stream);
    is_well(&setup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_slowly_or_leaves_holds_up_nobody() {
    let limits = Limits {
        streams: 2,
        ..Limits::default()
    };
    let setup = Setup::with(limits, false).await;
    let long = crate::net::bytes(9, 24 << 20);
    setup
        .publish("tiny", &[("weights.safetensors", long.clone())], &[])
        .await;
    let open = || {
        let mut stream = TcpStream::connect(setup.address).unwrap();
        stream
            .write_all(&request("GET", WEIGHTS, &[], b""))
            .unwrap();
        let mut first = [0; 100];
        stream.read_exact(&mut first).unwrap();
        stream
    };
    let (one, other) = tokio::task::block_in_place(|| (open(), open()));
    let third = setup.get(WEIGHTS).await;
    assert_eq!(third.status, 429, "two downloads may be under way");
    assert!(third.header("retry-after").is_some());
    assert_eq!(
        setup.head(WEIGHTS).await.status,
        200,
        "what sends no bytes needs no turn"
    );
    drop(one);
    let deadline = Instant::now() + Duration::from_secs(20);
    while setup.get(WEIGHTS).await.body != long {
        assert!(
            Instant::now() < deadline,
            "the turn of who left is not given back"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_told_to_wait() {
    let limits = Limits {
        requests_per_second: 1,
        ..Limits::default()
    };
    let setup = Setup::with(limits, false).await;
    let mut refused = None;
    for _ in 0..30 {
        let answer = setup.get("/healthz").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert!(refused.header("retry-after").is_some() && refused.json()["error"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_is_told_so() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let setup = Setup::with(limits, false).await;
    let held = [
        TcpStream::connect(setup.address).unwrap(),
        TcpStream::connect(setup.address).unwrap(),
    ];
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        status(setup.address, request("GET", "/healthz", &[], b"")).await,
        503
    );
    drop(held);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(setup.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_a_download_end() {
    let mut setup = Setup::empty().await;
    let long = crate::net::bytes(9, 24 << 20);
    setup
        .publish("tiny", &[("weights.safetensors", long.clone())], &[])
        .await;
    let mut stream = TcpStream::connect(setup.address).unwrap();
    stream
        .write_all(&request("GET", WEIGHTS, &[], b""))
        .unwrap();
    let mut first = [0; 100];
    tokio::task::block_in_place(|| stream.read_exact(&mut first).unwrap());
    let rest = tokio::task::spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(300));
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        rest
    });
    let started = Instant::now();
    setup.stop().await;
    assert!(started.elapsed() < Duration::from_secs(15));
    let rest = rest.await.unwrap();
    assert!(rest.ends_with(&long[long.len() - 1000..]));
    assert!(
        TcpStream::connect(setup.address).is_err(),
        "nobody listens any more"
    );
}
