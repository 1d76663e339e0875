#!/usr/bin/env python3
"""The second half of `scripts/demo.sh --chaos`: kills and corrupts storage workers of a local network, storage epoch after
storage epoch, while a reader fetches the model again and again.

It ends well if every read gave the published bytes, the workers that died were slashed and evicted, all of their shards were
rebuilt and receipted by others, and the workers that stayed were paid and lost nothing. Otherwise it says what is missing
and ends with 1.

The faults, all on holders of the largest blob's shards:

  killed      stopped by SIGKILL, for good: two workers, in epochs 1 and 3
  crashing    stopped by SIGKILL and started again in every epoch
  rotting     a byte of each MiB of its shard files is changed while it runs, in epoch 2
  truncated   its shard files lose their second half while it runs, in epoch 4
"""

import argparse
import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

READ_TIMEOUT_S = 120
CALL_TIMEOUT_S = 60
EPOCH_S = 60  # a storage epoch of local networks: 20 blocks of 3 s
HEADER_LEN = 4096  # of a shard file, before the column's bytes
MIB = 1 << 20


def parse():
    parser = argparse.ArgumentParser(description="kills and corrupts workers while a reader keeps fetching")
    for name in ("--ballast", "--localnet", "--network", "--name", "--address", "--source", "--reads"):
        parser.add_argument(name, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--epochs", type=int, default=20, help="storage epochs after which it must have healed")
    return parser.parse_args()


class Network:
    """The network as the command line and the local network's script show it."""

    def __init__(self, args):
        self.args = args
        folder = pathlib.Path(args.network) / "workers"
        self.folders = {i: folder / str(i) for i in range(1, args.workers + 1)}
        self.accounts = {i: (self.folders[i] / "account").read_text().strip() for i in self.folders}
        self.numbers = {account: i for i, account in self.accounts.items()}

    def json(self, *words):
        done = subprocess.run([self.args.ballast, "--json", *words], capture_output=True, text=True, timeout=CALL_TIMEOUT_S)
        if done.returncode:
            raise RuntimeError(f"ballast {' '.join(words)}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def worker(self, verb, number):
        subprocess.run([self.args.localnet, verb, self.args.network, str(number)], check=True, timeout=CALL_TIMEOUT_S)

    def encodings(self):
        blobs = self.json("status", self.args.name)["blobs"]
        return [encoding for blob in blobs for encoding in blob["encodings"]]

    def holders(self):
        """Workers of the largest blob's shards, in the shards' order."""
        blobs = [blob for blob in self.json("status", self.args.name)["blobs"] if blob["encodings"]]
        if not blobs:
            sys.exit("the model is so short that it lies in chain state; nothing to break")
        largest = max(blobs, key=lambda blob: blob["length"])
        return [self.numbers[held["worker"]] for held in largest["encodings"][0]["assignments"]]

    def standing(self, number):
        report = self.json("worker", "status", self.accounts[number])
        return report["status"], report["proofs"] or {}

    def shard_files(self, number):
        return [path for path in (self.folders[number] / "data" / "shards").glob("*/*") if path.is_file()]


class Reader(threading.Thread):
    """Fetches the model until it is told to stop, and compares every byte."""

    def __init__(self, args):
        super().__init__(daemon=True)
        self.args, self.stopping = args, threading.Event()
        self.reads, self.slowest_s, self.failures = 0, 0.0, []

    def run(self):
        while not self.stopping.is_set():
            self.read(pathlib.Path(self.args.reads) / str(self.reads))
            self.stopping.wait(2)

    def read(self, folder):
        began = time.monotonic()
        try:
            done = subprocess.run(
                [self.args.ballast, "fetch", self.args.address, "-o", str(folder)],
                capture_output=True, text=True, timeout=READ_TIMEOUT_S,
            )
            if done.returncode:
                self.failures.append(f"read {self.reads}: {done.stderr.strip()}")
            elif not same(pathlib.Path(self.args.source), folder):
                self.failures.append(f"read {self.reads}: the bytes differ")
        except subprocess.TimeoutExpired:
            self.failures.append(f"read {self.reads}: not within {READ_TIMEOUT_S} s")
        self.reads += 1
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        shutil.rmtree(folder, ignore_errors=True)


def same(source, copy):
    paths = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    found = {path.relative_to(copy) for path in copy.rglob("*") if path.is_file()}
    return paths == found and all(filecmp.cmp(source / path, copy / path, shallow=False) for path in paths)


def rot(path):
    """Changes a byte in each MiB of a shard file, behind the worker's back."""
    with open(path, "r+b") as file:
        size = os.fstat(file.fileno()).st_size
        for at in range(HEADER_LEN + 777, size, MIB):
            file.seek(at)
            byte = file.read(1)
            file.seek(at)
            file.write(bytes([byte[0] ^ 1]))


def truncate(path):
    os.truncate(path, HEADER_LEN + (path.stat().st_size - HEADER_LEN) // 2)


class Chaos:
    """Which fault is due when."""

    def __init__(self, network):
        self.network = network
        holders = network.holders()
        if len(set(holders)) < 5:
            sys.exit(f"needs five holders of one blob, there are {len(set(holders))}: use a larger model or code")
        self.dying, self.crashing, self.rotting, self.truncated = holders[0:2], holders[2], holders[3], holders[4]
        self.faulty = {*self.dying, self.crashing, self.rotting, self.truncated}

    def step(self, epoch):
        if epoch in (1, 3):
            victim = self.dying[epoch // 2]
            self.network.worker("worker-kill", victim)
            say(f"worker {victim} is killed for good")
        if epoch == 2:
            self.spoil(self.rotting, rot, "a byte of each MiB is changed")
        if epoch == 4:
            self.spoil(self.truncated, truncate, "cut in half")
        self.network.worker("worker-kill", self.crashing)
        self.network.worker("worker-start", self.crashing)
        say(f"worker {self.crashing} is killed and started again")

    def spoil(self, number, change, what):
        files = self.network.shard_files(number)
        for path in files:
            change(path)
        say(f"worker {number}: {len(files)} shard files under its feet: {what}")


def say(line):
    print(f"  {line}", flush=True)


def show(network, reader, epoch):
    """One line for the model, one for each worker that lost something."""
    encodings = network.encodings()
    have, want = sum(e["receipts"] for e in encodings), sum(e["shards"] for e in encodings)
    lost, moving = sum(e["lost"] for e in encodings), sum(e["moving"] for e in encodings)
    margin = min(e["margin"] for e in encodings)
    print(f"epoch {epoch}: {have} of {want} shards receipted ({lost} lost, {moving} being rebuilt), least margin {margin}; "
          f"{reader.reads} reads, {len(reader.failures)} failed, slowest {reader.slowest_s:.1f} s", flush=True)
    for number in network.accounts:
        status, proofs = network.standing(number)
        if status != "active" or proofs.get("score"):
            say(f"worker {number}: {status}, score {proofs.get('score', 0)}, {bal(proofs.get('slashed'))} BAL slashed")
    return have == want and not lost and not moving


def bal(planck):
    return f"{int(planck or 0) / 10**12:.6f}"


def verdict(network, chaos, reader, is_whole):
    """What is not as it must be; empty if all is well."""
    wrong = list(reader.failures)
    if reader.reads < 2:
        wrong.append(f"only {reader.reads} reads were made")
    if not is_whole:
        wrong.append("not all shards have a receipt")
    live = {network.accounts[i] for i in network.accounts if i not in chaos.dying}
    for encoding in network.encodings():
        for held in encoding["assignments"]:
            if held["worker"] not in live:
                wrong.append(f"shard {encoding['encoding']}/{held['shard']} is still a dead worker's")
    print("\nworker  fault      status    earned BAL    slashed BAL")
    for number in network.accounts:
        status, proofs = network.standing(number)
        earned, slashed = int(proofs.get("earned") or 0), int(proofs.get("slashed") or 0)
        print(f"{number:>6}  {fault(chaos, number):<9}  {status:<8}  {bal(earned):>10}  {bal(slashed):>13}")
        if number in chaos.dying and (status != "evicted" or not slashed):
            wrong.append(f"worker {number} was killed for good and is {status}, {bal(slashed)} BAL slashed")
        if number not in chaos.faulty and (status != "active" or slashed):
            wrong.append(f"worker {number} did nothing wrong and is {status}, {bal(slashed)} BAL slashed")
        if number not in chaos.faulty and proofs.get("receipted_shards") and not earned:
            wrong.append(f"worker {number} holds shards and earned nothing")
    return wrong


def fault(chaos, number):
    names = {chaos.crashing: "crashing", chaos.rotting: "rotting", chaos.truncated: "truncated"}
    return "killed" if number in chaos.dying else names.get(number, "")


def main():
    args = parse()
    network = Network(args)
    chaos, reader = Chaos(network), Reader(args)
    reader.start()
    evicted = is_whole = False
    for epoch in range(args.epochs + 1):
        next_at = time.monotonic() + EPOCH_S
        is_whole = show(network, reader, epoch)
        evicted = all(network.standing(number)[0] == "evicted" for number in chaos.dying)
        if evicted and is_whole and epoch > 5:
            break
        if epoch:
            chaos.step(epoch)
        time.sleep(max(0.0, next_at - time.monotonic()))
    reader.stopping.set()
    reader.join(READ_TIMEOUT_S)
    wrong = verdict(network, chaos, reader, is_whole and evicted)
    print(f"\n{reader.reads} reads, each compared byte for byte; the slowest took {reader.slowest_s:.1f} s")
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
