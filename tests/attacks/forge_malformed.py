# ruff: noqa
# family: channel
# tries: to send what is no msgpack, and msgpack cut short
# outcome: test_double=error test_double_input=error
# prelude: channel

# %% double
def double(x):
    bad = b"\xc1\xc1\xc1" if x.dtype == int else b"\xdf\xff\xff\xff\xff"
    answer_with(len(bad).to_bytes(4, "little") + bad)
