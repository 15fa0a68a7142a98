"""The checks of 01_convolution: the literals are right, the oracle is right, and every mistake gets its name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from autograder.bank import read_bank
from autograder.checks import convolution as hidden
from course.checking import CheckFailed, Mistake, watch_pictures
from course.checks import convolution as public

ROOT = Path(__file__).parents[1]


def correlate(image: np.ndarray, filter: np.ndarray, padding: int = 0, strides: Any = 1) -> np.ndarray:
    """A right answer, errors included, written without the hidden module."""
    down, across = np.broadcast_to(strides, 2)
    if padding < 0 or down < 1 or across < 1:
        raise ValueError("padding or strides")
    padded = np.pad(image.astype(float), padding)
    if filter.shape[0] > padded.shape[0] or filter.shape[1] > padded.shape[1]:
        raise ValueError("the filter is too large")
    return correlate2d(padded, filter, mode="valid")[::down, ::across]


def layer(images: np.ndarray, kernels: np.ndarray, bias: np.ndarray, **options: Any) -> np.ndarray:
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    maps = [
        [sum(correlate(i[..., c], kernels[..., c, f], **options) for c in range(i.shape[2])) for i in images]
        for f in range(kernels.shape[3])
    ]
    return np.moveaxis(np.array(maps), 0, -1) + bias


RIGHT: dict[str, Callable[..., Any]] = {
    "rgb2gray": lambda rgb: np.tensordot(rgb, [0.2989, 0.5870, 0.1140], 1),
    "output_size": lambda n, k, p, s: len(range(k, n + 2 * p + 1, s)),
    "predict_shapes": lambda: [(425, 638), (427, 640), (213, 212)],
    "convolve2D": correlate,
    "gradient_magnitude": np.hypot,
    "flip_matters": lambda filter: not np.array_equal(np.rot90(filter), np.rot90(filter, 3)),
    "convolve2D_fast": correlate,
    "conv_layer": layer,
    "conv_parameters": lambda h, w, c, f: (h * w * c + 1) * f,
    "conv_backward": lambda x, w, g: (convolve2d(g, w), correlate2d(x, g, mode="valid")),
}


def checks(module: ModuleType) -> dict[str, Callable[[Any], None]]:
    """The functions of a module that judge an exercise."""
    return {
        name: function
        for name, function in vars(public).items()
        if inspect.isfunction(function)
        and function.__module__ == public.__name__
        and any(name == exercise or name.startswith(f"{exercise}_") for exercise in RIGHT)
        for function in [getattr(module, name)]
    }


def exercise(check: str) -> str:
    return max((name for name in RIGHT if check == name or check.startswith(f"{name}_")), key=len)


def said(check: Callable[[Any], None], answer: Any) -> str | None:
    """The mistake that a check names; empty where it names none, None where it passes."""
    try:
        check(answer)
    except CheckFailed as error:
        return error.failure.mistake or ""
    return None


@pytest.mark.parametrize("check", checks(public))
def test_public_literals_agree_with_the_oracle(check: str) -> None:
    checks(public)[check](RIGHT[exercise(check)])


@pytest.mark.parametrize("check", checks(public))
@pytest.mark.parametrize("seed", ["0", "1", "20261121"])
def test_hidden_cases_agree_with_the_oracle(check: str, seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_SEED", seed)
    checks(hidden)[check](RIGHT[exercise(check)])


def test_the_oracle_agrees_with_four_plain_loops() -> None:
    random = np.random.default_rng(5)
    image, filter = random.normal(size=(7, 10)), random.normal(size=(2, 3))
    padded = np.pad(image, 2)
    wanted = [
        [
            sum(padded[r + i, c + j] * filter[i, j] for i in range(2) for j in range(3))
            for c in range(0, padded.shape[1] - 2, 3)
        ]
        for r in range(0, padded.shape[0] - 1, 2)
    ]
    np.testing.assert_allclose(hidden.correlate(image, filter, 2, (2, 3)), wanted)


def test_the_oracle_agrees_with_keras() -> None:
    keras = pytest.importorskip("keras")
    random = np.random.default_rng(6)
    images, kernels = random.normal(size=(2, 8, 11, 3)), random.normal(size=(4, 3, 3, 5))
    bias = random.normal(size=5)
    theirs = keras.layers.Conv2D(5, (4, 3), strides=2)
    theirs.build(images.shape)
    theirs.set_weights([kernels, bias])
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(theirs(images)), hidden.layer(images, kernels, bias, strides=2), atol=1e-4
    )
    assert theirs.count_params() == RIGHT["conv_parameters"](4, 3, 3, 5)


VARIANTS = [
    pytest.param(mistake, variant, id=f"{number}-{mistake.name}")
    for number, (mistake, variant) in enumerate(hidden.VARIANTS)
]


def slipped(variant: hidden.Variant) -> Callable[..., np.ndarray]:
    """A convolve2D that makes one mistake, and refuses what it should."""

    def convolve2D(image: np.ndarray, filter: np.ndarray, padding: int = 0, strides: Any = 1) -> np.ndarray:
        right = correlate(image, filter, padding, strides)
        wrong = variant(image, filter, padding, hidden.pair(strides))
        return right if wrong.ndim != 2 else wrong

    return convolve2D


@pytest.mark.parametrize("module", [public, hidden], ids=["public", "hidden"])
@pytest.mark.parametrize(("mistake", "variant"), VARIANTS)
def test_a_wrong_convolution_is_told_its_mistake(
    module: ModuleType, mistake: Mistake, variant: hidden.Variant
) -> None:
    heard = {
        said(check, slipped(variant))
        for name, check in checks(module).items()
        if exercise(name) == "convolve2D"
    }
    assert mistake.name in heard


def test_every_mistake_is_reached_by_a_variant_or_by_the_bank() -> None:
    known = {value.name for value in vars(public).values() if isinstance(value, Mistake)}
    reached = {mistake.name for mistake, _ in hidden.VARIANTS}
    reached |= {answer.says for answer in read_bank(ROOT / "autograder/bank/01_convolution.py")}
    assert known <= reached


def test_mistakes_have_names_of_their_own() -> None:
    mistakes = [value for value in vars(public).values() if isinstance(value, Mistake)]
    assert len({mistake.name for mistake in mistakes}) == len(mistakes)
    assert all(mistake.message.rstrip()[-1] in ".?" for mistake in mistakes)


FREELOADERS: dict[str, Callable[..., Any]] = {
    "nothing": lambda *_, **__: None,
    "zero": lambda *_, **__: 0,
    "true": lambda *_, **__: True,
    "first argument": lambda *given, **_: given[0] if given else [],
    "zeros like it": lambda *given, **_: np.zeros_like(given[0]) if given else np.zeros((3, 2)),
    "text": lambda *_, **__: "done",
}


def _refuse(*_: Any, **__: Any) -> None:
    raise ValueError("no")


@pytest.mark.parametrize("answer", [*FREELOADERS.values(), _refuse], ids=[*FREELOADERS, "always an error"])
def test_who_computes_nothing_earns_nothing(answer: Callable[..., Any]) -> None:
    earned = {
        name
        for name, check in checks(public).items()
        if said(check, answer) is None and said(checks(hidden)[name], answer) is None
    }
    assert earned == set()


def test_hidden_failures_hold_no_values() -> None:
    for name, check in checks(hidden).items():
        if name == "predict_shapes":
            continue
        with pytest.raises(CheckFailed) as caught:
            check(FREELOADERS["text"])
        assert (caught.value.failure.got, caught.value.failure.wanted) == ("", ""), name


def test_public_checks_show_pictures_large_enough_to_see() -> None:
    with watch_pictures() as pictures:
        for name, check in checks(public).items():
            check(RIGHT[exercise(name)])
    assert len(pictures) >= 4
    assert all(min(picture.expected.shape[:2]) >= 8 for picture in pictures)


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2), (1, 4), (4, 4), (2, 2)])
def test_even_filters_survive_every_flip_and_are_not_constant(shape: tuple[int, int]) -> None:
    for seed in range(20):
        filter = hidden.even(np.random.default_rng(seed), *shape)
        for other in (filter[::-1], filter[:, ::-1], filter.T if shape[0] == shape[1] else filter):
            np.testing.assert_array_equal(filter, other)
        assert shape == (2, 2) or np.ptp(filter) > 0
        assert filter.any()


def test_lopsided_filters_survive_none() -> None:
    for seed in range(20):
        filter = hidden.lopsided(np.random.default_rng(seed), 3)
        for other in (filter[::-1, ::-1], filter[::-1], filter[:, ::-1], filter.T):
            assert not np.array_equal(filter, other)


GUESSES = {
    public.SQUARE_IMAGE.name,
    public.SQUARE_FILTER.name,
    public.PADDING_TWICE.name,
    public.PADDING_NOT_IN_SIZE.name,
    public.STRIDE_IN_OUTPUT_INDEX.name,
    public.STRIDE_INT.name,
    public.STRIDE_PAIR.name,
    public.ONE_STRIDE_FOR_BOTH_PLACES.name,
    public.REFUSES_LIMIT.name,
}
"""What an error means where the plain case works; where it does not, each of them would mislead."""


@pytest.mark.parametrize(
    "name",
    [
        "last-row-is-the-images-height",
        "last-row-one-too-far",
        "one-forgotten-in-the-size",
        "true-division-in-the-size",
        "true-division-in-the-place",
        "sum-forgotten",
    ],
)
def test_where_the_plain_case_fails_no_option_is_blamed(name: str) -> None:
    answers = read_bank(ROOT / "autograder/bank/01_convolution.py")
    source = next(answer.source for answer in answers if answer.name == name)
    namespace: dict[str, Any] = {"np": np}
    exec(source, namespace)
    heard = {
        check: said(function, namespace["convolve2D"])
        for check, function in checks(public).items()
        if exercise(check) == "convolve2D"
    }
    assert heard["convolve2D"], "the values say what is wrong"
    assert None not in heard.values() and not GUESSES & set(heard.values()), heard


def test_public_failures_show_small_inputs_and_hidden_ones_show_none() -> None:
    for module, shown in ((public, True), (hidden, False)):
        with pytest.raises(CheckFailed) as caught:
            module.convolve2D_strides(lambda image, filter, **options: np.zeros((1, 7)))
        text = f"{caught.value.failure}\n{caught.value}"
        assert ("with the 8×8 array" in text) is shown
        assert ("[" in text) is shown
    with pytest.raises(CheckFailed) as caught:
        public.convolve2D_strides(lambda image, filter, **options: np.zeros((1, 7)))
    rows = caught.value.failure.called.splitlines()
    assert rows[0] == "convolve2D(8×8 float64 array, 3×3 float64 array, strides=2)"
    assert rows[2].startswith("[[3., 1., 4., 1.") and "and the 3×3 array" in rows


def test_large_inputs_are_not_printed() -> None:
    with pytest.raises(CheckFailed) as caught:
        public.convolve2D_fast_speed(lambda image, filter: np.zeros((1, 7)))
    assert "320×320 array\n" not in caught.value.failure.called


def test_an_error_without_a_name_is_no_likely_cause() -> None:
    def convolve2D(*_: Any, **__: Any) -> None:
        raise KeyError("odd")

    with pytest.raises(CheckFailed) as caught:
        public.convolve2D(convolve2D)
    assert "came back  KeyError" in str(caught.value) and "likely" not in str(caught.value)


def test_the_type_of_the_wanted_numbers_is_not_asked_for() -> None:
    with pytest.raises(CheckFailed) as caught:
        public.convolve2D(lambda image, filter: np.zeros((2, 2)))
    assert "int" not in caught.value.failure.wanted


def test_pictures_know_what_the_check_accepts() -> None:
    with watch_pictures() as pictures:
        public.rgb2gray(RIGHT["rgb2gray"])
        public.convolve2D(correlate)
    assert [picture.tolerance for picture in pictures] == [1.0, pytest.approx(75e-5)]
