"""What 03 tells its readers is true of the embedded data, with a margin, for five seeds."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from course.data import load_digits, load_objects, scenes_folder

keras = pytest.importorskip("keras")
layers = keras.layers

SEEDS = range(5)


def cnn(shape: tuple[int, ...], filters: list[int], padding: str, head: type, units: list[int], last: str):
    """A CNN of the notebook: 3x3 convolutions, pools after the first two, two dense layers."""
    model = keras.Sequential([keras.Input(shape)])
    for number, each in enumerate(filters):
        model.add(layers.Conv2D(each, 3, padding=padding, activation="relu"))
        if number < 2:
            model.add(layers.MaxPooling2D(2))
    model.add(head())
    model.add(layers.Dense(units[0], activation="relu"))
    model.add(layers.Dense(units[1], activation=last))
    return model


def digits_cnn():
    model = cnn((28, 28, 1), [32, 64, 64], "valid", layers.Flatten, [64, 10], "softmax")
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@cache
def digits() -> tuple[np.ndarray, ...]:
    data = load_digits("embedded")
    train, test = (x[..., None].astype("float32") / 255 for x in (data.x_train, data.x_test))
    return train, data.y_train, test, data.y_test


@cache
def scenes(size: int) -> tuple[np.ndarray, ...]:
    parts = []
    for part in ("train", "test"):
        dataset = keras.utils.image_dataset_from_directory(
            scenes_folder("embedded") / part,
            image_size=(size, size),
            batch_size=None,
            shuffle=False,
            verbose=False,
        )
        photos, labels = (np.stack(each) for each in zip(*dataset.as_numpy_iterator(), strict=True))
        order = np.random.default_rng(0).permutation(len(photos))
        parts += [photos[order] / 255, labels[order]]
    return tuple(parts)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_loss_is_near_log_c(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    x, y, *_ = digits()
    assert digits_cnn().evaluate(x[:512], y[:512], verbose=0)[0] == pytest.approx(np.log(10), abs=0.15)

    data = load_objects("embedded") if seed == 0 else None
    if data is not None:
        model = cnn((32, 32, 3), [32, 64, 64], "same", layers.Flatten, [128, 10], "softmax")
        model.compile("adam", "sparse_categorical_crossentropy")
        loss = model.evaluate(data.x_train[:256] / 255, data.y_train[:256], verbose=0)
        assert loss == pytest.approx(np.log(10), abs=0.2)

    photos, labels, *_ = scenes(32)
    model = cnn((32, 32, 3), [32, 64, 64], "same", layers.GlobalAveragePooling2D, [128, 1], "sigmoid")
    model.compile("adam", "binary_crossentropy")
    assert model.evaluate(photos, labels, verbose=0) == pytest.approx(np.log(2), abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_32_images_can_be_learned_by_heart_and_that_is_not_enough(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    x, y, x_test, y_test = digits()
    model = digits_cnn()
    model.fit(x[:32], y[:32], epochs=60, verbose=0)
    assert model.evaluate(x[:32], y[:32], verbose=0)[1] == 1
    assert model.evaluate(x_test, y_test, verbose=0)[1] < 0.85


def test_global_average_pooling_keeps_accuracy_with_a_thousandth_of_the_parameters() -> None:
    size, passes = 32, 12
    x, y, x_test, y_test = scenes(size)
    right: dict[str, list[float]] = {"flat": [], "average": []}
    for seed in SEEDS:
        for name, filters, head in (
            ("flat", [32], layers.Flatten),
            ("average", [32, 64, 64], layers.GlobalAveragePooling2D),
        ):
            keras.utils.set_random_seed(seed)
            model = cnn((size, size, 3), filters, "same", head, [128, 1], "sigmoid")
            model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
            model.fit(x, y, batch_size=16, epochs=passes, verbose=0)
            right[name].append(model.evaluate(x_test, y_test, verbose=0)[1])
    assert min(right["average"]) > 0.8, right
    assert np.mean(right["average"]) > np.mean(right["flat"]) - 0.03, right

    large = cnn((256, 256, 3), [32, 64, 64], "same", layers.GlobalAveragePooling2D, [128, 1], "sigmoid")
    flat = 896 + (128 * 128 * 32 + 1) * 128 + 129
    assert (flat, large.count_params()) == (67_110_017, 64_769)
    assert large.count_params() * 1000 < flat


def test_wrong_labels_learned_by_heart_turn_the_validation_loss() -> None:
    x, y, *_ = digits()
    random = np.random.default_rng(0)
    hasty = np.where(random.random(1437) < 0.4, random.integers(0, 10, 1437), y)
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])
        model.add(layers.Dense(256, activation="relu"))
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(keras.optimizers.Adam(4e-3), "sparse_categorical_crossentropy")
        held_back = x[1200:], y[1200:]
        history = model.fit(x[:200], hasty[:200], 16, 20, verbose=0, validation_data=held_back).history
        losses = history["val_loss"]
        assert history["loss"][-1] < 0.5 * history["loss"][5]
        assert np.argmin(losses) < 12
        assert np.mean(losses[-4:]) > 1.1 * min(losses)
