"""What 06 tells its readers is true of the embedded data, with a margin, for five seeds."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np
import pytest

from course import models
from course.data import load_objects, scenes_folder

keras = pytest.importorskip("keras")
layers = keras.layers

pytestmark = pytest.mark.skipif(
    not (models.FOLDER / "small_resnet.keras").is_file(), reason="the backbone is not in course/weights"
)

SEEDS = range(5)
SIZE, EPOCHS = 32, 14


@cache
def scenes(part: str, origin: str = "embedded", size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    dataset = keras.utils.image_dataset_from_directory(
        scenes_folder(origin) / part, image_size=(size, size), batch_size=None, shuffle=False, verbose=False
    )
    photos, labels = zip(*dataset.as_numpy_iterator(), strict=True)
    return np.stack(photos), np.array(labels)


def few(photos: np.ndarray, labels: np.ndarray, seed: int, count: int = 20) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    places = np.concatenate(
        [random.choice(np.flatnonzero(labels == n), count, replace=False) for n in np.unique(labels)]
    )
    return photos[places], labels[places]


def features(backbone: Any, images: np.ndarray) -> np.ndarray:
    parts = [images[i : i + 100] for i in range(0, len(images), 100)]
    return np.concatenate([np.mean(backbone(part, training=False), axis=(1, 2)) for part in parts])


def head(width: int, classes: int = 1) -> Any:
    last = layers.Dense(classes, activation="sigmoid" if classes == 1 else "softmax")
    model = keras.Sequential([keras.Input((width,)), layers.Dense(1024, activation="relu"), last])
    loss = "binary_crossentropy" if classes == 1 else "sparse_categorical_crossentropy"
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def late(history: Any) -> float:
    """The accuracy on new photos, averaged over the last five epochs."""
    return float(np.mean(history.history["val_accuracy"][-5:]))


def frozen(weights: str | None, seed: int, train: Any, test: Any, classes: int = 1) -> float:
    """A head on a frozen backbone, which for a frozen backbone is a head on its features."""
    keras.utils.set_random_seed(seed)
    backbone = models.load_backbone(weights=weights)
    (x, y), (x_test, y_test) = train, test
    held = features(backbone, x_test), y_test
    model = head(64, classes)
    batch = 8 if classes == 1 else 32
    return late(model.fit(features(backbone, x), y, batch, EPOCHS, verbose=0, validation_data=held))


def whole(backbone: Any) -> Any:
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1024, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def scratch(seed: int, train: Any, test: Any) -> float:
    keras.utils.set_random_seed(seed)
    model = whole(models.load_backbone(weights=None))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return late(model.fit(*train, batch_size=8, epochs=EPOCHS, verbose=0, validation_data=test))


def tuned(seed: int, train: Any, test: Any) -> float:
    """Half of the epochs for the head, half with the last block."""
    keras.utils.set_random_seed(seed)
    backbone = models.load_backbone()
    backbone.trainable = False
    model = whole(backbone)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    options = {"batch_size": 8, "verbose": 0, "validation_data": test}
    model.fit(*train, epochs=EPOCHS // 2, **options)
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = layer.name.startswith("block9") and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(1e-4), "binary_crossentropy", metrics=["accuracy"])
    return late(model.fit(*train, epochs=EPOCHS // 2, **options))


def test_pretrained_and_frozen_beats_scratch_and_random_and_fine_tuning_does_not_fall_below() -> None:
    right: dict[str, list[float]] = {"scratch": [], "random": [], "pretrained": [], "tuned": []}
    test = scenes("test")
    for seed in SEEDS:
        train = few(*scenes("train"), seed)
        right["scratch"].append(scratch(seed, train, test))
        right["random"].append(frozen(None, seed, train, test))
        right["pretrained"].append(frozen("pretrained", seed, train, test))
        right["tuned"].append(tuned(seed, train, test))
    mean = {name: np.mean(each) for name, each in right.items()}
    print(mean, right)
    assert mean["pretrained"] > mean["scratch"] + 0.05, right
    assert mean["pretrained"] > mean["random"] + 0.05, right
    assert mean["tuned"] > mean["pretrained"] - 0.02, right


def test_images_in_0_to_1_lose_what_the_notebook_says() -> None:
    right: dict[str, list[float]] = {"bytes": [], "one": []}
    x_test, y_test = scenes("test")
    backbone = models.load_backbone()
    for seed in SEEDS:
        x, y = few(*scenes("train"), seed)
        for name, scale in (("bytes", 1), ("one", 1 / 255)):
            keras.utils.set_random_seed(seed)
            held = features(backbone, x_test * scale), y_test
            model = head(64)
            learned = model.fit(features(backbone, x * scale), y, 8, EPOCHS, verbose=0, validation_data=held)
            right[name].append(late(learned))
    print(right)
    assert np.mean(right["bytes"]) > np.mean(right["one"]) + 0.15, right


def test_ten_classes_of_drawings_gain_from_photos() -> None:
    objects = load_objects("embedded")
    right: dict[str | None, list[float]] = {"pretrained": [], None: []}
    test = objects.x_test, objects.y_test
    for seed in SEEDS:
        train = few(objects.x_train, objects.y_train, seed)
        for weights, each in right.items():
            each.append(frozen(weights, seed, train, test, classes=10))
    print(right)
    assert np.mean(right["pretrained"]) > np.mean(right[None]) + 0.1, right


def test_the_real_photos_say_the_same() -> None:
    folder = os.environ.get("COURSE_DATA")
    if not folder or not os.path.isdir(os.path.join(folder, "scenes")):
        pytest.skip("COURSE_DATA has no scenes")
    right: dict[str, list[float]] = {"scratch": [], "random": [], "pretrained": [], "tuned": []}
    test = scenes("test", "real")
    for seed in range(3):
        train = few(*scenes("train", "real"), seed)
        right["scratch"].append(scratch(seed, train, test))
        right["random"].append(frozen(None, seed, train, test))
        right["pretrained"].append(frozen("pretrained", seed, train, test))
        right["tuned"].append(tuned(seed, train, test))
    mean = {name: np.mean(each) for name, each in right.items()}
    print(mean, right)
    assert mean["pretrained"] > max(mean["scratch"], mean["random"]), right
    assert mean["tuned"] > mean["pretrained"] - 0.03, right
