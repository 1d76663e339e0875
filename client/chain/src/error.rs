//! What can go wrong between a client and the chain, and what to do about it.

use std::time::Duration;

/// What a caller should do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request has to change: arguments, funds, the node's address.
    Usage,
    /// The same request may succeed later.
    Retryable,
    /// Neither helps: this program and the node do not fit together, or one of them is broken.
    Fatal,
}

/// A read of the chain failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The node's address cannot be used.
    #[error("{url} cannot be used as a node's address: {reason}")]
    Address {
        /// The address given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No light client can follow the chain of this specification.
    #[error("the chain specification cannot be used: {reason}; take the file that `ballast-node export-chain-spec --raw` writes, and name a boot node")]
    Specification {
        /// What is wrong with it.
        reason: String,
    },
    /// No node answers, or the connection to it broke.
    #[error("the node at {url} is not reachable: {reason}; check that it runs and that the address is right")]
    Unreachable {
        /// Address of the node.
        url: String,
        /// What the connection said.
        reason: String,
    },
    /// Something did not happen in time.
    #[error("{what} took longer than {} s; the node may be down, overloaded, out of sync or without finality", .after.as_secs())]
    Timeout {
        /// What was waited for.
        what: String,
        /// The bound.
        after: Duration,
    },
    /// The node answered a request with an error.
    #[error("the node refused {request}: {reason}")]
    Rpc {
        /// The request.
        request: String,
        /// The node's words.
        reason: String,
    },
    /// The node no longer has the state of a block.
    #[error("the node no longer keeps the state that {request} needs; ask one that does (--state-pruning archive)")]
    Pruned {
        /// The request.
        request: String,
    },
    /// The node's runtime is not the one this program was built for.
    #[error("the node's runtime does not fit this program: {what}; use versions of node and program that belong together")]
    Incompatible {
        /// What is missing or different.
        what: String,
    },
    /// The node was reset to another chain.
    #[error(
        "the node now serves another chain: its genesis hash is {}, it was {}; start this program again",
        hex::encode(.actual), hex::encode(.expected)
    )]
    OtherChain {
        /// Genesis hash at first.
        expected: [u8; 32],
        /// Genesis hash now.
        actual: [u8; 32],
    },
    /// The node's answer makes no sense.
    #[error("the node's answer to {request} is malformed: {reason}")]
    Malformed {
        /// The request.
        request: String,
        /// What is wrong.
        reason: String,
    },
}

impl ChainError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Address { .. } | Self::Specification { .. } => ErrorClass::Usage,
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Rpc { .. } => {
                ErrorClass::Retryable
            }
            Self::Pruned { .. } | Self::Incompatible { .. } => ErrorClass::Fatal,
            Self::OtherChain { .. } | Self::Malformed { .. } => ErrorClass::Fatal,
        }
    }
}

/// A transaction failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// There was nothing to submit.
    #[error("a transaction needs at least one call, got none")]
    Empty,
    /// The chain could not be asked, or not be understood.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The transaction never entered a block.
    #[error("the transaction was refused: {reason}")]
    Refused {
        /// Why.
        reason: Refusal,
    },
    /// The transaction is in a final block and failed there; its fee is spent.
    #[error("the chain rejected the call: {0}")]
    Dispatch(DispatchFailure),
    /// The node gave the transaction up without saying that it is invalid.
    #[error("the node dropped transaction 0x{}: {reason}; look for its effect, then submit it again", hex::encode(.transaction))]
    Dropped {
        /// Hash of the transaction.
        transaction: [u8; 32],
        /// The node's words.
        reason: String,
    },
    /// The transaction was not seen in a final block in time. It may still become part of one.
    #[error(
        "transaction 0x{} was not final after {} s; look for its effect before submitting it again",
        hex::encode(.transaction), .after.as_secs()
    )]
    NotFinal {
        /// Hash of the transaction.
        transaction: [u8; 32],
        /// The bound.
        after: Duration,
    },
}

impl SubmitError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Empty => ErrorClass::Usage,
            Self::Chain(error) => error.class(),
            Self::Refused { reason } => reason.class(),
            Self::Dispatch(failure) => failure.class(),
            Self::Dropped { .. } | Self::NotFinal { .. } => ErrorClass::Retryable,
        }
    }

    /// The runtime's error, whether the call failed in a block or was refused before.
    pub fn dispatch_failure(&self) -> Option<&DispatchFailure> {
        match self {
            Self::Dispatch(failure)
            | Self::Refused {
                reason: Refusal::Pallet(failure),
            } => Some(failure),
            _ => None,
        }
    }

    /// Whether it is this error of this pallet.
    pub fn is_error(&self, pallet: &str, error: &str) -> bool {
        let failure = self.dispatch_failure();
        failure.is_some_and(|failure| {
            failure.pallet.as_deref() == Some(pallet) && failure.error == error
        })
    }
}

