"""Sketches of animals: birds, cats, deer, dogs, frogs, horses.

A sketch draws in coordinates from about -1 to 1, y downwards, and looks to the right.
"""

from __future__ import annotations

import numpy as np

from course.data.embedded.draw import join, merge
from course.data.embedded.pen import DARK, PALE, Pen, between, hsv, shaded

__all__ = [
    "bird_flying",
    "bird_standing",
    "cat_face",
    "cat_sitting",
    "deer_standing",
    "dog_face",
    "dog_standing",
    "frog_from_ahead",
    "frog_from_the_side",
    "horse_standing",
]

_BLACK = np.array([0.03, 0.03, 0.03], np.float32)
_PINK = np.array([0.85, 0.5, 0.5], np.float32)


def coat(pen: Pen) -> np.ndarray:
    """Colours of fur: brown, sandy, grey, black, white, shape (n, 3)."""
    rng, n = pen.rng, pen.n
    brown = between(rng, n, (0.25, 0.14, 0.07), (0.82, 0.62, 0.38))
    grey = between(rng, n, (0.1, 0.1, 0.1), (0.92, 0.9, 0.88))
    return np.where(rng.random((n, 1)) < 0.6, brown, grey).astype(np.float32)


def _legs(
    pen: Pen, xs: tuple[float, ...], top: float, foot: float, thick: float, stride: float
) -> np.ndarray:
    """Legs at these places, each with a step of its own."""
    legs = []
    for x in xs:
        step = pen.some(-stride, stride)
        knee = step * 0.6 + pen.some(-0.04, 0.04)
        middle = (top + foot) / 2
        legs.append(
            join(
                pen.at.limb(x, top, x + knee, middle, thick * 1.5, thick),
                pen.at.limb(x + knee, middle, x + step, foot, thick, thick * 0.9),
            )
        )
    return join(*legs)


# Four legs ----------------------------------------------------------------------------


def horse_standing(pen: Pen) -> None:
    """A horse: long head, mane, a strong neck, a long tail."""
    at, fur = pen.at, coat(pen)
    dark, mane = shaded(fur, 0.7), shaded(coat(pen), 0.6)
    pen.fill(_legs(pen, (-0.42, 0.4), 0.1, 0.92, 0.055, 0.2), dark)
    tail = pen.some(-0.95, -0.75)
    pen.fill(at.path([(-0.55, -0.22), (tail, 0.0), (tail, 0.5)], 0.06, 0.09), mane)
    body = merge(at.ellipse(-0.38, -0.05, 0.32, 0.27), at.ellipse(0.3, -0.03, 0.3, 0.26), 0.25)
    body = merge(body, at.box(0, -0.02, 0.4, 0.2, 0.1), 0.1)
    up = pen.some(-0.85, -0.35)
    grazing = pen.chance(0.15)
    hx = pen.some(0.62, 0.8)
    hy = np.where(grazing, 0.55, up).astype(np.float32)
    neck = at.limb(0.38, -0.1, hx, hy, 0.24, 0.12)
    nx, ny = hx + 0.27, hy + pen.some(0.2, 0.36)
    head = at.limb(hx, hy, nx, ny, 0.12, 0.075)
    pen.fill(at.limb(0.3, -0.26, hx - 0.06, hy - 0.06, 0.13, 0.11), mane)
    pen.fill(merge(merge(body, neck, 0.12), head, 0.06), fur, 0.5)
    pen.fill(_legs(pen, (-0.5, 0.44), 0.1, 0.94, 0.06, 0.16), shaded(fur, 0.92))
    pen.fill(at.polygon([(hx - 0.08, hy - 0.06), (hx - 0.04, hy - 0.26), (hx + 0.06, hy - 0.08)]), fur)
    pen.fill(at.limb(nx - 0.02, ny, nx, ny + 0.01, 0.06), dark)
    pen.fill(at.ellipse(hx + 0.06, hy, 0.03, 0.03), _BLACK)


