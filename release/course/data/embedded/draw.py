"""Drawing many small pictures at once: shapes as distances, smooth edges, soft noise.  NumPy only.

A `Frame` holds the coordinates of every pixel of n pictures; its shapes return signed distances (negative
inside), arrays of shape (n, H, W).  Every number that describes a shape may be one for all pictures, or one
for each of them, shape (n,).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Frame", "frame", "join", "merge", "noise", "paint", "per_picture", "to_bytes"]

Number = float | np.ndarray


def per_picture(value: Number) -> np.ndarray:
    """One number a picture, shape (n,) -> (n, 1, 1), so that it meets the pixels; a single number stays one."""
    value = np.asarray(value, np.float32)
    return value[:, None, None] if value.ndim == 1 else value


@dataclass(frozen=True)
class Frame:
    """Coordinates of the pixels of n pictures: x to the right, y downwards, the picture from -1 to 1.

    Parameters
    ----------
    x, y : numpy.ndarray
        Shape (n, H, W), float32.
    pixel : numpy.ndarray
        The width of a pixel in these coordinates, shape (n, 1, 1) or ().
    """

    x: np.ndarray
    y: np.ndarray
    pixel: np.ndarray

    def place(
        self,
        x: Number = 0.0,
        y: Number = 0.0,
        *,
        scale: Number = 1.0,
        angle: Number = 0.0,
        flip: Number = 1.0,
        stretch: Number = 1.0,
    ) -> Frame:
        """A frame with its origin at (x, y), turned by ``angle`` (radians, clockwise), ``scale`` times as large.

        ``flip`` of -1 mirrors left and right; ``stretch`` widens x alone.
        """
        dx, dy = self.x - per_picture(x), self.y - per_picture(y)
        cos, sin = np.cos(per_picture(angle)), np.sin(per_picture(angle))
        size = per_picture(scale)
        return Frame(
            (dx * cos + dy * sin) / (size * per_picture(flip) * per_picture(stretch)),
            (dy * cos - dx * sin) / size,
            self.pixel / size,
        )

    def ellipse(self, x: Number, y: Number, rx: Number, ry: Number, angle: Number = 0.0) -> np.ndarray:
        """An ellipse about (x, y) with half axes rx and ry."""
        here = self.place(x, y, angle=angle)
        rx, ry = per_picture(rx), per_picture(ry)
        u, v = here.x / rx, here.y / ry
        near = np.sqrt(u * u + v * v)
        slope = np.sqrt((u / rx) ** 2 + (v / ry) ** 2) + 1e-6
        return near * (near - 1) / slope

    def box(
        self, x: Number, y: Number, rx: Number, ry: Number, round: Number = 0.0, angle: Number = 0.0
    ) -> np.ndarray:
        """A rectangle about (x, y) with half sides rx and ry, its corners rounded."""
        here, radius = self.place(x, y, angle=angle), per_picture(round)
        u = np.abs(here.x) - (per_picture(rx) - radius)
        v = np.abs(here.y) - (per_picture(ry) - radius)
        outside = np.sqrt(np.maximum(u, 0) ** 2 + np.maximum(v, 0) ** 2)
        return outside + np.minimum(np.maximum(u, v), 0) - radius

    def limb(
        self, x0: Number, y0: Number, x1: Number, y1: Number, r0: Number, r1: Number | None = None
    ) -> np.ndarray:
        """A rounded stroke from (x0, y0) to (x1, y1), its half width going from r0 to r1."""
        x0, y0, x1, y1 = map(per_picture, (x0, y0, x1, y1))
        r0, r1 = per_picture(r0), per_picture(r0 if r1 is None else r1)
        dx, dy = x1 - x0, y1 - y0
        px, py = self.x - x0, self.y - y0
        along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy + 1e-6), 0, 1)
        return np.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2) - (r0 + (r1 - r0) * along)

    def path(
        self, points: Sequence[tuple[Number, Number]], r0: Number, r1: Number | None = None
    ) -> np.ndarray:
        """Strokes from point to point, their half width going from r0 to r1."""
        r1 = r0 if r1 is None else r1
        n = len(points) - 1
        widths = [np.asarray(r0) + (np.asarray(r1) - r0) * i / n for i in range(n + 1)]
        return join(*(self.limb(*points[i], *points[i + 1], widths[i], widths[i + 1]) for i in range(n)))

    def polygon(self, points: Sequence[tuple[Number, Number]]) -> np.ndarray:
        """A polygon with these corners; it may be hollowed, but must not cross itself."""
        corners = [(per_picture(x), per_picture(y)) for x, y in points]
        nearest = np.full(self.x.shape, np.inf, np.float32)
        inside = np.zeros(self.x.shape, bool)
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
            dx, dy = x1 - x0, y1 - y0
            px, py = self.x - x0, self.y - y0
            along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
            nearest = np.minimum(nearest, (px - along * dx) ** 2 + (py - along * dy) ** 2)
            above = y0 <= self.y
            side = dx * py - dy * px
            inside ^= (above & (y1 > self.y) & (side < 0)) | (~above & (y1 <= self.y) & (side > 0))
        return np.where(inside, -1, 1) * np.sqrt(nearest)

    def below(self, height: Number, slope: Number = 0.0) -> np.ndarray:
        """Everything below the line y = height + slope * x."""
        return per_picture(height) + per_picture(slope) * self.x - self.y

    def cover(self, distance: np.ndarray, soft: Number = 1.0) -> np.ndarray:
        """How much of each pixel lies inside, 0..1, with an edge ``soft`` pixels wide."""
        return np.clip(0.5 - distance / (self.pixel * per_picture(soft)), 0, 1)


def frame(n: int, size: int | tuple[int, int]) -> Frame:
    """The frame of n pictures of this size (pixels; one number for a square, or height and width)."""
    height, width = (size, size) if isinstance(size, int) else size
    x = (np.arange(width, dtype=np.float32) * 2 + 1 - width) / max(height, width)
    y = (np.arange(height, dtype=np.float32) * 2 + 1 - height) / max(height, width)
    shape = (n, height, width)
    pixel = np.asarray(2 / max(height, width), np.float32)
    return Frame(np.broadcast_to(x, shape), np.broadcast_to(y[:, None], shape), pixel)


def join(*distances: np.ndarray) -> np.ndarray:
    """The shape that all of these make together."""
    joined = distances[0]
    for distance in distances[1:]:
        joined = np.minimum(joined, distance)
    return joined


def merge(first: np.ndarray, second: np.ndarray, blend: float) -> np.ndarray:
    """Both shapes, flowing into one another where they come nearer than ``blend``."""
    mix = np.clip(0.5 + 0.5 * (second - first) / blend, 0, 1)
    return second + (first - second) * mix - blend * mix * (1 - mix)


def paint(canvas: np.ndarray, cover: np.ndarray, colour: np.ndarray, shade: np.ndarray | None = None) -> None:
    """Lay a colour over the canvas, in place.

    Parameters
    ----------
    canvas : numpy.ndarray
        Shape (n, H, W, C), contiguous.
    cover : numpy.ndarray
        Shape (n, H, W), 0 nothing, 1 all.
    colour : numpy.ndarray
        Shape (C,), (n, C) or (n, H, W, C).
    shade : numpy.ndarray, optional
        Makes the colour brighter (above 1) or darker in each pixel, (n, H, W).
    """
    _, height, width, channels = canvas.shape
    # Most shapes are small: touching their pixels alone is several times faster.
    touched = np.flatnonzero(cover > 0)
    pixels = canvas.reshape(-1, channels)
    old = pixels[touched]
    if colour.ndim == 4:
        new = colour.reshape(-1, channels)[touched]
    elif colour.ndim == 2:
        new = colour[touched // (height * width)]
    else:
        new = colour
    if shade is not None:
        new = new * shade.reshape(-1)[touched, None]
    pixels[touched] = old + cover.reshape(-1)[touched, None] * (new - old)


def noise(
    rng: np.random.Generator, n: int, size: int | tuple[int, int], cells: int | tuple[int, int]
) -> np.ndarray:
    """Soft random patches, about -1..1: random values on a coarse grid, and what lies between them.

    Returns
    -------
    numpy.ndarray
        Shape (n, H, W), float32.
    """
    height, width = (size, size) if isinstance(size, int) else size
    rows, columns = (cells, cells) if isinstance(cells, int) else cells
    grid = rng.uniform(-1, 1, (n, rows + 1, columns + 1)).astype(np.float32)
    return _between(height, rows + 1) @ grid @ _between(width, columns + 1).T


def _between(size: int, points: int) -> np.ndarray:
    """Weights that bring ``points`` values to ``size`` of them, with smooth steps between."""
    place = (np.arange(size) + 0.5) / size * (points - 1)
    left = np.minimum(place.astype(int), points - 2)
    step = place - left
    step = step * step * (3 - 2 * step)
    weights = np.zeros((size, points), np.float32)
    weights[np.arange(size), left] = 1 - step
    weights[np.arange(size), left + 1] = step
    return weights


def to_bytes(canvas: np.ndarray) -> np.ndarray:
    """Values 0..1 -> 0..255, uint8."""
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)
