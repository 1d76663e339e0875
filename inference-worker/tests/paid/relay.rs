//! Somebody between a client and its worker: passes bytes on, keeps them, changes them, or cuts the connection.

use crate::scene::listener;
use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Arc, Mutex,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What it does to bytes that a worker sends.
type Change = Box<dyn Fn(&mut Vec<u8>) + Send + Sync>;

/// The relay.
#[derive(Clone)]
pub struct Relay(Arc<Inner>);

struct Inner {
    at: String,
    to: u16,
    seen: Mutex<Vec<u8>>,
    change: Mutex<Option<Change>>,
    /// Bytes of an answer after which it cuts the connection.
    cut_after: AtomicUsize,
}

impl Relay {
    /// Between its own port and that of a worker.
    pub async fn to(port: u16) -> Self {
        let listener = listener();
        let relay = Self(Arc::new(Inner {
            at: format!("http://{}", listener.local_addr().unwrap()),
            to: port,
            seen: Mutex::default(),
            change: Mutex::default(),
            cut_after: AtomicUsize::new(usize::MAX),
        }));
        let serving = relay.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serving.clone().pass(client));
            }
        });
        relay
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.0.at
    }

    /// Whether these bytes passed, either way.
    pub fn has_seen(&self, text: &str) -> bool {
        let seen = self.0.seen.lock().unwrap();
        seen.windows(text.len())
            .any(|window| window == text.as_bytes())
    }

    /// Changes what workers send from now on.
    pub fn change(&self, change: impl Fn(&mut Vec<u8>) + Send + Sync + 'static) {
        *self.0.change.lock().unwrap() = Some(Box::new(change));
    }

    /// Passes everything on as it is.
    pub fn behave(&self) {
        *self.0.change.lock().unwrap() = None;
        self.cut_after(usize::MAX);
    }

    /// Cuts every connection after so many bytes of its answer.
    pub fn cut_after(&self, len: usize) {
        self.0.cut_after.store(len, Ordering::SeqCst);
    }

    async fn pass(self, mut client: TcpStream) {
        let Ok(mut worker) = TcpStream::connect(("127.0.0.1", self.0.to)).await else {
            return;
        };
        let (mut from_client, mut from_worker) = (vec![0; 64 << 10], vec![0; 64 << 10]);
        let mut answered = 0;
        loop {
            tokio::select! {
                read = client.read(&mut from_client) => {
                    let len = read.unwrap_or(0);
                    if len == 0 { return; }
                    self.keep(&from_client[..len]);
                    if worker.write_all(&from_client[..len]).await.is_err() { return; }
                }
                read = worker.read(&mut from_worker) => {
                    let len = read.unwrap_or(0);
                    if len == 0 { return; }
                    let mut bytes = from_worker[..len].to_vec();
                    self.keep(&bytes);
                    if let Some(change) = self.0.change.lock().unwrap().as_ref() {
                        change(&mut bytes);
                    }
                    answered += len;
                    if answered > self.0.cut_after.load(Ordering::SeqCst) { return; }
                    if client.write_all(&bytes).await.is_err() { return; }
                }
            }
        }
    }

    fn keep(&self, bytes: &[u8]) {
        self.0.seen.lock().unwrap().extend_from_slice(bytes);
    }
}

/// The last place of these bytes.
fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

impl Relay {
    /// The last value of a header that passed.
    pub fn header(&self, name: &str) -> String {
        let seen = self.0.seen.lock().unwrap();
        let at = rfind(&seen, format!("{name}: ").as_bytes()).unwrap() + name.len() + 2;
        let value: Vec<u8> = seen[at..]
            .iter()
            .copied()
            .take_while(|byte| *byte != b'\r')
            .collect();
        String::from_utf8(value).unwrap()
    }

    /// The last sealed request that passed.
    pub fn sealed_request(&self) -> Vec<u8> {
        let seen = self.0.seen.lock().unwrap();
        let head = rfind(&seen, b"POST /v1/").unwrap();
        let end = seen[head..]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let text = String::from_utf8(seen[head..head + end].to_vec())
            .unwrap()
            .to_lowercase();
        let len = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let from = head + end + 4;
        seen[from..from + len.unwrap().parse::<usize>().unwrap()].to_vec()
    }

    /// Sends a box with a voucher: status and answer.
    pub async fn replay(&self, path: &str, voucher: &str, boxed: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.0.to)).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/vnd.ballast.sealed\r\n\
             payment-signature: {voucher}\r\ncontent-length: {}\r\n\r\n",
            boxed.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(boxed).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        (status, text)
    }
}
