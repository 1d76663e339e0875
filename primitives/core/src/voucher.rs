//! Vouchers: a client's signed word on how much of a payment channel its payee may draw.
//!
//! A voucher is cumulative: it counts from the channel's opening, so the newest one replaces all before it. It is a
//! ceiling, not a price: how many tokens an answer will have is not known when it is asked for. What is paid is the sum
//! of the claims that are settled under it, never more.
//!
//! Goals: client, worker and runtime sign and check the same bytes; a voucher is good for one channel of one chain.
//! Non-goals: the signature scheme's arithmetic (sr25519 with context "substrate", as the chain's own).

use crate::ids::{Balance, ChannelId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of what a voucher signs. No other message of Ballast begins so.
pub const VOUCHER_DOMAIN: &[u8] = b"ballast/voucher/v1";

/// What a voucher says.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VoucherBody {
    /// Genesis hash of the chain it is meant for.
    pub genesis_hash: [u8; 32],
    /// The channel.
    pub channel: ChannelId,
    /// What the payee may have drawn in all, since the channel was opened.
    pub amount: Balance,
    /// Number of the request it comes with, from 1. Requests up to it may be claimed.
    pub number: u64,
}

impl VoucherBody {
    /// The bytes that are signed: the domain, then the SCALE encoding, which has a fixed length.
    pub fn signing_payload(&self) -> Vec<u8> {
        let mut payload = VOUCHER_DOMAIN.to_vec();
        self.encode_to(&mut payload);
        payload
    }
}

/// A voucher as it is sent and redeemed: chain and channel follow from where it is sent.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Voucher {
    /// What the payee may have drawn in all.
    pub amount: Balance,
    /// Number of the request it comes with.
    pub number: u64,
    /// sr25519 signature of the body's payload by the channel's signer.
    pub signature: [u8; 64],
}

impl Voucher {
    /// A voucher with `body`'s content.
    pub fn new(body: &VoucherBody, signature: [u8; 64]) -> Self {
        Self {
            amount: body.amount,
            number: body.number,
            signature,
        }
    }

    /// What must have been signed for this voucher to be good for `channel` on the chain of `genesis_hash`.
    pub fn body(&self, genesis_hash: [u8; 32], channel: ChannelId) -> VoucherBody {
        VoucherBody {
            genesis_hash,
            channel,
            amount: self.amount,
            number: self.number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_field_is_signed() {
        let base = VoucherBody {
            genesis_hash: [1; 32],
            channel: ChannelId(2),
            amount: 3,
            number: 4,
        };
        let variants = [
            VoucherBody {
                genesis_hash: [9; 32],
                ..base.clone()
            },
            VoucherBody {
                channel: ChannelId(9),
                ..base.clone()
            },
            VoucherBody {
                amount: 9,
                ..base.clone()
            },
            VoucherBody {
                number: 9,
                ..base.clone()
            },
        ];
        assert_eq!(base.signing_payload().len(), 18 + 32 + 8 + 16 + 8);
        for variant in variants {
            assert_ne!(variant.signing_payload(), base.signing_payload());
        }
    }

    proptest! {
        #[test]
        fn a_voucher_gives_back_its_body(genesis_hash: [u8; 32], channel: u64, amount: u128, number: u64) {
            let body = VoucherBody { genesis_hash, channel: ChannelId(channel), amount, number };
            let voucher = Voucher::new(&body, [7; 64]);
            prop_assert_eq!(Voucher::decode(&mut &voucher.encode()[..]), Ok(voucher.clone()));
            prop_assert_eq!(voucher.body(genesis_hash, ChannelId(channel)), body);
        }
    }
}
