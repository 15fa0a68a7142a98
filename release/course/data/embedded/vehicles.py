"""Sketches of what people build: aeroplanes, cars, ships, lorries.

A sketch draws in coordinates from about -1 to 1, y downwards, and looks to the right.
"""

from __future__ import annotations

import numpy as np

from course.data.embedded.draw import join, noise, paint
from course.data.embedded.pen import DARK, GLASS, PALE, Pen, between, hsv, shaded

__all__ = [
    "car_from_ahead",
    "car_from_the_side",
    "cargo_ship",
    "lorry_from_ahead",
    "lorry_with_a_box",
    "lorry_with_a_load",
    "plane_from_above",
    "plane_from_the_side",
    "sailing_ship",
]


def lacquer(pen: Pen) -> np.ndarray:
    """Colours that things are painted in: white, grey, black and every hue, shape (n, 3)."""
    rng, n = pen.rng, pen.n
    plain = between(rng, n, (0.12, 0.12, 0.13), (0.95, 0.95, 0.95))
    bright = hsv(rng.random(n), rng.uniform(0.35, 0.9, n), rng.uniform(0.35, 0.95, n))
    return np.where(rng.random((n, 1)) < 0.45, plain, bright).astype(np.float32)


def _glass(pen: Pen) -> np.ndarray:
    return np.clip(GLASS * pen.rng.uniform(0.4, 1.7, (pen.n, 1)), 0, 1).astype(np.float32)


def _shadow(pen: Pen, y: float, width: float) -> None:
    paint(pen.canvas, 0.45 * pen.at.cover(pen.at.ellipse(0, y, width, 0.09), 3), DARK)


def _wheel(pen: Pen, x: np.ndarray | float, y: float, radius: np.ndarray | float) -> None:
    pen.fill(pen.at.ellipse(x, y, radius, radius), DARK)
    pen.fill(pen.at.ellipse(x, y, radius * 0.48, radius * 0.48), np.array([0.6, 0.6, 0.62], np.float32))


# Aeroplanes ---------------------------------------------------------------------------


def plane_from_the_side(pen: Pen) -> None:
    """An airliner passing by, one wing before it and one behind."""
    at, paintwork = pen.at, _pale(pen)
    dark = shaded(paintwork, 0.62)
    mark = lacquer(pen)
    far, near, sweep = pen.some(0.22, 0.55), pen.some(0.35, 0.75), pen.some(0.3, 0.6)
    pen.fill(at.polygon([(0.28, 0), (-0.02, 0), (0.1 - sweep, -far), (0.2 - sweep, -far)]), dark)
    pen.fill(at.polygon([(-0.62, 0), (-0.82, 0), (-1.0, -0.2), (-0.9, -0.2)]), dark)
    fin = pen.some(0.38, 0.55)
    pen.fill(at.polygon([(-0.5, -0.06), (-0.86, -0.02), (-0.98, -fin), (-0.82, -fin)]), mark)
    thick = pen.some(0.1, 0.15)
    body = join(at.limb(-0.45, 0, 0.72, 0, thick, thick), at.limb(-0.95, -0.05, -0.45, 0, 0.03, thick))
    pen.fill(body, paintwork, 1.2)
    panes = (np.sin(at.x * 40) > -0.2) & (np.abs(at.x) < 0.6)
    paint(pen.canvas, at.cover(np.abs(at.y + 0.03) - 0.018) * panes * 0.8, DARK)
    pen.fill(at.ellipse(0.76, -0.05, 0.05, 0.03), DARK)
    pen.fill(at.polygon([(0.2, 0.03), (-0.14, 0.05), (-0.05 - sweep, near), (0.05 - sweep, near)]), dark)
    pen.fill(at.polygon([(-0.6, 0), (-0.8, 0), (-1.02, 0.2), (-0.92, 0.2)]), dark)
    engine = at.limb(-0.02, near * 0.42, 0.14, near * 0.42, 0.06, 0.06)
    pen.fill(pen.where(pen.chance(0.6), engine), mark)


