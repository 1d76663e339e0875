//! Accepting connections: how many, from whom, with what limits, and how they end.

use crate::{io::PatientIo, Peer};
use axum::{body::Body, http::Request, response::Response, Router};
use hyper::{body::Incoming, server::conn::http1, service::Service as HyperService};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a request's head may take, and how long an idle connection is kept.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long requests may go on once the server is to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Header fields of a request.
const HEADERS_MAX: usize = 64;
/// Bytes of a request's head.
const HEAD_LEN_MAX: usize = 16 << 10;
/// Bytes buffered in each direction.
const BUFFER_LEN: usize = 64 << 10;
/// How long to wait when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Bounds on connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections.
    pub connections: u32,
    /// Connections from one address. Those of this machine and its network are not counted: behind them may be a proxy
    /// that speaks for many.
    pub connections_per_peer: u32,
}

/// Is told of connections, for metrics.
pub trait Observer: Send + Sync {
    /// One was opened.
    fn opened(&self);
    /// One has ended.
    fn closed(&self);
    /// One was refused, since too many are open.
    fn refused(&self);
}

/// What is served, and within which bounds.
pub struct Service {
    /// The routes.
    pub router: Router,
    /// Bounds on connections.
    pub limits: Limits,
    /// JSON for a connection that is one too many.
    pub refusal: &'static str,
    /// Is told of connections.
    pub observer: Arc<dyn Observer>,
}

/// Serves until `stop`, then lets requests end for a while.
pub async fn serve(listener: TcpListener, service: Service, stop: CancellationToken) {
    let tracker = TaskTracker::new();
    let peers = Arc::new(Peers::new(service.limits));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => match Peers::admit(&peers, Peer::of(peer.ip())) {
                Some(admitted) => {
                    let answers = Answers {
                        peer: admitted.peer,
                        router: TowerToHyperService::new(service.router.clone()),
                    };
                    let observer = service.observer.clone();
                    tracker.spawn(connection(
                        stream,
                        admitted,
                        answers,
                        observer,
                        stop.clone(),
                    ));
                }
                None => {
                    service.observer.refused();
                    refuse(stream, service.refusal);
                }
            },
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    tracker.close();
    if tokio::time::timeout(DRAIN_TIMEOUT, tracker.wait())
        .await
        .is_err()
    {
        tracing::warn!(connections = tracker.len(), "requests did not end in time");
    }
}

/// The routes, for the requests of one connection.
struct Answers {
    peer: Peer,
    router: TowerToHyperService<Router>,
}

impl HyperService<Request<Incoming>> for Answers {
    type Response = Response<Body>;
    type Error = <TowerToHyperService<Router> as HyperService<Request<Incoming>>>::Error;
    type Future = <TowerToHyperService<Router> as HyperService<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.router.call(request)
    }
}

async fn connection(
    stream: TcpStream,
    admitted: Admitted,
    answers: Answers,
    observer: Arc<dyn Observer>,
    stop: CancellationToken,
) {
    let _admitted = admitted;
    let _open = Open::count(observer);
    // Small answers should not wait for more; without it they are only slower.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(PatientIo::new(stream));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_header_size(HEAD_LEN_MAX)
        .max_buf_size(BUFFER_LEN)
        .serve_connection(io, answers);
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            match tokio::time::timeout(DRAIN_TIMEOUT, serving.as_mut()).await {
                Ok(ended) => ended,
                Err(_) => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// Counts a connection as open until dropped, also by a panic.
struct Open(Arc<dyn Observer>);

impl Open {
    fn count(observer: Arc<dyn Observer>) -> Self {
        observer.opened();
        Self(observer)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.closed();
    }
}

/// Says why, as far as the peer's buffer takes it at once.
fn refuse(stream: TcpStream, body: &str) {
    let _ = stream.try_write(refusal(body).as_bytes());
    tokio::spawn(async move {
        let mut stream = stream;
        let _ = tokio::time::timeout(ACCEPT_PAUSE, stream.shutdown()).await;
    });
}

fn refusal(body: &str) -> String {
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Open connections, in all and by address.
struct Peers {
    limits: Limits,
    open: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    total: u32,
    by_peer: HashMap<Peer, u32>,
}

/// A connection's place; given back when dropped.
struct Admitted {
    peers: Arc<Peers>,
    peer: Peer,
}

impl Peers {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Mutex::default(),
        }
    }

    fn admit(this: &Arc<Self>, peer: Peer) -> Option<Admitted> {
        let mut open = this.open.lock().unwrap_or_else(PoisonError::into_inner);
        let from_peer = open.by_peer.get(&peer).copied().unwrap_or_default();
        let too_many = !peer.is_local() && from_peer >= this.limits.connections_per_peer;
        if open.total >= this.limits.connections || too_many {
            return None;
        }
        open.total += 1;
        open.by_peer.insert(peer, from_peer + 1);
        Some(Admitted {
            peers: this.clone(),
            peer,
        })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self
            .peers
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.total -= 1;
        match open.by_peer.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.by_peer.remove(&self.peer)),
        }
    }
}

/// Binds the address to serve on.
pub async fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(listen).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        connections: 3,
        connections_per_peer: 2,
    };

    fn peer(address: &str) -> Peer {
        Peer::of(address.parse().unwrap())
    }

    #[test]
    fn a_peer_and_all_peers_have_their_limits() {
        let peers = Arc::new(Peers::new(LIMITS));
        let (one, two) = (peer("192.0.2.1"), peer("192.0.2.2"));
        let held = [
            Peers::admit(&peers, one).unwrap(),
            Peers::admit(&peers, one).unwrap(),
        ];
        assert!(Peers::admit(&peers, one).is_none());
        let other = Peers::admit(&peers, two).unwrap();
        assert!(Peers::admit(&peers, two).is_none(), "three in all");
        drop(held);
        assert!(Peers::admit(&peers, one).is_some());
        drop(other);
        assert!(peers.open.lock().unwrap().by_peer.is_empty());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_share_their_connections() {
        let peers = Arc::new(Peers::new(LIMITS));
        let held = ["2001:db8::1", "2001:db8::2"].map(|ip| Peers::admit(&peers, peer(ip)).unwrap());
        assert!(Peers::admit(&peers, peer("2001:db8::3")).is_none());
        assert!(Peers::admit(&peers, peer("2001:db8:0:1::1")).is_some());
        drop(held);
    }

    #[test]
    fn a_proxy_on_this_machine_may_open_them_all() {
        let peers = Arc::new(Peers::new(LIMITS));
        let held: Vec<_> = (0..3)
            .map(|_| Peers::admit(&peers, peer("127.0.0.1")).unwrap())
            .collect();
        assert_eq!(held.len(), 3);
    }

    #[test]
    fn the_refusal_is_a_whole_answer() {
        let text = refusal("{\"error\":\"busy\"}");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with("\r\ncontent-length: 16"), "{head}");
        assert_eq!(body.len(), 16);
    }
}
