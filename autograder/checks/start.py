"""Hidden checks of 00_start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checks import draws, hidden
from course.checking import Attempt, Mistake
from course.checks.start import (
    BY_256,
    DIVIDED_IN_PLACE,
    NOT_SCALED,
    OWN_MAXIMUM,
    RAISING,
    STRETCHED,
    WHOLE_NUMBERS,
)


def fractions(image: np.ndarray) -> np.ndarray:
    """What is wanted, by looking each whole number up; (H, W) or (H, W, C), values 0..255."""
    return np.linspace(0.0, 1.0, 256)[image]


def mistakes(image: np.ndarray) -> Iterator[tuple[Mistake, Callable[[], Any]]]:
    """What each known mistake would make of an image."""
    low, high = int(image.min()), int(image.max())
    yield NOT_SCALED, lambda: image
    yield WHOLE_NUMBERS, lambda: image == 255
    yield BY_256, lambda: np.arange(256)[image] / 256
    yield OWN_MAXIMUM, lambda: np.arange(256)[image] / high
    yield STRETCHED, lambda: np.interp(image, [low, high], [0.0, 1.0])


def scale_pixels_values(scale_pixels: Callable[..., Any]) -> None:
    """Images of both kinds, of bytes and of wider whole numbers, never with a 0 or a 255 in the pale ones."""
    random = draws("scale_pixels_values")
    attempt = Attempt("scale_pixels", scale_pixels)
    pale = random.integers(40, 220, (5, 7), dtype=np.uint8)
    colour = random.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    wide = random.integers(3, 250, (9, 2))
    hidden(
        "scale_pixels, the values",
        "grey and colour images, some of which hold neither black nor white",
        *(
            lambda image=image: attempt(image).equals(
                fractions(image),
                mistakes=list(mistakes(image)),
                raising=RAISING if image.ndim == 3 else {TypeError: DIVIDED_IN_PLACE},
            )
            for image in (pale, colour, wide)
        ),
    )


def scale_pixels_new_array(scale_pixels: Callable[..., Any]) -> None:
    """A black-and-white image of floats: where the values are judged, nothing is lost again here."""
    random = draws("scale_pixels_new_array")
    attempt = Attempt("scale_pixels", scale_pixels)
    white = random.integers(0, 2, (7, 4))
    white[0, :2] = 0, 1
    wanted = white.astype(float)
    hidden(
        "scale_pixels, a new array",
        "an image that is in floats already",
        lambda: attempt(255.0 * white).equals(wanted, tolerance=0.01).is_array(axes=2),
        lambda: attempt(255.0 * white).equals(wanted, tolerance=0.01).leaves_inputs(),
    )
