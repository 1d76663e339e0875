//! The calls clients make, one function each.
//!
//! Goals: arguments are `ballast-core` types, encoded as the pallets decode them; pallet and call go by name.
//! Non-goals: checking arguments (the chain does, and says why); indices (they come from the node's metadata).

use ballast_core::{
    challenge::{ChunkProof, ShardChunk},
    dispute::RebuildAttestation,
    receipt::Receipt,
    Address, Balance, BlockNumber, ChainingValue, ChunkIndex, Code, EncodingId, Group, GroupProof,
    LengthProof, OperatorId, RetrievalId, ShardIndex, StorageEpoch, WorkerId,
};
use codec::{Compact, Encode};

pub mod inference;

/// A call of the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Name of the pallet.
    pub pallet: &'static str,
    /// Name of the call.
    pub call: &'static str,
    /// SCALE bytes of its arguments.
    pub args: Vec<u8>,
}

impl Call {
    fn new(pallet: &'static str, call: &'static str, args: impl Encode) -> Self {
        Self {
            pallet,
            call,
            args: args.encode(),
        }
    }
}

/// What a worker publishes about itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct WorkerProfile {
    /// Account of who runs it.
    pub operator: OperatorId,
    /// URL of its HTTP API.
    pub endpoint: String,
    /// sr25519 public key that signs its receipts.
    pub receipt_key: [u8; 32],
    /// Bytes it offers.
    pub capacity: u64,
    /// What it asks for a GiB in a storage epoch.
    pub ask_per_gib_epoch: Balance,
}

/// Pallet Workers.
pub mod workers {
    use super::*;

    const PALLET: &str = "Workers";

    /// Joins with a bonded stake.
    pub fn join(profile: &WorkerProfile, stake: Balance) -> Call {
        Call::new(PALLET, "join", (profile, stake))
    }

    /// Changes the profile.
    pub fn update(profile: &WorkerProfile) -> Call {
        Call::new(PALLET, "update", profile)
    }

    /// Bonds more.
    pub fn add_stake(amount: Balance) -> Call {
        Call::new(PALLET, "add_stake", amount)
    }

    /// Takes no new shards.
    pub fn drain() -> Call {
        Call::new(PALLET, "drain", ())
    }

    /// Takes new shards again.
    pub fn resume() -> Call {
        Call::new(PALLET, "resume", ())
    }

    /// Starts to unbond; only a worker with no shard can.
    pub fn leave() -> Call {
        Call::new(PALLET, "leave", ())
    }

    /// Takes the stake back after unbonding.
    pub fn withdraw() -> Call {
        Call::new(PALLET, "withdraw", ())
    }

    /// Lets a worker name the signer as its operator.
    pub fn authorise_worker(worker: WorkerId) -> Call {
        Call::new(PALLET, "authorise_worker", worker)
    }

    /// Takes that back.
    pub fn revoke_worker(worker: WorkerId) -> Call {
        Call::new(PALLET, "revoke_worker", worker)
    }
}

/// Pallet Blobs.
pub mod blobs {
    use super::*;

    const PALLET: &str = "Blobs";

    /// Registers an encoding.
    pub fn register(
        address: Address,
        len: u64,
        code: Code,
        cell_values: &[ChainingValue],
        length_proof: &LengthProof,
        epochs: u32,
    ) -> Call {
        Call::new(
            PALLET,
            "register",
            (address, len, code, cell_values, length_proof, epochs),
        )
    }

    /// Keeps a small blob in chain state.
    pub fn store_inline(bytes: &[u8]) -> Call {
        Call::new(PALLET, "store_inline", bytes)
    }

    /// Shows that an encoding is wrong: chunks of k + 1 shards at one offset, ascending by shard, that lie on no codeword.
    /// Brings `finder` part of the deposit; authorizes itself.
    pub fn report_wrong(
        finder: [u8; 32],
        encoding: EncodingId,
        chunk: ChunkIndex,
        chunks: &[ShardChunk],
    ) -> Call {
        Call::new(PALLET, "report_wrong", (finder, encoding, chunk, chunks))
    }

    /// Says which root a worker reached that has rebuilt a shard which its holder did not show; authorizes itself.
    pub fn attest_rebuild(
        worker: WorkerId,
        encoding: EncodingId,
        attestation: &RebuildAttestation,
    ) -> Call {
        Call::new(PALLET, "attest_rebuild", (worker, encoding, attestation))
    }

    /// Shows the chunks that a dispute asks the holder of its shard for, in their order; authorizes itself.
    pub fn refute(encoding: EncodingId, chunks: &[ChunkProof]) -> Call {
        Call::new(PALLET, "refute", (encoding, chunks))
    }

    /// Removes a small blob and releases its deposit.
    pub fn remove_inline(address: Address) -> Call {
        Call::new(PALLET, "remove_inline", address)
    }

    /// Has silent workers of a pending encoding replaced.
    pub fn reassign(encoding: EncodingId, shards: &[ShardIndex]) -> Call {
        Call::new(PALLET, "reassign", (encoding, shards))
    }

