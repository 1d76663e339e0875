#!/usr/bin/env python3
"""GGUF files by llama.cpp's own Python package, for comparison with the inference engine's reader.

    python3 -m venv venv && venv/bin/pip install numpy gguf==0.19.0 sentencepiece==0.2.3
    venv/bin/python make_gguf.py tests/vectors/inference

Makes, out of the decoders of make_decoders.py, the same models as gguf/NAME.gguf, with names, keys and the order of rows as
llama.cpp's converter has them. Their logits by NumPy must be those that transformers gave. A decoder of Qwen3, whose only
other part is two norms, is made here, with its logits by the same code. Makes also gguf/rounded.gguf (blocks of each type
of rounded numbers beside the numbers that the package reads out of them), and gguf/pieces.gguf with gguf/pieces.json (a
SentencePiece vocabulary, and how SentencePiece cuts some texts). Numbers are little-endian 32-bit floats in base64."""

import base64
import json
import pathlib
import struct
import sys
import tempfile

import gguf
import numpy as np
import sentencepiece

root = pathlib.Path(sys.argv[1])
out = root / "gguf"
out.mkdir(exist_ok=True)
GGML = gguf.GGMLQuantizationType


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", entry
        begin, end = (8 + length + at for at in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name, tensor in sorted(tensors.items()):
        data = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


# What a decoder gives, in NumPy.


def frequencies(config, width):
    rope = config["rope_parameters"]
    steps = rope["rope_theta"] ** -(np.arange(0, width, 2) / width)
    if rope["rope_type"] == "default":
        return steps
    low, high, context = (rope[key] for key in ("low_freq_factor", "high_freq_factor", "original_max_position_embeddings"))
    waves = 2 * np.pi / steps
    smooth = np.clip((context / waves - low) / (high - low), 0, 1)
    return steps * (smooth + (1 - smooth) / rope["factor"])


def norm(states, weight, config):
    return states / np.sqrt((states**2).mean(-1, keepdims=True) + config["rms_norm_eps"]) * weight


def logits(config, tensors, tokens):
    tensors = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}
    heads, keys = config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim") or config["hidden_size"] // heads
    angles = np.outer(np.arange(len(tokens)), frequencies(config, width))
    cos, sin = np.cos(angles), np.sin(angles)

    def linear(states, name):
        return states @ tensors[f"{name}.weight"].T + tensors.get(f"{name}.bias", 0)

    def turn(states):
        left, right = states[..., : width // 2], states[..., width // 2 :]
        return np.concatenate([left * cos - right * sin, right * cos + left * sin], -1)

    def split(states, count):
        return states.reshape(len(tokens), count, width).transpose(1, 0, 2)

    states = tensors["model.embed_tokens.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}"
        normed = norm(states, tensors[f"{at}.input_layernorm.weight"], config)
        query, key, value = (linear(normed, f"{at}.self_attn.{part}_proj") for part in "qkv")
        query, key, value = split(query, heads), split(key, keys), split(value, keys)
        if f"{at}.self_attn.q_norm.weight" in tensors:
            query = norm(query, tensors[f"{at}.self_attn.q_norm.weight"], config)
            key = norm(key, tensors[f"{at}.self_attn.k_norm.weight"], config)
        query, key = turn(query), turn(key)
        key, value = (np.repeat(one, heads // keys, 0) for one in (key, value))
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(width)
        scores = np.where(np.tril(np.ones(scores.shape[1:])) > 0, scores, -np.inf)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ value
        states = states + linear(mixed.transpose(1, 0, 2).reshape(len(tokens), -1), f"{at}.self_attn.o_proj")
        normed = norm(states, tensors[f"{at}.post_attention_layernorm.weight"], config)
        gate = linear(normed, f"{at}.mlp.gate_proj")
        states = states + linear(gate / (1 + np.exp(-gate)) * linear(normed, f"{at}.mlp.up_proj"), f"{at}.mlp.down_proj")
    states = norm(states, tensors["model.norm.weight"], config)
    return states @ tensors.get("lm_head.weight", tensors["model.embed_tokens.weight"]).T


# The same models as GGUF, as llama.cpp's converter writes them.

ARCHITECTURES = {"llama": "llama", "mistral": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}
ARCHITECTURE_OF = {"llama": gguf.MODEL_ARCH.LLAMA, "qwen2": gguf.MODEL_ARCH.QWEN2, "qwen3": gguf.MODEL_ARCH.QWEN3}


def permuted(tensor, heads):
    return tensor.reshape(heads, 2, tensor.shape[0] // heads // 2, *tensor.shape[1:]).swapaxes(1, 2).reshape(tensor.shape)


def write_gguf(path, config, tensors):
    architecture = ARCHITECTURES[config["model_type"]]
    writer = gguf.GGUFWriter(path, architecture)
    heads, keys = config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(keys)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_rope_dimension_count(width)
    if "head_dim" in config:
        writer.add_key_length(width)
        writer.add_value_length(width)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"t{number}" for number in range(config["vocab_size"])])
    if config["rope_parameters"]["rope_type"] == "llama3":
        plain = config["rope_parameters"]["rope_theta"] ** -(np.arange(0, width, 2) / width)
        writer.add_tensor("rope_freqs.weight", (plain / frequencies(config, width)).astype(np.float32))
    names = gguf.get_tensor_name_map(ARCHITECTURE_OF[architecture], config["num_hidden_layers"])
    for name, tensor in tensors.items():
        if architecture == "llama" and "q_proj" in name:
            tensor = permuted(tensor, heads)
        if architecture == "llama" and "k_proj" in name:
            tensor = permuted(tensor, keys)
        writer.add_tensor(names.get_name(name, (".weight", ".bias")), np.ascontiguousarray(tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


reference = json.loads((root / "decoders.json").read_text())
tokens = reference["tokens"]
for name in ("llama", "mistral", "qwen2"):
    config = json.loads((root / "decoders" / name / "config.json").read_text())
    tensors = read_safetensors(root / "decoders" / name / "model.safetensors")
    expected = np.frombuffer(base64.b64decode(reference["logits"][name]), "<f4").reshape(len(tokens), -1)
    apart = np.abs(logits(config, tensors, tokens) - expected).max()
    assert apart < 2e-5, (name, apart)
    print(name, "as transformers, but for", apart)
    write_gguf(out / f"{name}.gguf", config, tensors)

config = dict(
    model_type="qwen3", vocab_size=48, hidden_size=16, intermediate_size=24, num_hidden_layers=2, max_position_embeddings=128,
    num_attention_heads=4, num_key_value_heads=2, head_dim=6, rms_norm_eps=1e-6, hidden_act="silu", attention_bias=False,
    tie_word_embeddings=True, use_sliding_window=False, sliding_window=None,
    rope_parameters=dict(rope_type="default", rope_theta=1000000.0),
)
random = np.random.default_rng(1)
shapes = {"model.embed_tokens.weight": (48, 16), "model.norm.weight": (16,)}
for layer in range(2):
    at = f"model.layers.{layer}"
    shapes |= {f"{at}.input_layernorm.weight": (16,), f"{at}.post_attention_layernorm.weight": (16,)}
    shapes |= {f"{at}.self_attn.{part}_norm.weight": (6,) for part in "qk"}
    shapes |= {f"{at}.self_attn.q_proj.weight": (24, 16), f"{at}.self_attn.o_proj.weight": (16, 24)}
    shapes |= {f"{at}.self_attn.{part}_proj.weight": (12, 16) for part in "kv"}
    shapes |= {f"{at}.mlp.{part}_proj.weight": (24, 16) for part in ("gate", "up")} | {f"{at}.mlp.down_proj.weight": (16, 24)}
tensors = {
    name: (random.standard_normal(shape) * 0.3 + (1.0 if len(shape) == 1 else 0.0)).astype(np.float32) for name, shape in shapes.items()
}
(root / "decoders" / "qwen3").mkdir(exist_ok=True)
(root / "decoders" / "qwen3" / "config.json").write_text(json.dumps(config, indent=2) + "\n")
write_safetensors(root / "decoders" / "qwen3" / "model.safetensors", tensors)
write_gguf(out / "qwen3.gguf", config, tensors)
qwen3 = base64.b64encode(logits(config, tensors, tokens).astype("<f4").tobytes()).decode()
made_with = {"numpy": np.__version__, "gguf": "0.19.0", "sentencepiece": sentencepiece.__version__}
(out / "qwen3.json").write_text(f'{{"made_with": {json.dumps(made_with)}, "logits": "{qwen3}"}}\n')

# Blocks of rounded numbers: real ones where the package makes them, otherwise random bits with scales of a sensible size.

ROWS, COLUMNS = 3, 512
writer = gguf.GGUFWriter(out / "rounded.gguf", "llama")
writer.add_custom_alignment(64)
numbers = random.standard_normal((ROWS, COLUMNS)).astype(np.float32)
# Where the 16-bit scales of a block lie, and how large a random one may be.
SCALES = {GGML.Q2_K: (80, 82), GGML.Q3_K: (108,), GGML.Q4_K: (0, 2), GGML.Q5_K: (0, 2), GGML.Q6_K: (208,)}
for kind in (GGML.F16, GGML.BF16, GGML.Q4_0, GGML.Q4_1, GGML.Q5_0, GGML.Q5_1, GGML.Q8_0, *SCALES):
    if kind in SCALES:
        block, length = gguf.GGML_QUANT_SIZES[kind]
        blocks = random.integers(0, 256, (ROWS * COLUMNS // block, length), np.uint8)
        for at in SCALES[kind]:
            scales = (random.standard_normal(len(blocks)) * 0.01).astype("<f2")
            blocks[:, at : at + 2] = scales.view(np.uint8).reshape(-1, 2)
        rounded = blocks.reshape(ROWS, -1)
    else:
        rounded = gguf.quantize(numbers, kind)
    writer.add_tensor(f"{kind.name}", rounded, raw_dtype=kind)
    writer.add_tensor(f"{kind.name}.numbers", gguf.dequantize(rounded, kind).astype(np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()

# A SentencePiece vocabulary like Llama's: pairs by score, bytes for other characters, no other normalisation.

WORDS = "the chain keeps models and weights , a worker shows that it holds what it was given : nobody has to be believed . naïve café".split()
with tempfile.TemporaryDirectory() as folder:
    text = pathlib.Path(folder) / "text"
    text.write_text("\n".join(" ".join(random.choice(WORDS, 12)) for _ in range(400)))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=f"{folder}/pieces", model_type="bpe", vocab_size=420, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
        split_digits=True, character_coverage=1.0, minloglevel=2,
    )  # fmt: skip
    pieces = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/pieces.model")
count = pieces.vocab_size()
kinds = [
    2 if pieces.is_unknown(at) else 3 if pieces.is_control(at) else 6 if pieces.is_byte(at) else 5 if pieces.is_unused(at) else 1
    for at in range(count)
]
writer = gguf.GGUFWriter(out / "pieces.gguf", "llama")
writer.add_tokenizer_model("llama")
writer.add_token_list([pieces.id_to_piece(at) for at in range(count)])
writer.add_token_scores([pieces.get_score(at) for at in range(count)])
writer.add_token_types(kinds)
writer.add_bos_token_id(pieces.bos_id())
writer.add_eos_token_id(pieces.eos_id())
writer.add_unk_token_id(pieces.unk_id())
writer.add_chat_template("{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}")
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.close()
TEXTS = [
    "the chain keeps models", "a worker shows", " leading and  inner   spaces ", "naïve café", "Größe, 東京, 🦊", "thethe chainchain",
    "x", "weights\nand\tweights", "nobody has to be believed.", "12345 models", "",
]  # fmt: skip
lines = ",\n".join(json.dumps({"text": text, "tokens": pieces.encode(text)}, ensure_ascii=False) for text in TEXTS)
(out / "pieces.json").write_text(f'{{"begin": {pieces.bos_id()}, "texts": [\n{lines}\n]}}\n')
