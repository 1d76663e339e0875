//! `offer`: what workers answer with, and at which price.

use crate::{
    amount::Amount,
    args::{OfferArgs, OfferListArgs, OfferVerb},
    context::{resolve, Context},
    error::CliError,
    output::{printable, table, Answer, Done, Report},
};
use ballast_chain::{
    calls::inference::{self as calls, ModelVersion},
    ss58, Chain,
};
use ballast_core::{
    claim::{TokenLimits, TokenPrice},
    name::ModelRef,
    view::OfferInfo,
    WorkerId,
};
use serde::Serialize;

/// An offer as it is printed.
#[derive(Debug, Serialize)]
pub struct OfferReport {
    pub worker: String,
    pub model: String,
    pub version: u32,
    pub address: String,
    pub price_per_million_in: Amount,
    pub price_per_million_out: Amount,
    pub max_tokens_in: u32,
    pub max_tokens_out: u32,
    pub tier: String,
    pub numbers: String,
    pub endpoint: String,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct OffersReport {
    offers: Vec<OfferReport>,
}

/// Runs a verb about offers.
pub async fn run(verb: &OfferVerb, context: &Context) -> Result<Answer, CliError> {
    match verb {
        OfferVerb::Set(args) => set(args, context).await,
        OfferVerb::List(args) => list(args, context).await,
        OfferVerb::Remove { model } => {
            let signer = context.signer()?;
            let chain = context.chain().await?;
            let version = version_of(chain.as_ref(), model).await?;
            let call = calls::remove_offer(&version);
            context.submit(chain.as_ref(), &signer, &[call]).await?;
            Ok(Answer::new(&Done {
                done: "the offer is withdrawn; channels that are open stay",
            }))
        }
    }
}

async fn set(args: &OfferArgs, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.inference().await?;
    let offer = calls::Offer {
        model: version_of(chain.as_ref(), &args.model).await?,
        price: TokenPrice {
            per_million_in: args.price_in.0,
            per_million_out: args.price_out.0,
        },
        limits: TokenLimits {
            tokens_in: args.max_in,
            tokens_out: args.max_out,
        },
        tier: args.tier.into(),
        numbers: args.numbers.into(),
        endpoint: args.endpoint.clone(),
    };
    let call = calls::set_offer(&offer);
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    let found = chain.offers_of(WorkerId(signer.account())).await?;
    Ok(Answer::new(&OffersReport::from(found.as_slice())))
}

async fn list(args: &OfferListArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.inference().await?;
    let found = match &args.model {
        Some(model) => {
            let version = version_of(chain.as_ref(), model).await?;
            chain.offers(&version).await?
        }
        None => {
            let worker = context.account(args.worker.as_deref())?;
            chain.offers_of(WorkerId(worker)).await?
        }
    };
    Ok(Answer::new(&OffersReport::from(found.as_slice())))
}

/// The version that a reference means.
pub async fn version_of(chain: &dyn Chain, model: &ModelRef) -> Result<ModelVersion, CliError> {
    let version = resolve(chain, model).await?;
    Ok(ModelVersion {
        namespace: model.namespace.clone(),
        name: model.name.clone(),
        version: version.number,
    })
}

impl From<&OfferInfo> for OfferReport {
    fn from(info: &OfferInfo) -> Self {
        Self {
            worker: ss58::encode(&info.worker.0),
            model: format!("{}/{}", printable(&info.namespace), printable(&info.name)),
            version: info.version,
            address: info.model.to_string(),
            price_per_million_in: Amount(info.price.per_million_in),
            price_per_million_out: Amount(info.price.per_million_out),
            max_tokens_in: info.limits.tokens_in,
            max_tokens_out: info.limits.tokens_out,
            tier: info.tier.to_string(),
            numbers: info.numbers.to_string(),
            endpoint: printable(&info.endpoint),
        }
    }
}

impl From<&[OfferInfo]> for OffersReport {
    fn from(found: &[OfferInfo]) -> Self {
        Self {
            offers: found.iter().map(OfferReport::from).collect(),
        }
    }
}

impl Report for OffersReport {
    fn text(&self) -> String {
        let row = |offer: &OfferReport| {
            vec![
                offer.worker.clone(),
                format!("{}@{}", offer.model, offer.version),
                offer.price_per_million_in.to_string(),
                offer.price_per_million_out.to_string(),
                offer.max_tokens_in.to_string(),
                offer.max_tokens_out.to_string(),
                offer.tier.clone(),
                offer.numbers.clone(),
                offer.endpoint.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = self.offers.iter().map(row).collect();
        table(
            &[
                "WORKER", "MODEL", "IN/M", "OUT/M", "MAX IN", "MAX OUT", "TIER", "NUMBERS",
                "ENDPOINT",
            ],
            &rows,
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub mod tests {
    use super::*;
    use ballast_core::{price::BAL, Address, Numbers, Tier};

    pub fn offer() -> OfferInfo {
        OfferInfo {
            worker: WorkerId([1; 32]),
            namespace: b"ada".to_vec(),
            name: b"tiny".to_vec(),
            version: 3,
            model: Address([2; 32]),
            price: TokenPrice {
                per_million_in: BAL,
                per_million_out: BAL / 2,
            },
            limits: TokenLimits {
                tokens_in: 512,
                tokens_out: 128,
            },
            tier: Tier::T1,
            numbers: Numbers::BFloat16,
            endpoint: b"http://w\x1b:1".to_vec(),
        }
    }

    #[test]
    fn json_is_a_list_of_flat_offers() {
        let json = serde_json::to_value(OffersReport::from(&[offer()][..])).unwrap();
        let expected = serde_json::json!([{
            "worker": ss58::encode(&[1; 32]), "model": "ada/tiny", "version": 3, "address": "02".repeat(32),
            "price_per_million_in": "1000000000000", "price_per_million_out": "500000000000",
            "max_tokens_in": 512, "max_tokens_out": 128, "tier": "T1", "numbers": "bfloat16",
            "endpoint": "http://w\u{fffd}:1",
        }]);
        assert_eq!(json, expected);
    }

    #[test]
    fn text_is_a_table() {
        let text = OffersReport::from(&[offer()][..]).text();
        assert!(text.starts_with("WORKER"));
        assert!(
            text.contains("ada/tiny@3") && text.contains("0.5 BAL") && text.contains("bfloat16"),
            "{text}"
        );
    }
}