    /// Certifies an encoding, or adds late receipts. Authorizes itself: see [`Chain::submit_feeless`](crate::Chain).
    pub fn certify(encoding: EncodingId, receipts: &[Receipt]) -> Call {
        Call::new(PALLET, "certify", (encoding, receipts))
    }

    /// Extends a lease.
    pub fn extend(encoding: EncodingId, epochs: u32) -> Call {
        Call::new(PALLET, "extend", (encoding, epochs))
    }
}

/// Pallet Possession.
pub mod possession {
    use super::*;

    const PALLET: &str = "Possession";

    /// Shows chunks that the worker's window of `epoch` asks for: at most 64, ascending by pick. Authorizes itself.
    pub fn prove(worker: WorkerId, epoch: StorageEpoch, proofs: &[ChunkProof]) -> Call {
        Call::new(PALLET, "prove", (worker, epoch, proofs))
    }
}

/// Pallet Retrieval.
pub mod retrieval {
    use super::*;

    const PALLET: &str = "Retrieval";

    /// Asks the holder of a shard for some of its bytes, against a bond.
    pub fn challenge(encoding: EncodingId, shard: ShardIndex, group: Group, bond: Balance) -> Call {
        Call::new(PALLET, "challenge", (encoding, shard, group, bond))
    }

    /// Shows what a challenge asks for; authorizes itself.
    pub fn answer(id: RetrievalId, bytes: &[u8], proof: &GroupProof) -> Call {
        Call::new(PALLET, "answer", (id, bytes, proof))
    }
}

/// Pallet Models.
pub mod models {
    use super::*;

    const PALLET: &str = "Models";

    /// Commits to a namespace without naming it; `hash` is [`ballast_core::name::commitment`].
    pub fn commit_namespace(hash: [u8; 32]) -> Call {
        Call::new(PALLET, "commit_namespace", hash)
    }

    /// Names the namespace committed to, and takes it.
    pub fn reveal_namespace(name: &str, salt: [u8; 32]) -> Call {
        Call::new(PALLET, "reveal_namespace", (name, salt))
    }

    /// Gives a namespace away.
    pub fn transfer_namespace(namespace: &str, to: [u8; 32]) -> Call {
        Call::new(PALLET, "transfer_namespace", (namespace, to))
    }

    /// Creates a model. `base` is namespace and name of the model it derives from.
    pub fn create_model(
        namespace: &str,
        name: &str,
        licence: &str,
        base: Option<(&str, &str)>,
        royalty_permille: u16,
    ) -> Call {
        Call::new(
            PALLET,
            "create_model",
            (namespace, name, licence, base, royalty_permille),
        )
    }

    /// Publishes a version and points tags at it.
    pub fn publish_version(namespace: &str, name: &str, manifest: Address, tags: &[&str]) -> Call {
        Call::new(PALLET, "publish_version", (namespace, name, manifest, tags))
    }

    /// Points a tag at a version.
    pub fn set_tag(namespace: &str, name: &str, tag: &str, version: u32) -> Call {
        Call::new(PALLET, "set_tag", (namespace, name, tag, version))
    }

    /// Removes a tag.
    pub fn remove_tag(namespace: &str, name: &str, tag: &str) -> Call {
        Call::new(PALLET, "remove_tag", (namespace, name, tag))
    }

    /// Gives a model away.
    pub fn transfer_model(namespace: &str, name: &str, to: [u8; 32]) -> Call {
        Call::new(PALLET, "transfer_model", (namespace, name, to))
    }

    /// Marks a model as deprecated, or no longer so.
    pub fn deprecate(namespace: &str, name: &str, deprecated: bool) -> Call {
        Call::new(PALLET, "deprecate", (namespace, name, deprecated))
    }

    /// Withdraws the open commitment.
    pub fn cancel_commit() -> Call {
        Call::new(PALLET, "cancel_commit", ())
    }
}

/// Pallet Balances.
pub mod balances {
    use super::*;

    const PALLET: &str = "Balances";
    /// Variant of `MultiAddress` that is a plain account.
    const MULTI_ADDRESS_ID: u8 = 0;

    /// Sends an amount, leaving enough for the account to live.
    pub fn transfer_keep_alive(to: [u8; 32], amount: Balance) -> Call {
        Call::new(
            PALLET,
            "transfer_keep_alive",
            (MULTI_ADDRESS_ID, to, Compact(amount)),
        )
    }
}

/// Pallet Staking: the part of validators.
pub mod staking {
    use super::*;

    const PALLET: &str = "Staking";
    /// Variant of `RewardDestination` that adds pay to the stake.
    const STAKED: u8 = 0;
    /// Variant of `RewardDestination` that adds pay to what the account can spend.
    const STASH: u8 = 1;

    /// Puts an amount at stake; pay is added to it.
    pub fn bond(amount: Balance) -> Call {
        Call::new(PALLET, "bond", (Compact(amount), STAKED))
    }

    /// Puts more at stake.
    pub fn bond_extra(amount: Balance) -> Call {
        Call::new(PALLET, "bond_extra", Compact(amount))
    }

