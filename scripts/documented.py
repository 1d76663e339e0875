"""Commands that the pages of docs/ tell, for the scripts that run them: scripts/network_join.py and scripts/found.py.

Goals: a script runs what a page says, so that a page that is wrong fails there; a command has an end and says what it was when it fails.
Non-goals: a shell. Words after `>` are left to the caller, and what is set before a command is dropped."""

import re
import shlex
import subprocess

from network_faults import Wrong


def documented(page, pattern, places):
    """The one command of a page that matches, as words, with what this network has in the place of the page's examples."""
    text = page.read_text()
    lines = re.findall(r"^ {4,}(\S.*)$", text, re.M) + re.findall(r"`([^`\n]+)`", text)
    commands = {command.strip() for line in lines for command in line.split(" && ")}
    found = [command for command in commands if re.fullmatch(pattern, command)]
    if len(found) != 1:
        raise Wrong(f"{page} has to have one command that matches {pattern!r}, and has {found}")
    words = shlex.split(found[0], comments=True)
    while re.match(r"^\w+=", words[0]):
        # A variable that is set for the command; secrets come by the environment.
        words.pop(0)
    return [str(places.get(word, word)) for word in words]


def finished(command, timeout, **options):
    """What a command wrote, once it has ended well."""
    command = list(map(str, command))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, **options)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{shlex.join(command)}: no end within {timeout} s") from None
    if done.returncode:
        raise Wrong(f"{shlex.join(command)}: exit status {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def ensure(holds, what):
    if not holds:
        raise Wrong(what)
