#!/usr/bin/env python3
"""Computes placement.json, challenge.json, dispute.json, consistency.json, receipt.json, manifest.json, name.json,
price.json, epoch.json and inference.json again, independently of the Rust code.

Written from docs and the comments in primitives/core. Needs nothing but Python. Ends with an error at the first
difference.
"""
import hashlib
import json
import pathlib
import re

from blake3_spec import blake3, derive_key, parent_node, value_of

FOLDER = pathlib.Path(__file__).parent
BAL = 10**12
GIB = 2**30


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def compact(number):
    return bytes([number << 2]) if number < 64 else (number << 2 | 1).to_bytes(2, "little")


def pick(case, shard, able):
    address, encoding = bytes.fromhex(case["address"]), case["encoding"].to_bytes(8, "little")
    material = bytes.fromhex(case["seed"]) + address + encoding + bytes([shard])
    stream = derive_key("ballast 2026-11-24 placement draw v1", material, 16 * 128)
    total = sum(int(candidate["stake"]) for candidate in able)
    samples = (int.from_bytes(stream[i:i + 16], "little") for i in range(0, len(stream), 16))
    point = next(sample for sample in samples if sample >= 2**128 % total) % total
    for candidate in able:
        if point < int(candidate["stake"]):
            return candidate
        point -= int(candidate["stake"])


def draw(case):
    candidates = sorted(case["candidates"], key=lambda candidate: candidate["worker"])
    used = set(case["occupied"])
    operators = {candidate["operator"] for candidate in candidates if candidate["worker"] in used}
    drawn = {}
    for shard, length in sorted(case["shards"], key=lambda shard: (-shard[1], shard[0])):
        able = [
            candidate for candidate in candidates
            if candidate["worker"] not in used and candidate["worker"] not in case["excluded"]
            and int(candidate["stake"]) > 0 and candidate["free_bytes"] >= length
            and candidate["assigned_bytes"] + length <= int(candidate["stake"]) * case["bytes_per_bal"] // BAL
        ]
        able = [candidate for candidate in able if candidate["operator"] not in operators] or able
        if not able:
            return None
        drawn[shard] = pick(case, shard, able)
        used.add(drawn[shard]["worker"])
        operators.add(drawn[shard]["operator"])
    return [drawn[shard]["worker"] for shard, _ in case["shards"]]


def uniform(stream, total):
    """The samples of a stream that are below the greatest multiple of `total`, from above."""
    for start in range(0, len(stream), 16):
        sample = int.from_bytes(stream[start:start + 16], "little")
        if sample >= 2**128 % total:
            yield sample % total


def challenge_pick(case, index, slots):
    """The first chunk that lies within its shard, when all shards are laid end to end, each padded to a power of two."""
    material = (
        bytes.fromhex(case["seed"]) + bytes.fromhex(case["worker"]) + case["epoch"].to_bytes(4, "little")
        + bytes([index])
    )
    stream = derive_key("ballast 2026-11-26 possession challenge v1", material, 16 * 64)
    for point in uniform(stream, sum(length for length, _, _ in slots)):
        for length, encoding, chunks in slots:
            if point < length:
                break
            point -= length
        if point < chunks:
            return [encoding, encoding % 256, point]
    return None


def challenge(case):
    """Shard i is shard 100 + i of encoding 100 + i. Classes ascend, and keep the order of their shards."""
    slots = [(1 << (chunks - 1).bit_length(), 100 + i, chunks) for i, chunks in enumerate(case["shards"])]
    slots.sort(key=lambda slot: slot[0])
    return [challenge_pick(case, index, slots) for index in range(case["picks"])] if slots else []


def dispute_point(entry, context, index, total):
    material = (
        bytes.fromhex(entry["seed"]) + number(entry["encoding"], 8) + bytes([entry["shard"]])
        + number(entry["generation"], 4) + bytes([index])
    )
    return next(uniform(derive_key(context, material, 16 * 128), total))


def committee(entry):
    """31 seats, each drawn by stake among all workers."""
    stakes = sorted((worker, int(stake)) for worker, stake in entry["stakes"])
    seated = {}
    for seat in range(31 if stakes else 0):
        point = dispute_point(entry, "ballast 2026-11-26 dispute seat v1", seat, sum(stake for _, stake in stakes))
        for worker, stake in stakes:
            if point < stake:
                break
            point -= stake
        seated[worker] = seated.get(worker, 0) + 1
    return [[worker, seats] for worker, seats in sorted(seated.items())]


