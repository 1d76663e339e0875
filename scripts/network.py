#!/usr/bin/env python3
"""Validators in network namespaces of their own, and what a network has to bear: some of them stopped, a partition, kill -9 again and again,
a restart of all, forks that are forced, pools that are flooded, one that runs twice, and one that joins. Heights are read from every node once a second; what was seen goes into a report.

    scripts/network.py --probe
    scripts/network.py DIR [--validators N] [--phases LIST] [--kills N] [--short] [--seed N] [--wasm FILE] [--report FILE]

--probe       only tells, by its exit status, whether namespaces, bridges and links can be made here
--validators  3 to 7 [default: 4]; `local`'s genesis with as many of the development accounts. Three bear the loss of none: steady and join only
--phases      of steady,stopped,partition,restart,kills,disk,clock,flood,pool,reorg,equivocation,join [default: all but join, in this order]
--short       looks for 20 s where a standstill or its end is to be seen, not for 45; forks and floods are shorter, too
--wasm        for join, which ends the run: a runtime of a higher spec_version [default: built by scripts/build-wasm.sh --next]
Needs root (ip netns). Touches no address outside of its namespaces. Ends with 1 if something is not as it has to be."""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

import network_faults
import network_forks
import network_join
from network_faults import Wrong

NAMES = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie", "One"]
P2P_PORT = 30333
PHASES = ["steady", "stopped", "partition", "restart", "kills", "disk", "clock", "flood", "pool", "reorg", "equivocation", "join"]
# Those that a network bears in which every vote is needed.
WITHOUT_LOSS = {"steady", "join"}
STAKE = 100_000 * 10**12
# Every node compiles the runtime before it does anything, all of them on the same cores.
START_TIMEOUT_S = 600
COMMAND_TIMEOUT_S = 60
# The runtime is compiled for it, which takes minutes on a machine that does other things, too.
SPEC_TIMEOUT_S = 600
# After which a network that can finalise again must have done so, and a node must be in step again.
RECOVERY_TIMEOUT_S = 300
# How long finality must stand still to be said to, and blocks must go on; the second is enough to see that it works at all.
STANDSTILL_S, SHORT_STANDSTILL_S = 45, 20
# Every slot of three seconds has a block if all are there; half of them and a bad start must do.
SECONDS_PER_BLOCK = 15
# What was on its way may still be finalised.
SETTLE_S = 12
LAG_IN_STEP = 5
# An era lasts three minutes, a slash waits one.
SLASH_TIMEOUT_S = 900
KILL_AFTER_S = (2.0, 14.0)
BAD_IN_LOG = re.compile(r"corrupt|panicked|Database error|mismatch", re.I)
# What the runtime says to a validator that is disabled for an offence and tries to make a block all the same, whose block is given up; and
# to who sends an extrinsic that is none.
HARMLESS_IN_LOG = re.compile(r"panicked at \S+\n\s*(Validator with index \d+ is disabled|Bad input data provided to validate_transaction)")


def run(*command, check=True, timeout_s=COMMAND_TIMEOUT_S):
    line = " ".join(map(str, command))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{line}: no result within {timeout_s} s; is this machine busy?") from None
    except OSError as error:
        raise Wrong(f"{line}: {error}") from None
    if check and done.returncode:
        raise Wrong(f"{line}: {done.stderr.strip()}")
    return done.stdout


