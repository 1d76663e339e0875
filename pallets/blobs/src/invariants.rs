//! What must hold between any two calls. Each rule has a number, and a violation names it.
//!
//! 1. Deposits on record are what is held, per account.
//! 2. Funding on record adds up to what each encoding was funded with. Of pending ones it is the lease and is held from
//!    the publisher; the leases of certified ones, less what holders were paid, and the fund are what is in the pot.
//! 3. Deposits for blobs in chain state are what is held, per account.
//! 4. A worker is charged for exactly the shards it is assigned, and the index by worker lists just these.
//! 5. Indices of pending and certified encodings, and their counts, list just those.
//! 6. Who is pending waits for its lapse, who is certified for its expiry, each in its own bucket.
//! 7. The draw queue has whoever waits for workers and does not lapse, within its bound, each in its own bucket.
//! 8. No bucket behind a cursor has anything in it.
//! 9. Roots and placement fit the layout: a root and a worker for every shard that is not empty, no worker twice.
//! 10. Certified means the fingerprints of a quorum are known, and all known ones lie on one codeword; pending means that
//!     none is. Who holds has a fingerprint. An encoding without placement that is certified has ended.
//! 11. Reassignments stay within the limit, nobody who was replaced lately has a shard again, and what is lost is not marked.
//! 12. Ids are below the next one.
//! 13. A blob in chain state hashes to its address and has as many owners as deposits.
//! 14. What the chain wants a worker drawn for is looked at again, in its own bucket.
//! 15. Disputes are few, of certified encodings, each with a whole committee or none, and a verdict has its quorum. Who holds
//!     a shard has not failed to show it.

