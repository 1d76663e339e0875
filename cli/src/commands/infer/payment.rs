//! What `infer`, `embed` and `infer-proxy` share: who is paid, from what, and how a refusal is told.

use crate::{
    args::PayArgs, commands::offer::version_of, context::Context, error::CliError,
    keys::parse_account, output::printable,
};
use ballast_chain::{ErrorClass, Signer};
use ballast_core::{claim::TokenPrice, name::ModelRef, ChannelId, WorkerId};
use ballast_inference::{Funding, PayChain, Payer, RenewingPayer, Settings, Wanted};
use ballast_worker_api::{Connector, Timeouts};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// What paying needs: the chain, the key, what is wanted, and how it is paid.
type Terms = (Arc<dyn PayChain>, Signer, Wanted, Settings);

/// Finds or opens the channel that pays.
pub async fn open(model: &ModelRef, args: &PayArgs, context: &Context) -> Result<Payer, CliError> {
    let (chain, signer, wanted, settings) = terms(model, args, context).await?;
    let _step = context.screen.step("looking for a channel that pays");
    Ok(Payer::open(chain, signer, &wanted, settings).await?)
}

/// The same, for who goes on from another channel when that one is over.
pub async fn open_renewing(
    model: &ModelRef,
    args: &PayArgs,
    context: &Context,
) -> Result<RenewingPayer, CliError> {
    let (chain, signer, wanted, settings) = terms(model, args, context).await?;
    let _step = context.screen.step("looking for a channel that pays");
    Ok(RenewingPayer::open(chain, signer, wanted, settings).await?)
}

async fn terms(model: &ModelRef, args: &PayArgs, context: &Context) -> Result<Terms, CliError> {
    let signer = context.signer()?;
    let chain = context.paying().await?;
    let wanted = Wanted {
        model: version_of(chain.as_ref(), model).await?,
        tier: args.tier.into(),
        numbers: args.numbers.map(Into::into),
        worker: match &args.worker {
            Some(worker) => Some(WorkerId(parse_account(worker)?)),
            None => None,
        },
        channel: args.channel.map(ChannelId),
        max_price: args
            .max_price_in
            .zip(args.max_price_out)
            .map(|(read, written)| TokenPrice {
                per_million_in: read.0,
                per_million_out: written.0,
            }),
    };
    let connector = Connector::new(context.endpoint_policy()?, Timeouts::default())
        .map_err(|error| CliError::fatal(error.to_string()))?;
    let settings = Settings {
        folder: crate::commands::channel::folder()?,
        connector,
        timeout: Duration::from_secs(args.timeout),
        funding: Funding {
            deposit: args.deposit.map(|deposit| deposit.0),
            budget: args.budget.or(args.deposit).unwrap_or_default().0,
        },
        sealed: args.sealed,
    };
    Ok((chain, signer, wanted, settings))
}

/// What the worker says that it serves, which must be the model that is paid for.
pub async fn served(payer: &Payer) -> Result<Value, CliError> {
    let (status, body) = payer.question("/v1/models").await?;
    let list: Value = serde_json::from_slice(&body).unwrap_or_default();
    let address = payer.model().to_string();
    let models = list["data"].as_array().cloned().unwrap_or_default();
    let found = models
        .into_iter()
        .find(|model| model["address"] == address.as_str());
    match (status, found) {
        (200, Some(model)) if model["id"].is_string() => Ok(model),
        _ => Err(CliError::retryable(format!(
            "the worker at {} does not serve {address} at present, though it offers it",
            payer.endpoint()
        ))),
    }
}

/// A worker's refusal, by its own words.
pub fn refusal(status: u16, body: &[u8]) -> CliError {
    let object: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &object["error"];
    let word = |name: &str| printable(error[name].as_str().unwrap_or_default().as_bytes());
    let class = match status {
        408 | 409 | 429 | 500..=599 => ErrorClass::Retryable,
        _ => ErrorClass::Usage,
    };
    let message = match (word("message"), word("code")) {
        (message, _) if message.is_empty() => format!("the worker refused with status {status}"),
        (message, code) if code.is_empty() => format!("the worker refused: {message}"),
        (message, code) => format!("the worker refused: {message} ({code})"),
    };
    CliError::new(class, format!("{message}; nothing was paid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_workers_words_with_its_class() {
        let body = br#"{"error":{"message":"too long","code":"context_length_exceeded"}}"#;
        let told = refusal(400, body);
        assert_eq!(told.code(), 2);
        assert_eq!(
            told.to_string(),
            "the worker refused: too long (context_length_exceeded); nothing was paid"
        );
        assert_eq!(refusal(503, b"").code(), 3);
        assert!(refusal(503, b"").to_string().contains("status 503"));
    }
}
