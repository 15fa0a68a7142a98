"""What 05 tells its readers is true of the embedded data, with a margin, for five seeds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from course.data import load_digits

keras = pytest.importorskip("keras")
layers = keras.layers

SEEDS = range(5)
EPOCHS = 4


def block(shape: tuple[int, int, int], filters: int, strides: int, shortcut: bool) -> Any:
    """The notebook's residual block, or its plain twin."""
    inputs = past = keras.Input(shape)

    def convolve(maps: Any, kernel: int, stride: int) -> Any:
        maps = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(maps)
        return layers.BatchNormalization(momentum=0.9)(maps)

    x = convolve(layers.ReLU()(convolve(inputs, 3, strides)), 3, 1)
    if shortcut:
        if strides != 1 or shape[-1] != filters:
            past = convolve(inputs, 1, strides)
        x = layers.Add()([x, past])
    return keras.Model(inputs, layers.ReLU()(x))


def network(filters: list[int], blocks: int, shortcut: bool) -> Any:
    """The notebook's network for digits: 6 * blocks + 2 layers."""
    image = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = layers.Conv2D(filters[0], 4, strides=4)(x)
    for stage, count in enumerate(filters):
        for number in range(blocks):
            x = block(tuple(x.shape[1:]), count, 2 if stage and not number else 1, shortcut)(x)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


@cache
def last_losses(blocks: int, shortcut: bool) -> list[float]:
    """Training loss of the last epoch, for each seed; the model is traced once, and begun anew each time."""
    data = load_digits("embedded")
    images, labels = data.x_train[:1024, ..., None], data.y_train[:1024]
    model = network([8, 16, 32], blocks, shortcut)
    model.optimizer.build(model.trainable_variables)
    untouched = [variable.numpy() for variable in model.optimizer.variables]
    losses = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model.set_weights(network([8, 16, 32], blocks, shortcut).get_weights())
        for variable, value in zip(model.optimizer.variables, untouched, strict=True):
            variable.assign(value)
        history = model.fit(images, labels, batch_size=64, epochs=EPOCHS, verbose=0).history
        losses.append(history["loss"][-1])
    return losses


def test_residual_trains_where_its_plain_twin_of_the_same_depth_does_not() -> None:
    residual, plain = last_losses(5, True), last_losses(5, False)
    for one, other in zip(residual, plain, strict=True):
        assert one < 0.6, (residual, plain)
        assert other > 0.8, (residual, plain)
        assert other > one + 0.6, (residual, plain)


def test_depth_harms_the_plain_network_and_not_the_residual_one() -> None:
    shallow, deep = last_losses(1, False), last_losses(5, False)
    for one, other in zip(shallow, deep, strict=True):
        assert other > one + 0.5, (shallow, deep)
    assert max(last_losses(5, True)) < 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_vanish_without_shortcuts_and_do_not_with_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    matrices = [random.normal(0, 0.1, (64, 64)) for _ in range(40)]

    def norms(scale: float, shortcut: bool) -> list[float]:
        x, before = random.random(64), []
        for matrix in matrices:
            before.append(x @ (scale * matrix))
            x = np.maximum(before[-1], 0) + shortcut * x
        gradient, found = np.ones(64), []
        for matrix, value in zip(matrices[::-1], before[::-1], strict=True):
            gradient = (gradient * (value > 0)) @ (scale * matrix).T + shortcut * gradient
            found.append(float(np.linalg.norm(gradient)))
        return found[::-1]

    plain, large, small = norms(1, False), norms(1, True), norms(0.2, True)
    assert plain[0] < 1e-7 * plain[-1]
    assert 1e4 < large[0] / large[-1] < 1e7
    assert 0.5 < small[0] / small[-1] < 30


def test_the_counts_that_the_notebook_quotes() -> None:
    for side, count in ((5, 25), (3, 9), (7, 49)):
        layer = layers.Conv2D(4, side, use_bias=False)
        layer.build((None, 9, 9, 4))
        assert layer.count_params() == count * 4 * 4
    direct = 28 * 28 * 192 * 25 * 32
    reduced = 28 * 28 * (192 * 16 + 16 * 25 * 32)
    assert (direct, reduced) == (120_422_400, 12_443_648)
    # VGG16 in all, and its dense layers.
    dense = (7 * 7 * 512 + 1) * 4096 + 4097 * 4096 + 4097 * 1000
    assert 14_714_688 + dense == 138_357_544
    # One convolution costs the same in the first four blocks of VGG16, and a quarter of it in the fifth.
    work = [(224 >> number) ** 2 * 9 * min(64 << number, 512) ** 2 for number in range(5)]
    assert len(set(work[:4])) == 1
    assert work[4] * 4 == work[0]
