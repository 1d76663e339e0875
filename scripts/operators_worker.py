"""The storage worker of scripts/operators.py: set up, changed, with a new disk twice, drained, left, by what docs/run-a-worker.md, docs/backup.md and docs/keys.md tell."""

import os
import re
import secrets
import urllib.request

from network_faults import Wrong
from operators_base import BACKUP, BAL, KEYS, ROOT, WORKER, ensure, run

# Of the worker's own port, after the local network's workers.
PORT = 350
CAPACITY = "128GiB"
STAKE_BAL, ADDED_BAL = 5000, 1000
# Two files, so two blobs; one of three shards of each is the operator's with a chance of three to four.
FILE_LEN = 3 << 20
FILES = 2
CODE = "2,3"
MODELS_MAX = 5
HEADER_LEN = 4096
UP_TIMEOUT_S = 60
HELD_TIMEOUT_S = 120
FINAL_TIMEOUT_S = 60
DRAIN_TIMEOUT_S = 240
UNBONDING_TIMEOUT_S = 240
# What `check` ends with when it found something.
DAMAGE_FOUND = 3
# What an operator's call ends with that the chain refuses.
REFUSED = 2


class Worker:
    def __init__(self, operator):
        self.operator = operator
        self.service = operator.service("storage-worker")
        self.port = operator.base_port + PORT
        self.data = operator.home / "worker"
        self.models = {}
        self.before_join = None
        operator.places.update({
            "/var/lib/ballast-storage-worker": self.data, "/srv/ballast": self.data,
            "/mnt/new/ballast-storage-worker": operator.home / "new-disk" / "worker", "/etc/fstab": operator.home / "fstab",
            "https://worker.example.org": f"http://127.0.0.1:{self.port}", "https://worker.example.org/v1/health": f"http://127.0.0.1:{self.port}/v1/health",
            "127.0.0.1:9955": f"127.0.0.1:{self.port}", "2TB": CAPACITY, "4TB": "64GiB", "/srv/ballast-inference": operator.home / "inference", "/var/lib/ballast-inference-worker": operator.home / "inference",
        })

    # Looking

    def status(self):
        return self.operator.do(WORKER, r"ballast worker status 5F…")

    def shards(self):
        return {(held["encoding"], held["shard"]) for held in self.status()["shards"]}

    def held(self):
        """How many shards are on its disk, as it says itself; none while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                found = re.search(r"^ballast_worker_shards_held (\d+)$", answer.read().decode(), re.M)
        except OSError:
            return None
        return int(found.group(1)) if found else None

    def holders(self, name):
        """Who has which shard of a model, those with a receipt only."""
        blobs = self.operator.ballast("status", name)["blobs"]
        encodings = [encoding for blob in blobs for encoding in blob["encodings"]]
        return {(encoding["encoding"], one["shard"]): one["worker"] for encoding in encodings for one in encoding["assignments"] if one["receipted"] and not one["lost"]}

    def is_whole(self, name):
        return len(self.holders(name)) == 3 * len(self.models[name]["files"])

    def balance(self):
        return self.operator.ballast("balance", self.operator.account)

    # Doing

    def run(self):
        self.service.start([*self.operator.words(WORKER, r"ballast-storage-worker run --data-dir .*"), "--allow-private"], self.operator.environment)
        self.operator.poll("the worker answers", lambda: self.held() is not None, UP_TIMEOUT_S)

    def stop(self):
        self.operator.tells(BACKUP, "systemctl stop ballast-storage-worker")
        self.service.stop()

    def start_again(self):
        self.operator.tells(BACKUP, "systemctl start ballast-storage-worker")
        self.run()

    def examine(self, repair=False, status=0):
        """`check` of the copy on the new disk."""
        return self.operator.do(BACKUP, r"ballast-storage-worker check --repair .*" if repair else r"ballast-storage-worker check --data-dir .*", status=status)

    def ensure_good(self):
        checked = self.operator.do(WORKER, r"ballast worker check 5F…")
        ensure(checked["good"], f"worker check: {checked}")

    def join(self):
        operator = self.operator
        receipt_key = operator.do(WORKER, r"ballast-storage-worker init --data-dir .*").strip()
        ensure(operator.do(KEYS, r"ballast-storage-worker key --data-dir .*").strip() == receipt_key, "`key` prints another key than `init` did")
        operator.places["0x…"] = receipt_key
        self.run()
        self.before_join = self.balance()
        joined = operator.do(WORKER, r"ballast .*worker join .*")
        ensure((joined["worker"], joined["receipt_key"], int(joined["stake"])) == (operator.account, receipt_key, STAKE_BAL * BAL), f"the chain has another worker: {joined}")
        self.operator.poll("the worker follows the chain", lambda: operator.do(WORKER, r"curl .*v1/health"), UP_TIMEOUT_S)
        operator.poll("worker check finds all as it should be", self.checks, UP_TIMEOUT_S)
        operator.tell(f"a worker was set up and joined with {STAKE_BAL} BAL; `worker check` finds nothing wrong")

    def checks(self):
        try:
            self.ensure_good()
            return True
        except Wrong:
            return False

    def change(self):
        operator = self.operator
        ask = operator.do(WORKER, r"ballast .*worker update --ask .*")["ask_per_gib_epoch"]
        ensure(int(ask) == 2 * BAL // 1000, f"the ask is {ask}")
        ensure(operator.do(WORKER, r"ballast .*worker update --capacity \S+")["capacity"] == 64 << 30, "the capacity did not change")
        ensure(int(operator.do(WORKER, r"ballast .*worker add-stake .*")["stake"]) == (STAKE_BAL + ADDED_BAL) * BAL, "the stake did not grow by what was added")
        operator.tell(f"`worker update --ask`, `--capacity`: changed on chain; `worker add-stake`: {STAKE_BAL + ADDED_BAL} BAL are at stake")

    def publish(self):
        """Until the operator's worker holds a shard: which workers are drawn is chance."""
        operator = self.operator
        while not self.shards():
            number = len(self.models)
            ensure(number < MODELS_MAX, f"no shard of {number} models was drawn for the worker")
            source, name = operator.home / f"model-{number}", f"operators/model-{number}"
            source.mkdir()
            files = {f"part-{i}.bin": secrets.token_bytes(FILE_LEN) for i in range(FILES)}
            for file, content in files.items():
                (source / file).write_bytes(content)
            published = operator.ballast("--dev-account", "alice", "publish", str(source), "--name", name, "--code", CODE, "--epochs", "60")
            self.models[name] = {"address": published["manifest"], "files": files}
        operator.poll("every shard has a receipt", lambda: all(map(self.is_whole, self.models)), HELD_TIMEOUT_S)
        count = len(self.shards())
        operator.poll("the worker holds what the chain says", lambda: self.held() == count, HELD_TIMEOUT_S)
        operator.tell(f"{len(self.models)} model(s) of {FILES} files published at ({CODE}); {count} of the shards lie at the operator's worker")

    def read(self, what):
        """All models, by readers, with every byte compared."""
        for number, (name, model) in enumerate(self.models.items()):
            into = self.operator.home / f"fetched-{secrets.token_hex(4)}"
            self.operator.ballast("fetch", model["address"], "-o", str(into))
            for file, content in model["files"].items():
                ensure((into / file).read_bytes() == content, f"{what}: {file} of {name} differs")

    # Disks

    def shard_files(self, folder):
        return sorted(path for path in (folder / "shards").glob("*/*") if path.is_file())

    def contents(self, folder):
        return sorted(path.read_bytes()[HEADER_LEN:] for path in self.shard_files(folder))

    def copy_disk(self):
        """The old disk still reads; one block of the copy is spoilt, and repaired."""
        operator, new = self.operator, self.operator.places["/mnt/new/ballast-storage-worker"]
        new.parent.mkdir()
        before, shards = self.contents(self.data), self.shards()
        self.stop()
        operator.do(BACKUP, r"rsync .*")
        good = self.examine()
        ensure(good.startswith(f"{len(shards)} shards held, ") and " 0 damaged; 0 being received" in good, f"check of the copy: {good}")
        spoil(self.shard_files(new)[0])
        bad = self.examine(status=DAMAGE_FOUND)
        ensure(" 1 damaged" in bad and "has changed or cannot be read" in bad, f"check of a copy in which a byte was changed: {bad}")
        self.examine(repair=True, status=DAMAGE_FOUND)
        operator.do(BACKUP, r"mount --bind .*")
        operator.do(BACKUP, r"echo .* >> .*")
        run_as_written(operator)
        self.start_again()
        operator.poll("the spoilt shard is rebuilt", lambda: self.held() == len(shards) and self.contents(new) == before, HELD_TIMEOUT_S)
        self.ensure_unharmed(shards)
        operator.tell(f"a disk that still reads: copied, `check` of the copy: {good.strip()}; with one byte changed it ends with 3, `--repair` gives the block up, "
                      "and the worker rebuilt it from others, byte for byte; the line of fstab mounts it")

    def ensure_unharmed(self, shards):
        self.ensure_good()
        status = self.status()
        ensure(status["status"] == "active" and shards <= self.shards(), f"the worker lost shards on chain: {sorted(shards)}, then {status}")
        ensure(int(self.proofs()["slashed"]) == 0 and int(status["stake"]) == (STAKE_BAL + ADDED_BAL) * BAL, f"the worker lost stake: {status}")

    def lose_disk(self):
        """An empty folder and a new receipt key."""
        operator = self.operator
        before, shards, old_key = self.contents(self.data), self.shards(), operator.places["0x…"]
        self.stop()
        run(["umount", self.data])
        os.rename(self.data, operator.home / "dead-disk")
        os.rename(operator.home / "new-disk", operator.home / "dead-new-disk")
        operator.do(BACKUP, r"install .*")
        ensure(self.data.stat().st_mode & 0o777 == 0o700, "the folder is open to others")
        new_key = operator.do(BACKUP, r"ballast-storage-worker init .*").strip()
        ensure(new_key != old_key, "`init` in an empty folder gave the old key")
        operator.places["0x…"] = new_key
        ensure(operator.do(BACKUP, r"ballast .*worker update --receipt-key .*")["receipt_key"] == new_key, "the chain has another receipt key")
        self.start_again()
        operator.poll("an empty disk holds all shards again", lambda: self.held() == len(shards), HELD_TIMEOUT_S)
        ensure(self.contents(self.data) == before, "the rebuilt shards are not those that were lost")
        self.ensure_unharmed(shards)
        begun = self.windows()
        operator.poll("a window that opened later is proven", lambda: self.proven() > begun, 2 * HELD_TIMEOUT_S)
        operator.tell(f"a disk that is dead: an empty folder, `init`, `worker update --receipt-key`; the worker rebuilt its {len(shards)} shards from others, byte for byte, and proves them; no stake was taken")

    def proofs(self):
        """What the chain has seen it prove; nothing yet of one that was never asked."""
        return self.status()["proofs"] or {"slashed": "0", "recent": [], "window": None}

    def windows(self):
        """The epoch of the last window that has opened."""
        proofs = self.proofs()
        return max((window["epoch"] for window in [*proofs["recent"], *filter(None, [proofs["window"]])]), default=-1)

    def proven(self):
        """The epoch of the last window whose chunks were all shown."""
        clean = [window["epoch"] for window in self.proofs()["recent"] if window["proven"] and not window["missed"]]
        return max(clean, default=-1)

    # An inference worker's key

    def remove_key(self):
        operator = self.operator
        for verb in ("set-golden", "set-guest"):
            operator.ballast("--dev-account", "alice", "attest", "govern", verb, "--dev")
        page = ROOT / "docs" / "attestation.md"
        made = operator.do(page, r"ballast-inference-worker init --data-dir /srv/.*")
        key = re.search(r"0x[0-9a-f]{64}", made).group()
        ensure(key in operator.do(KEYS, r"ballast-inference-worker key --data-dir .*"), "`key` prints another key than `init` did")
        operator.do(page, r"ballast-inference-worker attest --data-dir /srv/.*", ["--dev", "--once"])
        keys = operator.ballast("attest", "status", operator.account)["keys"]
        ensure([one["session_key"] for one in keys] == [key] and keys[0]["tier"] == "T1", f"the key is not attested: {keys}")
        receipt_key, operator.places["0x…"] = operator.places["0x…"], key
        operator.do(KEYS, r"ballast .*attest remove-key 0x…")
        operator.places["0x…"] = receipt_key
        keys = operator.ballast("attest", "status", operator.account)["keys"]
        ensure(not keys, f"the key is still there: {keys}")
        operator.tell("`attest remove-key`: a session key at T1 with a GPU, then none")

    # Leaving

    def drain(self):
        operator = self.operator
        shards, began = self.shards(), operator.height()
        ensure(operator.do(WORKER, r"ballast .*worker drain")["status"] == "draining", "the worker does not drain")
        ensure(operator.do(WORKER, r"ballast .*worker resume")["status"] == "active", "the worker did not resume")
        ensure(operator.do(WORKER, r"ballast .*worker drain")["status"] == "draining", "the worker does not drain again")
        operator.poll("a draining worker has no shards", lambda: not self.status()["shards"], DRAIN_TIMEOUT_S)
        operator.poll("every shard has a receipt of another", self.others_hold_all, HELD_TIMEOUT_S)
        operator.tell(f"`worker drain`, `resume`, `drain`: draining, active, draining; others held its {len(shards)} shards, with receipts, {operator.height() - began} blocks later")

    def others_hold_all(self):
        return all(self.is_whole(name) and self.operator.account not in self.holders(name).values() for name in self.models)

    def leave(self):
        operator = self.operator
        left = operator.do(WORKER, r"ballast .*worker leave")
        ensure(left["status"] == "leaving" and left["withdrawable_at"], f"the worker does not leave: {left}")
        early = run(operator.words(WORKER, r"ballast .*worker withdraw"), status=REFUSED, cwd=operator.home, env=operator.environment).stderr
        self.withdrawable_at = left["withdrawable_at"]
        self.service.stop()
        self.read("after the worker has left")
        operator.tell(f"`worker leave`: the stake is free at block {self.withdrawable_at}; `withdraw` before that is refused ({early.strip().splitlines()[-1]}); the models are read without this worker, each byte compared")

    def withdraw(self):
        operator = self.operator
        operator.poll(f"block {self.withdrawable_at} is there", lambda: operator.height() >= self.withdrawable_at, UNBONDING_TIMEOUT_S)
        held = int(self.balance()["held"])
        done = operator.do(WORKER, r"ballast .*worker withdraw")
        after = self.balance()
        ensure(held == (STAKE_BAL + ADDED_BAL) * BAL and int(after["held"]) == 0, f"the stake is not free: {held}, then {after}, {done}")
        # Pay came in, fees went out; both are small.
        lost = int(self.before_join["free"]) - int(after["free"])
        ensure(lost < BAL, f"{lost / BAL} BAL are gone")
        gone = run(operator.words(WORKER, r"ballast worker status 5F…"), status=REFUSED, cwd=operator.home, env=operator.environment).stderr
        ensure("is no worker on this chain" in gone, f"the worker is still there: {gone}")
        operator.tell(f"`worker withdraw` at block {operator.height()}: {STAKE_BAL + ADDED_BAL} BAL are free again, the worker is gone from the chain")


def spoil(path):
    """Changes one byte of a shard, behind its header."""
    with open(path, "r+b") as file:
        file.seek(HEADER_LEN + 777)
        byte = file.read(1)
        file.seek(HEADER_LEN + 777)
        file.write(bytes([byte[0] ^ 1]))


def run_as_written(operator):
    """That the new line of fstab mounts what `mount --bind` did, as it has to when the machine boots."""
    data, table = operator.places["/var/lib/ballast-storage-worker"], operator.places["/etc/fstab"]
    run(["findmnt", "--verify", "--tab-file", table])
    before = sorted(os.listdir(data))
    run(["umount", data])
    (data / "is-the-old-disk").touch()
    run(["mount", "--all", "--fstab", table])
    ensure(sorted(os.listdir(data)) == before and "is-the-old-disk" not in before, f"the line of {table} does not mount the new disk: {os.listdir(data)}")
