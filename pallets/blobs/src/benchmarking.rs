//! Benchmarks: each call, and each unit of work of the hook, on the widest code.

#![cfg(feature = "runtime-benchmarks")]

use super::*;
use crate::{
    agenda::{Agenda, Budget, Draws},
    dispute::{Committee, Dispute, Showing, ShownChunks},
    lease::FREED_AT_ONCE,
    traits::BenchmarkHelper,
    types::{CellValues, Commitment, Custody, InlineBytes, Receipts, ShardList},
};
use alloc::{format, vec, vec::Vec};
use ballast_core::{
    dispute::{RebuildAttestation, RebuildBody},
    epoch::EpochSchedule,
    limits::{COMMITTEE_SEATS, MAX_SHARDS, MAX_STRIPES, SHOWN_CHUNKS},
    placement::Candidate,
    price::BAL,
    receipt::{Receipt, ReceiptBody},
    view::CommitteeSeat,
    Address, CellTable, ChainingValue, Code, EncodingId, Fingerprint, Group, Layout, LengthProof,
    OperatorId, ShardIndex, ShardValues, StorageEpoch, WorkerId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, Get, TransactionSource},
    traits::{fungible::Mutate, UnfilteredDispatchable},
    weights::Weight,
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::crypto::KeyTypeId;
use sp_runtime::traits::SaturatedConversion;

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"blst");

/// Shards of the widest code that is benchmarked: all there are, but for the tests that the benchmarks run, which are not
/// optimised.
const WIDEST: u32 = if cfg!(test) { 24 } else { MAX_SHARDS };

/// Cells of the largest registration that is benchmarked.
const LARGEST: u32 = WIDEST * MAX_STRIPES;

/// Most shards that are reassigned at once.
const MOST_REASSIGNED: u32 = WIDEST.div_ceil(4);

/// Most workers that are benchmarked.
const MOST_WORKERS: u32 = if cfg!(test) { 30 } else { 1_000 };

/// Most chunks of a report.
const MOST_CHUNKS: u32 = ballast_core::limits::MAX_DATA_SHARDS as u32 + 1;

/// Most draws times workers.
const MOST_DRAWS: u32 = WIDEST * MOST_WORKERS;

/// A blob of zeros with made-up parity. All its fingerprints may be zero, which is a codeword as good as any.
struct ZeroBlob {
    layout: Layout,
    address: Address,
    values: CellValues,
    length_proof: LengthProof,
}

impl ZeroBlob {
    /// Full stripes of chunks under the code with `n` shards.
    fn new(stripes: u32, n: u32) -> Self {
        let code = code(n);
        let len = u64::from(stripes) * u64::from(code.data_shards()) * 1_024;
        let layout = Layout::new(len, code).expect("at least two chunks");
        let shards: Vec<ShardValues> = layout
            .shard_indices()
            .map(|shard| zero_values(&layout, shard))
            .collect();
        let table = CellTable::from_shards(&layout, &shards).expect("all shards are there");
        let (_, last) = layout.last_data_cell();
        let column = vec![0; layout.shard_len(last) as usize];
        let length_proof = LengthProof::new(&shards[usize::from(last.0)], &column)
            .expect("the column is one block");
        let address = table.address();
        Self {
            layout,
            address,
            values: CellValues::truncate_from(table.into_values()),
            length_proof,
        }
    }

    fn register<T: Config>(&self, publisher: &AccountId) -> EncodingId {
        let id = NextEncodingId::<T>::get();
        Pallet::<T>::register(
            RawOrigin::Signed(publisher.clone()).into(),
            self.address,
            self.layout.len(),
            self.layout.code(),
            self.values.clone(),
            self.length_proof.clone(),
            Parameters::<T>::get().min_lease_epochs,
        )
        .expect("publisher is rich, workers are enough");
        id
    }
}

fn zero_values(layout: &Layout, shard: ShardIndex) -> ShardValues {
    let mut values = Vec::new();
    if layout.is_data_shard(shard) {
        let column = vec![0; layout.shard_len(shard) as usize];
        ShardValues::hash_units(layout, shard, 0, &column, &mut values).expect("a whole column");
    } else {
        values = vec![ChainingValue([7; 32]); layout.units(shard) as usize];
    }
    ShardValues::new(layout, shard, values).expect("one value per unit")
}

