//! What workers of tests have in common.

#![allow(clippy::unwrap_used)]

use crate::{Connector, EndpointPolicy, Timeouts, WorkerClient};
use std::{
    future::Future,
    sync::{
        atomic::{AtomicUsize, Ordering::Relaxed},
        Arc,
    },
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

/// Bounds that a test can wait for.
pub(crate) const SHORT: Timeouts = Timeouts {
    connect: Duration::from_millis(500),
    idle: Duration::from_millis(200),
    small: Duration::from_millis(400),
    transfer: Duration::from_millis(800),
    receipt: Duration::from_millis(800),
};

/// A worker that treats each connection like this, told how many came before, with a patient client; and how many came
/// by now.
pub(crate) async fn serve<F, S>(connection: F) -> (WorkerClient, Arc<AtomicUsize>)
where
    F: Fn(TcpStream, usize) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = client(&format!("http://{}", listener.local_addr().unwrap()));
    client.timeouts = Timeouts::default();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = accepted.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(connection(stream, count.fetch_add(1, Relaxed)));
        }
    });
    (client, accepted)
}

/// A client with short bounds.
pub(crate) fn client(endpoint: &str) -> WorkerClient {
    connector().client(endpoint.as_bytes()).unwrap()
}

pub(crate) fn connector() -> Connector {
    Connector::new(EndpointPolicy::AllowPrivate, SHORT).unwrap()
}

/// Head and body.
pub(crate) async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    let mut whole = None;
    while whole.is_none_or(|len| request.len() < len) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the client went away in the middle of a request");
        request.extend_from_slice(&buffer[..read]);
        whole = whole.or_else(|| whole_len(&request));
    }
    request
}

/// Length of a request with its body, once its head is there.
fn whole_len(request: &[u8]) -> Option<usize> {
    let head = request
        .windows(4)
        .position(|window| window == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let body: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |len| len.trim().parse().unwrap());
    Some(head + 4 + body)
}

/// An answer of this length.
pub(crate) fn response(status: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
        body.as_ref().len()
    )
    .into_bytes();
    answer.extend_from_slice(body.as_ref());
    answer
}
