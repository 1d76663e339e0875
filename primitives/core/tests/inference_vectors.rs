//! Vectors of what inference is paid by: vouchers, signed answers, claims, parts of an income.
//!
//! `BALLAST_WRITE_VECTORS=1 cargo test -p ballast-core --test inference_vectors` writes the file again. It changes only
//! with the protocol. `tests/vectors/check_rules.py` computes it again in another language.
#![allow(clippy::unwrap_used)]

use ballast_core::{
    activation::{activation_root, token_score, vector_hash, vector_score, Digest, Point},
    answer::{AnswerBody, Exchange},
    check::{Draw, ScoreBody, VerifierCandidate},
    claim::{batch_cost, BatchScope, ClaimLeaf, TokenPrice},
    income::{verifier_part, Parts},
    merkle,
    price::BAL,
    transcript::TranscriptRequest,
    voucher::VoucherBody,
    Address, Balance, ChannelId, OperatorId, SettlementId, WorkerId,
};
use serde_json::{json, Value};
use vector::{amount, check, hash};

mod vector;

fn voucher((channel, sum, number): (u64, Balance, u64)) -> Value {
    let body = VoucherBody {
        genesis_hash: hash("genesis"),
        channel: ChannelId(channel),
        amount: sum,
        number,
    };
    json!({
        "genesis_hash": hex::encode(body.genesis_hash), "channel": channel, "amount": amount(Some(sum)),
        "number": number, "payload": hex::encode(body.signing_payload()),
    })
}

fn exchange(number: u64) -> Exchange {
    Exchange {
        request_sha256: hash(&format!("request {number}")),
        response_sha256: hash(&format!("response {number}")),
        tokens_in: number as u32 * 37 % 1_000,
        tokens_out: number as u32 * 53 % 700,
    }
}

fn exchange_json(exchange: &Exchange) -> Value {
    json!({
        "request_sha256": hex::encode(exchange.request_sha256),
        "response_sha256": hex::encode(exchange.response_sha256),
        "tokens_in": exchange.tokens_in, "tokens_out": exchange.tokens_out,
    })
}

fn answer(number: u64) -> Value {
    let body = AnswerBody {
        genesis_hash: hash("genesis"),
        model: Address(hash("manifest")),
        channel: ChannelId(number << 33),
        number,
        exchange: exchange(number),
    };
    json!({
        "genesis_hash": hex::encode(body.genesis_hash), "model": body.model, "channel": body.channel,
        "number": number, "exchange": exchange_json(&body.exchange), "payload": hex::encode(body.signing_payload()),
    })
}

fn batch(count: u64) -> Value {
    let scope = BatchScope {
        genesis_hash: hash("genesis"),
        channel: ChannelId(count),
        model: Address(hash("manifest")),
    };
    let leaves: Vec<ClaimLeaf> = (1..=count)
        .map(|number| ClaimLeaf {
            number: number * 3,
            exchange: exchange(number),
            activation_root: hash(&format!("activations {number}")),
        })
        .collect();
    let hashes: Vec<_> = leaves.iter().map(|leaf| scope.leaf_hash(leaf)).collect();
    let root = scope.root(&leaves).unwrap();
    let path = merkle::siblings(&hashes, (count / 2) as u32).unwrap();
    let price = TokenPrice {
        per_million_in: BAL / 50,
        per_million_out: BAL / 7,
    };
    let leaf = |leaf: &ClaimLeaf| {
        json!({
            "number": leaf.number, "exchange": exchange_json(&leaf.exchange),
            "activation_root": hex::encode(leaf.activation_root),
        })
    };
    json!({
        "genesis_hash": hex::encode(scope.genesis_hash), "channel": count, "model": scope.model,
        "leaves": leaves.iter().map(leaf).collect::<Vec<_>>(),
        "hashes": hashes.iter().map(hex::encode).collect::<Vec<_>>(),
        "root": hex::encode(root), "siblings_of_the_middle": path.iter().map(hex::encode).collect::<Vec<_>>(),
        "payload": hex::encode(scope.signing_payload(root, count as u32)),
        "per_million_in": amount(Some(price.per_million_in)), "per_million_out": amount(Some(price.per_million_out)),
        "cost": amount(batch_cost(&leaves, &price)),
    })
}

fn cost((tokens_in, tokens_out, per_million_in, per_million_out): (u32, u32, u128, u128)) -> Value {
    let price = TokenPrice {
        per_million_in,
        per_million_out,
    };
    json!({
        "tokens_in": tokens_in, "tokens_out": tokens_out, "per_million_in": amount(Some(per_million_in)),
        "per_million_out": amount(Some(per_million_out)), "cost": amount(price.cost(tokens_in, tokens_out)),
    })
}

