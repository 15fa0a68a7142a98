# ruff: noqa
# family: models
# tries: to pass a registered class of its own for Keras's Dense
# outcome: test_build=incorrect

# %% build
@keras.saving.register_keras_serializable(package="keras.layers", name="Dense")
class Dense(keras.layers.Dense):
    def call(self, inputs, training=None):
        return inputs * 0 + 1

    def get_config(self):
        return super().get_config() | {"module": "keras.layers"}


def build(classes):
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), Dense(classes)]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
