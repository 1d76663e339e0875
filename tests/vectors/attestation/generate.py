#!/usr/bin/env python3
"""Writes golden.json from NVIDIA's RIM files and nonce.json: an implementation of its own, to hold ours against.

    tests/vectors/attestation/generate.py
"""
import hashlib
import json
import pathlib
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).parent
SWID = "{http://standards.iso.org/iso/19770/-2/2015/schema.xsd}"
HASH = "{http://www.w3.org/2001/04/xmlenc#sha384}Hash"


def golden(name):
    path = HERE / "nvidia" / name
    root = ET.parse(path).getroot()
    entries = []
    for resource in root.iter(SWID + "Resource"):
        if resource.get("active") != "True":
            continue
        count = int(resource.get("alternatives"))
        entries.append({
            "index": int(resource.get("index")),
            "alternatives": [resource.get(f"{HASH}{i}") for i in range(count)],
        })
    return {
        "rimSha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "version": root.find(SWID + "Meta").get("colloquialVersion"),
        "entries": entries,
    }


def nonce(genesis, worker, key, number, block):
    data = b"ballast/gpu-attestation/v1" + genesis + worker + key + number.to_bytes(4, "little") + block
    return {
        "genesisHash": genesis.hex(), "worker": worker.hex(), "sessionKey": key.hex(), "blockNumber": number,
        "blockHash": block.hex(), "nonce": hashlib.blake2b(data, digest_size=32).hexdigest(),
    }


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1) + "\n")


write("golden.json", {
    "driver": golden("Driver_RIM_test_no_gpu.swidtag"),
    "vbios": golden("1010_0200_882_96005E0001_test_no_gpu.swidtag"),
})
write("nonce.json", [
    nonce(bytes([1] * 32), bytes([2] * 32), bytes([3] * 32), 4, bytes([5] * 32)),
    nonce(bytes(range(32)), bytes(32), bytes([255] * 32), 0xFFFFFFFF, bytes(range(32, 64))),
])