/// The code with `n` shards whose certificates cost most to check: as many data shards as may be.
fn code(n: u32) -> Code {
    let n = n.min(MAX_SHARDS) as u8;
    [64, 32, 16, 8, 4, 2]
        .into_iter()
        .find_map(|k| Code::new(k, n).ok())
        .expect("every n from 3 on has a code")
}

fn rich<T: Config>(seed: u32) -> AccountId {
    let who: AccountId = account("funder", seed, 0);
    T::Currency::set_balance(&who, 1_000_000_000 * BAL);
    who
}

/// Workers with keys in the host's keystore.
fn add_workers<T: Config>(count: u32) {
    for index in 0..count {
        // A plain seed: the host need not stretch a phrase.
        let seed = format!("0x{:064x}", index + 1).into_bytes();
        let key = sp_io::crypto::sr25519_generate(KEY_TYPE, Some(seed));
        T::BenchmarkHelper::add_worker(index, key.0);
    }
    T::BenchmarkHelper::set_randomness([5; 32]);
}

fn go_to<T: Config>(block: u32) {
    frame_system::Pallet::<T>::set_block_number(block.saturated_into());
}

/// Draws for `id`, whatever it costs.
fn draw_now<T: Config>(id: EncodingId) {
    let due = DrawRequests::<T>::get(id).expect("asked for").due;
    go_to::<T>(due);
    DrawCursor::<T>::put(due);
    T::BenchmarkHelper::set_randomness([5; 32]);
    Pallet::<T>::serve_draws(&mut Budget::new(Weight::MAX));
    assert!(!DrawRequests::<T>::contains_key(id));
}

/// A placed encoding of one stripe.
fn placed<T: Config>(n: u32) -> EncodingId {
    add_workers::<T>(n + 10);
    let id = ZeroBlob::new(1, n).register::<T>(&rich::<T>(0));
    draw_now::<T>(id);
    id
}

/// Puts the receipts of the last `count` shards on chain without the work of it.
fn hold_last<T: Config>(id: EncodingId, count: u32) {
    Placements::<T>::mutate(id, |placement| {
        let placement = placement.as_mut().expect("placed");
        let last = placement.shards.iter_mut().flatten().rev();
        for assignment in last.take(count as usize) {
            assignment.fingerprint = Some(Fingerprint::default());
            assignment.custody = Custody::Held {
                earns_from: StorageEpoch(u32::MAX),
                successor: None,
            };
        }
    });
}

/// Other pending encodings of the same publisher and address, as many as there may be.
fn fill_pending<T: Config>(publisher: &AccountId, address: Address) {
    for other in 1..T::MaxPendingPerPublisher::get() {
        let commitment = Commitment([other as u8; 32]);
        PendingBy::<T>::insert((publisher, address, commitment), EncodingId(other.into()));
    }
}

/// Receipts of the first `count` shards.
fn receipts<T: Config>(id: EncodingId, count: u32) -> Receipts {
    let now = Pallet::<T>::now();
    let placement = Placements::<T>::get(id).expect("placed");
    let assigned = placement.assignments().take(count as usize);
    let receipts = assigned.map(|(shard, assignment)| {
        let body = ReceiptBody {
            genesis_hash: Pallet::<T>::genesis_hash(),
            encoding: id,
            shard,
            generation: assignment.generation,
            fingerprint: Fingerprint::default(),
            expires: now + 1,
        };
        let worker = AccountId::new(assignment.worker.0);
        let key = T::Workers::receipt_key(&worker).expect("a worker");
        let key = sp_core::sr25519::Public::from_raw(key);
        let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &body.signing_payload());
        Receipt::new(&body, signature.expect("the keystore made this key").0)
    });
    Receipts::truncate_from(receipts.collect())
}

/// Goes to the end of the lease of the only encoding.
fn end_lease<T: Config>() {
    let due = ExpiriesDue::<T>::iter_keys().next().expect("certified").0;
    let schedule = EpochSchedule::new(Parameters::<T>::get().epoch_blocks);
    go_to::<T>(schedule.first_block(due).expect("within range"));
}

