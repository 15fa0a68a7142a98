"""Reading files of images and checking them before use: archives of arrays, tables, folders, tar files.

Whatever is wrong with a file becomes a `DataError` of one sentence: what, where, and what to do.
"""

from __future__ import annotations

import csv
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from course.data.records import DataError

__all__ = [
    "check_header",
    "check_images",
    "check_labels",
    "decoded",
    "folder_images",
    "image_files",
    "npz_arrays",
    "table",
    "tar_images",
]

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png")

_BROKEN = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, tarfile.TarError)


def npz_arrays(path: Path, names: Sequence[str]) -> list[np.ndarray]:
    """Arrays of a ``.npz`` file, by name.

    Raises
    ------
    DataError
        Where the file is damaged, or lacks one of them.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [name for name in names if name not in archive.files]
            if missing:
                raise DataError(
                    f"{path} has no array {missing[0]!r} (it has {', '.join(archive.files) or 'none'}): "
                    "it is another file than expected; put the right one in its place."
                )
            return [archive[name] for name in names]
    except DataError:
        raise
    except _BROKEN as error:
        raise _damaged(path, error) from None


def table(path: Path, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and pixels of a CSV file with the columns label, pixel1, pixel2, ….

    Parameters
    ----------
    path : Path
        The file.
    pixels : int
        How many pixel columns there must be.

    Returns
    -------
    labels : numpy.ndarray
        Shape (N,), int64.
    values : numpy.ndarray
        Shape (N, pixels), uint8.

    Raises
    ------
    DataError
        Where a column or values are missing, too many, or no whole numbers from 0 to 255.
    """
    import pandas as pd  # slow to import, so only where a table is read

    check_header(path, pixels)
    try:
        frame = pd.read_csv(path, low_memory=False)
    except pd.errors.ParserError as error:
        raise DataError(f"{path} is no proper table ({str(error).strip()}): get the file anew.") from None
    except (*_BROKEN, pd.errors.EmptyDataError) as error:
        raise _damaged(path, error) from None
    if not len(frame):
        raise DataError(f"{path} has a heading, but no rows: get the file anew.")
    values = frame.to_numpy()
    if values.dtype.kind not in "iu":
        numbers = pd.DataFrame(values).apply(pd.to_numeric, errors="coerce").to_numpy(float)
        row, column = np.argwhere(~(numbers == np.floor(numbers)))[0]
        raise DataError(
            f"{path}, line {row + 2}, column {frame.columns[column]}: a whole number is missing there "
            "(was the file cut short?); get the file anew."
        )
    outside = np.argwhere((values[:, 1:] < 0) | (values[:, 1:] > 255))
    if len(outside):
        row, column = outside[0]
        raise DataError(
            f"{path}, line {row + 2}, column pixel{column + 1}: {values[row, column + 1]} is no pixel from 0 to 255; "
            "get the file anew."
        )
    return values[:, 0].astype(np.int64), values[:, 1:].astype(np.uint8)


def check_header(path: Path, pixels: int) -> None:
    """Whether a CSV file's first line is label, pixel1, … pixelN."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path, error) from None
    header = [name.strip() for name in header]
    wanted = ["label", *(f"pixel{i}" for i in range(1, pixels + 1))]
    if header == wanted:
        return
    missing = [name for name in wanted if name not in set(header)]
    if not header:
        told = "is empty"
    elif "label" in missing:
        told = f"has no column label (its first is {header[0]!r})"
    elif len(header) != len(wanted):
        told = f"has {len(header) - 1} pixel columns instead of {pixels}"
    elif missing:
        told = f"has no column {missing[0]}"
    else:
        told = "has its columns in another order than label, pixel1, pixel2, …"
    raise DataError(f"{path} {told}: get the file anew, or name its columns label, pixel1 … pixel{pixels}.")


def check_images(
    path: Path, images: np.ndarray, labels: np.ndarray, shape: tuple[int, ...], classes: Iterable[int]
) -> None:
    """Whether images and labels are what they should be.

    Raises
    ------
    DataError
        For another shape or type, a different number of images and labels, or labels out of range.
    """
    if images.ndim != len(shape) + 1 or images.shape[1:] != shape or not len(images):
        raise DataError(
            f"{path} holds images of shape {images.shape} instead of (N, {', '.join(map(str, shape))}): "
            "it is another file than expected; put the right one in its place."
        )
    if images.dtype != np.uint8:
        raise DataError(
            f"{path} holds pixels as {images.dtype} instead of uint8 (0 to 255): get the file anew."
        )
    if labels.ndim != 1 or len(labels) != len(images):
        raise DataError(f"{path} holds {len(images)} images and {labels.size} labels: get the file anew.")
    check_labels(path, labels, classes)


def check_labels(path: Path, labels: np.ndarray, classes: Iterable[int]) -> None:
    """Whether every label is one of the classes'."""
    classes = sorted(classes)
    wrong = np.flatnonzero(~np.isin(labels, classes))
    if wrong.size:
        gaps = sorted(set(range(classes[0], classes[-1] + 1)) - set(classes))
        but = f" (without {', '.join(map(str, gaps))})" if gaps else ""
        raise DataError(
            f"{path}: the label of image {wrong[0] + 1} is {labels[wrong[0]]}, not one of "
            f"{classes[0]} to {classes[-1]}{but}; get the file anew."
        )


