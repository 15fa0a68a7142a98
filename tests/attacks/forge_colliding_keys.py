# ruff: noqa
# family: channel
# tries: to keep the reader busy for minutes by a dict whose keys have one hash
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% first
def colliding(count):
    keys = (
        msgpack.packb(msgpack.ExtType(2, (n * (2**61 - 1)).to_bytes(12, "little"))) for n in range(1, count)
    )
    packed = b"\xdf" + (count - 1).to_bytes(4, "big") + b"".join(key + b"\x00" for key in keys)
    return len(packed).to_bytes(4, "little") + packed


# %% first
# As the outputs of a cell, which the supervisor itself reads.
answer_with(colliding(200_000), kind=3)


# %% double
def double(x):
    answer_with(colliding(200_000))
