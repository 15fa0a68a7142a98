"""The real origin: the folder that `COURSE_DATA` names, else Keras's cache or download."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np

from course.data import cache, files
from course.data.embedded.digits import DIGITS
from course.data.embedded.hands import LETTERS
from course.data.embedded.objects import OBJECTS
from course.data.embedded.scenes import SCENES
from course.data.groups import alike, split
from course.data.records import DataError, ImageData

__all__ = ["DATA", "SIGN_LABELS", "data_folder", "digits", "has", "objects", "scenes", "signs", "signs_csv"]

DATA = "COURSE_DATA"
"""The environment variable that names a folder of real data."""

SIGN_LABELS = tuple(ord(letter) - ord("A") for letter in LETTERS)

_DIGITS = "mnist.npz"
_OBJECTS = ("cifar10_jpg", "cifar10_jpg.tar.gz")
_SIGN_TABLES = ("sign_mnist_train.csv", "sign_mnist_test.csv")
_SIGNS = "sign_mnist.npz"
_SCENES = "scenes"
_ORDER = "shuffled 1"  # change it where the order changes: what was kept is then made anew
_PATIENCE = 30  # seconds without a byte, then a download has failed


def data_folder() -> Path | None:
    """The folder that `COURSE_DATA` names; None where it is not set.

    Raises
    ------
    DataError
        Where there is no such folder.
    """
    named = os.environ.get(DATA)
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise DataError(
            f"{DATA} names {folder}, which is no folder: name the folder of real data, or unset it."
        )
    return folder


def has(what: str) -> bool:
    """Whether the folder of `COURSE_DATA` holds this data: digits, objects, signs or scenes."""
    return _found(what) is not None


def _found(what: str) -> Path | None:
    folder = data_folder()
    if folder is None:
        return None
    names = {
        "digits": (_DIGITS,),
        "objects": _OBJECTS,
        "signs": (*_SIGN_TABLES, _SIGNS),
        "scenes": (_SCENES,),
    }[what]
    return next((folder / name for name in names if (folder / name).exists()), None)


def digits() -> tuple[ImageData, str]:
    """MNIST, and where it was read."""
    names = ("x_train", "y_train", "x_test", "y_test")
    path = _found("digits")
    if path is not None:
        arrays, where = files.npz_arrays(path, names), path.name
    else:
        arrays, where = _from_keras("mnist"), "Keras"
    return _checked(path or Path(where), arrays, (28, 28), DIGITS), where


def objects() -> tuple[ImageData, str]:
    """CIFAR-10, and where it was read."""
    path = _found("objects")
    if path is None:
        where = "Keras"
        arrays = _from_keras("cifar10")
    else:
        where = path.name
        arrays = _kept_objects(path, OBJECTS)
    return _checked(path or Path(where), arrays, (32, 32, 3), OBJECTS), where


def _kept_objects(path: Path, classes: tuple[str, ...]) -> list[np.ndarray]:
    """The images of a folder or tar file, shuffled once; kept as arrays, since decoding takes some ten seconds."""
    name = f"cifar10-{cache.key(path, _state(path), _ORDER)}.npz"

    def make(target: Path) -> None:
        read = files.folder_images if path.is_dir() else files.tar_images
        found = read(path, ("train", "test"), classes, (32, 32))
        arrays = {}
        for part, (images, labels) in found.items():
            # The files come class by class: Keras's validation_split would cut off the last classes.
            order = np.random.default_rng(10).permutation(len(images))
            arrays[f"x_{part}"], arrays[f"y_{part}"] = images[order], labels[order]
        with target.open("wb") as file:
            np.savez(file, **arrays)

    kept, names = cache.keep_file(name, make), ("x_train", "y_train", "x_test", "y_test")
    try:
        return files.npz_arrays(kept, names)
    except DataError:  # what was kept is only a copy: make it anew
        kept.unlink()
        return files.npz_arrays(cache.keep_file(name, make), names)


def _state(path: Path) -> list[tuple[str, int]] | None:
    """What tells that a folder's files have changed."""
    if not path.is_dir():
        return None
    return sorted((str(p.relative_to(path)), p.stat().st_size) for p in path.rglob("*") if p.is_file())


