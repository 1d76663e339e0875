//! How much may be under way at once. Who comes when a gate is full waits a moment, then is told to come back.

use super::error::ApiError;
use crate::config::Limits;
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits at a full gate.
pub const WAIT_MAX: Duration = Duration::from_secs(2);
/// Transfers under way for each upload or read worked on: most of a request's time is its transfer.
const TRANSFERS_PER_WORK: u32 = 4;

/// A bound with a name.
#[derive(Debug)]
pub struct Gate {
    what: &'static str,
    limit: u32,
    permits: Arc<Semaphore>,
}

/// Leave to go on; given back when dropped.
pub type Permit = OwnedSemaphorePermit;

impl Gate {
    fn new(what: &'static str, limit: u32) -> Self {
        Self {
            what,
            limit,
            permits: Arc::new(Semaphore::new(limit as usize)),
        }
    }

    /// Waits for leave, not for long.
    pub async fn enter(&self) -> Result<Permit, ApiError> {
        match tokio::time::timeout(WAIT_MAX, self.permits.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(ApiError::busy(self.what, self.limit)),
        }
    }
}

/// The server's gates.
#[derive(Debug)]
pub struct Gates {
    /// Uploads, from the first byte of the body until it is stored: each has up to 1 MiB of memory.
    pub bodies: Gate,
    /// Work on hashes and disk for uploads.
    pub uploads: Gate,
    /// Answers with bytes of shards, until they are sent: each has up to 1 MiB of memory.
    pub answers: Gate,
    /// Work on disk and hashes for answers.
    pub reads: Gate,
}

impl Gates {
    /// Gates for these limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            bodies: Gate::new("uploads", limits.uploads.saturating_mul(TRANSFERS_PER_WORK)),
            uploads: Gate::new("writes", limits.uploads),
            answers: Gate::new("downloads", limits.reads.saturating_mul(TRANSFERS_PER_WORK)),
            reads: Gate::new("reads", limits.reads),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_worker_api::ErrorCode;

    #[tokio::test]
    async fn a_full_gate_lets_wait_and_then_refuses() {
        let gate = Gate::new("uploads", 1);
        let permit = gate.enter().await.unwrap();
        assert_eq!(gate.enter().await.unwrap_err().code(), &ErrorCode::Busy);
        drop(permit);
        drop(gate.enter().await.unwrap());
    }
}
