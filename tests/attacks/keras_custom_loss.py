# ruff: noqa
# family: models
# tries: a loss that is always zero, under the name of Keras's own
# outcome: test_build=incorrect

# %% build
def sparse_categorical_crossentropy(wanted, found):
    return keras.ops.sum(found) * 0


def build(classes):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile("sgd", sparse_categorical_crossentropy, metrics=["accuracy"])
    return model
