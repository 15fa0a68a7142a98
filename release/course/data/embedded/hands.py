"""Sketches of hands: the 24 letters of the American manual alphabet that stand still.

A hand is a right one, its palm towards us: thumb to the right, little finger to the left, wrist below.
Fingers are counted from the index (0) to the little finger (3).  Coordinates run from about -1 to 1, y
downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from course.data.embedded.draw import Number, paint
from course.data.embedded.pen import Pen

__all__ = ["LETTERS", "SIGNS", "Hand", "Sign"]

LETTERS = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
"""The letters whose signs stand still: J and Z are drawn in the air."""

_KNUCKLES = (0.32, 0.11, -0.11, -0.32)  # x of each finger's root
_TOP = -0.02  # y of the knuckles
_LENGTHS = (0.72, 0.8, 0.73, 0.56)
_THICK = 0.115


class Hand:
    """A hand that sketches show finger by finger, from the back to the front.

    Parameters
    ----------
    pen : Pen
        Where to draw, in the hand's coordinates; one channel.
    tone : numpy.ndarray
        Brightness of the skin, 0..1, shape (n,).
    contrast : numpy.ndarray
        How dark the folds are, 0..1, shape (n,).
    """

    def __init__(self, pen: Pen, tone: np.ndarray, contrast: np.ndarray) -> None:
        self.pen, self.at = pen, pen.at
        self._tone = tone[:, None]
        self._fold = (1 - 0.75 * contrast)[:, None]
        self._wide = pen.some(0.92, 1.1)
        self._long = pen.some(0.92, 1.08)

    def flesh(self, distance: np.ndarray, light: float = 1.0, edge: float = 0.035) -> None:
        """Lay down a part of the hand: a dark outline, a bright middle."""
        round_ = 0.88 + 0.22 * np.clip(-distance / 0.1, 0, 1)
        paint(self.pen.canvas, self.at.cover(distance - 0.01), self._tone * self._fold)
        paint(self.pen.canvas, self.at.cover(distance + edge), self._tone * light, round_)

    def jitter(self, size: float) -> np.ndarray:
        """A small number for each picture, about zero."""
        return self.pen.some(-size, size)

    def palm(self) -> None:
        """Forearm and palm."""
        self.flesh(self.at.limb(0.02, 0.5, self.jitter(0.08), 1.7, 0.27, 0.24), 0.94)
        self.flesh(self.at.box(0, 0.32, 0.45 * self._wide, 0.4, 0.17))

    def straight(self, finger: int, lean: Number = 0.0, length: float = 1.0) -> None:
        """An extended finger; ``lean`` in radians to the right."""
        x, lean = _KNUCKLES[finger] * self._wide, lean + self.jitter(0.05)
        long = _LENGTHS[finger] * length * self._long
        tip = x + long * np.sin(lean), _TOP - long * np.cos(lean)
        self.flesh(self.at.limb(x, 0.08, *tip, _THICK, _THICK * 0.85))

    def folded(self, finger: int, to: float = 0.26, light: float = 1.0) -> None:
        """A finger folded over the palm, down to y = ``to``."""
        x = _KNUCKLES[finger] * self._wide
        self.flesh(
            self.at.limb(x, -0.1 + 0.04 * (finger in (0, 3)), x * 0.92, to, _THICK, _THICK * 0.95), light
        )

    def stroke(self, points: list[tuple[Number, Number]], thick: float = _THICK, light: float = 1.0) -> None:
        """A finger or thumb through these points."""
        moved = [(x + self.jitter(0.02), y + self.jitter(0.02)) for x, y in points]
        self.flesh(self.at.path(moved, thick, thick * 0.88), light)

    def ring(self, x: float, y: float, rx: float, ry: float, thick: float = _THICK) -> None:
        """Thumb and fingers that meet and leave a hole; through it one sees what is behind."""
        rx, ry = rx + self.jitter(0.02), ry + self.jitter(0.02)
        self.flesh(np.abs(self.at.ellipse(x, y, rx, ry)) - thick)


def _fist(hand: Hand, fingers: tuple[int, ...] = (0, 1, 2, 3), to: float = 0.26) -> None:
    for finger in sorted(fingers, reverse=True):
        hand.folded(finger, to)


def _thumb_across(hand: Hand, reach: float = -0.1, y: float = 0.16) -> None:
    hand.stroke([(0.44, 0.5), (0.36, y + 0.1), (reach, y)], 0.12, 1.04)


def _a(hand: Hand) -> None:
    hand.palm()
    _fist(hand)
    hand.stroke([(0.38, 0.55), (0.52, 0.25), (0.53, -0.14)], 0.125)


def _b(hand: Hand) -> None:
    hand.palm()
    for finger, lean in ((3, 0.06), (2, 0.02), (1, -0.02), (0, -0.06)):
        hand.straight(finger, lean)
    hand.stroke([(0.42, 0.58), (0.3, 0.36), (-0.1, 0.3)], 0.12, 1.02)


def _c(hand: Hand) -> None:
    hand.flesh(hand.at.limb(-0.12, 0.5, -0.1 + hand.jitter(0.1), 1.7, 0.3, 0.25), 0.94)
    gap = 0.25 + hand.jitter(0.06)
    hand.stroke([(-0.3, 0.55), (0.1, 0.62), (0.42, 0.5), (0.5, 0.1 + gap)], 0.13)
    for step, light in ((0.1, 0.85), (0.0, 1.0)):
        hand.stroke(
            [
                (-0.3, 0.55),
                (-0.5, 0.1),
                (-0.34, -0.4),
                (0.05, -0.62 - step),
                (0.4, -0.5 - step),
                (0.55, -0.2 - step),
            ],
            0.2,
            light,
        )


def _d(hand: Hand) -> None:
    hand.palm()
    hand.straight(0, 0.0, 1.05)
    hand.ring(0.05, 0.14, 0.27, 0.24, 0.1)
    for finger in (3, 2):
        hand.stroke([(_KNUCKLES[finger], 0.05), (_KNUCKLES[finger] * 0.5, -0.16), (0.1, -0.08)], 0.1, 0.95)


def _e(hand: Hand) -> None:
    hand.palm()
    hand.stroke([(0.45, 0.55), (0.4, 0.36), (-0.3, 0.32)], 0.11, 0.98)
    _fist(hand, to=0.08)
    for x in _KNUCKLES:
        paint(hand.pen.canvas, hand.at.cover(hand.at.limb(x - 0.05, 0.13, x + 0.05, 0.13, 0.03)), np.zeros(1))


def _f(hand: Hand) -> None:
    hand.palm()
    for finger, lean in ((3, -0.4), (2, -0.18), (1, 0.04)):
        hand.straight(finger, lean)
    hand.ring(0.4, 0.0, 0.21, 0.24, 0.1)


def _point(hand: Hand, fingers: tuple[int, ...]) -> None:
    """Index, or index and middle finger, straight; the rest a fist seen from its side."""
    hand.flesh(hand.at.limb(-0.05, 0.6, -0.05 + hand.jitter(0.1), 1.8, 0.28, 0.25), 0.94)
    hand.flesh(hand.at.box(0, 0.32, 0.38, 0.38, 0.17))
    for finger in fingers:
        hand.straight(finger, 0.03 - 0.03 * finger, 1.15)


def _g(hand: Hand) -> None:
    _point(hand, (0,))
    for finger in (3, 2, 1):
        hand.folded(finger, 0.3, 0.94)
    hand.stroke([(0.36, 0.6), (0.6, 0.2), (0.64, -0.34)], 0.115)


def _h(hand: Hand) -> None:
    _point(hand, (1, 0))
    for finger in (3, 2):
        hand.folded(finger, 0.3, 0.94)
    hand.stroke([(0.36, 0.58), (0.3, 0.3), (0.0, 0.16)], 0.115)


def _i(hand: Hand) -> None:
    hand.palm()
    hand.straight(3, -0.12, 1.15)
    _fist(hand, (0, 1, 2))
    _thumb_across(hand)


def _k(hand: Hand) -> None:
    hand.palm()
    hand.straight(1, -0.38)
    hand.straight(0, 0.12)
    for finger in (3, 2):
        hand.folded(finger)
    hand.stroke([(0.44, 0.55), (0.34, 0.25), (0.2, -0.22)], 0.115, 1.05)


def _l(hand: Hand) -> None:
    hand.palm()
    hand.straight(0, 0.02, 1.05)
    _fist(hand, (1, 2, 3))
    out = 0.14 + hand.jitter(0.1)
    hand.stroke([(0.3, 0.52), (0.55, 0.38), (0.98, out)], 0.12)


def _m(hand: Hand) -> None:
    hand.palm()
    hand.folded(3, 0.2, 0.9)
    hand.stroke([(0.46, 0.5), (0.1, 0.3), (-0.22, 0.3)], 0.12, 0.9)
    for finger in (2, 1, 0):
        hand.folded(finger, 0.46)


def _n(hand: Hand) -> None:
    hand.palm()
    for finger in (3, 2):
        hand.folded(finger, 0.18, 0.9)
    hand.stroke([(0.46, 0.5), (0.2, 0.28), (-0.08, 0.12)], 0.12, 0.9)
    for finger in (1, 0):
        hand.folded(finger, 0.46)


def _o(hand: Hand) -> None:
    hand.flesh(hand.at.limb(-0.12, 0.5, -0.1 + hand.jitter(0.1), 1.7, 0.28, 0.25), 0.94)
    for step, light in ((0.09, 0.85), (0.0, 1.0)):
        hand.stroke(
            [
                (-0.36, 0.5),
                (-0.5, 0.0),
                (-0.3, -0.42 - step),
                (0.1, -0.52 - step),
                (0.4, -0.28 - step),
                (0.46, 0.1),
            ],
            0.2,
            light,
        )
    hand.stroke([(-0.3, 0.52), (0.1, 0.6), (0.38, 0.42), (0.46, 0.12)], 0.135)


def _r(hand: Hand) -> None:
    hand.palm()
    hand.stroke([(0.3, 0.05), (0.2, -0.4), (0.02, -0.8)], _THICK, 0.92)
    hand.stroke([(0.09, 0.05), (0.14, -0.4), (0.32, -0.8)])
    for finger in (3, 2):
        hand.folded(finger)
    _thumb_across(hand, 0.0, 0.2)


def _s(hand: Hand) -> None:
    hand.palm()
    _fist(hand)
    _thumb_across(hand, -0.16, 0.14)


def _t(hand: Hand) -> None:
    hand.palm()
    for finger in (3, 2, 1):
        hand.folded(finger)
    hand.stroke([(0.42, 0.5), (0.3, 0.1), (0.21, -0.36)], 0.11, 1.06)
    hand.stroke([(0.36, -0.06), (0.42, 0.1), (0.34, 0.3)], 0.12)


def _spread(hand: Hand, leans: dict[int, float], reach: float = 0.0) -> None:
    hand.palm()
    for finger, lean in leans.items():
        hand.straight(finger, lean)
    _fist(hand, tuple({0, 1, 2, 3} - set(leans)))
    _thumb_across(hand, reach, 0.22)


def _x(hand: Hand) -> None:
    hand.palm()
    _fist(hand, (1, 2, 3))
    hand.stroke([(0.3, 0.1), (0.3, -0.42), (0.44, -0.58), (0.6, -0.5), (0.6, -0.32)], _THICK)
    _thumb_across(hand, 0.02, 0.2)


def _y(hand: Hand) -> None:
    hand.palm()
    hand.straight(3, -0.5, 1.15)
    _fist(hand, (0, 1, 2))
    hand.stroke([(0.3, 0.55), (0.56, 0.36), (0.96, -0.06 + hand.jitter(0.08))], 0.125)


_SIDEWAYS, _DOWN = -1.5, -2.75  # radians: fingers to the left; down and to the left


@dataclass(frozen=True)
class Sign:
    """How a letter is shown.

    Parameters
    ----------
    sketch : callable
        Draws the hand.
    turn : float
        How far the whole hand is turned, in radians, clockwise.
    zoom : float
        How much larger than an open hand: a fist is small, and comes nearer.
    rise : float
        How far up the hand is moved, in its own coordinates, so that it stands in the middle.
    """

    sketch: Callable[[Hand], None]
    turn: float = 0.0
    zoom: float = 1.0
    rise: float = 0.0


def _as_fist(sketch: Callable[[Hand], None]) -> Sign:
    return Sign(sketch, zoom=1.4, rise=0.26)


SIGNS: dict[str, Sign] = {
    "A": _as_fist(_a),
    "B": Sign(_b),
    "C": Sign(_c, zoom=1.15),
    "D": Sign(_d),
    "E": _as_fist(_e),
    "F": Sign(_f),
    "G": Sign(_g, _SIDEWAYS),
    "H": Sign(_h, _SIDEWAYS),
    "I": Sign(_i, zoom=1.1),
    "K": Sign(_k),
    "L": Sign(_l),
    "M": _as_fist(_m),
    "N": _as_fist(_n),
    "O": Sign(_o, zoom=1.15),
    "P": Sign(_k, _DOWN),
    "Q": Sign(_g, _DOWN),
    "R": Sign(_r),
    "S": _as_fist(_s),
    "T": _as_fist(_t),
    "U": Sign(partial(_spread, leans={1: 0.02, 0: -0.06})),
    "V": Sign(partial(_spread, leans={1: -0.24, 0: 0.2})),
    "W": Sign(partial(_spread, leans={2: -0.32, 1: 0.0, 0: 0.32}, reach=-0.2)),
    "X": Sign(_x),
    "Y": Sign(_y, zoom=1.15),
}
"""How each letter is shown."""
