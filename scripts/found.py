#!/usr/bin/env python3
"""A network of four validators, founded on loopback by what docs/run-a-validator.md tells under "Found a network".

    scripts/found.py DIR [--base-port P] [--report FILE]

Goals: each command of a founder is read from the page, so that a page that is wrong fails here; keys are made by chance and secrets are typed at a
terminal; blocks are final at all four, nobody has a sudo key, and development keys can do nothing.
Non-goals: sessions and elections, which take hours with production's periods; what validators bear is scripts/network.py's.

--base-port  node I listens at P + I, its JSON-RPC at P + 100 + I, its metrics at P + 200 + I [default: 26000]
Programs come from BALLAST_BIN [default: the release build]. Needs no root. Ends with 1 if something is not as it has to be."""

import argparse
import json
import os
import pathlib
import pty
import re
import secrets
import select
import shlex
import signal
import socket
import subprocess
import sys
import termios
import time
import urllib.request

from documented import documented, ensure, finished
from network_faults import Wrong

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "run-a-validator.md"
SECTION = "## Found a network\n"
PROGRAMS = ("ballast-node", "ballast")
# The page's founders have the Debian package, whose service has a user of its own.
AS_SERVICE = ["runuser", "-u", "ballast-node", "--"]
NAMES = ("one", "two", "three", "four")
# Half of them make blocks that are not final.
FIRST = 2
# What the file of founders calls a key, and what the keystore does.
SESSION_KEYS = {"babe": "babe", "grandpa": "gran", "authority_discovery": "audi"}
SCHEMES = {"babe": "sr25519", "grandpa": "ed25519", "authority_discovery": "sr25519"}
# Storage keys: hashes of the names of the pallet Sudo and of what it stores. Each pallet has a version in the genesis, by which a key that is
# looked for in the wrong place is noticed.
SUDO = "0x5c0d1176a568c1f92944340dbfed9e9c"
SUDO_VERSION = SUDO + "4e7b9012096b41c4eb3aaf947f6ea429"
SUDO_KEY = SUDO + "530ebca703c85910e7164cb7d1c9e47b"
CODE = "0x3a636f6465"
DEVELOPMENT = ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie", "Alice//stash", "Bob//stash")
# Some call that root alone may make.
AS_ROOT = ("attest", "govern", "block", "00" * 32)
NOT_SUDO = "RequireSudo"
NO_FUNDS = "account {} has no funds to pay fees"
PROMPT = b"URI:"
BAD_IN_LOG = re.compile(r"corrupt|panicked|Database error|mismatch", re.I)
UNFINAL_BLOCKS, FINAL_BLOCKS = 2, 3
# Some slots, which are three seconds long.
ALONE_S = 10
COMMAND_TIMEOUT_S = 120
# A state is made by the runtime, which is compiled for it: minutes on a machine that does other things, too.
SPEC_TIMEOUT_S = 600
# A node compiles the runtime as well.
START_TIMEOUT_S = 600
FINAL_TIMEOUT_S = 180
STOP_TIMEOUT_S = 60
RPC_TIMEOUT_S = 5
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def at_terminal(command, timeout, secret=None):
    """What a command shows at a terminal of its own. A secret is typed once the command has asked and the terminal shows nothing that is typed."""
    command = list(map(str, command))
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.execv(command[0], command)
        finally:
            os._exit(127)
    deadline, shown, typed, ended = time.monotonic() + timeout, b"", False, None
    try:
        while ended is None and time.monotonic() < deadline:
            if secret is not None and not typed and PROMPT in shown and not termios.tcgetattr(terminal)[3] & termios.ECHO:
                os.write(terminal, secret.encode() + b"\n")
                typed = True
            shown += waiting(terminal)
            pid, status = os.waitpid(child, os.WNOHANG)
            ended = os.waitstatus_to_exitcode(status) if pid else None
        shown += waiting(terminal)
    finally:
        if ended is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        os.close(terminal)
    text, line = shown.decode(errors="replace"), shlex.join(command)
    ensure(ended is not None, f"{line}: no end within {timeout} s; it showed {len(shown)} bytes")
    ensure(secret is None or typed, f"{line} asked for no secret with {PROMPT.decode()!r}: {text}")
    ensure(secret is None or secret not in text, f"{line} showed the secret that was typed")
    ensure(ended == 0, f"{line}: exit status {ended}: {text}")
    return text


