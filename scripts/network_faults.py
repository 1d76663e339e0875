"""Faults of machines, for scripts/network.py: a disk that is full, clocks that are wrong, and floods of requests. Each leaves the network as it found
it, and raises Wrong if something is not as it has to be."""

import json
import pathlib
import shutil
import subprocess
import time

FAKETIME = next((str(path) for path in pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
MIB = 1 << 20
# Room beside what a node has: its database begins new files of this order.
ROOM_MIB = 192
FULL_S = 60
SKEWS_S = (-120, 10, 120)
SKEW_S = 60
FLOOD_S = 40
FLOOD_THREADS = 24
# What flooding may cost in memory at most, of which the pool's 20 MiB and the connections' buffers are the known part.
FLOOD_MEMORY_MIB = 400
# The node's own bounds: 15 MiB a request, 100 connections.
TOO_LARGE = 16 * MIB
CONNECTIONS = 140


class Wrong(Exception):
    """Something is not as it has to be."""


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def disk(network, _):
    """A validator's disk is full for a while: the others go on; with room again it starts, with all that was final."""
    victim, rest = network.nodes[-1], network.nodes[:-1]
    known = victim.heights()
    known_hash = victim.hash_at(known[1])
    victim.stop()
    kept = victim.folder.with_suffix(".kept")
    victim.folder.rename(kept)
    victim.folder.mkdir()
    room = size_of(kept) // MIB + ROOM_MIB
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}m", "tmpfs", victim.folder], check=True, timeout=60)
    try:
        shutil.copytree(kept, victim.folder, dirs_exist_ok=True)
        victim.start()
        network.in_step()
        fill = victim.folder / "fill"
        with open(fill, "wb") as file:
            try:
                while True:
                    file.write(bytes(MIB))
                    file.flush()
            except OSError:
                pass
        before = rest[0].heights()
        deadline = time.monotonic() + FULL_S
        while victim.is_alive() and time.monotonic() < deadline:
            time.sleep(1)
        ended = not victim.is_alive()
        time.sleep(max(0, deadline - time.monotonic()))
        after = network.see(rest)[0]
        if after[1] - before[1] < 3:
            raise Wrong(f"finality stands still beside a full disk: {before} to {after}")
        victim.stop(hard=True)
        network.tell("disk", f"full under {victim.name}: {'its node ended by itself' if ended else 'its node lived on'}; the others finalized {after[1] - before[1]} blocks in {FULL_S} s")
        fill.unlink()
        victim.start()
        took = network.in_step()
        if victim.hash_at(known[1]) != known_hash:
            raise Wrong(f"{victim.name} forgot or changed finalized block {known[1]} by a full disk")
        network.tell("disk", f"room again: its database opened, in step after {took:.0f} s, at block {network.same_chain()}")
        victim.stop()
        shutil.rmtree(kept)
        shutil.copytree(victim.folder, kept)
    finally:
        victim.stop(hard=True)
        subprocess.run(["umount", "--lazy", victim.folder], check=False, timeout=60)
        victim.folder.rmdir()
        kept.rename(victim.folder)
    victim.start()
    network.in_step()


def clock(network, _):
    """One validator's clock is wrong: the others go on; with the right time again it is in step."""
    if FAKETIME is None:
        network.tell("clock", "left out: libfaketime is not installed (Debian: faketime)")
        return
    victim, rest = network.nodes[-1], network.nodes[:-1]
    for skew in SKEWS_S:
        victim.stop()
        victim.start({"LD_PRELOAD": FAKETIME, "FAKETIME": f"{skew:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"})
        before = network.see(rest)[0]
        time.sleep(SKEW_S)
        after = network.see(rest)[0]
        if after[1] - before[1] < 3:
            raise Wrong(f"finality stands still with a clock {skew} s off: {before} to {after}")
        own = victim.heights()
        victim.stop()
        victim.start()
        took = network.in_step()
        network.tell("clock", f"{victim.name}'s clock {skew:+d} s off for {SKEW_S} s: the others finalized {after[1] - before[1]} blocks, it had finalized {own[1] if own else '?'} where they had {after[1]}; with the right time in step after {took:.0f} s")
    network.same_chain()


def rss_mib(node):
    """Resident memory of a node. `ip netns exec` becomes the program, so the process is the node's own."""
    status = pathlib.Path(f"/proc/{node.process.pid}/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS"))


