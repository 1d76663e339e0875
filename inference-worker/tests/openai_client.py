#!/usr/bin/env python3
"""The unmodified `openai` client against a worker. `tests/openai.rs` runs it.

    openai_client.py chat URL
    openai_client.py embeddings URL VECTORS"""

import base64
import hashlib
import json
import math
import struct
import sys

import openai


def chat(client, model):
    messages = [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello"}]
    request = dict(model=model, messages=messages, max_tokens=30, temperature=0, seed=1)
    whole = client.chat.completions.create(**request)
    text = whole.choices[0].message.content
    assert whole.choices[0].finish_reason == "length" and len(text) >= 30, whole
    assert whole.usage.completion_tokens == 30 and whole.usage.total_tokens == whole.usage.prompt_tokens + 30, whole.usage

    stream = client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == text
    assert chunks[-1].usage == whole.usage, chunks[-1]
    assert chunks[-2].choices[0].finish_reason == "length"

    with client.chat.completions.with_streaming_response.create(**request) as response:
        body = response.read()
        signed = json.loads(response.headers["x-ballast-answer"])
        assert signed["response_sha256"] == hashlib.sha256(body).hexdigest()
        assert json.loads(body)["choices"][0]["message"]["content"] == text

    completion = client.completions.create(model=model, prompt="the answer", max_tokens=20, temperature=0)
    stop = completion.choices[0].text[8:11]
    stopped = client.completions.create(model=model, prompt="the answer", max_tokens=20, temperature=0, stop=stop)
    assert stopped.choices[0].text == completion.choices[0].text.split(stop)[0] and stopped.choices[0].finish_reason == "stop"
    parts = client.completions.create(model=model, prompt="the answer", max_tokens=20, temperature=0, stream=True)
    assert "".join(part.choices[0].text for part in parts) == completion.choices[0].text

    for broken, kind in [
        (lambda: client.chat.completions.create(**{**request, "model": "gpt-4o"}), openai.NotFoundError),
        (lambda: client.chat.completions.create(**request, n=2), openai.BadRequestError),
        (lambda: client.completions.create(model=model, prompt="x" * 9999), openai.BadRequestError),
    ]:
        try:
            broken()
        except kind as error:
            assert error.code and error.param and error.type == "invalid_request_error", error.body
        else:
            raise AssertionError(f"{kind} is missing")


def embeddings(client, model, vectors):
    texts = json.load(open(vectors))["texts"]
    # What the client asks for by itself is base64; it decodes it.
    answer = client.embeddings.create(model=model, input=[text["text"] for text in texts])
    assert [one.index for one in answer.data] == list(range(len(texts)))
    assert answer.usage.prompt_tokens == sum(len(text["tokens"]) for text in texts)
    for found, text in zip(answer.data, texts):
        expected = struct.unpack("<384f", base64.b64decode(text["vector"]))
        cosine = sum(a * b for a, b in zip(found.embedding, expected)) / math.hypot(*found.embedding) / math.hypot(*expected)
        assert 1 - cosine < 1e-4, (cosine, text["text"])
    plain = client.embeddings.create(model=model, input=texts[0]["tokens"], encoding_format="float")
    assert max(abs(a - b) for a, b in zip(plain.data[0].embedding, client.embeddings.create(model=model, input=[texts[0]["tokens"]]).data[0].embedding)) < 1e-6


def main():
    verb, url, *more = sys.argv[1:]
    client = openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=60)
    (model,) = client.models.list().data
    assert client.models.retrieve(model.id).id == model.id
    {"chat": chat, "embeddings": embeddings}[verb](client, model.id, *more)


main()
