//! Taking a namespace: commit, wait, reveal.
//!
//! Goals: a call that ends between the two steps, for whatever reason, loses nothing: the salt is on disk before the
//! commitment is on chain, and the next call goes on where this one stopped.
//! The decision is a pure function of what the chain and the disk say; [`ensure`] carries it out.

use crate::{error::CliError, files};
use ballast_chain::{calls::models, Chain, Signer};
use ballast_core::{
    name::{commitment, fold},
    view::{CommitmentInfo, NamespaceInfo},
    BlockNumber,
};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Steps after which something is wrong that repeating does not mend. A claim takes at most four.
const MAX_STEPS: u32 = 12;

/// Blocks that a call may take from the final block on. A reveal that would come later than allowed is not tried.
const INCLUSION_BLOCKS: BlockNumber = 10;

/// A claim on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredClaim {
    namespace: String,
    #[serde(with = "hex::serde")]
    salt: [u8; 32],
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// It is ours.
    Done,
    /// It is another's.
    Taken { owner: [u8; 32] },
    /// Commit to it.
    Commit,
    /// Withdraw a commitment that no longer serves.
    Cancel,
    /// Wait for this block to be final.
    Wait { until: BlockNumber },
    /// Name it.
    Reveal,
    /// Another claim of the account is open, made elsewhere.
    Blocked { until: BlockNumber },
}

fn next_step(
    account: [u8; 32],
    owner: Option<[u8; 32]>,
    open: Option<CommitmentInfo>,
    ours: [u8; 32],
    final_block: BlockNumber,
) -> Step {
    match (owner, open) {
        (Some(owner), _) if owner == account => Step::Done,
        (Some(owner), _) => Step::Taken { owner },
        (None, None) => Step::Commit,
        (None, Some(open)) if final_block >= open.reveal_until => Step::Cancel,
        (None, Some(open)) if open.hash != ours => Step::Blocked {
            until: open.reveal_until,
        },
        (None, Some(open)) if final_block.saturating_add(INCLUSION_BLOCKS) > open.reveal_until => {
            Step::Cancel
        }
        // A call lands at the earliest in the block after the final one.
        (None, Some(open)) if final_block.saturating_add(1) < open.reveal_from => Step::Wait {
            until: open.reveal_from.saturating_sub(1),
        },
        (None, Some(_)) => Step::Reveal,
    }
}

/// Makes `namespace` the signer's, unless it is already. True if it was taken now.
pub async fn ensure(chain: &dyn Chain, signer: &Signer, namespace: &str) -> Result<bool, CliError> {
    let account = signer.account();
    let path = claim_path(
        &files::data_dir()?,
        &chain.genesis_hash(),
        &account,
        namespace,
    );
    let mut taken = false;
    for _ in 0..MAX_STEPS {
        let owner = chain
            .namespace(namespace)
            .await?
            .map(|NamespaceInfo { owner, .. }| owner);
        if owner == Some(account) {
            forget(&path);
            return Ok(taken);
        }
        let claim = load_or_create(&path, namespace)?;
        let ours = commitment(namespace.as_bytes(), &claim.salt, &account);
        let (open, now) = (
            chain.commitment(account).await?,
            chain.finalized().await?.number,
        );
        match next_step(account, owner, open, ours, now) {
            Step::Done => return Ok(taken),
            Step::Taken { owner } => return Err(taken_by(namespace, &owner)),
            Step::Blocked { until } => return Err(blocked(until)),
            Step::Wait { until } => wait_until(chain, until).await?,
            Step::Commit => {
                tracing::info!(namespace, "committing to the namespace");
                chain
                    .submit(&[models::commit_namespace(ours)], signer)
                    .await?;
            }
            Step::Cancel => {
                chain.submit(&[models::cancel_commit()], signer).await?;
            }
            Step::Reveal => {
                tracing::info!(namespace, "taking the namespace");
                chain
                    .submit(&[models::reveal_namespace(namespace, claim.salt)], signer)
                    .await?;
                taken = true;
            }
        }
    }
    Err(CliError::retryable(format!(
        "namespace {namespace} could not be taken in {MAX_STEPS} steps; try again"
    )))
}

