"""BLAKE3 written out from its specification, in plain Python: slow, short, and not the Rust crate."""

IV = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19]
PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_KEY_CONTEXT, DERIVE_KEY_MATERIAL = 32, 64
CHUNK_LEN = 1024


def compress(value, block, counter, block_len, flags):
    """The 16 words of one compression; the first 8 are the chaining value."""
    message = [int.from_bytes(block[i:i + 4].ljust(4, b"\0"), "little") for i in range(0, 64, 4)]
    state = list(value) + IV[:4] + [counter & 0xFFFFFFFF, counter >> 32, block_len, flags]

    def mix(a, b, c, d, x, y):
        for word, (first, second) in ((x, (16, 12)), (y, (8, 7))):
            state[a] = (state[a] + state[b] + word) & 0xFFFFFFFF
            state[d] ^= state[a]
            state[d] = (state[d] >> first | state[d] << (32 - first)) & 0xFFFFFFFF
            state[c] = (state[c] + state[d]) & 0xFFFFFFFF
            state[b] ^= state[c]
            state[b] = (state[b] >> second | state[b] << (32 - second)) & 0xFFFFFFFF

    for _ in range(7):
        for i in range(4):
            mix(i, 4 + i, 8 + i, 12 + i, message[2 * i], message[2 * i + 1])
        for i in range(4):
            mix(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, message[8 + 2 * i], message[9 + 2 * i])
        message = [message[i] for i in PERMUTATION]
    return [state[i] ^ state[i + 8] for i in range(8)] + [state[i + 8] ^ value[i] for i in range(8)]


def to_bytes(words):
    return b"".join(word.to_bytes(4, "little") for word in words)


def chunk_node(data, counter, key=IV, mode=0):
    """What the last compression of a chunk takes: the node, not yet compressed."""
    blocks = [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
    value = key
    for i, block in enumerate(blocks):
        flags = mode | (CHUNK_START if i == 0 else 0)
        if i == len(blocks) - 1:
            return value, block.ljust(64, b"\0"), counter, len(block), flags | CHUNK_END
        value = compress(value, block, counter, 64, flags)[:8]


def parent_node(left, right, key=IV, mode=0):
    return key, left + right, 0, 64, mode | PARENT


def value_of(node):
    return to_bytes(compress(*node)[:8])


def root_bytes(node, length=32):
    """The extendable output of a root node."""
    value, block, _, block_len, flags = node
    outputs = range(-(-length // 64))
    return b"".join(to_bytes(compress(value, block, i, block_len, flags | ROOT)) for i in outputs)[:length]


def left_len(length):
    left = CHUNK_LEN
    while 2 * left < length:
        left *= 2
    return left


def subtree_node(data, counter_of, start=0, key=IV, mode=0):
    """A left-balanced tree; counter_of maps an offset in `data` to the chunk's counter."""
    if len(data) <= CHUNK_LEN:
        return chunk_node(data, counter_of(start), key, mode)
    left = left_len(len(data))
    halves = (data[:left], start), (data[left:], start + left)
    values = [value_of(subtree_node(half, counter_of, at, key, mode)) for half, at in halves]
    return parent_node(*values, key, mode)


def subtree(data, counter_of, start=0):
    """The value of a left-balanced tree that is not the root."""
    return value_of(subtree_node(data, counter_of, start))


def whole(at):
    """Chunk counters of data that begins at offset 0."""
    return at // CHUNK_LEN


def blake3(data):
    return root_bytes(subtree_node(data, whole))


def derive_key(context, material, length=32):
    key = root_bytes(subtree_node(context.encode(), whole, mode=DERIVE_KEY_CONTEXT))
    words = [int.from_bytes(key[i:i + 4], "little") for i in range(0, 32, 4)]
    return root_bytes(subtree_node(material, whole, key=words, mode=DERIVE_KEY_MATERIAL), length)
