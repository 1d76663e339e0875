#!/usr/bin/env python3
"""What operators do by hand, on a local network: a storage worker that joins, is changed, gets a new disk twice, drains and leaves
(docs/run-a-worker.md, docs/backup.md, docs/keys.md), and a node whose blocks are taken out, checked, taken back and deleted (docs/backup.md).

    scripts/operators.py DIR [--base-port P] [--report FILE]

DIR          a new folder; everything is in it
--base-port  of the local network's ports [default: 32000]

Goals: each command is read from these pages, so that a page that is wrong fails here; each step is held against what the chain, the worker or the node says.
Non-goals: the Debian packages' users and units (scripts/systemd-test.sh).
Needs root, for a disk that is mounted in a mount namespace of its own; rsync. Ends with 1 if something is not as it has to be, within 15 minutes in any case."""

import argparse
import os
import pathlib
import signal
import sys
import time

from network_faults import Wrong
from operators_base import BACKUP, END_S, KEYS, Operator, ensure
from operators_node import Node, insert_keys
from operators_worker import Worker

FUNDS_BAL = 20_000


def make_account(operator):
    """A key, money on it, and the same key from its phrase."""
    made = operator.do(KEYS, r"ballast key new --output .*")
    operator.account = made["account"]
    operator.places["5F…"] = operator.account
    opened = operator.do(KEYS, r"ballast .*key inspect --unlock")
    ensure(opened["account"] == operator.account, f"the keystore is another account's: {made['account']}, {opened}")
    again = operator.do(BACKUP, r"ballast key new --import", ["--output", operator.home / "restored.json"], BALLAST_SECRET=made["phrase"])
    ensure(again["account"] == operator.account, f"the phrase gives another account: {again}")
    operator.ballast("faucet", "--dev", "--amount", str(FUNDS_BAL), operator.account)
    operator.tell("an account was made, its keystore opens, and its phrase gives it again (`key new --import`)")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--base-port", type=int, default=32000)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--unshared", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.unshared and args.folder.exists() and any(args.folder.iterdir()):
        sys.exit(f"error: {args.folder} is not empty; name a new folder")
    return args


def unshare():
    """Begins again in a mount namespace of its own: what is mounted is seen by nobody else, and is gone when this ends."""
    if os.geteuid() != 0:
        sys.exit("error: needs root, to mount a disk in a namespace of its own")
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv, "--unshared"]
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"error: unshare: {error}; install util-linux")


def walk(operator):
    operator.start()
    make_account(operator)
    worker, node = Worker(operator), Node(operator)
    node.start()
    worker.join()
    worker.change()
    worker.publish()
    worker.copy_disk()
    worker.lose_disk()
    worker.remove_key()
    worker.drain()
    worker.leave()
    # While the stake is unbonding.
    insert_keys(operator)
    node.export()
    node.check()
    node.revert()
    node.kill()
    node.purge()
    worker.withdraw()
    operator.tell(f"all of it took {(time.monotonic() - operator.began) / 60:.0f} minutes")


def too_late(*_):
    raise Wrong(f"not done within {END_S // 60} minutes")


def main():
    args = parse()
    if not args.unshared:
        unshare()
    args.folder.mkdir(parents=True, exist_ok=True)
    # A signal ends it as an error does, so that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("error: told to stop"))
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(END_S)
    operator, wrong = None, None
    try:
        operator = Operator(args)
        walk(operator)
    except Wrong as error:
        wrong = error
    finally:
        signal.alarm(0)
        if operator:
            operator.end()
            if args.report:
                args.report.write_text("".join(f"- {line}\n" for line in operator.report))
    if wrong:
        sys.exit(f"error: {wrong}")


if __name__ == "__main__":
    main()
