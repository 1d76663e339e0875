//! How much may be under way at once, in all and for one peer. Who comes when a gate is full waits a moment, then is
//! told to come back.
//!
//! Goals: a peer that opens many connections, or moves its bytes slowly, holds up itself and not the others; every
//! wait is bounded.
//! Non-goals: rates; what a slow peer may take in time is bounded where its bytes are moved.

use crate::config::Limits;
use ballast_http_server::Peer;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{timeout_at, Instant},
};

/// How long a request waits at a full gate.
pub const WAIT_MAX: Duration = Duration::from_secs(2);
/// Transfers under way for each upload or read worked on: most of a request's time is its transfer.
pub const TRANSFERS_PER_WORK: u32 = 4;
/// One peer may have this part of the work under way, and as many transfers: a sixteenth of those. So it takes as many
/// addresses to fill a gate as it takes to use up the connections, by their default limits.
pub const PEER_SHARE: u32 = 4;
/// Peers remembered that have nothing under way.
const IDLE_PEERS_MAX: usize = 1024;

/// A bound with a name.
#[derive(Debug)]
pub struct Gate {
    what: &'static str,
    limit: u32,
    share: u32,
    permits: Arc<Semaphore>,
    /// The shares of peers.
    peers: Mutex<HashMap<Peer, Arc<Semaphore>>>,
}

/// Leave to go on; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    _of_gate: OwnedSemaphorePermit,
    /// None for a local peer.
    _of_share: Option<OwnedSemaphorePermit>,
}

/// There was no leave within the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// Others have it all.
    #[error("{limit} {what} are under way already; try again shortly")]
    Gate {
        /// What is bounded.
        what: &'static str,
        /// How many there may be.
        limit: u32,
    },
    /// The peer has its share.
    #[error("{share} {what} from your address are under way already, no address may have more; try again when one of them has ended")]
    Share {
        /// What is bounded.
        what: &'static str,
        /// How many one peer may have.
        share: u32,
    },
}

impl Gate {
    /// A gate for `limit` at once, of which one peer may have the `share`.
    pub fn new(what: &'static str, limit: u32, share: u32) -> Self {
        Self {
            what,
            limit,
            share: share.max(1),
            permits: Arc::new(Semaphore::new(limit as usize)),
            peers: Mutex::default(),
        }
    }

    /// Waits for leave, not for long.
    pub async fn enter(&self, peer: Peer) -> Result<Permit, Full> {
        self.enter_within(peer, WAIT_MAX).await
    }

    /// Waits for leave at most for `wait`. Who waits for its own share does not stand in the way of others.
    pub async fn enter_within(&self, peer: Peer, wait: Duration) -> Result<Permit, Full> {
        let deadline = Instant::now() + wait;
        let of_share = match peer.is_local() {
            true => None,
            false => Some(self.enter_share(peer, deadline).await?),
        };
        match timeout_at(deadline, self.permits.clone().acquire_owned()).await {
            Ok(Ok(of_gate)) => Ok(Permit {
                _of_gate: of_gate,
                _of_share: of_share,
            }),
            _ => Err(Full::Gate {
                what: self.what,
                limit: self.limit,
            }),
        }
    }

    async fn enter_share(
        &self,
        peer: Peer,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, Full> {
        match timeout_at(deadline, self.share_of(peer).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Full::Share {
                what: self.what,
                share: self.share,
            }),
        }
    }

    fn share_of(&self, peer: Peer) -> Arc<Semaphore> {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if peers.len() >= IDLE_PEERS_MAX && !peers.contains_key(&peer) {
            // Permits, and those who wait for one, hold on to their semaphore.
            peers.retain(|_, share| Arc::strong_count(share) > 1);
        }
        let share = || Arc::new(Semaphore::new(self.share as usize));
        peers.entry(peer).or_insert_with(share).clone()
    }
}

