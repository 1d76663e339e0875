//! # Inference
//!
//! Inference that is offered, paid by signing, claimed and settled: who answers with which model at which price, the
//! payment channels that clients pay from, and the claims that workers draw by.
//!
//! Goals: an agent pays for each request with a signature alone; nothing is paid by two routes, and no request twice;
//! model owners and those of their bases get their shares of every answer; money can be had back while a claim may still
//! be shown to be false; every channel ends, also when everybody has gone.
//! Non-goals: running models, measuring how alike two runs are (the workers), what backs a session key
//! (pallet-attestation).
//!
//! ## Scenario
//!
//! 1. Wanda's worker offers version 3 of `ada/tiny` at a price for a million tokens ([`set_offer`](Call::set_offer)).
//! 2. Carl opens a channel on that offer with 5 BAL, demands tier T1 and answers in 32 bits, and names the key that his
//!    agent signs with ([`open`](Call::open)). The terms of the channel never change; its money stays on his account, held.
//! 3. With each request the agent sends a [voucher](ballast_core::voucher): how much Wanda may have drawn in all, and
//!    the request's number. Each answer comes with the worker's [signature](ballast_core::answer) over request, response
//!    and tokens.
//! 4. Now and then the worker redeems the newest voucher with a batch of claims, one for each answer
//!    ([`redeem`](Call::redeem)). What they cost is drawn from the channel, at most what the voucher says.
//! 5. When the check window has passed, the batch is paid: to the treasury, the owner of `ada/tiny`, the owners up its
//!    base line, and Wanda, by the shares that were recorded when it was settled.
//! 6. Had a claim said something else than what the worker signed for the same request, Carl would show both
//!    ([`contest`](Call::contest)), the whole batch would be his again, and Wanda would lose part of her stake.
//! 7. Some settlements are checked: two workers that offer the same version in the same numbers, drawn by chance, run one
//!    of the claims again, commit to scores and reveal them ([`commit_score`](Call::commit_score),
//!    [`reveal_score`](Call::reveal_score)). If both fail it, a committee decides, and after it, if Wanda appeals
//!    ([`appeal`](Call::appeal)), a larger one. Those who found what the outcome says are paid: of the treasury's part of
//!    the batch, or of what Wanda loses.
//! 8. Carl closes the channel ([`close`](Call::close)). Wanda has a grace to redeem what she holds; then the rest is
//!    released. Had he forgotten, it would be released a month after his last payment into it.
//!
//! ## Money
//!
//! | money | where | until |
//! |---|---|---|
//! | not drawn | held on the client's account ([`HoldReason::Channel`]) | drawn, or the channel ends |
//! | drawn, in its check window | the same | paid, or reversed |
//! | bond of an appeal | held on the worker's account ([`HoldReason::Appeal`]) | the verdict: released, or the treasury's |
//! | deposit for an offer | held on the worker's account ([`HoldReason::Offer`]) | `remove_offer` |
//!
//! For all channels together, held + paid + refunded = deposited, to the planck, at every block.
//!
//! Files: [`types`] what is stored; [`traits`] what the neighbours give; `offers`; `channels`; `claims` how a batch is
//! settled; `settlements` what becomes of it; `checks` how others look at it; `agenda` what has its block; `views`;
//! `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod channels;
mod checks;
mod claims;
mod dealings;
mod invariants;
#[cfg(test)]
mod mock;
mod offers;
mod settlements;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod types;
mod views;
pub mod weights;

pub use agenda::steps_to_pay;
pub use pallet::*;
pub use traits::{BlockRandomness, ModelBook, ServingWorkers, Stakes};
pub use types::AccountId;
pub use views::MAX_PAGE;
pub use weights::WeightInfo;

