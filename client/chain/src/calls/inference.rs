//! Pallet Inference.

use super::Call;
use ballast_core::{
    answer::SignedAnswer,
    claim::{ClaimLeaf, TokenLimits, TokenPrice},
    voucher::Voucher,
    Balance, ChannelId, Numbers, SettlementId, Tier, WorkerId,
};
use codec::Encode;

const PALLET: &str = "Inference";

/// Which version of which model.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct ModelVersion {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Number of the version.
    pub version: u32,
}

/// What a worker offers.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Offer {
    /// The model version.
    pub model: ModelVersion,
    /// Price of a million tokens.
    pub price: TokenPrice,
    /// Most tokens of one answer.
    pub limits: TokenLimits,
    /// The highest tier that a channel may demand.
    pub tier: Tier,
    /// Numbers that the worker's engine computes the model in.
    pub numbers: Numbers,
    /// Where the worker answers.
    pub endpoint: String,
}

/// What a client opens a channel with.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Opening {
    /// The worker.
    pub payee: WorkerId,
    /// The model version.
    pub model: ModelVersion,
    /// Refuse an offer that is dearer.
    pub max_price: TokenPrice,
    /// Tier that session keys must have.
    pub tier: Tier,
    /// Refuse an offer that names other numbers.
    pub numbers: Numbers,
    /// sr25519 key that signs vouchers.
    pub signer: [u8; 32],
    /// What is put in.
    pub deposit: Balance,
}

/// A batch of claims with what it is redeemed by.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Redemption {
    /// The channel.
    pub channel: ChannelId,
    /// Its voucher.
    pub voucher: Voucher,
    /// Key that signs the batch.
    pub session_key: [u8; 32],
    /// The claims, ascending by number; at most [`MAX_CLAIMS`](ballast_core::limits::MAX_CLAIMS).
    pub claims: Vec<ClaimLeaf>,
    /// The session key's signature of [`BatchScope::signing_payload`](ballast_core::claim::BatchScope::signing_payload).
    pub signature: [u8; 64],
}

/// Offers a model version, or changes the offer.
pub fn set_offer(offer: &Offer) -> Call {
    Call::new(PALLET, "set_offer", offer)
}

/// Withdraws an offer.
pub fn remove_offer(model: &ModelVersion) -> Call {
    Call::new(PALLET, "remove_offer", model)
}

/// Opens a channel.
pub fn open(opening: &Opening) -> Call {
    Call::new(PALLET, "open", opening)
}

/// Puts more into a channel, and makes it last longer.
pub fn top_up(channel: ChannelId, amount: Balance) -> Call {
    Call::new(PALLET, "top_up", (channel, amount))
}

/// Closes a channel.
pub fn close(channel: ChannelId) -> Call {
    Call::new(PALLET, "close", channel)
}

/// Settles a batch of claims.
pub fn redeem(redemption: &Redemption) -> Call {
    Call::new(PALLET, "redeem", redemption)
}

/// Reverses a batch by a signed answer that differs from one of its claims.
pub fn contest(
    settlement: SettlementId,
    index: u32,
    leaf: &ClaimLeaf,
    path: &[[u8; 32]],
    answer: &SignedAnswer,
) -> Call {
    Call::new(PALLET, "contest", (settlement, index, leaf, path, answer))
}

/// Commits to a score; `commitment` is [`ScoreBody::commitment`](ballast_core::check::ScoreBody::commitment).
pub fn commit_score(settlement: SettlementId, commitment: [u8; 32]) -> Call {
    Call::new(PALLET, "commit_score", (settlement, commitment))
}

/// Reveals a score.
pub fn reveal_score(settlement: SettlementId, score: u16, salt: [u8; 32]) -> Call {
    Call::new(PALLET, "reveal_score", (settlement, score, salt))
}

/// Appeals against a committee's verdict.
pub fn appeal(settlement: SettlementId) -> Call {
    Call::new(PALLET, "appeal", settlement)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ballast_core::answer::Exchange;

    /// Arguments by hand, in the order and with the types of the pallet.
    pub(crate) fn expected() -> Vec<(Call, Vec<u8>)> {
        let text = |text: &str| text.as_bytes().to_vec();
        let model = ModelVersion {
            namespace: "ns".into(),
            name: "m".into(),
            version: 3,
        };
        let plain_model = (text("ns"), text("m"), 3u32);
        let price = TokenPrice {
            per_million_in: 4,
            per_million_out: 5,
        };
        let offer = Offer {
            model: model.clone(),
            price,
            limits: TokenLimits {
                tokens_in: 6,
                tokens_out: 7,
            },
            tier: Tier::T1,
            numbers: Numbers::BFloat16,
            endpoint: "http://w".into(),
        };
        let opening = Opening {
            payee: WorkerId([8; 32]),
            model: model.clone(),
            max_price: price,
            tier: Tier::T2,
            numbers: Numbers::Float32,
            signer: [9; 32],
            deposit: 10,
        };
        let exchange = Exchange {
            request_sha256: [11; 32],
            response_sha256: [12; 32],
            tokens_in: 13,
            tokens_out: 14,
        };
        let plain_exchange = ([11u8; 32], [12u8; 32], 13u32, 14u32);
        let leaf = ClaimLeaf {
            number: 15,
            exchange: exchange.clone(),
            activation_root: [16; 32],
        };
        let plain_leaf = (15u64, plain_exchange, [16u8; 32]);
        let redemption = Redemption {
            channel: ChannelId(17),
            voucher: Voucher {
                amount: 18,
                number: 19,
                signature: [20; 64],
            },
            session_key: [21; 32],
            claims: vec![leaf.clone()],
            signature: [22; 64],
        };
        let plain_voucher = (18u128, 19u64, [20u8; 64]);
        let answer = SignedAnswer {
            exchange,
            session_key: [31; 32],
            signature: [23; 64],
        };
        let prices = (4u128, 5u128);
        vec![
            (
                set_offer(&offer),
                (
                    &plain_model,
                    prices,
                    (6u32, 7u32),
                    1u8,
                    1u8,
                    text("http://w"),
                )
                    .encode(),
            ),
            (remove_offer(&model), plain_model.encode()),
            (
                open(&opening),
                ([8u8; 32], &plain_model, prices, 2u8, 0u8, [9u8; 32], 10u128).encode(),
            ),
            (top_up(ChannelId(17), 24), (17u64, 24u128).encode()),
            (close(ChannelId(17)), 17u64.encode()),
            (
                commit_score(SettlementId(25), [28; 32]),
                (25u64, [28u8; 32]).encode(),
            ),
            (
                reveal_score(SettlementId(25), 29, [30; 32]),
                (25u64, 29u16, [30u8; 32]).encode(),
            ),
            (appeal(SettlementId(25)), 25u64.encode()),
            (
                redeem(&redemption),
                (
                    17u64,
                    plain_voucher,
                    [21u8; 32],
                    vec![plain_leaf],
                    [22u8; 64],
                )
                    .encode(),
            ),
            (
                contest(SettlementId(25), 26, &leaf, &[[27; 32]], &answer),
                (
                    25u64,
                    26u32,
                    plain_leaf,
                    vec![[27u8; 32]],
                    (plain_exchange, [31u8; 32], [23u8; 64]),
                )
                    .encode(),
            ),
        ]
    }
}
