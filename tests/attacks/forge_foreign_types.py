# ruff: noqa
# family: channel
# tries: types of msgpack and of the codec that no honest side sends: timestamps, unknown numbers
# outcome: test_triple=incorrect|error
# prelude: channel

# %% triple
def triple(x):
    packed = msgpack.packb(
        {"status": "value", "value": [msgpack.ExtType(-1, bytes(4)), msgpack.ExtType(99, b"x")]}
    )
    answer_with(len(packed).to_bytes(4, "little") + packed)
