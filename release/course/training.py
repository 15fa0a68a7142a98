"""Training that is pleasant to watch: sizes for a quick and a full run, one line an epoch, a live curve.

Two settings, chosen by the environment variable ``COURSE_FULL``: without it the fast one, which runs a whole
notebook in under a minute on the embedded data; with ``COURSE_FULL=1`` the full one, made for the real data.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.data.records import ImageData

if TYPE_CHECKING:
    import keras

__all__ = [
    "FULL",
    "OutOfMemory",
    "Sizes",
    "epochs",
    "few",
    "fit",
    "full",
    "sizes",
]

FULL = "COURSE_FULL"
"""The environment variable that chooses the full setting."""


@dataclass(frozen=True)
class Sizes:
    """How much to train with, and how long.

    Parameters
    ----------
    images : int or None
        Images to train with at most; None for all.
    epochs : int
        Passes over them.
    batch_size : int
        Images in a batch.
    image_size : int
        Height and width in pixels to which photos are brought.
    """

    images: int | None
    epochs: int
    batch_size: int
    image_size: int


_FAST = {
    "digits": Sizes(1437, 8, 64, 28),
    "objects": Sizes(2000, 8, 64, 32),
    "scenes": Sizes(400, 5, 32, 64),
    "signs": Sizes(2400, 8, 64, 28),
}
_FULL = {
    "digits": Sizes(None, 5, 64, 28),
    "objects": Sizes(None, 6, 64, 32),
    "scenes": Sizes(None, 5, 32, 128),
    "signs": Sizes(None, 12, 64, 28),
}


def full() -> bool:
    """Whether the full setting is chosen: ``COURSE_FULL=1`` in the environment."""
    return os.environ.get(FULL, "").strip().lower() in ("1", "true", "yes", "on")


def sizes(name: str) -> Sizes:
    """The sizes of one data set in the setting that is chosen.

    Parameters
    ----------
    name : str
        ``"digits"``, ``"objects"``, ``"scenes"`` or ``"signs"``.

    Returns
    -------
    Sizes

    Raises
    ------
    ValueError
        For another name.
    """
    table = _FULL if full() else _FAST
    if name not in table:
        raise ValueError(f"there are no sizes for {name!r}: choose one of {', '.join(table)}")
    return table[name]


def epochs(fast: int, full_: int) -> int:
    """The first number in the fast setting, the second in the full one."""
    return full_ if full() else fast


def few(data: ImageData, images: int | None) -> ImageData:
    """The first images of a data set: so many to train, and in proportion to test; all of it for None."""
    if images is None or images >= len(data.x_train):
        return data
    if images < 1:
        raise ValueError(f"there must be at least one image, not {images}")
    test = max(1, len(data.x_test) * images // len(data.x_train))
    return ImageData(
        data.x_train[:images], data.y_train[:images], data.x_test[:test], data.y_test[:test], data.classes
    )


class OutOfMemory(MemoryError):
    """Training needed more memory than there is; the message names what to make smaller."""


def fit(
    model: keras.Model,
    x: Any,
    y: Any = None,
    *,
    epochs: int,
    lines: bool = True,
    curve: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **options: Any,
) -> keras.callbacks.History:
    """``model.fit`` with one line an epoch; interrupting it keeps what was learned.

    Parameters
    ----------
    model : keras.Model
        A compiled model; trained in place.
    x, y
        Images and labels, or a dataset of both.
    epochs : int
        How many passes.
    lines : bool
        Whether to print a line an epoch.
    curve : bool
        Whether to draw the learning curve: it grows while the model learns where the notebook can show
        that, and is drawn once at the end where not.
    callbacks : sequence of keras.callbacks.Callback
        More of them.
    **options
        Anything else for ``model.fit``: ``batch_size``, ``validation_data``, ``validation_split``, …

    Returns
    -------
    keras.callbacks.History
        Of all epochs, or of those that were complete when *Interrupt Kernel* stopped it: the model keeps
        its weights, and a further ``fit`` goes on from there.

    Raises
    ------
    OutOfMemory
        Where memory runs short.
    """
    from course.callbacks import EpochLines, LearningCurve, is_out_of_memory

    ours = [EpochLines()] * lines + [LearningCurve()] * curve
    options.setdefault("verbose", 0)
    if hasattr(x, "element_spec"):  # a dataset is shuffled where it is made; Keras would warn
        options.setdefault("shuffle", False)
    try:
        return model.fit(x, y, epochs=epochs, callbacks=[*ours, *callbacks], **options)
    except KeyboardInterrupt:
        done = len(model.history.epoch) if model.history else 0
        print(f"stopped after {done} of {epochs} epochs: the model keeps what it has learned so far")
        for callback in ours:
            callback.on_train_end()
        return model.history
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemory(_smaller(x, options.get("batch_size"))) from None


def _smaller(x: Any, batch_size: int | None) -> str:
    """What to make smaller, with the sizes at hand."""
    shape = getattr(x, "shape", None)
    if hasattr(x, "element_spec"):  # a dataset: its batches are made already
        spec = x.element_spec
        while isinstance(spec, (tuple, list)):
            spec = spec[0]
        shape = spec.shape
        batch_size = shape[0]
    else:
        batch_size = batch_size or 32  # Keras's own where none is given
    told = "these batches" if batch_size is None else f"batches of {batch_size}"
    todo = "smaller batches" if batch_size is None else f"batch_size={max(1, batch_size // 2)}"
    if shape is not None and len(shape) >= 3 and shape[1] and shape[2]:
        height, width = shape[1], shape[2]
        told += f" images of {height}x{width}"
        if height > 64:
            todo += f", or images of {height // 2}x{width // 2}"
    return f"the memory was not enough for {told}: use {todo}, and shut down other notebooks"


def every(total: int, most: int = 20) -> int:
    """Print each epoch up to ``most`` of them, of more only every n-th, so that a saved notebook stays short."""
    return max(1, math.ceil(total / most))


def __getattr__(name: str) -> Any:
    # Keras takes seconds to import: these two are fetched when somebody asks for them.
    if name in ("EpochLines", "LearningCurve"):
        from course import callbacks

        return getattr(callbacks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