def deer_standing(pen: Pen) -> None:
    """A deer: slender, thin legs, neck upright, antlers or large ears, a short pale tail."""
    at, fur = pen.at, coat(pen)
    dark = shaded(fur, 0.7)
    pen.fill(_legs(pen, (-0.4, 0.28), 0.1, 0.95, 0.03, 0.16), dark)
    body = merge(at.ellipse(-0.32, 0.0, 0.28, 0.2), at.ellipse(0.22, 0.0, 0.28, 0.2), 0.2)
    hx, hy = pen.some(0.45, 0.62), pen.some(-0.5, -0.36)
    neck = at.limb(0.32, -0.02, hx, hy, 0.15, 0.085)
    head = at.limb(hx, hy, hx + 0.24, hy + 0.1, 0.1, 0.045)
    pen.fill(merge(merge(body, neck, 0.1), head, 0.05), fur, 0.6)
    pen.fill(at.ellipse(0.0, 0.13, 0.3, 0.07), np.clip(fur * 0.5 + 0.45, 0, 1))
    pen.fill(at.ellipse(-0.6, -0.05, 0.07, 0.11), PALE)
    pen.fill(_legs(pen, (-0.48, 0.36), 0.1, 0.96, 0.034, 0.12), shaded(fur, 0.9))
    stag = pen.chance(0.75)
    horn = between(pen.rng, pen.n, (0.25, 0.17, 0.1), (0.85, 0.75, 0.55))
    spread, high = pen.some(0.12, 0.3), pen.some(0.36, 0.5)
    for side in (-1, 1):
        tip = hx - 0.05 + side * spread
        beam = at.path(
            [(hx - 0.03, hy - 0.06), (hx - 0.05 + 0.9 * side * spread, hy - 0.55 * high), (tip, hy - high)],
            0.03,
            0.022,
        )
        fork = at.limb(
            hx - 0.05 + 0.9 * side * spread,
            hy - 0.55 * high,
            hx - 0.05 + 1.6 * side * spread,
            hy - 0.85 * high,
            0.022,
        )
        prong = at.limb(hx - 0.04 + 0.5 * side * spread, hy - 0.35 * high, hx + 0.02, hy - 0.75 * high, 0.022)
        pen.fill(pen.where(stag, join(beam, fork, prong)), horn)
        pen.fill(at.ellipse(hx - 0.06 + side * 0.1, hy - 0.1, 0.11, 0.05, side * -0.5), dark)
    pen.fill(at.ellipse(hx + 0.24, hy + 0.1, 0.035, 0.035), _BLACK)
    pen.fill(at.ellipse(hx + 0.06, hy, 0.028, 0.028), _BLACK)


def dog_standing(pen: Pen) -> None:
    """A dog: snout, hanging or pricked ear, tail up, often two colours."""
    at, fur = pen.at, coat(pen)
    other = np.where(pen.rng.random((pen.n, 1)) < 0.5, coat(pen), fur).astype(np.float32)
    dark = shaded(fur, 0.7)
    leg = pen.some(0.5, 0.75)
    pen.fill(_legs(pen, (-0.42, 0.3), 0.1, leg, 0.06, 0.12), dark)
    lift = pen.some(-0.6, -0.1)
    pen.fill(at.path([(-0.5, -0.1), (-0.78, lift * 0.6), (-0.82, lift - 0.12)], 0.08, 0.04), fur)
    body = merge(at.ellipse(-0.32, 0.02, 0.3, 0.22), at.ellipse(0.22, 0.0, 0.3, 0.26), 0.25)
    hx, hy = pen.some(0.5, 0.62), pen.some(-0.48, -0.3)
    neck = at.limb(0.34, -0.05, hx, hy, 0.2, 0.16)
    long = pen.some(0.2, 0.34)
    pen.fill(merge(merge(body, neck, 0.1), at.ellipse(hx, hy, 0.21, 0.19), 0.06), fur, 0.4)
    pen.fill(at.limb(hx + 0.08, hy + 0.07, hx + 0.1 + long, hy + 0.1, 0.12, 0.08), other)
    pen.fill(at.ellipse(hx + 0.14 + long, hy + 0.05, 0.05, 0.045), _BLACK)
    pen.fill(_legs(pen, (-0.48, 0.36), 0.1, leg + 0.02, 0.065, 0.1), shaded(other, 0.95))
    hanging = pen.chance(0.7)
    pen.fill(
        pen.where(hanging, at.limb(hx - 0.12, hy - 0.1, hx - 0.16, hy + 0.16, 0.075, 0.1)), shaded(other, 0.6)
    )
    ear = at.polygon([(hx - 0.16, hy - 0.1), (hx - 0.14, hy - 0.36), (hx + 0.04, hy - 0.15)])
    pen.fill(pen.where(~hanging, ear), shaded(other, 0.7))
    pen.fill(at.ellipse(hx + 0.08, hy - 0.04, 0.032, 0.032), _BLACK)