def plane_from_above(pen: Pen) -> None:
    """An aeroplane with both wings spread, as seen from below or above."""
    at, paintwork = pen.at, _pale(pen)
    dark = shaded(paintwork, 0.78)
    sweep, span, chord = pen.some(0.0, 0.55), pen.some(0.75, 1.0), pen.some(0.16, 0.26)
    for side in (-1, 1):
        wing = at.polygon(
            [(0.22, 0), (0.22 - 2 * chord, 0), (0.05 - sweep - 0.1, side * span), (0.05 - sweep, side * span)]
        )
        pen.fill(wing, dark)
        tail = at.polygon([(-0.62, 0), (-0.88, 0), (-0.98, side * 0.34), (-0.85, side * 0.34)])
        pen.fill(tail, dark)
        engine = at.limb(
            0.0 - sweep * 0.35, side * span * 0.4, 0.2 - sweep * 0.35, side * span * 0.4, 0.055, 0.055
        )
        pen.fill(engine, shaded(paintwork, 0.5))
    pen.fill(join(at.limb(-0.4, 0, 0.75, 0, 0.1, 0.1), at.limb(-0.95, 0, -0.4, 0, 0.03, 0.1)), paintwork, 0.5)
    pen.fill(at.ellipse(0.7, 0, 0.08, 0.06), DARK)


def _pale(pen: Pen) -> np.ndarray:
    pale = between(pen.rng, pen.n, (0.6, 0.62, 0.65), (0.98, 0.98, 0.98))
    return np.where(pen.rng.random((pen.n, 1)) < 0.6, pale, lacquer(pen)).astype(np.float32)


# Cars ---------------------------------------------------------------------------------


def car_from_the_side(pen: Pen) -> None:
    """A saloon, a hatchback or an estate, from the side."""
    at, paintwork = pen.at, lacquer(pen)
    _shadow(pen, 0.5, 0.95)
    roof, back = pen.some(-0.45, -0.3), pen.some(-0.85, -0.5)
    front = pen.some(0.35, 0.6)
    top_front, top_back = front - pen.some(0.2, 0.4), back + pen.some(0.08, 0.35)
    cabin = at.polygon([(back, 0.05), (top_back, roof), (top_front, roof), (front, 0.05)]) - 0.03
    body = at.box(0, 0.2, 0.92, pen.some(0.2, 0.24), 0.13)
    pen.fill(cabin, paintwork, 0.3)
    pane = at.polygon(
        [
            (back + 0.1, -0.01),
            (top_back + 0.07, roof + 0.07),
            (top_front - 0.03, roof + 0.07),
            (front - 0.1, -0.01),
        ]
    )
    pen.fill(pane, _glass(pen))
    pen.fill(at.box((top_front + top_back) / 2, -0.2, 0.03, 0.25), paintwork)
    pen.fill(body, paintwork, 0.6)
    pen.fill(at.box(0, 0.36, 0.85, 0.05), shaded(paintwork, 0.45))
    pen.fill(at.ellipse(0.87, 0.12, 0.06, 0.05), np.array([0.98, 0.95, 0.7], np.float32))
    pen.fill(at.ellipse(-0.88, 0.12, 0.04, 0.06), np.array([0.8, 0.1, 0.1], np.float32))
    radius = pen.some(0.17, 0.21)
    for x in (-0.55, 0.55):
        _wheel(pen, x, 0.38, radius)


def car_from_ahead(pen: Pen) -> None:
    """A car coming towards us: windscreen, lamps, grille."""
    at, paintwork = pen.at, lacquer(pen)
    _shadow(pen, 0.62, 0.8)
    for x in (-0.55, 0.55):
        pen.fill(at.box(x, 0.5, 0.13, 0.16, 0.04), DARK)
    roof = pen.some(-0.6, -0.45)
    pen.fill(at.polygon([(-0.62, 0.0), (-0.46, roof), (0.46, roof), (0.62, 0.0)]) - 0.04, paintwork, 0.4)
    pen.fill(
        at.polygon([(-0.54, -0.02), (-0.42, roof + 0.08), (0.42, roof + 0.08), (0.54, -0.02)]), _glass(pen)
    )
    pen.fill(at.box(0, 0.22, 0.74, 0.27, 0.12), paintwork, 0.5)
    pen.fill(at.box(0, 0.24, 0.3, 0.08, 0.03), DARK)
    for x in (-0.54, 0.54):
        pen.fill(at.ellipse(x, 0.18, 0.12, 0.08), np.array([0.98, 0.96, 0.8], np.float32))
    pen.fill(at.box(0, 0.42, 0.7, 0.05, 0.02), shaded(paintwork, 0.5))
    pen.fill(at.box(0, 0.41, 0.17, 0.045), PALE)


