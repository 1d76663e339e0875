"""An operator of scripts/operators.py: the pages, read a command at a time, a local network, and programs that run until they are stopped."""

import getpass
import json
import os
import pathlib
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

from network_faults import Wrong
from documented import documented

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEYS, BACKUP, WORKER = (ROOT / "docs" / f"{page}.md" for page in ("keys", "backup", "run-a-worker"))
LOCALNET = ROOT / "scripts" / "localnet.sh"
PROGRAMS = ("ballast", "ballast-node", "ballast-storage-worker", "ballast-inference-worker")
TOOLS = ("unshare", "rsync", "mount", "umount", "findmnt", "install", "curl")
WORKERS = 3
BAL = 10**12
# All of it; the network is stopped then, which takes less than a minute.
END_S = 14 * 60
NETWORK_TIMEOUT_S = 240
# A program that opens a node's database compiles the runtime first, which takes minutes on a machine that does other things, too.
COMMAND_TIMEOUT_S = 240
STOP_TIMEOUT_S = 60
# A user of the Debian packages, as whom the pages run a program; there is none here.
AS_USER = r"(?:runuser -u \S+ -- )?"


def ensure(holds, what):
    if not holds:
        raise Wrong(what)


def run(command, timeout_s=COMMAND_TIMEOUT_S, status=0, **options):
    """What a command wrote, once it has ended with this status."""
    command = list(map(str, command))
    line = shlex.join(command)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, stdin=subprocess.DEVNULL, **options)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{line}: no end within {timeout_s} s") from None
    except OSError as error:
        raise Wrong(f"{line}: {error}") from None
    if done.returncode != status:
        raise Wrong(f"{line}: exit status {done.returncode}, not {status}: {done.stderr.strip()[-2000:] or done.stdout.strip()[-2000:]}")
    return done


class Service:
    """A program that runs until it is stopped, as the Debian package's unit does."""

    def __init__(self, name, log):
        self.name, self.log, self.process = name, log, None

    def start(self, command, environment):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, start_new_session=True)

    def stop(self, hard=False):
        if self.process is None:
            return
        (self.process.kill if hard else self.process.terminate)()
        try:
            ended = self.process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=STOP_TIMEOUT_S)
            raise Wrong(f"{self.name} did not end within {STOP_TIMEOUT_S} s of being told to; see {self.log}") from None
        finally:
            self.process = None
        ensure(hard or ended == 0, f"{self.name} ended with {ended} when it was told to stop; see {self.log}")

    def ensure_runs(self):
        ensure(self.process is not None and self.process.poll() is None, f"{self.name} has ended by itself; see {self.log}")