def dog_face(pen: Pen) -> None:
    """A dog's head from ahead: hanging ears, a broad muzzle, a tongue."""
    at, fur = pen.at, coat(pen)
    other = np.where(pen.rng.random((pen.n, 1)) < 0.6, np.clip(fur * 0.4 + 0.55, 0, 1), fur).astype(
        np.float32
    )
    chest = pen.at.ellipse(0, 1.0, pen.some(0.5, 0.75), 0.62)
    pen.fill(chest, shaded(fur, 0.88), 0.2)
    pen.fill(at.box(0, -0.08, 0.5, 0.52, 0.38), fur, 0.25)
    pen.fill(at.ellipse(0, 0.24, 0.3, 0.28), other)
    ears = shaded(fur, 0.55)
    for side in (-1, 1):
        pen.fill(at.limb(side * 0.42, -0.42, side * 0.58, 0.14, 0.13, 0.17), ears)
        pen.fill(at.ellipse(side * 0.21, -0.12, 0.075, 0.085), _BLACK)
        pen.fill(at.ellipse(side * 0.19, -0.15, 0.025, 0.025), PALE)
    tongue = at.limb(0, 0.42, 0, 0.58, 0.1)
    pen.fill(pen.where(pen.chance(0.5), tongue), np.array([0.9, 0.4, 0.45], np.float32))
    pen.fill(at.limb(-0.14, 0.36, 0.14, 0.36, 0.03), _BLACK)
    pen.fill(at.ellipse(0, 0.14, 0.14, 0.1), _BLACK)


def cat_face(pen: Pen) -> None:
    """A cat's head from ahead: pointed ears, bright eyes, whiskers, stripes."""
    fur = coat(pen)
    body = pen.at.ellipse(0, 1.05, pen.some(0.5, 0.75), 0.65)
    pen.fill(body, shaded(fur, 0.85), 0.2)
    _cat_head(pen, fur)


def cat_sitting(pen: Pen) -> None:
    """A cat sitting, looking at us, its tail round it."""
    at, fur = pen.at, coat(pen)
    side = np.where(pen.chance(0.5), 1, -1)
    high = pen.some(0.0, 0.6)
    tail = at.path(
        [(0.25 * side, 0.82), (0.75 * side, 0.8), (0.82 * side, high), (0.66 * side, high - 0.2)], 0.09, 0.07
    )
    pen.fill(tail, shaded(fur, 0.8))
    body = merge(at.ellipse(0, 0.6, 0.48, 0.38), at.ellipse(0, 0.1, 0.3, 0.4), 0.2)
    pen.fill(body, fur, 0.3)
    bib = at.ellipse(0, 0.25, 0.15, 0.3)
    pen.fill(pen.where(pen.chance(0.5), bib), PALE)
    for foot in (-0.15, 0.15):
        pen.fill(at.limb(foot, 0.35, foot, 0.9, 0.09), shaded(fur, 1.1))
    _cat_head(pen.place(0, -0.36, scale=0.6), fur)


def _cat_head(pen: Pen, fur: np.ndarray) -> None:
    at = pen.at
    eyes = hsv(pen.some(0.12, 0.5), pen.some(0.4, 0.8), pen.some(0.7, 1.0))
    high = pen.some(-0.98, -0.8)
    for side in (-1, 1):
        ear = at.polygon([(side * 0.62, -0.18), (side * pen.some(0.5, 0.66), high), (side * 0.1, -0.46)])
        pen.fill(ear - 0.02, fur, 0.2)
        inner = at.polygon([(side * 0.52, -0.36), (side * 0.54, high + 0.2), (side * 0.26, -0.46)])
        pen.fill(inner, _PINK)
    pen.fill(at.ellipse(0, 0, 0.66, 0.56), fur, 0.25)
    tabby = pen.chance(0.6)
    for x in (-0.18, 0.0, 0.18):
        pen.fill(pen.where(tabby, at.limb(x, -0.5, x * 0.8, -0.26, 0.04, 0.02)), shaded(fur, 0.5))
    for side in (-1, 1):
        for y in (0.0, 0.14):
            pen.fill(
                pen.where(tabby, at.limb(side * 0.62, y, side * 0.44, y + 0.02, 0.035)), shaded(fur, 0.5)
            )
        pen.fill(at.ellipse(side * 0.27, -0.06, 0.15, 0.11, side * -0.25), eyes)
        pen.fill(at.ellipse(side * 0.27, -0.06, 0.05, 0.1), _BLACK)
        for dy in (-0.05, 0.1):
            pen.fill(at.limb(side * 0.2, 0.27 + dy * 0.4, side * 0.9, 0.24 + dy * 2, 0.015), PALE)
    pen.fill(at.ellipse(0, 0.28, 0.22, 0.14), np.clip(fur * 0.4 + 0.55, 0, 1))
    pen.fill(at.polygon([(-0.09, 0.14), (0.09, 0.14), (0.0, 0.24)]) - 0.02, _PINK)


