//! Vectors of the rules that chain, worker and client share: placement, challenges, receipts, manifests, names, prices,
//! epochs.
//!
//! `BALLAST_WRITE_VECTORS=1 cargo test -p ballast-core --test rule_vectors` writes the files again. They change only
//! with the protocol. `tests/vectors/check_rules.py` computes them again in another language.
#![allow(clippy::unwrap_used)]

use ballast_core::{
    challenge::{derive, size_class, HeldShard},
    dispute::{seats, shown_chunks, RebuildBody},
    epoch::{extended_end, lease_end, within_horizon, EpochSchedule},
    manifest::{FileEntry, Location, Manifest},
    name::{commitment, fold},
    placement::{draw, Candidate},
    price::{encoding_state_bytes, lease_cost, stake_weighted_percentile, BAL, GIB},
    receipt::{fingerprint_point, ReceiptBody},
    Address, Balance, ChainingValue, Code, EncodingId, Fingerprint, OperatorId, ShardIndex,
    StorageEpoch, WorkerId,
};
use serde_json::{json, Value};
use vector::{amount, check, hash};

mod vector;

fn candidates(count: u64, workers_per_operator: u64) -> Vec<Candidate> {
    (0..count)
        .map(|i| Candidate {
            worker: WorkerId(hash(&format!("worker {i}"))),
            operator: OperatorId(hash(&format!("operator {}", i / workers_per_operator))),
            stake: u128::from(i % 7 + 1) * BAL + u128::from(i),
            free_bytes: (i % 5 + 1) << 20,
            assigned_bytes: (i % 3) << 20,
        })
        .collect()
}

struct PlacementCase {
    seed: [u8; 32],
    shards: Vec<(ShardIndex, u64)>,
    candidates: Vec<Candidate>,
    occupied: Vec<WorkerId>,
    excluded: Vec<WorkerId>,
    bytes_per_bal: u64,
}

impl PlacementCase {
    fn vector(&self, encoding: u64) -> Value {
        let address = Address(hash("blob"));
        let drawn = draw(
            &self.seed,
            &address,
            EncodingId(encoding),
            &self.shards,
            &self.candidates,
            &self.occupied,
            &self.excluded,
            self.bytes_per_bal,
        );
        let candidate = |c: &Candidate| {
            json!({
                "worker": c.worker, "operator": c.operator, "stake": c.stake.to_string(),
                "free_bytes": c.free_bytes, "assigned_bytes": c.assigned_bytes,
            })
        };
        json!({
            "seed": hex::encode(self.seed),
            "address": address,
            "encoding": encoding,
            "shards": self.shards,
            "candidates": self.candidates.iter().map(candidate).collect::<Vec<_>>(),
            "occupied": self.occupied,
            "excluded": self.excluded,
            "bytes_per_bal": self.bytes_per_bal,
            "workers": drawn.as_ref().ok(),
            "error": drawn.err().map(|error| error.to_string()),
        })
    }
}

fn placement_case(shards: u8, workers: u64, workers_per_operator: u64) -> PlacementCase {
    PlacementCase {
        seed: hash(&format!("seed {shards} {workers}")),
        shards: (0..shards)
            .map(|i| (ShardIndex(i), (u64::from(i % 3) + 1) << 19))
            .collect(),
        candidates: candidates(workers, workers_per_operator),
        occupied: vec![],
        excluded: vec![],
        bytes_per_bal: 1 << 20,
    }
}

#[test]
fn placement_is_the_vector() {
    let ids = |numbers: &[u64]| {
        numbers
            .iter()
            .map(|i| WorkerId(hash(&format!("worker {i}"))))
            .collect::<Vec<_>>()
    };
    let cases = [
        placement_case(8, 40, 1),
        placement_case(8, 24, 6),
        PlacementCase {
            occupied: ids(&[1, 7, 8]),
            excluded: ids(&[3, 30]),
            ..placement_case(3, 30, 2)
        },
        PlacementCase {
            bytes_per_bal: u64::MAX,
            ..placement_case(32, 64, 1)
        },
        placement_case(8, 7, 1),
    ];
    let vectors: Vec<Value> = cases
        .iter()
        .zip(0..)
        .map(|(case, encoding)| case.vector(encoding))
        .collect();
    check("placement", &json!(vectors));
}

/// Shard `i` of `chunks` is that of encoding 100 + i.
fn challenge_vector(text: &str, epoch: u32, picks: u8, chunks: &[u32]) -> Value {
    let mut lists: Vec<Vec<HeldShard>> = vec![Vec::new(); 30];
    for (encoding, chunks) in (100..).map(EncodingId).zip(chunks) {
        lists[usize::from(size_class(*chunks))].push(HeldShard {
            encoding,
            shard: ShardIndex(encoding.0 as u8),
            chunks: *chunks,
        });
    }
    let counts: Vec<u32> = lists.iter().map(|list| list.len() as u32).collect();
    let (seed, worker) = (hash(&format!("seed {text}")), WorkerId(hash(text)));
    let lookup = |class: u8, slot: u32| lists[usize::from(class)].get(slot as usize).copied();
    let derived = derive(&seed, &worker, StorageEpoch(epoch), &counts, lookup, picks);
    let pick =
        |pick: &ballast_core::challenge::Pick| json!([pick.encoding, pick.shard, pick.chunk]);
    json!({
        "seed": hex::encode(seed), "worker": worker, "epoch": epoch, "picks": picks,
        "shards": chunks, "derived": derived.iter().map(pick).collect::<Vec<_>>(),
    })
}

