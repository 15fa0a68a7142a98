"""What lies behind a drawn object: sky, grass, water, a road, a room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.data.embedded.draw import noise, paint
from course.data.embedded.pen import Pen, between, hsv

__all__ = ["GROUNDS", "lay"]


def lay(pen: Pen, kinds: dict[str, float]) -> None:
    """Give each picture a ground, of one of these kinds, chosen with these weights."""
    weights = np.array(list(kinds.values()))
    chosen = pen.rng.choice(len(kinds), pen.n, p=weights / weights.sum())
    for index, kind in enumerate(kinds):
        which = np.flatnonzero(chosen == index)
        if which.size:
            part = pen.only(which)
            GROUNDS[kind](part)
            pen.canvas[which] = part.canvas


def _cloudy(pen: Pen, colour: np.ndarray, other: np.ndarray, cells: tuple[int, int] | int) -> np.ndarray:
    """A colour with soft patches of another, (n, H, W, 3)."""
    size = pen.canvas.shape[1:3]
    patches = noise(pen.rng, pen.n, size, cells) + 0.5 * noise(pen.rng, pen.n, size, _double(cells))
    mix = np.clip(0.5 + 0.5 * patches, 0, 1)[..., None]
    return colour[:, None, None] * (1 - mix) + other[:, None, None] * mix


def _double(cells: tuple[int, int] | int) -> tuple[int, int] | int:
    return 2 * cells if isinstance(cells, int) else (2 * cells[0], 2 * cells[1])


def _sky_colours(pen: Pen) -> tuple[np.ndarray, np.ndarray]:
    rng, n = pen.rng, pen.n
    blue = hsv(rng.uniform(0.54, 0.64, n), rng.uniform(0.15, 0.75, n), rng.uniform(0.5, 0.95, n))
    grey = between(rng, n, (0.5, 0.5, 0.52), (0.9, 0.9, 0.9))
    dusk = hsv(rng.uniform(0.0, 0.13, n), rng.uniform(0.15, 0.6, n), rng.uniform(0.5, 0.95, n))
    kind = rng.random((n, 1))
    colour = np.where(kind < 0.5, blue, np.where(kind < 0.78, grey, dusk))
    cloud = between(rng, n, (0.6, 0.6, 0.65), (0.97, 0.97, 0.97))
    return colour, np.where(pen.rng.random((n, 1)) < 0.6, colour * 0.4 + cloud * 0.6, colour)


def _grass_colours(pen: Pen) -> tuple[np.ndarray, np.ndarray]:
    rng, n = pen.rng, pen.n
    green = hsv(rng.uniform(0.17, 0.36, n), rng.uniform(0.25, 0.7, n), rng.uniform(0.25, 0.7, n))
    dry = hsv(rng.uniform(0.08, 0.15, n), rng.uniform(0.2, 0.55, n), rng.uniform(0.35, 0.8, n))
    snow = between(rng, n, (0.75, 0.78, 0.82), (0.95, 0.95, 0.96))
    kind = rng.random((n, 1))
    colour = np.where(kind < 0.55, green, np.where(kind < 0.85, dry, snow))
    return colour, np.clip(colour * rng.uniform(0.55, 1.3, (n, 1)), 0, 1)


def sky(pen: Pen) -> None:
    """Sky alone, paler towards the ground."""
    colour, cloud = _sky_colours(pen)
    pen.canvas[:] = _cloudy(pen, colour, cloud, (3, 2)) + (0.12 * pen.at.y)[..., None]


def field(pen: Pen) -> None:
    """Grass, dry earth or snow, with the sky or a wood above it."""
    sky(pen)
    size = pen.canvas.shape[1:3]
    height = pen.some(-0.9, 0.35)
    edge = pen.at.below(height, pen.some(-0.12, 0.12)) + 0.08 * noise(pen.rng, pen.n, size, (1, 6))
    wood = pen.chance(0.45)
    if wood.any():
        dark = hsv(pen.some(0.1, 0.4), pen.some(0.2, 0.6), pen.some(0.15, 0.45))
        trees = edge - per(pen.some(0.15, 0.9)) + 0.3 * noise(pen.rng, pen.n, size, (4, 8))
        paint(pen.canvas, pen.at.cover(pen.where(wood, trees)), _cloudy(pen, dark, dark * 1.5, 8))
    grass, other = _grass_colours(pen)
    paint(pen.canvas, pen.at.cover(edge), _cloudy(pen, grass, other, (8, 5)))


def per(value: np.ndarray) -> np.ndarray:
    """(n,) -> (n, 1, 1)."""
    return value[:, None, None]


def leaves(pen: Pen) -> None:
    """Foliage, near and out of focus."""
    colour, other = _grass_colours(pen)
    pen.canvas[:] = _cloudy(pen, colour, other * 0.7, 5)
    for _ in range(4):
        x, y, angle = pen.some(-1, 1), pen.some(-1, 1), pen.some(0, 3)
        leaf = pen.at.ellipse(x, y, pen.some(0.2, 0.5), pen.some(0.06, 0.2), angle)
        pen.fill(leaf, np.clip(colour * pen.rng.uniform(0.6, 1.5, (pen.n, 1)), 0, 1), soft=2)


def water(pen: Pen) -> None:
    """Water up to a horizon, with the sky above it."""
    sky(pen)
    rng, n = pen.rng, pen.n
    sea = hsv(rng.uniform(0.42, 0.64, n), rng.uniform(0.1, 0.65, n), rng.uniform(0.25, 0.8, n))
    muddy = hsv(rng.uniform(0.08, 0.2, n), rng.uniform(0.1, 0.4, n), rng.uniform(0.35, 0.75, n))
    colour = np.where(rng.random((n, 1)) < 0.7, sea, muddy)
    height = pen.some(-0.5, 0.3)
    coast = pen.chance(0.3)
    size = pen.canvas.shape[1:3]
    land = pen.at.below(height - pen.some(0.02, 0.3)) + 0.2 * noise(rng, n, size, (1, 5))
    hill = hsv(pen.some(0.05, 0.65), pen.some(0.1, 0.4), pen.some(0.25, 0.65))
    pen.fill(pen.where(coast, land), hill)
    waves = _cloudy(pen, colour, np.clip(colour * rng.uniform(0.7, 1.35, (n, 1)), 0, 1), (14, 3))
    paint(pen.canvas, pen.at.cover(pen.at.below(height)), waves)


def open_water(pen: Pen) -> None:
    """Water, seen from above: nothing else."""
    rng, n = pen.rng, pen.n
    colour = hsv(rng.uniform(0.2, 0.64, n), rng.uniform(0.1, 0.55, n), rng.uniform(0.2, 0.75, n))
    pen.canvas[:] = _cloudy(pen, colour, np.clip(colour * rng.uniform(0.6, 1.4, (n, 1)), 0, 1), (10, 2))


def road(pen: Pen) -> None:
    """A road or a yard, with sky, houses or trees behind it."""
    sky(pen)
    size, rng, n = pen.canvas.shape[1:3], pen.rng, pen.n
    height = pen.some(-0.5, 0.3)
    houses = pen.chance(0.45)
    for _ in range(3):
        x, width = pen.some(-1, 1), pen.some(0.15, 0.6)
        top = height - pen.some(0.2, 1.2)
        wall = hsv(pen.some(0, 1), pen.some(0, 0.35), pen.some(0.3, 0.9))
        house = pen.at.box(x, (top + 1) / 2, width, (1 - top) / 2)
        pen.fill(pen.where(houses, house), wall)
        panes = np.sin(pen.at.x * 22) * np.sin(pen.at.y * 20) > 0.35
        paint(
            pen.canvas,
            pen.at.cover(pen.where(houses, house)) * panes,
            np.clip(wall * pen.rng.uniform(0.4, 1.2, (n, 1)), 0, 1),
        )
    trees = pen.at.below(height - pen.some(0.1, 0.8)) + 0.25 * noise(rng, n, size, (4, 7))
    dark = hsv(pen.some(0.1, 0.4), pen.some(0.2, 0.6), pen.some(0.2, 0.5))
    paint(pen.canvas, pen.at.cover(pen.where(pen.chance(0.35), trees)), _cloudy(pen, dark, dark * 1.4, 8))
    tar = between(rng, n, (0.25, 0.25, 0.26), (0.72, 0.7, 0.67))
    grass, _ = _grass_colours(pen)
    tar = np.where(rng.random((n, 1)) < 0.75, tar, grass)
    paint(pen.canvas, pen.at.cover(pen.at.below(height)), _cloudy(pen, tar, tar * 0.9, (6, 3)))
    stripe = pen.at.below(height + pen.some(0.08, 0.5))
    pen.fill(np.abs(stripe) - 0.02, np.array([0.85, 0.85, 0.8], np.float32) * np.ones((n, 1), np.float32))


def room(pen: Pen) -> None:
    """A wall, a floor, a cushion or a window."""
    wall = hsv(pen.some(0, 1), pen.some(0, 0.45), pen.some(0.3, 0.92))
    floor = hsv(pen.some(0, 0.2), pen.some(0.05, 0.5), pen.some(0.25, 0.85))
    pen.canvas[:] = _cloudy(pen, wall, wall * 0.92, 2)
    pane = pen.at.box(pen.some(-0.8, 0.8), pen.some(-0.8, -0.2), pen.some(0.2, 0.5), pen.some(0.2, 0.5))
    pen.fill(pen.where(pen.chance(0.4), pane), hsv(pen.some(0, 1), pen.some(0, 0.5), pen.some(0.3, 1)))
    paint(
        pen.canvas,
        pen.at.cover(pen.at.below(pen.some(-0.1, 0.7), pen.some(-0.1, 0.1))),
        _cloudy(pen, floor, floor * 0.8, (4, 4)),
    )
    cushion = pen.at.box(pen.some(-0.6, 0.6), pen.some(0.4, 0.9), pen.some(0.5, 1.1), pen.some(0.2, 0.5), 0.2)
    pen.fill(
        pen.where(pen.chance(0.5), cushion), hsv(pen.some(0, 1), pen.some(0.1, 0.7), pen.some(0.25, 0.9))
    )


GROUNDS: dict[str, Callable[[Pen], None]] = {
    "sky": sky,
    "field": field,
    "leaves": leaves,
    "water": water,
    "open water": open_water,
    "road": road,
    "room": room,
}
