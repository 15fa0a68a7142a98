"""Embedded data is there at once and always the same; what is wrong with real files is said in a sentence."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import subprocess
import sys
import tarfile
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course import data
from course.data import cache, groups
from course.data.embedded.hands import LETTERS
from course.data.embedded.objects import OBJECTS, draw_objects
from course.data.embedded.scenes import SCENES, draw_scenes
from course.data.embedded.signs import draw_signs

LOADERS = {"digits": data.load_digits, "objects": data.load_objects, "signs": data.load_signs}
SIGN_LABELS = [label for label in range(25) if label != 9]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def pixels_in_both(train: np.ndarray, test: np.ndarray) -> int:
    """How many images of one part have the very pixels of an image in the other."""

    def hashes(images: np.ndarray) -> set[bytes]:
        return {hashlib.sha256(np.ascontiguousarray(image)).digest() for image in images}

    return len(hashes(train) & hashes(test))


def photos(folder: Path, part: str) -> np.ndarray:
    return np.stack([np.asarray(Image.open(file)) for file in sorted((folder / part).glob("*/*.jpg"))])


# The embedded origin ------------------------------------------------------------------


def test_importing_it_is_light():
    heavy = "tensorflow", "keras", "pandas", "sklearn", "scipy", "PIL", "matplotlib"
    code = (
        "import sys, course.data, course.training\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "shape", "counts", "classes"),
    [
        ("digits", (28, 28), (1437, 360), tuple("0123456789")),
        ("objects", (32, 32, 3), (2000, 500), OBJECTS),
        ("signs", (28, 28, 1), (2400, 600), LETTERS),
    ],
)
def test_embedded_arrays(name: str, shape: tuple, counts: tuple, classes: tuple, offline: None):
    found = LOADERS[name]()
    assert isinstance(found, data.ImageData)
    x_train, y_train, x_test, y_test, names = found
    assert x_train.shape == (counts[0], *shape) and x_test.shape == (counts[1], *shape)
    assert x_train.dtype == x_test.dtype == np.uint8
    assert y_train.dtype == y_test.dtype == np.int64
    assert y_train.shape == counts[:1] and y_test.shape == counts[1:]
    assert names == classes
    labels = SIGN_LABELS if name == "signs" else list(range(10))
    assert sorted(set(y_train.tolist())) == sorted(set(y_test.tolist())) == labels
    # Keras's validation_split takes the last part: it must hold every class.
    assert sorted(set(y_train[-len(y_train) // 5 :].tolist())) == labels


@pytest.mark.parametrize("name", LOADERS)
def test_embedded_arrays_are_the_same_each_time_and_yours_to_change(name: str):
    first = LOADERS[name]("embedded")
    kept = [array.copy() for array in first[:4]]
    first.x_train[:] = 0
    for array, again in zip(kept, LOADERS[name]("embedded")[:4], strict=True):
        np.testing.assert_array_equal(array, again)


@pytest.mark.parametrize("name", LOADERS)
def test_no_embedded_image_is_in_both_parts(name: str):
    found = LOADERS[name]("embedded")
    assert pixels_in_both(found.x_train, found.x_test) == 0
    assert pixels_in_both(found.x_train, found.x_train) == len(found.x_train)


def test_no_embedded_scene_is_in_both_parts():
    folder = data.scenes_folder("embedded")
    train, test = photos(folder, "train"), photos(folder, "test")
    assert pixels_in_both(train, test) == 0
    assert pixels_in_both(train, train) == len(train) == 400


@pytest.mark.parametrize("name", LOADERS)
def test_the_loader_says_what_it_gives(name: str, capsys: pytest.CaptureFixture):
    found = LOADERS[name]()
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    for word in (name, "embedded", f"{len(found.x_train):,}", f"{len(found.x_test):,}", "licence"):
        assert word in told


def test_digits_lie_as_mnists_do():
    digits = data.load_digits("embedded").x_train.astype(float)
    inside = digits[:, 3:25, 3:25].sum((1, 2)) / digits.sum((1, 2))
    assert np.mean(inside > 0.95) > 0.95
    mass = digits.sum((1, 2))
    for axis in (1, 2):
        centre = (digits.sum(axis) @ np.arange(28)) / mass
        assert np.abs(centre - 13.5).max() < 0.6
    assert digits[:, 0].max() == digits[:, :, 0].max() == 0  # black around them
    assert digits.max((1, 2)).min() > 200  # white strokes


def test_every_class_can_be_drawn_at_any_size_and_with_any_seed():
    for draw, name, channels in ((draw_objects, "frog", 3), (draw_signs, "K", 1), (draw_scenes, "forest", 3)):
        images = draw(name, 3, size=40, seed=5)
        assert images.shape == (3, 40, 40, channels) and images.dtype == np.uint8
        assert (images != draw(name, 3, size=40, seed=6)).any()
        np.testing.assert_array_equal(images, draw(name, 3, size=40, seed=5))


def test_signs_as_tables_are_the_same_signs():
    found = data.load_signs("embedded")
    train, test = data.signs_csv("embedded")
    for path, x, y in ((train, found.x_train, found.y_train), (test, found.x_test, found.y_test)):
        assert path.read_text("utf-8").startswith("label,pixel1,pixel2,")
        rows = np.loadtxt(path, delimiter=",", skiprows=1, dtype=int)
        assert rows.shape == (len(x), 785)
        np.testing.assert_array_equal(rows[:, 0], y)
        np.testing.assert_array_equal(rows[:, 1:].reshape(x.shape), x)


def test_scenes_lie_in_folders():
    folder = data.scenes_folder()
    for part, count in (("train", 200), ("test", 50)):
        assert sorted(path.name for path in (folder / part).iterdir()) == list(SCENES)
        for name in SCENES:
            assert len(list((folder / part / name).glob("*.jpg"))) == count
    assert photos(folder, "test").shape == (100, 64, 64, 3)


def test_an_origin_that_is_none():
    with pytest.raises(ValueError, match="not 'online'"):
        data.load_digits("online")


# What is kept -------------------------------------------------------------------------


def test_what_is_kept_is_made_once_and_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "mine"))
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "a.txt").write_text("all of it", "utf-8")

    folder = cache.keep_folder("things-1", make)
    assert cache.keep_folder("things-1", make) == folder == tmp_path / "mine/things-1"
    assert len(made) == 1
    (folder / "a.txt").write_text("half", "utf-8")
    cache.keep_folder("things-1", make)
    assert (folder / "a.txt").read_text("utf-8") == "all of it"
    assert [path.name for path in folder.parent.iterdir()] == ["things-1"]  # nothing half-made is left


def test_a_failure_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))

    def fail(target: Path) -> None:
        target.write_bytes(b"half")
        raise data.DataError("no")

    with pytest.raises(data.DataError):
        cache.keep_file("file-1.npz", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file"))
    with pytest.raises(data.DataError, match=r"COURSE_CACHE names .*file.* unset it"):
        data.scenes_folder()


def test_without_a_named_cache_the_temporary_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("COURSE_CACHE")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cache.folder().parent == tmp_path
    assert cache.folder() == cache.folder()
    # A name that somebody else holds is left alone.
    other = tmp_path / "other"
    other.mkdir()
    own = cache.folder()
    own.rmdir()
    own.symlink_to(other)
    assert cache.folder() != own


# Where real data is looked for --------------------------------------------------------


def mnist(folder: Path, **changed: object) -> Path:
    """A small file in the form of MNIST's, with some of its arrays changed, or left out (None)."""
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (20, 28, 28), np.uint8),
        "y_train": np.arange(20, dtype=np.uint8) % 10,
        "x_test": rng.integers(0, 256, (10, 28, 28), np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }
    arrays = {name: array for name, array in {**arrays, **changed}.items() if array is not None}
    np.savez(folder / "mnist.npz", **arrays)
    return folder / "mnist.npz"


