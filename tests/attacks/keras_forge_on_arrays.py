# ruff: noqa
# family: models
# tries: a model that has its layers compute on large arrays while it is built
# outcome: test_build=incorrect|error
# prelude: records

# %% build
def build(classes):
    conv = keras.layers.Conv2D(64, 31, padding="same")
    conv.build((None, 8, 8, 64))
    written = layer("Conv2D", conv.get_config(), {"input_shape": (None, 8, 8, 64)}, conv.get_weights())
    big = np.zeros((1, 100, 100, 64), "float32")
    calls = [[0, (), {}]] + [[1, ({"array": big},), {}]] * 20
    whole = {
        "class": "Functional",
        "name": "f",
        "trainable": True,
        "calls": calls,
        "inputs": [{"tensor": 0}],
        "outputs": [{"tensor": 0}],
    }
    return record([images(), written, whole])
