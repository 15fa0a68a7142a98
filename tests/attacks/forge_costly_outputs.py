# ruff: noqa
# family: channel
# tries: outputs of many tiny extensions, each of which the grader must unpack
# outcome: test_double=incorrect test_double_input=incorrect
# prelude: channel

# %% first
def costly(value):
    inner = msgpack.packb([[], {}])
    body = b"\x81\xa7outputs\xdd" + (900_000).to_bytes(4, "big") + (b"\xc7\x01\x01\x90" * 900_000)
    return len(body).to_bytes(4, "little") + body


sys.modules["autograder.engine.student"].encode = costly


# %% double
def double(x):
    sys.modules["autograder.engine.student"].encode = sys.modules["autograder.engine.codec"].encode
    return np.zeros(np.shape(x))
