"""The node of scripts/operators.py: an archive whose blocks are taken out and read into another, checked, taken back and deleted, by what docs/backup.md and
docs/upgrade.md tell; and the keystore of a founder, by docs/run-a-validator.md."""

import json
import os
import pty
import re
import select
import shutil
import termios
import time

from network_faults import Wrong
from operators_base import BACKUP, ROOT, ensure, run

GUIDE, UPGRADES = ROOT / "docs" / "run-a-validator.md", ROOT / "docs" / "upgrade.md"
# Of its ports, beside the local network's.
PORT = 50
CHAIN_ID = "ballast_dev"
SYNC_TIMEOUT_S = 120
SPEC_TIMEOUT_S = 300
TERMINAL_TIMEOUT_S = 60
LAG_IN_STEP = 5
REVERTED = 1
# Of what tcgetattr tells.
LOCAL_MODES = 3


class Node:
    def __init__(self, operator):
        self.operator = operator
        self.service = operator.service("node")
        self.folder, self.other = operator.home / "node", operator.home / "other"
        self.rpc_port = operator.base_port + 100 + PORT
        self.spec = operator.home / "network.json"
        operator.places.update({"/etc/ballast/network.json": self.spec, "network.json": self.spec, "/var/lib/ballast-node": self.folder, "/var/lib/ballast": self.folder,
                                "/srv/other": self.other, "blocks.json": operator.home / "blocks.json"})
        self.write_spec()
        # The page's, and what keeps it apart from the other node of this machine.
        self.command = [*operator.words(GUIDE, r"ballast-node --chain network\.json --name my-archive .*"), "--listen-addr", f"/ip4/127.0.0.1/tcp/{operator.base_port + PORT}",
                        "--rpc-port", self.rpc_port, "--no-prometheus", "--no-telemetry", "--no-mdns", "--allow-private-ip"]

    def write_spec(self):
        """The network's specification, with the validator as the node that new ones ask first."""
        operator = self.operator
        spec = json.loads(run([operator.binaries / "ballast-node", "export-chain-spec", "--chain", "dev"], SPEC_TIMEOUT_S).stdout)
        peer = (operator.network / "nodes" / "0" / "peer-id").read_text().strip()
        spec["bootNodes"] = [f"/ip4/127.0.0.1/tcp/{operator.base_port}/p2p/{peer}"]
        self.spec.write_text(json.dumps(spec))

    # Looking

    def heights(self):
        return self.operator.height(self.rpc_port), self.operator.height(self.rpc_port, final=True)

    def in_step(self, what):
        def looks():
            best, final = self.heights()
            theirs = self.operator.height()
            return (best, final) if best >= theirs - LAG_IN_STEP and final >= best - 2 * LAG_IN_STEP and final > 0 else None

        best, final = self.operator.poll(what, looks, SYNC_TIMEOUT_S)
        ours, theirs = (self.operator.rpc("chain_getBlockHash", final, port=port) for port in (self.rpc_port, None))
        ensure(ours == theirs and ours, f"the node's final block {final} is {ours}, the network's {theirs}")
        return best

    def info(self, folder):
        """Best and final block of a database that nobody has open: height and hash."""
        told = json.loads(run([self.operator.binaries / "ballast-node", "chain-info", "--chain", self.spec, "--base-path", folder], env=self.operator.environment).stdout)
        return {name: (told[f"{name}_number"], told[f"{name}_hash"]) for name in ("best", "finalized")}

    # Doing

    def start(self):
        self.service.start(self.command, self.operator.environment)
        best = self.in_step("the node is in step")
        self.operator.tell(f"a node, an archive, is in step at block {best}")

    def stop(self):
        self.operator.tells(BACKUP, "systemctl stop ballast-node")
        self.service.stop()

    def start_again(self, what):
        self.operator.tells(BACKUP, "systemctl start ballast-node")
        self.service.start(self.command, self.operator.environment)
        return self.in_step(what)

    def export(self):
        operator = self.operator
        best = self.in_step("the node is in step before it is stopped")
        last = self.heights()[1]
        operator.places["1000"] = last
        self.stop()
        operator.do(BACKUP, r"ballast-node export-blocks .*")
        after = self.start_again("the node is in step after blocks were taken out")
        operator.do(BACKUP, r"ballast-node import-blocks .*")
        height, digest = self.info(self.other)["best"]
        wanted = operator.rpc("chain_getBlockHash", last)
        ensure((height, digest) == (last, wanted), f"import-blocks ended at block {height}, {digest}, and block {last} of the network is {wanted}")
        length = operator.places["blocks.json"].stat().st_size
        operator.tell(f"`export-blocks`: {last} blocks, {length:,} bytes; the node goes on from its database, {best} to {after}; `import-blocks` into an empty folder ends at the network's block {last}, {digest[:10]}…")

    def check(self):
        operator = self.operator
        self.stop()
        height, digest = self.info(self.folder)["finalized"]
        operator.places["123456"] = height
        operator.do(BACKUP, r"ballast-node check-block .*")
        operator.places["123456"] = digest
        operator.do(BACKUP, r"ballast-node check-block .*")
        self.start_again("the node is in step after a block was checked")
        operator.tell(f"`check-block` of block {height}, by number and by hash: executed again, as it was")

    def revert(self):
        """Blocks that are final stay; the others can be taken back."""
        operator = self.operator
        operator.places["256"] = REVERTED

        def is_ahead():
            best, final = self.heights()
            return best >= final + REVERTED + 1

        operator.poll("blocks wait for finality", is_ahead, SYNC_TIMEOUT_S)
        self.stop()
        before = self.info(self.folder)
        operator.do(UPGRADES, r"ballast-node revert .*")
        after = self.info(self.folder)
        wanted = max(before["best"][0] - REVERTED, before["finalized"][0])
        ensure(after["best"][0] == wanted < before["best"][0], f"revert {REVERTED}: {before}, then {after}")
        best = self.start_again("the node is in step after blocks were taken back")
        operator.tell(f"`revert {REVERTED}`: from block {before['best'][0]} to {after['best'][0]}, with {before['finalized'][0]} final; started, it was in step again at {best}")

    def kill(self):
        before = self.heights()[1]
        self.service.stop(hard=True)
        found = self.info(self.folder)["finalized"][0]
        ensure(found >= before - LAG_IN_STEP, f"block {before} was final, and after kill -9 the database has {found}")
        best = self.start_again("the node is in step after kill -9")
        self.operator.tell(f"`kill -9`: the database opens, with block {found} final; the node goes on from it, in step at {best}")

    def purge(self):
        operator = self.operator
        keystore, database = (self.folder / "chains" / CHAIN_ID / name for name in ("keystore", "db"))
        keystore.mkdir(exist_ok=True)
        mark = keystore / "stays"
        mark.write_text("stays")
        self.stop()
        ensure(any(database.rglob("*")), f"there is no database in {database}")
        before = self.info(self.folder)["best"][0]
        operator.do(BACKUP, r"ballast-node purge-chain .*")
        left = [path.name for path in database.rglob("*") if path.is_file()] if database.exists() else []
        ensure(not left and mark.read_text() == "stays", f"purge-chain left {left}, and of the keystore {os.listdir(keystore)}")
        mark.unlink()
        best = self.start_again("the node is in step with an empty database")
        operator.tell(f"`purge-chain`: the database with {before} blocks is gone, the keystore stays; with an empty one in step again at block {best}, the same chain")