# Birds --------------------------------------------------------------------------------


def plumage(pen: Pen) -> np.ndarray:
    """Colours of feathers, shape (n, 3)."""
    rng, n = pen.rng, pen.n
    bright = hsv(rng.random(n), rng.uniform(0.3, 0.9, n), rng.uniform(0.3, 0.9, n))
    return np.where(rng.random((n, 1)) < 0.4, bright, coat(pen)).astype(np.float32)


def _beak(pen: Pen) -> np.ndarray:
    return between(pen.rng, pen.n, (0.9, 0.6, 0.1), (0.35, 0.3, 0.25))


def bird_standing(pen: Pen) -> None:
    """A bird on thin legs, or on a branch, its wing folded."""
    at, feathers, wing = pen.at, plumage(pen), plumage(pen)
    branch = pen.chance(0.5)
    twig = at.limb(-1.5, pen.some(0.72, 0.9), 1.5, pen.some(0.72, 0.9), 0.06)
    pen.fill(pen.where(branch, twig), np.array([0.3, 0.2, 0.12], np.float32))
    for x in (-0.1, 0.1):
        pen.fill(at.limb(x, 0.3, x + pen.some(-0.05, 0.05), 0.82, 0.025), _beak(pen))
    droop = pen.some(0.25, 0.6)
    pen.fill(at.polygon([(-0.35, -0.02), (-0.98, droop - 0.1), (-0.92, droop + 0.1), (-0.25, 0.25)]), wing)
    tilt = pen.some(-0.45, -0.1)
    body = at.ellipse(0, 0.1, 0.5, 0.33, tilt)
    hx, hy, big = pen.some(0.36, 0.46), pen.some(-0.42, -0.28), pen.some(0.2, 0.26)
    beak = pen.some(0.25, 0.42)
    pen.fill(
        at.polygon([(hx + big * 0.6, hy - 0.1), (hx + big + beak, hy + 0.02), (hx + big * 0.6, hy + 0.1)]),
        _beak(pen),
    )
    pen.fill(merge(body, at.ellipse(hx, hy, big, big), 0.12), feathers, 0.3)
    belly = np.maximum(at.ellipse(0.14, 0.2, 0.35, 0.24, tilt), body)
    pen.fill(pen.where(pen.chance(0.5), belly), np.clip(plumage(pen) * 0.5 + 0.4, 0, 1))
    pen.fill(at.ellipse(-0.14, 0.08, 0.4, 0.18, tilt + 0.6), wing)
    pen.fill(at.ellipse(hx + 0.07, hy - 0.04, 0.045, 0.045), _BLACK)


def bird_flying(pen: Pen) -> None:
    """A bird in the air, its wings raised or spread."""
    at, feathers, wing = pen.at, plumage(pen), plumage(pen)
    lift, back = pen.some(-0.95, -0.6), pen.some(-0.45, 0.1)
    far = at.polygon(
        [
            (0.28, -0.02),
            (0.4 + back * 0.3, lift * 0.5),
            (back + 0.45, lift),
            (back + 0.1, lift * 0.55),
            (-0.1, 0),
        ]
    )
    pen.fill(far, shaded(wing, 0.7))
    pen.fill(
        at.polygon([(-0.4, -0.02), (-0.95, -0.12), (-0.9, 0.02), (-0.98, 0.16), (-0.35, 0.12)]),
        shaded(wing, 0.85),
    )
    pen.fill(at.polygon([(0.66, -0.12), (pen.some(0.85, 1.0), -0.04), (0.66, 0.02)]), _beak(pen))
    pen.fill(merge(at.ellipse(0, 0.05, 0.46, 0.17), at.ellipse(0.54, -0.05, 0.17, 0.15), 0.12), feathers, 0.6)
    down = np.where(pen.chance(0.4), -1, 1).astype(np.float32)
    near = at.polygon(
        [
            (0.25, 0),
            (0.1 + back * 0.3, 0.6 * lift * down),
            (back - 0.3, lift * down),
            (back - 0.35, 0.5 * lift * down),
            (-0.25, 0.02),
        ]
    )
    pen.fill(near, wing, 0.3)
    pen.fill(at.ellipse(0.6, -0.08, 0.035, 0.035), _BLACK)


