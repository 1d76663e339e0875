#!/usr/bin/env python3
"""Writes blake3.json and layout.json, independently of the Rust code; with --check, compares instead.

BLAKE3 is written out from its specification and compared with the b3sum program; layout and trees are written out from
docs and the comments in primitives/core. Needs nothing but Python and b3sum. A test fails when the Rust code disagrees
with the files.
"""
import json
import pathlib
import subprocess
import sys

from blake3_spec import CHUNK_LEN, blake3, left_len, subtree

FOLDER = pathlib.Path(__file__).parent


def siblings(data, counter_of, target, start=0):
    """Siblings of the chunk at offset `target`, bottom-up."""
    if len(data) <= CHUNK_LEN:
        return []
    left = left_len(len(data))
    if target < start + left:
        below, other = siblings(data[:left], counter_of, target, start), subtree(data[left:], counter_of, start + left)
    else:
        below, other = siblings(data[left:], counter_of, target, start + left), subtree(data[:left], counter_of, start)
    return below + [other]


def power_of_two_from(number):
    power = 1
    while power < number:
        power *= 2
    return power


def layout_vector(length, k, n, shard, chunk):
    blob = bytes(i % 251 for i in range(length))
    cell_len = CHUNK_LEN
    while -(-length // (k * cell_len)) > 64:
        cell_len *= 2
    stripes = -(-length // (k * cell_len))
    rest = length - (stripes - 1) * k * cell_len
    last_cell_len = max(CHUNK_LEN, power_of_two_from(-(-rest // k)))
    cells = {}
    for stripe in range(stripes):
        size = last_cell_len if stripe == stripes - 1 else cell_len
        for j in range(k):
            start = stripe * k * cell_len + j * size
            cells[stripe, j] = (start, blob[start:start + size])
    columns = [b"".join(cells[stripe, j][1] for stripe in range(stripes)) for j in range(k)]

    def data_counter(j):
        return lambda at: (cells[at // cell_len, j][0] + at % cell_len) // CHUNK_LEN

    def parity_counter(at):
        return at % cell_len // CHUNK_LEN

    assert chunk * CHUNK_LEN < len(columns[shard])
    coded_len = (stripes - 1) * cell_len + last_cell_len
    parity = bytes(i % 241 for i in range(coded_len))
    last_start, last_cell = [cells[stripes - 1, j] for j in range(k) if cells[stripes - 1, j][1]][-1]
    last_target = (len(last_cell) - 1) // CHUNK_LEN * CHUNK_LEN
    address = blake3(blob)
    assert address.hex() == b3sum(blob)
    return {
        "len": length,
        "code": f"{k},{n}",
        "cell_len": cell_len,
        "stripes": stripes,
        "last_cell_len": last_cell_len,
        "table_len": sum(1 for _, cell in cells.values() if cell) + stripes * (n - k),
        "stored_len": length + (n - k) * coded_len,
        "address": address.hex(),
        "data_shard_roots": [subtree(column, data_counter(j)).hex() if column else None
                             for j, column in enumerate(columns)],
        "parity_shard_root": subtree(parity, parity_counter).hex(),
        "length_proof_siblings": [value.hex() for value in
                                  siblings(last_cell, lambda at: (last_start + at) // CHUNK_LEN, last_target)],
        "chunk_proof": {
            "shard": shard,
            "chunk": chunk,
            "siblings": [value.hex() for value in siblings(columns[shard], data_counter(shard), chunk * CHUNK_LEN)],
        },
    }


def b3sum(data):
    return subprocess.run(["b3sum", "--no-names"], input=data, capture_output=True, check=True).stdout.decode().strip()


def write(name, value):
    path, text = FOLDER / name, json.dumps(value, indent=1) + "\n"
    if "--check" not in sys.argv[1:]:
        path.write_text(text)
    elif path.read_text() != text:
        sys.exit(f"{path} differs from what is computed; python3 {__file__} writes it again")


HASH_LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096,
                4097, 5120, 5121, 6144, 6145, 7168, 7169, 8192, 8193, 16384, 31744, 102400]
write("blake3.json", [{"len": length, "hash": b3sum(bytes(i % 251 for i in range(length)))} for length in HASH_LENGTHS])
write("layout.json", [
    layout_vector(1025, 2, 3, 1, 0),
    layout_vector(2048, 2, 4, 0, 0),
    layout_vector(5000, 8, 16, 4, 0),
    layout_vector(100_000, 4, 8, 2, 17),
    layout_vector(131_072, 2, 8, 1, 63),
    layout_vector(131_073, 2, 4, 0, 64),
    layout_vector(135_500, 2, 4, 1, 65),
    layout_vector(270_001, 4, 10, 3, 41),
    layout_vector(600_000, 4, 6, 1, 146),
])
print("blake3 and layout agree" if "--check" in sys.argv[1:] else "blake3 and layout written")