fn dispute_vector(text: &str, generation: u32, workers: u64, chunks: u32) -> Value {
    let (encoding, shard) = (EncodingId(1 << 40 | workers), ShardIndex(workers as u8));
    let stakes: Vec<(WorkerId, Balance)> = candidates(workers, 1)
        .iter()
        .map(|candidate| (candidate.worker, candidate.stake))
        .collect();
    let seed = hash(&format!("seed {text}"));
    let body = RebuildBody {
        genesis_hash: hash("genesis"),
        encoding,
        shard,
        generation,
        root: ChainingValue(hash(text)),
    };
    json!({
        "seed": hex::encode(seed), "encoding": encoding, "shard": shard, "generation": generation,
        "stakes": stakes.iter().map(|(worker, stake)| json!([worker, stake.to_string()])).collect::<Vec<_>>(),
        "committee": seats(&seed, encoding, shard, generation, &stakes),
        "chunks": chunks,
        "shown": shown_chunks(&seed, encoding, shard, generation, chunks),
        "genesis_hash": hex::encode(body.genesis_hash), "root": body.root,
        "payload": hex::encode(body.signing_payload()),
    })
}

#[test]
fn disputes_are_the_vector() {
    let vectors = [
        dispute_vector("few", 1, 3, 1),
        dispute_vector("some", 7, 40, 30),
        dispute_vector("many", u32::MAX, 200, 1 << 29),
        dispute_vector("nobody", 0, 0, 17),
    ];
    check("dispute", &json!(vectors));
}

#[test]
fn challenges_are_the_vector() {
    let sizes = |count: u32| -> Vec<u32> { (1..=count).map(|i| i * i * 37 % 5_000 + 1).collect() };
    let vectors = [
        challenge_vector("one chunk", 0, 4, &[1]),
        challenge_vector("mixed", 7, 20, &sizes(50)),
        challenge_vector(
            "great and small",
            1_000_000,
            64,
            &[1 << 29, 1, 65_536, 65_537, 3],
        ),
        challenge_vector("nothing", 5, 20, &[]),
    ];
    check("challenge", &json!(vectors));
}

#[test]
fn receipts_are_the_vector() {
    let receipts: Vec<Value> = [
        (0u64, 0u8, 0u32, 0u32),
        (1 << 40, 31, 2, 1_000_000),
        (7, 254, u32::MAX, u32::MAX),
    ]
    .into_iter()
    .map(|(encoding, shard, generation, expires)| {
        let body = ReceiptBody {
            genesis_hash: hash("genesis"),
            encoding: EncodingId(encoding),
            shard: ShardIndex(shard),
            generation,
            fingerprint: Fingerprint([shard; 16]),
            expires,
        };
        json!({
            "genesis_hash": hex::encode(body.genesis_hash), "encoding": encoding, "shard": shard,
            "generation": generation, "fingerprint": body.fingerprint, "expires": expires,
            "payload": hex::encode(body.signing_payload()),
        })
    })
    .collect();
    let root = |i: u32| Some(ChainingValue(hash(&format!("root {i}"))));
    let points: Vec<Value> = [
        vec![root(0), root(1), root(2), root(3)],
        vec![root(0), None, root(2), root(3)],
        (0..100).map(root).collect(),
    ]
    .into_iter()
    .map(|roots| {
        let seed = hash("seed");
        let point = hex::encode(fingerprint_point(&seed, &roots));
        json!({ "seed": hex::encode(seed), "roots": roots, "point": point })
    })
    .collect();
    check(
        "receipt",
        &json!({ "receipts": receipts, "fingerprint_points": points }),
    );
}

fn entry(path: &str, content: &str, location: Location) -> FileEntry {
    FileEntry {
        blake3: Address(hash(content)),
        git_sha1: [path.len() as u8; 20],
        length: content.len() as u64,
        location,
        path: path.into(),
        sha256: [content.len() as u8; 32],
    }
}

#[test]
fn manifests_are_the_vector() {
    let pack = |offset| Location::Pack {
        address: Address(hash("pack")),
        offset,
    };
    let manifests = [
        vec![entry("model.safetensors", "weights", Location::Blob)],
        vec![
            entry("tokenizer/vocab.txt", "vocab", pack(6)),
            entry("config.json", "config", pack(0)),
            entry("leer/ü \"quoted\".txt", "", Location::Empty),
            entry("model-00001-of-00002.safetensors", "one", Location::Blob),
            entry("Model.bin", "two", Location::Blob),
        ],
    ];
    let vectors: Vec<Value> = manifests
        .into_iter()
        .map(|files| {
            let manifest = Manifest::new(files).unwrap();
            let text = String::from_utf8(manifest.to_bytes()).unwrap();
            json!({ "manifest": text, "address": manifest.address() })
        })
        .collect();
    check("manifest", &json!(vectors));
}