/// An encoding that is certified without the work of it.
fn certified<T: Config>(n: u32) -> EncodingId {
    let id = placed::<T>(n);
    Pallet::<T>::do_certify(id, receipts::<T>(id, n)).expect("all receipts are there");
    id
}

impl<T: Config> Pallet<T> {
    /// Adds a certified encoding that nobody holds, for benchmarks of other pallets.
    pub fn insert_benchmark_encoding(
        id: EncodingId,
        layout: Layout,
        roots: Vec<Option<ChainingValue>>,
        publisher: AccountId,
    ) {
        let (address, at) = (Address([1; 32]), Self::now());
        let encoding = types::Encoding {
            address,
            len: layout.len(),
            code: layout.code(),
            publisher,
            commitment: Commitment([1; 32]),
            registered_at: at,
            stage: types::Stage::Certified {
                at,
                expires: StorageEpoch(u32::MAX),
            },
            deposit: 0,
            lease: 0,
            funded: 0,
            parts: types::LeaseParts::new(),
        };
        Encodings::<T>::insert(id, encoding);
        Roots::<T>::insert(id, types::RootList::truncate_from(roots));
    }

    /// The same with a list of all its workers, whose first shard is held by `worker`, for benchmarks of other pallets.
    pub fn insert_benchmark_holder(
        id: EncodingId,
        layout: Layout,
        roots: Vec<Option<ChainingValue>>,
        worker: WorkerId,
    ) {
        let publisher = AccountId::new(worker.0);
        Self::insert_benchmark_encoding(id, layout, roots, publisher.clone());
        let since = Self::now();
        let mut shards: Vec<_> = layout
            .shard_indices()
            .map(|shard| {
                let mut assignment = types::Assignment::new(worker, 0, since);
                assignment.custody = Custody::Lost;
                assignment.fingerprint = Some(Fingerprint([shard.0; Fingerprint::LEN]));
                Some(assignment)
            })
            .collect();
        if let Some(Some(first)) = shards.first_mut() {
            first.custody = Custody::Awaited { repair: false };
        }
        let mut placement = types::Placement {
            seed: [0; 32],
            reassigned: 0,
            shards: BoundedVec::truncate_from(shards),
            replaced: BoundedVec::new(),
            repair_since: None,
        };
        let (mut encoding, shard) = (Encodings::<T>::get(id).expect("inserted"), ShardIndex(0));
        T::Workers::assign(&publisher, layout.shard_len(shard)).expect("the worker has room");
        WorkerShards::<T>::insert(worker, (id, shard), 0);
        let assignment = placement.assignment_mut(shard).expect("there");
        Self::take_custody(id, &mut encoding, shard, assignment);
        Encodings::<T>::insert(id, encoding);
        Placements::<T>::insert(id, placement);
    }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register(v: Linear<6, LARGEST>) {
        add_workers::<T>(WIDEST);
        let blob = ZeroBlob::new((v / WIDEST).max(1), v.min(WIDEST));
        let publisher = rich::<T>(0);
        fill_pending::<T>(&publisher, blob.address);
        let len = blob.layout.len();
        let epochs = Parameters::<T>::get().min_lease_epochs;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(publisher),
            blob.address,
            len,
            blob.layout.code(),
            blob.values,
            blob.length_proof,
            epochs,
        );

