//! How often a client may ask: a bucket of tokens for each address.

use crate::{
    error::ApiError,
    limits::{BURST_SECONDS, CLIENTS},
    shared::{bounded, locked},
};
use lru::LruCache;
use std::{net::IpAddr, sync::Mutex, time::Instant};

/// Buckets that fill at one rate.
pub struct Rates {
    per_second: f64,
    buckets: Mutex<LruCache<IpAddr, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Rates {
    /// Buckets of this many requests a second; 0 for no limit.
    pub fn new(per_second: u32) -> Self {
        Self {
            per_second: per_second.into(),
            buckets: Mutex::new(bounded(CLIENTS)),
        }
    }

    /// Takes a token, or tells the client to come back.
    pub fn admit(&self, client: IpAddr) -> Result<(), ApiError> {
        self.admit_at(client, Instant::now())
    }

    fn admit_at(&self, client: IpAddr, now: Instant) -> Result<(), ApiError> {
        if self.per_second <= 0.0 {
            return Ok(());
        }
        let full = self.per_second * f64::from(BURST_SECONDS);
        let admitted = locked(&self.buckets, |buckets| {
            let bucket = buckets.get_or_insert_mut(key(client), || Bucket {
                tokens: full,
                filled: now,
            });
            let since = now.saturating_duration_since(bucket.filled).as_secs_f64();
            bucket.tokens = (bucket.tokens + since * self.per_second).min(full);
            bucket.filled = now;
            let admitted = bucket.tokens >= 1.0;
            if admitted {
                bucket.tokens -= 1.0;
            }
            admitted
        });
        match admitted {
            true => Ok(()),
            false => Err(ApiError::busy(format!(
                "a client may make {} requests a second here; wait a moment",
                self.per_second
            ))),
        }
    }
}

/// Who has one IPv6 address has its whole /64.
fn key(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => {
            let prefix = u128::from(ip) & !u128::from(u64::MAX);
            IpAddr::V6(prefix.into())
        }
        ip => ip,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_client_may_burst_and_then_has_its_rate() {
        let (rates, start) = (Rates::new(2), Instant::now());
        let (one, other): (IpAddr, IpAddr) =
            ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let burst = 2 * BURST_SECONDS;
        assert!((0..burst).all(|_| rates.admit_at(one, start).is_ok()));
        assert_eq!(rates.admit_at(one, start).unwrap_err().status(), 429);
        assert!(rates.admit_at(other, start).is_ok());
        assert!(rates
            .admit_at(one, start + Duration::from_millis(600))
            .is_ok());
        assert!(rates
            .admit_at(one, start + Duration::from_millis(600))
            .is_err());
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_a_bucket() {
        let (rates, start) = (Rates::new(1), Instant::now());
        let ip = |last: u16| IpAddr::V6(format!("2001:db8::{last:x}").parse().unwrap());
        assert!((0..BURST_SECONDS as u16).all(|last| rates.admit_at(ip(last), start).is_ok()));
        assert!(rates.admit_at(ip(99), start).is_err());
    }

    #[test]
    fn no_rate_is_no_limit() {
        let (rates, start) = (Rates::new(0), Instant::now());
        assert!((0..1000).all(|_| rates.admit_at("192.0.2.1".parse().unwrap(), start).is_ok()));
    }
}