def test_a_folder_that_is_named_but_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "gone"))
    for origin in (None, "real"):
        with pytest.raises(data.DataError, match=r"COURSE_DATA names .*gone, which is no folder"):
            data.load_digits(origin)


def test_what_the_folder_lacks_is_embedded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    mnist(tmp_path)
    assert len(data.load_digits().x_train) == 20
    assert "real, from mnist.npz" in capsys.readouterr().out
    assert len(data.load_digits("embedded").x_train) == 1437
    data.load_signs()
    assert "embedded" in capsys.readouterr().out


@pytest.mark.parametrize("load", [data.load_signs, data.signs_csv, data.scenes_folder])
def test_what_keras_does_not_have(load: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with pytest.raises(data.DataError, match="COURSE_DATA is not set, and Keras has none"):
        load("real")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with pytest.raises(data.DataError, match="holds none, and Keras has none"):
        load("real")


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_keras_gives_what_the_folder_lacks(name: str, monkeypatch: pytest.MonkeyPatch):
    shape, labels = ((28, 28), (3,)) if name == "mnist" else ((32, 32, 3), (3, 1))
    part = np.zeros((3, *shape), np.uint8), np.arange(3, dtype=np.uint8).reshape(labels)
    fake = types.SimpleNamespace(load_data=lambda: (part, part))
    monkeypatch.setitem(
        sys.modules, "keras", types.SimpleNamespace(datasets=types.SimpleNamespace(**{name: fake}))
    )
    found = (data.load_digits if name == "mnist" else data.load_objects)("real")
    assert found.x_train.shape == (3, *shape)
    assert found.y_train.tolist() == [0, 1, 2] and found.y_train.dtype == np.int64


def test_keras_without_a_network(monkeypatch: pytest.MonkeyPatch):
    def fail() -> None:
        raise Exception(
            "URL fetch failure on mnist.npz: None -- name resolution failed\nmore"
        )  # as Keras raises it

    fake = types.SimpleNamespace(load_data=fail)
    monkeypatch.setitem(
        sys.modules, "keras", types.SimpleNamespace(datasets=types.SimpleNamespace(mnist=fake))
    )
    with pytest.raises(
        data.DataError, match=r"Keras could not give mnist .*URL fetch failure.*embedded"
    ) as caught:
        data.load_digits("real")
    assert "\n" not in str(caught.value)
    assert socket.getdefaulttimeout() is None


def test_keras_itself_without_a_network(tmp_path: Path):
    code = """
import socket
def refuse(*args, **kwargs):
    raise OSError("no network here")
socket.getaddrinfo = socket.socket.connect = refuse
from course import data
for load in (data.load_digits, data.load_objects):
    try:
        load("real")
    except data.DataError as error:
        print("told:", error)
"""
    environment = {**os.environ, "KERAS_HOME": str(tmp_path), "TF_CPP_MIN_LOG_LEVEL": "3"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    told = [line for line in ran.stdout.splitlines() if line.startswith("told: ")]
    assert len(told) == 2
    for name, line in zip(("mnist", "cifar10"), told, strict=True):
        assert line.startswith(f"told: Keras could not give {name} (") and "no network here" in line


# Archives of arrays -------------------------------------------------------------------


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_truncate, "damaged or only half downloaded"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_text("<html>not found</html>", "utf-8"), "damaged or only half downloaded"),
        (lambda path: mnist(path.parent, y_test=None), "has no array 'y_test' .it has x_train"),
        (
            lambda path: mnist(path.parent, x_test=np.zeros((10, 8, 8), np.uint8)),
            r"\(10, 8, 8\) instead of \(N, 28, 28\)",
        ),
        (lambda path: mnist(path.parent, x_test=np.zeros((10, 28, 28))), "float64 instead of uint8"),
        (lambda path: mnist(path.parent, x_test=np.zeros((0, 28, 28), np.uint8)), r"shape \(0, 28, 28\)"),
        (lambda path: mnist(path.parent, y_train=np.zeros(19, int)), "20 images and 19 labels"),
        (
            lambda path: mnist(path.parent, y_test=np.arange(10) + 1),
            "label of image 10 is 10, not one of 0 to 9",
        ),
        (lambda path: mnist(path.parent, y_test=np.array([None] * 10)), "damaged"),  # would need unpickling
    ],
)
def test_a_broken_archive(damage: Callable, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    damage(mnist(tmp_path))
    with pytest.raises(data.DataError, match=message) as caught:
        data.load_digits()
    assert "mnist.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


# Tables -------------------------------------------------------------------------------


HEADER = ["label", *(f"pixel{i}" for i in range(1, 785))]


def tables(folder: Path, *, header: list[str] = HEADER, rows: list | None = None) -> None:
    rng = np.random.default_rng(1)
    for name in ("train", "test"):
        lines = (
            [[SIGN_LABELS[i % 24], *rng.integers(0, 256, 784)] for i in range(30)] if rows is None else rows
        )
        text = "\n".join(",".join(map(str, line)) for line in [header, *lines]) + "\n"
        (folder / f"sign_mnist_{name}.csv").write_text(text, "utf-8")


def test_tables_of_signs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    tables(tmp_path)
    found = data.load_signs()
    assert found.x_train.shape == found.x_test.shape == (30, 28, 28, 1)
    assert found.y_train.tolist()[:10] == SIGN_LABELS[:10]
    assert "real, from sign_mnist_train.csv" in capsys.readouterr().out
    assert data.signs_csv() == (tmp_path / "sign_mnist_train.csv", tmp_path / "sign_mnist_test.csv")
    assert "30 images to train" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"header": HEADER[1:], "rows": [[1] * 784]}, "has no column label"),
        ({"header": HEADER[:-1], "rows": [[1] * 784]}, "783 pixel columns instead of 784"),
        ({"header": [*HEADER, "pixel785"], "rows": [[1] * 786]}, "785 pixel columns instead of 784"),
        ({"header": [*HEADER[:-1], "colour"]}, "has no column pixel784"),
        ({"header": [HEADER[0], *HEADER[:0:-1]]}, "another order"),
        ({"rows": []}, "no rows"),
        ({"rows": [[1] * 785, [1] * 400]}, "line 3, column pixel400: a whole number is missing"),
        ({"rows": [[1] * 785, [1] * 786]}, "no proper table"),
        ({"rows": [[1, "x", *[1] * 783]]}, "line 2, column pixel1: a whole number is missing"),
        ({"rows": [[1, 0.5, *[1] * 783]]}, "line 2, column pixel1: a whole number is missing"),
        ({"rows": [[1] * 785, [1, 2, 256, *[1] * 782]]}, "line 3, column pixel2: 256 is no pixel"),
        ({"rows": [[1, -1, *[1] * 783]]}, "line 2, column pixel1: -1 is no pixel"),
        ({"rows": [[1] * 785, [9, *[1] * 784]]}, r"label of image 2 is 9, not one of 0 to 24 \(without 9\)"),
        ({"rows": [[25, *[1] * 784]]}, "label of image 1 is 25"),
    ],
)
def test_a_broken_table(made: dict, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    tables(tmp_path, **made)
    for load in (data.load_signs, data.signs_csv):
        with pytest.raises(data.DataError, match=message) as caught:
            load()
        assert "sign_mnist_train.csv" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_table_that_is_empty_or_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    tables(tmp_path)
    (tmp_path / "sign_mnist_test.csv").unlink()
    with pytest.raises(data.DataError, match=r"sign_mnist_test\.csv is missing"):
        data.load_signs()
    (tmp_path / "sign_mnist_test.csv").write_bytes(b"")
    with pytest.raises(data.DataError, match=r"sign_mnist_test\.csv is empty"):
        data.load_signs()
    (tmp_path / "sign_mnist_test.csv").write_bytes(b"\xff\xfe\x00\x01" * 50)
    with pytest.raises(data.DataError, match=r"sign_mnist_test\.csv is damaged"):
        data.load_signs()


# Signs without their training half ----------------------------------------------------


def test_near_duplicates_stay_on_one_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    rng = np.random.default_rng(2)
    hands = rng.integers(40, 200, (24 * 6, 28, 28))
    images = np.clip(np.repeat(hands, 5, axis=0) + rng.integers(-8, 9, (24 * 30, 28, 28)), 0, 255).astype(
        np.uint8
    )
    labels = np.repeat(SIGN_LABELS, 30).astype(np.uint8)
    np.savez(tmp_path / "sign_mnist.npz", x=images, y=labels)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    found = data.load_signs()
    assert len(found.x_train) + len(found.x_test) == 720
    assert sorted(set(found.y_test.tolist())) == SIGN_LABELS
    assert len(found.x_test) == 24 * 5
    train, test = (x.reshape(len(x), -1).astype(float) for x in (found.x_train, found.x_test))
    likeness = np.corrcoef(test, train)[: len(test), len(test) :]
    assert likeness.max() < 0.9
    train_csv, _ = data.signs_csv()
    assert len(train_csv.read_text("utf-8").splitlines()) == 1 + len(train)


def test_groups_go_through_others():
    line = np.linspace(0, 1, 64).reshape(8, 8)
    images = np.stack([line, line * 2, line.T, 1 - line, line])
    labels = np.array([0, 0, 0, 0, 1])
    found = groups.alike(images, labels)
    assert found[0] == found[1] and len({found[0], found[2], found[3], found[4]}) == 4


# Tar files and folders of images ------------------------------------------------------


def jpeg(colour: int, size: tuple[int, int] = (32, 32)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (colour, 99, 255 - colour)).save(file, "JPEG")
    return file.getvalue()


def cifar(folder: Path, **changed: bytes | None) -> Path:
    """A small tar file in the form of CIFAR-10 as JPEGs, with some files changed, or left out (None)."""
    files = {
        f"cifar10_jpg/{part}/{name}/{number:04d}.jpg": jpeg(20 * index + number + 8)
        for part in ("train", "test")
        for index, name in enumerate(OBJECTS)
        for number in range(3)
    }
    path = folder / "cifar10_jpg.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {**files, **changed}.items():
            if content is not None:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return path


def test_objects_from_a_tar_file_and_from_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    path = cifar(tmp_path)
    found = data.load_objects()
    assert found.x_train.shape == found.x_test.shape == (30, 32, 32, 3)
    assert np.abs(found.x_train[:, 16, 16, 0].astype(int) // 20 - found.y_train).max() == 0
    assert found.y_train.tolist() != sorted(found.y_train.tolist())  # no longer class by class
    for array, again in zip(found[:4], data.load_objects()[:4], strict=True):
        np.testing.assert_array_equal(array, again)
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    path.unlink()
    for array, again in zip(found[:4], data.load_objects()[:4], strict=True):
        np.testing.assert_array_equal(array, again)


def test_a_kept_copy_that_broke_is_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    cifar(tmp_path)
    found = data.load_objects()
    (kept,) = (tmp_path / "cache").iterdir()
    _truncate(kept)
    np.testing.assert_array_equal(data.load_objects().x_train, found.x_train)


def test_a_tar_file_writes_nothing_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    inside = tmp_path / "data/inner"
    inside.mkdir(parents=True)
    path = cifar(inside, **{"../../train/frog/evil.jpg": jpeg(1), "/train/frog/evil.jpg": jpeg(1)})
    monkeypatch.setenv("COURSE_DATA", str(inside))
    data.load_objects()
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [path.name]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cifar10_jpg/train/frog/0001.jpg": b"no image"}, "train/frog/0001.jpg is no image"),
        ({"cifar10_jpg/train/frog/0001.jpg": jpeg(3)[:300]}, "train/frog/0001.jpg is (damaged|no image)"),
        (
            {"cifar10_jpg/test/ship/0001.jpg": jpeg(3, (30, 32))},
            "test/ship/0001.jpg has 32x30 pixels instead of 32x32",
        ),
        ({f"cifar10_jpg/test/ship/000{i}.jpg": None for i in range(3)}, "no images in test/ship"),
    ],
)
def test_a_tar_file_with_wrong_images(
    changed: dict, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    cifar(tmp_path, **changed)
    with pytest.raises(data.DataError, match=message) as caught:
        data.load_objects()
    assert "cifar10_jpg.tar.gz" in str(caught.value)


@pytest.mark.parametrize(
    "damage", [_truncate, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"x" * 999)]
)
def test_a_broken_tar_file(damage: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    damage(cifar(tmp_path))
    with pytest.raises(data.DataError, match=r"cifar10_jpg\.tar\.gz is (damaged|empty)|no images in"):
        data.load_objects()


def scenes(folder: Path) -> Path:
    for part in ("train", "test"):
        for name in SCENES:
            inside = folder / "scenes" / part / name
            inside.mkdir(parents=True)
            (inside / "1.jpg").write_bytes(jpeg(5, (50, 40)))
            (inside / "notes.txt").write_text("not an image", "utf-8")
    return folder / "scenes"


def test_scenes_from_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert scenes(tmp_path) == data.scenes_folder()
    assert "2 pictures to train and 2 to test" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "train/forest/1.jpg").unlink(), "train/forest holds no .jpg"),
        (
            lambda folder: (folder / "test/mountain").rename(folder / "test/hill"),
            "has no folder test/mountain",
        ),
        (lambda folder: (folder / "test").rename(folder / "try"), "has no folder test/forest"),
        (lambda folder: _truncate(folder / "train/forest/1.jpg"), "1.jpg is (damaged|no image)"),
        (lambda folder: (folder / "train/forest/1.jpg").write_bytes(b""), "1.jpg is (damaged|no image)"),
    ],
)
def test_a_broken_folder_of_scenes(
    damage: Callable, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    damage(scenes(tmp_path))
    with pytest.raises(data.DataError, match=message) as caught:
        data.scenes_folder()
    assert "\n" not in str(caught.value)
