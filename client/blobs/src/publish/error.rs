//! Why publishing failed.

use crate::source::SourceError;
use ballast_chain::{ss58, ChainError, SubmitError};
use ballast_core::{
    name::NameError,
    price::{BAL, BAL_DECIMALS},
    Address, Balance, Code, EncodingId, ShardIndex, WorkerId,
};
use std::time::Duration;

/// Why publishing failed. What was certified before stays; calling again goes on.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The chain could not be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A transaction failed.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// A file could not be read, or changed meanwhile.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There are too few workers for any code.
    #[error(
        "{active} workers take new shards, the smallest code of this durability needs {needed} and leaves two spare; \
         wait for more workers, or name a smaller code (2,3)"
    )]
    NoCode {
        /// Workers that take new shards.
        active: u32,
        /// How many there must be.
        needed: u32,
    },
    /// There are too few workers for this code.
    #[error("{active} workers take new shards, code {code} needs {needed}; choose a code with fewer shards")]
    TooFewWorkers {
        /// The code.
        code: Code,
        /// Workers that take new shards.
        active: u32,
        /// Workers it needs.
        needed: u32,
    },
    /// The lease asked for is longer than allowed.
    #[error("a lease may run {max} storage epochs ahead, {asked} were asked for; ask for fewer, and extend later")]
    BeyondHorizon {
        /// Epochs asked for.
        asked: u32,
        /// Greatest number.
        max: u32,
    },
    /// The cost is no balance.
    #[error("the cost exceeds the range of a balance; ask for fewer epochs")]
    CostOverflow,
    /// The account cannot pay.
    #[error(
        "account {account} has {} BAL free, deposits and leases take {} BAL and transaction fees come on top; fund it",
        in_bal(*free), in_bal(*needed)
    )]
    Funds {
        /// The account in SS58 form.
        account: String,
        /// What is needed without fees.
        needed: Balance,
        /// What it can spend.
        free: Balance,
    },
    /// The registration is final but the chain does not say under which id.
    #[error("the chain reports {actual} registrations for {expected} calls; node and program do not fit together")]
    NotRegistered {
        /// Encodings registered.
        expected: usize,
        /// Encodings reported.
        actual: usize,
    },
    /// No workers were drawn in time.
    #[error(
        "no workers were drawn for encoding {encoding} of {address} within {} s; publish again, which goes on with it",
        after.as_secs()
    )]
    NotPlaced {
        /// The encoding.
        encoding: EncodingId,
        /// The blob.
        address: Address,
        /// The bound.
        after: Duration,
    },
    /// The encoding lapsed meanwhile.
    #[error("encoding {encoding} of {address} is gone: it lapsed before it was certified; publish again")]
    Gone {
        /// The encoding.
        encoding: EncodingId,
        /// The blob.
        address: Address,
    },
    /// Too few workers took their shards.
    #[error(
        "{held} of the {needed} shards a certificate needs are held for encoding {encoding} of {address}; missing: {}; \
         publish again, which goes on where this stopped", list(failed)
    )]
    TooFewReceipts {
        /// The encoding.
        encoding: EncodingId,
        /// The blob.
        address: Address,
        /// Shards that are held.
        held: u8,
        /// Shards that must be.
        needed: u8,
        /// The others, and why.
        failed: Vec<(ShardIndex, WorkerId, String)>,
    },
    /// The chain refuses the certificate.
    #[error("the certificate of encoding {encoding} of {address} failed: {source}")]
    Certify {
        /// The encoding.
        encoding: EncodingId,
        /// The blob.
        address: Address,
        /// Why.
        source: SubmitError,
    },
    /// Nobody, or another, owns the namespace.
    #[error("namespace {namespace} is not yours: {owner}; take a free one, or ask its owner")]
    Namespace {
        /// The namespace.
        namespace: String,
        /// Who owns it.
        owner: String,
    },
    /// The model is another's.
    #[error("model {model} belongs to {owner}; publish under a name of your own")]
    NotOwner {
        /// The model.
        model: String,
        /// Its owner in SS58 form.
        owner: String,
    },
    /// The base model does not exist.
    #[error("there is no model {base} to derive from; check its name")]
    BaseMissing {
        /// The base model.
        base: String,
    },
    /// More tags than a version may get at once.
    #[error(
        "a version gets at most {max} tags at once, {actual} were given; set the others afterwards"
    )]
    TooManyTags {
        /// Tags given.
        actual: usize,
        /// Greatest number.
        max: usize,
    },
    /// A name is not allowed.
    #[error(transparent)]
    Name(#[from] NameError),
}

fn list(failed: &[(ShardIndex, WorkerId, String)]) -> String {
    let one = |(shard, worker, reason): &(ShardIndex, WorkerId, String)| {
        format!("shard {shard} at {} ({reason})", ss58::encode(&worker.0))
    };
    failed.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// An amount in BAL, without trailing zeros.
fn in_bal(amount: Balance) -> String {
    let fraction = format!(
        "{:0width$}",
        amount % BAL,
        width = usize::from(BAL_DECIMALS)
    );
    match fraction.trim_end_matches('0') {
        "" => format!("{}", amount / BAL),
        fraction => format!("{}.{fraction}", amount / BAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_without_needless_digits() {
        assert_eq!(in_bal(0), "0");
        assert_eq!(in_bal(3 * BAL), "3");
        assert_eq!(in_bal(BAL / 2), "0.5");
        assert_eq!(in_bal(12 * BAL + 1), "12.000000000001");
    }
}
