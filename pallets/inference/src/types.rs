//! What the pallet stores, and what its calls take.

use ballast_core::{
    claim::{ClaimLeaf, TokenLimits, TokenPrice},
    limits::{MAX_CLAIMS, MAX_ENDPOINT_LEN, MAX_NAME_LEN, MAX_ROYALTIES},
    name::fold,
    view::ChannelState,
    Address, Balance, BlockNumber, ChannelId, Numbers, SettlementId, Tier,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;

pub use ballast_core::view::CheckStage as Stage;

/// Account of a client, a worker or an owner.
pub type AccountId = sp_runtime::AccountId32;

/// Name of a namespace or model.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME_LEN>>;

/// URL at which a worker answers.
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT_LEN>>;

/// sr25519 public key.
pub type Key = [u8; 32];

/// sr25519 signature.
pub type Signature = [u8; 64];

/// A batch of claims, by ascending numbers.
pub type Claims = BoundedVec<ClaimLeaf, ConstU32<MAX_CLAIMS>>;

/// Path of one claim of a batch.
pub type ClaimPath = BoundedVec<[u8; 32], ConstU32<{ MAX_CLAIMS.ilog2() }>>;

/// Owners and their shares of an income, in thousandths.
pub type Royalties = BoundedVec<(AccountId, u16), ConstU32<MAX_ROYALTIES>>;

/// Which version of which model, by folded names.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ModelVersion {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Number of the version.
    pub version: u32,
}

impl ModelVersion {
    /// The version that these names, in any spelling, stand for.
    pub fn of(namespace: &[u8], name: &[u8], version: u32) -> Option<Self> {
        Some(Self {
            namespace: fold(namespace).try_into().ok()?,
            name: fold(name).try_into().ok()?,
            version,
        })
    }
}

/// What an answer of a model version costs, and what stands behind it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Terms {
    /// Price of a million tokens.
    pub price: TokenPrice,
    /// Most tokens of one answer.
    pub limits: TokenLimits,
    /// In an offer the highest tier that may be demanded, in a channel the one that is.
    pub tier: Tier,
    /// Numbers that answers are computed in: who runs a claim again computes in the same.
    pub numbers: Numbers,
}

/// An offer of a worker.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Offer {
    /// Address of the model version.
    pub model: Address,
    /// Price, limits, tier and numbers.
    pub terms: Terms,
    /// Where the worker answers.
    pub endpoint: Endpoint,
    /// Held for it, on the worker's account.
    pub deposit: Balance,
}

/// A payment channel: one client, one payee, one model version, on terms that do not change.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Channel {
    /// Who pays; its money is held on its own account.
    pub client: AccountId,
    /// Key that signs vouchers.
    pub signer: Key,
    /// Who is paid.
    pub payee: AccountId,
    /// What for.
    pub version: ModelVersion,
    /// Address of the model version.
    pub model: Address,
    /// Price, limits, tier and numbers, as agreed when it was opened.
    pub terms: Terms,
    /// Put in, in all.
    pub deposited: Balance,
    /// Drawn by claims, in all.
    pub drawn: Balance,
    /// Drawn, and still in its check window.
    pub pending: Balance,
    /// Greatest number of a claim so far.
    pub last_number: u64,
    /// Where it stands.
    pub state: ChannelState,
    /// First block at which it pays no longer.
    pub ends_at: BlockNumber,
}

impl Channel {
    /// What claims can still draw.
    pub fn left(&self) -> Balance {
        match self.state {
            ChannelState::Ended => 0,
            _ => self.deposited.saturating_sub(self.drawn),
        }
    }

    /// What is held for it on the client's account.
    pub fn held(&self) -> Balance {
        self.left().saturating_add(self.pending)
    }

    /// Whether nothing will ever happen to it again.
    pub fn is_over(&self) -> bool {
        self.state == ChannelState::Ended && self.pending == 0
    }
}

/// A settled batch of claims. The shares are those of its settlement: whatever happens to it later goes by them.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Settlement {
    /// The channel that pays.
    pub channel: ChannelId,
    /// Session key that signed the batch.
    pub session_key: Key,
    /// Root over its claims.
    pub root: [u8; 32],
    /// Number of its claims.
    pub leaves: u32,
    /// What they cost.
    pub amount: Balance,
    /// The treasury's share, in thousandths.
    pub treasury_permille: u16,
    /// Shares of the rest: of the model's owner, then up the base line.
    pub royalties: Royalties,
    /// The verifiers' share of the treasury's, and of what a sentence takes, in thousandths.
    pub verifier_permille: u16,
    /// Who found the batch good when it was checked, with their scores: they get that share when it is paid.
    pub verifiers: BoundedVec<(AccountId, u16), ConstU32<MAX_FINDINGS>>,
    /// Block of the settlement.
    pub settled_at: BlockNumber,
    /// First block at which it can no longer be reversed.
    pub pays_at: BlockNumber,
}

/// Verifiers of a panel at most.
pub const MAX_PANEL: u32 = 9;

/// Verifiers that are heard in a check at most: panels of 2, 5 and 9.
pub const MAX_FINDINGS: u32 = 2 + 5 + 9;

/// Verifiers of all panels of a check at most: 2, 5 and 9, each replaced twice.
pub const MAX_SEEN: u32 = 3 * (2 + 5 + 9);

/// A verifier's seat.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Verifier {
    /// Whose it is.
    pub worker: AccountId,
    /// What hides the score.
    pub commitment: Option<[u8; 32]>,
    /// The score, once revealed.
    pub score: Option<u16>,
}

/// What a verifier found, once its panel was complete.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Finding {
    /// The verifier.
    pub worker: AccountId,
    /// Its score.
    pub score: u16,
    /// Whether that failed the claim.
    pub failed: bool,
}

/// A check of a settlement.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Check {
    /// The claim that is run again; none before the first draw.
    pub leaf: Option<u32>,
    /// How far it has come.
    pub stage: Stage,
    /// Seats that wait for a draw.
    pub vacant: u8,
    /// The panel.
    pub panel: BoundedVec<Verifier, ConstU32<MAX_PANEL>>,
    /// What complete panels found. Those who agree with the outcome are paid.
    pub findings: BoundedVec<Finding, ConstU32<MAX_FINDINGS>>,
    /// Everybody who was ever drawn for it: nobody is drawn twice.
    pub seen: BoundedVec<AccountId, ConstU32<MAX_SEEN>>,
    /// Blocks without randomness that the present draw has met.
    pub tries: u8,
    /// Times that silent verifiers of this panel were replaced.
    pub redraws: u8,
    /// Last block for commitments.
    pub commit_until: BlockNumber,
    /// Block of the next step.
    pub due: BlockNumber,
    /// Held for an appeal, on the payee's account.
    pub bond: Balance,
}

/// Something that has its block.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Due {
    /// The end of a channel.
    #[codec(index = 0)]
    End(ChannelId),
    /// The payment of a settlement.
    #[codec(index = 1)]
    Pay(SettlementId),
    /// The next step of a check.
    #[codec(index = 2)]
    Check(SettlementId),
}
