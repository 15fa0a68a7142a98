"""What the loaders give, and the one error they raise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["DataError", "ImageData"]


class DataError(ValueError):
    """Data that is missing or damaged: one sentence says what, where, and what to do."""


class ImageData(NamedTuple):
    """Labelled images, split into a part for training and one for testing.

    Parameters
    ----------
    x_train, x_test : numpy.ndarray
        Images, uint8, 0..255: (N, H, W, C), or (N, H, W) for the digits, as Keras gives MNIST.
    y_train, y_test : numpy.ndarray
        Labels, int64, shape (N,).
    classes : tuple of str
        Names of the classes.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    classes: tuple[str, ...]