# Frogs --------------------------------------------------------------------------------


def skin(pen: Pen) -> np.ndarray:
    """Colours of frogs: mostly green or brown, some bright, shape (n, 3)."""
    rng, n = pen.rng, pen.n
    green = hsv(rng.uniform(0.17, 0.4, n), rng.uniform(0.4, 0.85, n), rng.uniform(0.3, 0.85, n))
    bright = hsv(rng.random(n), rng.uniform(0.5, 0.9, n), rng.uniform(0.4, 0.9, n))
    kind = rng.random((n, 1))
    return np.where(kind < 0.45, green, np.where(kind < 0.85, coat(pen), bright)).astype(np.float32)


def frog_from_ahead(pen: Pen) -> None:
    """A frog looking at us: eyes on top of a broad head, a wide mouth, legs to both sides."""
    at, hide = pen.at, skin(pen)
    dark, belly = shaded(hide, 0.7), np.clip(hide * 0.4 + 0.5, 0, 1)
    for side in (-1, 1):
        pen.fill(at.ellipse(side * 0.62, 0.38, 0.34, 0.24, side * 0.5), dark)
        for toe in (0.55, 0.78, 0.98):
            pen.fill(at.limb(side * 0.6, 0.62, side * toe, 0.76, 0.06, 0.05), dark)
        pen.fill(at.limb(side * 0.36, 0.3, side * 0.34, 0.74, 0.1, 0.08), hide)
        pen.fill(at.ellipse(side * 0.36, -0.46, 0.22, 0.22), hide)
    pen.fill(merge(at.ellipse(0, 0.3, 0.52, 0.42), at.ellipse(0, -0.12, 0.6, 0.36), 0.15), hide, 0.25)
    pen.fill(at.ellipse(0, 0.4, 0.32, 0.26), belly)
    pen.fill(np.maximum(np.abs(at.ellipse(0, -0.3, 0.52, 0.36)) - 0.025, 0.3 - at.y - 0.3), DARK)
    iris = hsv(pen.some(0.0, 0.18), pen.some(0.4, 0.9), pen.some(0.7, 1.0))
    for side in (-1, 1):
        pen.fill(at.ellipse(side * 0.37, -0.48, 0.14, 0.14), iris)
        pen.fill(at.ellipse(side * 0.37, -0.48, 0.1, 0.05), _BLACK)


def frog_from_the_side(pen: Pen) -> None:
    """A frog crouching: a folded hind leg, an eye that stands out, no neck and no tail."""
    at, hide = pen.at, skin(pen)
    dark = shaded(hide, 0.72)
    pen.fill(at.limb(0.35, 0.2, 0.42, 0.62, 0.12, 0.07), dark)
    for toe in (0.4, 0.56):
        pen.fill(at.limb(0.42, 0.62, toe + 0.05, 0.7, 0.05), dark)
    body = merge(at.limb(-0.5, 0.3, 0.25, -0.08, 0.26, 0.28), at.ellipse(0.55, -0.12, 0.3, 0.22, 0.15), 0.15)
    body = merge(body, at.ellipse(0.5, -0.36, 0.15, 0.14), 0.06)
    pen.fill(body, hide, 0.3)
    pale = np.clip(hide * 0.4 + 0.5, 0, 1)
    pen.fill(np.maximum(body + 0.02, 0.08 + 0.3 * (0.3 - at.x) - at.y), pale)
    spots = pen.chance(0.5)
    for _ in range(4):
        spot = at.ellipse(pen.some(-0.5, 0.3), pen.some(-0.2, 0.2), 0.07, 0.06)
        pen.fill(pen.where(spots, np.maximum(spot, body)), shaded(hide, 0.5))
    pen.fill(at.limb(0.5, -0.03, 0.82, -0.08, 0.022), DARK)
    pen.fill(at.limb(-0.5, 0.4, -0.02, 0.22, 0.17, 0.13), shaded(hide, 0.85), 0.2)
    pen.fill(at.limb(-0.02, 0.24, -0.45, 0.62, 0.11, 0.08), shaded(hide, 0.75))
    pen.fill(at.limb(-0.45, 0.64, 0.05, 0.68, 0.07, 0.05), dark)
    iris = hsv(pen.some(0.0, 0.18), pen.some(0.4, 0.9), pen.some(0.7, 1.0))
    pen.fill(at.ellipse(0.53, -0.38, 0.1, 0.1), iris)
    pen.fill(at.ellipse(0.54, -0.38, 0.06, 0.05), _BLACK)
