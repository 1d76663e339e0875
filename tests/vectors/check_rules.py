#!/usr/bin/env python3
"""Computes placement.json, receipt.json, manifest.json and name.json again, independently of the Rust code.

Written from docs and the comments in primitives/core. Needs the package blake3 from PyPI. Ends with an error at the
first difference.
"""
import hashlib
import json
import pathlib
import re

from blake3 import blake3

FOLDER = pathlib.Path(__file__).parent
BAL = 10**12


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def derive(context, material, length=32):
    return blake3(material, derive_key_context=context).digest(length=length)


def compact(number):
    return bytes([number << 2]) if number < 64 else (number << 2 | 1).to_bytes(2, "little")


def pick(case, shard, able):
    address, encoding = bytes.fromhex(case["address"]), case["encoding"].to_bytes(8, "little")
    material = bytes.fromhex(case["seed"]) + address + encoding + bytes([shard])
    stream = derive("ballast 2026-11-24 placement draw v1", material, 16 * 128)
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


def payload(receipt):
    return (
        b"ballast/receipt/v1" + bytes.fromhex(receipt["genesis_hash"]) + receipt["encoding"].to_bytes(8, "little")
        + bytes([receipt["shard"]]) + receipt["generation"].to_bytes(4, "little")
        + bytes.fromhex(receipt["fingerprint"]) + receipt["expires"].to_bytes(4, "little")
    )


def point(entry):
    roots = b"".join(b"\0" if root is None else b"\1" + bytes.fromhex(root) for root in entry["roots"])
    material = bytes.fromhex(entry["seed"]) + compact(len(entry["roots"])) + roots
    return derive("ballast 2026-11-24 fingerprint point v1", material, 16)


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


for case in load("placement"):
    assert draw(case) == case["workers"], case["encoding"]
for receipt in load("receipt")["receipts"]:
    assert payload(receipt).hex() == receipt["payload"], receipt
for entry in load("receipt")["fingerprint_points"]:
    assert point(entry).hex() == entry["point"], entry
for entry in load("manifest"):
    assert canonical(entry["manifest"]) == entry["manifest"], entry
    assert blake3(entry["manifest"].encode()).hexdigest() == entry["address"], entry
for entry in load("name"):
    assert folded(entry["name"]) == entry["fold"], entry
    assert commitment(entry).hex() == entry["commitment"], entry
print("placement, receipt, manifest and name agree")
