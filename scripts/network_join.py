"""A validator that joins by what docs/run-a-validator.md and docs/upgrade.md tell, for scripts/network.py: by warp sync, elected, paid, killed and started
again, voting on an upgrade of the runtime and living through it, with new keys, and leaving.

Goals: each command of its operator is read from these pages, so that a page that is wrong fails here; each step is held against what the chain says.
Non-goals: a referendum that somebody opposes. The other votes are the development accounts' (scripts/referendum/local.sh)."""

import json
import os
import pathlib
import re
import secrets
import shutil
import time

from documented import documented, ensure, finished
from network_faults import Wrong

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE, UPGRADES = ROOT / "docs" / "run-a-validator.md", ROOT / "docs" / "upgrade.md"
LOCAL_REFERENDUM = ROOT / "scripts" / "referendum" / "local.sh"
PROGRAMS = ("ballast-node", "ballast")
URL = "ws://127.0.0.1:9944"
BAL = 10**12
# Three sessions of a minute.
ERA_S = 180
# Who offers is elected within two eras; the rest is for slots without a block.
ELECTED_TIMEOUT_S = 4 * ERA_S
KEYS_TIMEOUT_S = 2 * ERA_S
VOTED_TIMEOUT_S = 900
SYNC_TIMEOUT_S = 180
FINAL_TIMEOUT_S = 180
# Pay, then stake and keys; one more for who is right on the border of an era.
LEAVE_CALLS = 4
UPGRADED_TIMEOUT_S = 60
COMMAND_TIMEOUT_S = 240
REFERENDUM_TIMEOUT_S = 600
BUILD_TIMEOUT_S = 5 * 3600
# Nodes keep the state of 256 blocks.
KEPT_BLOCKS = 100
KEY_HEX_LEN = 64
WARP_SYNC_LINES = ("Warp sync is complete, continuing with state sync", "State sync is complete, continuing with block sync")
NO_WARP_SYNC = re.compile(r"Warp sync failed|State sync failed|Reverting to full sync")


def prepare(network, args):
    """Before the network starts: copies of the programs, since others may be built meanwhile; the new runtime; the referendum's client."""
    kept = network.folder / "bin"
    kept.mkdir()
    for program in PROGRAMS:
        ensure((network.binaries / program).is_file(), f"{network.binaries / program} is missing: build it, or name another folder with BALLAST_BIN")
        shutil.copy2(network.binaries / program, kept)
    (kept / "examples").symlink_to(network.binaries / "examples")
    network.binaries = kept
    if args.wasm is None:
        args.wasm = network.folder / "next.compressed.wasm"
        finished([ROOT / "scripts" / "build-wasm.sh", "HEAD", "--next", "--out", args.wasm], BUILD_TIMEOUT_S)
    args.wasm = args.wasm.resolve()
    referendum(network, None, "install_client")


def join(network, args):
    began = time.monotonic()
    proposed = referendum(network, network.nodes[0], "propose", args.wasm)
    index = proposed["referendum"]
    network.tell("join", f"referendum {index} asks to authorise {proposed['code_hash']}")
    newcomer = Newcomer(network)
    arrive(network, newcomer)
    set_up(network, newcomer)
    be_elected(network, newcomer)
    vote(network, newcomer, index)
    survive(network, newcomer)
    be_paid(network, newcomer)
    rotate_keys(network, newcomer)
    upgrade(network, newcomer, index, proposed["code_hash"], args.wasm)
    chill(network, newcomer)
    leave(network, newcomer)
    network.tell("join", f"all of it took {(time.monotonic() - began) / 60:.0f} minutes")


def inside(node, command):
    return ["ip", "netns", "exec", node.namespace, *command]


def referendum(network, node, verb, *args):
    """A step of scripts/referendum/local.sh, beside a node; its answer, if that is one JSON document."""
    command = ["bash", LOCAL_REFERENDUM, network.folder / "referendum", URL, verb, *args]
    text = finished(inside(node, command) if node else command, REFERENDUM_TIMEOUT_S)
    try:
        return json.loads(text)
    except ValueError:
        return text