# Lorries ------------------------------------------------------------------------------


def lorry_with_a_box(pen: Pen) -> None:
    """A lorry with a high box behind its cab."""
    at, paintwork, box = pen.at, lacquer(pen), lacquer(pen)
    _shadow(pen, 0.62, 1.0)
    top = pen.some(-0.7, -0.45)
    pen.fill(at.box(0, 0.42, 0.9, 0.06), DARK)
    pen.fill(at.box(-0.34, (top + 0.36) / 2, 0.62, (0.36 - top) / 2, 0.03), box, 0.35)
    stripe = pen.where(pen.chance(0.5), at.box(-0.34, (top + 0.36) / 2, 0.6, 0.09))
    pen.fill(stripe, lacquer(pen))
    _cab(pen, paintwork)
    for x in (-0.72, -0.42, 0.62):
        _wheel(pen, x, 0.46, 0.16)


def lorry_with_a_load(pen: Pen) -> None:
    """A tanker, a tipper, or a lorry with logs."""
    at, paintwork = pen.at, lacquer(pen)
    _shadow(pen, 0.62, 1.0)
    pen.fill(at.box(0, 0.36, 0.9, 0.07), DARK)
    tank = pen.chance(0.5)
    metal = np.where(
        pen.rng.random((pen.n, 1)) < 0.5, between(pen.rng, pen.n, (0.6,) * 3, (0.95,) * 3), lacquer(pen)
    )
    pen.fill(pen.where(tank, at.box(-0.34, 0.02, 0.6, 0.3, 0.22)), metal.astype(np.float32), 1.0)
    heap = at.ellipse(-0.36, -0.12, 0.5, pen.some(0.15, 0.3))
    pen.fill(pen.where(~tank, heap), between(pen.rng, pen.n, (0.3, 0.2, 0.1), (0.75, 0.65, 0.45)))
    bed = at.polygon([(-0.98, -0.2), (0.24, -0.2), (0.16, 0.32), (-0.86, 0.32)])
    pen.fill(pen.where(~tank, bed), lacquer(pen), 0.3)
    _cab(pen, paintwork)
    for x in (-0.72, -0.42, 0.62):
        _wheel(pen, x, 0.46, 0.16)


def _cab(pen: Pen, paintwork: np.ndarray) -> None:
    at = pen.at
    slope, roof = pen.some(0.0, 0.2), pen.some(-0.36, -0.2)
    nose = pen.some(0.86, 0.98)
    pen.fill(
        at.polygon([(0.34, 0.42), (0.34, roof), (nose - slope, roof), (nose, 0.08), (nose, 0.42)]),
        paintwork,
        0.4,
    )
    pen.fill(
        at.polygon(
            [(0.5, 0.05), (0.5, roof + 0.08), (nose - slope - 0.04, roof + 0.08), (nose - 0.05, 0.05)]
        ),
        _glass(pen),
    )
    pen.fill(at.ellipse(nose - 0.03, 0.26, 0.05, 0.05), np.array([0.98, 0.95, 0.7], np.float32))


def lorry_from_ahead(pen: Pen) -> None:
    """A lorry coming towards us: high, upright, its box wider than the cab."""
    at, paintwork = pen.at, lacquer(pen)
    _shadow(pen, 0.86, 0.75)
    for x in (-0.48, 0.48):
        pen.fill(at.box(x, 0.74, 0.14, 0.16, 0.04), DARK)
    pen.fill(at.box(0, -0.22, 0.68, 0.68, 0.03), lacquer(pen), 0.2)
    pen.fill(at.box(0, 0.18, 0.6, 0.55, 0.08), paintwork, 0.3)
    pen.fill(at.box(0, -0.08, 0.52, 0.2, 0.04), _glass(pen))
    pen.fill(at.box(0, 0.4, 0.32, 0.12, 0.02), DARK)
    for x in (-0.46, 0.46):
        pen.fill(at.ellipse(x, 0.55, 0.1, 0.07), np.array([0.98, 0.96, 0.8], np.float32))
        pen.fill(at.box(x * 1.5, -0.05, 0.05, 0.13), DARK)
    pen.fill(at.box(0, 0.68, 0.6, 0.06), shaded(paintwork, 0.4))