class Node:
    """A validator in a namespace of its own."""

    def __init__(self, net, index, name, keys_of=None):
        self.net, self.index, self.name = net, index, name
        self.flag = f"--{(keys_of or name).lower()}"
        self.namespace, self.link = f"{net.prefix}n{index}", f"{net.prefix}v{index}"
        self.address = f"10.213.7.{index + 1}"
        self.folder = net.folder / name.lower()
        self.log = net.folder / f"{name.lower()}.log"
        self.process = None
        # What starts it, if it is none of the network's own.
        self.command = None

    def plug_in(self):
        run("ip", "netns", "add", self.namespace)
        run("ip", "-n", self.net.hub, "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        run("ip", "-n", self.namespace, "address", "add", f"{self.address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            run("ip", "-n", self.namespace, "link", "set", link, "up")
        self.join("west")

    def join(self, bridge):
        run("ip", "-n", self.net.hub, "link", "set", self.link, "master", bridge, "up")

    def start(self, environment=None, spec=None, more=()):
        self.folder.mkdir(parents=True, exist_ok=True)
        key = self.folder / "node-key"
        node = self.net.binaries / "ballast-node"
        if not key.exists():
            run(node, "key", "generate-node-key", "--file", key)
        self.peer = run(node, "key", "inspect-node-key", "--file", key).strip()
        boot = self.net.bootnodes(self)
        command = ["ip", "netns", "exec", self.namespace, *(self.command or [
            node, "--chain", spec or self.net.spec, self.flag, "--validator", "--name", self.name.lower(),
            "--base-path", self.folder, "--node-key-file", key, "--listen-addr", f"/ip4/{self.address}/tcp/{P2P_PORT}", "--allow-private-ip",
            "--no-mdns", "--no-telemetry", *(["--bootnodes", *boot] if boot else []), *more])]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})

    def stop(self, hard=False):
        if self.process:
            (self.process.kill if hard else self.process.terminate)()
            self.process.wait(timeout=120)
            self.process = None

    def curl(self, *args):
        return run("ip", "netns", "exec", self.namespace, "curl", "-s", "-m", "4", *args, check=False)

    def heights(self):
        """Best and finalized height; none while it does not answer."""
        found = dict(re.findall(r'^substrate_block_height\{status="(best|finalized)".*\} (\d+)$', self.curl("http://127.0.0.1:9615/metrics"), re.M))
        return (int(found["best"]), int(found["finalized"])) if len(found) == 2 else None

    def rpc(self, method, *params):
        body = json.dumps({"id": 1, "jsonrpc": "2.0", "method": method, "params": params})
        text = self.curl("-H", "Content-Type: application/json", "-d", body, "http://127.0.0.1:9944")
        return json.loads(text).get("result") if text else None

    def hash_at(self, height):
        return self.rpc("chain_getBlockHash", height)

    def is_alive(self):
        return self.process is not None and self.process.poll() is None


