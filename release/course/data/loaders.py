"""One loader for each data set; each has an embedded and a real origin."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from course.data import cache, real
from course.data.embedded.scenes import SCENES
from course.data.files import image_files
from course.data.records import ImageData

__all__ = ["load_digits", "load_objects", "load_signs", "scenes_folder", "signs_csv"]

_ORIGINS = (None, "embedded", "real")
_DRAWN = "drawn by the course's seeded generator; licence: MIT, as the course"


def load_digits(origin: str | None = None) -> ImageData:
    """Handwritten digits, 28x28, white on black.

    Embedded: 1,437 and 360 real digits from scikit-learn, brought to MNIST's form.  Real: MNIST,
    60,000 and 10,000.

    Parameters
    ----------
    origin : str, optional
        ``"embedded"``, ``"real"`` (the folder that the environment variable ``COURSE_DATA`` names, else
        Keras's cache or download), or None: real where that folder has the data, else embedded.

    Returns
    -------
    ImageData
        ``x_train, y_train, x_test, y_test, classes``; images (N, 28, 28), uint8; labels 0..9.

    Raises
    ------
    DataError
        Where data is missing or damaged; the message says what to do.
    """
    if _is_real("digits", origin):
        data, where = real.digits()
        _tell("digits (MNIST)", f"real, from {where}", data, "licence: CC BY-SA 3.0 (LeCun, Cortes, Burges)")
        return data
    from course.data.embedded import digits

    data = digits.embedded()
    _tell("digits", "embedded", data, "scikit-learn's, enlarged; licence: CC BY 4.0 (Alpaydin, Kaynak; UCI)")
    return data


def load_objects(origin: str | None = None) -> ImageData:
    """Ten kinds of objects in colour, 32x32: airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.

    Embedded: 2,000 and 500 drawings.  Real: CIFAR-10, 50,000 and 10,000 photos.

    Parameters
    ----------
    origin : str, optional
        As for `load_digits`.

    Returns
    -------
    ImageData
        Images (N, 32, 32, 3), uint8; labels 0..9, in random order.

    Raises
    ------
    DataError
        Where data is missing or damaged; the message says what to do.
    """
    if _is_real("objects", origin):
        data, where = real.objects()
        _tell(
            "objects (CIFAR-10)", f"real, from {where}", data, "licence: none stated; cite Krizhevsky (2009)"
        )
        return data
    from course.data.embedded import objects

    data = objects.embedded()
    _tell("objects", "embedded", data, _DRAWN)
    return data


def load_signs(origin: str | None = None) -> ImageData:
    """Hands that show the letters A to Y of the American manual alphabet, without J (and Z): they move.

    Embedded: 2,400 and 600 drawings.  Real: Sign Language MNIST, 27,455 and 7,172 images, or what the
    folder has of them.

    Parameters
    ----------
    origin : str, optional
        As for `load_digits`; Keras has no signs, so that "real" needs the folder.

    Returns
    -------
    ImageData
        Images (N, 28, 28, 1), uint8; labels 0 (A) to 24 (Y), as in the file, where 9 (J) does not
        occur; ``classes`` are the 24 letters, so that ``chr(ord("A") + label)`` is a label's letter.

    Raises
    ------
    DataError
        Where data is missing or damaged; the message says what to do.
    """
    if _is_real("signs", origin):
        data, where = real.signs()
        _tell("signs (Sign Language MNIST)", f"real, from {where}", data, "licence: CC0")
        return data
    from course.data.embedded import signs

    data = signs.embedded()
    _tell("signs", "embedded", data, _DRAWN)
    return data


def signs_csv(origin: str | None = None) -> tuple[Path, Path]:
    """The signs of `load_signs` as two CSV files: label, pixel1 … pixel784, one image a line.

    Parameters
    ----------
    origin : str, optional
        As for `load_signs`.

    Returns
    -------
    (Path, Path)
        The files for training and for testing.  Where the data is no CSV yet they are written to the
        folder that the environment variable ``COURSE_CACHE`` names, else to the temporary folder.
    """
    if _is_real("signs", origin):
        train, test, where = real.signs_csv()
        print(f"signs (Sign Language MNIST): {_lines(train):,} images to train and {_lines(test):,} to test; "
              f"real, from {where}; licence: CC0")  # fmt: skip
        return train, test
    name = f"signs-{cache.own_sources()}"
    folder = cache.folder() / name
    train, test = (folder / file for file in ("sign_mnist_train.csv", "sign_mnist_test.csv"))
    from course.data.embedded import signs

    real.write_signs(name, signs.embedded())
    print(f"signs: {_lines(train):,} images to train and {_lines(test):,} to test; embedded, {_DRAWN}")
    return train, test


def scenes_folder(origin: str | None = None) -> Path:
    """Pictures of forests and mountains in folders: ``train/forest``, ``train/mountain``, ``test/…``.

    Embedded: 200 and 50 drawings of each, 64x64.  Real: photos from the folder ``scenes`` of `COURSE_DATA`.

    Parameters
    ----------
    origin : str, optional
        As for `load_digits`; Keras has no scenes, so that "real" needs the folder.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        Where data is missing or damaged; the message says what to do.
    """
    if _is_real("scenes", origin):
        folder, where = real.scenes()
        told, licence = f"real, from {where}", "licence: not stated, so use them, but do not pass them on"
    else:
        folder, told, licence = _drawn_scenes(), "embedded", _DRAWN
    train, test = (len(image_files(folder, part, SCENES)) for part in ("train", "test"))
    print(
        f"scenes: {train:,} pictures to train and {test:,} to test, of forest and mountain; {told}; {licence}"
    )
    return folder


def _drawn_scenes() -> Path:
    def make(folder: Path) -> None:
        from PIL import Image

        from course.data.embedded import scenes

        for part, classes in scenes.embedded().items():
            for name, images in classes.items():
                inside = folder / part / name
                inside.mkdir(parents=True)
                for index, image in enumerate(images):
                    Image.fromarray(image).save(inside / f"{index:04d}.jpg", quality=92)

    return cache.keep_folder(f"scenes-{cache.own_sources()}", make)


def _is_real(what: str, origin: str | None) -> bool:
    if origin not in _ORIGINS:
        raise ValueError(f"origin is None, 'embedded' or 'real', not {origin!r}")
    return origin == "real" or (origin is None and real.has(what))


def _tell(what: str, origin: str, data: ImageData, licence: str) -> None:
    size = "x".join(map(str, np.shape(data.x_train)[1:]))
    print(
        f"{what}: {len(data.x_train):,} images to train and {len(data.x_test):,} to test, {size}; {origin}; {licence}"
    )


def _lines(path: Path) -> int:
    """How many images a CSV file has: its lines but the heading."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) - 1
