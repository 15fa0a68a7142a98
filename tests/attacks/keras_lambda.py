# ruff: noqa
# family: models
# tries: to run a command where the checks run, by a Lambda layer
# outcome: test_build=incorrect

# %% build
import os


def build(classes):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
            keras.layers.Lambda(lambda x: os.system("echo FOUND") or x),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model
