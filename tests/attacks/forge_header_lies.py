# ruff: noqa
# family: channel
# tries: arrays that claim impossible shapes, types and lengths
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% double
def double(x):
    shape = [-1, -3] if x.dtype == int else [1 << 28, 1 << 28, 1 << 28]
    array = msgpack.ExtType(4, msgpack.packb([11, shape]))
    packed = msgpack.packb({"status": "value", "value": array})
    answer_with(len(packed).to_bytes(4, "little") + packed)