def tar_images(
    path: Path, parts: Sequence[str], classes: Sequence[str], shape: tuple[int, int]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images of a tar file with folders PART/CLASS, read in place: nothing is unpacked.

    Returns
    -------
    dict
        For each part its images (N, H, W, 3), uint8, and its labels (N,), int64.
    """
    found: dict[str, list[tuple[str, bytes]]] = {part: [] for part in parts}
    try:
        # One pass from front to end: a compressed tar file has no other order that is quick.
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                steps = member.name.split("/")
                if len(steps) < 3 or not member.isfile() or not steps[-1].lower().endswith(IMAGE_ENDINGS):
                    continue
                part, name = steps[-3:-1]
                if part in found and name in classes:
                    found[part].append((f"{name}/{steps[-1]}", archive.extractfile(member).read()))
    except _BROKEN as error:
        raise _damaged(path, error) from None
    return {part: _decoded(path, part, sorted(images), classes, shape) for part, images in found.items()}


def folder_images(
    path: Path, parts: Sequence[str], classes: Sequence[str], shape: tuple[int, int]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images of a folder with folders PART/CLASS in it; otherwise as `tar_images`."""
    found = {}
    for part in parts:
        files = image_files(path, part, classes)
        images = [(f"{file.parent.name}/{file.name}", file.read_bytes()) for file in files]
        found[part] = _decoded(path, part, images, classes, shape)
    return found


def image_files(path: Path, part: str, classes: Sequence[str]) -> list[Path]:
    """The image files of PATH/PART/CLASS, class by class, in the order of their names."""
    files = []
    for name in classes:
        folder = path / part / name
        if not folder.is_dir():
            raise DataError(
                f"{path} has no folder {part}/{name}: it needs one for each class; unpack the data anew."
            )
        inside = sorted(file for file in folder.iterdir() if file.suffix.lower() in IMAGE_ENDINGS)
        if not inside:
            raise DataError(f"{folder} holds no .jpg or .png file: unpack the data anew.")
        files += inside
    return files


def decoded(data: bytes | Path, name: str) -> np.ndarray:
    """One image file as (H, W, 3), uint8."""
    from PIL import Image, UnidentifiedImageError  # only where image files are read

    try:
        with Image.open(io.BytesIO(data) if isinstance(data, bytes) else data) as image:
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        told = "is no image" if isinstance(error, UnidentifiedImageError) else f"is damaged ({error})"
        raise DataError(f"the image file {name} {told}: get it anew, or delete it.") from None


def _decoded(
    path: Path, part: str, images: Sequence[tuple[str, bytes]], classes: Sequence[str], shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    labels = np.array([classes.index(name.split("/")[0]) for name, _ in images], np.int64)
    missing = [name for i, name in enumerate(classes) if i not in set(labels.tolist())]
    if missing:
        raise DataError(f"{path} holds no images in {part}/{missing[0]}: get it anew (was it cut short?).")
    pixels = np.empty((len(images), *shape, 3), np.uint8)
    for index, (name, data) in enumerate(images):
        image = decoded(data, f"{path}: {part}/{name}")
        if image.shape[:2] != shape:
            told = "x".join(map(str, image.shape[:2]))
            wanted = "x".join(map(str, shape))
            raise DataError(
                f"{path}: the image {part}/{name} has {told} pixels instead of {wanted}; get it anew."
            )
        pixels[index] = image
    return pixels, labels


def _damaged(path: Path, error: Exception) -> DataError:
    if isinstance(error, FileNotFoundError):
        return DataError(f"{path} does not exist: put the file there.")
    if isinstance(error, PermissionError):
        return DataError(f"{path} may not be read: change its permissions.")
    if path.is_file() and not path.stat().st_size:
        return DataError(f"{path} is empty: the download failed; get the file anew.")
    told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return DataError(f"{path} is damaged or only half downloaded ({told}): delete it and get it anew.")