def insert_keys(operator):
    """A founder's three session keys, their phrases typed at a terminal."""
    folder = operator.home / "founder"
    place, operator.places["/var/lib/ballast-node"] = operator.places["/var/lib/ballast-node"], folder
    folder.mkdir()
    made = []
    for kind, scheme in (("babe", "sr25519"), ("gran", "ed25519"), ("audi", "sr25519")):
        text = operator.do(GUIDE, f"ballast-node key generate --scheme {scheme}")
        phrase, public = (re.search(pattern, text).group(1) for pattern in (r"phrase:\s+(\S.*\S)", r"Public key \(hex\):\s+0x([0-9a-f]{64})"))
        at_terminal(operator.words(GUIDE, f"ballast-node key insert .*--key-type {kind} .*"), "URI:", phrase, operator.environment)
        made.append(kind.encode().hex() + public)
    operator.places["/var/lib/ballast-node"] = place
    found = sorted(path.name for path in (folder / "chains" / CHAIN_ID / "keystore").iterdir())
    ensure(found == sorted(made), f"the keystore has {found}, and {sorted(made)} were inserted")
    shutil.rmtree(folder)
    operator.tell("`key generate`, `key insert` at a terminal, three times: the keystore has three files, named after the public keys")


def at_terminal(command, prompt, line, environment):
    """Runs a program at a terminal of its own, and types a line when it asks."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.execvpe(command[0], command, environment)
        finally:
            os._exit(127)
    shown, typed, end = "", False, time.monotonic() + TERMINAL_TIMEOUT_S
    try:
        while time.monotonic() < end:
            # It asks first and hides what is typed a moment later.
            if not typed and prompt in shown and not termios.tcgetattr(terminal)[LOCAL_MODES] & termios.ECHO:
                os.write(terminal, line.encode() + b"\n")
                typed = True
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                piece = os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                # The program has closed the terminal.
                break
            if not piece:
                break
            shown += piece
        else:
            os.kill(pid, 9)
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    if status or not typed:
        raise Wrong(f"{command}: status {status}, {'typed' if typed else 'it never asked'}: {shown.replace(line, '…')}")
    ensure(line not in shown, f"{command} shows what is typed")
