"""Embedded objects: the ten classes of CIFAR-10, drawn by a seeded generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course.data.embedded import animals, vehicles
from course.data.embedded.draw import frame, to_bytes
from course.data.embedded.grounds import lay
from course.data.embedded.pen import Pen
from course.data.records import ImageData

__all__ = ["OBJECTS", "draw_objects", "embedded"]

OBJECTS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""CIFAR-10's names, in the order of its labels."""

_SIZE = 32
_TRAIN, _TEST = 200, 50  # of each class
_SEED = 10

# Each class has several sketches, each with the grounds it may stand on.  Every ground serves several
# classes, so that the ground alone tells little.
_OUTSIDE = {"field": 5, "leaves": 1, "road": 2, "room": 1}
_SKETCHES: dict[str, tuple[tuple[Callable[[Pen], None], dict[str, float]], ...]] = {
    "airplane": (
        (vehicles.plane_from_the_side, {"sky": 5, "field": 2, "road": 2, "water": 1}),
        (vehicles.plane_from_above, {"sky": 4, "field": 1, "open water": 1, "leaves": 1}),
    ),
    "automobile": (
        (vehicles.car_from_the_side, {"road": 6, "field": 2, "room": 1, "water": 1}),
        (vehicles.car_from_ahead, {"road": 6, "field": 2, "room": 1}),
    ),
    "bird": (
        (animals.bird_standing, {"field": 3, "leaves": 3, "sky": 2, "open water": 1, "water": 1, "road": 1}),
        (animals.bird_flying, {"sky": 4, "water": 2, "field": 2, "leaves": 1, "open water": 1}),
    ),
    "cat": (
        (animals.cat_sitting, {"room": 4, "field": 2, "road": 2, "leaves": 1}),
        (animals.cat_face, {"room": 4, "leaves": 2, "field": 2, "road": 1, "sky": 1}),
    ),
    "deer": ((animals.deer_standing, {"field": 6, "leaves": 2, "sky": 1, "water": 1, "road": 1}),),
    "dog": (
        (animals.dog_standing, {"field": 4, "room": 3, "road": 2, "water": 1, "leaves": 1}),
        (animals.dog_face, {"room": 3, "field": 3, "leaves": 2, "road": 1, "sky": 1}),
    ),
    "frog": (
        (animals.frog_from_ahead, {"leaves": 4, "open water": 2, "field": 2, "room": 2, "water": 1}),
        (animals.frog_from_the_side, {"leaves": 4, "open water": 2, "field": 2, "room": 2, "road": 1}),
    ),
    "horse": (
        (animals.horse_standing, {"field": 6, "road": 2, "room": 1, "leaves": 1, "sky": 1, "water": 1}),
    ),
    "ship": (
        (vehicles.cargo_ship, {"water": 5, "open water": 2, "sky": 2}),
        (vehicles.sailing_ship, {"water": 5, "open water": 2, "sky": 2}),
    ),
    "truck": (
        (vehicles.lorry_with_a_box, {"road": 6, "field": 3, "room": 1}),
        (vehicles.lorry_with_a_load, {"road": 6, "field": 3, "room": 1}),
        (vehicles.lorry_from_ahead, {"road": 6, "field": 2, "room": 1}),
    ),
}
_TURNS = {"airplane": 0.4, "bird": 0.2, "frog": 0.12}  # how far a pose may be turned, in radians
_AHEAD = (
    animals.cat_face,
    animals.dog_face,
    animals.frog_from_ahead,
    vehicles.car_from_ahead,
    vehicles.lorry_from_ahead,
)


def embedded() -> ImageData:
    """2,000 and 500 drawings, 32x32x3, as many of each class."""
    drawn = [draw_objects(name, _TRAIN + _TEST) for name in OBJECTS]
    order = np.random.default_rng(_SEED)

    def part(first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        images = np.concatenate([each[first:last] for each in drawn])
        labels = np.repeat(np.arange(len(OBJECTS)), last - first)
        shuffled = order.permutation(len(images))
        return images[shuffled], labels[shuffled]

    return ImageData(*part(0, _TRAIN), *part(_TRAIN, _TRAIN + _TEST), OBJECTS)


def draw_objects(name: str, n: int, *, size: int = _SIZE, seed: int = _SEED) -> np.ndarray:
    """Draw n pictures of one class, each with a pose, colours, light and a ground of its own.

    Parameters
    ----------
    name : str
        One of `OBJECTS`.
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
    rng = np.random.default_rng([seed, OBJECTS.index(name)])
    canvas = np.zeros((n, size, size, 3), np.float32)
    sketches = _SKETCHES[name]
    chosen = rng.integers(len(sketches), size=n)
    for index, (sketch, grounds) in enumerate(sketches):
        which = np.flatnonzero(chosen == index)
        if which.size:
            pen = Pen(np.zeros((len(which), size, size, 3), np.float32), frame(len(which), size), rng)
            lay(pen, grounds)
            _out_of_focus(pen)
            sketch(
                _posed(pen, _TURNS.get(name, 0.08), scale=(0.66, 0.86) if sketch in _AHEAD else (0.78, 0.98))
            )
            canvas[which] = pen.canvas
    return to_bytes(_lit(canvas, rng))


def _posed(pen: Pen, turn: float, scale: tuple[float, float]) -> Pen:
    """The pen, placed, turned, mirrored and sized at random in each picture."""
    size = pen.some(*scale)
    room = 1.04 - size
    return pen.place(
        pen.some(-1, 1) * room,
        pen.some(-1, 1) * room,
        scale=size,
        angle=pen.some(-turn, turn),
        flip=np.where(pen.chance(0.5), 1, -1),
        stretch=pen.some(0.9, 1.08),
    )


def _out_of_focus(pen: Pen) -> None:
    """Let the ground step back: less contrast, so that the object stands out."""
    mean = pen.canvas.mean((1, 2, 3), keepdims=True)
    pen.canvas[:] = mean + (pen.canvas - mean) * 0.8


def _lit(canvas: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each picture in a light of its own: brightness, tint, contrast, and a camera's noise."""
    n = len(canvas)
    light = rng.uniform(0.8, 1.2, (n, 1, 1, 1)) * rng.uniform(0.93, 1.07, (n, 1, 1, 3))
    contrast = rng.uniform(0.95, 1.3, (n, 1, 1, 1))
    return ((canvas - 0.5) * contrast + 0.5) * light + rng.normal(0, 0.02, canvas.shape)
