//! What a verb works with: settings, the chain, the key. Each is made when it is first asked for.

use crate::{
    amount::Amount, args::GlobalArgs, config::Settings, error::CliError, keys, screen::Screen,
    target::Target,
};
use ballast_chain::{
    ss58, Attestations, Call, Chain, ConnectOptions, Included, Inference, Profiles, RpcChain,
    Signer, Validators,
};
use ballast_core::{name::ModelRef, view::VersionInfo, Address};
use ballast_inference::PayChain;
use ballast_worker_api::EndpointPolicy;
use std::sync::{Arc, OnceLock};

/// What a verb works with.
pub struct Context {
    global: GlobalArgs,
    settings: OnceLock<Settings>,
    /// Where progress goes.
    pub screen: Screen,
}

impl Context {
    /// The context of this call.
    pub fn new(global: GlobalArgs, screen: Screen) -> Self {
        Self {
            global,
            settings: OnceLock::new(),
            screen,
        }
    }

    /// Settings of this call. The configuration is read when they are first asked for: verbs that need none work where
    /// it is broken or where there is no home to look for it.
    pub fn settings(&self) -> Result<&Settings, CliError> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let loaded = Settings::load(&self.global)?;
        Ok(self.settings.get_or_init(|| loaded))
    }

    /// The chain.
    pub async fn chain(&self) -> Result<Arc<dyn Chain>, CliError> {
        Ok(Arc::new(self.connect().await?))
    }

    /// The chain, with what it knows of evidence.
    pub async fn attestations(&self) -> Result<Arc<dyn Attestations>, CliError> {
        Ok(Arc::new(self.connect().await?))
    }

    /// The chain, with its offers and channels.
    pub async fn inference(&self) -> Result<Arc<dyn Inference>, CliError> {
        Ok(Arc::new(self.connect().await?))
    }

    /// The chain, with what paying for inference needs of it.
    pub async fn paying(&self) -> Result<Arc<dyn PayChain>, CliError> {
        Ok(Arc::new(self.connect().await?))
    }

    /// Whether one JSON document is all that is printed.
    pub fn is_json(&self) -> bool {
        self.global.json
    }

    /// The chain behind one's own node, which may be asked to make keys.
    pub async fn validators(&self) -> Result<Arc<dyn Validators>, CliError> {
        Ok(Arc::new(self.connect().await?))
    }

    /// The chain, with what it knows of accounts.
    pub async fn profiles(&self) -> Result<Arc<dyn Profiles>, CliError> {
        Ok(Arc::new(self.connect().await?))
    }

    async fn connect(&self) -> Result<RpcChain, CliError> {
        let settings = self.settings()?;
        let options = ConnectOptions {
            allow_insecure: settings.insecure,
            ..ConnectOptions::default()
        };
        Ok(RpcChain::connect(&settings.url, options).await?)
    }

    /// The key that signs.
    pub fn signer(&self) -> Result<Signer, CliError> {
        keys::signer(self.settings()?)
    }

    /// The account given, or that of the key.
    pub fn account(&self, given: Option<&str>) -> Result<[u8; 32], CliError> {
        keys::account(self.settings()?, given)
    }

    /// The key's account, if there is a key.
    pub fn account_if_any(&self) -> Result<Option<[u8; 32]>, CliError> {
        keys::account_if_any(self.settings()?)
    }

    /// Which workers may be connected to.
    pub fn endpoint_policy(&self) -> Result<EndpointPolicy, CliError> {
        Ok(match self.settings()?.allow_private {
            true => EndpointPolicy::AllowPrivate,
            false => EndpointPolicy::PublicOnly,
        })
    }

    /// Signs and submits calls that succeed or fail together.
    pub async fn submit(
        &self,
        chain: &dyn Chain,
        signer: &Signer,
        calls: &[Call],
    ) -> Result<Included, CliError> {
        let _step = self.screen.step("waiting until the transaction is final");
        Ok(chain.submit(calls, signer).await?)
    }
}

/// The version a reference names.
pub async fn resolve(chain: &dyn Chain, model: &ModelRef) -> Result<VersionInfo, CliError> {
    let found = chain
        .resolve(&model.namespace, &model.name, model.selector.clone())
        .await?;
    match found {
        Some(version) => Ok(version),
        None => Err(unknown_version(chain, model).await?),
    }
}

/// Why there is no such version.
async fn unknown_version(chain: &dyn Chain, model: &ModelRef) -> Result<CliError, CliError> {
    let name = format!("{}/{}", model.namespace, model.name);
    let message = match chain.model(&model.namespace, &model.name).await? {
        None => format!(
            "there is no model {name} on this chain; `ballast ls {}` lists its namespace",
            model.namespace
        ),
        Some(info) if info.versions == 0 => format!("model {name} has no version yet"),
        Some(_) => format!(
            "{model} names no version or tag of that model; `ballast info {name}` lists them"
        ),
    };
    Ok(CliError::usage(message))
}

/// The address a target stands for.
pub async fn address_of(chain: &dyn Chain, target: &Target) -> Result<Address, CliError> {
    match target {
        Target::Address(address) => Ok(*address),
        Target::Model(model) => Ok(resolve(chain, model).await?.manifest),
    }
}

/// Refuses what the account could not pay: what is held or given away, and the fees.
pub async fn ensure_funds(
    chain: &dyn Chain,
    account: [u8; 32],
    cost: Amount,
    fees: Amount,
) -> Result<(), CliError> {
    let info = chain.account(account).await?;
    let free = Amount(info.spendable());
    match free.0 >= cost.0.saturating_add(fees.0) {
        true => Ok(()),
        false => Err(CliError::usage(format!(
            "this takes {cost} and about {fees} of fees, account {} has {free}; send it some BAL (`ballast faucet` does on \
             a development network)",
            ss58::encode(&account)
        ))),
    }
}