/// The server's gates.
#[derive(Debug)]
pub struct Gates {
    /// Uploads, from the first byte of the body until it is stored: each has up to 1 MiB of memory.
    pub bodies: Gate,
    /// Work on hashes and disk for uploads.
    pub uploads: Gate,
    /// Answers with bytes of shards, until they are sent, one column block at a time: each has up to 1 MiB of memory.
    pub answers: Gate,
    /// Work on disk and hashes for answers.
    pub reads: Gate,
}

impl Gates {
    /// Gates for these limits.
    pub fn new(limits: &Limits) -> Self {
        let work = |what, limit: u32| Gate::new(what, limit, limit / PEER_SHARE);
        let transfers = |what, limit: u32| {
            let transfers = limit.saturating_mul(TRANSFERS_PER_WORK);
            Gate::new(what, transfers, limit / PEER_SHARE)
        };
        Self {
            bodies: transfers("uploads", limits.uploads),
            uploads: work("writes", limits.uploads),
            answers: transfers("downloads", limits.reads),
            reads: work("reads", limits.reads),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn peer(last: u8) -> Peer {
        Peer::of([192, 0, 2, last].into())
    }

    fn local() -> Peer {
        Peer::of([127, 0, 0, 1].into())
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_gate_lets_wait_and_then_refuses() {
        let gate = Gate::new("uploads", 1, 1);
        let permit = gate.enter(peer(1)).await.unwrap();
        let full = Full::Gate {
            what: "uploads",
            limit: 1,
        };
        let started = Instant::now();
        assert_eq!(gate.enter(peer(2)).await.unwrap_err(), full);
        assert!(started.elapsed() >= WAIT_MAX);
        drop(permit);
        drop(gate.enter(peer(2)).await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_has_its_share_and_others_have_the_rest() {
        let gate = Gate::new("uploads", 4, 2);
        let _held = [
            gate.enter(peer(1)).await.unwrap(),
            gate.enter(peer(1)).await.unwrap(),
        ];
        let full = Full::Share {
            what: "uploads",
            share: 2,
        };
        assert_eq!(gate.enter(peer(1)).await.unwrap_err(), full);
        let other = gate.enter(peer(2)).await.unwrap();
        drop(gate.enter(peer(2)).await.unwrap());
        drop(other);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_its_own_share_does_not_stand_in_the_way() {
        let gate = Gate::new("uploads", 2, 1);
        let held = gate.enter(peer(1)).await.unwrap();
        let waiting = gate.enter(peer(1));
        let others = async {
            tokio::time::sleep(WAIT_MAX / 2).await;
            drop(gate.enter(peer(2)).await.unwrap());
            drop(held);
        };
        let (waited, ()) = tokio::join!(waiting, others);
        drop(waited.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_local_proxy_may_have_it_all() {
        let gate = Gate::new("reads", 3, 1);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(gate.enter(local()).await.unwrap());
        }
        assert!(matches!(
            gate.enter(local()).await,
            Err(Full::Gate { limit: 3, .. })
        ));
    }

    #[tokio::test]
    async fn peers_with_nothing_under_way_are_forgotten() {
        let gate = Gate::new("reads", 9, 2);
        let busy = gate.enter(peer(1)).await.unwrap();
        for address in 0..3 * IDLE_PEERS_MAX as u32 {
            let peer = Peer::of(std::net::Ipv4Addr::from(0xc633_0000 + address).into());
            drop(gate.enter(peer).await.unwrap());
        }
        assert!(gate.peers.lock().unwrap().len() <= IDLE_PEERS_MAX);
        assert!(gate.peers.lock().unwrap().contains_key(&peer(1)));
        drop(busy);
    }

    #[test]
    fn by_default_one_address_has_a_sixteenth_of_the_transfers() {
        let gates = Gates::new(&Limits::default());
        for (gate, limit, share) in [
            (&gates.bodies, 128, 8),
            (&gates.uploads, 32, 8),
            (&gates.answers, 256, 16),
            (&gates.reads, 64, 16),
        ] {
            assert_eq!((gate.limit, gate.share), (limit, share), "{}", gate.what);
        }
    }
}
