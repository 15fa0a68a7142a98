"""Public checks of 00_start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course.checking import Attempt, Mistake, public

WHOLE_NUMBERS = Mistake(
    "whole-numbers",
    "every fraction was cut off to a whole number: is there a `//`, an `int(…)` or an `astype` to an integer type? "
    "Divide with a single `/` and keep the floats.",
)
BY_256 = Mistake(
    "divided-by-256",
    "the values are a little too small: bytes take 256 values, but the largest is 255, and that one has to become 1.0.",
)
OWN_MAXIMUM = Mistake(
    "own-maximum",
    "the image was divided by its own brightest value. Divide by the same number whatever the image holds, so that a "
    "dark image stays dark.",
)
STRETCHED = Mistake(
    "stretched",
    "the image was stretched so that its darkest pixel becomes 0 and its brightest 1. Only the values 0 and 255 have a "
    "fixed place here; a pale image stays pale.",
)
NOT_SCALED = Mistake(
    "not-scaled",
    "the values came back as they were: 255 has to become 1.0.",
)

DIVIDED_IN_PLACE = Mistake(
    "divided-in-place",
    "is there a `/=`? It writes the fractions back into the image, and bytes cannot hold them. A single `/` makes a "
    "new array of floats.",
)
GREY_ONLY = Mistake(
    "grey-only",
    "can your function take a colour image (H, W, 3) as well as a grey one (H, W)? Arithmetic on the whole array "
    "works for both.",
)

RAISING = {TypeError: DIVIDED_IN_PLACE, ValueError: GREY_ONLY, IndexError: GREY_ONLY}
"""What is likely wrong where the function raises, on images of bytes in grey and in colour."""


def scale_pixels_values(scale_pixels: Callable[..., Any]) -> None:
    """Grey and colour images of bytes become the right fractions."""
    attempt = Attempt("scale_pixels", scale_pixels)
    grey = np.array([[51, 102, 34], [153, 17, 204]], dtype=np.uint8)
    colour = np.array([[[255, 51, 102]], [[204, 153, 0]]], dtype=np.uint8)
    wedge = np.tile(np.arange(0, 256, 17, dtype=np.uint8), (8, 1))
    public(
        "scale_pixels, the values",
        lambda: attempt(grey).equals(
            [[0.2, 0.4, 0.1333333], [0.6, 0.0666667, 0.8]],
            mistakes=[
                (NOT_SCALED, grey),
                (WHOLE_NUMBERS, [[0, 0, 0], [0, 0, 0]]),
                (BY_256, [[0.1992188, 0.3984375, 0.1328125], [0.5976563, 0.0664063, 0.796875]]),
                (OWN_MAXIMUM, [[0.25, 0.5, 0.1666667], [0.75, 0.0833333, 1.0]]),
                (STRETCHED, [[0.1818182, 0.4545455, 0.0909091], [0.7272727, 0.0, 1.0]]),
            ],
            raising={TypeError: DIVIDED_IN_PLACE},
        ),
        lambda: attempt(colour).equals([[[1.0, 0.2, 0.4]], [[0.8, 0.6, 0.0]]], raising=RAISING),
        lambda: attempt(wedge).equals(
            np.tile(np.linspace(0.0, 1.0, 16), (8, 1)), picture="A grey wedge, scaled by your function"
        ),
    )


def scale_pixels_new_array(scale_pixels: Callable[..., Any]) -> None:
    """The image stays as it was, and the result is an array; only black and white, so any scale will do."""
    attempt = Attempt("scale_pixels", scale_pixels)
    board = np.array([[0.0, 255.0, 0.0], [255.0, 0.0, 255.0]])
    wanted = [[0, 1, 0], [1, 0, 1]]
    public(
        "scale_pixels, a new array",
        lambda: (
            attempt(board.copy())
            .equals(wanted, tolerance=0.01, mistakes=[(NOT_SCALED, board)])
            .is_array(axes=2)
        ),
        lambda: attempt(board.copy()).equals(wanted, tolerance=0.01).leaves_inputs(),
    )
