#!/usr/bin/env python3
"""An engine for tests of payment: it speaks the protocol of the real one, and a token of it is a word.

The folder of the model says what it does: `task` is `embed` or `text`, `pause` the seconds that a word takes. A text is `w1 w2 ..`;
after a prompt with the word `die` it ends with the third. What it computes it writes into the file `computed` beside the folder.
"""
import base64
import json
import os
import pathlib
import queue
import struct
import sys
import threading

FOLDER = pathlib.Path(sys.argv[sys.argv.index("--model-dir") + 1])
NUMBERS = sys.argv[sys.argv.index("--numbers") + 1] if "--numbers" in sys.argv else "float32"
TASK = (FOLDER / "task").read_text().strip()
PAUSE_S = float((FOLDER / "pause").read_text())
COMPUTED = FOLDER.parent / "computed"
CHUNK = 32

orders = queue.Queue()


def read():
    source = sys.stdin.buffer
    while len(head := source.read(4)) == 4:
        orders.put(json.loads(source.read(struct.unpack("<I", head)[0])))
    orders.put(None)


def say(word, **fields):
    frame = json.dumps({"word": word} | fields).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(frame)) + frame)
    sys.stdout.buffer.flush()


def computed(what):
    with COMPUTED.open("a") as file:
        file.write(what + "\n")


def words(given):
    return given if isinstance(given, list) else given.split()


def is_over(order, count):
    limit = order["max_input_tokens"]
    if limit is None or count <= limit:
        return False
    say("refused", id=order["id"], refusal={"refusal": "over_limit", "tokens": count, "max": limit})
    return True


def embed(order):
    count = sum(len(words(text)) for text in order["inputs"])
    if is_over(order, count):
        return
    computed("embed")
    vector = base64.b64encode(struct.pack("<2f", 0.6, 0.8)).decode()
    say("embedded", id=order["id"], vectors=[vector] * len(order["inputs"]), tokens=count)


def finish(order, reason):
    count = order["written"]
    chunks = [base64.b64encode(struct.pack("<IH", 3, 1)).decode()] * -(-count // CHUNK)
    trace = {"tokens": list(range(1, count + 1)), "chunks": chunks}
    say("finished", id=order["id"], finish=reason, output_tokens=count, trace=trace)


def begin(order):
    prompt = order["prompt"]
    texts = [prompt["text"]] if "text" in prompt else [message["content"] for message in prompt["chat"]]
    order["read"] = [word for text in texts for word in words(text)]
    order["written"] = 0
    if is_over(order, len(order["read"])):
        return False
    say("started", id=order["id"], input_tokens=len(order["read"]))
    return True


def step(order):
    """Writes a word; False at the end."""
    order["written"] += 1
    computed("token")
    say("delta", id=order["id"], text=f"w{order['written']} ", output_tokens=order["written"])
    if "die" in order["read"] and order["written"] == 3:
        os._exit(1)
    if order["written"] == order["max_tokens"]:
        finish(order, "length")
        return False
    return True


task = {"embed": {"dimensions": 2}} if TASK == "embed" else {"generate": {"chat": True}}
say("ready", task=task, context_tokens=4096, device="a test", numbers=NUMBERS)
threading.Thread(target=read, daemon=True).start()
under_way = {}
while True:
    try:
        order = orders.get(timeout=PAUSE_S if under_way else None)
    except queue.Empty:
        under_way = {number: one for number, one in under_way.items() if step(one)}
        continue
    if order is None:
        break
    if order["order"] == "embed":
        embed(order)
    elif order["order"] == "generate":
        if begin(order):
            under_way[order["id"]] = order
    elif order["order"] == "cancel" and order["id"] in under_way:
        finish(under_way.pop(order["id"]), "cancelled")
