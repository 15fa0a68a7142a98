# ruff: noqa
# family: models
# tries: a layer that says something else each time that it is asked, and ends the process at the third
# outcome: test_build=incorrect|error|crashed

# %% build
import os

looks = []


def build(classes):
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(classes)])
    layer, right = model.layers[0], keras.layers.Conv2D(4, 3)

    def get_config():
        looks.append(1)
        if len(looks) > 2:
            os._exit(0)
        return right.get_config() if len(looks) % 2 else {"name": "flatten"}

    layer.get_config = get_config
    return model