async fn wait_until(chain: &dyn Chain, block: BlockNumber) -> Result<(), CliError> {
    let mut last = chain.finalized().await?.number;
    while last < block {
        last = chain.wait_finalized(last).await?.number;
    }
    Ok(())
}

fn taken_by(namespace: &str, owner: &[u8; 32]) -> CliError {
    let owner = ballast_chain::ss58::encode(owner);
    CliError::usage(format!(
        "namespace {namespace}, or one that looks alike, belongs to {owner}; publish under a namespace of your own"
    ))
}

fn blocked(until: BlockNumber) -> CliError {
    CliError::retryable(format!(
        "this account has an open commitment to another namespace, made elsewhere; finish it there, or try again after \
         block {until}"
    ))
}

/// One file per chain, account and namespace.
fn claim_path(data: &Path, genesis: &[u8; 32], account: &[u8; 32], namespace: &str) -> PathBuf {
    let folded = String::from_utf8_lossy(&fold(namespace.as_bytes())).into_owned();
    let chain = hex::encode(genesis);
    data.join("claims")
        .join(chain)
        .join(hex::encode(account))
        .join(format!("{folded}.json"))
}

fn load_or_create(path: &Path, namespace: &str) -> Result<StoredClaim, CliError> {
    if path.exists() {
        let text = files::read_text(path, "the claim")?;
        return serde_json::from_str(&text).map_err(|error| {
            let path = path.display();
            CliError::usage(format!(
                "the claim {path} is malformed ({error}); move it away to start another"
            ))
        });
    }
    let mut salt = [0; 32];
    rand::rng().fill_bytes(&mut salt);
    let claim = StoredClaim {
        namespace: namespace.into(),
        salt,
    };
    let json = serde_json::to_vec_pretty(&claim).expect("two strings serialise; qed");
    files::write_private(path, &json, files::Existing::Keep)?;
    Ok(claim)
}

/// The salt of a namespace that is taken serves no more; a file left over does no harm.
fn forget(path: &Path) {
    let _ = std::fs::remove_file(path);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ME: [u8; 32] = [1; 32];
    const OURS: [u8; 32] = [2; 32];

    fn open(hash: [u8; 32]) -> Option<CommitmentInfo> {
        Some(CommitmentInfo {
            hash,
            committed_at: 100,
            reveal_from: 110,
            reveal_until: 200,
        })
    }

    fn step(owner: Option<[u8; 32]>, open: Option<CommitmentInfo>, now: BlockNumber) -> Step {
        next_step(ME, owner, open, OURS, now)
    }

    #[test]
    fn a_claim_goes_from_commit_over_wait_to_reveal() {
        assert_eq!(step(None, None, 100), Step::Commit);
        assert_eq!(step(None, open(OURS), 101), Step::Wait { until: 109 });
        assert_eq!(step(None, open(OURS), 109), Step::Reveal);
        assert_eq!(step(None, open(OURS), 190), Step::Reveal);
        assert_eq!(step(Some(ME), None, 111), Step::Done);
    }

    #[test]
    fn a_commitment_that_came_too_late_is_withdrawn_whoever_made_it() {
        assert_eq!(step(None, open(OURS), 191), Step::Cancel);
        assert_eq!(step(None, open(OURS), 200), Step::Cancel);
        assert_eq!(step(None, open([9; 32]), 300), Step::Cancel);
    }

    #[test]
    fn others_are_left_alone() {
        assert_eq!(
            step(Some([7; 32]), open(OURS), 150),
            Step::Taken { owner: [7; 32] }
        );
        assert_eq!(step(None, open([9; 32]), 150), Step::Blocked { until: 200 });
    }

    #[test]
    fn the_salt_survives_between_calls_and_spellings() {
        let folder = tempfile::tempdir().unwrap();
        let path = claim_path(folder.path(), &[3; 32], &ME, "Foo_Bar");
        assert_eq!(path, claim_path(folder.path(), &[3; 32], &ME, "foo-bar"));
        assert_ne!(path, claim_path(folder.path(), &[4; 32], &ME, "foo-bar"));
        let first = load_or_create(&path, "Foo_Bar").unwrap();
        assert_eq!(load_or_create(&path, "foo-bar").unwrap(), first);
        std::fs::write(&path, "{").unwrap();
        assert_eq!(load_or_create(&path, "foo-bar").unwrap_err().code(), 2);
    }
}
