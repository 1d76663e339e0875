//! Accounts as somebody to deal with.

use crate::{Chain, ChainError};
use async_trait::async_trait;
use ballast_core::view::AccountProfile;

/// Reads of the latest finalized block.
#[async_trait]
pub trait Profiles: Chain {
    /// An account's name, where it answers, and what its dealings came to.
    async fn profile(&self, account: [u8; 32]) -> Result<AccountProfile, ChainError>;
}
