//! Offers, channels and settlements as clients read them.

use crate::{
    claim::{TokenLimits, TokenPrice},
    ids::{Address, Balance, BlockNumber, ChannelId, SettlementId, WorkerId},
    price::BAL,
    Numbers, Tier,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What a worker offers: one model version, at a price.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct OfferInfo {
    /// The worker.
    pub worker: WorkerId,
    /// Namespace of the model, folded.
    pub namespace: Vec<u8>,
    /// Name of the model, folded.
    pub name: Vec<u8>,
    /// Number of the version.
    pub version: u32,
    /// Its address.
    pub model: Address,
    /// Price of a million tokens.
    pub price: TokenPrice,
    /// Most tokens of one answer.
    pub limits: TokenLimits,
    /// The highest tier that a channel may demand.
    pub tier: Tier,
    /// Numbers that its answers are computed in.
    pub numbers: Numbers,
    /// Where the worker answers, an `http` or `https` URL: untrusted.
    pub endpoint: Vec<u8>,
}

/// Where a channel stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum ChannelState {
    /// Pays.
    #[codec(index = 0)]
    Open,
    /// The client has closed it: it pays until its end, and takes no more money.
    #[codec(index = 1)]
    Closing,
    /// What was not drawn went back; what was drawn is still in its check window.
    #[codec(index = 2)]
    Ended,
}

/// A payment channel. What is held for it is `deposited - drawn + pending` until it ends, then `pending`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ChannelInfo {
    /// Its id, never reused.
    pub channel: ChannelId,
    /// Who pays.
    pub client: [u8; 32],
    /// sr25519 key that signs vouchers.
    pub signer: [u8; 32],
    /// Who is paid.
    pub payee: WorkerId,
    /// Namespace of the model, folded.
    pub namespace: Vec<u8>,
    /// Name of the model, folded.
    pub name: Vec<u8>,
    /// Number of the version.
    pub version: u32,
    /// Its address.
    pub model: Address,
    /// Price of a million tokens, as it was when the channel was opened.
    pub price: TokenPrice,
    /// Most tokens of one answer.
    pub limits: TokenLimits,
    /// Tier that the session key of a claim must have.
    pub tier: Tier,
    /// Numbers that its answers are computed in; claims are run again in the same.
    pub numbers: Numbers,
    /// What was put in, in all.
    pub deposited: Balance,
    /// What was drawn, in all.
    pub drawn: Balance,
    /// What of it is not paid out yet.
    pub pending: Balance,
    /// The greatest number of a claim so far.
    pub last_number: u64,
    /// Where it stands.
    pub state: ChannelState,
    /// First block at which it pays no longer.
    pub ends_at: BlockNumber,
}

/// A settled batch of claims in its check window.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SettlementInfo {
    /// Its id, never reused.
    pub settlement: SettlementId,
    /// The channel that pays.
    pub channel: ChannelId,
    /// Session key that signed the batch.
    pub session_key: [u8; 32],
    /// Root over its leaves.
    pub root: [u8; 32],
    /// How many there are.
    pub leaves: u32,
    /// What they cost together.
    pub amount: Balance,
    /// The treasury's share, in thousandths.
    pub treasury_permille: u16,
    /// Owners and their shares of the rest: of the model, then of its bases.
    pub royalties: Vec<([u8; 32], u16)>,
    /// The verifiers' share of the treasury's part, in thousandths.
    pub verifier_permille: u16,
    /// Who ran a claim of it again and found it good, with the scores: they get that share. Nobody before a check is over.
    pub verifiers: Vec<([u8; 32], u16)>,
    /// Block at which it was settled.
    pub settled_at: BlockNumber,
    /// First block at which it can no longer be reversed; it is paid out then or soon after.
    pub pays_at: BlockNumber,
}

/// How far a check has come.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub enum CheckStage {
    /// Two verifiers run the claim again.
    #[codec(index = 0)]
    Pair,
    /// Both failed it; more look at it.
    #[codec(index = 1)]
    Committee,
    /// Two thirds of them failed it; the worker may appeal.
    #[codec(index = 2)]
    Condemned,
    /// A larger committee hears the appeal.
    #[codec(index = 3)]
    Appeal,
}

/// A verifier's seat in a panel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SeatInfo {
    /// The verifier.
    pub worker: WorkerId,
    /// Whether it has committed to a score.
    pub committed: bool,
    /// The score it revealed.
    pub score: Option<u16>,
}

/// A check of a settled batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CheckInfo {
    /// The settlement.
    pub settlement: SettlementId,
    /// Place of the claim in its batch; none before the first draw.
    pub claim: Option<u32>,
    /// How far it has come.
    pub stage: CheckStage,
    /// Verifiers that are still to be drawn.
    pub vacant: u8,
    /// Verifiers that were.
    pub panel: Vec<SeatInfo>,
    /// Last block for commitments; scores are revealed after it.
    pub commit_until: BlockNumber,
    /// Block of the next step: a draw, a verdict, or the end of the time for an appeal.
    pub due: BlockNumber,
    /// What the worker has put up for its appeal.
    pub bond: Balance,
}

