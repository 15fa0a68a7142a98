"""Embedded signs: hands that spell, drawn by a seeded generator."""

from __future__ import annotations

import numpy as np

from course.data.embedded.draw import frame, noise, paint, to_bytes
from course.data.embedded.hands import LETTERS, SIGNS, Hand
from course.data.embedded.pen import Pen
from course.data.records import ImageData

__all__ = ["LETTERS", "draw_signs", "embedded", "label_of"]

_SIZE = 28
_TRAIN, _TEST = 100, 25  # of each letter
_SEED = 24


def label_of(letter: str) -> int:
    """The label of a letter, as Sign Language MNIST counts: A 0, B 1, … Y 24; J (9) and Z do not occur."""
    return ord(letter) - ord("A")


def embedded() -> ImageData:
    """2,400 and 600 drawings, 28x28x1, as many of each letter."""
    drawn = [draw_signs(letter, _TRAIN + _TEST) for letter in LETTERS]
    order = np.random.default_rng(_SEED)

    def part(first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        images = np.concatenate([each[first:last] for each in drawn])
        labels = np.repeat([label_of(letter) for letter in LETTERS], last - first).astype(np.int64)
        shuffled = order.permutation(len(images))
        return images[shuffled], labels[shuffled]

    return ImageData(*part(0, _TRAIN), *part(_TRAIN, _TRAIN + _TEST), LETTERS)


def draw_signs(letter: str, n: int, *, size: int = _SIZE, seed: int = _SEED) -> np.ndarray:
    """Draw n hands that show one letter, each in a size, place, tilt and light of its own.

    Parameters
    ----------
    letter : str
        One of `LETTERS`.
    n : int
        How many; the same seed gives the same pictures.
    size : int
        Height and width in pixels.
    seed : int
        Seed of the generator.

    Returns
    -------
    numpy.ndarray
        Shape (n, size, size, 1), uint8.
    """
    rng = np.random.default_rng([seed, label_of(letter)])
    pen = Pen(np.zeros((n, size, size, 1), np.float32), frame(n, size), rng)
    backdrop = _backdrop(pen)
    sign = SIGNS[letter]
    scale = pen.some(0.7, 0.9) * sign.zoom
    placed = pen.place(
        pen.some(-0.14, 0.14),
        pen.some(-0.1, 0.16),
        scale=scale,
        angle=sign.turn + pen.some(-0.18, 0.18),
        stretch=pen.some(0.9, 1.1),
    ).place(0, -sign.rise)
    sign.sketch(Hand(placed, _skin(pen, backdrop), pen.some(0.6, 1.0)))
    return to_bytes(_lit(pen))


def _backdrop(pen: Pen) -> np.ndarray:
    """A wall, lit from one side, perhaps with a door or a curtain; returns how bright it is, shape (n,)."""
    bright = pen.some(0.2, 0.75)
    wall = bright[:, None, None] + 0.06 * noise(pen.rng, pen.n, pen.canvas.shape[1:3], 2)
    pen.canvas[:] = wall[..., None]
    edge = (
        pen.place(pen.some(-1, 1), 0, angle=pen.some(-0.1, 0.1)).at.x
        * np.where(pen.chance(0.5), 1, -1)[:, None, None]
    )
    other = (bright + pen.some(-0.12, 0.12))[:, None]
    paint(pen.canvas, pen.at.cover(pen.where(pen.chance(0.4), edge)), other)
    return bright


def _skin(pen: Pen, backdrop: np.ndarray) -> np.ndarray:
    """Brightness of the skin: mostly brighter than the wall, in some pictures darker, never as bright."""
    brighter, darker = backdrop + pen.some(0.22, 0.5), backdrop - pen.some(0.3, 0.5)
    tone = np.where(pen.chance(0.3) & (backdrop > 0.5), darker, brighter)
    return np.clip(tone, 0.2, 0.98).astype(np.float32)


def _lit(pen: Pen) -> np.ndarray:
    """Light from one side, and a camera's noise."""
    fall = pen.some(-0.18, 0.18)[:, None, None] * pen.at.x + pen.some(-0.12, 0.12)[:, None, None] * pen.at.y
    lit = pen.canvas * (1 + fall[..., None]) * pen.some(0.8, 1.06)[:, None, None, None]
    return lit + pen.rng.normal(0, 0.02, lit.shape)
