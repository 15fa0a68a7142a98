"""Keras callbacks that show how training goes: a line an epoch, a curve that grows.

Importing this imports Keras; `course.training` does so only when it is needed.
"""

from __future__ import annotations

import time
from typing import Any

import keras
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course.figures import COLOURS
from course.training import every

__all__ = ["EpochLines", "LearningCurve", "draw_history", "is_out_of_memory"]

_PAUSE = 0.5  # seconds between two drawings: a picture takes longer than a short epoch


class EpochLines(keras.callbacks.Callback):
    """Print one short line an epoch: use it with ``verbose=0``.

    Parameters
    ----------
    at_most : int
        Lines in all; of more epochs only every n-th and the last are printed.
    """

    def __init__(self, at_most: int = 20) -> None:
        super().__init__()
        self._at_most = at_most

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Note the time."""
        self._begun = time.perf_counter()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the time."""
        self._since = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Print the line."""
        total = self.params.get("epochs") or epoch + 1
        if (epoch + 1) % every(total, self._at_most) and epoch + 1 != total:
            return
        values = "  ".join(
            f"{_short(name)} {value:.4f}" for name, value in (logs or {}).items() if name != "learning_rate"
        )
        seconds = time.perf_counter() - self._since
        print(f"epoch {epoch + 1:{len(str(total))}}/{total}  {values}  {seconds:.1f} s", flush=True)


def _short(name: str) -> str:
    for long in ("sparse_categorical_", "categorical_", "binary_"):
        name = name.replace(long, "")
    return name


class LearningCurve(keras.callbacks.Callback):
    """Draw loss and accuracy: growing with each epoch where the notebook can show that, else once at the end."""

    def __init__(self) -> None:
        super().__init__()
        self._handle: Any = None
        self._history: dict[str, list[float]] = {}
        self._drawn = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start anew."""
        self._handle, self._history, self._drawn = None, {}, 0.0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the numbers, and draw them where that shows."""
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(float(value))
        if _can_update() and time.perf_counter() - self._drawn > _PAUSE:
            self._show()
            self._drawn = time.perf_counter()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Draw the whole curve."""
        if self._history and _shell() is not None:
            self._show()

    def _show(self) -> None:
        from IPython.display import display

        figure = draw_history(self._history)
        if not _can_update():
            display(figure)
        elif self._handle is None:
            self._handle = display(figure, display_id=True)
        else:
            self._handle.update(figure)


def draw_history(history: dict[str, list[float]]) -> Figure:
    """Loss and accuracy against epochs, training and validation in one panel.

    Parameters
    ----------
    history : dict
        As ``History.history``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = [name for name in history if not name.startswith("val_") and name != "learning_rate"]
    figure, axes = plt.subplots(
        1, len(names), figsize=(5 * len(names), 3.4), layout="constrained", squeeze=False
    )
    plt.close(figure)
    for axis, name in zip(axes.flat, names, strict=True):
        for index, (key, told) in enumerate(((name, "training"), (f"val_{name}", "validation"))):
            if key in history:
                values = history[key]
                places = range(1, len(values) + 1)
                marker = "o" if len(values) <= 12 else None
                axis.plot(
                    places,
                    values,
                    "-" if not index else "--",
                    marker=marker,
                    color=COLOURS[index],
                    label=told,
                )
        axis.set(xlabel="epoch", ylabel=_short(name))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
    return figure


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran short."""
    import tensorflow as tf

    return isinstance(error, (MemoryError, tf.errors.ResourceExhaustedError))


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _can_update() -> bool:
    """Whether this is a notebook's kernel: there a picture that was shown can be replaced."""
    return type(_shell()).__name__ == "ZMQInteractiveShell"