FLOODER = r"""
import concurrent.futures, http.client, json, os, random, socket, sys, time
seconds, threads, too_large, connections = map(int, sys.argv[1:])
deadline = time.monotonic() + seconds

def post(body, timeout=8):
    link = http.client.HTTPConnection("127.0.0.1", 9944, timeout=timeout)
    try:
        link.request("POST", "/", body, {"Content-Type": "application/json"})
        return link.getresponse().read()
    except OSError as error:
        return type(error).__name__.encode()
    except http.client.HTTPException as error:
        return type(error).__name__.encode()
    finally:
        link.close()

def call(method, *params):
    return post(json.dumps({"id": 1, "jsonrpc": "2.0", "method": method, "params": params}))

def rubbish(length):
    return "0x" + os.urandom(length).hex()

def one(kind):
    done = 0
    while time.monotonic() < deadline:
        if kind == "metadata": call("state_getMetadata")
        elif kind == "random extrinsics": call("author_submitExtrinsic", rubbish(random.randint(1, 4096)))
        elif kind == "extrinsics of 6 MiB": call("author_submitExtrinsic", rubbish(6 << 20))
        elif kind == "requests of 16 MiB": post(b" " * too_large)
        elif kind == "broken JSON": post(b'{"id":' * 2000)
        elif kind == "batches": post(json.dumps([{"id": i, "jsonrpc": "2.0", "method": "chain_getBlock", "params": []} for i in range(500)]))
        elif kind == "unsafe calls": call("author_removeExtrinsic", [])
        done += 1
    return kind, done

kinds = ["metadata", "random extrinsics", "extrinsics of 6 MiB", "requests of 16 MiB", "broken JSON", "batches", "unsafe calls"]
held = []
for _ in range(connections):
    try: held.append(socket.create_connection(("127.0.0.1", 9944), timeout=4))
    except OSError: break
time.sleep(3)
for link in held: link.close()
counts = {}
with concurrent.futures.ThreadPoolExecutor(threads) as pool:
    for kind, done in pool.map(one, [kinds[i % len(kinds)] for i in range(threads)]):
        counts[kind] = counts.get(kind, 0) + done
print(json.dumps({"connections": len(held), **counts}))
"""


def flood(network, _):
    """A node's RPC is flooded: requests too large, broken, expensive; extrinsics that are rubbish; more connections than it takes. It stays up,
    in step, answers afterwards, and its memory is bounded."""
    victim = network.nodes[0]
    before_memory, before = rss_mib(victim), network.see()[-1]
    command = ["ip", "netns", "exec", victim.namespace, "python3", "-c", FLOODER, str(FLOOD_S), str(FLOOD_THREADS), str(TOO_LARGE), str(CONNECTIONS)]
    flooder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    most = before_memory
    while flooder.poll() is None:
        if not victim.is_alive():
            raise Wrong(f"{victim.name} has ended under the flood; see {victim.log}")
        most = max(most, rss_mib(victim))
        time.sleep(0.5)
    counts = json.loads(flooder.stdout.read())
    after = network.see()[-1]
    if after[1] - before[1] < 3:
        raise Wrong(f"finality stands still beside a flooded node: {before} to {after}")
    if most - before_memory > FLOOD_MEMORY_MIB:
        raise Wrong(f"{victim.name} grew from {before_memory} to {most} MiB under the flood")
    if victim.rpc("system_health") is None:
        raise Wrong(f"{victim.name} does not answer after the flood")
    took = network.in_step()
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    network.tell("flood", f"{told} in {FLOOD_S} s at {victim.name}: it grew from {before_memory} to {most} MiB at most, answers, in step after {took:.0f} s; the network finalized {after[1] - before[1]} blocks meanwhile")
