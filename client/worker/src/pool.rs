//! Connections that wait for their next request.
//!
//! Goals: nothing is given out that is closed, has bytes nobody asked for, or is older than [`IDLE_CONNECTION_AGE`];
//! nothing is kept for twice as long, also when no request comes any more.
//! Limits: [`MAX_IDLE_CONNECTIONS`] of one endpoint, [`MAX_ENDPOINTS`] endpoints.

use crate::http::{IDLE_CONNECTION_AGE, MAX_IDLE_CONNECTIONS};
use std::{
    collections::HashMap,
    io::ErrorKind,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Instant,
};
use tokio::{net::TcpStream, task::JoinHandle};

/// Endpoints of which connections are kept.
const MAX_ENDPOINTS: usize = 1024;

/// The connections of all clients of a connector.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By host and port; none is empty. The last used connection comes last.
    endpoints: HashMap<Arc<str>, Vec<Idle>>,
    /// Runs while there are any.
    sweeper: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Idle {
    stream: TcpStream,
    since: Instant,
}

impl Pool {
    /// A connection over which a request may be sent. It can still turn out to be closed.
    pub(crate) fn take(&self, endpoint: &str) -> Option<TcpStream> {
        loop {
            let idle = self.pop(endpoint)?;
            if idle.is_young(Instant::now()) && is_quiet(&idle.stream) {
                return Some(idle.stream);
            }
        }
    }

    fn pop(&self, endpoint: &str) -> Option<Idle> {
        let mut state = self.state();
        let connections = state.endpoints.get_mut(endpoint)?;
        let idle = connections.pop();
        if connections.is_empty() {
            state.endpoints.remove(endpoint);
        }
        idle
    }

    /// Keeps a connection whose last answer was read to its end.
    pub(crate) fn put(self: &Arc<Self>, endpoint: &Arc<str>, stream: TcpStream) {
        let since = Instant::now();
        let mut state = self.state();
        if !state.endpoints.contains_key(endpoint) {
            state.make_room(MAX_ENDPOINTS, since);
        }
        let connections = state.endpoints.entry(endpoint.clone()).or_default();
        if connections.len() >= MAX_IDLE_CONNECTIONS {
            connections.remove(0);
        }
        connections.push(Idle { stream, since });
        // One whose runtime is gone sweeps no more.
        if state.sweeper.as_ref().is_none_or(JoinHandle::is_finished) {
            state.sweeper = Some(tokio::spawn(sweep(Arc::downgrade(self))));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No step of a change leaves it unusable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Leaves room for one more endpoint among so many.
    fn make_room(&mut self, max: usize, now: Instant) {
        if self.endpoints.len() < max {
            return;
        }
        self.drop_aged(now);
        if self.endpoints.len() < max {
            return;
        }
        let oldest = self.endpoints.iter().min_by_key(|(_, idle)| last_use(idle));
        if let Some(oldest) = oldest.map(|(endpoint, _)| endpoint.clone()) {
            self.endpoints.remove(&oldest);
        }
    }

    fn drop_aged(&mut self, now: Instant) {
        self.endpoints.retain(|_, connections| {
            connections.retain(|idle| idle.is_young(now));
            !connections.is_empty()
        });
    }
}

impl Idle {
    fn is_young(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) < IDLE_CONNECTION_AGE
    }
}

fn last_use(connections: &[Idle]) -> Option<Instant> {
    connections.last().map(|idle| idle.since)
}

/// Whether it is open, as far as this side knows, and the other said nothing unasked.
fn is_quiet(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

async fn sweep(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(IDLE_CONNECTION_AGE).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut state = pool.state();
        state.drop_aged(Instant::now());
        if state.endpoints.is_empty() {
            // Under the lock, so that the next connection starts another.
            state.sweeper = None;
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::{io::AsyncWriteExt, net::TcpListener};

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
        (near.unwrap(), far.unwrap().0)
    }

    #[tokio::test]
    async fn a_connection_is_given_out_once_and_only_for_its_endpoint() {
        let pool = Arc::new(Pool::default());
        let (near, _far) = pair().await;
        pool.put(&"a:1".into(), near);
        assert!(pool.take("a:2").is_none());
        assert!(pool.take("a:1").is_some());
        assert!(pool.take("a:1").is_none());
        assert!(pool.state().endpoints.is_empty());
    }

    #[tokio::test]
    async fn what_is_closed_or_speaks_unasked_is_not_given_out() {
        let pool = Arc::new(Pool::default());
        let (closed, far) = pair().await;
        drop(far);
        let (talks, mut far) = pair().await;
        far.write_all(b"x").await.unwrap();
        for stream in [closed, talks] {
            stream.readable().await.unwrap();
            pool.put(&"a:1".into(), stream);
            assert!(pool.take("a:1").is_none());
        }
    }

    #[tokio::test]
    async fn no_more_than_the_bound_is_kept_of_an_endpoint() {
        let pool = Arc::new(Pool::default());
        let mut far_ends = Vec::new();
        for _ in 0..MAX_IDLE_CONNECTIONS + 2 {
            let (near, far) = pair().await;
            pool.put(&"a:1".into(), near);
            far_ends.push(far);
        }
        let kept = std::iter::from_fn(|| pool.take("a:1")).count();
        assert_eq!(kept, MAX_IDLE_CONNECTIONS);
    }

    #[tokio::test]
    async fn aged_connections_are_dropped() {
        let pool = Arc::new(Pool::default());
        let (near, _far) = pair().await;
        pool.put(&"a:1".into(), near);
        let mut state = pool.state();
        state.drop_aged(Instant::now());
        assert_eq!(state.endpoints.len(), 1);
        state.drop_aged(Instant::now() + IDLE_CONNECTION_AGE);
        assert!(state.endpoints.is_empty());
    }

    #[tokio::test]
    async fn the_endpoint_used_longest_ago_makes_room() {
        let pool = Arc::new(Pool::default());
        let mut far_ends = Vec::new();
        for endpoint in ["first:1", "second:1"] {
            let (near, far) = pair().await;
            pool.put(&endpoint.into(), near);
            far_ends.push(far);
        }
        let mut state = pool.state();
        state.make_room(3, Instant::now());
        assert_eq!(state.endpoints.len(), 2);
        state.make_room(2, Instant::now());
        assert_eq!(
            state.endpoints.keys().map(|key| &**key).collect::<Vec<_>>(),
            ["second:1"]
        );
    }
}
