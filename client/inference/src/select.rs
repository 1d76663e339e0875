//! Which channel pays: one that is open already, or a new one on the cheapest offer. Where nobody says in which numbers answers
//! are to be computed, what is computed in float32 comes first, at any price within the limits: there no weight is rounded.
//!
//! Goals: no more is put in than the caller allows; a channel that another process counts is left to it.

use crate::{
    book::Book,
    journal::{Journal, JournalError},
    PayError,
};
use ballast_chain::{
    calls::inference::{self as calls, ModelVersion},
    Attestations, Inference, Signer,
};
use ballast_core::{
    claim::TokenPrice,
    view::{ChannelInfo, ChannelState, OfferInfo},
    Balance, ChannelId, Numbers, Tier, WorkerId,
};
use std::path::Path;

/// The chain with what paying needs of it.
pub trait PayChain: Inference + Attestations {}
impl<T: Inference + Attestations> PayChain for T {}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The model version.
    pub model: ModelVersion,
    /// Tier that the worker's session key must have.
    pub tier: Tier,
    /// Numbers that answers must be computed in, if it must be those.
    pub numbers: Option<Numbers>,
    /// The worker, if it must be that one.
    pub worker: Option<WorkerId>,
    /// The channel, if it must be that one.
    pub channel: Option<ChannelId>,
    /// What a million tokens may cost at most.
    pub max_price: Option<TokenPrice>,
}

/// What may be put into channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funding {
    /// How much at a time, when a channel is opened or has too little; nothing without it.
    pub deposit: Option<Balance>,
    /// How much a channel may hold in all.
    pub budget: Balance,
}

/// A channel with its book.
pub struct Held {
    /// As the chain has it.
    pub info: ChannelInfo,
    /// What it was spent on.
    pub journal: Journal,
}

/// Finds or opens the channel that pays.
pub async fn hold(
    chain: &dyn PayChain,
    signer: &Signer,
    wanted: &Wanted,
    funding: &Funding,
    folder: &Path,
) -> Result<Held, PayError> {
    if let Some(channel) = wanted.channel {
        let info = chain.channel(channel).await?;
        let info = info.ok_or_else(|| {
            PayError::NoChannel(format!("there is no channel {channel}, or it is over"))
        })?;
        fits(&info, signer, wanted).map_err(PayError::NoChannel)?;
        return held(chain, info, folder);
    }
    if let Some(found) = find(chain, signer, wanted, folder).await? {
        return Ok(found);
    }
    let info = open(chain, signer, wanted, funding).await?;
    held(chain, info, folder)
}

/// The fullest open channel that fits and that nobody else on this machine counts, of those in float32 if there are any.
async fn find(
    chain: &dyn PayChain,
    signer: &Signer,
    wanted: &Wanted,
    folder: &Path,
) -> Result<Option<Held>, PayError> {
    let mut open = chain.channels_of(signer.account()).await?;
    open.retain(|info| fits(info, signer, wanted).is_ok());
    open.sort_by_key(|info| {
        let left = info.deposited.saturating_sub(info.drawn);
        (info.numbers, std::cmp::Reverse(left))
    });
    for info in open {
        match held(chain, info, folder) {
            Err(PayError::Journal(error @ JournalError::InUse { .. })) => {
                tracing::debug!(%error, "another channel is looked for");
            }
            Ok(held) if held.journal.book().distrust().is_some() => {
                tracing::warn!(
                    channel = held.info.channel.0,
                    reason = held.journal.book().distrust(),
                    "this channel is not used any more"
                );
            }
            other => return other.map(Some),
        }
    }
    Ok(None)
}

fn held(chain: &dyn PayChain, info: ChannelInfo, folder: &Path) -> Result<Held, PayError> {
    let new = || Book::new(info.drawn, info.last_number);
    let (journal, is_new) = Journal::open(folder, chain.genesis_hash(), info.channel, new)?;
    if is_new && info.last_number > 0 {
        tracing::warn!(
            channel = info.channel.0,
            "no journal of this channel is here; it goes on from what was settled on chain"
        );
    }
    Ok(Held { info, journal })
}