class Network:
    def __init__(self, args):
        self.folder = args.folder.resolve()
        if self.folder.exists() and any(self.folder.iterdir()):
            sys.exit(f"error: {self.folder} is not empty; name a new folder")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.binaries = pathlib.Path(os.environ.get("BALLAST_BIN") or pathlib.Path(os.environ.get("CARGO_TARGET_DIR", os.path.expanduser("~/.cache/ballast/target")), "release"))
        self.prefix = f"b{os.getpid() % 100000}"
        self.hub = f"{self.prefix}hub"
        self.random = random.Random(args.seed)
        self.nodes = [Node(self, index, NAMES[index]) for index in range(args.validators)]
        self.extra = []
        self.standstill_s = SHORT_STANDSTILL_S if args.short else STANDSTILL_S
        self.tolerated = (args.validators - 1) // 3
        self.report = []

    # Set up and take down

    def make_spec(self):
        node = self.binaries / "ballast-node"
        spec = json.loads(run(node, "export-chain-spec", "--chain", "local", timeout_s=SPEC_TIMEOUT_S))
        genesis = spec["genesis"]["runtimeGenesis"]["patch"]
        spec["name"], spec["id"], spec["bootNodes"] = "Ballast soak", "ballast_soak", []
        genesis["session"]["keys"], genesis["staking"]["stakers"] = [], []
        for one in self.nodes:
            account, grandpa = (json.loads(run(node, "key", "inspect", "--scheme", scheme, "--output-type", "json", f"//{one.name}"))["ss58Address"] for scheme in ("sr25519", "ed25519"))
            keys = {"babe": account, "grandpa": grandpa, "authority_discovery": account}
            genesis["session"]["keys"].append([account, account, keys])
            genesis["staking"]["stakers"].append([account, account, STAKE, "Validator"])
            if account not in dict(genesis["balances"]["balances"]):
                genesis["balances"]["balances"].append([account, 10 * STAKE])
        self.spec = self.folder / "network.json"
        self.spec.write_text(json.dumps(spec))

    def bootnodes(self, but=None):
        return [f"/ip4/{one.address}/tcp/{P2P_PORT}/p2p/{one.peer}" for one in self.nodes[:2] if one is not but and hasattr(one, "peer")]

    def add(self, name):
        """One more node, in a namespace of its own; not started."""
        node = Node(self, len(self.nodes) + len(self.extra), name)
        self.nodes.append(node)
        node.plug_in()
        return node

    def start(self):
        run("ip", "netns", "add", self.hub)
        for bridge in ("west", "east"):
            run("ip", "-n", self.hub, "link", "add", bridge, "type", "bridge")
            run("ip", "-n", self.hub, "link", "set", bridge, "up")
        self.make_spec()
        for node in self.nodes:
            node.plug_in()
            node.start()
        self.wait("every node has finalized blocks", START_TIMEOUT_S, lambda seen: all(seen) and min(final for _, final in seen) >= 3)

    def end(self):
        for node in self.nodes + self.extra:
            node.stop(hard=True)
            run("ip", "netns", "del", node.namespace, check=False)
        run("ip", "netns", "del", self.hub, check=False)

    # Looking

    def see(self, nodes=None):
        seen = []
        for node in nodes or self.nodes:
            if node.process and not node.is_alive():
                raise Wrong(f"{node.name} has ended by itself; see {node.log}")
            seen.append(node.heights() if node.process else None)
        return seen

    def wait(self, what, seconds, condition, nodes=None):
        began = time.monotonic()
        while True:
            seen = self.see(nodes)
            if condition(seen):
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                raise Wrong(f"{what}: not within {seconds} s; heights are {seen}")
            time.sleep(1)

    def in_step(self, nodes=None):
        """All know the same chain and finalise."""
        return self.wait("all are in step", RECOVERY_TIMEOUT_S, lambda seen: all(seen) and max(best for best, _ in seen) - min(final for _, final in seen) <= LAG_IN_STEP, nodes)

    def same_chain(self):
        height = min(final for _, final in self.see())
        hashes = {node.hash_at(height) for node in self.nodes}
        if len(hashes) != 1 or None in hashes:
            raise Wrong(f"the nodes differ at finalized block {height}: {hashes}")
        return height

    def standstill(self, nodes, must_finalise):
        """Watches for a while: blocks go on, and finality does or does not."""
        time.sleep(SETTLE_S)
        before = self.see(nodes)
        time.sleep(self.standstill_s)
        after = self.see(nodes)
        blocks = min(b[0] - a[0] for a, b in zip(before, after))
        finals = [b[1] - a[1] for a, b in zip(before, after)]
        least = self.standstill_s // SECONDS_PER_BLOCK
        if blocks < least:
            raise Wrong(f"blocks stand still: {before} to {after}")
        if must_finalise and min(finals) < least:
            raise Wrong(f"finality stands still: {before} to {after}")
        if not must_finalise and max(finals) > 0:
            raise Wrong(f"finality goes on without two thirds: {before} to {after}")
        return blocks, max(finals)

    def tell(self, phase, what):
        line = f"{phase}: {what}"
        self.report.append(line)
        print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)

    # Phases

    def steady(self, _):
        lags, began, first = [], time.monotonic(), self.see()
        while time.monotonic() - began < 60:
            lags += [best - final for best, final in filter(None, self.see())]
            time.sleep(1)
        blocks = max(best for best, _ in self.see()) - max(best for best, _ in first)
        took = time.monotonic() - began
        lags.sort()
        self.tell("steady", f"{took / max(blocks, 1):.2f} s a block; blocks that wait for finality: median {lags[len(lags) // 2]}, 95 % {lags[len(lags) * 95 // 100]}, most {lags[-1]}, of {len(lags)} looks")

    def stopped(self, _):
        down, up = self.nodes[-self.tolerated:], self.nodes[:-self.tolerated]
        for node in down:
            node.stop()
        blocks, finals = self.standstill(up, must_finalise=True)
        self.tell("stopped", f"{len(down)} of {len(self.nodes)} stopped: {blocks} blocks and {finals} finalized in {self.standstill_s} s")
        more = up.pop()
        more.stop()
        blocks, finals = self.standstill(up, must_finalise=False)
        self.tell("stopped", f"{len(down) + 1} of {len(self.nodes)} stopped: {blocks} blocks and {finals} finalized in {self.standstill_s} s")
        for node in [*down, more]:
            node.start()
        took = self.in_step()
        self.tell("stopped", f"all back: finality had caught up and all were in step after {took:.0f} s, at block {self.same_chain()}")

    def partition(self, _):
        half = self.nodes[len(self.nodes) // 2:]
        rest = self.nodes[:len(self.nodes) // 2]
        for node in half:
            node.join("east")
        blocks, finals = self.standstill(self.nodes, must_finalise=False)
        tips = [min(best for best, _ in self.see(side)) for side in (rest, half)]
        forked = rest[0].hash_at(min(tips)) != half[0].hash_at(min(tips))
        if not forked:
            raise Wrong("both sides of the partition have one chain: they were not apart")
        self.tell("partition", f"{len(rest)} and {len(half)} apart: at least {blocks} blocks on each side, {finals} finalized, in {self.standstill_s} s; the sides differ")
        for node in half:
            node.join("west")
        took = self.in_step()
        self.tell("partition", f"healed: one chain and finality in step after {took:.0f} s, at block {self.same_chain()}")

    def restart(self, _):
        before = [final for _, final in self.see()]
        for node in self.nodes:
            node.stop()
        for node in self.nodes:
            node.start()
        took = self.in_step()
        after = [final for _, final in self.see()]
        if any(b < a for a, b in zip(before, after)):
            raise Wrong(f"finalized blocks were forgotten: {before}, then {after}")
        self.tell("restart", f"all stopped and started: in step after {took:.0f} s, at block {self.same_chain()}")

    def kills(self, args):
        times = []
        for count in range(args.kills):
            node = self.random.choice(self.nodes)
            time.sleep(self.random.uniform(*KILL_AFTER_S))
            known = node.heights()
            final_hash = node.hash_at(known[1]) if known else None
            node.stop(hard=True)
            node.start()
            times.append(self.wait(f"{node.name} is back after kill {count + 1}", RECOVERY_TIMEOUT_S, lambda seen: all(seen)) + self.in_step())
            if known and node.hash_at(known[1]) != final_hash:
                raise Wrong(f"{node.name} forgot or changed finalized block {known[1]} by kill {count + 1}")
        self.same_chain()
        self.tell("kills", f"{args.kills} times kill -9 of a random validator: no finalized block lost, none changed; in step again after {sum(times) / len(times):.0f} s on average, {max(times):.0f} s at most")

    def equivocation(self, _):
        # The command line has names for the first six of the development accounts.
        victim = self.nodes[:6][-1]
        before = self.validator(victim)
        twin = Node(self, len(self.nodes), f"{victim.name}-twin", keys_of=victim.name)
        self.extra.append(twin)
        twin.plug_in()
        twin.start()
        began = time.monotonic()
        found = self.poll(f"{victim.name} is found out", lambda: self.slash_of(victim))
        self.tell("equivocation", f"{victim.name} ran twice: found out after {time.monotonic() - began:.0f} s, status \"{found['status']}\", slashes to come {found['slashes']}")
        twin.stop()
        slashed = self.poll(f"{victim.name} is slashed", lambda: self.lost(victim, before))
        self.tell("equivocation", f"stake {int(before['stake']) / 1e12:.0f} BAL before, {int(slashed['stake']) / 1e12:.0f} BAL after the slash, {time.monotonic() - began:.0f} s after it began; rule: min(1, (3/{len(self.nodes)})²)")

    def disk(self, args):
        network_faults.disk(self, args)

    def clock(self, args):
        network_faults.clock(self, args)

    def flood(self, args):
        network_faults.flood(self, args)

    def pool(self, args):
        network_forks.pool(self, args)

    def reorg(self, args):
        network_forks.reorg(self, args)

    def join(self, args):
        network_join.join(self, args)

    def validator(self, node):
        text = run("ip", "netns", "exec", self.nodes[0].namespace, self.binaries / "ballast", "--json", "--dev-account", node.name, "validator", "status", check=False)
        try:
            return json.loads(text)
        except ValueError:
            return {}

    def slash_of(self, node):
        status = self.validator(node)
        return status if status.get("slashes") or "offence" in str(status.get("status")) else None

    def lost(self, node, before):
        status = self.validator(node)
        return status if "stake" in status and int(status["stake"]) < int(before["stake"]) else None

    def poll(self, what, look, seconds=SLASH_TIMEOUT_S):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(3)
        raise Wrong(f"{what}: not within {seconds} s")

    def check_logs(self):
        for node in self.nodes:
            for line in HARMLESS_IN_LOG.sub("", node.log.read_text(errors="replace")).splitlines():
                # A full disk is one of the phases.
                if BAD_IN_LOG.search(line) and "No space left on device" not in line:
                    raise Wrong(f"{node.log}: {line}")


def can_make_namespaces():
    """Whether this user, on this kernel, can make what the network needs. Leaves nothing."""
    if os.geteuid() or not shutil.which("ip"):
        return False
    name = f"b{os.getpid() % 100000}probe"
    try:
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "add", "hub", "type", "bridge")
        run("ip", "-n", name, "link", "add", "one", "type", "veth", "peer", "name", "other")
        return True
    except (Wrong, OSError, subprocess.TimeoutExpired):
        return False
    finally:
        run("ip", "netns", "del", name, check=False)


def main():
    if sys.argv[1:] == ["--probe"]:
        sys.exit(0 if can_make_namespaces() else 1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--validators", type=int, choices=range(3, 8), default=4)
    parser.add_argument("--phases", default=",".join(PHASES[:-1]))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--wasm", type=pathlib.Path)
    parser.add_argument("--report", type=pathlib.Path)
    args = parser.parse_args()
    phases = args.phases.split(",")
    if not set(phases) <= set(PHASES):
        parser.error(f"--phases takes of {','.join(PHASES)}")
    if args.validators < 4 and not set(phases) <= WITHOUT_LOSS:
        parser.error("three validators can spare none; --phases takes of steady,join, or --validators 4 and more")
    if "join" in phases[:-1]:
        parser.error("join is the last phase: it leaves another version of the runtime behind")
    if args.wasm and not args.wasm.is_file():
        parser.error(f"--wasm {args.wasm}: there is no such file")
    if not can_make_namespaces():
        sys.exit("error: no network namespaces can be made here: run this as root, with iproute2 installed")
    print(f"seed {args.seed}", flush=True)
    network = Network(args)
    try:
        if "join" in phases:
            network_join.prepare(network, args)
        network.start()
        for phase in phases:
            getattr(network, phase)(args)
        network.check_logs()
    except Wrong as wrong:
        sys.exit(f"error: {wrong}")
    finally:
        network.end()
        if args.report:
            args.report.write_text("".join(f"- {line}\n" for line in network.report))
    print("all as it has to be")


main()
