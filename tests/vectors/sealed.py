#!/usr/bin/env python3
"""Writes sealed.json, independently of the Rust code; with --check, compares instead.

X25519 (RFC 7748), ChaCha20-Poly1305 (RFC 8439), HKDF and HPKE (RFC 9180) are written out from their specifications, and
compared with a vector of RFC 9180 first. Needs nothing but Python. What is sealed how is in client/inference/src/seal.
"""
import hashlib
import hmac
import json
import pathlib
import struct
import sys

PRIME = 2**255 - 19


def x25519(secret, point):
    """RFC 7748, section 5."""
    number = int.from_bytes(secret, "little") & ~7 & ~(1 << 255) | 1 << 254
    x1 = int.from_bytes(point, "little") & ~(1 << 255)
    x2, z2, x3, z3, swapped = 1, 0, x1, 1, 0
    for at in reversed(range(255)):
        bit = number >> at & 1
        if bit != swapped:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swapped = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a, b * b, d * a, c * b
        e = aa - bb
        x3, z3 = pow(da + cb, 2, PRIME), x1 * pow(da - cb, 2, PRIME) % PRIME
        x2, z2 = aa * bb % PRIME, e * (aa + 121665 * e) % PRIME
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")


def public(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


def rotated(value, by):
    return (value << by | value >> 32 - by) & 0xFFFFFFFF


def chacha_block(key, counter, nonce):
    """RFC 8439, section 2.3."""
    start = list(struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce))
    state = start[:]

    def quarter(a, b, c, d):
        for first, second, third, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[first] = (state[first] + state[second]) & 0xFFFFFFFF
            state[third] = rotated(state[third] ^ state[first], by)

    for _ in range(10):
        for column in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
            quarter(*column)
        for diagonal in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*diagonal)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(start, state)))


def poly1305(key, message):
    """RFC 8439, section 2.5."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at:at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def seal(key, nonce, bound, plain):
    """RFC 8439, section 2.8."""
    stream = b"".join(chacha_block(key, 1 + block, nonce) for block in range(-(-len(plain) // 64)))
    sealed = bytes(a ^ b for a, b in zip(plain, stream))
    filled = [part + bytes(-len(part) % 16) for part in (bound, sealed)]
    lengths = struct.pack("<QQ", len(bound), len(sealed))
    return sealed + poly1305(chacha_block(key, 0, nonce)[:32], b"".join(filled) + lengths)


def extract(salt, material):
    return hmac.new(salt or bytes(32), material, hashlib.sha256).digest()


def expand(prk, info, length):
    out, block = b"", b""
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([len(out) // 32 + 1]), hashlib.sha256).digest()
        out += block
    return out[:length]


def labeled_extract(suite, salt, label, material):
    return extract(salt, b"HPKE-v1" + suite + label + material)


def labeled_expand(suite, prk, label, info, length):
    return expand(prk, struct.pack(">H", length) + b"HPKE-v1" + suite + label + info, length)


KEM = b"KEM" + struct.pack(">H", 0x20)
SUITE = b"HPKE" + struct.pack(">HHH", 0x20, 1, 3)


def hpke(ephemeral, receiver, info):
    """Key, nonce and exporter's secret of a sender."""
    context = public(ephemeral) + receiver
    prk = labeled_extract(KEM, b"", b"eae_prk", x25519(ephemeral, receiver))
    shared = labeled_expand(KEM, prk, b"shared_secret", context, 32)
    context = b"\0" + labeled_extract(SUITE, b"", b"psk_id_hash", b"") + labeled_extract(SUITE, b"", b"info_hash", info)
    secret = labeled_extract(SUITE, shared, b"secret", b"")
    return [labeled_expand(SUITE, secret, label, context, length)
            for label, length in ((b"key", 32), (b"base_nonce", 12), (b"exp", 32))]


def check_rfc():
    ephemeral = bytes.fromhex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600")
    receiver = bytes.fromhex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
    key, nonce, exporter = hpke(ephemeral, receiver, b"Ode on a Grecian Urn")
    assert key.hex() == "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"
    sealed = seal(key, nonce, b"Count-0", b"Beauty is truth, truth beauty")
    assert sealed.hex() == "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    exported = labeled_expand(SUITE, exporter, b"sec", b"", 32)
    assert exported.hex() == "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"


def padded(data):
    data = struct.pack("<I", len(data)) + data
    return data + bytes(-len(data) % 512)


def vector():
    secrets = {name: hashlib.sha256(name.encode()).digest()
               for name in ("genesis_hash", "sealing_secret", "ephemeral_secret", "answer_nonce")}
    path, channel, number = "/v1/chat/completions", 7, 2**40 + 3
    body = b'{"model":"ada/tiny","messages":[{"role":"user","content":"a secret"}]}'
    receiver, ephemeral = public(secrets["sealing_secret"]), secrets["ephemeral_secret"]
    key, nonce, exporter = hpke(ephemeral, receiver, b"ballast/sealed request/v1" + secrets["genesis_hash"])
    # SCALE: the length of a short text in one byte, its lowest two bits 0.
    bound = bytes([len(path) * 4]) + path.encode() + struct.pack("<QQ", channel, number)
    request = b"\x01" + receiver + public(ephemeral) + seal(key, nonce, bound, padded(body))
    exported = labeled_expand(SUITE, exporter, b"sec", b"ballast/sealed answer/v1", 32)
    prk = extract(public(ephemeral) + secrets["answer_nonce"], exported)
    key, nonce = expand(prk, b"key", 32), expand(prk, b"nonce", 12)
    chunks = []
    plain = [b'{"status":200,"headers":[["content-type","text/event-stream"]]}', b"data: {}\n\n" * 60, b""]
    for at, data in enumerate(plain):
        last = at == len(plain) - 1
        this = (int.from_bytes(nonce, "big") ^ at).to_bytes(12, "big")
        sealed = seal(key, this, bytes([last]), padded(data))
        sent = bytes([last]) + struct.pack("<I", len(sealed)) + sealed
        chunks.append({"plain": data.hex(), "last": last, "sent": ((secrets["answer_nonce"] if at == 0 else b"") + sent).hex()})
    fields = {name: value.hex() for name, value in secrets.items()}
    payload = b"ballast/sealing/v1" + secrets["genesis_hash"] + receiver
    return fields | {"path": path, "channel": channel, "number": number, "body": body.hex(), "sealing_key": receiver.hex(),
                     "sealing_payload": payload.hex(), "request": request.hex(), "chunks": chunks}


check_rfc()
text = json.dumps(vector(), indent=1, sort_keys=True) + "\n"
file = pathlib.Path(__file__).with_name("sealed.json")
if sys.argv[1:] == ["--check"]:
    assert file.read_text() == text, f"{file} differs; write it anew, or find out why"
    print("sealed.json agrees")
else:
    file.write_text(text)