def waiting(terminal):
    """What there is to read, if something comes soon; nothing once the other side is closed."""
    try:
        return os.read(terminal, 4096) if select.select([terminal], [], [], 0.05)[0] else b""
    except OSError:
        return b""


class Founder:
    """One with a machine, whose /etc/ballast and /var/lib/ballast-node are folders of this one."""

    def __init__(self, network, index):
        self.network, self.index, self.name = network, index, NAMES[index]
        self.home = network.folder / self.name
        self.etc, self.base, self.log = self.home / "etc", self.home / "lib", self.home / "node.log"
        # The package makes these.
        for folder in (self.home, self.etc, self.base):
            folder.mkdir(mode=0o700)
        self.port, self.rpc_port, self.metrics_port = (network.base_port + more + index for more in (0, 100, 200))
        self.address = f"/ip4/127.0.0.1/tcp/{self.port}"
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_hex(16))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BALLAST_")}
        self.environment = {
            **kept, "HOME": str(self.home), "BALLAST_URL": f"ws://127.0.0.1:{self.rpc_port}",
            "BALLAST_KEYSTORE": str(self.home / "validator.json"), "BALLAST_PASSWORD_FILE": str(password)}
        self.account = self.peer = self.process = None
        self.public, self.phrases, self.addresses = {}, {}, {}

    def words(self, pattern, places=None):
        words = documented(GUIDE, pattern, places or {})
        if words[:len(AS_SERVICE)] == AS_SERVICE:
            words = words[len(AS_SERVICE):]
        if words[0] == "ballast":
            words.insert(1, "--json")
        if words[0] in PROGRAMS:
            words[0] = str(self.network.binaries / words[0])
        return [self.here(word) for word in words]

    def here(self, word):
        for documented_at, folder in (("/etc/ballast", self.etc), ("/var/lib/ballast-node", self.base)):
            if word == documented_at or word.startswith(documented_at + "/"):
                return str(folder) + word.removeprefix(documented_at)
        return word

    def do(self, pattern, timeout=COMMAND_TIMEOUT_S):
        text = finished(self.words(pattern), timeout, env=self.environment)
        return json.loads(text) if text.startswith("{") else text

    # What the page has a founder do

    def make_keys(self):
        self.account = self.do(r"ballast key new .*")["account"]
        self.peer = at_terminal(self.words(r"runuser .* key generate-node-key .*"), COMMAND_TIMEOUT_S).split()[-1]
        for name, scheme in SCHEMES.items():
            made = self.do(rf"ballast-node key generate --scheme {scheme}")
            told = dict(re.findall(r"^\s*([^:\n]+):\s+(\S.*?)\s*$", made, re.M))
            self.phrases[name], self.public[name], self.addresses[name] = told["Secret phrase"], told["Public key (hex)"], told["SS58 Address"]

    def take_specification(self, text):
        (self.etc / "network.json").write_text(text)
        return finished(["sha256sum", self.etc / "network.json"], COMMAND_TIMEOUT_S).split()[0]

    def insert_keys(self):
        for name, kind in SESSION_KEYS.items():
            at_terminal(self.words(rf"runuser .* key insert .* --key-type {kind} .*"), COMMAND_TIMEOUT_S, self.phrases.pop(name))
        files = self.do(r"ls \S+/keystore").split()
        expected = {kind.encode().hex() + self.public[name].removeprefix("0x") for name, kind in SESSION_KEYS.items()}
        ensure(set(files) == expected, f"the keystore of {self.name} has {files}, not {sorted(expected)}")
        for file in self.base.glob("chains/*/keystore/*"):
            ensure(not file.stat().st_mode & 0o077, f"{file} can be read by others than its owner")

    def start(self):
        """By the command of the page, and by what four nodes of one machine need beside it."""
        places = {"one": self.name, "/dns/one.example.org/tcp/30333": self.address}
        command = self.words(r"runuser .* ballast-node --chain \S+ --validator .*", places)
        ensure("--sync" not in command, f"the page starts a founder with --sync: {command}")
        command += ["--listen-addr", self.address, "--rpc-port", str(self.rpc_port), "--prometheus-port", str(self.metrics_port), "--no-mdns", "--allow-private-ip", "--no-telemetry"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment, start_new_session=True)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(STOP_TIMEOUT_S)

    # Looking

    def rpc(self, method, *params):
        """The node's answer; none while it does not listen."""
        body = json.dumps({"id": 1, "jsonrpc": "2.0", "method": method, "params": params}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.rpc_port}", body, {"Content-Type": "application/json"})
        try:
            with DIRECTLY.open(request, timeout=RPC_TIMEOUT_S) as answer:
                answer = json.load(answer)
        except (OSError, ValueError):
            return None
        ensure("error" not in answer, f"{method} at {self.name}: {answer.get('error')}")
        return answer["result"]

    def heights(self):
        """Best and finalized height; none while the node does not answer."""
        ensure(self.process.poll() is None, f"the node of {self.name} has ended by itself; see {self.log}")
        best, final = self.rpc("chain_getHeader"), self.rpc("chain_getFinalizedHead")
        final = final and self.rpc("chain_getHeader", final)
        return (int(best["number"], 16), int(final["number"], 16)) if best and final else None

    def refused(self, account, *args):
        """Why a command fails, as it has to. Signed by the founder unless a development account is named."""
        signer = ["--dev-account", account] if account else []
        command = [str(self.network.binaries / "ballast"), "--json", *signer, *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, stdin=subprocess.DEVNULL, env=self.environment)
        try:
            return json.loads(done.stdout)["error"]["message"]
        except (ValueError, KeyError):
            raise Wrong(f"{shlex.join(command)}: exit status {done.returncode}, and no error: {done.stdout} {done.stderr}") from None

    def balance(self, account):
        return json.loads(finished([self.network.binaries / "ballast", "--json", "balance", account], COMMAND_TIMEOUT_S, env=self.environment))


