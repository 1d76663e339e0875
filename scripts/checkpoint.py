#!/usr/bin/env python3
"""Makes a checkpoint: a chain specification from which a light client starts at the newest finalized block, not at the genesis.

    scripts/checkpoint.py [--url URL] > checkpoint.json

Asks a node, by its JSON-RPC, for its specification with the state of consensus at that block, and puts the root of the genesis state in the
place of the state, which makes the file small. Whoever uses it trusts who made it: take it from a node of your own. Nodes cannot start from it."""

import argparse
import hashlib
import json
import os
import re
import sys
import urllib.request

TIMEOUT_S = 30
MAX_ANSWER_BYTES = 256 << 20
# Twox-128 of "Babe" and of "EpochIndex".
EPOCH_INDEX = "0x1cb6f36e027abb2091cfb5110ab5087f38316cbf8fa0da822a20ac1c55bf1be3"
# A light client takes the current and the next epoch out of what blocks have announced, and the genesis announces two.
FIRST_EPOCH = 2


class Failed(Exception):
    """Why there is no checkpoint, for the user."""


def ask(url, method, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            text = response.read(MAX_ANSWER_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Failed(f"{url} does not answer {method}: {error}") from error
    if len(text) > MAX_ANSWER_BYTES:
        raise Failed(f"the answer to {method} has more than {MAX_ANSWER_BYTES} bytes")
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise Failed(f"{url} is no JSON-RPC of a node: {error}") from error
    if not isinstance(answer, dict) or "result" not in answer:
        raise Failed(f"{url} refuses {method}: {answer.get('error') if isinstance(answer, dict) else answer}")
    return answer["result"]


def number_of(header):
    """Number of the block, a compact integer of SCALE behind the parent's hash."""
    first = header[32]
    size = (1, 2, 4, 0)[first & 3]
    if size == 0 or len(header) < 32 + size:
        raise Failed("the node's checkpoint has a header that cannot be read")
    return int.from_bytes(header[32:32 + size], "little") >> 2


def epoch_at(url, block):
    stored = ask(url, "state_getStorage", EPOCH_INDEX, block)
    return int.from_bytes(bytes.fromhex(stored[2:]), "little") if stored else 0


def checkpoint(url):
    specification = ask(url, "sync_state_genSyncSpec", True)
    state = specification.get("lightSyncState") if isinstance(specification, dict) else None
    if not isinstance(state, dict) or not re.fullmatch(r"0x(?:[0-9a-f]{2}){33,}", state.get("finalizedBlockHeader", "")):
        raise Failed(f"the specification of {url} has no state to start from")
    header = bytes.fromhex(state["finalizedBlockHeader"][2:])
    number, block = number_of(header), "0x" + hashlib.blake2b(header, digest_size=32).hexdigest()
    if ask(url, "chain_getBlockHash", number) != block:
        raise Failed(f"block {number} of {url} is not {block}, which its checkpoint is of")
    epoch = epoch_at(url, block)
    if epoch < FIRST_EPOCH:
        raise Failed(f"block {number}, the newest that is final, lies in epoch {epoch}; light clients start from epoch {FIRST_EPOCH} on: try again later")
    genesis = ask(url, "chain_getHeader", ask(url, "chain_getBlockHash", 0))
    specification["genesis"] = {"stateRootHash": genesis["stateRoot"]}
    return specification, number, block


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("BALLAST_URL", "ws://127.0.0.1:9944")
    parser.add_argument("--url", default=default, help="a node, as in BALLAST_URL (default: %(default)s)")
    url = re.sub(r"^ws", "http", parser.parse_args().url)
    if not re.match(r"https?://", url):
        parser.error(f"--url takes an address like ws://127.0.0.1:9944 or https://node.example.org, not {url}")
    try:
        specification, number, block = checkpoint(url)
    except Failed as error:
        sys.exit(f"error: {error}")
    json.dump(specification, sys.stdout, indent=2)
    print()
    print(f"checkpoint of block {number}, {block}", file=sys.stderr)


main()
