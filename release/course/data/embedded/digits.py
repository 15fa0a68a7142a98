"""Embedded digits: scikit-learn's real handwritten ones, brought to the form of MNIST."""

from __future__ import annotations

import numpy as np

from course.data.records import ImageData

__all__ = ["DIGITS", "embedded"]

DIGITS = tuple("0123456789")

_BOX = 20  # pixels: what MNIST fits each digit into
_TEST = 360  # the last ones: they come in the order of their writers, so other people wrote most of these


def embedded() -> ImageData:
    """1,797 digits that people wrote, 28x28, white on black.

    Source: `sklearn.datasets.load_digits`, the test part of the UCI set "Optical Recognition of
    Handwritten Digits" (Alpaydin and Kaynak), 8x8 pixels, 0..16.
    """
    from sklearn.datasets import load_digits  # slow to import, so only where digits are wanted

    small, labels = load_digits(return_X_y=True)
    images = enlarge(small.reshape(-1, 8, 8).astype(np.float32) / 16)
    labels = labels.astype(np.int64)
    return ImageData(images[:-_TEST], labels[:-_TEST], images[-_TEST:], labels[-_TEST:], DIGITS)


def enlarge(small: np.ndarray) -> np.ndarray:
    """Bring digits of 8x8 pixels to 28x28 as MNIST has them.

    MNIST's digits fill a box of 20x20 pixels and lie with their centre of mass in the middle of 28x28.

    Parameters
    ----------
    small : numpy.ndarray
        Shape (N, 8, 8), 0..1, float.

    Returns
    -------
    numpy.ndarray
        Shape (N, 28, 28), uint8.
    """
    weights = _cubic(8, _BOX)
    large = weights @ small @ weights.T
    # The small pixels are soft: a steeper step gives strokes an edge.
    large = np.clip((large - 0.28) / 0.6, 0, 1)
    canvas = np.zeros((len(large), 40, 40), np.float32)
    canvas[:, 10:30, 10:30] = large
    mass = canvas.sum((1, 2)) + 1e-6
    places = np.arange(40) - 19.5
    down = np.rint((canvas.sum(2) @ places) / mass).astype(int)
    right = np.rint((canvas.sum(1) @ places) / mass).astype(int)
    rows = np.arange(6, 34) + np.clip(down, -6, 6)[:, None]
    columns = np.arange(6, 34) + np.clip(right, -6, 6)[:, None]
    centred = canvas[np.arange(len(canvas))[:, None, None], rows[:, :, None], columns[:, None, :]]
    return (centred * 255 + 0.5).astype(np.uint8)


def _cubic(points: int, size: int) -> np.ndarray:
    """Weights of cubic interpolation from ``points`` values to ``size``; outside lies zero."""
    place = (np.arange(size) + 0.5) / size * points - 0.5
    away = np.abs(place[:, None] - np.arange(points))
    near = 1.5 * away**3 - 2.5 * away**2 + 1
    far = -0.5 * away**3 + 2.5 * away**2 - 4 * away + 2
    return np.where(away < 1, near, np.where(away < 2, far, 0)).astype(np.float32)
