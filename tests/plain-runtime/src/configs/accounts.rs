//! What makes accounts usable by people and companies, as the real runtime has it but for what a proxy may do: here, everything.

use frame_support::{
    parameter_types,
    traits::{ConstU32, EitherOfDiverse, WithdrawReasons},
};
use frame_system::EnsureRoot;
use pallet_identity::legacy::IdentityInfo;
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

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ();
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