def shown(entry):
    context = "ballast 2026-11-26 dispute showing v1"
    return sorted({dispute_point(entry, context, pick, entry["chunks"]) for pick in range(20)})


def rebuild_payload(entry):
    return (
        b"ballast/rebuild/v1" + bytes.fromhex(entry["genesis_hash"]) + number(entry["encoding"], 8)
        + bytes([entry["shard"]]) + number(entry["generation"], 4) + bytes.fromhex(entry["root"])
    )


def field_product(one, other):
    """In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for bit in range(8):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(14, 7, -1):
        if product >> bit & 1:
            product ^= 0x11D << (bit - 8)
    return product


def field_power(base, exponent):
    power = 1
    for _ in range(exponent):
        power = field_product(power, base)
    return power


INVERSES = {one: next(other for other in range(1, 256) if field_product(one, other) == 1) for one in range(1, 256)}


def solve(rows, values):
    """The x with rows * x = values, by Gauss and Jordan."""
    size = len(rows)
    table = [list(row) + [value] for row, value in zip(rows, values)]
    for column in range(size):
        pivot = next(at for at in range(column, size) if table[at][column])
        table[column], table[pivot] = table[pivot], table[column]
        inverse = INVERSES[table[column][column]]
        table[column] = [field_product(inverse, entry) for entry in table[column]]
        for at in range(size):
            if at != column and table[at][column]:
                factor = table[at][column]
                table[at] = [one ^ field_product(factor, other) for one, other in zip(table[at], table[column])]
    return [row[size] for row in table]


def first_off_code(entry):
    """Shards are values, at the points 0, 1, 2 and so on, of a polynomial of degree below k. In lanes of 16 bytes the first
    k pieces fix it; what is off first, by lane and then by the order of the pieces, is told."""
    k = int(entry["code"].split(",")[0])
    pieces = [(shard, bytes.fromhex(piece)) for shard, piece in entry["pieces"]]
    longest = max(len(piece) for _, piece in pieces)
    vandermonde = [[field_power(shard, exponent) for exponent in range(k)] for shard, _ in pieces]
    padded = [piece + bytes(longest + 16 - len(piece)) for _, piece in pieces]
    for start in range(0, longest, 16):
        polynomials = [solve(vandermonde[:k], [piece[at] for piece in padded[:k]]) for at in range(start, start + 16)]
        for (shard, _), row, piece in list(zip(pieces, vandermonde, padded))[k:]:
            for at, polynomial in zip(range(start, start + 16), polynomials):
                value = 0
                for one, other in zip(row, polynomial):
                    value ^= field_product(one, other)
                if value != piece[at]:
                    return [shard, start]
    return None


def payload(receipt):
    return (
        b"ballast/receipt/v1" + bytes.fromhex(receipt["genesis_hash"]) + receipt["encoding"].to_bytes(8, "little")
        + bytes([receipt["shard"]]) + receipt["generation"].to_bytes(4, "little")
        + bytes.fromhex(receipt["fingerprint"]) + receipt["expires"].to_bytes(4, "little")
    )


def point(entry):
    roots = b"".join(b"\0" if root is None else b"\1" + bytes.fromhex(root) for root in entry["roots"])
    material = bytes.fromhex(entry["seed"]) + compact(len(entry["roots"])) + roots
    return derive_key("ballast 2026-11-24 fingerprint point v1", material, 16)


def canonical(text):
    manifest = json.loads(text)
    manifest["files"].sort(key=lambda file: file["path"].encode())
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def folded(name):
    text = re.sub("[-_.]+", "-", name.lower())
    return text[:-1] if text.endswith("-") else text


def commitment(entry):
    fold = folded(entry["name"]).encode()
    material = compact(len(fold)) + fold + bytes.fromhex(entry["salt"]) + bytes.fromhex(entry["account"])
    return hashlib.blake2b(b"ballast/namespace/v1" + material, digest_size=32).digest()


def balance(number):
    """As the vectors write amounts: text, or nothing where it is out of the range of a balance."""
    return str(number) if number < 2**128 else None


def lease_cost(entry):
    """Every begun chunk of 1 KiB costs its part of the price of a GiB in every epoch, rounded up."""
    chunks, chunk_rate = -(-entry["stored_len"] // 1024), -(-int(entry["price_per_gib_epoch"]) * 1024 // GIB)
    return balance(chunks * entry["epochs"] * chunk_rate)


def percentile(entry):
    """The least ask such that asks up to it have the percentage of all stake, and some stake."""
    asks = [(int(stake), int(ask)) for stake, ask in entry["asks"]]
    total = sum(stake for stake, _ in asks)
    for price in sorted(ask for _, ask in asks):
        below = sum(stake for stake, ask in asks if ask <= price)
        if below > 0 and 100 * below >= total * entry["percent"]:
            return balance(price)


def state_bytes(code):
    """256 for the record; for each shard a root and its presence, 33, and an assignment: worker, generation,
    fingerprint, presence, 53."""
    return 256 + int(code.split(",")[1]) * (33 + 53)


def epoch_number(number):
    return number if number < 2**32 else None


def number(value, size):
    return int(value).to_bytes(size, "little")


def exchange_bytes(exchange):
    return (
        bytes.fromhex(exchange["request_sha256"]) + bytes.fromhex(exchange["response_sha256"])
        + number(exchange["tokens_in"], 4) + number(exchange["tokens_out"], 4)
    )


def voucher_payload(entry):
    return (
        b"ballast/voucher/v1" + bytes.fromhex(entry["genesis_hash"]) + number(entry["channel"], 8)
        + number(entry["amount"], 16) + number(entry["number"], 8)
    )


def answer_payload(entry):
    return (
        b"ballast/answer/v1" + bytes.fromhex(entry["genesis_hash"]) + bytes.fromhex(entry["model"])
        + number(entry["channel"], 8) + number(entry["number"], 8) + exchange_bytes(entry["exchange"])
    )


def claim_hash(batch, leaf):
    material = (
        bytes.fromhex(batch["genesis_hash"]) + number(batch["channel"], 8) + bytes.fromhex(batch["model"])
        + number(leaf["number"], 8) + exchange_bytes(leaf["exchange"]) + bytes.fromhex(leaf["activation_root"])
    )
    return derive_key("ballast 2026-11-26 claim v1", material)


def halves(hashes):
    left = 1
    while 2 * left < len(hashes):
        left *= 2
    return hashes[:left], hashes[left:]


def merkle_root(hashes):
    """A left-balanced tree whose nodes are BLAKE3's parents that are not the root."""
    return hashes[0] if len(hashes) == 1 else value_of(parent_node(*map(merkle_root, halves(hashes))))


