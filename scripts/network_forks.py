"""Forks that somebody forces, and pools that are flooded, for scripts/network.py. What is final stays, transactions of a side that lost come back,
and memory is bounded. Transactions are client/chain/examples/load's."""

import hashlib
import json
import pathlib
import subprocess
import threading
import time

from network_faults import Wrong

# How long both sides build, at least, and how long one alone builds its own.
SPLIT_S, SHORT_SPLIT_S = 45, 30
LONELY_S, SHORT_LONELY_S = 120, 45
MEETING_S = 30
# Transactions for each side alone, and those that spend the same nonce on both.
EACH, TWICE = 10, 3
INCLUDED_TIMEOUT_S = 120
# What a fork or a flood may cost in memory at most, at any node.
FORK_MEMORY_MIB = 250
POOL_MEMORY_MIB = 600
POOL_S, SHORT_POOL_S = 120, 60
POOL_TIMEOUT_S = 600
# The node's own bound of its pool.
POOL_LIMIT = 8192


def status_mib(node, field):
    status = pathlib.Path(f"/proc/{node.process.pid}/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith(field))


def load(network, node, *args, timeout=POOL_TIMEOUT_S):
    """Runs the program that sends, at a node."""
    program = network.binaries / "examples" / "load"
    if not program.exists():
        raise Wrong(f"{program} is missing: cargo build --release --workspace --examples")
    verb, rest = args[0], args[1:]
    command = ["ip", "netns", "exec", node.namespace, program, verb, "ws://127.0.0.1:9944", *map(str, rest)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    if done.returncode:
        raise Wrong(f"load {verb} at {node.name}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def transactions(node, first, last):
    """Where each transaction is in the blocks of a node's best chain, by its hash."""
    found = {}
    for height in range(first, last + 1):
        block = node.rpc("chain_getBlock", node.hash_at(height))
        for extrinsic in block["block"]["extrinsics"] if block else []:
            digest = hashlib.blake2b(bytes.fromhex(extrinsic[2:]), digest_size=32).hexdigest()
            found.setdefault("0x" + digest, []).append(height)
    return found


def chain(node, first):
    return {height: node.hash_at(height) for height in range(first, node.heights()[0] + 1)}


class Memory(threading.Thread):
    """Watches how far the nodes' memory grows."""

    def __init__(self, nodes):
        super().__init__(daemon=True)
        self.nodes = [(node, node.process.pid, status_mib(node, "VmRSS")) for node in nodes]
        self.most = {node.name: 0 for node in nodes}
        self.done = threading.Event()
        self.start()

    def run(self):
        while not self.done.wait(0.5):
            for node, pid, before in self.nodes:
                # One that was started again is another process.
                if node.process and node.process.pid == pid:
                    try:
                        self.most[node.name] = max(self.most[node.name], status_mib(node, "VmRSS") - before)
                    except (OSError, StopIteration):
                        pass

    def end(self, bound):
        self.done.set()
        self.join()
        name, most = max(self.most.items(), key=lambda one: one[1])
        if most > bound:
            raise Wrong(f"{name} grew by {most} MiB")
        return most


def still_final(nodes, known):
    for node in nodes:
        for height, digest in known.items():
            if node.hash_at(height) != digest:
                raise Wrong(f"{node.name} forgot or changed finalized block {height}")


def all_final(network, first, hashes, what):
    """Waits until each of the transactions is in one final block."""
    deadline = time.monotonic() + INCLUDED_TIMEOUT_S
    while True:
        found = transactions(network.nodes[0], first, network.nodes[0].heights()[1])
        missing = [one for one in hashes if one not in found]
        if not missing:
            break
        if time.monotonic() > deadline:
            raise Wrong(f"{len(missing)} of {len(hashes)} {what} are in no final block after {INCLUDED_TIMEOUT_S} s")
        time.sleep(3)
    if any(len(found[one]) != 1 for one in hashes):
        raise Wrong(f"{what} are in more than one block: {found}")


def split(network, args):
    """Both halves build, with transactions of their own and some that spend the same nonces; neither can finalise. Then they meet."""
    west, east = network.nodes[:len(network.nodes) // 2], network.nodes[len(network.nodes) // 2:]
    network.in_step()
    base = min(final for _, final in network.see())
    known = {base: network.nodes[0].hash_at(base)}
    memory = Memory(network.nodes)
    for node in east:
        node.join("east")
    time.sleep(6)
    began = network.see()
    sent = [load(network, side[0], "send", first, EACH, to)["hashes"] for side, first, to in ((west, 0, "Bob"), (east, EACH, "Charlie"))]
    twice = [load(network, side[0], "send", 2 * EACH, TWICE, to)["hashes"] for side, to in ((west, "Bob"), (east, "Charlie"))]
    time.sleep(SHORT_SPLIT_S if args.short else SPLIT_S)
    sides = [chain(side[0], base) for side in (west, east)]
    if max(final for _, final in network.see()) > max(final for _, final in began):
        raise Wrong("finality goes on without two thirds")
    for side, own, more in zip((west, east), sent, twice):
        found = transactions(side[0], base, max(chain(side[0], base)))
        if missing := [one for one in own + more if one not in found]:
            raise Wrong(f"{len(missing)} transactions are in no block of their own side")
    fork = max(height for height in sides[0] if sides[0][height] == sides[1].get(height))
    for node in east:
        node.join("west")
    took = network.in_step()
    lost = [index for index, side in enumerate(sides) if network.nodes[0].hash_at(max(side)) != side[max(side)]]
    if len(lost) != 1:
        raise Wrong(f"of two chains, {2 - len(lost)} are there after they met")
    depth = max(sides[lost[0]]) - fork
    all_final(network, base, sent[0] + sent[1], "transactions of both sides")
    found = transactions(network.nodes[0], base, network.nodes[0].heights()[1])
    survived = [sum(one in found for one in pair) for pair in zip(*twice)]
    if any(count != 1 for count in survived):
        raise Wrong(f"of transactions with one nonce, so many are in the chain: {survived}")
    still_final(network.nodes, known)
    network.same_chain()
    grown = memory.end(FORK_MEMORY_MIB)
    network.tell("reorg", f"{len(west)} and {len(east)} apart: forks of {max(sides[0]) - fork} and {max(sides[1]) - fork} blocks from block {fork} on; met: {depth} blocks given up at {len((west, east)[lost[0]])} nodes, in step after {took:.0f} s; all {2 * EACH} transactions of both sides are final, of {TWICE} pairs that spend one nonce one each; no node grew by more than {grown} MiB")


def against_finality(network, args):
    """A validator builds a chain of its own, from below what the others have finalised, and will not have theirs when it meets them."""
    victim, rest = network.nodes[-1], network.nodes[:-1]
    network.in_step()
    memory = Memory(rest)
    own = victim.heights()[0]
    victim.stop()
    network.wait("the others have finalised on", 120, lambda seen: min(final for _, final in seen) > own + 5, rest)
    spec = json.loads(network.spec.read_text())
    spec["badBlocks"] = [rest[0].hash_at(own + 3)]
    refusing = network.folder / "refuses.json"
    refusing.write_text(json.dumps(spec))
    before = network.see(rest)
    known = {height: rest[0].hash_at(height) for height in (own + 3, before[0][1])}
    victim.join("east")
    victim.start(spec=refusing, more=["--force-authoring"])
    time.sleep(SHORT_LONELY_S if args.short else LONELY_S)
    fork = {height: digest for height, digest in chain(victim, own).items() if digest != rest[0].hash_at(height)}
    if not fork:
        raise Wrong(f"{victim.name} has built nothing of its own from block {own} on")
    victim.join("west")
    time.sleep(MEETING_S)
    after = network.see(rest)
    kept = victim.hash_at(max(fork)) == fork[max(fork)]
    taken = [node.name for node in rest if any(node.rpc("chain_getHeader", digest) for digest in fork.values())]
    if taken:
        raise Wrong(f"{taken} took blocks of a fork from below what they had finalised")
    if after[0][1] - before[0][1] < 3:
        raise Wrong(f"finality stands still beside a fork: {before} to {after}")
    still_final(rest, known)
    victim.stop()
    victim.start()
    took = network.in_step()
    if victim.hash_at(max(fork)) == fork[max(fork)]:
        raise Wrong(f"{victim.name} keeps its fork")
    grown = memory.end(FORK_MEMORY_MIB)
    network.same_chain()
    network.tell("reorg", f"{victim.name} alone, then among the others for {MEETING_S} s, refusing block {own + 3} of theirs: {len(fork)} blocks of its own from block {min(fork)} on{'' if kept else ', which it gave up when it met them'}, while they had finalized {before[0][1]} and went on to {after[0][1]}; none took any; willing again, it is in step after {took:.0f} s; no other node grew by more than {grown} MiB")


def reorg(network, args):
    load(network, network.nodes[0], "fund", 2 * EACH + TWICE)
    split(network, args)
    against_finality(network, args)


def waiting(node):
    """Transactions that are ready in a node's pool."""
    text = node.curl("http://127.0.0.1:9615/metrics")
    found = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith("substrate_ready_transactions_number")]
    return int(float(found[0])) if found else 0


def pool(network, args):
    """More valid transactions than a pool takes, and such as it must refuse: the node stays up, what it keeps and its memory are bounded, one with
    a tip gets through, and afterwards all is as before."""
    victim = network.nodes[0]
    before = network.see()[-1]
    memory = Memory(network.nodes)
    most_waiting, done = 0, {}
    flood = threading.Thread(target=lambda: done.update(flood_of(network, victim, args)), daemon=True)
    flood.start()
    while flood.is_alive():
        network.see()
        most_waiting = max(most_waiting, waiting(victim))
        time.sleep(1)
    if "error" in done:
        raise Wrong(done["error"])
    after = network.see()[-1]
    grown = memory.end(POOL_MEMORY_MIB)
    if after[1] - before[1] < 3:
        raise Wrong(f"finality stands still beside a flooded pool: {before} to {after}")
    if most_waiting > POOL_LIMIT:
        raise Wrong(f"{most_waiting} transactions were ready in a pool of {POOL_LIMIT}")
    for kind in ("oversized", "without money", "falsely signed", "old"):
        if done[kind].get("taken"):
            raise Wrong(f"the pool took {kind} transactions: {done[kind]}")
    if not any("no room" in answer for kind in ("valid", "large") for answer in done[kind]):
        raise Wrong(f"the pool took all of it and was not flooded: {done}")
    took = network.in_step()
    network.same_chain()
    kinds = "; ".join(f"{kind}: {', '.join(f'{count} {answer}' for answer, count in counts.items())}" for kind, counts in done.items() if isinstance(counts, dict))
    network.tell("pool", f"{kinds}, in {done['seconds']} s at {victim.name}: {most_waiting} ready at most; a transfer with a tip final after {done['with_a_tip_final_s']:.0f} s, one without afterwards after {done['afterwards_final_s']:.0f} s; no node grew by more than {grown} MiB; the network finalized {after[1] - before[1]} blocks meanwhile, in step after {took:.0f} s")


def flood_of(network, victim, args):
    try:
        return load(network, victim, "flood", SHORT_POOL_S if args.short else POOL_S)
    except (Wrong, subprocess.TimeoutExpired) as error:
        return {"error": str(error)}
