#!/usr/bin/env python3
"""Small random decoders, and their logits by transformers and PyTorch, for comparison with the inference engine.

    python3 -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python make_decoders.py tests/vectors/inference

Makes decoders/NAME with config.json and model.safetensors, and decoders.json. Numbers are little-endian 32-bit floats in base64.
The weights say nothing; architecture, names and configuration are those of real models."""

import base64
import json
import pathlib
import shutil
import sys

import torch
import transformers
from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM

SIZES = dict(vocab_size=48, hidden_size=16, intermediate_size=24, num_hidden_layers=2, max_position_embeddings=128)
STRETCHED = dict(
    rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32, rope_theta=10000.0
)
MODELS = {
    "llama": LlamaForCausalLM(LlamaConfig(**SIZES, num_attention_heads=4, num_key_value_heads=2, rope_parameters=STRETCHED)),
    "qwen2": Qwen2ForCausalLM(Qwen2Config(**SIZES, num_attention_heads=4, num_key_value_heads=1, tie_word_embeddings=True)),
    "mistral": MistralForCausalLM(
        MistralConfig(**SIZES, num_attention_heads=2, num_key_value_heads=2, head_dim=12, sliding_window=None)
    ),
}
TOKENS = [(7 * at * at + 3 * at + 1) % 48 for at in range(60)]

torch.manual_seed(1)
torch.set_num_threads(1)
root = pathlib.Path(sys.argv[1])
out = {}
for name, model in MODELS.items():
    model = model.eval().float()
    with torch.no_grad():
        for parameter in model.parameters():
            # Norms near one and everything else large enough that no layer is a bystander.
            parameter.copy_(torch.randn_like(parameter) * 0.3 + (1.0 if parameter.dim() == 1 and parameter.numel() == 16 else 0.0))
        logits = model(torch.tensor([TOKENS])).logits[0]
    folder = root / "decoders" / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    out[name] = base64.b64encode(logits.numpy().astype("<f4").tobytes()).decode()
made_with = {"torch": torch.__version__, "transformers": transformers.__version__}
lines = ",\n".join(f'"{name}": "{logits}"' for name, logits in out.items())
(root / "decoders.json").write_text(
    f'{{"made_with": {json.dumps(made_with)}, "tokens": {TOKENS}, "logits": {{\n{lines}\n}}}}\n'
)
