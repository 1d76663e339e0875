//! Places for requests: so many in all, and not all of them for one client.

use super::{
    error::ApiError,
    limits::{PEER_SHARE, RETRY_AFTER_S},
};
use ballast_http_server::Peer;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The places there are.
pub struct Places {
    all: u32,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: u32,
    by_peer: HashMap<Peer, u32>,
}

/// A place; given back when dropped.
pub struct Place {
    places: Arc<Places>,
    peer: Peer,
}

impl Places {
    /// So many.
    pub fn new(all: u32) -> Self {
        Self {
            all,
            taken: Mutex::default(),
        }
    }

    /// A place for a client, if there is one.
    pub fn take(this: &Arc<Self>, peer: Peer) -> Result<Place, ApiError> {
        let mut taken = this.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_peer = taken.by_peer.get(&peer).copied().unwrap_or_default();
        if taken.all >= this.all {
            let message = format!(
                "{} requests are under way, which is the most; try again",
                this.all
            );
            return Err(ApiError::overloaded(message, RETRY_AFTER_S));
        }
        // Behind an address of this machine or network may be a proxy that speaks for many.
        if !peer.is_local() && of_peer >= this.share() {
            let message = format!(
                "you have {of_peer} requests under way, which is the most; wait for one of them"
            );
            return Err(ApiError::overloaded(message, RETRY_AFTER_S));
        }
        taken.all += 1;
        taken.by_peer.insert(peer, of_peer + 1);
        Ok(Place {
            places: this.clone(),
            peer,
        })
    }

    fn share(&self) -> u32 {
        self.all.div_ceil(PEER_SHARE)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self
            .places
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        match taken.by_peer.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.by_peer.remove(&self.peer)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::of(address.parse().unwrap())
    }

    #[test]
    fn a_client_has_its_share_and_all_clients_have_all_places() {
        let places = Arc::new(Places::new(4));
        let one = Places::take(&places, peer("192.0.2.1")).ok().unwrap();
        assert_eq!(
            Places::take(&places, peer("192.0.2.1"))
                .err()
                .unwrap()
                .status(),
            429
        );
        let rest: Vec<Place> = (2..5)
            .map(|last| {
                Places::take(&places, peer(&format!("192.0.2.{last}")))
                    .ok()
                    .unwrap()
            })
            .collect();
        assert_eq!(
            Places::take(&places, peer("192.0.2.9"))
                .err()
                .unwrap()
                .status(),
            429
        );
        drop(one);
        assert!(Places::take(&places, peer("192.0.2.1")).is_ok());
        drop(rest);
        assert_eq!(places.taken.lock().unwrap().by_peer.len(), 0);
    }

    #[test]
    fn a_local_proxy_may_have_all_places() {
        let places = Arc::new(Places::new(4));
        let taken: Vec<_> = (0..4)
            .map(|_| Places::take(&places, peer("127.0.0.1")))
            .collect();
        assert!(taken.iter().all(Result::is_ok));
    }
}
