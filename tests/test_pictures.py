"""The picture of a result that a check accepted shows no difference; any other shows all of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.engine.result import ImageResult
from autograder.engine.supervise import image_result
from autograder.pictures import alt_text, draw, keep_picture
from course import figures
from course.checking import Attempt, watch_pictures

RAMP = np.add.outer(np.arange(8.0), np.arange(8.0))


@pytest.fixture
def titles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The panels' titles of the figures that are drawn."""
    seen: list[str] = []
    draw = figures.compare_images

    def spy(*args: object, **kwargs: object) -> object:
        figure = draw(*args, **kwargs)
        save = figure.savefig
        figure.savefig = lambda *a, **k: (
            seen.extend(axis.get_title() for axis in figure.axes),
            save(*a, **k),
        )
        return figure

    monkeypatch.setattr(figures, "compare_images", spy)
    return seen


def picture(*arguments: Any, **options: Any) -> ImageResult:
    return image_result(**keep_picture(*arguments, **options))


def test_what_the_check_accepts_is_no_difference(titles: list[str]) -> None:
    kept = picture("Grey", RAMP, RAMP + 0.3, tolerance=1.0)
    assert alt_text(kept).endswith("no difference.")
    draw(kept)
    assert "difference: none" in titles


def test_what_it_does_not_accept_is_shown(titles: list[str]) -> None:
    kept = picture("Grey", RAMP, RAMP + 0.3, tolerance=0.1)
    assert "64 of 64 values differ" in alt_text(kept)
    draw(kept)
    assert "difference, up to 0.3" in titles


def test_without_a_tolerance_only_rounding_is_forgiven() -> None:
    assert "differ, by up to 0.3" in picture("Grey", RAMP, RAMP + 0.3).news
    assert "They agree" in picture("Grey", RAMP, RAMP * (1 + 1e-7)).news


def test_the_tolerance_travels_from_the_check_to_the_page() -> None:
    with watch_pictures() as pictures:
        Attempt("f", lambda: RAMP + 0.3)().equals(RAMP, tolerance=0.5, picture="Ramp")
    (seen,) = pictures
    assert "no difference" in picture(seen.title, seen.expected, seen.yours, seen.tolerance).news
    assert "values differ" in picture("Ramp", RAMP, RAMP + 0.3).news