class Newcomer:
    """An operator with the pages, an account, and a node in a namespace of its own."""

    def __init__(self, network):
        self.network = network
        self.node = network.add("Newcomer")
        self.home = network.folder / "operator"
        self.home.mkdir(mode=0o700)
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_hex(16))
        self.places = {"/var/lib/ballast": self.node.folder, "/var/lib/ballast/node-key": self.node.folder / "node-key", "network.json": self.specification()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BALLAST_")}
        self.environment = {**kept, "HOME": str(self.home), "BALLAST_KEYSTORE": str(self.home / "validator.json"), "BALLAST_PASSWORD_FILE": str(password)}
        self.account = self.phrase = self.seen = None

    def specification(self):
        """The file that all nodes of a network share: it tells whom to ask first."""
        spec = json.loads(self.network.spec.read_text())
        spec["bootNodes"] = self.network.bootnodes()
        path = self.home / "network.json"
        path.write_text(json.dumps(spec))
        return path

    def words(self, page, pattern, places):
        words = documented(page, pattern, {**self.places, **places})
        if words[0] == "ballast":
            words.insert(1, "--json")
        if words[0] in PROGRAMS:
            words[0] = str(self.network.binaries / words[0])
        return words

    def do(self, page, pattern, places=None, cwd=None, **environment):
        """Runs a documented command beside the node; its answer, where that is JSON."""
        command = inside(self.node, self.words(page, pattern, places or {}))
        text = finished(command, COMMAND_TIMEOUT_S, cwd=cwd or self.home, env={**self.environment, **environment})
        return json.loads(text) if text.startswith("{") else text

    def start(self):
        self.node.command = self.words(GUIDE, r"ballast-node .*--sync warp .*", {})
        self.node.start({"HOME": str(self.home)})

    def has_warped(self):
        """Whether its node's log tells that warp sync was used and has ended."""
        self.ensure_runs()
        log = self.node.log.read_text(errors="replace")
        given_up = NO_WARP_SYNC.search(log)
        if given_up:
            raise Wrong(f"{self.node.log}: {given_up.group()}")
        warp, state = (log.find(line) for line in WARP_SYNC_LINES)
        return 0 <= warp < state

    def ensure_runs(self):
        ensure(self.node.is_alive(), f"the newcomer's node has ended by itself; see {self.node.log}")

    def status(self):
        """Where the validator stands; none while nobody answers."""
        self.ensure_runs()
        try:
            self.seen = self.do(GUIDE, r"ballast validator status")
            return self.seen
        except Wrong as wrong:
            self.seen = str(wrong)
            return None

    def until(self, what, seconds, holds):
        """Waits until the status is as it has to be."""
        def look():
            status = self.status()
            return status if status and holds(status) else None

        try:
            return self.network.poll(what, look, seconds)
        except Wrong as wrong:
            raise Wrong(f"{wrong}; its status: {self.seen}") from None

    def settled(self):
        """The status once all blocks that there are now are final, so that what it counts more afterwards was made afterwards."""
        best = max(height for height, _ in filter(None, self.network.see()))
        self.network.wait(f"block {best} is final at every node", FINAL_TIMEOUT_S, lambda seen: all(seen) and min(final for _, final in seen) >= best)
        return self.until("the newcomer tells its status", COMMAND_TIMEOUT_S, lambda _: True)

    def makes_blocks(self, what):
        """Waits until it has made blocks that were not there when this was called: points count blocks, anew in each era."""
        before = self.settled()
        return self.until(what, ERA_S, lambda now: now["points"] > 0 and (now["era"], now["points"]) > (before["era"], before["points"]))


def authority_set(node):
    """Which set of GRANDPA's voters the latest final block is of: one more with each election."""
    head = node.rpc("chain_getFinalizedHead")
    answer = node.rpc("state_call", "GrandpaApi_current_set_id", "0x", head) if head else None
    return int.from_bytes(bytes.fromhex(answer[2:]), "little") if answer else 0


def arrive(network, newcomer):
    """By warp sync, over at least one change of the voters."""
    sets = network.poll("the voters have changed", lambda: authority_set(network.nodes[0]), 2 * ERA_S)
    old = max(1, network.nodes[0].heights()[1] - KEPT_BLOCKS)
    began = time.monotonic()
    newcomer.do(GUIDE, r"mkdir -p \S+")
    newcomer.do(GUIDE, r"ballast-node key generate-node-key .*")
    newcomer.start()
    network.poll("warp sync is used and ends", newcomer.has_warped, SYNC_TIMEOUT_S)
    network.in_step()
    took = time.monotonic() - began
    # Who replays blocks has the states behind them, as the others have.
    digest = network.nodes[0].hash_at(old)
    ensure(network.nodes[0].rpc("state_getRuntimeVersion", digest), f"{network.nodes[0].name} has no state of block {old}")
    ensure(newcomer.node.rpc("state_getRuntimeVersion"), "the newcomer has no state of its best block")
    ensure(not newcomer.node.rpc("state_getRuntimeVersion", digest), f"the newcomer has the state of block {old}: it replayed the blocks")
    network.tell("join", f"a newcomer's node started with --sync warp: over {sets} change(s) of the voters, without replaying block {old}, in step after {took:.0f} s, at block {network.same_chain()}")


def set_up(network, newcomer):
    made = newcomer.do(GUIDE, r"ballast key new .*")
    newcomer.account, newcomer.phrase = made["account"], made["phrase"]
    newcomer.do(GUIDE, r"ballast faucet .*")
    before = newcomer.settled()
    ensure(before["validator"] == newcomer.account and before["status"] == "no validator", f"it is none yet: {before}")
    dry = newcomer.do(GUIDE, r"ballast validator setup .*--dry-run")
    ensure(dry["dry_run"] and len(dry["steps"]) == 3, f"setup has to stake, set keys and offer: {dry}")
    after = newcomer.settled()
    ensure((after["stake"], after["session_keys"]) == (before["stake"], None), f"a dry run changed something: {after}")
    done = newcomer.do(GUIDE, r"ballast validator setup .*\d")
    ensure(done["steps"] == dry["steps"], f"setup did something else than the dry run told: {done}")
    status = newcomer.settled()
    ensure(status["session_keys"] == done["session_keys"] and status["node_has_keys"], f"the keys on chain are not those that the node made: {done}, {status}")
    again = newcomer.do(GUIDE, r"ballast validator setup .*\d")
    ensure(again["steps"] == [], f"a second setup is not idle: {again}")
    network.tell("join", f"set up, as the dry run said: stake {int(status['stake']) / BAL:.0f} BAL, in era {status['era']}; a second setup does nothing")


def be_elected(network, newcomer):
    status = newcomer.until("the newcomer is elected", ELECTED_TIMEOUT_S, lambda now: now["elected"] and not now["problems"])
    made = newcomer.makes_blocks("the newcomer makes blocks")
    network.tell("join", f"elected in era {status['era']}; {made['points']} of {made['all_points']} points")


def vote(network, newcomer, index):
    """The newcomer first, so that its vote is to be seen alone; then the others."""
    def standing():
        return referendum(network, newcomer.node, "status", index)["referendum"]

    before = standing()["tally"]
    places = {"wss://node.example.org": URL, "7": index}
    cast = newcomer.do(UPGRADES, r"node referendum\.mjs vote .*", places, cwd=network.folder / "referendum", BALLAST_SECRET=newcomer.phrase)
    ensure(cast["voter"] == newcomer.account, f"somebody else voted: {cast}")
    alone = standing()["tally"]
    ensure(int(alone["ayes"]) - int(before["ayes"]) == int(cast["aye"]) > 0, f"the vote is not in the tally: {before}, then {alone}")
    referendum(network, network.nodes[0], "vote_all", index)
    now = standing()
    ensure(now["state"] == "Ongoing" and int(now["tally"]["ayes"]) > int(alone["ayes"]), f"the others' votes are not in the tally: {now}")
    network.tell("join", f"voted: its {int(cast['aye']) / BAL:.0f} BAL are in the tally, {int(now['tally']['ayes']) / BAL:.0f} BAL with the others'")


def survive(network, newcomer):
    before = newcomer.settled()
    newcomer.node.stop(hard=True)
    newcomer.start()
    took = network.in_step()
    after = newcomer.settled()
    ensure(after["session_keys"] == before["session_keys"] and after["node_has_keys"], f"other keys after kill -9: {before}, then {after}")
    ensure(after["elected"], f"elected no longer after kill -9: {after}")
    made = newcomer.makes_blocks("the newcomer makes blocks after kill -9")
    network.tell("join", f"kill -9, started again: in step after {took:.0f} s, same session keys, still elected, {made['points']} points in era {made['era']}")


def be_paid(network, newcomer):
    before = newcomer.until("an era is there to be paid out", 2 * ERA_S + SYNC_TIMEOUT_S, lambda now: now["unpaid_eras"])
    paid = newcomer.do(GUIDE, r"ballast validator payout")
    ensure(paid["eras"] and int(paid["paid_to_validator"]) > 0, f"nothing was paid out: {paid}")
    after = newcomer.until("pay has raised the stake", FINAL_TIMEOUT_S, lambda now: int(now["stake"]) > int(before["stake"]))
    ensure(not set(before["unpaid_eras"]) & set(after["unpaid_eras"]), f"what was paid out is still unpaid: {after}")
    network.tell("join", f"eras {[era['era'] for era in paid['eras']]} paid out, {int(paid['paid_to_validator']) / BAL:.6f} BAL to it: its stake rose from {int(before['stake']) / BAL:.6f} to {int(after['stake']) / BAL:.6f} BAL")


def parts(keys):
    """BABE's, GRANDPA's and authority discovery's, in this order."""
    return re.findall(f".{{{KEY_HEX_LEN}}}", keys.removeprefix("0x"))


def rotate_keys(network, newcomer):
    """New keys are set, and after some sessions they are those that blocks are made with."""
    before = newcomer.settled()["session_keys"]
    made = newcomer.do(GUIDE, r"ballast validator rotate-keys")
    after = newcomer.settled()
    old, new = parts(before), parts(after["session_keys"])
    ensure(after["session_keys"] == made["session_keys"] and after["node_has_keys"], f"the new keys are not on chain: {made}, {after}")
    ensure(len(new) == 3 and not set(old) & set(new), f"a key has stayed: {before}, then {after['session_keys']}")

    def in_use():
        epoch = newcomer.node.rpc("state_call", "BabeApi_current_epoch", "0x") or ""
        return new[0] in epoch and old[0] not in epoch

    began = time.monotonic()
    network.poll("blocks are made with the new keys", in_use, KEYS_TIMEOUT_S)
    newcomer.makes_blocks("the newcomer makes blocks with its new keys")
    network.tell("join", f"rotate-keys: three other keys, BABE's in use {time.monotonic() - began:.0f} s later, and blocks made with it")


def versions(nodes):
    return [(node.rpc("state_getRuntimeVersion") or {}).get("specVersion") for node in nodes]


def upgrade(network, newcomer, index, code_hash, wasm):
    def is_authorised():
        return referendum(network, newcomer.node, "status")["authorized_code"] == code_hash

    network.poll(f"referendum {index} has authorised {code_hash}", is_authorised, VOTED_TIMEOUT_S)
    applied = referendum(network, network.nodes[0], "apply", wasm)
    before, after = applied["before"], applied["after"]
    network.poll(f"every node runs version {after}", lambda: set(versions(network.nodes)) == {after}, UPGRADED_TIMEOUT_S)
    made = newcomer.makes_blocks(f"the newcomer makes blocks under version {after}")
    network.tell("join", f"upgraded from version {before} to {after}, all {len(network.nodes)} nodes run it; the newcomer goes on making blocks, {made['points']} points in era {made['era']}")


def chill(network, newcomer):
    newcomer.do(GUIDE, r"ballast validator chill")
    status = newcomer.until("the newcomer is elected no longer", ELECTED_TIMEOUT_S, lambda now: not (now["elected"] or now["elected_next"]))
    ensure(status["status"] == "staked, offers nothing" and int(status["stake"]) > 0, f"chill did something else: {status}")
    network.in_step()
    network.tell("join", f"chill: out of the election in era {status['era']}, its stake stays; all in step at block {network.same_chain()}")


def leave(network, newcomer):
    """The way out for good, one step a call, until nothing is left to do."""
    stake = int(newcomer.seen["stake"])
    keystore = {"key.json": newcomer.environment["BALLAST_KEYSTORE"]}
    told = newcomer.do(GUIDE, r"ballast --keystore key\.json validator leave --dry-run", keystore)
    ensure(told["steps"] and int(newcomer.settled()["stake"]) == stake, f"leave --dry-run tells steps and changes nothing: {told}, {newcomer.seen}")
    asked = newcomer.do(GUIDE, r"ballast --keystore key\.json validator leave", keystore)
    status = newcomer.until("all of the stake is asked back", FINAL_TIMEOUT_S, lambda now: int(now["stake"]) == 0 and now["unbonding"])
    free_in = max(part["era"] for part in status["unbonding"])
    ensure(sum(int(part["amount"]) for part in status["unbonding"]) == stake and asked.get("left"), f"leave did something else: {asked}, {status}")
    early = newcomer.do(GUIDE, r"ballast validator leave")
    ensure(not early["steps"] and early.get("left"), f"a second leave has nothing to do but to wait: {early}")
    network.tell("join", f"leave in era {status['era']}: {stake / BAL:,.2f} BAL asked back, free in era {free_in}; a second call has nothing to do and says so")
    newcomer.until(f"era {free_in} has begun", (free_in - status["era"] + 2) * ERA_S, lambda now: now["era"] >= free_in)
    unpaid = newcomer.seen["unpaid_eras"]
    for call in range(LEAVE_CALLS):
        newcomer.do(GUIDE, r"ballast validator leave")
        now = newcomer.settled()
        if not (now["unbonding"] or now["unpaid_eras"] or now["session_keys"]):
            break
    ensure(now["status"] == "no validator" and not (now["unbonding"] or now["session_keys"]), f"after {LEAVE_CALLS} calls something is left: {now}")
    network.in_step()
    network.tell("join", f"leave in era {now['era']}: eras {unpaid} paid out, stake and keys gone after {call + 1} calls; all in step at block {network.same_chain()}")