class Network:
    def __init__(self, args):
        self.folder, self.base_port = args.folder.resolve(), args.base_port
        if self.folder.exists() and any(self.folder.iterdir()):
            sys.exit(f"error: {self.folder} is not empty; name a new folder")
        self.binaries = pathlib.Path(os.environ.get("BALLAST_BIN") or pathlib.Path(os.environ.get("CARGO_TARGET_DIR", os.path.expanduser("~/.cache/ballast/target")), "release")).resolve()
        self.founders, self.report, self.specification = [], [], None

    def prepare(self):
        for program in PROGRAMS:
            ensure((self.binaries / program).is_file(), f"{self.binaries / program} is missing: build it, or name another folder with BALLAST_BIN")
        for port in (self.base_port + more + index for more in (0, 100, 200) for index in range(len(NAMES))):
            with socket.socket() as free:
                free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    free.bind(("127.0.0.1", port))
                except OSError as error:
                    raise Wrong(f"port {port}: {error}; stop what uses it, or choose another --base-port") from None
        self.folder.mkdir(parents=True, exist_ok=True)
        self.founders = [Founder(self, index) for index in range(len(NAMES))]

    def end(self):
        for founder in self.founders:
            founder.stop()

    def tell(self, what):
        self.report.append(what)
        print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)

    def wait(self, what, founders, seconds, condition):
        began = time.monotonic()
        while True:
            seen = [founder.heights() for founder in founders]
            if all(seen) and condition(seen):
                return time.monotonic() - began, seen
            ensure(time.monotonic() - began <= seconds, f"{what}: not within {seconds} s; heights are {seen}; see the logs in {self.folder}")
            time.sleep(1)

    def everybody(self, what, *params):
        """The answer that all nodes give."""
        answers = [founder.rpc(what, *params) for founder in self.founders]
        ensure(all(answer == answers[0] for answer in answers), f"{what} {params}: the nodes differ: {answers}")
        return answers[0]


def example():
    """The page's file of founders."""
    section = GUIDE.read_text().partition(SECTION)[2]
    found = re.findall(r"^```json\n(.*?)^```$", section, re.M | re.S)
    ensure(len(found) == 1, f"{GUIDE} has to have one file of founders below {SECTION.strip()!r}, and has {len(found)}")
    return json.loads(found[0])


def write_founders(network):
    """As the example has them, with the keys that were made."""
    shown = example()
    founders = {**shown, "validators": [], "balances": [], "committee": [one.account for one in network.founders[:len(shown["committee"])]]}
    for one in network.founders:
        founders["validators"].append({**shown["validators"][0], "account": one.account, "sessionKeys": {name: one.addresses[name] for name in shown["validators"][0]["sessionKeys"]}})
        founders["balances"].append([one.account, *shown["balances"][0][1:]])
    path = network.folder / "founders.json"
    path.write_text(json.dumps(founders, indent=2))
    return path


