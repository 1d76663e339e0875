#!/usr/bin/env python3
"""Checks every command in the documentation against the programs themselves.

    scripts/check-docs.py [--bin FOLDER] [FILE..]

A command is a line of a code block that calls one of our programs or scripts. Its verbs and flags must be those that the program's own --help
tells, a script must be there and know its flags, a link to a file must lead to one. Prints what is wrong and ends with 1."""

import argparse
import functools
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ("ballast", "ballast-node", "ballast-storage-worker", "ballast-inference-worker", "ballast-inference-engine")
# Words that stand before a program: the rest of the line is the command.
BEFORE = ("sudo", "exec", "time", "nohup", "env")
HELP_TIMEOUT_S = 20
FLAG = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")


def code_lines(text):
    """Line number and text of each line in a code block, fenced for the shell or indented."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("```"):
            fence = None if fence is not None else stripped[3:]
        elif fence in ("sh", "bash", "console") or (fence is None and re.match(r"(?: {4}|\t| {7})\S", line)):
            yield number, stripped


def commands(line):
    """The commands of a line, each as words, without what is set before them."""
    line = re.sub(r"\s#\s.*$", "", line)
    try:
        lexer = shlex.shlex(line.replace("…", "x"), posix=True, punctuation_chars="|&;()<>")
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        return
    command = []
    for word in words + [";"]:
        if set(word) <= set("|&;()"):
            yield without_prefix(command)
            command = []
        else:
            command.append(word)


def without_prefix(words):
    if "--" in words and words and words[0] == "runuser":
        words = words[words.index("--") + 1:]
    while words and (words[0] in BEFORE or re.match(r"^\w+=", words[0])):
        words = words[1:]
    return words


@functools.cache
def help_of(program, verbs):
    run = subprocess.run([program, *verbs, "--help"], capture_output=True, text=True, timeout=HELP_TIMEOUT_S)
    return run.stdout if run.returncode == 0 else None


def verbs_in(text):
    """The verbs that a --help lists."""
    listed = re.search(r"^Commands:\n(.*?)(?:\n\n|\Z)", text, re.S | re.M)
    return set(re.findall(r"^  (\S+)", listed.group(1), re.M)) if listed else set()


def check_program(folder, words):
    program, verbs = folder / words[0], ()
    text = help_of(program, verbs)
    if text is None:
        return [f"{words[0]} does not tell --help"]
    # Global flags may stand before the verb, with a value after them, which is no verb then.
    known, problems, skip = text, [], False
    for word in words[1:]:
        if skip:
            skip = False
            continue
        if word.startswith(("<", ">")):
            break
        if word.startswith("-"):
            flag = word.split("=")[0]
            if FLAG.fullmatch(flag) and not re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", known):
                problems.append(f"{' '.join([words[0], *verbs])} knows no {flag}")
            skip = "=" not in word and bool(re.search(rf"{re.escape(flag)}(?:, --?[\w-]+)? <", known))
        elif word in verbs_in(help_of(program, verbs)):
            verbs += (word,)
            known = text + help_of(program, verbs)
        elif verbs_in(help_of(program, verbs)) and "[COMMAND]" not in help_of(program, verbs):
            return problems + [f"{' '.join([words[0], *verbs])} has no verb {word}"]
    return problems


def check_script(words):
    path = ROOT / words[0]
    if not path.is_file():
        return [f"{words[0]} is not there"]
    if not os.access(path, os.X_OK):
        return [f"{words[0]} cannot be executed"]
    source = path.read_text()
    return [f"{words[0]} knows no {word}" for word in words[1:] if word.startswith("--") and word.split("=")[0] not in source]


def check_file(folder, path):
    text = path.read_text()
    count = 0
    for number, line in code_lines(text):
        for words in commands(line):
            if words and words[0] in PROGRAMS:
                count += 1
                yield from (f"{path.relative_to(ROOT)}:{number}: {problem}" for problem in check_program(folder, words))
            elif words and words[0].startswith("scripts/"):
                count += 1
                yield from (f"{path.relative_to(ROOT)}:{number}: {problem}" for problem in check_script(words))
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        if not (path.parent / target).exists():
            yield f"{path.relative_to(ROOT)}: the link to {target} leads nowhere"
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)#([^)\s]+)\)", text):
        other = path.parent / target if target else path
        if other.suffix == ".md" and other.exists() and anchor not in anchors(other.read_text()):
            yield f"{path.relative_to(ROOT)}: {target} has no heading #{anchor}"
    COUNTED.append(count)


def anchors(text):
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


COUNTED = []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.expanduser("~/.cache/ballast/target"))
    parser.add_argument("--bin", type=pathlib.Path, default=os.environ.get("BALLAST_BIN", f"{target}/release"))
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    files = [path.resolve() for path in args.files] or sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))
    problems = [problem for path in files for problem in check_file(pathlib.Path(args.bin), path)]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    if len(files) > 1 and not sum(COUNTED):
        sys.exit("error: no command was found; the check has gone blind")
    print(f"{sum(COUNTED)} commands in {len(files)} files are as the programs know them")


main()
