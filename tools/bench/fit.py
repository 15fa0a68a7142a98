"""The benchmark's own assignment: build a small Keras model and fit it.  Text and bank in percent format.

The checks stand in the notebook itself, so that every tool can run them as they are.
"""

NAME = "90_fit"

TEXT = '''\
# ---
# jupyter:
#   autograder: {cell_seconds: 60, call_seconds: 60, check_seconds: 120, notebook_seconds: 300}
# ---

# %% [markdown]
# # Stripes
#
# Build a small convolutional network and fit it to pictures of stripes that lie or stand.

# %%
import keras
import numpy as np

# %% nbgrader={"grade_id": "build", "solution": true}
def build(classes):
    """A compiled classifier of (8, 8, 1) images."""
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION

# %% A classifier nbgrader={"grade_id": "test_build", "grade": true, "points": 2}
import numpy as np

model = build(3)
kinds = [type(layer).__name__ for layer in model.layers]
assert "Conv2D" in kinds, "there is no convolution"
assert tuple(model.output_shape) == (None, 3), "one output a class is wanted"
### BEGIN HIDDEN TESTS
from autograder.checks import draws

images = draws("fit_build").normal(size=(5, 8, 8, 1)).astype("float32")
outputs = np.asarray(build(4)(images))
assert outputs.shape == (5, 4), "one output a class is wanted"
assert np.allclose(outputs.sum(axis=1), 1, atol=1e-4), "the outputs are no probabilities"
### END HIDDEN TESTS

# %% Ready to learn nbgrader={"grade_id": "test_build_compiled", "grade": true, "points": 2}
import numpy as np

model = build(2)
assert model.compiled, "the model is not compiled"
### BEGIN HIDDEN TESTS
from autograder.checks import draws

images = draws("fit_compiled").normal(size=(6, 8, 8, 1)).astype("float32")
loss = float(model.compute_loss(images, np.arange(6) % 2, model(images)))
assert 0.1 < loss < 3, "the loss is not that of a fresh classifier"
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "train", "solution": true}
def train(images, labels, epochs):
    """Fit a new model of build(2): the loss of every epoch, and the class of every image."""
    ### BEGIN SOLUTION
    model = build(2)
    history = model.fit(images, labels, epochs=epochs, batch_size=16, verbose=0)
    outputs = model.predict(images, verbose=0)
    return history.history["loss"], np.argmax(outputs, axis=1)
    ### END SOLUTION

# %% Losses and classes nbgrader={"grade_id": "test_train", "grade": true, "points": 2}
import numpy as np

labels = np.arange(32) % 2
stripes = np.tile(np.where(np.arange(8) % 2, 1.0, -1.0), (8, 1))
images = np.stack([stripes if label else stripes.T for label in labels])[..., None].astype("float32")
losses, classes = train(images, labels, 8)
assert len(losses) == 8, "one loss an epoch is wanted"
assert np.shape(classes) == (32,), "one class an image is wanted"
### BEGIN HIDDEN TESTS
assert losses[-1] < losses[0], "the loss does not fall"
assert np.mean(np.asarray(classes) == labels) > 0.9, "the classes are not learnt"
### END HIDDEN TESTS

# %% tags=["illustration"]
build(2).summary()
'''

BANK = """\
# %% answer="build" name="functional"
def build(classes):
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(6, (3, 3), activation="relu")(inputs)
    x = keras.layers.Flatten()(x)
    outputs = keras.layers.Dense(classes, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")
    return model

# %% answer="build" name="layer by layer"
def build(classes):
    model = keras.Sequential()
    model.add(keras.Input((8, 8, 1)))
    model.add(keras.layers.Conv2D(12, 3, padding="same", activation="relu"))
    model.add(keras.layers.MaxPooling2D(2))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(16, activation="relu"))
    model.add(keras.layers.Dense(classes))
    model.add(keras.layers.Softmax())
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    model.optimizer.learning_rate = 0.01
    return model

# %% answer="train" name="classes by hand"
def train(images, labels, epochs):
    model = build(2)
    losses = []
    for _ in range(epochs):
        losses += model.fit(images, labels, batch_size=16, verbose=0).history["loss"]
    return losses, np.array([int(row[1] > row[0]) for row in np.asarray(model(images))])

# %% answer="build" name="no softmax" loses=["test_build"] says=""
def build(classes):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(8, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(classes),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model

# %% answer="train" name="epochs ignored" loses=["test_train"] says=""
def train(images, labels, epochs):
    model = build(2)
    history = model.fit(images, labels, epochs=3, verbose=0)
    return history.history["loss"], np.argmax(model.predict(images, verbose=0), axis=1)

# %% answer="train" name="outputs instead of classes" loses=["test_train"] says=""
def train(images, labels, epochs):
    model = build(2)
    history = model.fit(images, labels, epochs=epochs, verbose=0)
    return history.history["loss"], model.predict(images, verbose=0)

# %% answer="build" name="no convolution" loses=["test_build"] says=""
def build(classes):
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(classes, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
"""
