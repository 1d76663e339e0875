//! Requests without TLS: HTTP is hyper's, the socket is ours.
//!
//! Goals: the body of a block goes from the socket to its place without being copied on the way; connections are used
//! again; no way around the endpoint policy.
//! Non-goals: proxies, redirects, upgrades, two requests at a time over one connection.
//!
//! A connection of hyper lasts for one request, is driven by whoever waits for the answer, and is taken apart once the
//! head is here ([`Answer`]). Making the next one over the same socket costs no traffic.

use crate::{
    answer::{Answer, Carrier, Home},
    endpoint::{addresses, EndpointPolicy, ResolveError},
    frame::Parts,
    http::{innermost, Request, Stop, CONNECT_TIMEOUT, USER_AGENT},
    pool::Pool,
};
use http_body::Body as _;
use hyper::{client::conn::http1, header, Response};
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use std::{
    future::{poll_fn, Future as _},
    io,
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tokio::{
    net::TcpStream,
    task::{unconstrained, JoinSet},
    time::Instant,
};
use url::Url;

/// What hyper may read beyond a head; the least it can be told.
const READ_AHEAD_LEN: usize = 8 << 10;

/// Until the next address of a name is tried beside those under way (RFC 8305, section 8).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// How long a connection is silent before it is asked whether it lives, and until it is asked again.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// The way to one endpoint.
#[derive(Debug)]
pub(crate) struct Plain {
    base: Url,
    /// Host and port, as the worker is told them.
    authority: Arc<str>,
    pool: Arc<Pool>,
    policy: EndpointPolicy,
    connect: Duration,
}

/// A request got no answer.
struct Failure {
    stop: Stop,
    /// Nothing came back, so the connection may just have been closed meanwhile.
    unanswered: bool,
}

impl Plain {
    /// To `base`, whose scheme is http. `connect` bounds connecting.
    pub(crate) fn new(
        base: &Url,
        pool: &Arc<Pool>,
        policy: EndpointPolicy,
        connect: Duration,
    ) -> Self {
        let host = base.host_str().unwrap_or_default();
        let authority = match base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.into(),
        };
        Self {
            base: base.clone(),
            authority: authority.into(),
            pool: pool.clone(),
            policy,
            connect,
        }
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Stop> {
        let request = self.head(request)?;
        if let Some(stream) = self.pool.take(&self.authority) {
            match self.exchange(stream, request.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(failure) if failure.unanswered => {
                    tracing::debug!(endpoint = %self.authority, "an idle connection was closed; trying a new one");
                }
                Err(failure) => return Err(failure.stop),
            }
        }
        let stream = self.connect().await?;
        let answer = self.exchange(stream, request).await;
        answer.map_err(|failure| failure.stop)
    }

    fn head(&self, request: Request) -> Result<hyper::Request<Parts>, Stop> {
        let prefix = self.base.path().trim_end_matches('/');
        let mut head = hyper::Request::builder()
            .method(request.method)
            .uri(format!("{prefix}{}", request.path))
            .header(header::HOST, &*self.authority)
            .header(header::USER_AGENT, USER_AGENT)
            .header(header::ACCEPT, "*/*");
        if let Some((name, value)) = request.header {
            head = head.header(name, value);
        }
        head.body(request.body).map_err(|error| broken(&error))
    }

    async fn exchange(
        &self,
        stream: TcpStream,
        request: hyper::Request<Parts>,
    ) -> Result<Answer, Failure> {
        let whole = request.body().is_end_stream();
        let mut carrier = Carrier::new(stream).await.map_err(|error| Failure {
            stop: broken(&error),
            unanswered: true,
        })?;
        let response = match head_of(&mut carrier, request).await {
            Ok(response) => response,
            Err(error) => {
                // What was no answer is taken out of the buffer, too.
                let spoke = error.as_ref().is_some_and(hyper::Error::is_parse);
                let unanswered = !spoke && carrier.into_parts().read_buf.is_empty();
                let stop = match error {
                    Some(error) => broken(&error),
                    None => Stop::Unreachable("the connection was closed".into()),
                };
                return Err(Failure { stop, unanswered });
            }
        };
        let home = Home {
            pool: self.pool.clone(),
            endpoint: self.authority.clone(),
        };
        Ok(Answer::new(home, carrier, response, whole))
    }

    async fn connect(&self) -> Result<TcpStream, Stop> {
        let until = Instant::now() + self.connect;
        let found = tokio::time::timeout_at(until, addresses(&self.base, self.policy)).await;
        let addresses = match found {
            Ok(Ok(addresses)) => addresses,
            Ok(Err(ResolveError::Refused(refused))) => return Err(Stop::Endpoint(refused)),
            Ok(Err(ResolveError::Failed(error))) => return Err(unconnected(&error)),
            Err(elapsed) => return Err(unconnected(&elapsed.into())),
        };
        let stream = first_of(&addresses, until).await;
        stream.map_err(|error| unconnected(&error))
    }
}

/// Drives the connection until the answer has begun. Without an error it was closed before.
async fn head_of(
    carrier: &mut Carrier,
    request: hyper::Request<Parts>,
) -> Result<Response<hyper::body::Incoming>, Option<hyper::Error>> {
    // Ready as soon as the connection was, however much else this task has done.
    let mut answer = pin!(unconstrained(carrier.sender.send_request(request)));
    let answer = poll_fn(|context| {
        carrier.connection.poll(context);
        match answer.as_mut().poll(context) {
            // Closed before it took the request, which nobody will tell then.
            Poll::Pending if carrier.connection.is_over() => Poll::Ready(None),
            answer => answer.map(Some),
        }
    });
    answer.await.ok_or(None)?.map_err(Some)
}

/// Tries the addresses in turn, the next one beside those that are slow (RFC 8305), until one answers.
async fn first_of(addresses: &[SocketAddr], until: Instant) -> io::Result<TcpStream> {
    let mut left = addresses.iter().copied();
    let mut attempts = JoinSet::new();
    let mut last = io::Error::other("the name has no address");
    loop {
        if let Some(address) = left.next() {
            attempts.spawn(TcpStream::connect(address));
        }
        let wait = match left.len() {
            0 => until,
            _ => until.min(Instant::now() + ATTEMPT_DELAY),
        };
        match tokio::time::timeout_at(wait, attempts.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => {
                set_up(&stream)?;
                return Ok(stream);
            }
            Ok(Some(Ok(Err(error)))) => last = error,
            Ok(Some(Err(error))) => last = error.into(),
            Ok(None) => return Err(last),
            Err(elapsed) if Instant::now() >= until => return Err(elapsed.into()),
            Err(_) => {}
        }
    }
}

/// No piece of a request waits for the one before it, and a peer that vanished is noticed.
fn set_up(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let alive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE);
    SockRef::from(stream).set_tcp_keepalive(&alive)
}

fn unconnected(error: &io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::TimedOut => Stop::Unreachable(CONNECT_TIMEOUT.into()),
        _ => broken(error),
    }
}

pub(crate) fn broken(error: &(dyn std::error::Error + 'static)) -> Stop {
    Stop::Unreachable(innermost(error))
}

/// How hyper is set up.
pub(crate) async fn handshake(
    stream: TcpStream,
) -> hyper::Result<(
    http1::SendRequest<Parts>,
    http1::Connection<TokioIo<TcpStream>, Parts>,
)> {
    http1::Builder::new()
        .max_buf_size(READ_AHEAD_LEN)
        .handshake(TokioIo::new(stream))
        .await
}

#[cfg(test)]
#[path = "plain_tests.rs"]
mod tests;
