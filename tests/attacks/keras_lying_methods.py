# ruff: noqa
# family: models
# tries: a model without a convolution whose get_config and weights tell of the right one, by raising, looping objects
# outcome: test_build=incorrect

# %% build
class Config(dict):
    def __getattribute__(self, name):
        raise SystemError("no")


def build(classes):
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(classes)])
    model.layers[0].get_config = lambda: Config(name="x")
    model.layers[1].get_build_config = lambda: {"input_shape": model}
    model.get_config = lambda: {"layers": []}
    return model