    /// Offers to validate for a commission in billionths; nominators may name it.
    pub fn validate(commission_ppb: u32) -> Call {
        Call::new(PALLET, "validate", (Compact(commission_ppb), false))
    }

    /// Offers it no longer, from the next era on.
    pub fn chill() -> Call {
        Call::new(PALLET, "chill", ())
    }

    /// Asks an amount back; it is free after the bonding period.
    pub fn unbond(amount: Balance) -> Call {
        Call::new(PALLET, "unbond", Compact(amount))
    }

    /// Takes back what was asked back and is free now. Where nothing stays at stake this clears the account's records of
    /// slashes, which may be no more than `slashing_spans`.
    pub fn withdraw_unbonded(slashing_spans: u32) -> Call {
        Call::new(PALLET, "withdraw_unbonded", slashing_spans)
    }

    /// Has pay that is still to come go to what the account can spend, not to its stake.
    pub fn set_payee_to_account() -> Call {
        Call::new(PALLET, "set_payee", STASH)
    }

    /// Pays a validator and its nominators for an era. Anybody may.
    pub fn payout_stakers(validator: [u8; 32], era: u32) -> Call {
        Call::new(PALLET, "payout_stakers", (validator, era))
    }
}

/// Pallet Session.
pub mod session {
    use super::*;

    const PALLET: &str = "Session";

    /// Sets the keys of the signer's node, with its proof, from the next session but one on.
    pub fn set_keys(keys: &[u8], proof: &[u8]) -> Call {
        let mut args = keys.to_vec();
        proof.encode_to(&mut args);
        Call {
            pallet: PALLET,
            call: "set_keys",
            args,
        }
    }

    /// Removes the keys of the signer's node; what was held for them is free again.
    pub fn purge_keys() -> Call {
        Call::new(PALLET, "purge_keys", ())
    }
}

/// Several calls that succeed or fail together. `encoded` are whole calls with their indices.
pub(crate) fn batch_all(encoded: &[Vec<u8>]) -> Call {
    let mut args = Compact(u32::try_from(encoded.len()).unwrap_or(u32::MAX)).encode();
    encoded.iter().for_each(|call| args.extend_from_slice(call));
    Call {
        pallet: "Utility",
        call: "batch_all",
        args,
    }
}

/// Pallet Attestation.
pub mod attestation {
    use super::*;
    use ballast_attestation::{tdx::GuestMeasurements, AuthorityId, DeviceId, GoldenId, GoldenSet};

    const PALLET: &str = "Attestation";

    /// One GPU's evidence: its report, and its certificates, DER, the signer of the report first.
    pub type Gpu = (Vec<u8>, Vec<Vec<u8>>);

    /// A guest's evidence: its quote, and the SCALE encoding of its collateral.
    pub type Guest = (Vec<u8>, Vec<u8>);

    /// Gives a session key the tier that this evidence backs.
    pub fn attest(
        session_key: [u8; 32],
        challenge_block: BlockNumber,
        gpus: &[Gpu],
        guest: Option<&Guest>,
    ) -> Call {
        Call::new(
            PALLET,
            "attest",
            (session_key, challenge_block, gpus, guest),
        )
    }

    /// Gives a GPU up.
    pub fn release(device: DeviceId) -> Call {
        Call::new(PALLET, "release", device)
    }

    /// Gives a session key up.
    pub fn remove_key(session_key: [u8; 32]) -> Call {
        Call::new(PALLET, "remove_key", session_key)
    }

    /// Submits provisioner, identity and root, DER.
    pub fn add_authorities(certificates: [&[u8]; 3]) -> Call {
        let [provisioner, identity, root] = certificates;
        Call::new(PALLET, "add_authorities", (provisioner, identity, root))
    }

    /// Submits a revocation list, DER.
    pub fn submit_crl(issuer: AuthorityId, list: &[u8]) -> Call {
        Call::new(PALLET, "submit_crl", (issuer, list))
    }

    /// Puts a golden set in force; governance alone can.
    pub fn set_golden(id: &GoldenId, set: &GoldenSet, rim_sha256: [u8; 32]) -> Call {
        Call::new(PALLET, "set_golden", (id, set, rim_sha256))
    }

    /// Retires a golden set; governance alone can.
    pub fn retire_golden(id: &GoldenId) -> Call {
        Call::new(PALLET, "retire_golden", id)
    }

    /// Lets guests with these measurements hold session keys; governance alone can.
    pub fn set_guest_policy(measurements: &GuestMeasurements, image_sha256: [u8; 32]) -> Call {
        Call::new(PALLET, "set_guest_policy", (measurements, image_sha256))
    }

    /// Retires the policy for guests; governance alone can.
    pub fn retire_guest_policy(policy: [u8; 32]) -> Call {
        Call::new(PALLET, "retire_guest_policy", policy)
    }

    /// Makes a GPU count no longer, or again; governance alone can.
    pub fn block_device(device: DeviceId, blocked: bool) -> Call {
        Call::new(PALLET, "block_device", (device, blocked))
    }
}

#[cfg(test)]
pub(crate) mod tests;