def make_specification(network):
    """By one of the founders; the others get the file."""
    founders = write_founders(network)
    places = {"founders.json": founders}
    for one in network.founders[:FIRST]:
        places[f"/dns/{one.name}.example.org/tcp/30333/p2p/12D3…"] = f"{one.address}/p2p/{one.peer}"
    *command, into, file = network.founders[0].words(r"ballast-node staging-spec --founders .*", places)
    ensure((into, file) == (">", "network.json"), f"the specification goes to {into} {file}")
    began = time.monotonic()
    text = finished(command, SPEC_TIMEOUT_S, env=network.founders[0].environment)
    network.specification = json.loads(text)
    sums = {founder.take_specification(text) for founder in network.founders}
    ensure(len(sums) == 1, f"the founders have different specifications: {sums}")
    booted = [word for word in command if "/p2p/" in word]
    ensure(network.specification["bootNodes"] == booted and len(booted) == FIRST, f"bootnodes are {network.specification['bootNodes']}, not {booted}")
    network.tell(f"a specification of {len(text) / 1e6:.1f} MB, the same at four founders, made in {time.monotonic() - began:.0f} s")


def development_key(network, name, scheme):
    """The public key of a development account, and its address. Everybody knows the secret: it may be on a command line."""
    made = json.loads(finished([network.binaries / "ballast-node", "key", "inspect", "--scheme", scheme, "--output-type", "json", f"//{name}"], COMMAND_TIMEOUT_S))
    return made["publicKey"].removeprefix("0x"), made["ss58Address"]


def check_genesis(network):
    """No sudo key, no development key, and the founders' keys, by the file alone."""
    top = network.specification["genesis"]["raw"]["top"]
    ensure(network.specification["chainType"] == "Live", f"the type of the chain is {network.specification['chainType']}")
    ensure([key for key in top if key.startswith(SUDO)] == [SUDO_VERSION], f"the pallet Sudo has more than a version in the genesis: {[key for key in top if key.startswith(SUDO)]}")
    state = "\n".join(key + value for key, value in top.items() if key != CODE)
    for founder in network.founders:
        for name, key in founder.public.items():
            ensure(key.removeprefix("0x") in state, f"the {name} key of {founder.name} is not in the genesis")
    for name in DEVELOPMENT:
        for scheme in sorted(set(SCHEMES.values())):
            key, _ = development_key(network, name, scheme)
            ensure(key not in state, f"the {scheme} key of //{name} is in the genesis")
    refuse_sudo(network)


def refuse_sudo(network):
    """A node does not take a specification in which somebody has put a sudo key."""
    spec = json.loads(json.dumps(network.specification))
    spec["genesis"]["raw"]["top"][SUDO_KEY] = network.founders[0].public["babe"]
    path = network.folder / "with-sudo.json"
    path.write_text(json.dumps(spec))
    command = [network.binaries / "ballast-node", "export-chain-spec", "--chain", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SPEC_TIMEOUT_S, stdin=subprocess.DEVNULL)
    ensure(done.returncode and "sudo key" in done.stderr, f"a specification with a sudo key was not refused for it: {done.stderr.strip()}")
    path.unlink()


def begin(network):
    """One founder waits; two make blocks; with four of them blocks are final."""
    first, rest = network.founders[:FIRST], network.founders[FIRST:]
    alone = first[0]
    alone.start()
    network.wait("the first node answers", [alone], START_TIMEOUT_S, lambda _: True)
    time.sleep(ALONE_S)
    ensure(alone.heights() == (0, 0), f"the first founder, alone, is at {alone.heights()}")
    for founder in first[1:]:
        founder.start()
    took, seen = network.wait(f"{UNFINAL_BLOCKS} blocks by two founders", first, START_TIMEOUT_S, lambda seen: min(best for best, _ in seen) >= UNFINAL_BLOCKS)
    ensure(max(final for _, final in seen) == 0, f"blocks are final though half of the founders are away: {seen}")
    network.tell(f"two of four founders: {min(best for best, _ in seen)} blocks {took:.0f} s after the second one's start, none final; before it, none at all")
    for founder in rest:
        founder.start()
    took, seen = network.wait(f"{FINAL_BLOCKS} final blocks at all", network.founders, START_TIMEOUT_S, lambda seen: min(final for _, final in seen) >= FINAL_BLOCKS)
    wait_s, seen = network.wait("finality is in step", network.founders, FINAL_TIMEOUT_S, lambda seen: max(best for best, _ in seen) - min(final for _, final in seen) <= FINAL_BLOCKS)
    height = min(final for _, final in seen)
    digest = network.everybody("chain_getBlockHash", height)
    ensure(digest, f"nobody knows the final block {height}")
    network.tell(f"all four: {took + wait_s:.0f} s later block {height} of {max(best for best, _ in seen)} is final at each, the same one")