# Ships --------------------------------------------------------------------------------


def cargo_ship(pen: Pen) -> None:
    """A ship with a bridge and a funnel, carrying containers or passengers."""
    before, at, hull = pen.canvas.copy(), pen.at, lacquer(pen)
    pale = between(pen.rng, pen.n, (0.75, 0.75, 0.75), (0.98, 0.98, 0.98))
    liner = pen.chance(0.5)
    deck = pen.some(-0.02, 0.06)
    for row in range(2):
        for x in (-0.28, 0.0, 0.28, 0.54):
            load = at.box(x, deck - 0.08 - 0.17 * row, 0.13, 0.085)
            pen.fill(pen.where(~liner & pen.chance(0.85 - 0.3 * row), load), lacquer(pen), 0.2)
    for row in range(3):
        half = 0.62 - 0.13 * row
        pen.fill(
            pen.where(liner, at.box(-0.05, deck - 0.08 - 0.15 * row, half, 0.085)),
            shaded(pale, 1 - 0.06 * row),
        )
        panes = (np.sin(at.x * 30) > 0) & (np.abs(at.x + 0.05) < half - 0.05)
        dots = pen.where(liner, np.abs(at.y - (deck - 0.08 - 0.15 * row)[:, None, None]) - 0.025)
        paint(pen.canvas, at.cover(dots) * panes, GLASS)
    bridge = pen.some(0.35, 0.6)
    pen.fill(pen.where(~liner, at.box(-0.62, deck - bridge / 2, 0.16, bridge / 2)), pale)
    pen.fill(pen.where(~liner, at.box(-0.62, deck - bridge + 0.1, 0.14, 0.03)), DARK)
    chimney = np.where(liner, -0.15, -0.7)
    height = np.where(liner, deck - 0.55, deck - bridge - 0.1)
    pen.fill(at.box(chimney, height, 0.08, 0.15), lacquer(pen), 0.2)
    pen.fill(at.box(chimney, height - 0.13, 0.085, 0.04), DARK)
    pen.fill(at.limb(0.6, deck, 0.6, deck - 0.5, 0.02), shaded(pale, 0.5))
    shape = at.polygon([(-0.92, deck), (0.98, deck - 0.1), (0.78, 0.5), (-0.84, 0.5)])
    pen.fill(shape, hull, 0.3)
    pen.fill(np.maximum(shape, 0.22 - at.y), np.array([0.5, 0.16, 0.12], np.float32))
    _afloat(pen, before)


def sailing_ship(pen: Pen) -> None:
    """A boat under sail."""
    before, at, hull = pen.canvas.copy(), pen.at, lacquer(pen)
    cloth = np.where(pen.rng.random((pen.n, 1)) < 0.7, PALE, lacquer(pen)).astype(np.float32)
    high = pen.some(-1.0, -0.8)
    pen.fill(at.limb(0.05, 0.2, 0.05, high, 0.02), DARK)
    boom = pen.some(-0.75, -0.5)
    pen.fill(at.polygon([(0.0, high + 0.02), (boom, 0.08), (0.0, 0.08)]), cloth, 0.2)
    jib = at.polygon([(0.1, high + 0.12), (0.1, 0.06), (pen.some(0.55, 0.8), 0.1)])
    pen.fill(jib, shaded(cloth, 0.86))
    shape = at.polygon([(-0.75, 0.16), (0.9, 0.1), (0.6, 0.5), (-0.6, 0.5)])
    pen.fill(shape, hull, 0.3)
    pen.fill(np.maximum(shape, np.abs(at.y - 0.2) - 0.025), PALE)
    _afloat(pen, before)


def _afloat(pen: Pen, before: np.ndarray) -> None:
    """Below its water line the ship is under water: what was there before comes back."""
    waves = 0.035 * noise(pen.rng, pen.n, pen.canvas.shape[1:3], (1, 9))
    line = pen.at.below(0.36) + waves
    paint(pen.canvas, pen.at.cover(line), before)
    foam = np.maximum(np.abs(line) - 0.035, np.abs(pen.at.x) - 0.95)
    paint(pen.canvas, 0.6 * pen.at.cover(foam), PALE)