def merkle_path(hashes, index):
    if len(hashes) == 1:
        return []
    left, right = halves(hashes)
    if index < len(left):
        return merkle_path(left, index) + [merkle_root(right)]
    return merkle_path(right, index - len(left)) + [merkle_root(left)]


def batch_payload(batch, root):
    return (
        b"ballast/claims/v1" + bytes.fromhex(batch["genesis_hash"]) + number(batch["channel"], 8)
        + bytes.fromhex(batch["model"]) + root + number(len(batch["leaves"]), 4)
    )


def answer_cost(price, tokens):
    """Tokens read and written, each times its price for a million; the sum rounded up. The products must be balances."""
    parts = [tokens[f"tokens_{way}"] * int(price[f"per_million_{way}"]) for way in ("in", "out")]
    return balance(-(-sum(parts) // 10**6)) if sum(parts) < 2**128 else None


def income_parts(entry):
    """The treasury's share of all, owners' shares of the rest, rounded down; what remains is the worker's."""
    amount = int(entry["amount"])
    treasury = amount * entry["treasury_permille"] // 1000
    royalties = [(amount - treasury) * share // 1000 for share in entry["royalty_permille"]]
    return str(amount - treasury - sum(royalties)), [str(part) for part in royalties], str(treasury)


def verifier_part(entry):
    """Verifiers share what is theirs of the source, never above the bound, equally and rounded down."""
    everything = min(int(entry["source"]) * entry["permille"] // 1000, int(entry["bound"]))
    return str(everything // entry["verifiers"]) if entry["verifiers"] else "0"


def score_commitment(entry):
    material = (
        bytes.fromhex(entry["genesis_hash"]) + number(entry["settlement"], 8) + bytes.fromhex(entry["verifier"])
        + number(entry["score"], 2) + bytes.fromhex(entry["salt"])
    )
    return derive_key("ballast 2026-11-26 score commitment v1", material)


def draw_material(entry):
    return bytes.fromhex(entry["seed"]) + number(entry["settlement"], 8) + number(entry["drawn_before"], 4)


def sample(entry):
    """A number below 1000 decides whether, the next one of the same stream below the number of claims decides which."""
    stream = derive_key("ballast 2026-11-26 claim sample v1", draw_material(entry), 16 * 256)
    samples = [int.from_bytes(stream[i:i + 16], "little") for i in range(0, len(stream), 16)]
    chosen = []
    for total in (1000, entry["leaves"]):
        while samples[0] < 2**128 % total:
            samples.pop(0)
        chosen.append(samples.pop(0) % total)
    return chosen[1] if chosen[0] < entry["permille"] else None


def verifiers(entry):
    """A placement of shards without bytes, under a seed of its own."""
    candidates = [
        dict(candidate, free_bytes=2**64 - 1, assigned_bytes=0) for candidate in entry["candidates"]
        if candidate["operator"] not in entry["barred"]
    ]
    seed = derive_key("ballast 2026-11-26 verifier draw v1", draw_material(entry))
    return draw({
        "seed": seed.hex(), "address": "00" * 32, "encoding": 0, "shards": [[seat, 0] for seat in range(entry["seats"])],
        "candidates": candidates, "occupied": [], "excluded": entry["seen"], "bytes_per_bal": 2**64 - 1,
    })


PRIME = 65497


def lagrange(points, x):
    """The value at x of the polynomial through points, by Lagrange's formula."""
    total = 0
    for i, (xi, yi) in enumerate(points):
        top, bottom = yi, 1
        for j, (xj, _) in enumerate(points):
            if i != j:
                top, bottom = top * (x - xj) % PRIME, bottom * (xi - xj) % PRIME
        total += top * pow(bottom, PRIME - 2, PRIME)
    return total % PRIME


def check_digest(entry):
    """258 bytes or fewer: a modulus and coefficients, which give the claimed values at the reduced places."""
    data = bytes.fromhex(entry["digest"])
    modulus, *coefficients = [int.from_bytes(data[i:i + 2], "little") for i in range(0, len(data), 2)]
    places = [index % modulus for index, _ in entry["claimed"]]
    assert len(set(places)) == len(places) == len(coefficients), entry
    assert modulus == next(m for m in range(PRIME, 2**15, -1) if len({i % m for i, _ in entry["claimed"]}) == len(places))
    value = lambda x: sum(c * pow(x, power, PRIME) for power, c in enumerate(coefficients)) % PRIME
    for index, claimed in entry["claimed"]:
        assert value(index % modulus) == claimed, entry
    far = 12345
    assert value(far) == lagrange(list(zip(places, [v for _, v in entry["claimed"]])), far), entry
    assert derive_key("ballast 2026-11-26 activation digest v1", data).hex() == entry["hash"], entry
    differing = sum(value(index % modulus) != own for index, own in entry["own"])
    assert max(0, 1000 - -(-2000 * differing // len(entry["own"]))) == entry["score"], entry
    assert entry["score_of_another"] < 200 or len(places) < 10, entry


def embedding_hash(bits):
    return derive_key("ballast 2026-11-26 embedding v1", b"".join(number(one, 4) for one in bits))


def embedding_score(claimed, own):
    if len(claimed) != len(own) or any(bits >> 23 & 255 == 255 for bits in claimed + own):
        return 0
    exponent = lambda bits: max(1, bits >> 23 & 255)
    top = max(map(exponent, claimed + own))

    def fixed(bits):
        digits = (bits & 0x7FFFFF | (0x800000 if bits >> 23 & 255 else 0)) << 6
        return (digits >> top - exponent(bits)) * (-1 if bits >> 31 else 1)

    difference = sum((fixed(a) - fixed(b)) ** 2 for a, b in zip(claimed, own))
    length = sum(fixed(b) ** 2 for b in own)
    if difference == 0:
        return 1000
    return max(0, 1000 - difference * 2_500_000 // length) if length else 0


def token_score(entry):
    tokens, disagreeing = entry["tokens"], entry["disagreeing"]
    return max(0, 1000 - -(-5 * 1000 * disagreeing // tokens)) if tokens else 0


def transcript_body(entry):
    fields = bytes.fromhex(entry["genesis_hash"]) + number(entry["settlement"], 8)
    return fields + bytes.fromhex(entry["verifier"]) + bytes.fromhex(entry["reply_key"])


for case in load("placement"):
    assert draw(case) == case["workers"], case["encoding"]
for case in load("challenge"):
    assert challenge(case) == case["derived"], case["seed"]
for entry in load("dispute"):
    assert committee(entry) == entry["committee"], entry["seed"]
    assert shown(entry) == entry["shown"], entry["seed"]
    assert rebuild_payload(entry).hex() == entry["payload"], entry["seed"]
for entry in load("consistency"):
    assert first_off_code(entry) == entry["off_code"], entry["code"]
for receipt in load("receipt")["receipts"]:
    assert payload(receipt).hex() == receipt["payload"], receipt
for entry in load("receipt")["fingerprint_points"]:
    assert point(entry).hex() == entry["point"], entry
for entry in load("manifest"):
    assert canonical(entry["manifest"]) == entry["manifest"], entry
    assert blake3(entry["manifest"].encode()).hex() == entry["address"], entry
for entry in load("name"):
    assert folded(entry["name"]) == entry["fold"], entry
    assert commitment(entry).hex() == entry["commitment"], entry
for entry in load("price")["leases"]:
    assert lease_cost(entry) == entry["cost"], entry
for entry in load("price")["percentiles"]:
    assert percentile(entry) == entry["price"], entry
for entry in load("price")["encoding_state"]:
    assert state_bytes(entry["code"]) == entry["bytes"], entry
for entry in load("epoch")["lease_ends"]:
    assert epoch_number(entry["current"] + 1 + entry["epochs"]) == entry["end"], entry
for entry in load("epoch")["extended_ends"]:
    assert epoch_number(entry["expires"] + entry["epochs"]) == entry["end"], entry
for entry in load("epoch")["horizons"]:
    horizon = entry["current"] + 1 + entry["max_epochs"]
    assert (entry["expires"] <= horizon) == entry["within"], entry
for entry in load("epoch")["epochs"]:
    assert entry["block"] // max(entry["epoch_blocks"], 1) == entry["epoch"], entry
for entry in load("inference")["vouchers"]:
    assert voucher_payload(entry).hex() == entry["payload"], entry
for entry in load("inference")["answers"]:
    assert answer_payload(entry).hex() == entry["payload"], entry
for entry in load("inference")["batches"]:
    hashes = [claim_hash(entry, leaf) for leaf in entry["leaves"]]
    assert [value.hex() for value in hashes] == entry["hashes"], entry
    assert merkle_root(hashes).hex() == entry["root"], entry
    path = merkle_path(hashes, len(hashes) // 2)
    assert [value.hex() for value in path] == entry["siblings_of_the_middle"], entry
    assert batch_payload(entry, merkle_root(hashes)).hex() == entry["payload"], entry
    cost = sum(int(answer_cost(entry, leaf["exchange"])) for leaf in entry["leaves"])
    assert str(cost) == entry["cost"], entry
for entry in load("inference")["costs"]:
    assert answer_cost(entry, entry) == entry["cost"], entry
for entry in load("inference")["incomes"]:
    assert income_parts(entry) == (entry["worker"], entry["royalties"], entry["treasury"]), entry
for entry in load("inference")["verifier_pays"]:
    assert verifier_part(entry) == entry["each"], entry
for entry in load("inference")["scores"]:
    assert score_commitment(entry).hex() == entry["commitment"], entry
for entry in load("inference")["check_draws"]:
    assert sample(entry) == entry["sample"], entry
    assert verifiers(entry) == entry["verifiers"], entry
for entry in load("inference")["digests"]:
    check_digest(entry)
for entry in load("inference")["embeddings"]:
    hashes = [embedding_hash(entry["claimed"]), embedding_hash(entry["own"])]
    assert hashes[1].hex() == entry["hash"], entry
    assert merkle_root(hashes).hex() == entry["root"], entry
    assert embedding_score(entry["claimed"], entry["own"]) == entry["score"], entry
for entry in load("inference")["token_scores"]:
    assert token_score(entry) == entry["score"], entry
for entry in load("inference")["transcript_requests"]:
    assert (b"ballast/transcript/v1" + transcript_body(entry)).hex() == entry["payload"], entry
    material = bytes.fromhex(entry["shared"]) + bytes.fromhex(entry["answer_key"]) + transcript_body(entry)
    assert derive_key("ballast 2026-11-26 transcript key v1", material).hex() == entry["key"], entry
print("placement, challenge, dispute, consistency, receipt, manifest, name, price, epoch and inference agree")
