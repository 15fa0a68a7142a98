# ruff: noqa
# family: channel
# tries: a header that is longer than its message
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% double
def double(x):
    answer_with(b"\xff\xff\xff\xff" + msgpack.packb({"status": "value", "value": [0, 2, 4]}))
