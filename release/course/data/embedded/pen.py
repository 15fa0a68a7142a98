"""What a sketch draws with: a canvas, a frame, and random numbers, one for each picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course.data.embedded.draw import Frame, Number, paint

__all__ = ["DARK", "GLASS", "PALE", "Pen", "between", "hsv", "shaded"]

DARK = np.array([0.08, 0.08, 0.09], np.float32)
GLASS = np.array([0.35, 0.45, 0.52], np.float32)
PALE = np.array([0.93, 0.92, 0.88], np.float32)


@dataclass(frozen=True)
class Pen:
    """A canvas of n pictures, where to draw on it, and chance.

    Parameters
    ----------
    canvas : numpy.ndarray
        Shape (n, H, W, C), 0..1; drawn on in place.
    at : Frame
        The coordinates to draw in.
    rng : numpy.random.Generator
        Where chance comes from.
    """

    canvas: np.ndarray
    at: Frame
    rng: np.random.Generator

    @property
    def n(self) -> int:
        """How many pictures."""
        return len(self.canvas)

    def place(self, *args: Number, **how: Number) -> Pen:
        """The same pen, its coordinates placed elsewhere (see `Frame.place`)."""
        return Pen(self.canvas, self.at.place(*args, **how), self.rng)

    def some(self, low: float, high: float) -> np.ndarray:
        """A number between these for each picture, shape (n,)."""
        return self.rng.uniform(low, high, self.n).astype(np.float32)

    def chance(self, share: float) -> np.ndarray:
        """Yes for about this share of the pictures, shape (n,), bool."""
        return self.rng.random(self.n) < share

    def fill(self, distance: np.ndarray, colour: np.ndarray, light: float = 0.0, soft: float = 1.0) -> None:
        """Fill a shape; with ``light`` it is brighter above and darker below."""
        shade = 1 - light * np.clip(self.at.y, -1, 1) if light else None
        paint(self.canvas, self.at.cover(distance, soft), colour, shade)

    def only(self, which: np.ndarray) -> Pen:
        """A pen for some of the pictures, on a copy of theirs."""
        at = Frame(
            self.at.x[which],
            self.at.y[which],
            self.at.pixel if self.at.pixel.ndim == 0 else self.at.pixel[which],
        )
        return Pen(self.canvas[which], at, self.rng)

    def where(self, chosen: np.ndarray, distance: np.ndarray) -> np.ndarray:
        """The shape in the chosen pictures, nothing in the others."""
        return np.where(chosen[:, None, None], distance, np.float32(9))


def hsv(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Colours from hue (0..1, round), saturation and value, each of shape (n,) -> (n, 3)."""
    turn = (np.asarray(hue)[:, None] * 6 + np.array([0, 4, 2])) % 6
    pure = np.clip(np.abs(turn - 3) - 1, 0, 1)
    return (np.asarray(value)[:, None] * (1 - np.asarray(saturation)[:, None] * (1 - pure))).astype(
        np.float32
    )


def shaded(colour: np.ndarray, factor: float) -> np.ndarray:
    """The colour, darker (below 1) or brighter."""
    return np.clip(colour * factor, 0, 1).astype(np.float32)


def between(rng: np.random.Generator, n: int, low: tuple, high: tuple) -> np.ndarray:
    """Colours at random on the lines between two, slightly off them, shape (n, 3)."""
    mix = rng.random((n, 1))
    colour = np.asarray(low) * (1 - mix) + np.asarray(high) * mix
    return np.clip(colour + rng.normal(0, 0.015, (n, 3)), 0, 1).astype(np.float32)
