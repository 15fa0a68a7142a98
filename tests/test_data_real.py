"""The real files through every loader, where COURSE_DATA names a folder of them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course import data
from course.data import groups
from course.data.embedded.scenes import SCENES
from course.data.real import SIGN_LABELS

FOLDER = Path(os.environ.get("COURSE_DATA") or "nowhere")

pytestmark = pytest.mark.skipif(
    not os.environ.get("COURSE_DATA"),
    reason="COURSE_DATA names no folder of real data, so the real origin is not tested",
)


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def needs(*names: str) -> None:
    if not any((FOLDER / name).exists() for name in names):
        pytest.skip(f"the folder of COURSE_DATA has no {' or '.join(names)}")


def common(train: np.ndarray, test: np.ndarray) -> int:
    """How many images of the test have the very pixels of an image for training."""
    known = {hashlib.sha256(image.tobytes()).digest() for image in train}
    return sum(hashlib.sha256(image.tobytes()).digest() in known for image in test)


def test_mnist(capsys: pytest.CaptureFixture):
    needs("mnist.npz")
    found = data.load_digits()
    assert found.x_train.shape == (60000, 28, 28) and found.x_test.shape == (10000, 28, 28)
    assert found.y_train[:5].tolist() == [5, 0, 4, 1, 9] and found.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert "60,000 images to train and 10,000 to test, 28x28; real, from mnist.npz" in capsys.readouterr().out
    assert common(found.x_train, found.x_test) == 0


def test_cifar():
    needs("cifar10_jpg.tar.gz", "cifar10_jpg")
    found = data.load_objects()
    assert found.x_train.shape == (50000, 32, 32, 3) and found.x_test.shape == (10000, 32, 32, 3)
    assert (
        np.bincount(found.y_train).tolist() == [5000] * 10
        and np.bincount(found.y_test).tolist() == [1000] * 10
    )
    assert np.bincount(found.y_train[-10000:]).min() > 900  # what validation_split would take
    # The photos behind the classes: blue skies and seas, the green of frogs' grounds.
    blue = [found.x_test[found.y_test == label][..., 2].mean() for label in range(10)]
    assert min(blue[0], blue[8]) > max(blue[label] for label in range(1, 8))
    assert common(found.x_train, found.x_test) == 0


def test_signs():
    needs("sign_mnist.npz", "sign_mnist_train.csv")
    found = data.load_signs()
    assert found.x_train.shape[1:] == found.x_test.shape[1:] == (28, 28, 1)
    assert sorted(set(found.y_train.tolist())) == sorted(set(found.y_test.tolist())) == list(SIGN_LABELS)
    assert common(found.x_train, found.x_test) == 0


def test_signs_that_are_alike_stay_together():
    needs("sign_mnist.npz")
    if (FOLDER / "sign_mnist_train.csv").exists():
        pytest.skip("the folder has the whole set, whose split is its makers'")
    found = data.load_signs()
    assert len(found.x_train) + len(found.x_test) == 7172
    assert 1200 < len(found.x_test) < 1800
    for label in SIGN_LABELS:
        train, test = (
            x[y == label].reshape(-1, 784).astype(float)
            for x, y in ((found.x_train, found.y_train), (found.x_test, found.y_test))
        )
        assert np.corrcoef(test, train)[: len(test), len(test) :].max() < 0.9
    together = groups.alike(found.x_test[..., 0], found.y_test)
    assert len(set(together.tolist())) >= 2 * 24 - 6  # photos behind the test images of each letter: few


def test_signs_as_tables():
    needs("sign_mnist.npz", "sign_mnist_train.csv")
    found = data.load_signs()
    for path, x, y in zip(
        data.signs_csv(), (found.x_train, found.x_test), (found.y_train, found.y_test), strict=True
    ):
        with path.open(encoding="utf-8") as lines:
            assert next(lines).startswith("label,pixel1,")
            first = np.array(next(lines).split(","), int)
        assert first[0] == y[0]
        np.testing.assert_array_equal(first[1:], x[0].ravel())


def test_scenes(capsys: pytest.CaptureFixture):
    needs("scenes")
    folder = data.scenes_folder()
    assert "real, from scenes" in capsys.readouterr().out
    found = {}
    for part in ("train", "test"):
        files = [file for name in SCENES for file in sorted((folder / part / name).iterdir())]
        found[part] = {hashlib.sha256(np.asarray(Image.open(file)).tobytes()).hexdigest() for file in files}
        assert len(found[part]) > 0.99 * len(files)
    assert not found["train"] & found["test"]
