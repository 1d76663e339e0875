//! Accounts behind a node.

use super::{views, RpcChain};
use crate::{ChainError, Profiles};
use async_trait::async_trait;
use ballast_core::view::AccountProfile;

#[async_trait]
impl Profiles for RpcChain {
    async fn profile(&self, account: [u8; 32]) -> Result<AccountProfile, ChainError> {
        self.view(views::PROFILES_PROFILE, account).await
    }
}
