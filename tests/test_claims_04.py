"""What 04_augmentation claims of its data, its networks and Keras, held on the embedded data."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import jupytext
import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf
from keras import layers

from course.data import load_signs

TEXT = Path(__file__).parents[1] / "course/assignments/04_augmentation.py"
SEEDS = range(5)
EPOCHS = 24


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    """The notebook's own solutions by name."""
    names: dict[str, Any] = {"keras": keras, "layers": layers, "np": np, "tf": tf}
    for cell in jupytext.read(TEXT, fmt="py:percent").cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            exec(compile(cell.source, "<solution>", "exec"), names)
    return names


@pytest.fixture(scope="module")
def few(notebook) -> tuple[np.ndarray, ...]:
    """Ten signs of each letter to learn from, ten others to validate, half of them left hands."""
    signs = load_signs("embedded")

    def first(labels: np.ndarray) -> np.ndarray:
        return np.concatenate([np.flatnonzero(labels == label)[:10] for label in np.unique(labels)])

    train, new = first(signs.y_train), first(signs.y_test)
    x_new = signs.x_test[new] / 255
    x_new[::2] = x_new[::2, :, ::-1]
    one_hot = notebook["one_hot"]
    return signs.x_train[train] / 255, one_hot(signs.y_train[train]), x_new, one_hot(signs.y_test[new])


def trained(
    notebook: dict[str, Any], few: tuple[np.ndarray, ...], seed: int, augmented: bool
) -> dict[str, Any]:
    """The curves of the notebook's training, and how far validation accuracy stays behind at its end."""
    x, y, x_new, y_new = few
    keras.utils.set_random_seed(seed)
    model = notebook["build_signs_cnn"](filters=(16, 32, 32), units=128)
    data = tf.data.Dataset.from_tensor_slices((x, y)).cache().shuffle(len(x)).batch(8)
    if augmented:
        augment = notebook["build_augmentation"]()
        data = data.map(lambda images, targets: (augment(images, training=True), targets))
    options = {"validation_data": (x_new, y_new), "validation_freq": 2, "shuffle": False, "verbose": 0}
    history = model.fit(data.prefetch(2), epochs=EPOCHS, **options).history
    history["known"] = model.evaluate(x, y, verbose=0)[1]
    history["gap"] = history["known"] - history["val_accuracy"][-1]
    return history


@pytest.mark.parametrize("seed", SEEDS)
def test_augmentation_narrows_the_gap_between_training_and_validation(notebook, few, seed):
    plain, augmented = (trained(notebook, few, seed, choice) for choice in (False, True))
    assert plain["loss"][-1] < 0.2
    assert plain["val_loss"][-1] > min(plain["val_loss"]) + 0.1
    assert augmented["val_loss"][-1] < plain["val_loss"][-1] - 0.3
    assert plain["known"] > 0.95
    assert plain["val_accuracy"][-1] < 0.55
    assert augmented["val_accuracy"][-1] > plain["val_accuracy"][-1] - 0.12
    assert plain["gap"] > 0.35
    assert augmented["gap"] < plain["gap"] - 0.15


def test_the_network_has_the_parameters_of_the_text(notebook):
    model = notebook["build_signs_cnn"]()
    kept = sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    assert (model.count_params(), kept) == (264_049, 300)
    assert notebook["predict_signs_cnn"]() == [14, 7, 4, 400, 205_312]


def test_layers_called_directly_are_active_and_rest_at_inference():
    row = np.arange(8.0).reshape(1, 1, 8, 1)
    flip = layers.RandomFlip("horizontal", seed=1)
    assert any(not np.array_equal(flip(row), row) for _ in range(20))
    assert all(np.array_equal(flip(row, training=False), row) for _ in range(20))


def test_brightness_assumes_bytes_unless_told():
    grey = np.full((1, 4, 4, 1), 0.5, "float32")
    assert np.max(layers.RandomBrightness((0.2, 0.2))(grey, training=True)) > 50
    told = layers.RandomBrightness((0.2, 0.2), value_range=(0, 1))(grey, training=True)
    assert np.max(told) == pytest.approx(0.7, abs=1e-3)


def test_cache_behind_the_augmentation_freezes_it():
    augment = keras.Sequential([layers.RandomRotation(0.1, seed=1)])
    images = np.random.default_rng(0).random((4, 8, 8, 1)).astype("float32")
    data = tf.data.Dataset.from_tensors(images)
    frozen = data.map(lambda x: augment(x, training=True)).cache()
    fresh = data.cache().map(lambda x: augment(x, training=True))
    passes = [[np.array(next(iter(each))) for _ in range(2)] for each in (frozen, fresh)]
    assert np.array_equal(*passes[0]) and not np.array_equal(*passes[1])


def test_moving_averages_move_by_a_hundredth_at_the_default_momentum():
    norm = layers.BatchNormalization()
    norm(np.full((100, 1), 50.0, "float32"), training=True)
    assert float(norm.moving_mean[0]) == pytest.approx(0.5, abs=1e-3)


def test_the_table_names_every_option_of_the_older_generator():
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    text = TEXT.read_text("utf-8")
    for option in list(inspect.signature(ImageDataGenerator.__init__).parameters)[1:]:
        assert f"`{option}`" in text, option


def test_featurewise_standardising_is_what_the_older_generator_and_keras_do(notebook):
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    random = np.random.default_rng(1)
    train, test = (random.normal(3, 5, (6, 4, 5, 3)).astype("float32") for _ in range(2))
    wanted = notebook["standardise"](train, test)[1]
    generator = ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
    generator.fit(train)
    np.testing.assert_allclose([generator.standardize(image.copy()) for image in test], wanted, atol=1e-4)
    norm = layers.Normalization()
    norm.adapt(train)
    np.testing.assert_allclose(norm(test), wanted, atol=1e-4)


def test_a_random_split_of_relatives_looks_better_than_it_is(notebook):
    signs = load_signs("embedded")
    random = np.random.default_rng(3)
    photos = np.repeat(
        np.concatenate([np.flatnonzero(signs.y_train == y)[:10] for y in np.unique(signs.y_train)]), 8
    )
    relatives = signs.x_train[photos, :, :, 0] / 255 + random.normal(0, 0.1, (len(photos), 28, 28))
    moves = random.integers(-1, 2, len(photos))
    relatives = np.array([np.roll(image, move, axis=1) for image, move in zip(relatives, moves, strict=True)])
    flat, letters = relatives.reshape(len(relatives), -1), signs.y_train[photos]

    def nearest(train: np.ndarray, validation: np.ndarray) -> float:
        distances = (flat[train] ** 2).sum(axis=1) - 2 * flat[validation] @ flat[train].T
        return float(np.mean(letters[train][distances.argmin(axis=1)] == letters[validation]))

    order = random.permutation(len(photos))
    assert nearest(order[384:], order[:384]) > 0.8
    assert nearest(*notebook["split_by_photo"](photos, 0.2)) < 0.5
