"""Embedded scenes: forests and mountains, drawn by a seeded generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.data.embedded.draw import frame, noise, paint, to_bytes
from course.data.embedded.pen import Pen, between, hsv

__all__ = ["SCENES", "draw_scenes", "embedded"]

SCENES = ("forest", "mountain")
"""Names of the folders; their place is the label."""

_SIZE = 64
_TRAIN, _TEST = 200, 50  # of each
_SEED = 2
_AT_ONCE = 50  # pictures: what a processor keeps at hand; more at once take longer


def embedded() -> dict[str, dict[str, np.ndarray]]:
    """200 and 50 drawings of each, 64x64x3: ``["train"]["forest"]`` and so on, (N, 64, 64, 3), uint8."""
    drawn = {name: draw_scenes(name, _TRAIN + _TEST) for name in SCENES}
    return {
        "train": {name: images[:_TRAIN] for name, images in drawn.items()},
        "test": {name: images[_TRAIN:] for name, images in drawn.items()},
    }


def draw_scenes(name: str, n: int, *, size: int = _SIZE, seed: int = _SEED) -> np.ndarray:
    """Draw n views of a forest or of mountains, each in a season, a weather and a light of its own.

    Parameters
    ----------
    name : str
        ``"forest"`` or ``"mountain"``.
    n : int
        How many; the same seed gives the same pictures.
    size : int
        Height and width in pixels.
    seed : int
        Seed of the generator.

    Returns
    -------
    numpy.ndarray
        Shape (n, size, size, 3), uint8.
    """
    rng = np.random.default_rng([seed, SCENES.index(name)])
    images = np.empty((n, size, size, 3), np.uint8)
    for first in range(0, n, _AT_ONCE):
        part = images[first : first + _AT_ONCE]
        pen = Pen(np.zeros(part.shape, np.float32), frame(len(part), size), rng)
        _VIEWS[name](pen)
        part[:] = to_bytes(_photographed(pen, name))
    return images


def _photographed(pen: Pen, name: str) -> np.ndarray:
    """As cameras see it: each picture with a light, a tint, a contrast, a focus and a grain of its own."""
    rng, n = pen.rng, pen.n
    # Under trees it is darker and less blue than on a mountain, and there are more edges.  Light and focus
    # make up for that, so that neither the mean colour nor the number of edges tells which is which.
    wood = name == "forest"
    blurred = pen.canvas
    for _ in range(2):
        blurred = _blur(blurred)
    blur = rng.uniform(0.0, 1.0, (n, 1, 1, 1)).astype(np.float32) ** (1.5 if wood else 2.5)
    canvas = pen.canvas * (1 - blur) + blurred * blur
    light = rng.uniform(0.85, 1.18, (n, 1, 1, 1)) * rng.uniform(0.94, 1.06, (n, 1, 1, 3))
    light = light * (np.array([1.05, 1.04, 1.1]) if wood else np.array([1.0, 0.99, 0.96]))
    contrast = rng.uniform(0.9, 1.25, (n, 1, 1, 1))
    grain = rng.uniform(0.005, 0.018 if wood else 0.03, (n, 1, 1, 1))
    return ((canvas - 0.5) * contrast + 0.5) * light + grain * rng.normal(0, 1, canvas.shape)


def _blur(canvas: np.ndarray) -> np.ndarray:
    """The mean of each pixel and its neighbours above, below and at both sides, weighted 1-2-1."""
    wide = np.pad(canvas, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    rows = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
    return (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16


def _per(value: np.ndarray) -> np.ndarray:
    return value[:, None, None]


def _texture(pen: Pen, cells: int, octaves: int = 3) -> np.ndarray:
    """Patches within patches, about -1..1, (n, H, W)."""
    size = pen.canvas.shape[1]
    return sum(noise(pen.rng, pen.n, size, cells * 2**i) * 0.6**i for i in range(octaves)) / 1.6


def _sky(pen: Pen) -> np.ndarray:
    """Paint the whole picture as sky; returns its colour near the horizon, (n, 3)."""
    rng, n = pen.rng, pen.n
    blue = hsv(rng.uniform(0.54, 0.63, n), rng.uniform(0.15, 0.7, n), rng.uniform(0.55, 0.95, n))
    grey = between(rng, n, (0.5, 0.52, 0.55), (0.92, 0.92, 0.93))
    dusk = hsv(rng.uniform(0.0, 0.14, n), rng.uniform(0.2, 0.6, n), rng.uniform(0.55, 0.95, n))
    kind = rng.random((n, 1))
    top = np.where(kind < 0.5, blue, np.where(kind < 0.8, grey, dusk))
    low = np.clip(top * 0.6 + 0.36, 0, 1)
    fall = np.clip((pen.at.y + 1) / 1.6, 0, 1)[..., None]
    pen.canvas[:] = top[:, None, None] * (1 - fall) + low[:, None, None] * fall
    cloud = np.clip(_texture(pen, 3) * 1.5 - _per(pen.some(-0.2, 1.0)), 0, 0.8)
    paint(pen.canvas, cloud, between(rng, n, (0.7, 0.7, 0.72), (0.98, 0.98, 0.98)))
    return low.astype(np.float32)


def _leaf(pen: Pen, autumn: tuple[float, float] = (0.02, 0.15)) -> np.ndarray:
    """Colours of leaves and needles in all seasons, (n, 3); ``autumn`` are the hues of that one."""
    rng, n = pen.rng, pen.n
    green = hsv(rng.uniform(0.2, 0.42, n), rng.uniform(0.25, 0.7, n), rng.uniform(0.2, 0.6, n))
    dry = hsv(rng.uniform(*autumn, n), rng.uniform(0.35, 0.75, n), rng.uniform(0.35, 0.8, n))
    winter = between(rng, n, (0.4, 0.43, 0.48), (0.85, 0.87, 0.9))
    kind = rng.random((n, 1))
    return np.where(kind < 0.5, green, np.where(kind < 0.75, dry, winter)).astype(np.float32)


def _ground(pen: Pen) -> np.ndarray:
    """Colours of meadows, heaths, scree and snow, (n, 3)."""
    rng, n = pen.rng, pen.n
    leaf = _leaf(pen)
    earth = between(rng, n, (0.25, 0.2, 0.15), (0.62, 0.56, 0.48))
    return np.where(rng.random((n, 1)) < 0.6, leaf, earth).astype(np.float32)


# Forest -------------------------------------------------------------------------------


def forest(pen: Pen) -> None:
    """Trunks near and far with leaves above them, or a stand of firs."""
    sky = _sky(pen)
    firs = pen.chance(0.4)
    for draw, which in ((_wood, np.flatnonzero(~firs)), (_firs, np.flatnonzero(firs))):
        if which.size:
            part = pen.only(which)
            draw(part, sky[which])
            pen.canvas[which] = part.canvas


def _wood(pen: Pen, sky: np.ndarray) -> None:
    """Inside a wood: leaves far and near, trunks, the ground below."""
    rng, n = pen.rng, pen.n
    leaf, bark = _leaf(pen), between(rng, n, (0.1, 0.07, 0.05), (0.6, 0.52, 0.45))
    birch = between(rng, n, (0.7,) * 3, (0.92,) * 3)
    bark = np.where(rng.random((n, 1)) < 0.25, birch, bark)
    haze = np.where(rng.random((n, 1)) < 0.5, sky, leaf * 0.8 + 0.1)
    wall = _texture(pen, 9) + _per(pen.some(-0.2, 1.4)) - 0.5 * (1 - pen.at.y)
    paint(
        pen.canvas,
        np.clip(wall * 4, 0, 1),
        (leaf * 0.6 + haze * 0.4).astype(np.float32),
        1 + 0.35 * _texture(pen, 14),
    )
    floor = _floor(pen)
    for depth, trunks in enumerate((7, 5, 4, 3)):
        near = (depth + 1) / 4
        far = 0.75 * (1 - near)
        for _ in range(trunks):
            _trunk(pen, floor + 0.05 + 0.4 * near, near, bark * (1 - far) + haze * far)
        green = leaf * rng.uniform(0.6, 1.2, (n, 1)) * (1 - far) + haze * far
        clumps = _texture(pen, int(12 - 5 * near)) - 0.55 * (pen.at.y + 1) - _per(pen.some(-0.5, 0.5))
        paint(
            pen.canvas,
            0.9 * np.clip(clumps * 5, 0, 1),
            green.astype(np.float32),
            1 + 0.35 * _texture(pen, 16),
        )


def _firs(pen: Pen, sky: np.ndarray) -> None:
    """Firs side by side, far ones paler, the sky above them."""
    rng, n = pen.rng, pen.n
    leaf = _leaf(pen, autumn=(0.1, 0.16))  # larches turn golden, no needle turns red
    haze = np.where(rng.random((n, 1)) < 0.5, sky, leaf * 0.8 + 0.1)
    floor = _floor(pen)
    for depth, trees in enumerate((8, 7, 5, 3)):
        near = (depth + 1) / 4
        far = 0.75 * (1 - near)
        green = leaf * rng.uniform(0.6, 1.2, (n, 1)) * (1 - far) + haze * far
        for _ in range(trees):
            foot = floor + 0.05 + 0.4 * near + pen.some(-0.08, 0.08)
            _fir(pen, pen.some(-1.1, 1.1), foot, pen.some(0.5, 0.9) + 0.5 * near, green.astype(np.float32))


def _floor(pen: Pen) -> np.ndarray:
    """Paint the ground; returns where it begins, shape (n,)."""
    floor = pen.some(0.25, 0.75)
    edge = pen.at.below(floor) + 0.06 * noise(pen.rng, pen.n, pen.canvas.shape[1], (1, 9))
    paint(pen.canvas, pen.at.cover(edge), _ground(pen), 1 + 0.3 * _texture(pen, 10))
    return floor


def _trunk(pen: Pen, foot: np.ndarray, near: float, bark: np.ndarray) -> None:
    x, lean = pen.some(-1.1, 1.1), pen.some(-0.08, 0.08)
    wide = pen.some(0.012, 0.03) + 0.07 * near**2 * pen.some(0.4, 1.3)
    trunk = pen.at.limb(x, foot + pen.some(-0.08, 0.08), x + lean, -1.3, wide, wide * 0.7)
    shade = 1 - 0.35 * np.clip((pen.at.x - _per(x)) / _per(wide), -1, 1)
    paint(pen.canvas, pen.at.cover(trunk), bark.astype(np.float32), shade)


def _fir(pen: Pen, x: np.ndarray, foot: np.ndarray, high: np.ndarray, green: np.ndarray) -> None:
    """A fir of this height: branches in layers, one side in the light."""
    half = high * pen.some(0.16, 0.28)
    top = foot - high
    along = np.clip((pen.at.y - _per(top)) / _per(high), 0, 1)
    layers = 0.75 + 0.25 * ((along * _per(pen.some(5, 8))) % 1)
    off = pen.at.x - _per(x)
    tree = np.maximum(
        np.abs(off) - _per(half) * along * layers, np.abs(pen.at.y - _per(top + high / 2)) - _per(high / 2)
    )
    paint(pen.canvas, pen.at.cover(tree), green, np.clip(1 - 0.3 * off / _per(half), 0.6, 1.35))


# Mountain -----------------------------------------------------------------------------


def mountain(pen: Pen) -> None:
    """Ridges, one behind the other, snow on the high ones; before them a meadow, a lake or trees."""
    sky = _sky(pen)
    rng, n = pen.rng, pen.n
    rock = between(rng, n, (0.22, 0.22, 0.26), (0.62, 0.55, 0.5))
    green = _ground(pen)
    snowy = pen.chance(0.65)
    top = pen.some(-0.8, -0.15)
    for depth in range(3):
        near = (depth + 1) / 3
        line = top + (0.35 + pen.some(0.0, 0.2)) * depth
        _ridge(pen, line, pen.some(0.45, 0.85) * (1.1 - 0.45 * near), near, rock, green, sky, snowy)
    _foreground(pen, green, sky)


def _ridge(
    pen: Pen,
    line: np.ndarray,
    rise: np.ndarray,
    near: float,
    rock: np.ndarray,
    green: np.ndarray,
    sky: np.ndarray,
    snowy: np.ndarray,
) -> None:
    at, size = pen.at, pen.canvas.shape[1]
    peaks, beside = np.full_like(at.x, -9), np.zeros_like(at.x)
    for _ in range(3):
        x, steep, high = pen.some(-1.2, 1.2), pen.some(0.7, 1.5), pen.some(0.4, 1.0)
        peak = _per(high) - _per(steep) * np.abs(at.x - _per(x))
        beside = np.where(peak > peaks, at.x - _per(x), beside)
        peaks = np.maximum(peaks, peak)
    rough = noise(pen.rng, pen.n, size, (1, 7)) * 0.12 + noise(pen.rng, pen.n, size, (1, 18)) * 0.06
    height = _per(line) + 0.25 - _per(rise) * (np.maximum(peaks, -0.2) + rough)
    body = height - at.y
    creases = _texture(pen, 5) + 0.6 * noise(pen.rng, pen.n, size, (6, 14))
    # The sun stands on one side: of each peak one face is bright, the other in shade.
    sun = np.where(pen.chance(0.5), 1.0, -1.0)[:, None, None]
    edge = beside + 0.25 * noise(pen.rng, pen.n, size, (9, 3)) * np.clip((at.y - height) * 2, 0, 1)
    side = np.clip(sun * edge * 12, -1, 1) * 0.8 + 0.45 * creases
    haze = 0.65 * (1 - near)
    lower = np.clip((at.y - height) * 2.2 - 0.25 + 0.3 * creases, 0, 1)[..., None] * near
    colour = rock[:, None, None] * (1 - lower) + green[:, None, None] * lower
    colour = np.clip(colour * (1 + 0.3 * side)[..., None], 0, 1)
    white = np.clip((_per(pen.some(0.1, 0.5)) - (at.y - height) * 1.6 + 0.5 * creases) * 4, 0, 1)
    white = white * np.where(snowy & (pen.chance(0.85)), 1.0, 0.0)[:, None, None]
    snow = np.clip(0.86 + 0.13 * side, 0, 1)[..., None] * np.array([0.96, 0.98, 1.0], np.float32)
    colour = colour * (1 - white[..., None]) + snow * white[..., None]
    paint(pen.canvas, at.cover(body), colour * (1 - haze) + sky[:, None, None] * haze)


def _foreground(pen: Pen, green: np.ndarray, sky: np.ndarray) -> None:
    at, size = pen.at, pen.canvas.shape[1]
    line = pen.some(0.35, 1.05)
    edge = at.below(line, pen.some(-0.15, 0.15)) + 0.05 * noise(pen.rng, pen.n, size, (1, 6))
    lake = pen.chance(0.3)
    meadow = green * pen.rng.uniform(0.6, 1.2, (pen.n, 1))
    colour = np.where(lake[:, None], sky * 0.75, meadow).astype(np.float32)
    ripples, tufts = 0.15 * noise(pen.rng, pen.n, size, (24, 4)), 0.35 * _texture(pen, 9)
    paint(pen.canvas, at.cover(edge), colour, 1 + np.where(_per(lake), ripples, tufts))
    which = np.flatnonzero(pen.chance(0.5))
    if which.size:
        part, dark = pen.only(which), _leaf(pen)[which] * 0.6
        for _ in range(9):
            foot = line[which] + part.some(-0.02, 0.12)
            _fir(part, part.some(-1.1, 1.1), foot, part.some(0.12, 0.34), dark)
        pen.canvas[which] = part.canvas


_VIEWS: dict[str, Callable[[Pen], None]] = {"forest": forest, "mountain": mountain}