fn income((sum, treasury, shares): (Balance, u16, &[u16])) -> Value {
    let parts = Parts::of(sum, treasury, shares);
    json!({
        "amount": amount(Some(sum)), "treasury_permille": treasury, "royalty_permille": shares,
        "worker": amount(Some(parts.worker)), "treasury": amount(Some(parts.treasury)),
        "royalties": parts.royalties.iter().map(|part| amount(Some(*part))).collect::<Vec<_>>(),
    })
}

fn verifier_pay((source, permille, bound, count): (Balance, u16, Balance, u32)) -> Value {
    let each = verifier_part(source, permille, bound, count);
    json!({
        "source": amount(Some(source)), "permille": permille, "bound": amount(Some(bound)), "verifiers": count,
        "each": amount(Some(each)),
    })
}

fn score((settlement, score): (u64, u16)) -> Value {
    let body = ScoreBody {
        genesis_hash: hash("genesis"),
        settlement: SettlementId(settlement),
        verifier: WorkerId(hash(&format!("worker {settlement}"))),
        score,
        salt: hash("salt"),
    };
    json!({
        "genesis_hash": hex::encode(body.genesis_hash), "settlement": settlement, "verifier": body.verifier,
        "score": score, "salt": hex::encode(body.salt), "commitment": hex::encode(body.commitment()),
    })
}

/// 20 candidates of 10 operators; the first three were seen, the fourth's operator is barred.
fn check_draw(
    (settlement, drawn_before, leaves, permille, seats): (u64, u32, u32, u16, u8),
) -> Value {
    let candidates: Vec<VerifierCandidate> = (0..20u32)
        .map(|i| VerifierCandidate {
            worker: WorkerId(hash(&format!("worker {i}"))),
            operator: OperatorId(hash(&format!("operator {}", i / 2))),
            stake: (Balance::from(i % 5) + 1) * BAL,
        })
        .collect();
    let seen: Vec<_> = candidates.iter().take(3).map(|one| one.worker).collect();
    let barred = [candidates[3].operator];
    let draw = Draw {
        seed: hash(&format!("seed {settlement}")),
        settlement: SettlementId(settlement),
        drawn_before,
    };
    let candidate = |one: &VerifierCandidate| json!({ "worker": one.worker, "operator": one.operator, "stake": one.stake.to_string() });
    json!({
        "seed": hex::encode(draw.seed), "settlement": settlement, "drawn_before": drawn_before,
        "leaves": leaves, "permille": permille, "sample": draw.sample(leaves, permille),
        "candidates": candidates.iter().map(candidate).collect::<Vec<_>>(), "seen": seen, "barred": barred,
        "seats": seats, "verifiers": draw.verifiers(seats, &candidates, &seen, &barred),
    })
}

/// Points that nobody chose: places of a chunk, and values that are numbers.
fn points(name: &str, count: u32) -> Vec<Point> {
    let mut points: Vec<Point> = (0..count)
        .map(|at| {
            let bytes = hash(&format!("{name} {at}"));
            Point {
                index: u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) % (32 * 4_096),
                value: u16::from_le_bytes([bytes[4], bytes[5]]) & 0xbfff,
            }
        })
        .collect();
    points.sort_by_key(|point| point.index);
    points.dedup_by_key(|point| point.index);
    points
}

/// A digest, and own numbers of which every so many are off.
fn digest((number, count, off, every): (u32, u32, u16, usize)) -> Value {
    let claimed = points(&format!("chunk {number}"), count);
    let digest = Digest::of(&claimed).unwrap();
    let own: Vec<Point> = claimed
        .iter()
        .enumerate()
        .map(|(at, point)| Point {
            value: point.value ^ if at % every == 0 { off } else { 0 },
            ..*point
        })
        .collect();
    let plain = |points: &[Point]| {
        points
            .iter()
            .map(|p| json!([p.index, p.value]))
            .collect::<Vec<_>>()
    };
    json!({
        "claimed": plain(&claimed), "own": plain(&own), "digest": hex::encode(digest.to_bytes()),
        "hash": hex::encode(digest.hash()), "score": digest.score(&own),
        "score_of_another": digest.score(&points("another", claimed.len() as u32)),
    })
}