#[allow(
    clippy::too_many_arguments,
    reason = "the arguments of a call are its interface"
)]
#[frame_support::pallet]
pub mod pallet {
    use super::{
        channels::Opening,
        traits::{BlockRandomness, ModelBook, ServingWorkers, Stakes},
        types::{
            AccountId, Channel, Check, ClaimPath, Claims, Due, Endpoint, Key, ModelVersion, Name,
            Offer, Settlement, Signature, Stage, Terms,
        },
        WeightInfo,
    };
    use alloc::{boxed::Box, vec::Vec};
    use ballast_core::{
        answer::SignedAnswer,
        claim::{ClaimLeaf, TokenLimits, TokenPrice},
        view::{
            ChannelInfo, ChannelTotals, CheckInfo, Dealings, InferenceParams, OfferInfo,
            ServiceRecord, SettlementInfo,
        },
        voucher::Voucher,
        Balance, BlockNumber, ChannelId, Numbers, SettlementId, Tier,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, MutateHold},
    };
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime supplies.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Overarching hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// The token that is paid with.
        type Currency: Inspect<AccountId, Balance = Balance>
            + MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// Who may offer, and what stands behind session keys.
        type Workers: ServingWorkers;

        /// Which models there are, and who gets royalties.
        type Models: ModelBook;

        /// What workers have at stake.
        type Stakes: Stakes;

        /// Where draws get their randomness from.
        type Randomness: BlockRandomness;

        /// Workers that are looked at for a draw of verifiers.
        #[pallet::constant]
        type MaxCandidates: Get<u32>;

        /// Account of the treasury.
        type Treasury: Get<AccountId>;

        /// Most offers of a worker.
        #[pallet::constant]
        type MaxOffersPerWorker: Get<u32>;

        /// Ends and payments served in one block; a step of a check counts as eight. The rest waits for the next.
        #[pallet::constant]
        type MaxDuePerBlock: Get<u32>;

        /// What it costs at most to look up the tier of a session key.
        #[pallet::constant]
        type TierWeight: Get<Weight>;

        /// Weights of the calls and of the hook.
        type WeightInfo: WeightInfo;

        /// What the benchmarks need.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: super::traits::BenchmarkHelper;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// For a channel. What is not drawn is released when it ends; what is drawn is paid after its check window.
        #[codec(index = 0)]
        Channel,
        /// For an offer. Released by `remove_offer`.
        #[codec(index = 1)]
        Offer,
        /// For an appeal. Released if it is upheld, else the treasury's.
        #[codec(index = 2)]
        Appeal,
    }

    /// Periods, bounds and shares, set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, InferenceParams, ValueQuery>;

    /// Offers, by model version and worker.
    #[pallet::storage]
    pub type Offers<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        ModelVersion,
        Blake2_128Concat,
        AccountId,
        Offer,
        OptionQuery,
    >;

    /// What a worker offers.
    #[pallet::storage]
    pub type OffersOf<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        ModelVersion,
        (),
        OptionQuery,
    >;

    /// How much a worker offers.
    #[pallet::storage]
    pub type OfferCount<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// Channels, until nothing is left to pay.
    #[pallet::storage]
    pub type Channels<T: Config> = StorageMap<_, Twox64Concat, ChannelId, Channel, OptionQuery>;

    /// Id of the next channel.
    #[pallet::storage]
    pub type NextChannel<T: Config> = StorageValue<_, ChannelId, ValueQuery>;

    /// Channels by who pays.
    #[pallet::storage]
    pub type ChannelsOf<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, ChannelId, (), OptionQuery>;

    /// Channels by who is paid.
    #[pallet::storage]
    pub type ChannelsTo<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, ChannelId, (), OptionQuery>;

    /// Settled batches in their check windows.
    #[pallet::storage]
    pub type Settlements<T: Config> =
        StorageMap<_, Twox64Concat, SettlementId, Settlement, OptionQuery>;

    /// Settlements of each worker in their check windows.
    #[pallet::storage]
    pub type Unsettled<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// Id of the next settlement.
    #[pallet::storage]
    pub type NextSettlement<T: Config> = StorageValue<_, SettlementId, ValueQuery>;

    /// Settlements by channel.
    #[pallet::storage]
    pub type SettlementsOf<T: Config> =
        StorageDoubleMap<_, Twox64Concat, ChannelId, Twox64Concat, SettlementId, (), OptionQuery>;

    /// Checks that are not over.
    #[pallet::storage]
    pub type Checks<T: Config> = StorageMap<_, Twox64Concat, SettlementId, Check, OptionQuery>;

    /// What is due at which block.
    #[pallet::storage]
    pub type Agenda<T: Config> =
        StorageDoubleMap<_, Twox64Concat, BlockNumber, Twox64Concat, Due, (), OptionQuery>;

    /// The first block whose agenda may have something left.
    #[pallet::storage]
    pub type ServedTo<T: Config> = StorageValue<_, BlockNumber, ValueQuery>;

    /// Money that went through channels, in all.
    #[pallet::storage]
    pub type Totals<T: Config> = StorageValue<_, ChannelTotals, ValueQuery>;

    /// What became of the claims of each worker.
    #[pallet::storage]
    pub type Records<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, ServiceRecord, ValueQuery>;

    /// What dealing with an account came to.
    #[pallet::storage]
    pub type DealingsOf<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, Dealings, ValueQuery>;

    /// Parameters.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Periods, bounds and shares.
        pub parameters: InferenceParams,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check();
            assert!(checked.is_ok(), "inference genesis: {checked:?}");
            Parameters::<T>::put(self.parameters);
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker offers a model version, or changed its offer.
        OfferSet {
            /// The worker.
            worker: AccountId,
            /// What it offers.
            version: ModelVersion,
            /// On which terms.
            terms: Terms,
        },
        /// A worker withdrew an offer. Channels stay.
        OfferRemoved {
            /// The worker.
            worker: AccountId,
            /// What it offered.
            version: ModelVersion,
        },
        /// A channel is open.
        ChannelOpened {
            /// The channel.
            channel: ChannelId,
            /// Who pays.
            client: AccountId,
            /// Who is paid.
            payee: AccountId,
            /// What was put in.
            deposit: Balance,
            /// First block at which it pays no longer.
            ends_at: BlockNumber,
        },
        /// More money is in a channel, and it lasts longer.
        ChannelToppedUp {
            /// The channel.
            channel: ChannelId,
            /// What was put in, in all.
            deposited: Balance,
            /// First block at which it pays no longer.
            ends_at: BlockNumber,
        },
        /// The client closed a channel. Redeem before it ends.
        ChannelClosing {
            /// The channel.
            channel: ChannelId,
            /// First block at which it pays no longer.
            ends_at: BlockNumber,
        },
        /// A channel has ended.
        ChannelEnded {
            /// The channel.
            channel: ChannelId,
            /// What went back to the client.
            refund: Balance,
        },
        /// A batch of claims was settled.
        Settled {
            /// The settlement.
            settlement: SettlementId,
            /// The channel that pays.
            channel: ChannelId,
            /// How many claims.
            claims: u32,
            /// What they cost.
            amount: Balance,
            /// First block at which it can no longer be reversed.
            pays_at: BlockNumber,
        },
        /// A settlement was paid.
        Paid {
            /// The settlement.
            settlement: SettlementId,
            /// The channel that paid.
            channel: ChannelId,
            /// To the worker.
            worker: Balance,
            /// To the owner of the model and those up its base line.
            royalties: Balance,
            /// To the treasury.
            treasury: Balance,
            /// To those who checked it.
            verifiers: Balance,
        },
        /// A settlement was reversed: its money is the client's again.
        Reversed {
            /// The settlement.
            settlement: SettlementId,
            /// The channel that had paid.
            channel: ChannelId,
            /// What went back.
            amount: Balance,
        },
        /// A claim says something else than its worker signed.
        Contradicted {
            /// The settlement.
            settlement: SettlementId,
            /// Number of the claim.
            number: u64,
        },
        /// Verifiers were drawn to run a claim again.
        VerifiersDrawn {
            /// The settlement.
            settlement: SettlementId,
            /// Place of the claim in its batch.
            claim: u32,
            /// For which panel.
            stage: Stage,
            /// Who was drawn.
            verifiers: Vec<AccountId>,
            /// Last block for commitments; all of them end it sooner.
            commit_until: BlockNumber,
            /// Last block to reveal scores, if it does not.
            reveal_until: BlockNumber,
        },
        /// A verifier committed to a score.
        ScoreCommitted {
            /// The settlement.
            settlement: SettlementId,
            /// The verifier.
            worker: AccountId,
        },
        /// A verifier revealed its score.
        ScoreRevealed {
            /// The settlement.
            settlement: SettlementId,
            /// The verifier.
            worker: AccountId,
            /// The score.
            score: u16,
        },
        /// A verifier was paid for a score that agrees with the outcome.
        VerifierPaid {
            /// The settlement.
            settlement: SettlementId,
            /// The verifier.
            worker: AccountId,
            /// How much; nothing if its account could not take it.
            amount: Balance,
        },
        /// A verifier gave no score in time.
        VerifierSilent {
            /// The settlement.
            settlement: SettlementId,
            /// The verifier.
            worker: AccountId,
            /// What of its stake was taken.
            slashed: Balance,
        },
        /// A check found nothing: the settlement stands.
        CheckPassed {
            /// The settlement.
            settlement: SettlementId,
        },
        /// There was nobody to finish a check: the settlement is reversed.
        CheckTimedOut {
            /// The settlement.
            settlement: SettlementId,
        },
        /// A committee condemned a claim.
        Condemned {
            /// The settlement.
            settlement: SettlementId,
            /// First block at which the worker can no longer appeal.
            appeal_before: BlockNumber,
        },
        /// The worker appealed.
        Appealed {
            /// The settlement.
            settlement: SettlementId,
            /// What it put up.
            bond: Balance,
        },
        /// A worker was sentenced: the settlement is reversed.
        Sentenced {
            /// The settlement.
            settlement: SettlementId,
            /// The worker.
            worker: AccountId,
            /// What of its stake was taken.
            slashed: Balance,
        },
    }

    /// Why a call was refused, and what to do.
    #[pallet::error]
    pub enum Error<T> {
        /// The account's free balance does not cover it. Fund it first, fees included.
        Unaffordable,
        /// This account is no worker. Join as one first, or check which account signs.
        NotWorker,
        /// This is no URL that a worker may publish. Give an `http` or `https` URL with a host and no user.
        EndpointInvalid,
        /// An offer must take at least one token. Give the most tokens that the model reads.
        LimitsInvalid,
        /// There is no such version of such a model. Check the spelling, and the view `Models.versions`.
        UnknownVersion,
        /// This worker has too many offers. Remove one first.
        TooManyOffers,
        /// The worker has no offer for this model version. See the view `offers`.
        UnknownOffer,
        /// The payee is the client itself. Open the channel from another account.
        PaysItself,
        /// The worker has left; its offer stands for nothing. Look elsewhere.
        PayeeGone,
        /// The offer's price is above the limit given. Read the offer again, and raise the limit or look elsewhere.
        PriceAboveLimit,
        /// The worker does not offer this tier. Demand a lower one, or look elsewhere.
        TierNotOffered,
        /// The deposit is below the least one. See the view `parameters`.
        DepositTooSmall,
        /// There is no such channel, or it is over. Open one.
        UnknownChannel,
        /// The channel pays no longer. Open another.
        ChannelEnded,
        /// The channel is closing already. Open another.
        ChannelClosing,
        /// Only the client may do this. Sign with the account that opened the channel.
        NotClient,
        /// Only the payee may do this. Sign with the worker's account.
        NotPayee,
        /// Only client or payee may do this.
        NotParty,
        /// There are no claims in the call. Give at least one.
        NoClaims,
        /// The numbers do not ascend from above the last one settled. Each request is settled once; leave out what is.
        NumberNotAscending,
        /// A claim has more tokens than the channel's limits allow.
        AboveTokenLimits,
        /// A claim's number is above the voucher's. Redeem with a voucher that came with or after that request.
        BeyondVoucherNumber,
        /// The claims cost more than the voucher allows to be drawn in all. Redeem with a newer one, or fewer claims.
        BeyondVoucher,
        /// The claims cost more than is left in the channel. Redeem fewer, and ask the client to top up.
        ChannelExhausted,
        /// The claims cost nothing. There is nothing to settle.
        NothingDue,
        /// The voucher is not signed by the channel's signer for this chain and channel.
        VoucherSignature,
        /// This is no session key of the worker. Attest it, or use the key that the worker joined with, which has tier T0.
        UnknownSessionKey,
        /// The session key's tier is below the one the channel demands. Attest again, then redeem.
        TierTooLow,
        /// The batch is not signed by the session key.
        ClaimsSignature,
        /// There is no such settlement, or it is over.
        UnknownSettlement,
        /// The check window is closed: the settlement is paid.
        CheckWindowClosed,
        /// This claim is not at this place in the batch. Give the claim as it was settled, with its path.
        NotInBatch,
        /// What was signed and what was claimed do not differ.
        NoContradiction,
        /// This settlement is not being checked, or no longer.
        UnknownCheck,
        /// No panel works on this check at present. See the view `check` for what it waits for.
        NoPanel,
        /// This account is not in the panel of this check.
        NotVerifier,
        /// The time for commitments is over.
        CommitTimeOver,
        /// This verifier has committed already. Reveal the score that it committed to.
        AlreadyCommitted,
        /// Scores are revealed when the time for commitments is over. See the view `check`.
        RevealTooEarly,
        /// A score is a number from 0 to 1000.
        ScoreInvalid,
        /// This verifier has revealed its score.
        AlreadyRevealed,
        /// Score and salt are not what this verifier committed to, or it did not commit.
        CommitmentMismatch,
        /// The offer names other numbers than you expect, or has changed since you read it. Read it again, or look elsewhere.
        NumbersNotOffered,
        /// There is no verdict that could be appealed against, or its time has passed.
        NothingToAppeal,
        /// The answer is not signed by the session key that signed the batch, for this chain, model, channel and number.
        AnswerSignature,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            Self::serve_agenda()
        }

        fn integrity_test() {
            let due = T::MaxDuePerBlock::get();
            assert!(due > 1, "the agenda must catch up with the blocks");
            assert!(
                T::MaxOffersPerWorker::get() > 0,
                "a worker has something to offer"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Offers a model version, or changes the offer. Channels that are open keep their terms.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_offer())]
        pub fn set_offer(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            version: u32,
            price: TokenPrice,
            limits: TokenLimits,
            tier: Tier,
            numbers: Numbers,
            endpoint: Endpoint,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            let terms = Terms {
                price,
                limits,
                tier,
                numbers,
            };
            let version = Self::version(&namespace, &name, version)?;
            Self::do_set_offer(worker, version, terms, endpoint)
        }

        /// Withdraws an offer and returns its deposit.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::remove_offer())]
        pub fn remove_offer(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            version: u32,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            let version = Self::version(&namespace, &name, version)?;
            Self::do_remove_offer(worker, version)
        }

        /// Opens a channel on a worker's offer: at its price if that is within `max_price` and it names these `numbers`, for
        /// session keys of `tier` at least, with vouchers signed by `signer`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::open())]
        pub fn open(
            origin: OriginFor<T>,
            payee: AccountId,
            namespace: Name,
            name: Name,
            version: u32,
            max_price: TokenPrice,
            tier: Tier,
            numbers: Numbers,
            signer: Key,
            deposit: Balance,
        ) -> DispatchResult {
            let client = ensure_signed(origin)?;
            let opening = Opening {
                payee,
                version: Self::version(&namespace, &name, version)?,
                max_price,
                tier,
                numbers,
                signer,
                deposit,
            };
            Self::do_open(client, opening)
        }

        /// Puts more into a channel, which makes it last from now on as long as a new one. The amount may be zero.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::top_up())]
        pub fn top_up(origin: OriginFor<T>, channel: ChannelId, amount: Balance) -> DispatchResult {
            let client = ensure_signed(origin)?;
            Self::do_top_up(client, channel, amount)
        }

        /// Closes a channel: by the client with a grace in which the payee can still redeem, by the payee at once.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::close())]
        pub fn close(origin: OriginFor<T>, channel: ChannelId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_close(who, channel)
        }

        /// Settles a batch of claims against a voucher. `signature` is the session key's, over the batch's root.
        #[pallet::call_index(5)]
        #[pallet::weight(
            T::WeightInfo::redeem(claims.len() as u32)
                .saturating_add(T::TierWeight::get())
                .saturating_add(Pallet::<T>::noting(1))
        )]
        pub fn redeem(
            origin: OriginFor<T>,
            channel: ChannelId,
            voucher: Box<Voucher>,
            session_key: Key,
            claims: Claims,
            signature: Signature,
        ) -> DispatchResult {
            let payee = ensure_signed(origin)?;
            Self::do_redeem(payee, channel, &voucher, session_key, &claims, signature)
        }

        /// Reverses a batch: `leaf`, which is in it, says something else than `answer`, which its worker signed for the
        /// same request. Anyone who has both may do this; the money goes to the channel's client, and the worker loses
        /// what it would lose by the verdict of a check, also where one is under way.
        #[pallet::call_index(6)]
        #[pallet::weight(Pallet::<T>::contesting())]
        pub fn contest(
            origin: OriginFor<T>,
            settlement: SettlementId,
            index: u32,
            leaf: Box<ClaimLeaf>,
            path: ClaimPath,
            answer: Box<SignedAnswer>,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let checked = Self::do_contest(settlement, index, &leaf, &path, &answer)?;
            Ok((!checked).then(Pallet::<T>::contesting_unchecked).into())
        }

        /// Commits to a score of a claim that the signer was drawn to run again:
        /// [`ScoreBody::commitment`](ballast_core::check::ScoreBody::commitment). The chain asked for it, so the fee is given
        /// back.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::commit_score())]
        pub fn commit_score(
            origin: OriginFor<T>,
            settlement: SettlementId,
            commitment: [u8; 32],
        ) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            Self::do_commit_score(worker, settlement, commitment)?;
            Ok(Pays::No.into())
        }

        /// Reveals the score that the signer committed to. The fee is given back.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::reveal_score())]
        pub fn reveal_score(
            origin: OriginFor<T>,
            settlement: SettlementId,
            score: u16,
            salt: [u8; 32],
        ) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            Self::do_reveal_score(worker, settlement, score, salt)?;
            Ok(Pays::No.into())
        }

        /// Appeals against a committee's verdict, once, with a bond: a larger committee decides.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::appeal())]
        pub fn appeal(origin: OriginFor<T>, settlement: SettlementId) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_appeal(worker, settlement)
        }
    }

    impl<T: Config> Pallet<T> {
        pub(crate) fn version(
            namespace: &Name,
            name: &Name,
            version: u32,
        ) -> Result<ModelVersion, Error<T>> {
            ModelVersion::of(namespace, name, version).ok_or(Error::<T>::UnknownVersion)
        }
    }

    /// Lists have at most 256 entries whatever `limit` says; an empty answer is their end.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The offer of a worker for a model version.
        pub fn offer(
            worker: AccountId,
            namespace: Vec<u8>,
            name: Vec<u8>,
            version: u32,
        ) -> Option<OfferInfo> {
            Self::view_offer(&worker, &namespace, &name, version)
        }

        /// Who offers a model version, from the one after `after` on.
        pub fn offers(
            namespace: Vec<u8>,
            name: Vec<u8>,
            version: u32,
            after: Option<AccountId>,
            limit: u32,
        ) -> Vec<OfferInfo> {
            Self::view_offers(&namespace, &name, version, after, limit)
        }

        /// All that a worker offers.
        pub fn offers_of(worker: AccountId) -> Vec<OfferInfo> {
            Self::view_offers_of(&worker)
        }

        /// A channel.
        pub fn channel(channel: ChannelId) -> Option<ChannelInfo> {
            Self::view_channel(channel)
        }

        /// The channels that a client pays from, from the one after `after` on.
        pub fn channels_of(
            client: AccountId,
            after: Option<ChannelId>,
            limit: u32,
        ) -> Vec<ChannelInfo> {
            Self::view_channels_of(&client, after, limit)
        }

        /// The channels that a worker is paid from, from the one after `after` on.
        pub fn channels_to(
            payee: AccountId,
            after: Option<ChannelId>,
            limit: u32,
        ) -> Vec<ChannelInfo> {
            Self::view_channels_to(&payee, after, limit)
        }

        /// A settlement in its check window.
        pub fn settlement(settlement: SettlementId) -> Option<SettlementInfo> {
            Self::view_settlement(settlement)
        }

        /// The settlements of a channel in their check windows, from the one after `after` on.
        pub fn settlements_of(
            channel: ChannelId,
            after: Option<SettlementId>,
            limit: u32,
        ) -> Vec<SettlementInfo> {
            Self::view_settlements_of(channel, after, limit)
        }

        /// The check of a settlement, if there is one.
        pub fn check(settlement: SettlementId) -> Option<CheckInfo> {
            Self::view_check(settlement)
        }

        /// All checks that are not over, from the one after `after` on.
        pub fn checks(after: Option<SettlementId>, limit: u32) -> Vec<CheckInfo> {
            Self::view_checks(after, limit)
        }

        /// What became of a worker's claims.
        pub fn record(worker: AccountId) -> ServiceRecord {
            Records::<T>::get(worker)
        }

        /// What dealing with an account came to.
        pub fn dealings(account: AccountId) -> Dealings {
            DealingsOf::<T>::get(account)
        }

        /// Money that went through channels, in all.
        pub fn totals() -> ChannelTotals {
            Totals::<T>::get()
        }

        /// Periods, bounds and shares.
        pub fn parameters() -> InferenceParams {
            Parameters::<T>::get()
        }

        /// Account that the treasury's share goes to.
        pub fn treasury() -> AccountId {
            T::Treasury::get()
        }
    }
}
