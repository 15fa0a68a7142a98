"""Four ways to learn from twenty photos a class, as assignment 06 has them: the rows of the table of real data."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from course import data
from course.models import load_backbone

PER_CLASS, EPOCHS, BATCH, LATE = 20, 10, 8, 5
"""Photos to learn from, of each class; the accuracy is the mean of the last five epochs, as in the notebook."""


@dataclass(frozen=True)
class Backbone:
    """A backbone, the pixels of a photo's side, and how the names of its last block begin."""

    name: str
    size: int
    last: str


BACKBONES = {
    "small": Backbone("small_resnet", 64, "block9"),
    "mobile": Backbone("mobilenet_v2", 96, "block_16"),
}
WAYS = {
    "scratch": "from scratch",
    "random": "random, frozen",
    "frozen": "pretrained, frozen",
    "tuned": "fine-tuned",
    "dark": "pretrained, frozen, photos wrongly in [0, 1]",
}


@cache
def photos(part: str, size: int, origin: str) -> tuple[np.ndarray, np.ndarray]:
    """All photos of a part, 0 to 255, and their labels."""
    import keras

    read = keras.utils.image_dataset_from_directory(
        data.scenes_folder(origin) / part,
        image_size=(size, size),
        batch_size=None,
        shuffle=False,
        verbose=False,
    )
    images, labels = zip(*read.as_numpy_iterator(), strict=True)
    return np.stack(images), np.array(labels)


def drawn(labels: np.ndarray, seed: int) -> np.ndarray:
    """Places of as many photos of each class."""
    random = np.random.default_rng(seed)
    return np.concatenate(
        [
            random.choice(np.flatnonzero(labels == number), PER_CLASS, replace=False)
            for number in np.unique(labels)
        ]
    )


def train(backbone: Backbone, way: str, seed: int, origin: str = "real") -> dict[str, Any]:
    """Draw photos, train in one of the ways, and say what the table needs."""
    import keras

    scale = np.float32(1 / 255 if way == "dark" else 1)
    (x, y), (x_test, y_test) = (photos(part, backbone.size, origin) for part in ("train", "test"))
    places = drawn(y, seed)
    x, y, x_test = x[places] * scale, y[places], x_test * scale
    keras.utils.set_random_seed(seed)
    network = load_backbone(backbone.name, weights=None if way in ("scratch", "random") else "pretrained")
    images = keras.Input((None, None, 3))
    model = keras.Model(images, _head(network(images)))
    network.trainable = way == "scratch"
    since = time.perf_counter()
    if way == "scratch":
        history = _fit(model, "adam", (x, y), (x_test, y_test), EPOCHS)
    else:
        # What is frozen says the same of a photo in each epoch: its maps are made once.
        made = keras.Input(network.output.shape[1:])
        head = keras.Model(made, _through(model.layers[2:], made))
        maps, tests = (network.predict(each, batch_size=50, verbose=0) for each in (x, x_test))
        passes = EPOCHS // 2 if way == "tuned" else EPOCHS
        history = _fit(head, "adam", (maps, y), (tests, y_test), passes)
        if way == "tuned":
            network.trainable = True
            for layer in network.layers:
                norm = isinstance(layer, keras.layers.BatchNormalization)
                layer.trainable = layer.name.startswith(backbone.last) and not norm
            more = _fit(model, keras.optimizers.Adam(1e-4), (x, y), (x_test, y_test), EPOCHS - passes)
            history = {key: values + more[key] for key, values in history.items()}
    return {
        "data": "scenes",
        "images": len(x),
        "tested": len(x_test),
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "parameters": model.count_params(),
        "training": round(float(np.mean(history["accuracy"][-LATE:])), 4),
        "accuracy": round(float(np.mean(history["val_accuracy"][-LATE:])), 4),
        "seconds": round(time.perf_counter() - since, 1),
    }


def _head(maps: Any) -> Any:
    from keras import layers

    features = layers.GlobalAveragePooling2D()(maps)
    return layers.Dense(1, activation="sigmoid")(layers.Dense(1024, activation="relu")(features))


def _through(layers: list[Any], tensor: Any) -> Any:
    for layer in layers:
        tensor = layer(tensor)
    return tensor


def _fit(model: Any, optimizer: Any, train: tuple, test: tuple, epochs: int) -> dict[str, list[float]]:
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model.fit(
        *train, batch_size=BATCH, epochs=epochs, validation_data=test, validation_batch_size=50, verbose=0
    ).history
