"""What 06 tells its readers is true of the embedded data, with a margin, for five seeds."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import ROOT

from course.data import load_objects
from course.models import load_backbone

sys.path.insert(0, str(ROOT / "tools"))
import transfer

keras = pytest.importorskip("keras")

SEEDS = range(5)
DRAWN = transfer.Backbone("small_resnet", 32, "block9")


def accuracies(way: str, backbone: transfer.Backbone = DRAWN, origin: str = "embedded") -> float:
    """The accuracy on new photos, on average over the draws of forty."""
    each = [transfer.train(backbone, way, seed, origin)["accuracy"] for seed in SEEDS]
    print(f"{origin} {way}: {each}")
    return float(np.mean(each))


def test_pretrained_and_frozen_beats_scratch_and_random_and_fine_tuning_does_not_fall_below() -> None:
    frozen = accuracies("frozen")
    assert frozen > accuracies("scratch") + 0.05
    assert frozen > accuracies("random") + 0.15
    assert accuracies("tuned") > frozen - 0.02


def test_images_in_0_to_1_lose_what_the_notebook_says() -> None:
    dark = accuracies("dark")
    assert abs(dark - 0.5) < 0.1
    assert accuracies("frozen") > dark + 0.3


def test_ten_classes_of_drawings_gain_from_photos() -> None:
    objects = load_objects("embedded")
    learned = {
        weights: [_objects(objects, weights, seed) for seed in SEEDS] for weights in ("pretrained", None)
    }
    print(learned)
    assert np.mean(learned["pretrained"]) > np.mean(learned[None]) + 0.3


def _objects(objects: Any, weights: str | None, seed: int) -> float:
    """Twenty images a class, a head for ten classes on a frozen backbone's features."""
    keras.utils.set_random_seed(seed)
    backbone = load_backbone(weights=weights)
    places = transfer.drawn(objects.y_train, seed)
    features, tests = (
        backbone.predict(images, batch_size=100, verbose=0).mean(axis=(1, 2))
        for images in (objects.x_train[places], objects.x_test)
    )
    layers = keras.layers
    head = keras.Sequential([keras.Input((64,)), layers.Dense(1024, activation="relu")])
    head.add(layers.Dense(len(objects.classes), activation="softmax"))
    head.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    head.fit(features, objects.y_train[places], 20, transfer.EPOCHS, verbose=0)
    return head.evaluate(tests, objects.y_test, verbose=0)[1]


@pytest.mark.parametrize("short", transfer.BACKBONES)
def test_the_real_photos_say_the_same(short: str) -> None:
    folder = os.environ.get("COURSE_DATA")
    if not folder or not (Path(folder) / "scenes").is_dir() or not (Path(folder) / "weights").is_dir():
        pytest.skip("COURSE_DATA has no scenes or no weights")
    backbone = transfer.BACKBONES[short]
    frozen = accuracies("frozen", backbone, "real")
    assert frozen > accuracies("random", backbone, "real") + 0.05
    assert frozen > accuracies("dark", backbone, "real") + 0.05
