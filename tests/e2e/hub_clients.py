"""Hugging Face clients against a gateway, as their users call them. One step per call; run by tests/gateway.rs.

    hub_clients.py STEP --endpoint URL --source DIR --work DIR [--repo NS/NAME] [--token-file FILE]

Steps end with an AssertionError or quietly. Paths of the source folder are compared byte by byte.
"""

import argparse
import filecmp
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=sorted(STEPS))
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--repo", default="acme/minilm")
    parser.add_argument("--token-file", type=Path)
    return parser.parse_args()


def files(folder):
    """Paths below a folder, without what the clients keep for themselves."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path.parts[0] != ".cache")


def assert_same(source, copy, expected=None):
    expected = files(source) if expected is None else sorted(expected)
    assert files(copy) == expected, (files(copy), expected)
    for path in expected:
        assert filecmp.cmp(source / path, copy / path, shallow=False), path


def hf(*command):
    """The program `hf` beside this interpreter; returns what it prints."""
    program = Path(sys.executable).with_name("hf")
    done = subprocess.run([program, *command], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"hf {command}: {done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def download(args):
    """hf download, into a folder and into the cache; hf cache verify; --dry-run."""
    told = hf("download", args.repo, "--dry-run")
    assert "config.json" in told, told
    folder = args.work / "download"
    hf("download", args.repo, "--local-dir", str(folder))
    assert_same(args.source, folder)
    told = hf("download", args.repo, "--json")
    told = hf("cache", "verify", args.repo)
    assert "Verified" in told or "verified" in told or "OK" in told, told
    hf("download", args.repo, "config.json", "--revision", "first", "--local-dir", str(args.work / "one"))
    assert_same(args.source, args.work / "one", [Path("config.json")])


def api(args):
    """What HfApi asks, and downloads of parts."""
    from huggingface_hub import HfApi, hf_hub_download, snapshot_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    hub = HfApi()
    info = hub.model_info(args.repo, files_metadata=True)
    assert info.id == args.repo and len(info.sha) == 40, info
    sizes = {sibling.rfilename: sibling.size for sibling in info.siblings}
    expected = {str(path): (args.source / path).stat().st_size for path in files(args.source)}
    assert sizes == expected, (sizes, expected)
    assert hub.model_info(args.repo, revision="first").sha == info.sha
    assert hub.model_info(args.repo, revision=info.sha).sha == info.sha

    tree = {entry.path: entry for entry in hub.list_repo_tree(args.repo, recursive=True)}
    listed = {path for path, entry in tree.items() if hasattr(entry, "size")}
    assert listed == set(expected), listed
    weights = tree["model.safetensors"]
    sha256 = hashlib.sha256((args.source / "model.safetensors").read_bytes()).hexdigest()
    assert weights.lfs.sha256 == sha256 and weights.size == expected["model.safetensors"]
    assert hub.list_repo_refs(args.repo).tags[0].name == "first"
    assert [info.path for info in hub.get_paths_info(args.repo, ["config.json", "none"])] == ["config.json"]
    assert args.repo in [model.id for model in hub.list_models(search="minilm")]
    assert hub.file_exists(args.repo, "config.json") and not hub.file_exists(args.repo, "none")
    metadata = hub.get_safetensors_metadata(args.repo)
    assert sum(metadata.parameter_count.values()) > 20_000_000, metadata.parameter_count

    path = hf_hub_download(args.repo, "config.json", cache_dir=args.work / "cache")
    assert filecmp.cmp(path, args.source / "config.json", shallow=False)
    folder = snapshot_download(
        args.repo, allow_patterns=["*.json", "*.txt"], ignore_patterns=["vocab*"], local_dir=args.work / "snapshot"
    )
    wanted = [p for p in files(args.source) if p.suffix in (".json", ".txt") and not p.name.startswith("vocab")]
    assert_same(args.source, Path(folder), wanted)
    for error, call in (
        (RepositoryNotFoundError, lambda: hub.model_info("acme/none")),
        (RevisionNotFoundError, lambda: hub.model_info(args.repo, revision="none")),
        (EntryNotFoundError, lambda: hf_hub_download(args.repo, "none.json", cache_dir=args.work / "cache")),
    ):
        try:
            call()
        except error:
            continue
        raise AssertionError(f"{error} expected")


def by_address(args):
    """A version by its address, without a name."""
    from huggingface_hub import snapshot_download

    folder = snapshot_download(args.repo, local_dir=args.work / "by-address")
    assert_same(args.source, Path(folder))


def transformers(args):
    """Configuration and tokenizer, as transformers load them."""
    from transformers import AutoConfig, AutoTokenizer

    config = AutoConfig.from_pretrained(args.repo)
    own = json.loads((args.source / "config.json").read_text())
    assert config.hidden_size == own["hidden_size"], config
    tokenizer = AutoTokenizer.from_pretrained(args.repo)
    ids = tokenizer("kept by many")["input_ids"]
    assert tokenizer.decode(ids, skip_special_tokens=True) == "kept by many", ids


def resume(args):
    """A download whose gateway is gone for a while goes on where it was."""
    from huggingface_hub import hf_hub_download

    path = hf_hub_download(args.repo, "weights.bin", local_dir=args.work / "resumed")
    assert filecmp.cmp(path, args.source / "weights.bin", shallow=False)


def upload(args):
    """hf upload, and back; a second commit with a deletion; without a token nothing."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
    from huggingface_hub.errors import HfHubHTTPError

    token = args.token_file.read_text().strip()
    try:
        HfApi(token="hf_" + "x" * 40).create_repo(args.repo)
        raise AssertionError("a token that nobody made was taken")
    except HfHubHTTPError as error:
        assert error.response.status_code == 401, error
    os.environ["HF_TOKEN"] = token
    hub = HfApi(token=token)
    assert hub.whoami()["type"] == "user"
    told = hf("upload", args.repo, str(args.source), ".", "--commit-message", "all of it")
    assert args.repo in told, told
    folder = args.work / "uploaded"
    hf("download", args.repo, "--local-dir", str(folder))
    assert_same(args.source, folder)

    first = hub.model_info(args.repo).sha
    victim = files(args.source)[0]
    commit = hub.create_commit(
        args.repo,
        [CommitOperationAdd("notes/new.txt", b"new"), CommitOperationDelete(str(victim))],
        commit_message="one more, one less",
        parent_commit=first,
    )
    listed = hub.list_repo_files(args.repo)
    assert "notes/new.txt" in listed and str(victim) not in listed, listed
    assert hub.model_info(args.repo).sha == commit.oid != first
    assert str(victim) in hub.list_repo_files(args.repo, revision=first)


STEPS = {
    "download": download,
    "api": api,
    "by-address": by_address,
    "transformers": transformers,
    "resume": resume,
    "upload": upload,
}

if __name__ == "__main__":
    given = arguments()
    # Before any client is imported: they read their environment once.
    os.environ.update(
        HF_ENDPOINT=given.endpoint,
        HF_HOME=str(given.work / "hf-home"),
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_HUB_DISABLE_UPDATE_CHECK="1",
        HF_HUB_DISABLE_XET="1",
        HF_HUB_DISABLE_PROGRESS_BARS="1",
    )
    os.environ.pop("HF_TOKEN", None)
    given.work.mkdir(parents=True, exist_ok=True)
    STEPS[given.step](given)