class Operator:
    """Somebody with the pages, an account, and a local network to be part of."""

    def __init__(self, args):
        self.folder = args.folder.resolve()
        self.base_port, self.began, self.report = args.base_port, time.monotonic(), []
        self.network = self.folder / "network"
        self.home = self.folder / "operator"
        self.home.mkdir(mode=0o700)
        self.binaries = binaries()
        self.url = f"ws://127.0.0.1:{self.base_port + 100}"
        self.services = []
        self.keystore = self.home / "key.json"
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_hex(16))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BALLAST_")}
        self.environment = {**kept, "HOME": str(self.home), "BALLAST_URL": self.url, "BALLAST_ALLOW_PRIVATE": "true", "BALLAST_PASSWORD_FILE": str(password)}
        user = getpass.getuser()
        self.places = {"key.json": self.keystore, "password": password, "wss://node.example.org": self.url, "ws://127.0.0.1:9944": self.url,
                       "ballast-storage": user, "ballast-node": user}
        self.account = None

    def service(self, name):
        service = Service(name, self.folder / f"{name}.log")
        self.services.append(service)
        return service

    # The pages' commands

    def placed(self, word):
        """A word of a page with what is here in the place of its examples; a line of fstab is one word with several in it."""
        return " ".join(str(self.places.get(part) or self.places.get(part.rstrip("/"), part)) + ("/" if part.endswith("/") and part.rstrip("/") in self.places and part not in self.places else "")
                        for part in word.split(" "))

    def words(self, page, pattern):
        words = documented(page, AS_USER + pattern, {})
        if words[0] == "runuser":
            words = words[words.index("--") + 1:]
        program, *rest = words
        program = self.binaries / program if program in PROGRAMS else program
        return [str(program), *(self.placed(word) for word in rest)]

    def do(self, page, pattern, more=(), status=0, timeout_s=COMMAND_TIMEOUT_S, **environment):
        """Runs a documented command; what it wrote, or its answer where that is JSON. A redirection at its end is done as a shell does it."""
        words = self.words(page, pattern)
        into = None
        if len(words) > 2 and words[-2] in (">", ">>"):
            *words, sign, into = words
        if words[0] == str(self.binaries / "ballast"):
            words.insert(1, "--json")
        done = run([*words, *more], timeout_s, status, cwd=self.home, env={**self.environment, **environment})
        if into is not None:
            with open(into, "a" if sign == ">>" else "w") as file:
                file.write(done.stdout)
            return done.stdout
        return json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout

    def tells(self, page, line):
        """That a page has a command which the Debian package's unit does, and a Service does here."""
        documented(page, re.escape(line), {})

    # What others do

    def ballast(self, *words):
        return json.loads(run([self.binaries / "ballast", "--json", *words], env=self.environment, cwd=self.home).stdout)

    def rpc(self, method, *params, port=None):
        """The result of a call on the network's node, or another of this machine; none while it does not answer."""
        body = json.dumps({"id": 1, "jsonrpc": "2.0", "method": method, "params": params}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.base_port + 100}", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.load(answer).get("result")
        except (OSError, ValueError):
            return None

    def height(self, port=None, final=False):
        digest = self.rpc("chain_getFinalizedHead", port=port) if final else None
        header = self.rpc("chain_getHeader", *([digest] if digest else []), port=port) if digest or not final else None
        return int(header["number"], 16) if header else -1

    def poll(self, what, look, seconds):
        """What `look` gives as soon as that is something."""
        end = min(time.monotonic() + seconds, self.began + END_S)
        while True:
            for service in self.services:
                if service.process is not None:
                    service.ensure_runs()
            seen = look()
            if seen:
                return seen
            if time.monotonic() > end:
                raise Wrong(f"{what}: not within {seconds} s")
            time.sleep(1)

    def tell(self, what):
        self.report.append(what)
        print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)

    # Begin and end

    def localnet(self, verb, *args):
        """A verb of scripts/localnet.sh, which has a session of its own: who stops it early stops what it started itself, too."""
        command = [str(LOCALNET), verb, str(self.network), *map(str, args)]
        environment = {**self.environment, "BALLAST_BIN": str(self.binaries)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment, start_new_session=True)
        try:
            told, _ = process.communicate(timeout=NETWORK_TIMEOUT_S)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=STOP_TIMEOUT_S)
            if isinstance(error, subprocess.TimeoutExpired):
                raise Wrong(f"{shlex.join(command)}: no end within {NETWORK_TIMEOUT_S} s") from None
            raise
        ensure(process.returncode == 0, f"{shlex.join(command)}: {told.strip()}")

    def start(self):
        self.localnet("start", "--validators", "1", "--workers", WORKERS, "--base-port", self.base_port)
        self.tell(f"a local network of one validator and {WORKERS} storage workers is up")

    def end(self):
        for service in self.services:
            try:
                service.stop(hard=True)
            except Wrong as wrong:
                print(f"error: {wrong}", file=sys.stderr)
        if (self.network / "settings").exists():
            self.localnet("stop")


def binaries():
    folder = pathlib.Path(os.environ.get("BALLAST_BIN") or pathlib.Path(os.environ.get("CARGO_TARGET_DIR", os.path.expanduser("~/.cache/ballast/target")), "release")).resolve()
    for program in PROGRAMS:
        ensure((folder / program).is_file(), f"{folder / program} is missing: build it, or name another folder with BALLAST_BIN")
    for tool in TOOLS:
        ensure(shutil.which(tool), f"{tool} is missing: install the package of your system that has it")
    return folder