use crate::{
    certify::known_fingerprints,
    inline::address_of,
    placement::account,
    traits::CustodyBooks,
    types::{Custody, Encoding, Placement, Stage},
    AccountId, CertifiedCommitments, CertifiedCount, CertifiedOf, Config, Disputes, DrawCursor,
    DrawRequests, DrawsDue, Encodings, ExpiriesDue, ExpiryCursor, Funding, HoldReason, InlineBlobs,
    InlineOwners, LapseCursor, LapsesDue, NextEncodingId, Pallet, PendingBy, PendingOf, Placements,
    RepairCursor, Repairs, RepairsDue, Roots, WorkerSet, WorkerShards,
};
use alloc::{collections::BTreeMap, vec::Vec};
use ballast_core::{
    limits::{COMMITTEE_SEATS, MAX_DISPUTES},
    Balance, EncodingId, WorkerId,
};
use ballast_erasure::fingerprint::is_codeword;
use frame_support::{ensure, pallet_prelude::Get, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;
type Amounts = BTreeMap<AccountId, Balance>;

impl<T: Config> Pallet<T> {
    /// Checks every rule above.
    pub fn do_try_state() -> Checked {
        Self::try_money()?;
        Self::try_assigned_bytes()?;
        Self::try_indices()?;
        Self::try_queue()?;
        Self::try_cursors()?;
        for (id, encoding) in Encodings::<T>::iter() {
            Self::try_buckets(id, &encoding)?;
            Self::try_encoding(id, &encoding)?;
        }
        Self::try_disputes()?;
        Self::try_inline()
    }

    fn try_money() -> Checked {
        let mut deposits = Amounts::new();
        let mut leases = Amounts::new();
        let mut inline = Amounts::new();
        let mut pot = T::Books::fund();
        for (id, encoding) in Encodings::<T>::iter() {
            let parts: Balance = Funding::<T>::iter_prefix_values(id).sum();
            ensure!(
                parts == encoding.funded,
                "2: funding does not add up to what was given"
            );
            if matches!(encoding.stage, Stage::Pending { .. }) {
                ensure!(parts == encoding.lease, "2: a pending lease was spent");
                *leases.entry(encoding.publisher.clone()).or_default() += parts;
            } else {
                pot += Self::lease_left(id, &encoding);
            }
            *deposits.entry(encoding.publisher).or_default() += encoding.deposit;
        }
        for id in Funding::<T>::iter_keys().map(|(id, _)| id) {
            ensure!(
                Encodings::<T>::contains_key(id),
                "2: funding of no encoding"
            );
        }
        ensure!(
            Self::pot_balance() == pot,
            "2: the pot differs from what belongs into it"
        );
        for (_, owner, deposit) in InlineOwners::<T>::iter() {
            *inline.entry(owner).or_default() += deposit;
        }
        ensure!(
            is_held::<T>(HoldReason::Deposit, &deposits),
            "1: deposits differ from holds"
        );
        ensure!(
            is_held::<T>(HoldReason::Lease, &leases),
            "2: leases differ from holds"
        );
        ensure!(
            is_held::<T>(HoldReason::Inline, &inline),
            "3: inline deposits differ from holds"
        );
        Ok(())
    }

    fn try_assigned_bytes() -> Checked {
        let mut bytes: BTreeMap<WorkerId, u64> = BTreeMap::new();
        let mut shards = 0;
        for (id, placement) in Placements::<T>::iter() {
            let layout = Encodings::<T>::get(id)
                .ok_or("9: placement of no encoding")?
                .layout();
            for (shard, assignment) in placement.assignments() {
                for worker in assignment.charged() {
                    *bytes.entry(worker).or_default() += layout.shard_len(shard);
                    shards += 1;
                    let generation = if worker == assignment.worker {
                        assignment.generation
                    } else {
                        assignment.last_generation
                    };
                    let listed = WorkerShards::<T>::get(worker, (id, shard));
                    ensure!(listed == Some(generation), "4: shard not listed by worker");
                }
            }
        }
        ensure!(
            WorkerShards::<T>::iter_keys().count() == shards,
            "4: stray shard of a worker"
        );
        for candidate in T::Workers::candidates() {
            bytes.entry(candidate.worker).or_default();
        }
        let charged = |(worker, bytes): (&WorkerId, &u64)| {
            T::Workers::assigned_bytes(&account(*worker)) == *bytes
        };
        ensure!(
            bytes.iter().all(charged),
            "4: worker charged for other bytes than its shards"
        );
        Ok(())
    }

    fn try_indices() -> Checked {
        let mut by_address = BTreeMap::new();
        let mut by_commitment = BTreeMap::new();
        let (mut pending, mut certified) = (0, 0);
        for (id, encoding) in Encodings::<T>::iter() {
            let Encoding {
                address,
                publisher,
                commitment,
                stage,
                ..
            } = encoding;
            let key = (publisher, address, commitment);
            let is_pending = PendingOf::<T>::contains_key(address, id);
            let is_certified = CertifiedOf::<T>::contains_key(address, id);
            let own = PendingBy::<T>::get(key) == Some(id);
            match stage {
                Stage::Pending { .. } => {
                    pending += 1;
                    ensure!(
                        is_pending && own && !is_certified,
                        "5: pending but not indexed so"
                    );
                }
                Stage::Certified { .. } => {
                    certified += 1;
                    *by_address.entry(address).or_insert(0) += 1;
                    *by_commitment.entry(commitment.0).or_insert(0) += 1;
                    ensure!(
                        is_certified && !own && !is_pending,
                        "5: certified but not indexed so"
                    );
                }
            }
        }
        ensure!(
            PendingOf::<T>::iter_keys().count() == pending,
            "5: stray pending"
        );
        ensure!(
            PendingBy::<T>::iter_keys().count() == pending,
            "5: stray pending by publisher"
        );
        ensure!(
            CertifiedOf::<T>::iter_keys().count() == certified,
            "5: stray certified"
        );
        let counts: BTreeMap<_, _> = CertifiedCount::<T>::iter().collect();
        ensure!(counts == by_address, "5: certified counts differ");
        let counts: BTreeMap<_, _> = CertifiedCommitments::<T>::iter()
            .map(|(key, count)| (key.0, count))
            .collect();
        ensure!(counts == by_commitment, "5: certified commitments differ");
        Ok(())
    }

    fn try_buckets(id: EncodingId, encoding: &Encoding) -> Checked {
        let lapses: Vec<_> = LapsesDue::<T>::iter_keys()
            .filter(|(_, due)| *due == id)
            .map(|(at, _)| at)
            .collect();
        let expiries: Vec<_> = ExpiriesDue::<T>::iter_keys()
            .filter(|(_, due)| *due == id)
            .map(|(at, _)| at)
            .collect();
        match encoding.stage {
            Stage::Pending { lapses_at, .. } => {
                ensure!(
                    lapses == [lapses_at] && expiries.is_empty(),
                    "6: pending, wrong bucket"
                );
            }
            Stage::Certified { expires, .. } => {
                ensure!(
                    expiries == [expires] && lapses.is_empty(),
                    "6: certified, wrong bucket"
                );
            }
        }
        Ok(())
    }

    fn try_queue() -> Checked {
        let queued = DrawRequests::<T>::iter().count();
        ensure!(
            queued == DrawRequests::<T>::count() as usize,
            "7: queue miscounted"
        );
        ensure!(
            queued <= T::MaxDrawQueue::get() as usize,
            "7: queue beyond its bound"
        );
        ensure!(
            DrawsDue::<T>::iter_keys().count() == queued,
            "7: stray draw"
        );
        for (id, request) in DrawRequests::<T>::iter() {
            ensure!(Encodings::<T>::contains_key(id), "7: draw for no encoding");
            ensure!(
                DrawsDue::<T>::contains_key(request.due, id),
                "7: draw in another bucket"
            );
        }
        let next = Self::now().saturating_add(1);
        for (id, encoding) in Encodings::<T>::iter() {
            let placed = Placements::<T>::contains_key(id);
            let lapsing =
                matches!(encoding.stage, Stage::Pending { lapses_at, .. } if lapses_at <= next);
            let ended = encoding.has_ended(Self::current_epoch());
            ensure!(
                placed || lapsing || ended || DrawRequests::<T>::contains_key(id),
                "7: nobody will be drawn"
            );
        }
        Ok(())
    }

    fn try_cursors() -> Checked {
        let ended = Encodings::<T>::iter_keys().count();
        let (draws, lapses, expiries) = (
            DrawCursor::<T>::get(),
            LapseCursor::<T>::get(),
            ExpiryCursor::<T>::get(),
        );
        ensure!(
            DrawsDue::<T>::iter_keys().all(|(at, _)| at >= draws),
            "8: draw passed over"
        );
        ensure!(
            LapsesDue::<T>::iter_keys().all(|(at, _)| at >= lapses),
            "8: lapse passed over"
        );
        let reached = ExpiriesDue::<T>::iter_keys().all(|(at, _)| at >= expiries);
        ensure!(reached, "8: expiry passed over");
        let waiting = LapsesDue::<T>::iter_keys().count() + ExpiriesDue::<T>::iter_keys().count();
        ensure!(waiting == ended, "6: stray lapse or expiry");
        Ok(())
    }

    fn try_encoding(id: EncodingId, encoding: &Encoding) -> Checked {
        ensure!(id < NextEncodingId::<T>::get(), "12: id from the future");
        let layout = encoding.layout();
        let roots = Roots::<T>::get(id).ok_or("9: no roots")?;
        let shaped = roots.len() == encoding.total_shards() as usize
            && layout
                .shard_indices()
                .zip(roots.iter())
                .all(|(shard, root)| root.is_none() == layout.is_empty_shard(shard));
        ensure!(shaped, "9: roots do not fit the layout");
        match (Placements::<T>::get(id), encoding.stage) {
            (Some(placement), stage) => {
                Self::try_repair(id, encoding, &placement)?;
                try_placement(encoding, &placement, stage)
            }
            (
                None,
                Stage::Pending {
                    placed_at: None, ..
                },
            ) => Ok(()),
            (None, Stage::Certified { expires, .. }) if expires <= Self::current_epoch() => Ok(()),
            (None, _) => Err("9: placed without placement".into()),
        }
    }

    fn try_repair(id: EncodingId, encoding: &Encoding, placement: &Placement) -> Checked {
        let due = Repairs::<T>::get(id);
        if let Some(due) = due {
            ensure!(
                RepairsDue::<T>::contains_key(due, id) && due >= RepairCursor::<T>::get(),
                "14: repair in another bucket, or passed over"
            );
        }
        let waits = placement
            .assignments()
            .any(|(_, assignment)| assignment.is_repair() && assignment.is_wanted());
        let runs = matches!(encoding.stage, Stage::Certified { .. })
            && !encoding.has_ended(Self::current_epoch());
        ensure!(
            !waits || !runs || due.is_some() || DrawRequests::<T>::contains_key(id),
            "14: nobody looks at what waits for repair"
        );
        Ok(())
    }

    fn try_disputes() -> Checked {
        let count = Disputes::<T>::iter_keys().count();
        ensure!(
            count == Disputes::<T>::count() as usize && count <= MAX_DISPUTES as usize,
            "15: disputes miscounted, or too many"
        );
        for (id, dispute) in Disputes::<T>::iter() {
            let stage = Encodings::<T>::get(id).map(|encoding| encoding.stage);
            ensure!(
                matches!(stage, Some(Stage::Certified { .. })),
                "15: dispute of no certified encoding"
            );
            let members = dispute.committee.iter();
            let seats: u32 = members.map(|member| u32::from(member.seats)).sum();
            ensure!(
                seats == 0 || seats == COMMITTEE_SEATS,
                "15: a committee that is not whole"
            );
            ensure!(
                dispute.verdict.is_none_or(|root| dispute.is_quorum(&root)),
                "15: a verdict without a quorum"
            );
        }
        Ok(())
    }

    fn try_inline() -> Checked {
        let mut owned = 0;
        for (address, blob) in InlineBlobs::<T>::iter() {
            ensure!(
                address_of(&blob.bytes) == address,
                "13: bytes of another address"
            );
            let owners = InlineOwners::<T>::iter_key_prefix(address).count();
            ensure!(
                owners == blob.owners as usize && owners > 0,
                "13: owners miscounted"
            );
            owned += owners;
        }
        ensure!(
            InlineOwners::<T>::iter_keys().count() == owned,
            "13: owner of no blob"
        );
        Ok(())
    }
}

fn try_placement(encoding: &Encoding, placement: &Placement, stage: Stage) -> Checked {
    let layout = encoding.layout();
    let held: Vec<_> = layout.held_shards().collect();
    let assigned: Vec<_> = placement.assignments().map(|(shard, _)| shard).collect();
    ensure!(held == assigned, "9: assignments do not fit the layout");
    let charged: Vec<_> = placement
        .assignments()
        .flat_map(|(_, held)| held.charged())
        .collect();
    let mut workers = charged.clone();
    let again = placement
        .replaced
        .iter()
        .any(|replaced| workers.contains(replaced));
    ensure!(!again, "11: a replaced worker came back");
    ensure!(
        placement.reassigned <= encoding.code.reassign_limit(),
        "11: reassigned too often"
    );
    workers.sort_unstable();
    workers.dedup();
    ensure!(
        workers.len() == charged.len(),
        "9: a worker holds two shards"
    );
    for (_, assignment) in placement.assignments() {
        let lost = assignment.custody == Custody::Lost;
        ensure!(
            !(lost && assignment.to_replace),
            "11: a lost shard is marked"
        );
        ensure!(
            !(assignment.unshown && assignment.is_receipted()),
            "15: a shard that is held is marked as not shown"
        );
        let known = assignment.fingerprint.is_some();
        ensure!(
            known || !assignment.is_receipted(),
            "10: a shard is held without a fingerprint"
        );
    }
    let known = known_fingerprints(placement);
    match stage {
        Stage::Pending { .. } => ensure!(
            known.len() == placement.held() && placement.receipts() == 0,
            "10: receipt while pending"
        ),
        Stage::Certified { .. } => {
            let quorum = usize::from(encoding.code.quorum());
            ensure!(known.len() >= quorum, "10: certified below the quorum");
            let on_code = is_codeword(encoding.code, &known);
            ensure!(on_code.is_ok(), "10: fingerprints off the code");
        }
    }
    Ok(())
}

fn is_held<T: Config>(reason: HoldReason, recorded: &Amounts) -> bool {
    let reason = reason.into();
    let held = |who| T::Currency::balance_on_hold(&reason, who);
    recorded.iter().all(|(who, amount)| held(who) == *amount)
}