fn vectors((claimed, own): (&[f32], &[f32])) -> Value {
    let bits = |numbers: &[f32]| numbers.iter().map(|one| one.to_bits()).collect::<Vec<_>>();
    let (claimed, own) = (bits(claimed), bits(own));
    json!({
        "claimed": claimed, "own": own, "score": vector_score(&claimed, &own),
        "hash": hex::encode(vector_hash(&own)), "root": hex::encode(activation_root(&[vector_hash(&claimed), vector_hash(&own)])),
    })
}

fn transcript(settlement: u64) -> Value {
    let request = TranscriptRequest {
        genesis_hash: hash("genesis"),
        settlement: SettlementId(settlement),
        verifier: WorkerId(hash("verifier")),
        reply_key: hash("reply key"),
    };
    let key = request.answer_key(&hash("shared"), &hash("answer key"));
    json!({
        "genesis_hash": hex::encode(request.genesis_hash), "settlement": settlement,
        "verifier": hex::encode(request.verifier.0), "reply_key": hex::encode(request.reply_key),
        "payload": hex::encode(request.signing_payload()), "shared": hex::encode(hash("shared")),
        "answer_key": hex::encode(hash("answer key")), "key": hex::encode(key),
    })
}

#[test]
fn inference_is_the_vector() {
    let costs = [
        (0, 0, BAL, BAL),
        (1, 0, 1, 1),
        (1, 1, 1, 1),
        (999_999, 1, 1, 1),
        (512, 128, BAL / 50, BAL / 7),
        (u32::MAX, u32::MAX, BAL, BAL),
        (1, 1, u128::MAX, 1),
        (2, 0, u128::MAX, 1),
    ];
    let incomes: [(Balance, u16, &[u16]); 6] = [
        (BAL, 20, &[]),
        (BAL + 7, 20, &[50]),
        (123_456_789, 25, &[50, 100, 1, 2, 3]),
        (999, 1, &[999]),
        (1_000, 1_000, &[500]),
        (Balance::MAX, 333, &[333, 667]),
    ];
    let verifier_pays = [
        (BAL / 50, 500, BAL / 50, 2),
        (200 * BAL, 500, BAL, 7),
        (200 * BAL, 500, 500 * BAL, 5),
        (999, 333, 999, 3),
        (7, 500, 7, 16),
        (BAL, 500, BAL, 0),
        (Balance::MAX, 500, Balance::MAX, 14),
    ];
    let vouchers = [
        (0, 0, 0),
        (1 << 40, 7 * BAL + 1, 3),
        (u64::MAX, Balance::MAX, u64::MAX),
    ];
    let answers = [1, 2, 1_000_000].map(answer);
    let batches = [1, 2, 3, 5, 64, 77].map(batch);
    let scores = [(0, 0), (7, 1_000), (u64::MAX, 499)];
    let draws = [
        (1, 0, 256, 1_000, 2),
        (2, 0, 77, 500, 2),
        (3, 2, 1, 500, 5),
        (4, 7, 200, 0, 9),
        (5, 0, 3, 500, 17),
    ];
    let digests = [
        (1, 1, 0, 1),
        (2, 5, 1, 1),
        (3, 128, 0, 1),
        (4, 128, 7, 1),
        (5, 128, 0x8000, 1),
        (6, 64, 12, 1),
        (7, 128, 1, 3),
        (8, 77, 3, 10),
    ];
    let embeddings: [(&[f32], &[f32]); 6] = [
        (&[1.0, -0.5], &[1.0, -0.5]),
        (&[0.999, 0.01, 1e-20], &[1.0, 0.0, 0.0]),
        (&[0.25, 3.5, -1e-3], &[0.250_1, 3.499, -1.1e-3]),
        (&[1.0], &[-1.0]),
        (&[f32::NAN], &[1.0]),
        (&[1e-40, 2e-40], &[1e-40, 2e-40]),
    ];
    let tokens = [(0, 0), (1, 0), (1, 1), (77, 3), (1_000, 1), (u32::MAX, 7)];
    let requests = [0, 7, u64::MAX];
    let token = |(tokens, disagreeing)| json!({ "tokens": tokens, "disagreeing": disagreeing, "score": token_score(tokens, disagreeing) });
    check(
        "inference",
        &json!({
            "digests": digests.map(digest),
            "embeddings": embeddings.map(vectors),
            "token_scores": tokens.map(token),
            "transcript_requests": requests.map(transcript),
            "vouchers": vouchers.map(voucher),
            "answers": answers,
            "batches": batches,
            "costs": costs.map(cost),
            "incomes": incomes.map(income),
            "verifier_pays": verifier_pays.map(verifier_pay),
            "scores": scores.map(score),
            "check_draws": draws.map(check_draw),
        }),
    );
}