/// Why a channel cannot pay what is wanted.
fn fits(info: &ChannelInfo, signer: &Signer, wanted: &Wanted) -> Result<(), String> {
    let channel = info.channel;
    let same_model = info
        .namespace
        .eq_ignore_ascii_case(wanted.model.namespace.as_bytes())
        && info.name.eq_ignore_ascii_case(wanted.model.name.as_bytes())
        && info.version == wanted.model.version;
    if !same_model {
        return Err(format!("channel {channel} pays for another model"));
    }
    if info.state != ChannelState::Open {
        return Err(format!("channel {channel} is closed"));
    }
    if info.signer != signer.account() {
        return Err(format!(
            "vouchers of channel {channel} are signed by another key; use that one"
        ));
    }
    if info.tier < wanted.tier {
        return Err(format!(
            "channel {channel} demands {} of the worker's key, {} is wanted",
            info.tier, wanted.tier
        ));
    }
    if let Some(numbers) = wanted.numbers.filter(|numbers| *numbers != info.numbers) {
        return Err(format!(
            "channel {channel} pays for answers in {}, {numbers} is wanted",
            info.numbers
        ));
    }
    if wanted.worker.is_some_and(|worker| worker != info.payee) {
        return Err(format!("channel {channel} pays another worker"));
    }
    match wanted.max_price {
        Some(max) if !info.price.is_within(&max) => {
            Err(format!("channel {channel} is dearer than the limits given"))
        }
        _ => Ok(()),
    }
}

/// Opens a channel on the cheapest offer.
async fn open(
    chain: &dyn PayChain,
    signer: &Signer,
    wanted: &Wanted,
    funding: &Funding,
) -> Result<ChannelInfo, PayError> {
    let model = &wanted.model;
    let name = format!("{}/{}@{}", model.namespace, model.name, model.version);
    let deposit = funding.deposit.ok_or_else(|| {
        PayError::NoChannel(format!(
            "there is no open channel of this key for {name}; `ballast channel open {name} --worker ACCOUNT --deposit BAL` \
             opens one, or say --deposit BAL here to open one on the cheapest offer"
        ))
    })?;
    let offers = chain.offers(model).await?;
    let offer = cheapest(&offers, signer, wanted).ok_or_else(|| {
        PayError::NoOffer(format!(
            "nobody offers {name} at {}{} within the limits given; `ballast offer list {name}` shows who offers it",
            wanted.tier,
            wanted.numbers.map_or(String::new(), |numbers| format!(" in {numbers}"))
        ))
    })?;
    let opening = calls::Opening {
        payee: offer.worker,
        model: model.clone(),
        max_price: offer.price,
        tier: wanted.tier,
        numbers: offer.numbers,
        signer: signer.account(),
        deposit: deposit.min(funding.budget),
    };
    tracing::info!(worker = %offer.worker, numbers = %offer.numbers, deposit = opening.deposit, "opening a channel");
    let included = chain.submit(&[calls::open(&opening)], signer).await?;
    let channel = included.opened_channel();
    let info = match channel {
        Some(channel) => chain.channel(channel).await?,
        None => None,
    };
    info.ok_or_else(|| {
        PayError::NoChannel(
            "the transaction is final but names no channel; `ballast channel list` shows it".into(),
        )
    })
}

/// The offer whose million tokens, read and written, cost least, of those in float32 if there are any.
pub fn cheapest<'a>(
    offers: &'a [OfferInfo],
    signer: &Signer,
    wanted: &Wanted,
) -> Option<&'a OfferInfo> {
    let fits = |offer: &&OfferInfo| {
        offer.tier >= wanted.tier
            && wanted
                .numbers
                .is_none_or(|numbers| numbers == offer.numbers)
            && offer.worker.0 != signer.account()
            && wanted.worker.is_none_or(|worker| worker == offer.worker)
            && wanted
                .max_price
                .is_none_or(|max| offer.price.is_within(&max))
    };
    let rank = |offer: &&OfferInfo| {
        let TokenPrice {
            per_million_in,
            per_million_out,
        } = offer.price;
        (
            offer.numbers,
            per_million_in.saturating_add(per_million_out),
            offer.worker.0,
        )
    };
    offers.iter().filter(fits).min_by_key(rank)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "select_tests.rs"]
mod tests;
