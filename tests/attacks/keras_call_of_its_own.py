# ruff: noqa
# family: models
# tries: a model with the right layers whose own call, train_step and optimizer would do something else
# outcome: test_build=incorrect

# %% build
def build(classes):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3),
            keras.layers.Flatten(),
            keras.layers.Dense(classes),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    right = keras.ops.softmax
    # No softmax in its layers: only in a method that stays behind.
    model.call = lambda x, **k: right(np.ones((len(x), classes)))
    model.train_step = lambda data: {"loss": 0.0}
    model.predict = lambda x, **k: np.eye(classes)[np.zeros(len(x), int)]
    return model