/// Why a transaction was not let into a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No funds for the fee.
    #[error("account {account} has no funds to pay fees: send it some BAL (`faucet` does on a development network)")]
    Payment {
        /// The account, in SS58 form.
        account: String,
    },
    /// The nonce is used up.
    #[error("the account's nonce is outdated: another transaction of the same account came first; submit it again")]
    Stale,
    /// The nonce is ahead.
    #[error("the account's nonce is ahead: an earlier transaction of the same account is missing; submit it again")]
    Future,
    /// The signature does not hold.
    #[error("the signature does not hold: the key, the chain (genesis hash) or the runtime version is another one")]
    BadProof,
    /// The transaction is older than its lifetime.
    #[error("the transaction is too old; submit it again")]
    TooOld,
    /// The block has no room.
    #[error("the transaction is too large or too heavy for the blocks at present; submit it later, or in parts")]
    NoRoom,
    /// A call that may not be sent like this.
    #[error("the call may not be submitted like this; it may need a signature, or authorize only itself")]
    Call,
    /// The account may not send transactions.
    #[error("the account is not allowed to send transactions")]
    BadSigner,
    /// The call authorizes itself, and its pallet refuses it.
    #[error("{0}")]
    Pallet(DispatchFailure),
    /// A reason of the runtime's own.
    #[error("the runtime gives reason {0}")]
    Custom(u8),
    /// The chain could not judge it.
    #[error("the chain cannot judge it at present; submit it again")]
    Unknown,
    /// Another transaction with the same nonce or tag is waiting, at the same or a higher priority.
    #[error("another transaction that does the same, or has the same nonce, is waiting; submit it again after that one")]
    LowPriority,
    /// The same transaction was refused a moment ago.
    #[error("the node banned this transaction for a while, because it was invalid or just included; submit it later")]
    Banned,
    /// The node's pool is full.
    #[error("the node's transaction pool is full; submit it later")]
    PoolFull,
    /// Anything else a node may say.
    #[error("{0}")]
    Other(String),
}

impl Refusal {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Payment { .. } | Self::Call | Self::BadSigner | Self::Custom(_) => {
                ErrorClass::Usage
            }
            Self::Pallet(failure) => failure.class(),
            Self::BadProof | Self::Other(_) => ErrorClass::Fatal,
            Self::Stale | Self::Future | Self::TooOld | Self::NoRoom | Self::Unknown => {
                ErrorClass::Retryable
            }
            Self::LowPriority | Self::Banned | Self::PoolFull => ErrorClass::Retryable,
        }
    }

    /// Whether the same call may be sent again with a fresh nonce, without the risk that both are included.
    pub(crate) fn is_nonce_race(&self) -> bool {
        matches!(self, Self::Stale | Self::LowPriority)
    }
}

/// A call failed in a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct DispatchFailure {
    /// The pallet whose error it is; `None` for an error of the runtime as a whole.
    pub pallet: Option<String>,
    /// Name of the error.
    pub error: String,
    /// What the pallet says about it: cause and remedy.
    pub docs: String,
}

impl DispatchFailure {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match (self.pallet.as_deref(), self.error.as_str()) {
            (None, "Exhausted" | "Unavailable") => ErrorClass::Retryable,
            (None, "Corruption") => ErrorClass::Fatal,
            _ => ErrorClass::Usage,
        }
    }

    fn text(&self) -> String {
        let name = match &self.pallet {
            Some(pallet) => format!("{pallet}::{}", self.error),
            None => self.error.clone(),
        };
        if self.docs.is_empty() {
            name
        } else {
            format!("{} ({name})", self.docs)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_learns_whether_to_change_retry_or_give_up() {
        let after = Duration::from_secs(1);
        let incompatible = ChainError::Incompatible {
            what: "it has no pallet Blobs".into(),
        };
        let unreachable = ChainError::Unreachable {
            url: "ws://x".into(),
            reason: "refused".into(),
        };
        let address = ChainError::Address {
            url: "x".into(),
            reason: "no scheme".into(),
        };
        let refused = |reason| SubmitError::Refused { reason };
        for (error, class) in [
            (SubmitError::Empty, ErrorClass::Usage),
            (address.into(), ErrorClass::Usage),
            (
                refused(Refusal::Payment {
                    account: "5Grw".into(),
                }),
                ErrorClass::Usage,
            ),
            (unreachable.into(), ErrorClass::Retryable),
            (
                ChainError::Timeout {
                    what: "an account".into(),
                    after,
                }
                .into(),
                ErrorClass::Retryable,
            ),
            (refused(Refusal::Stale), ErrorClass::Retryable),
            (refused(Refusal::PoolFull), ErrorClass::Retryable),
            (
                SubmitError::NotFinal {
                    transaction: [1; 32],
                    after,
                },
                ErrorClass::Retryable,
            ),
            (incompatible.into(), ErrorClass::Fatal),
            (
                ChainError::Pruned {
                    request: "events".into(),
                }
                .into(),
                ErrorClass::Fatal,
            ),
            (refused(Refusal::BadProof), ErrorClass::Fatal),
        ] {
            assert_eq!(error.class(), class, "{error}");
        }
    }

    #[test]
    fn a_dispatch_failure_is_usage_unless_the_runtime_says_otherwise() {
        let failure = |pallet: Option<&str>, error: &str| DispatchFailure {
            pallet: pallet.map(Into::into),
            error: error.into(),
            docs: String::new(),
        };
        assert_eq!(
            failure(Some("Blobs"), "Exhausted").class(),
            ErrorClass::Usage
        );
        assert_eq!(failure(None, "Exhausted").class(), ErrorClass::Retryable);
        assert_eq!(failure(None, "Corruption").class(), ErrorClass::Fatal);
        assert_eq!(failure(None, "BadOrigin").to_string(), "BadOrigin");
    }
}
