//! x402's `PAYMENT-RESPONSE`: what an answer was charged, and where the channel stands with it.
//!
//! Nothing is settled on chain with an answer, so `transaction` and `amount` are empty, as the scheme's binding for EVM has it.

use crate::wire::{network, ChannelState};
use ballast_chain::ss58;
use ballast_core::Balance;
use serde::{Deserialize, Serialize};

/// Header of an answer that was charged: base64 of a [`PaymentResponse`].
pub const RESPONSE_HEADER: &str = "payment-response";

/// x402's SettlementResponse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentResponse {
    /// Whether it is paid.
    pub success: bool,
    /// Empty: a batch is redeemed later.
    pub transaction: String,
    /// The chain, by CAIP-2.
    pub network: String,
    /// The client's account, in SS58 form.
    pub payer: String,
    /// Empty, for the same reason.
    pub amount: String,
    /// What was charged.
    pub extra: Charged,
}

/// What was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charged {
    /// For this answer, in planck.
    pub charged_amount: String,
    /// The channel with it, by the worker's books.
    pub channel_state: ChannelState,
}

impl PaymentResponse {
    /// For an answer that cost this.
    pub fn new(
        genesis_hash: &[u8; 32],
        client: &[u8; 32],
        cost: Balance,
        channel_state: ChannelState,
    ) -> Self {
        Self {
            success: true,
            transaction: String::new(),
            network: network(genesis_hash),
            payer: ss58::encode(client),
            amount: String::new(),
            extra: Charged {
                charged_amount: cost.to_string(),
                channel_state,
            },
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn field_names_are_those_of_x402() {
        let state = ChannelState {
            channel_id: 7,
            balance: "100".into(),
            total_claimed: "0".into(),
            charged_cumulative_amount: "9".into(),
            last_number: 2,
        };
        let response = PaymentResponse::new(&[0xab; 32], &[1; 32], 4, state);
        let json = serde_json::to_value(&response).unwrap();
        assert_eq!(
            (&json["success"], &json["transaction"]),
            (&true.into(), &"".into())
        );
        assert_eq!(json["network"], "polkadot:abababababababababababababababab");
        assert_eq!(json["extra"]["chargedAmount"], "4");
        assert_eq!(
            json["extra"]["channelState"]["chargedCumulativeAmount"],
            "9"
        );
    }
}