def signs() -> tuple[ImageData, str]:
    """Sign Language MNIST, and where it was read."""
    path = _found("signs")
    if path is None:
        raise _not_from_keras("signs", f"{' and '.join(_SIGN_TABLES)} (or {_SIGNS})")
    if path.name == _SIGNS:
        return _split_signs(path), f"{path.name} (only the 7,172 test images of the set, split by likeness)"
    train, test = (path.parent / name for name in _SIGN_TABLES)
    arrays = []
    for part in (train, test):
        if not part.is_file():
            raise DataError(f"{part} is missing beside its other half: put both files there.")
        labels, pixels = files.table(part, 784)
        files.check_labels(part, labels, SIGN_LABELS)
        arrays += [pixels.reshape(-1, 28, 28, 1), labels]
    return ImageData(*arrays, LETTERS), f"{train.name} and {test.name}"


def _split_signs(path: Path) -> ImageData:
    images, labels = files.npz_arrays(path, ("x", "y"))
    files.check_images(path, images, labels, (28, 28), SIGN_LABELS)
    labels = labels.astype(np.int64)
    test = split(alike(images, labels), labels)
    images = images[..., None]
    order = np.random.default_rng(24)
    train, held = order.permutation(np.flatnonzero(~test)), order.permutation(np.flatnonzero(test))
    return ImageData(images[train], labels[train], images[held], labels[held], LETTERS)


def signs_csv() -> tuple[Path, Path, str]:
    """The two CSV files, and where they came from; written to the cache where there is only the archive."""
    path = _found("signs")
    if path is not None and path.name != _SIGNS:
        signs()  # checks both files
        return path.parent / _SIGN_TABLES[0], path.parent / _SIGN_TABLES[1], " and ".join(_SIGN_TABLES)
    data, where = signs()
    folder = write_signs(f"signs-{cache.key(path, cache.own_sources())}", data)
    return folder / _SIGN_TABLES[0], folder / _SIGN_TABLES[1], where


def write_signs(name: str, data: ImageData) -> Path:
    """Write signs as the two CSV files of Sign Language MNIST, into a folder of the cache."""

    def make(folder: Path) -> None:
        header = ",".join(["label", *(f"pixel{i}" for i in range(1, 785))])
        for file, x, y in zip(
            _SIGN_TABLES, (data.x_train, data.x_test), (data.y_train, data.y_test), strict=True
        ):
            rows = np.column_stack([y, x.reshape(len(x), -1)])
            text = "\n".join([header, *(",".join(map(str, row)) for row in rows.tolist()), ""])
            (folder / file).write_text(text, "utf-8")

    return cache.keep_folder(name, make)


def scenes() -> tuple[Path, str]:
    """The folder of photos, every file of it checked, and where it is."""
    path = _found("scenes")
    if path is None:
        raise _not_from_keras(
            "scenes", "scenes/train/forest, scenes/train/mountain and the same below scenes/test"
        )
    for part in ("train", "test"):
        for file in files.image_files(path, part, SCENES):
            files.decoded(file, str(file))
    return path, path.name


def _checked(
    path: Path, arrays: list[np.ndarray], shape: tuple[int, ...], classes: tuple[str, ...]
) -> ImageData:
    x_train, y_train, x_test, y_test = arrays
    y_train, y_test = y_train.ravel(), y_test.ravel()  # Keras gives CIFAR-10's labels as a column
    for images, labels in ((x_train, y_train), (x_test, y_test)):
        files.check_images(path, images, labels, shape, range(len(classes)))
    return ImageData(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), classes)


def _from_keras(name: str) -> list[np.ndarray]:
    """What ``keras.datasets`` gives: its cache, else a download."""
    import keras

    load: Callable = getattr(keras.datasets, name).load_data
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)  # without it a silent network holds the notebook for ever
    try:
        (x_train, y_train), (x_test, y_test) = load()
    except Exception as error:
        told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DataError(
            f"Keras could not give {name} ({told}): connect to the network and try again, "
            f"or name a folder that has it in {DATA}, or use origin='embedded'."
        ) from None
    finally:
        socket.setdefaulttimeout(before)
    return [x_train, y_train, x_test, y_test]


def _not_from_keras(what: str, wanted: str) -> DataError:
    folder = data_folder()
    where = f"{folder} holds none" if folder else f"{DATA} is not set"
    return DataError(
        f"there are no real {what}: {where}, and Keras has none to download; "
        f"put {wanted} in a folder and name it in {DATA}, or use origin='embedded'."
    )
