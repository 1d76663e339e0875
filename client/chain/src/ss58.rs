//! Accounts as text: SS58 with prefix 42.

use std::str::FromStr;
use subxt::utils::AccountId32;

/// A string is no account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ss58Error {
    /// Not SS58 of 32 bytes, or mistyped.
    #[error("{text:?} is no account: {reason}")]
    Malformed {
        /// The start of what was given.
        text: String,
        /// What is wrong.
        reason: String,
    },
    /// An account written for another network.
    #[error("{text:?} is an account of another network; the same account is {here} here")]
    OtherNetwork {
        /// What was given.
        text: String,
        /// The same account with prefix 42.
        here: String,
    },
}

/// The SS58 form of an account.
pub fn encode(account: &[u8; 32]) -> String {
    AccountId32(*account).to_string()
}

/// The account behind its SS58 form, or behind `0x` and 64 hex digits.
pub fn decode(text: &str) -> Result<[u8; 32], Ss58Error> {
    let malformed = |reason: &dyn ToString| Ss58Error::Malformed {
        text: text.chars().take(60).collect(),
        reason: reason.to_string(),
    };
    if let Some(digits) = text.strip_prefix("0x") {
        let mut account = [0; 32];
        hex::decode_to_slice(digits, &mut account).map_err(|error| malformed(&error))?;
        return Ok(account);
    }
    let account = AccountId32::from_str(text)
        .map_err(|error| malformed(&error))?
        .0;
    let here = encode(&account);
    if here != text {
        return Err(Ss58Error::OtherNetwork {
            text: text.into(),
            here,
        });
    }
    Ok(account)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    const ALICE_HEX: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

    #[test]
    fn an_account_round_trips() {
        let account = decode(ALICE).unwrap();
        assert_eq!(hex::encode(account), ALICE_HEX);
        assert_eq!(encode(&account), ALICE);
        assert_eq!(decode(&format!("0x{ALICE_HEX}")), Ok(account));
    }

    #[test]
    fn a_mistyped_account_is_refused() {
        let mistyped = ALICE.replace("5Grw", "5Grv");
        for text in [
            "",
            "5",
            &ALICE[1..],
            &mistyped,
            "0x12",
            ALICE_HEX,
            "5Grwva!",
        ] {
            assert!(
                matches!(decode(text), Err(Ss58Error::Malformed { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn an_account_of_another_network_is_told_in_our_form() {
        // Alice on Polkadot (prefix 0).
        let error = decode("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5").unwrap_err();
        assert!(
            matches!(&error, Ss58Error::OtherNetwork { here, .. } if here == ALICE),
            "{error}"
        );
    }
}
