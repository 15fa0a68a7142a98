# ruff: noqa
# family: models
# tries: a forged compile configuration whose loss is code, and one that is a class of another module
# outcome: test_build=incorrect
# prelude: records

# %% build
def build(classes):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )
    written = sys.modules["autograder.engine.models"].outgoing(model)
    loss = {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval"}
    optimizer = {"module": "builtins", "class_name": "exec", "config": {"name": "print('FOUND')"}}
    return record(written.content["objects"], {"optimizer": optimizer, "loss": loss})