/// Money that went through channels, in all.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ChannelTotals {
    /// Put in.
    pub deposited: Balance,
    /// Paid out to workers, owners and the treasury.
    pub paid: Balance,
    /// Gone back to clients.
    pub refunded: Balance,
}

/// What a worker's claims came to, and its checks of others.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ServiceRecord {
    /// Claims settled.
    pub claims: u64,
    /// What was settled for them.
    pub settled: Balance,
    /// What of that was reversed.
    pub reversed: Balance,
    /// Batches that were reversed.
    pub reversals: u32,
    /// Checks of others in which it found what the outcome says.
    pub verified: u32,
    /// What it was paid for them.
    pub earned: Balance,
}

/// Periods, bounds and shares: stored, so that local networks are quick without a second runtime build.
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
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InferenceParams {
    /// Least that is put into a channel at its opening.
    pub min_deposit: Balance,
    /// Blocks that a channel lasts after it was opened or topped up.
    pub channel_blocks: BlockNumber,
    /// Blocks in which its payee can still draw when the client has closed it.
    pub grace_blocks: BlockNumber,
    /// Blocks between settlement and payment, in which a batch can be reversed.
    pub check_blocks: BlockNumber,
    /// The treasury's share of what is paid, in thousandths.
    pub treasury_permille: u16,
    /// Deposit for an offer.
    pub offer_deposit: Balance,
    /// How many of a thousand settlements are checked by other workers, where there are any that can.
    pub check_permille: u16,
    /// Blocks in which verifiers commit to their scores.
    pub commit_blocks: BlockNumber,
    /// Blocks after that in which they reveal them.
    pub reveal_blocks: BlockNumber,
    /// Blocks in which a condemned worker can appeal.
    pub appeal_blocks: BlockNumber,
    /// What it puts up for that.
    pub appeal_bond: Balance,
    /// Scores below this fail a claim.
    pub pass_score: u16,
    /// Thousandths of its stake that a worker loses by a sentence.
    pub slash_permille: u16,
    /// Thousandths of its stake that a silent verifier loses.
    pub silence_slash_permille: u16,
    /// Thousandths of the treasury's part of a checked batch, and of what a sentence takes, that go to the verifiers who
    /// found so.
    pub verifier_permille: u16,
}

impl Default for InferenceParams {
    /// For production, with slots of 3 s: channels of a month, an hour of grace, a day of checking.
    fn default() -> Self {
        Self {
            min_deposit: BAL,
            channel_blocks: 864_000,
            grace_blocks: 1_200,
            check_blocks: 28_800,
            treasury_permille: 20,
            offer_deposit: BAL,
            check_permille: 50,
            commit_blocks: 400,
            reveal_blocks: 100,
            appeal_blocks: 1_200,
            appeal_bond: 100 * BAL,
            pass_score: 500,
            slash_permille: 100,
            silence_slash_permille: 5,
            verifier_permille: 500,
        }
    }
}

impl InferenceParams {
    /// Says what no chain could run with.
    pub fn check(&self) -> Result<(), &'static str> {
        let rules = [
            (
                self.min_deposit > 0,
                "minDeposit must be above zero, or channels would cost nothing",
            ),
            (
                self.grace_blocks > 0,
                "graceBlocks must be above zero, or a client could close before it is charged",
            ),
            (
                self.channel_blocks > self.grace_blocks,
                "channelBlocks must exceed graceBlocks",
            ),
            (
                self.check_blocks > 0,
                "checkBlocks must be above zero, or nothing could be reversed",
            ),
            (
                self.treasury_permille <= crate::income::WHOLE_PERMILLE,
                "treasuryPermille must be at most 1000",
            ),
            (
                self.commit_blocks > 0 && self.reveal_blocks > 0 && self.appeal_blocks > 0,
                "commitBlocks, revealBlocks and appealBlocks must be above zero, or nobody could answer in time",
            ),
            (
                self.appeal_bond > 0,
                "appealBond must be above zero, or everybody would appeal",
            ),
            (
                (1..=crate::check::MAX_SCORE).contains(&self.pass_score),
                "passScore must be from 1 to 1000",
            ),
            (
                [
                    self.check_permille,
                    self.slash_permille,
                    self.silence_slash_permille,
                ]
                .iter()
                .all(|permille| *permille <= crate::income::WHOLE_PERMILLE),
                "checkPermille, slashPermille and silenceSlashPermille must be at most 1000",
            ),
            (
                self.verifier_permille <= crate::income::MAX_VERIFIER_PERMILLE,
                "verifierPermille must be at most 500, or batches that are made up would pay those who check them",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }
}
