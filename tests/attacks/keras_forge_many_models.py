# ruff: noqa
# family: models
# tries: thirty models in one answer, each with thousands of calls
# outcome: test_build=incorrect|error
# prelude: records

# %% build
def build(classes):
    add = layer("ops.Negative", {})
    one = images()
    calls = [[0, (), {}]] + [[1, ({"tensor": n},), {"dict": {}}] for n in range(4900)]
    whole = {
        "class": "Functional",
        "name": "f",
        "trainable": True,
        "calls": calls,
        "inputs": [{"tensor": 0}],
        "outputs": [{"tensor": 4900}],
    }
    return [record([one, {"class": "ops.Negative", "config": {}}, whole])] * 4