def check_validators(network):
    """The authorities are the founders, with the keys that they inserted."""
    epoch, voters = (network.everybody("state_call", call, "0x") for call in ("BabeApi_current_epoch", "GrandpaApi_grandpa_authorities"))
    # A list is its length, times four, and its items.
    ensure(voters.startswith(f"0x{4 * len(NAMES):02x}"), f"GRANDPA has other than {len(NAMES)} voters: {voters}")
    for founder in network.founders:
        ensure(founder.public["babe"].removeprefix("0x") in epoch, f"{founder.name} is no authority of BABE's epoch")
        ensure(founder.public["grandpa"].removeprefix("0x") in voters, f"{founder.name} is no voter of GRANDPA's")
        status = founder.do(r"ballast validator status")
        ensure(status["validator"] == founder.account and status["elected"] and status["node_has_keys"] and not status["problems"], f"the status of {founder.name} is {status}")
        keys = "0x" + "".join(founder.public[name].removeprefix("0x") for name in SESSION_KEYS)
        ensure(status["session_keys"] == keys, f"{founder.name} has inserted {keys}; on chain are {status['session_keys']}")
    network.tell("the founders are the authorities of BABE and GRANDPA, elected, with the keys that their nodes have")


def check_powers(network):
    """Nobody is above governance; whose key everybody knows cannot even pay for a transaction."""
    genesis = network.everybody("chain_getBlockHash", 0)
    for at in (genesis, network.everybody("chain_getBlockHash", FINAL_BLOCKS)):
        ensure(network.everybody("state_getStorage", SUDO_VERSION, at), f"the pallet Sudo is not where it is looked for at {at}")
        ensure(network.everybody("state_getStorage", SUDO_KEY, at) is None, f"somebody has a sudo key at {at}")
    founder = network.founders[0]
    # The same call by one who can pay shows that it is a call that gets into a block.
    answer = founder.refused(None, *AS_ROOT)
    ensure(NOT_SUDO in answer and founder.balance(founder.account)["nonce"] == 1, f"a founder's call as root got another answer: {answer}")
    for name in DEVELOPMENT:
        _, address = development_key(network, name, "sr25519")
        poor = founder.refused(name, *AS_ROOT)
        ensure(NO_FUNDS.format(address) in poor, f"//{name} got another answer: {poor}")
    network.tell(f"no sudo key: a founder's call as root is refused by its block ({answer}); {len(DEVELOPMENT)} development accounts have no funds to pay for one")


def check_logs(network):
    for founder in network.founders:
        for line in founder.log.read_text(errors="replace").splitlines():
            ensure(not BAD_IN_LOG.search(line), f"{founder.log}: {line}")


def found(network):
    began = time.monotonic()
    network.prepare()
    for founder in network.founders:
        founder.make_keys()
    make_specification(network)
    for founder in network.founders:
        founder.insert_keys()
    check_genesis(network)
    network.tell("three session keys in each keystore, typed at a terminal; no sudo key and no development key in the genesis")
    begin(network)
    check_validators(network)
    check_powers(network)
    check_logs(network)
    network.tell(f"all of it took {time.monotonic() - began:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--base-port", type=int, default=26000)
    parser.add_argument("--report", type=pathlib.Path)
    args = parser.parse_args()
    if not 1024 <= args.base_port <= 65000:
        parser.error(f"--base-port takes a number from 1024 to 65000, not {args.base_port}")
    # Who is told to stop stops its nodes, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("error: stopped"))
    network = Network(args)
    try:
        found(network)
    except (Wrong, OSError, subprocess.TimeoutExpired) as wrong:
        sys.exit(f"error: {wrong}")
    finally:
        network.end()
        if args.report:
            args.report.write_text("".join(f"- {line}\n" for line in network.report))
    print("all as it has to be")


main()
