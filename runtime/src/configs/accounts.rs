//! What makes accounts usable by people and companies: proxies, multisigs, identities, vesting.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    parameter_types,
    traits::{ConstU32, EitherOfDiverse, InstanceFilter, WithdrawReasons},
};
use frame_system::EnsureRoot;
use pallet_identity::legacy::IdentityInfo;
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, ConvertInto, Verify};

use crate::{
    configs::governance::SlashedDeposits,
    constants::{deposit, BAL, DAYS},
    origins::IdentityAdmin,
    AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, Signature,
    System,
};

parameter_types! {
    /// Deposit of a multisig's call.
    pub const MultisigDeposit: Balance = deposit(1, 88);
    /// And of each who must agree.
    pub const MultisigSignatoryDeposit: Balance = deposit(0, 32);
    /// Deposit of having proxies.
    pub const ProxyDeposit: Balance = deposit(1, 8);
    /// And of each one.
    pub const ProxyEachDeposit: Balance = deposit(0, 33);
    /// Deposit of announcing calls.
    pub const AnnouncementDeposit: Balance = deposit(1, 8);
    /// And of each one.
    pub const AnnouncementEachDeposit: Balance = deposit(0, 66);
    /// Deposit of an identity.
    pub const IdentityDeposit: Balance = deposit(1, 258);
    /// And of each byte.
    pub const IdentityByteDeposit: Balance = deposit(0, 1);
    /// Deposit of a user name.
    pub const UsernameDeposit: Balance = deposit(1, 80);
    /// Deposit of a named account of one's own.
    pub const SubAccountDeposit: Balance = deposit(1, 53);
    /// A week to accept a name, and a month until one that was taken away is gone.
    pub const PendingUsernameExpiration: BlockNumber = 7 * DAYS;
    /// As above.
    pub const UsernameGracePeriod: BlockNumber = 30 * DAYS;
    /// The least that may be vested to another.
    pub const MinVestedTransfer: Balance = BAL;
    /// Unvested money may pay fees, and may not be given away or put into reserve.
    pub UnvestedMay: WithdrawReasons =
        WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type DepositBase = MultisigDeposit;
    type DepositFactor = MultisigSignatoryDeposit;
    type MaxSignatories = ConstU32<100>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}

/// What a proxy may do for its principal.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    #[codec(index = 0)]
    Any,
    /// Everything that moves no money that an account has to another account. Pay that is still to come it may point at any
    /// account, by `Staking.set_payee`, and it may spend, as on leases.
    #[codec(index = 1)]
    NonTransfer,
    /// Propose, vote, and spend as the treasury's beneficiary.
    #[codec(index = 2)]
    Governance,
    /// Validate, nominate, pools and session keys: a cold account's warm hand. It may point pay that is still to come at any
    /// account, by `Staking.set_payee`, and set keys by which the account is slashed.
    #[codec(index = 3)]
    Staking,
    /// Everything of a worker: join, drain, leave, prove, attest.
    #[codec(index = 4)]
    Worker,
    /// Reject announced calls of other proxies.
    #[codec(index = 5)]
    CancelProxy,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            // A list of what moves none, so that a pallet that is new is not in it by accident.
            Self::NonTransfer => {
                Self::Governance.filter(call)
                    || Self::Staking.filter(call)
                    || Self::Worker.filter(call)
                    || Self::CancelProxy.filter(call)
                    || matches!(
                        call,
                        RuntimeCall::System(_)
                            | RuntimeCall::Blobs(_)
                            | RuntimeCall::Identity(_)
                            | RuntimeCall::Multisig(_)
                            | RuntimeCall::Utility(_)
                    )
            }
            Self::Governance => matches!(
                call,
                RuntimeCall::ConvictionVoting(_)
                    | RuntimeCall::Referenda(_)
                    | RuntimeCall::Preimage(_)
                    | RuntimeCall::TechnicalCommittee(_)
                    | RuntimeCall::Treasury(_)
                    | RuntimeCall::Utility(_)
            ),
            Self::Staking => matches!(
                call,
                RuntimeCall::Staking(_)
                    | RuntimeCall::NominationPools(_)
                    | RuntimeCall::VoterList(_)
                    | RuntimeCall::Session(_)
                    | RuntimeCall::Utility(_)
            ),
            Self::Worker => matches!(
                call,
                RuntimeCall::Workers(_)
                    | RuntimeCall::Possession(_)
                    | RuntimeCall::Attestation(_)
                    | RuntimeCall::Utility(_)
            ),
            Self::CancelProxy => matches!(
                call,
                RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. })
            ),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            (Self::NonTransfer, _) => true,
            (one, other) => one == other,
        }
    }
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ProxyDeposit;
    type ProxyDepositFactor = ProxyEachDeposit;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = AnnouncementDeposit;
    type AnnouncementDepositFactor = AnnouncementEachDeposit;
    type BlockNumberProvider = System;
}

impl pallet_identity::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type BasicDeposit = IdentityDeposit;
    type ByteDeposit = IdentityByteDeposit;
    type UsernameDeposit = UsernameDeposit;
    type SubAccountDeposit = SubAccountDeposit;
    type MaxSubAccounts = ConstU32<100>;
    type IdentityInformation = IdentityInfo<ConstU32<16>>;
    type MaxRegistrars = ConstU32<20>;
    type Slashed = SlashedDeposits;
    type ForceOrigin = EitherOfDiverse<EnsureRoot<AccountId>, IdentityAdmin>;
    type RegistrarOrigin = EitherOfDiverse<EnsureRoot<AccountId>, IdentityAdmin>;
    type OffchainSignature = Signature;
    type SigningPublicKey = <Signature as Verify>::Signer;
    type UsernameAuthorityOrigin = EitherOfDiverse<EnsureRoot<AccountId>, IdentityAdmin>;
    type PendingUsernameExpiration = PendingUsernameExpiration;
    type UsernameGracePeriod = UsernameGracePeriod;
    type MaxSuffixLength = ConstU32<7>;
    type MaxUsernameLength = ConstU32<32>;
    type WeightInfo = pallet_identity::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
}

impl pallet_vesting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type BlockNumberToBalance = ConvertInto;
    type MinVestedTransfer = MinVestedTransfer;
    type WeightInfo = pallet_vesting::weights::SubstrateWeight<Runtime>;
    type UnvestedFundsAllowedWithdrawReasons = UnvestedMay;
    type BlockNumberProvider = System;

    const MAX_VESTING_SCHEDULES: u32 = 28;
}
