//! Where a validator stands.

use crate::ids::Balance;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// A validator, or who may become one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ValidatorInfo {
    /// At stake of its own.
    pub stake: Balance,
    /// The least that a validator stakes.
    pub min_stake: Balance,
    /// Held while an account has session keys.
    pub key_deposit: Balance,
    /// Asked back: amount, and the era from which it can be withdrawn.
    pub unbonding: Vec<(Balance, u32)>,
    /// Whether it offers to validate, and so takes part in elections.
    pub offers: bool,
    /// What it keeps of the pay before nominators share, in billionths.
    pub commission_ppb: u32,
    /// Its session keys as the chain has them, in the order of the runtime; `None` without.
    pub session_keys: Option<Vec<u8>>,
    /// Whether it makes blocks in this session.
    pub elected: bool,
    /// Whether it will in the next.
    pub elected_next: bool,
    /// Whether it was elected but may make no blocks in this era, for an offence.
    pub disabled: bool,
    /// What it earned of this era's pay so far, in the units of `all_points`.
    pub points: u32,
    /// What all validators earned.
    pub all_points: u32,
    /// Past eras whose pay nobody has paid out yet, oldest first.
    pub unpaid_eras: Vec<u32>,
    /// Slashes to come unless governance cancels them: the era in which they are taken, and what of its own stake.
    pub slashes: Vec<(u32, Balance)>,
    /// The era now.
    pub era: u32,
    /// The session now.
    pub session: u32,
}
