# ruff: noqa
# family: channel
# tries: to send an answer that is nested a hundred thousand levels deep
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% double
def double(x):
    deep = b"\x91" * (100_000 if len(x) == 3 and x.dtype == int else 900) + b"\x01"
    packed = b"\x82" + msgpack.packb("status") + msgpack.packb("value") + msgpack.packb("value") + deep
    answer_with(len(packed).to_bytes(4, "little") + packed)
