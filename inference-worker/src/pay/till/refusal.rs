//! Why a request is not answered, in words that say what to do.

use crate::pay::{ledger::NotPaid, limits::UNSETTLED_MAX};
use ballast_chain::ChainError;
use ballast_core::{voucher::Voucher, ChannelId};
use ballast_inference::wire::PaymentRequired;

/// Why a request is not answered.
#[derive(Debug)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// What is wrong, and what to do.
    pub message: String,
    /// How to pay, where that helps.
    pub required: Option<Box<PaymentRequired>>,
}

/// Kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// No voucher came.
    Missing,
    /// What came is none.
    Malformed,
    /// The channel cannot pay this worker for this model.
    Channel,
    /// The voucher is not signed by the channel's signer.
    Signature,
    /// It allows too little, or the channel holds too little.
    Funds,
    /// Its number was used for another request.
    Number,
    /// The same request is being answered.
    InProgress,
    /// It was answered, and the answer is not kept any more.
    Gone,
    /// The session key has not the channel's tier at present.
    Key,
    /// The channel promises privacy, and the request came in the clear.
    NotSealed,
    /// The chain cannot be asked.
    Chain,
    /// As many answers of the channel as may be are not settled.
    Behind,
    /// There is no room for what checks need.
    NoRoom,
    /// Claims cannot be kept, or too many are waiting.
    Unavailable,
}

impl Refusal {
    pub(super) fn new(
        kind: RefusalKind,
        message: impl Into<String>,
        required: Option<Box<PaymentRequired>>,
    ) -> Self {
        Self {
            kind,
            message: message.into(),
            required,
        }
    }

    pub(super) fn plain(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self::new(kind, message, None)
    }

    pub(super) fn chain(error: &ChainError) -> Self {
        tracing::warn!(%error, "the chain cannot be asked");
        Self::plain(
            RefusalKind::Chain,
            "the chain cannot be asked at present, so nobody can be paid; try again",
        )
    }
}

pub(super) fn kind(not_paid: &NotPaid) -> RefusalKind {
    match not_paid {
        NotPaid::InProgress => RefusalKind::InProgress,
        NotPaid::Answered | NotPaid::Used | NotPaid::NoNumber => RefusalKind::Number,
        NotPaid::Underfunded { .. } | NotPaid::Exhausted { .. } => RefusalKind::Funds,
        NotPaid::Behind => RefusalKind::Behind,
    }
}

pub(super) fn told(channel: ChannelId, voucher: &Voucher, not_paid: &NotPaid) -> String {
    let number = voucher.number;
    match not_paid {
        NotPaid::InProgress => {
            format!("request {number} of channel {channel} is being answered; ask again for the same answer")
        }
        NotPaid::NoNumber => "requests are numbered from 1".into(),
        NotPaid::Answered | NotPaid::Used => {
            format!("number {number} of channel {channel} is used up")
        }
        NotPaid::Underfunded { needed } => format!(
            "the voucher allows {} planck in all; with what was answered and what is under way this request takes {needed}",
            voucher.amount
        ),
        NotPaid::Exhausted { needed } => format!(
            "channel {channel} would have to hold {needed} planck; `ballast channel top-up {channel} BAL` puts more in"
        ),
        NotPaid::Behind => format!(
            "{UNSETTLED_MAX} answers of channel {channel} are not settled, which is the most; try again. If that does not help, they are worth less than their redemption costs: ask for more at a time, or close it by `ballast channel close {channel}` and ask another worker"
        ),
    }
}
