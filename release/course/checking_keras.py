"""Judge Keras models and data sets: what public and hidden checks share."""

from __future__ import annotations

from typing import Any

import numpy as np

MAX_ELEMENTS = 64
MAX_BYTES = 64 << 20
"""Of one data set: how many elements of a pass are looked at, and how many bytes of both passes."""


def passes_of(value: Any) -> list[list[Any]]:
    """Two passes over a data set, each a list of at most 64 elements.

    Parameters
    ----------
    value : tf.data.Dataset or what stands for one when grading

    Returns
    -------
    list of list
        An element is an array, or a tuple or dict of arrays.

    Raises
    ------
    TypeError
        Where `value` is no data set.
    ValueError
        Where its elements are not numbers.
    """
    if isinstance(getattr(value, "passes", None), list):
        return value.passes
    import tensorflow as tf

    if not isinstance(value, tf.data.Dataset):
        raise TypeError(f"{type(value).__name__} is not a tf.data.Dataset")
    return two_passes(value)[0]


def two_passes(dataset: Any) -> tuple[list[list[Any]], bool]:
    """Go through a tf.data.Dataset twice; also say whether there was more than was taken."""
    room, cut = MAX_BYTES, False
    passes: list[list[Any]] = []
    for _ in range(2):
        elements: list[Any] = []
        for element in dataset:
            if len(elements) == MAX_ELEMENTS or room < 0:
                cut = True
                break
            elements.append(_arrays(element))
            room -= _bytes(elements[-1])
        passes.append(elements)
    return passes, cut


def _arrays(element: Any) -> Any:
    if isinstance(element, dict):
        return {str(key): _array(item) for key, item in element.items()}
    if isinstance(element, (tuple, list)):
        return tuple(_array(item) for item in element)
    return _array(element)


def _array(tensor: Any) -> np.ndarray:
    array = np.asarray(tensor.numpy()) if hasattr(tensor, "numpy") else np.asarray(tensor)
    if array.dtype.kind not in "biufc":
        raise ValueError("its elements are not arrays of numbers")
    return array


def _bytes(element: Any) -> int:
    parts = (
        element.values()
        if isinstance(element, dict)
        else element
        if isinstance(element, tuple)
        else [element]
    )
    return sum(part.nbytes for part in parts)


def opaque_reason(value: Any) -> str | None:
    """Why a value could not be judged, as a sentence; None where it could.

    The learner's code can put any text here: show it as what came back, never as the cause of a hidden check.
    """
    if hasattr(value, "foreign_type") and hasattr(value, "reason"):
        return value.reason or f"a {value.foreign_type} cannot be judged here"
    return None


def uncompiled_reason(model: Any) -> str | None:
    """Why a model came without its compile settings; None where it came with them, or had none.

    As with `opaque_reason`, the text may be the learner's.
    """
    return getattr(model, "not_compiled_because", None)