#[test]
fn names_are_the_vector() {
    let (salt, account) = (hash("salt"), hash("account"));
    let vectors: Vec<Value> = ["meta-llama", "Foo_Bar", "a.-_b_", "01-ai"]
        .into_iter()
        .map(|name| {
            json!({
                "name": name,
                "fold": String::from_utf8(fold(name.as_bytes())).unwrap(),
                "salt": hex::encode(salt),
                "account": hex::encode(account),
                "commitment": hex::encode(commitment(name.as_bytes(), &salt, &account)),
            })
        })
        .collect();
    check("name", &json!(vectors));
}

fn lease_vector((stored_len, epochs, price): (u64, u32, Balance)) -> Value {
    json!({
        "stored_len": stored_len, "epochs": epochs, "price_per_gib_epoch": price.to_string(),
        "cost": amount(lease_cost(stored_len, epochs, price)),
    })
}

fn percentile_vector((asks, percent): (Vec<(Balance, Balance)>, u8)) -> Value {
    let text = |(stake, ask): &(Balance, Balance)| json!([stake.to_string(), ask.to_string()]);
    json!({
        "asks": asks.iter().map(text).collect::<Vec<_>>(), "percent": percent,
        "price": amount(stake_weighted_percentile(&mut asks.clone(), percent)),
    })
}

#[test]
fn prices_are_the_vector() {
    let gib = GIB as u64;
    let leases = [
        (gib, 24, BAL / 1000),
        (181_736_752, 24, BAL / 1000),
        (1, 1, 1),
        (gib + 1, 1, 7),
        (0, 9, 7),
        (3 << 40, 87_600, 12_345),
        (u64::MAX, u32::MAX, GIB),
        (1 << 40, 1, Balance::MAX),
        (gib, 1, Balance::MAX),
    ];
    let asks = |count: u128| -> Vec<(Balance, Balance)> {
        (1..=count)
            .map(|i| (i * 37 % 11 * BAL, i * 53 % 17 + 1))
            .collect()
    };
    let percentiles = [
        (asks(1), 60),
        (asks(10), 60),
        (asks(10), 0),
        (asks(10), 100),
        (asks(40), 67),
        (vec![(10, 5), (80, 1), (10, 9)], 80),
        (vec![(10, 5), (80, 1), (10, 9)], 81),
        (vec![(0, 5)], 50),
        (vec![(0, 1), (1, 7)], 0),
        (vec![(101, 3), (100, 2)], 50),
        (vec![], 50),
    ];
    let codes = [(2, 3), (4, 8), (16, 32), (64, 255)].map(|(k, n)| Code::new(k, n).unwrap());
    let state = |code: Code| json!({ "code": code, "bytes": encoding_state_bytes(code) });
    check(
        "price",
        &json!({
            "leases": leases.map(lease_vector),
            "percentiles": percentiles.map(percentile_vector),
            "encoding_state": codes.map(state),
        }),
    );
}

#[test]
fn epochs_are_the_vector() {
    let lease_ends = [
        (0, 1),
        (5, 0),
        (1234, 24),
        (u32::MAX - 1, 0),
        (u32::MAX - 1, 1),
    ];
    let lease_ends = lease_ends.map(|(current, epochs)| {
        let end = lease_end(StorageEpoch(current), epochs);
        json!({ "current": current, "epochs": epochs, "end": end })
    });
    let extended = [(7, 3), (u32::MAX, 0), (u32::MAX, 1)];
    let extended = extended.map(|(expires, epochs)| {
        let end = extended_end(StorageEpoch(expires), epochs);
        json!({ "expires": expires, "epochs": epochs, "end": end })
    });
    let horizons = [(7, 5, 1), (8, 5, 1), (5, 7, 0), (u32::MAX, 9, u32::MAX)];
    let horizons = horizons.map(|(expires, current, max_epochs)| {
        let within = within_horizon(StorageEpoch(expires), StorageEpoch(current), max_epochs);
        json!({ "expires": expires, "current": current, "max_epochs": max_epochs, "within": within })
    });
    let blocks = [(20, 0), (20, 19), (20, 20), (1200, 1_000_000), (0, 7)];
    let blocks = blocks.map(|(epoch_blocks, block)| {
        let epoch = EpochSchedule::new(epoch_blocks).epoch_of(block);
        json!({ "epoch_blocks": epoch_blocks, "block": block, "epoch": epoch })
    });
    check(
        "epoch",
        &json!({
            "lease_ends": lease_ends, "extended_ends": extended, "horizons": horizons, "epochs": blocks,
        }),
    );
}
