"""The checks of 00: right answers pass, each mistake is named, and nothing of a hidden case leaks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.checks import SEED_VARIABLE
from autograder.checks import start as hidden
from course.checking import AnswerRaised, CheckFailed, NotAttempted
from course.checks import start as public

SEEDS = range(20)
CHECKS = ("scale_pixels_values", "scale_pixels_new_array")


def in_place(image):
    image /= 255
    return image


def without_copy(image):
    scaled = np.asarray(image, dtype=float)
    scaled /= 255
    return scaled


VALUE_MISTAKES = {
    "whole-numbers": lambda image: image // 255,
    "divided-by-256": lambda image: image / 256,
    "own-maximum": lambda image: image / image.max(),
    "stretched": lambda image: (image.astype(float) - image.min()) / (float(image.max()) - image.min()),
}

RIGHT = {
    "true division": lambda image: image / 255,
    "float32": lambda image: image.astype(np.float32) / 255,
    "interpolation": lambda image: np.interp(image, [0, 255], [0, 1]),
}


def mistake(check: Callable, answer: Callable) -> str | None:
    with pytest.raises(CheckFailed) as caught:
        check(answer)
    return caught.value.failure.mistake


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("check", CHECKS)
def test_right_answers_pass_whatever_is_drawn(name, check, monkeypatch, capsys):
    getattr(public, check)(RIGHT[name])
    assert "public checks passed" in capsys.readouterr().out
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        getattr(hidden, check)(RIGHT[name])


@pytest.mark.parametrize("slug", VALUE_MISTAKES)
def test_a_wrong_scale_costs_the_values_alone_and_is_named(slug, monkeypatch):
    """The literal values of the public check are held right here too: only they lead to the name."""
    assert mistake(public.scale_pixels_values, VALUE_MISTAKES[slug]) == slug
    public.scale_pixels_new_array(VALUE_MISTAKES[slug])
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        assert mistake(hidden.scale_pixels_values, VALUE_MISTAKES[slug]) == slug
        hidden.scale_pixels_new_array(VALUE_MISTAKES[slug])


@pytest.mark.parametrize("module", [public, hidden])
def test_a_changed_image_or_a_list_costs_the_new_array_alone(module):
    for answer, slug in (
        (without_copy, "input-modified"),
        (lambda i: (i / 255).tolist(), "wrong-container"),
    ):
        module.scale_pixels_values(answer)
        assert mistake(module.scale_pixels_new_array, answer) == slug


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "freeloader",
    [lambda i: i, lambda i: np.zeros(i.shape), lambda i: np.ones(i.shape), lambda i: 0],
)
def test_nothing_is_earned_without_scaling(module, check, freeloader):
    with pytest.raises(CheckFailed):
        getattr(module, check)(freeloader)


@pytest.mark.parametrize("module", [public, hidden])
def test_dividing_bytes_in_place_is_told_as_the_error_it_is_and_why(module):
    with pytest.raises(AnswerRaised, match="bytes cannot hold them") as caught:
        module.scale_pixels_values(in_place)
    assert caught.value.failure.mistake == "divided-in-place"


@pytest.mark.parametrize("module", [public, hidden])
def test_an_answer_for_grey_images_only_is_told_so(module):
    def grey_only(image):
        height, width = image.shape
        return np.array([[image[h, w] / 255 for w in range(width)] for h in range(height)])

    assert mistake(module.scale_pixels_values, grey_only) == "grey-only"


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_is_not_attempted(module, check):
    def stub(image):
        raise NotImplementedError("scale_pixels")

    with pytest.raises(NotAttempted):
        getattr(module, check)(stub)


def test_the_hidden_message_shows_no_value():
    with pytest.raises(CheckFailed) as caught:
        hidden.scale_pixels_values(VALUE_MISTAKES["divided-by-256"])
    assert "neither black nor white" in str(caught.value)
    assert not caught.value.failure.got and not caught.value.failure.wanted
