//! What a model's name takes in deposits: namespace, model, version, tags.
//!
//! Goals: the estimate is what the chain will hold, from the same facts, before anything is sent.
//! Non-goals: the blobs' leases and deposits (`plan`), transaction fees (`fees`).

use super::{ModelTarget, PublishError};
use crate::Client;
use ballast_core::{
    view::{ModelInfo, ModelParams, Selector},
    Address, Balance,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// What is held when a manifest becomes a version of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NameDeposits {
    /// For the namespace, if it is free and will be taken.
    pub namespace: Balance,
    /// For the model, if it will be created.
    pub model: Balance,
    /// For the version, unless it is the newest one already.
    pub version: Balance,
    /// For tags that the model does not have yet.
    pub tags: Balance,
    /// Held from the commitment to a namespace until it is taken, then returned.
    pub commitment: Balance,
    /// Whether that is held already.
    pub is_committed: bool,
    /// Whether the namespace will be taken.
    pub takes_namespace: bool,
    /// Whether the model will be created.
    pub creates_model: bool,
    /// Whether there will be a new version.
    pub releases_version: bool,
}

/// What is on chain of a target.
struct Facts {
    is_namespace_free: bool,
    model: Option<ModelInfo>,
    /// Manifest of the model's newest version.
    newest: Option<Address>,
    is_committed: bool,
}

impl NameDeposits {
    /// What stays held.
    pub fn total(&self) -> Balance {
        let parts = [self.namespace, self.model, self.version, self.tags];
        parts.into_iter().fold(0, Balance::saturating_add)
    }

    /// What an account must have free for all of this and for `blobs`, without fees. The deposit of a commitment comes
    /// back before the namespace's is taken.
    pub fn needed(&self, blobs: Balance) -> Balance {
        let total = blobs.saturating_add(self.total());
        match self.is_committed {
            true => total.saturating_sub(self.commitment),
            false => total.max(self.commitment),
        }
    }
}

impl Client {
    /// What publishing `manifest` under a name takes in deposits. Without an account, as for one that has made no
    /// commitment.
    pub async fn name_deposits(
        &self,
        account: Option<[u8; 32]>,
        manifest: Address,
        target: &ModelTarget,
    ) -> Result<NameDeposits, PublishError> {
        let (namespace, name) = (&target.namespace, &target.name);
        let newest = self
            .chain
            .resolve(namespace, name, Selector::Latest)
            .await?;
        let commitment = match account {
            Some(account) => self.chain.commitment(account).await?,
            None => None,
        };
        let facts = Facts {
            is_namespace_free: self.chain.namespace(namespace).await?.is_none(),
            model: self.chain.model(namespace, name).await?,
            newest: newest.map(|version| version.manifest),
            is_committed: commitment.is_some(),
        };
        let params = self.chain.model_params().await?;
        Ok(deposits(&params, manifest, &target.tags, &facts))
    }
}

fn deposits(
    params: &ModelParams,
    manifest: Address,
    tags: &[String],
    facts: &Facts,
) -> NameDeposits {
    let when = |is_due: bool, deposit: Balance| if is_due { deposit } else { 0 };
    let is_set = |tag: &str| {
        let known = facts.model.iter().flat_map(|model| &model.tags);
        known.into_iter().any(|(known, _)| known == tag.as_bytes())
    };
    let new: BTreeSet<&String> = tags.iter().filter(|tag| !is_set(tag)).collect();
    let new = Balance::try_from(new.len()).unwrap_or(Balance::MAX);
    let takes_namespace = facts.is_namespace_free;
    let creates_model = facts.model.is_none();
    let releases_version = facts.newest != Some(manifest);
    NameDeposits {
        namespace: when(takes_namespace, params.namespace_deposit),
        model: when(creates_model, params.model_deposit),
        version: when(releases_version, params.version_deposit),
        tags: params.tag_deposit.saturating_mul(new),
        commitment: when(takes_namespace, params.commitment_deposit),
        is_committed: takes_namespace && facts.is_committed,
        takes_namespace,
        creates_model,
        releases_version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deposits(namespace: Balance, commitment: Balance, is_committed: bool) -> NameDeposits {
        NameDeposits {
            namespace,
            model: 10,
            version: 1,
            commitment,
            is_committed,
            ..NameDeposits::default()
        }
    }

    #[test]
    fn a_commitment_is_returned_before_the_namespace_is_paid() {
        assert_eq!(deposits(100, 5, false).needed(30), 141);
        assert_eq!(deposits(100, 5, true).needed(30), 136);
        assert_eq!(deposits(0, 500, false).needed(30), 500);
        assert_eq!(deposits(0, 500, true).needed(30), 0);
    }
}
