//! Why a node's pool refuses a transaction, from its error codes and from the runtime's own verdict.

use crate::Refusal;
use codec::{Decode, DecodeAll};
use subxt::rpcs::UserError;

/// What the transaction pool's error code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PoolAnswer {
    /// The runtime calls it invalid or cannot judge it; it can be asked why.
    AskRuntime,
    /// The same transaction is in the pool.
    AlreadyThere,
    /// The pool's own reason.
    Refused(Refusal),
}

/// Codes of `author_submitExtrinsic`, from sc-rpc-api.
pub(super) fn pool_answer(error: &UserError) -> PoolAnswer {
    match error.code {
        1002 | 1010 | 1011 => PoolAnswer::AskRuntime,
        1012 => PoolAnswer::Refused(Refusal::Banned),
        1013 => PoolAnswer::AlreadyThere,
        1014 | 1015 => PoolAnswer::Refused(Refusal::LowPriority),
        1016 => PoolAnswer::Refused(Refusal::PoolFull),
        1021 => PoolAnswer::Refused(Refusal::Future),
        _ => PoolAnswer::Refused(other(error)),
    }
}

/// The node's own words.
pub(super) fn other(error: &UserError) -> Refusal {
    let data = error
        .data
        .as_deref()
        .map(|data| format!(": {}", data.get()))
        .unwrap_or_default();
    Refusal::Other(format!("{}{data}", error.message))
}

/// `sp_runtime::transaction_validity::InvalidTransaction`, by index.
#[derive(Decode)]
enum Invalid {
    Call,
    Payment,
    Future,
    Stale,
    BadProof,
    AncientBirthBlock,
    ExhaustsResources,
    Custom(u8),
    BadMandatory,
    MandatoryValidation,
    BadSigner,
    IndeterminateImplicit,
    UnknownOrigin,
}

/// `UnknownTransaction`, by index.
#[derive(Decode)]
enum Unknown {
    CannotLookup,
    NoUnsignedValidator,
    Custom(u8),
}

#[derive(Decode)]
enum Verdict {
    Invalid(Invalid),
    Unknown(Unknown),
}

/// Parameters of `TaggedTransactionQueue_validate_transaction`: a transaction from outside, judged at a block.
pub(super) fn validate_request(transaction: &[u8], block: &[u8; 32]) -> Vec<u8> {
    const EXTERNAL: u8 = 2;
    [&[EXTERNAL], transaction, block].concat()
}

/// The runtime's reason, if its verdict is that the transaction may not be included. `account` pays.
pub(super) fn verdict(answer: &[u8], account: Option<String>) -> Option<Refusal> {
    let (1, error) = answer.split_first().map(|(first, rest)| (*first, rest))? else {
        return None;
    };
    Some(match Verdict::decode_all(&mut &*error).ok()? {
        Verdict::Invalid(invalid) => invalid_reason(invalid, account),
        Verdict::Unknown(Unknown::NoUnsignedValidator) => Refusal::Call,
        Verdict::Unknown(Unknown::Custom(code)) => Refusal::Custom(code),
        Verdict::Unknown(Unknown::CannotLookup) => Refusal::Unknown,
    })
}

fn invalid_reason(invalid: Invalid, account: Option<String>) -> Refusal {
    match invalid {
        Invalid::Payment => Refusal::Payment {
            account: account.unwrap_or_else(|| "of the sender".into()),
        },
        Invalid::Stale => Refusal::Stale,
        Invalid::Future => Refusal::Future,
        Invalid::BadProof | Invalid::IndeterminateImplicit => Refusal::BadProof,
        Invalid::AncientBirthBlock => Refusal::TooOld,
        Invalid::ExhaustsResources => Refusal::NoRoom,
        Invalid::Custom(code) => Refusal::Custom(code),
        Invalid::BadSigner => Refusal::BadSigner,
        Invalid::Call
        | Invalid::BadMandatory
        | Invalid::MandatoryValidation
        | Invalid::UnknownOrigin => Refusal::Call,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorClass;

    fn error(code: i32) -> UserError {
        UserError {
            code,
            message: "words".into(),
            data: None,
        }
    }

    fn reason(bytes: &[u8]) -> Option<Refusal> {
        verdict(bytes, Some("5Grw".into()))
    }

    #[test]
    fn a_poor_account_is_told_who_it_is_and_what_to_do() {
        let refusal = reason(&[1, 0, 1]);
        assert_eq!(
            refusal,
            Some(Refusal::Payment {
                account: "5Grw".into()
            })
        );
        let text = refusal
            .map(|refusal| refusal.to_string())
            .unwrap_or_default();
        assert!(
            text.starts_with("account 5Grw has no funds to pay fees"),
            "{text}"
        );
    }

    #[test]
    fn every_verdict_of_the_runtime_has_a_reason() {
        let expected = [
            Refusal::Call,
            Refusal::Payment {
                account: "5Grw".into(),
            },
            Refusal::Future,
            Refusal::Stale,
            Refusal::BadProof,
            Refusal::TooOld,
            Refusal::NoRoom,
            Refusal::Custom(9),
            Refusal::Call,
            Refusal::Call,
            Refusal::BadSigner,
            Refusal::BadProof,
            Refusal::Call,
        ];
        for (index, expected) in expected.into_iter().enumerate() {
            let mut answer = vec![1, 0, index as u8];
            answer.extend((index == 7).then_some(9));
            assert_eq!(reason(&answer), Some(expected), "{index}");
        }
        assert_eq!(reason(&[1, 1, 0]), Some(Refusal::Unknown));
        assert_eq!(reason(&[1, 1, 1]), Some(Refusal::Call));
        assert_eq!(reason(&[1, 1, 2, 9]), Some(Refusal::Custom(9)));
    }

    #[test]
    fn a_valid_or_unreadable_verdict_gives_no_reason() {
        for answer in [
            &[][..],
            &[0, 1, 2],
            &[1],
            &[1, 0],
            &[1, 0, 99],
            &[1, 0, 1, 0],
        ] {
            assert_eq!(reason(answer), None, "{answer:?}");
        }
    }

    #[test]
    fn pool_codes_are_told_apart() {
        assert_eq!(pool_answer(&error(1010)), PoolAnswer::AskRuntime);
        assert_eq!(pool_answer(&error(1013)), PoolAnswer::AlreadyThere);
        for (code, class) in [
            (1012, ErrorClass::Retryable),
            (1014, ErrorClass::Retryable),
            (1001, ErrorClass::Fatal),
        ] {
            let PoolAnswer::Refused(refusal) = pool_answer(&error(code)) else {
                panic!("{code}")
            };
            assert_eq!(refusal.class(), class, "{code}");
        }
    }
}