        assert!(Encodings::<T>::contains_key(EncodingId(0)));
    }

    #[benchmark]
    fn store_inline(b: Linear<1, 1024>) {
        let owner = rich::<T>(0);
        let bytes = InlineBytes::truncate_from(vec![1; b as usize]);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), bytes);

        assert_eq!(InlineBlobs::<T>::iter_keys().count(), 1);
    }

    #[benchmark]
    fn remove_inline() {
        let owner = rich::<T>(0);
        let bytes = InlineBytes::truncate_from(vec![1; 1_024]);
        let address = crate::inline::address_of(&bytes);
        Pallet::<T>::do_store_inline(owner.clone(), bytes).expect("owner is rich");

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), address);

        assert!(!InlineBlobs::<T>::contains_key(address));
    }

    #[benchmark]
    fn reassign(s: Linear<1, MOST_REASSIGNED>) {
        let id = placed::<T>(WIDEST);
        go_to::<T>(Pallet::<T>::now() + Parameters::<T>::get().reassign_grace_blocks);
        let shards = ShardList::truncate_from((0..s as u8).map(ShardIndex).collect());
        let publisher = Encodings::<T>::get(id).expect("registered").publisher;

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), id, shards);

        assert!(DrawRequests::<T>::contains_key(id));
    }

    #[benchmark]
    fn certify(r: Linear<1, WIDEST>) {
        let id = placed::<T>(WIDEST);
        let held = u32::from(code(WIDEST).quorum()).saturating_sub(r);
        hold_last::<T>(id, held);
        let receipts = receipts::<T>(id, r);

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, receipts);

        assert_eq!(
            Placements::<T>::get(id).map(|placement| placement.receipts()),
            Some(r + held)
        );
    }

    /// Everything about a certificate of one late receipt.
    #[benchmark]
    fn authorize_certify(n: Linear<6, WIDEST>) -> Result<(), BenchmarkError> {
        let id = placed::<T>(n);
        hold_last::<T>(id, n - 1);
        let call = Call::<T>::certify {
            encoding: id,
            receipts: receipts::<T>(id, 1),
        };

        #[block]
        {
            call.authorize(TransactionSource::External)
                .ok_or("certify authorises itself")??;
        }

        Ok(())
    }

    #[benchmark]
    fn check_signatures(r: Linear<1, WIDEST>) {
        let id = placed::<T>(WIDEST);
        let placement = Placements::<T>::get(id).expect("placed");
        let receipts = receipts::<T>(id, r);

        #[block]
        {
            Pallet::<T>::check_signatures(id, &placement, &receipts)
                .expect("signed by the workers' keys");
        }
    }

    #[benchmark]
    fn extend(n: Linear<6, WIDEST>) {
        let id = certified::<T>(n);
        let funder = rich::<T>(1);

        #[extrinsic_call]
        _(RawOrigin::Signed(funder.clone()), id, 1);

        assert!(Funding::<T>::contains_key(id, funder));
    }

    /// All chunks lie on one codeword, but for the last bytes of the last one: found last.
    #[benchmark]
    fn report_wrong(p: Linear<3, MOST_CHUNKS>) -> Result<(), BenchmarkError> {
        let data_shards = 1 << (p - 1).ilog2();
        let code = Code::new(data_shards as u8, (data_shards * 3).min(255) as u8)
            .map_err(|_| "every power of two has a code")?;
        let layout = Layout::new(ballast_core::limits::MAX_BLOB_LEN, code)
            .map_err(|_| "the greatest length")?;
        let chunk = ballast_core::ChunkIndex(12_345);
        let group = ballast_core::Group::chunk(chunk);
        let mut roots = vec![None; usize::from(code.total_shards())];
        let mut chunks = Vec::new();
        for shard in (0..p as u8).map(ShardIndex) {
            let mut bytes = vec![0; 1_024];
            bytes[1_023] = u8::from(u32::from(shard.0) + 1 == p);
            let siblings = ballast_core::GroupProof::expected_len(&layout, shard, group)
                .map_err(|_| "inside the shard")?;
            let proof = ballast_core::GroupProof {
                siblings: vec![ChainingValue([1; 32]); siblings],
            };
            let zero = ChainingValue([0; 32]);
            let checked =
                ballast_core::tree::verify_group(&layout, shard, group, &bytes, &proof, &zero);
            if let Err(ballast_core::TreeError::WrongRoot { actual, .. }) = checked {
                roots[usize::from(shard.0)] = Some(actual);
            }
            chunks.push(ballast_core::challenge::ShardChunk {
                shard,
                bytes,
                proof,
            });
        }
        let (id, publisher, deposit) = (EncodingId(0), rich::<T>(0), 100 * BAL);
        Pallet::<T>::insert_benchmark_encoding(id, layout, roots, publisher.clone());
        Pallet::<T>::hold(HoldReason::Deposit, &publisher, deposit)?;
        Encodings::<T>::mutate(id, |encoding| {
            encoding.as_mut().expect("inserted").deposit = deposit;
        });
        let call = Call::<T>::report_wrong {
            finder: rich::<T>(1),
            encoding: id,
            chunk,
            chunks: types::ShardChunks::truncate_from(chunks),
        };

        #[block]
        {
            call.authorize(TransactionSource::External)
                .ok_or("report_wrong authorises itself")??;
            call.dispatch_bypass_filter(RawOrigin::<AccountId>::Authorized.into())
                .map_err(|error| error.error)?;
        }

        let ended = Encodings::<T>::get(id)
            .is_some_and(|encoding| encoding.has_ended(Pallet::<T>::current_epoch()));
        assert!(ended);
        Ok(())
    }

    #[benchmark]
    fn on_initialize_base() {
        #[block]
        {
            Pallet::<T>::serve_agendas();
            FeelessWeight::<T>::kill();
        }
    }

    #[benchmark]
    fn probe() {
        let moment = DrawCursor::<T>::get();

        #[block]
        {
            assert_eq!(Draws::<T>::first_at(moment), None);
        }
    }

    #[benchmark]
    fn load_candidates(c: Linear<1, MOST_WORKERS>) {
        for index in 0..c {
            let mut key = [0; 32];
            key[..4].copy_from_slice(&(index + 1).to_le_bytes());
            T::BenchmarkHelper::add_worker(index, key);
        }

        #[block]
        {
            assert_eq!(T::Workers::candidates().len() as u32, c);
        }
    }

    #[benchmark]
    fn draw(p: Linear<6, MOST_DRAWS>) {
        let count = (p / WIDEST).max(1);
        let shards: Vec<_> = (0..WIDEST.min(count) as u8)
            .map(|s| (ShardIndex(s), 1))
            .collect();
        let candidates: Vec<Candidate> = (0..count)
            .map(|index| {
                let mut id = [0; 32];
                id[..4].copy_from_slice(&index.to_le_bytes());
                Candidate {
                    worker: WorkerId(id),
                    operator: OperatorId(id),
                    stake: BAL,
                    free_bytes: 1 << 40,
                    assigned_bytes: 0,
                }
            })
            .collect();
        let (seed, address) = ([1; 32], Address([2; 32]));
        // Nobody of the candidates: whom they bar is looked for all the same.
        let strangers: Vec<_> = (1..=WIDEST as u8).map(|id| WorkerId([id; 32])).collect();

        #[block]
        {
            ballast_core::placement::draw(
                &seed,
                &address,
                EncodingId(0),
                &shards,
                &candidates,
                &strangers,
                &strangers,
                1 << 30,
            )
            .expect("there are as many candidates as shards");
        }
    }

    #[benchmark]
    fn place(n: Linear<6, WIDEST>) {
        add_workers::<T>(n);
        let id = ZeroBlob::new(1, n).register::<T>(&rich::<T>(0));
        let due = DrawRequests::<T>::get(id).expect("asked for").due;
        go_to::<T>(due);
        DrawCursor::<T>::put(due);
        T::BenchmarkHelper::set_randomness([5; 32]);

        #[block]
        {
            Pallet::<T>::serve_draws(&mut Budget::new(Weight::MAX));
        }

        assert!(Placements::<T>::contains_key(id));
    }

    #[benchmark]
    fn lapse(n: Linear<6, WIDEST>) {
        let id = placed::<T>(n);
        let due = LapsesDue::<T>::iter_keys().next().expect("pending").0;
        go_to::<T>(due);
        LapseCursor::<T>::put(due);

        #[block]
        {
            Pallet::<T>::serve_lapses(&mut Budget::new(Weight::MAX));
        }

        assert!(!Encodings::<T>::contains_key(id));
    }

    /// The last funder: the encoding goes with it.
    #[benchmark]
    fn return_lease() {
        let id = certified::<T>(6);
        let mut encoding = Encodings::<T>::get(id).expect("registered");
        Pallet::<T>::free_workers(id, &mut encoding, MAX_SHARDS);

        #[block]
        {
            Pallet::<T>::return_lease(id, encoding);
        }

        assert!(!Encodings::<T>::contains_key(id));
    }

    #[benchmark]
    fn expire(n: Linear<1, FREED_AT_ONCE>) {
        let id = certified::<T>(WIDEST);
        let encoding = Encodings::<T>::get(id).expect("registered");
        end_lease::<T>();

        #[block]
        {
            let mut encoding = encoding;
            Pallet::<T>::free_workers(id, &mut encoding, n);
            Encodings::<T>::insert(id, encoding);
        }

        let free = |placement: types::Placement| WIDEST - placement.receipts();
        let freed = n.min(WIDEST);
        assert_eq!(Placements::<T>::get(id).map_or(freed, free), freed);
    }

    /// An evicted worker's shard.
    #[benchmark]
    fn depart() {
        let id = certified::<T>(WIDEST);
        let placement = Placements::<T>::get(id).expect("placed");
        let worker = placement.assignment(ShardIndex(0)).expect("held").worker;
        T::BenchmarkHelper::evict(&AccountId::new(worker.0));
        Pallet::<T>::depart(worker);

        #[block]
        {
            // The first unit is always granted, a second never.
            Pallet::<T>::serve_departures(&mut Budget::new(Weight::zero()));
        }

        assert_eq!(Repairs::<T>::iter_keys().next(), Some(id));
    }

    /// Half of the shards are lost, and a draw is asked for.
    #[benchmark]
    fn repair(n: Linear<6, WIDEST>) {
        let id = certified::<T>(n);
        Placements::<T>::mutate(id, |placement| {
            let placement = placement.as_mut().expect("placed");
            let slots = placement.shards.iter_mut().flatten();
            for assignment in slots.take(n as usize / 2) {
                assignment.custody = Custody::Lost;
            }
        });
        Pallet::<T>::check_repair(id, Pallet::<T>::now());

        #[block]
        {
            Pallet::<T>::serve_repairs(&mut Budget::new(Weight::MAX));
        }

        assert!(DrawRequests::<T>::contains_key(id));
    }

    /// A dispute of a shard with a committee of as many workers as there are seats, all but one of whom have reached another
    /// root.
    fn disputed<T: Config>(id: EncodingId, shard: ShardIndex) -> Dispute {
        let other = ChainingValue([8; 32]);
        let members = T::Workers::candidates().into_iter().zip(0..COMMITTEE_SEATS);
        let committee: Vec<CommitteeSeat> = members
            .map(|(candidate, index)| CommitteeSeat {
                worker: candidate.worker,
                seats: 1,
                root: (index > 0).then_some(other),
            })
            .collect();
        let dispute = Dispute {
            shard,
            generation: 1,
            opened_at: 0,
            opener: committee.first().expect("there are workers").worker,
            opener_root: other,
            committee: Committee::truncate_from(committee),
            verdict: None,
            ends_at: u32::MAX,
            showing: Showing::NotDue,
        };
        Disputes::<T>::insert(id, dispute.clone());
        dispute
    }

    /// The last word of a quorum.
    #[benchmark]
    fn attest_rebuild() -> Result<(), BenchmarkError> {
        let id = certified::<T>(WIDEST);
        let dispute = disputed::<T>(id, ShardIndex(0));
        let worker = dispute.opener;
        let body = RebuildBody {
            genesis_hash: Pallet::<T>::genesis_hash(),
            encoding: id,
            shard: dispute.shard,
            generation: dispute.generation,
            root: dispute.opener_root,
        };
        let key = T::Workers::receipt_key(&AccountId::new(worker.0)).ok_or("a worker")?;
        let key = sp_core::sr25519::Public::from_raw(key);
        let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &body.signing_payload())
            .ok_or("the key is in the keystore")?;
        let call = Call::<T>::attest_rebuild {
            worker,
            encoding: id,
            attestation: RebuildAttestation::new(&body, signature.0),
        };

        #[block]
        {
            call.authorize(TransactionSource::External)
                .ok_or("attest_rebuild authorises itself")??;
            call.dispatch_bypass_filter(RawOrigin::<AccountId>::Authorized.into())
                .map_err(|error| error.error)?;
        }

        assert!(Disputes::<T>::get(id).is_some_and(|dispute| dispute.verdict.is_some()));
        Ok(())
    }

    /// As many chunks as may be asked for, of a shard that is 64 chunks long; and as many paths of the longest shard besides.
    #[benchmark]
    fn refute() -> Result<(), BenchmarkError> {
        add_workers::<T>(WIDEST + 10);
        let (blob, shard) = (ZeroBlob::new(MAX_STRIPES, WIDEST), ShardIndex(0));
        let id = blob.register::<T>(&rich::<T>(0));
        draw_now::<T>(id);
        Pallet::<T>::do_certify(id, receipts::<T>(id, WIDEST))?;
        let dispute = disputed::<T>(id, shard);
        let encoding = Encodings::<T>::get(id).ok_or("registered")?;
        let asked = (0..u32::MAX)
            .map(|seed| Dispute {
                showing: Showing::Asked {
                    seed: sp_io::hashing::blake2_256(&seed.to_le_bytes()),
                },
                ..dispute.clone()
            })
            .find(|dispute| dispute.shown_chunks(id, &encoding).len() == SHOWN_CHUNKS as usize)
            .ok_or("some seed picks no chunk twice")?;
        Disputes::<T>::insert(id, asked.clone());
        let values = zero_values(&blob.layout, shard);
        let column = vec![0; blob.layout.shard_len(shard) as usize];
        let chunks = asked.shown_chunks(id, &encoding).into_iter().zip(0u8..);
        let chunks: Vec<_> = chunks
            .map(|(chunk, pick)| ballast_core::challenge::ChunkProof {
                pick,
                bytes: vec![0; 1_024],
                proof: values
                    .prove_group(Group::chunk(chunk), &column)
                    .expect("the column is one block"),
            })
            .collect();
        let call = Call::<T>::refute {
            encoding: id,
            chunks: ShownChunks::truncate_from(chunks),
        };
        let longest = Layout::new(ballast_core::limits::MAX_BLOB_LEN, code(6))
            .map_err(|_| "the greatest length")?;
        let group = Group::chunk(ballast_core::ChunkIndex(12_345));
        let siblings = ballast_core::GroupProof::expected_len(&longest, shard, group)
            .map_err(|_| "inside the shard")?;
        let proof = ballast_core::GroupProof {
            siblings: vec![ChainingValue([1; 32]); siblings],
        };

        #[block]
        {
            for _ in 0..SHOWN_CHUNKS {
                let root = ChainingValue([0; 32]);
                let checked = ballast_core::tree::verify_group(
                    &longest,
                    shard,
                    group,
                    &[0; 1_024],
                    &proof,
                    &root,
                );
                assert!(checked.is_err());
            }
            call.authorize(TransactionSource::External)
                .ok_or("refute authorises itself")??;
            call.dispatch_bypass_filter(RawOrigin::<AccountId>::Authorized.into())
                .map_err(|error| error.error)?;
        }

        assert_eq!(Disputes::<T>::count(), 0);
        Ok(())
    }

    #[benchmark]
    fn look_at_dispute() {
        let id = certified::<T>(WIDEST);
        let mut dispute = disputed::<T>(id, ShardIndex(0));
        dispute.showing = Showing::Due { since: 0 };
        Disputes::<T>::insert(id, dispute);

        #[block]
        {
            Pallet::<T>::serve_disputes(&mut Budget::new(Weight::MAX));
        }

        assert_eq!(Disputes::<T>::count(), 1);
    }

    #[benchmark]
    fn seat_committee() {
        let stakes: Vec<_> = (0..1_000u32)
            .map(|index| {
                let mut id = [0; 32];
                id[..4].copy_from_slice(&index.to_le_bytes());
                (WorkerId(id), BAL)
            })
            .collect();

        #[block]
        {
            let drawn =
                ballast_core::dispute::seats(&[1; 32], EncodingId(0), ShardIndex(0), 1, &stakes);
            assert!(!drawn.is_empty());
        }
    }

    /// All but one said something else than the chain, and pay.
    #[benchmark]
    fn end_dispute() {
        let id = certified::<T>(WIDEST);
        let mut dispute = disputed::<T>(id, ShardIndex(0));
        dispute.verdict = Roots::<T>::get(id).and_then(|roots| roots[0]);

        #[block]
        {
            Pallet::<T>::end_dispute(id, dispute);
        }

        assert_eq!(Disputes::<T>::count(), 0);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_chain(0), crate::mock::Test);
}
