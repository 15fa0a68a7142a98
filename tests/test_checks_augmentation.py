"""The checks of 04: oracles agree with NumPy and SciPy, literals with the oracle, mistakes are named."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from autograder.checks import SEED_VARIABLE
from autograder.checks import augmentation as hidden
from course.checking import CheckFailed, Mistake, NotAttempted
from course.checks import augmentation as public

SEEDS = range(10)
EXERCISES = (
    "split_signs",
    "one_hot",
    "predict_signs_cnn",
    "batchnorm_parameters",
    "build_signs_cnn",
    "shift_image",
    "valid_transforms",
    "build_augmentation",
    "standardise",
    "steps_per_epoch",
    "save_and_load",
    "classify",
    "training_set",
    "hold_out",
    "split_by_photo",
    "mixup",
)


def checks(module: Any) -> set[str]:
    """Names of the checks of a module."""
    return {
        name
        for name, value in vars(module).items()
        if callable(value)
        and name.startswith(EXERCISES)
        and list(inspect.signature(value).parameters) == [exercise(name)]
    }


def exercise(check: str) -> str:
    return max(
        (name for name in EXERCISES if check == name or check.startswith(f"{name}_")), key=len, default=""
    )


CHECKS = sorted(name for name in checks(public) if exercise(name))


def test_every_check_has_a_public_and_a_hidden_half():
    assert set(CHECKS) == {name for name in checks(hidden) if exercise(name)}
    assert len(CHECKS) == 52


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_is_not_attempted(module, check):
    def stub(*_, **__):
        raise NotImplementedError(exercise(check))

    with pytest.raises(NotAttempted):
        getattr(module, check)(stub)


FREELOADERS: dict[str, Callable] = {
    "the input": lambda *args, **_: args[0] if args else 0,
    "nothing": lambda *_, **__: None,
    "one": lambda *_, **__: 1,
    "always an error": lambda *_, **__: [][0],
    "the inputs": lambda *args, **_: args,
}


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("freeloader", FREELOADERS)
def test_nothing_is_earned_without_an_answer(module, check, freeloader):
    with pytest.raises(CheckFailed):
        getattr(module, check)(FREELOADERS[freeloader])


def test_every_mistake_has_a_name_of_its_own_and_is_used():
    mistakes = {
        name: value
        for name, value in vars(public).items()
        if isinstance(value, Mistake) and f"\n{name} = " in inspect.getsource(public)
    }
    assert len({mistake.name for mistake in mistakes.values()}) == len(mistakes)
    used = inspect.getsource(public) + inspect.getsource(hidden)
    for name in mistakes:
        assert used.count(name) > 1, name


# ---------------------------------------------------------------------------------------
# shift_image
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["constant", "nearest", "reflect", "wrap"])
@pytest.mark.parametrize("dx, dy", [(0, 0), (2, -1), (-3, 4), (9, -11), (-25, 17)])
def test_the_oracle_shifts_as_scipy_does(mode, dx, dy):
    image = np.random.default_rng(2).normal(size=(5, 7))
    scipys = ndimage.shift(image, (dy, dx), order=0, mode="grid-wrap" if mode == "wrap" else mode, cval=3)
    np.testing.assert_allclose(hidden.shifted(image, dx, dy, mode, 3), scipys)


def test_the_other_reflection_is_numpys():
    image = np.arange(12.0).reshape(3, 4)
    padded = np.pad(image, 2, mode="reflect")
    np.testing.assert_allclose(hidden.shifted(image, 1, -2, "mirror"), padded[4:7, 1:5])


CASES = [(check, case) for check, cases in public.SHIFTS.items() for case in cases]


@pytest.mark.parametrize("check, case", CASES, ids=[f"{check}-{n}" for n, (check, _) in enumerate(CASES)])
def test_public_literals_agree_with_the_oracle(check, case):
    image, wanted = case.numbers(case.image), case.numbers(case.wanted)
    assert np.array_equal(hidden.shifted(image, case.dx, case.dy, **case.options), wanted)
    given = [(m, wrong()) for m, wrong in hidden.shift_mistakes(image, case.dx, case.dy, **case.options)]
    for mistake, text in case.mistakes:
        literal = case.numbers(text)
        assert any(m is mistake and np.array_equal(w, literal) for m, w in given), mistake.name
        assert not np.array_equal(literal, wanted)
    turned = [(case.dx, case.dy), (case.dy, case.dx)]
    lawful = [
        hidden.shifted(image, a * x, b * y, **(case.options | {"fill_mode": mode}))
        for x, y in turned
        for a in (1, -1)
        for b in (1, -1)
        for mode in {case.options.get("fill_mode", "constant"), "mirror"}
    ]
    for text in case.also:
        literal = case.numbers(text)
        assert any(np.array_equal(literal, each) for each in lawful)
        assert not np.array_equal(literal, wanted)


@pytest.mark.parametrize("check, case", CASES, ids=[f"{check}-{n}" for n, (check, _) in enumerate(CASES)])
def test_a_public_check_names_the_mistakes_that_it_lists(check, case):
    cases = public.SHIFTS[check]
    for mistake, text in case.mistakes:
        answers = iter([c.numbers(text if c is case else c.wanted) for c in cases])
        with pytest.raises(CheckFailed) as caught:
            getattr(public, check)(lambda *_, answers=answers, **__: next(answers))
        assert caught.value.failure.mistake == mistake.name


def lost(answer: Callable, names: list[str], module: Any = hidden) -> dict[str, str | None]:
    """The checks that an answer loses, with the mistake that each names."""
    result = {}
    for name in names:
        try:
            getattr(module, name)(answer)
        except CheckFailed as error:
            result[name] = error.failure.mistake
    return result


SHIFTS = [name for name in CHECKS if name.startswith("shift_image")]


@pytest.mark.parametrize(
    "answer, slug, aspects",
    [
        (lambda i, x, y, **o: hidden.shifted(i, -x, -y, **o), "opposite-direction", {"", "_together"}),
        (lambda i, x, y, **o: hidden.shifted(i, x, -y, **o), "one-direction-opposite", {"", "_together"}),
        (lambda i, x, y, **o: hidden.shifted(i, y, x, **o), "dx-dy-swapped", {"", "_together"}),
        (
            lambda i, x, y, fill_mode="constant", cval=0: hidden.shifted(
                i, x, y, "mirror" if fill_mode == "reflect" else fill_mode, cval
            ),
            "edge-not-repeated",
            {"_reflect", "_together"},
        ),
        (
            lambda i, x, y, fill_mode="constant", cval=0: hidden.shifted(i, x, y, fill_mode),
            "cval-ignored",
            {"_cval", "_together"},
        ),
        (
            lambda i, x, y, fill_mode="constant", cval=0: (
                hidden.half_filled(i, x, y, cval, rows=True)
                if fill_mode == "constant"
                else hidden.shifted(i, x, y, fill_mode)
            ),
            "constant-not-filled",
            {"", "_cval", "_beyond", "_shapes", "_new_array", "_together"},
        ),
        (lambda *a, **o: hidden.shifted(*a, **o).tolist(), "wrong-container", {"_new_array"}),
    ],
)
def test_one_mistake_costs_its_own_aspect_whatever_is_drawn(answer, slug, aspects, monkeypatch):
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        found = lost(answer, SHIFTS)
        assert set(found) == {f"shift_image{aspect}" for aspect in aspects}
        assert slug in found.values()


@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_pass_whatever_is_drawn(seed, monkeypatch):
    monkeypatch.setenv(SEED_VARIABLE, str(seed))

    def shift(image, dx, dy, fill_mode="constant", cval=0):
        steps = (dy, dx) + (0,) * (image.ndim - 2)
        mode = "grid-wrap" if fill_mode == "wrap" else fill_mode
        return ndimage.shift(image.astype(np.float32), steps, order=0, mode=mode, cval=cval)

    def standardise(train, test):
        flat = train.reshape(-1, train.shape[-1]).astype(np.float32)
        return [(each - flat.mean(0)) / flat.std(0) for each in (train, test)]

    def groups(photos, share):
        names = np.random.default_rng(seed).permutation(np.unique(photos))
        aside = np.isin(photos, names[: int(share * len(names))])
        return np.flatnonzero(~aside), np.flatnonzero(aside)

    def mix(images, targets, partner, share):
        return [np.einsum("n,n...->n...", share, v) + np.einsum("n,n...->n...", 1 - share, v[partner])
                for v in (images, targets)]  # fmt: skip

    answers = {
        "shift_image": shift,
        "standardise": standardise,
        "split_by_photo": groups,
        "mixup": mix,
        "steps_per_epoch": lambda n, size: len(range(0, n, size)),
        "one_hot": lambda labels: np.delete(np.eye(25), 9, axis=1)[labels],
        "batchnorm_parameters": lambda channels: [channels * 2, channels * 2],
    }
    for name, answer in answers.items():
        assert lost(answer, [check for check in CHECKS if exercise(check) == name]) == {}


# ---------------------------------------------------------------------------------------
# Pipelines, measured
# ---------------------------------------------------------------------------------------


def pipeline(*changes: Any) -> Callable:
    """An answer to build_augmentation with these layers."""
    import keras

    return lambda: keras.Sequential(list(changes))


def usual(**other: Any) -> list[Any]:
    """The four layers, some of them replaced."""
    from keras import layers

    chosen = {
        "rotation": layers.RandomRotation(10 / 360),
        "zoom": layers.RandomZoom(0.1),
        "shift": layers.RandomTranslation(0.1, 0.1),
        "flip": layers.RandomFlip("horizontal"),
    }
    return [layer for layer in (chosen | other).values() if layer is not None]


PIPELINES = [name for name in CHECKS if name.startswith("build_augmentation")]


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_lawful_pipelines_pass_in_any_order(module, turned, interpolation):
    from keras import layers

    chain = usual(
        rotation=layers.RandomRotation(10 / 360, interpolation=interpolation, fill_mode="constant"),
        zoom=layers.RandomZoom(0.1, 0.1, interpolation=interpolation, fill_mode="wrap"),
    )
    for _ in range(3):
        assert lost(pipeline(*(chain[::-1] if turned else chain)), PIPELINES, module) == {}


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize(
    "name, options, check, slug",
    [
        ("rotation", {"factor": 20 / 360}, "rotation", "rotation-too-large"),
        ("rotation", {"factor": 1.0}, "rotation", "rotation-too-large"),
        ("rotation", {"factor": 3 / 360}, "rotation", "rotation-too-small"),
        ("rotation", None, "rotation", "rotation-missing"),
        ("rotation", {"factor": (0, 10 / 360)}, "rotation", "rotation-one-way"),
        ("zoom", {"height_factor": 0.2}, "zoom", "zoom-too-large"),
        ("zoom", {"height_factor": 0.02}, "zoom", "zoom-too-small"),
        ("zoom", {"height_factor": (0, 0.1)}, "zoom", "zoom-one-way"),
        ("zoom", None, "zoom", "zoom-missing"),
        ("shift", {"height_factor": 0.2, "width_factor": 0.2}, "shift", "shifts-too-large"),
        ("shift", {"height_factor": 0.03, "width_factor": 0.03}, "shift", "shifts-too-small"),
        ("shift", {"height_factor": 0.1, "width_factor": 0.0}, "shift", "shifts-one-axis"),
        ("shift", None, "shift", "shifts-missing"),
        ("flip", {"mode": "vertical"}, "flip", "flip-vertical"),
        ("flip", {"mode": "horizontal_and_vertical"}, "flip", "flip-vertical"),
        ("flip", None, "flip", "flip-missing"),
    ],
)
def test_a_layer_that_is_off_costs_its_own_check(module, name, options, check, slug):
    from keras import layers

    kinds = {
        "rotation": layers.RandomRotation,
        "zoom": layers.RandomZoom,
        "shift": layers.RandomTranslation,
        "flip": layers.RandomFlip,
    }
    layer = None if options is None else kinds[name](**options)
    found = lost(pipeline(*usual(**{name: layer})), PIPELINES, module)
    assert found == {f"build_augmentation_{check}": slug}


def test_hidden_messages_show_no_value():
    for check in CHECKS:
        with pytest.raises(CheckFailed) as caught:
            getattr(hidden, check)(lambda *_, **__: np.full((3, 2), 7.25))
        assert not caught.value.failure.got and not caught.value.failure.wanted
