#!/usr/bin/env python3
"""Embeddings of all-MiniLM-L6-v2 by sentence-transformers and PyTorch, for comparison with the inference engine.

    python3 -m venv venv && venv/bin/pip install torch sentence-transformers
    venv/bin/python make_embeddings.py "$(scripts/model.sh)" > embeddings.json

Numbers are little-endian 32-bit floats in base64, tokens the ids with the marks at both ends."""

import base64
import json
import sys

import sentence_transformers
import torch
from sentence_transformers import SentenceTransformer

TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "A fast, dark-coloured fox leaps above a sleepy hound",
    "Proof of stake",
    "x",
    "Größe, naïve café, 東京タワー, Привет мир, 🦊!",
    "  leading and   inner    spaces\tand\nlines ",
    "UPPER and lower CASE give the same vector",
    "1234567890 + 0.5 = $99.99 (50 % off) [see §3.2] https://example.org/a?b=c&d=e#f",
    "fn main() { println!(\"{}\", 1 + 1); } // a comment",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    " ".join(f"word number {number} of a text that is as long as it may be" for number in range(16)),
]

torch.set_num_threads(1)
model = SentenceTransformer(sys.argv[1], device="cpu")
out = []
for text in TEXTS:
    ids = model.tokenizer(text)["input_ids"]
    assert len(ids) <= model.max_seq_length, (len(ids), text)
    # One at a time: no padding, so nothing but the text decides.
    vector = model.encode([text], convert_to_numpy=True)[0].astype("<f4")
    out.append({"text": text, "tokens": ids, "vector": base64.b64encode(vector.tobytes()).decode()})
made_with = {"torch": torch.__version__, "sentence-transformers": sentence_transformers.__version__}
lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in out)
print(f'{{"made_with": {json.dumps(made_with)}, "model": "all-MiniLM-L6-v2", "texts": [\n{lines}\n]}}')
