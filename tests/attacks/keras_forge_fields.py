# ruff: noqa
# family: models
# tries: records that lack fields, or hold something else in them
# outcome: test_build=incorrect test_head=incorrect test_batches=error
# prelude: records

# %% build
def build(classes):
    return record([{"class": "Sequential", "layers": [5, -1, "0"], "name": ["x"], "trainable": 1}, None, 7])


# %% head
def head(base):
    return sys.modules["autograder.engine.codec"].ModelRecord({"objects": {}, "correct": True})


# %% batches
def batches():
    return sys.modules["autograder.engine.codec"].Batches([[np.arange(4)]] * 3, False)
