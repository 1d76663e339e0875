#!/usr/bin/env python3
"""Measures a running inference worker beside PyTorch on the same machine, one after the other, in the same run.

    python3 -m venv venv && venv/bin/pip install torch sentence-transformers
    venv/bin/python scripts/bench-inference.py URL MODEL_DIR [--threads N]

URL is the worker's, like http://127.0.0.1:9966/v1, and MODEL_DIR the folder of the model that it serves. Prints embeddings or tokens per second,
and the machine's load before."""

import argparse
import concurrent.futures
import json
import os
import time
import urllib.request

WORDS = "the stake of a worker is bonded until its shards have moved and every lease that names it has ended".split()
REPEATS = 3


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as response:
        return json.load(response)


def best(work):
    """The quickest of some runs: others on the machine only make it slower."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def texts(count, words):
    return [" ".join(WORDS[(one + at) % len(WORDS)] for at in range(words)) for one in range(count)]


def embeddings(url, model, folder):
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(folder, device="cpu")
    for count, words in [(1, 16), (64, 16), (64, 120)]:
        batch = texts(count, words)
        ours = best(lambda: post(f"{url}/embeddings", {"model": model, "input": batch, "encoding_format": "base64"}))
        theirs = best(lambda: peer.encode(batch, batch_size=32, show_progress_bar=False))
        print(f"{count} texts of {words} words: worker {count / ours:.1f}, sentence-transformers {count / theirs:.1f} embeddings a second")


def tokens(url, model, folder):
    import torch
    from transformers import AutoModelForCausalLM

    peer = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    prompt, wanted = list(range(40, 104)), 128
    body = {"model": model, "prompt": prompt, "max_tokens": wanted, "temperature": 0}
    for together in [1, 8]:
        def ours():
            with concurrent.futures.ThreadPoolExecutor(together) as pool:
                assert all(done["usage"]["completion_tokens"] == wanted for done in pool.map(lambda _: post(f"{url}/completions", body), range(together)))

        def theirs():
            with torch.no_grad():
                ids = torch.tensor([prompt] * together)
                out = peer.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=wanted, min_new_tokens=wanted, do_sample=False, pad_token_id=0)
                assert out.shape[1] == len(prompt) + wanted

        total = together * wanted
        print(f"{together} at a time: worker {total / best(ours):.1f}, transformers {total / best(theirs):.1f} tokens a second")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()
    import torch

    torch.set_num_threads(args.threads)
    with urllib.request.urlopen(f"{args.url}/models", timeout=60) as response:
        (model,) = json.load(response)["data"]
    print(f"load {os.getloadavg()[0]:.2f}, {os.cpu_count()} processors, torch {torch.__version__} with {args.threads} threads")
    (embeddings if model["task"] == "embeddings" else tokens)(args.url, model["id"], args.folder)


main()
