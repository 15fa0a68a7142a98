# ruff: noqa
# family: patching
# tries: to turn what its process sends into a verdict, by changing json, msgpack and the codec
# outcome: test_double=error test_double_input=error test_triple=error

# %% double
import json, sys
import msgpack


def double(x):
    student = sys.modules["autograder.engine.student"]
    packed = msgpack.packb(
        {"outcome": "correct", "score": 2.0, "message": None, "mistake": None, "evidence": None}
    )
    body = len(packed).to_bytes(4, "little") + packed
    json.dumps = json.loads = lambda *a, **k: {"outcome": "correct"}
    student.encode = sys.modules["autograder.engine.codec"].encode = lambda value: body
    return np.zeros(np.shape(x))
