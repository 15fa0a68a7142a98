"""The checks of 02: oracles agree with Keras and with SciPy, right answers pass, each mistake is named."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pytest
from scipy import ndimage

from autograder.checks import SEED_VARIABLE
from autograder.checks import pooling as hidden
from course.checking import AnswerRaised, CheckFailed, Mistake, NotAttempted
from course.checks import pooling as public

SEEDS = range(10)

EXERCISES = (
    "maxPooling2D_backward",
    "maxPooling2D",
    "averagePooling2D",
    "global_average_pooling",
    "dense_weights",
    "predicted_shapes",
    "receptive_field",
    "flatten_dense",
    "cnn_forward",
    "blur_pool",
)


def exercise(check: str) -> str:
    return next(name for name in EXERCISES if check == name or check.startswith(f"{name}_"))


CHECKS = [*public.CASES, "predicted_shapes_conv", "predicted_shapes_pool"]


# ---------------------------------------------------------------------------------------
# Every exercise in another way than the oracle's
# ---------------------------------------------------------------------------------------


def filtered(image, pool_size, strides, everywhere):
    """Pool with a SciPy filter: filter everywhere, keep the windows that lie inside, thin them out."""
    size = np.broadcast_to(pool_size, 2)
    step = size if strides is None else np.broadcast_to(strides, 2)
    result = everywhere(image.astype(float), size=tuple(size), origin=[-(k // 2) for k in size])
    return result[: image.shape[0] - size[0] + 1 : step[0], : image.shape[1] - size[1] + 1 : step[1]]


def max_pooling(image, pool_size=2, strides=None):
    return filtered(image, pool_size, strides, ndimage.maximum_filter)


def average_pooling(image, pool_size=2, strides=None):
    return filtered(image, pool_size, strides, ndimage.uniform_filter)


def backward(image, gradient, pool_size=2, strides=None):
    (high, wide), step = np.broadcast_to(pool_size, 2), np.broadcast_to(strides or pool_size, 2)
    result = np.zeros(image.shape)
    for h in range(gradient.shape[0]):
        for w in range(gradient.shape[1]):
            places = [(h * step[0] + i, w * step[1] + j) for i in range(high) for j in range(wide)]
            # Python's max keeps the first of equal ones.
            result[max(places, key=lambda place: image[place])] += gradient[h, w]
    return result


def seen(layers):
    """The receptive field's side, from the set of pixels that one value is made of."""
    pixels = {0}
    for kernel, stride in reversed(layers):
        pixels = {place * stride + i for place in pixels for i in range(kernel)}
    return max(pixels) - min(pixels) + 1


def dense(maps, weights, bias):
    return np.stack([image.ravel().dot(weights) for image in maps]) + bias


def forward(images, kernels, kernel_bias, weights, bias):
    windows = np.lib.stride_tricks.sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    maps = np.maximum(np.einsum("nhwcij,ijcf->nhwf", windows, kernels) + kernel_bias, 0)
    pooled = [[max_pooling(image[..., f]) for f in range(maps.shape[-1])] for image in maps]
    return dense(np.moveaxis(np.array(pooled), 1, -1), weights, bias)


def blurred(maxima):
    return ndimage.correlate(maxima, np.outer([1, 2, 1], [1, 2, 1]) / 16)[1:-1:2, 1:-1:2]


RIGHT: dict[str, Callable] = {
    "maxPooling2D": max_pooling,
    "averagePooling2D": average_pooling,
    "global_average_pooling": lambda maps: np.array([[c.mean() for c in image.T] for image in maps]),
    "dense_weights": lambda *sizes: np.zeros(sizes, np.int8).size,
    "maxPooling2D_backward": backward,
    "predicted_shapes": lambda: [
        np.zeros((340, 600))[2:, 2:].shape,
        np.zeros((340, 600))[1:-1, 1:-1].shape,
        np.zeros((338, 598))[::2, ::2].shape,
    ],
    "receptive_field": seen,
    "flatten_dense": dense,
    "cnn_forward": forward,
    "blur_pool": blurred,
}


def single(answer: Callable) -> Callable:
    """The same answer in float32."""

    def rounded(*args, **options):
        value = answer(*args, **options)
        return value.astype(np.float32) if isinstance(value, np.ndarray) else value

    return rounded


@pytest.mark.parametrize("check", CHECKS)
def test_right_answers_pass_whatever_is_drawn(check, monkeypatch, capsys):
    for answer in (RIGHT[exercise(check)], single(RIGHT[exercise(check)])):
        getattr(public, check)(answer)
        assert "public checks passed" in capsys.readouterr().out
        for seed in SEEDS:
            monkeypatch.setenv(SEED_VARIABLE, str(seed))
            getattr(hidden, check)(answer)


def test_every_check_has_a_public_and_a_hidden_half():
    def checks(module):
        return {
            name for name, _ in inspect.getmembers(module, inspect.isfunction) if name.startswith(EXERCISES)
        }

    assert checks(public) == checks(hidden) == set(CHECKS)


# ---------------------------------------------------------------------------------------
# The literals of the public cases
# ---------------------------------------------------------------------------------------


def models(check: str, case: public.Case):
    """What is wanted for a literal case, and what mistakes give, by the hidden oracle."""
    given = case.given()
    size, strides = case.options.get("pool_size", 2), case.options.get("strides")
    name = exercise(check)
    if name == "maxPooling2D":
        return hidden.pooled(*given, size, strides), hidden.maximum_mistakes(*given, size, strides)
    if name == "averagePooling2D":
        return hidden.pooled(*given, size, strides, np.mean), hidden.average_mistakes(*given, size, strides)
    if name == "maxPooling2D_backward":
        return hidden.routed(*given, size, strides), hidden.backward_mistakes(*given, size, strides)
    if name == "global_average_pooling":
        return given[0].mean(axis=(1, 2)), hidden.global_mistakes(*given)
    if name == "dense_weights":
        return np.prod(given), hidden.weight_mistakes(*given)
    if name == "receptive_field":
        return hidden.field(*given), hidden.field_mistakes(*given)
    if name == "flatten_dense":
        return hidden.dense_scores(*given), hidden.dense_mistakes(*given)
    if name == "cnn_forward":
        return hidden.network(*given), hidden.network_mistakes(*given)
    return hidden.blurred(*given), hidden.blur_mistakes(*given)


def agree(one, other) -> bool:
    one, other = np.asarray(one, float), np.asarray(other, float)
    return one.shape == other.shape and np.allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("check", public.CASES)
def test_public_literals_agree_with_the_oracle(check):
    for case in public.CASES[check]:
        wanted, mistakes = models(check, case)
        assert agree(case.wanted, wanted)
        given: dict[Mistake, list] = {}
        for mistake, wrong in mistakes:
            given.setdefault(mistake, []).append(wrong() if callable(wrong) else wrong)
        for mistake, literal in case.mistakes:
            assert any(agree(literal, wrong) for wrong in given[mistake]), mistake.name
            assert not agree(literal, wanted), mistake.name


@pytest.mark.parametrize("check", public.CASES)
def test_a_public_check_names_the_mistakes_that_it_lists(check):
    cases = public.CASES[check]
    for number, case in enumerate(cases):
        for mistake, literal in case.mistakes:
            answers = iter([np.array(literal if i == number else c.wanted) for i, c in enumerate(cases)])
            with pytest.raises(CheckFailed) as caught:
                getattr(public, check)(lambda *_, answers=answers, **__: next(answers))
            assert caught.value.failure.mistake == mistake.name


# ---------------------------------------------------------------------------------------
# Wrong answers
# ---------------------------------------------------------------------------------------

WRONG = {
    "maxPooling2D": hidden.maximum_mistakes,
    "averagePooling2D": hidden.average_mistakes,
    "maxPooling2D_backward": hidden.backward_mistakes,
}


def mistaken(name: str, mistake: Mistake) -> Callable:
    """An answer that always makes this mistake, and is right where the mistake does not apply."""
    model = WRONG[name]

    def answer(*arrays, pool_size=2, strides=None):
        for made, wrong in model(*arrays, pool_size, strides):
            if made is mistake:
                return wrong()
        return RIGHT[name](*arrays, pool_size=pool_size, strides=strides)

    return answer


def failing(module, name: str, answer: Callable) -> dict[str, str | None]:
    """The checks of an exercise that an answer loses, with the mistake that each names."""
    lost = {}
    for check in CHECKS:
        if exercise(check) == name:
            try:
                getattr(module, check)(answer)
            except CheckFailed as error:
                lost[check.removeprefix(f"{name}_")] = error.failure.mistake
    return lost


ASPECTS = [
    ("maxPooling2D", public.ROUNDED_UP, {"edges", "together"}),
    ("maxPooling2D", public.STRIDE_FROM_POOL, {"strides", "together"}),
    ("maxPooling2D", public.STRIDE_NOT_IN_SIZE, {"strides", "together"}),
    ("maxPooling2D", public.STRIDE_NOT_IN_WINDOW, {"strides", "together"}),
    ("maxPooling2D", public.DEFAULT_STRIDE_ONE, {"defaults", "together"}),
    ("maxPooling2D", public.DEFAULT_STRIDE_FIXED, {"defaults", "together"}),
    ("maxPooling2D", public.DEFAULT_ONE_SIDE, {"together"}),
    ("maxPooling2D", public.STARTED_TOO_HIGH, {"negative", "together"}),
    ("maxPooling2D", public.SQUARE_IMAGE, {"shapes", "together"}),
    ("maxPooling2D", public.PAIR_SWAPPED, {"pairs", "together"}),
    ("maxPooling2D", public.FRACTIONS_LOST, {"maxPooling2D", "together"}),
    ("averagePooling2D", public.ROUNDED_UP, {"edges"}),
    ("averagePooling2D", public.STRIDE_FROM_POOL, {"windows"}),
    ("averagePooling2D", public.DEFAULT_STRIDE_FIXED, {"windows"}),
    ("averagePooling2D", public.DEFAULT_ONE_SIDE, {"windows"}),
    ("averagePooling2D", public.FRACTIONS_LOST, {"integers"}),
    ("averagePooling2D", public.BYTES_OVERFLOW, {"integers"}),
    ("maxPooling2D_backward", public.OVERWRITTEN, {"overlap", "together"}),
    ("maxPooling2D_backward", public.STRIDE_FROM_POOL, {"overlap", "together"}),
    ("maxPooling2D_backward", public.DEFAULT_STRIDE_FIXED, {"together"}),
    ("maxPooling2D_backward", public.DEFAULT_ONE_SIDE, {"together"}),
    ("maxPooling2D_backward", public.PAIR_SWAPPED, {"together"}),
    ("maxPooling2D_backward", public.ARGMAX_BY_HEIGHT, {"together"}),
    ("maxPooling2D_backward", public.MAXIMUM_FROM_ZERO, {"together"}),
    ("maxPooling2D_backward", public.TIES_TO_ALL, {"ties"}),
    ("maxPooling2D_backward", public.TIES_SHARED, {"ties"}),
    ("maxPooling2D_backward", public.TIES_TO_LAST, {"ties"}),
    ("maxPooling2D_backward", public.TIES_BY_COLUMNS, {"ties"}),
    ("maxPooling2D_backward", public.FRACTIONS_LOST, {"new_array"}),
]


@pytest.mark.parametrize("name, mistake, aspects", ASPECTS, ids=lambda value: getattr(value, "name", None))
def test_one_mistake_costs_its_own_aspect_and_is_named(name, mistake, aspects, monkeypatch):
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        lost = failing(hidden, name, mistaken(name, mistake))
        assert set(lost) == aspects
        assert mistake.name in lost.values()
        for aspect in aspects - {"together"}:
            assert lost[aspect] == mistake.name


@pytest.mark.parametrize("name", WRONG)
def test_what_strides_that_are_left_out_stand_for_is_seen_in_public_too(name):
    for mistake in (public.DEFAULT_STRIDE_ONE, public.DEFAULT_STRIDE_FIXED, public.DEFAULT_ONE_SIDE):
        assert mistake.name in failing(public, name, mistaken(name, mistake)).values()


@pytest.mark.parametrize("module", [public, hidden])
def test_swapped_strides_are_not_taken_for_the_pool_size(module):
    def swapped(image, pool_size=2, strides=None):
        return max_pooling(image, pool_size, np.broadcast_to(strides or pool_size, 2)[::-1])

    assert failing(module, "maxPooling2D", swapped) == dict.fromkeys(["pairs", "together"], "pair-swapped")


@pytest.mark.parametrize("module", [public, hidden])
def test_a_list_that_is_emptied_costs_one_aspect(module):
    def emptying(layers):
        side = seen(layers)
        layers.clear()
        return side

    assert failing(module, "receptive_field", emptying) == {"receptive_field": "input-modified"}


@pytest.mark.parametrize(
    "step, start, slug",
    [
        (lambda kernel, distance: kernel, 1, "kernels-summed"),
        (lambda kernel, distance: kernel * distance, 1, "kernels-summed"),
        (lambda kernel, distance: kernel * distance, 0, "kernels-summed"),
        (lambda kernel, distance: (kernel - 1) * distance, 0, "one-missing"),
    ],
)
@pytest.mark.parametrize("module", [public, hidden])
def test_what_is_added_for_a_layer_is_named(module, step, start, slug, monkeypatch):
    def answer(layers):
        side, distance = start, 1
        for kernel, stride in layers:
            side, distance = side + step(kernel, distance), distance * stride
        return side

    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        assert set(failing(module, "receptive_field", answer).values()) == {slug}


@pytest.mark.parametrize("module", [public, hidden])
def test_distances_that_are_added_are_named(module, monkeypatch):
    def answer(layers):
        side, distance = 1, 1
        for kernel, stride in layers:
            side, distance = side + (kernel - 1) * distance, distance + stride
        return side

    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        assert set(failing(module, "receptive_field", answer).values()) == {"strides-added"}


def test_a_public_check_says_nothing_twice_where_it_recognises_no_mistake():
    with pytest.raises(CheckFailed) as caught:
        public.maxPooling2D(lambda image, **_: np.full((2, 2), 1234.0))
    assert not caught.value.failure.cause
    assert "likely" not in str(caught.value)
    with pytest.raises(CheckFailed, match="get the checks above right first"):
        public.maxPooling2D_together(lambda image, **_: np.full((2, 3), 1234.0))


def test_a_number_in_place_of_minus_infinity_is_found_however_low_it_is():
    lost = failing(hidden, "maxPooling2D", lambda image, **o: np.maximum(max_pooling(image, **o), -9999.0))
    assert lost == {"negative": "started-too-high"}


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize(
    "name",
    ["maxPooling2D", "averagePooling2D", "global_average_pooling", "maxPooling2D_backward", "flatten_dense"],
)
def test_the_container_and_the_inputs_cost_one_aspect(module, name):
    def as_lists(*args, **options):
        return RIGHT[name](*args, **options).tolist()

    def in_place(*args, **options):
        result = RIGHT[name](*args, **options)
        args[0][:] = 0
        return result

    assert failing(module, name, as_lists) == {"new_array": "wrong-container"}
    assert failing(module, name, in_place) == {"new_array": "input-modified"}


@pytest.mark.parametrize("module", [public, hidden])
def test_an_axis_too_many_costs_the_container_only(module):
    for name in ("maxPooling2D", "averagePooling2D", "flatten_dense"):
        lost = failing(module, name, lambda *a, _name=name, **o: RIGHT[_name](*a, **o)[..., None])
        assert lost == {"new_array": "extra-axis"}


@pytest.mark.parametrize("module", [public, hidden])
def test_what_raises_is_told_by_what_it_cannot_take(module):
    def numbers_only(image, pool_size=2, strides=None):
        return max_pooling(image, pool_size + 0, None if strides is None else strides + 0)

    def always_strides(image, pool_size=2, strides=None):
        return max_pooling(
            image, pool_size, (strides[0], strides[1]) if type(strides) is tuple else strides + 0
        )

    with pytest.raises(AnswerRaised) as caught:
        module.maxPooling2D_pairs(numbers_only)
    assert caught.value.failure.mistake == "pair-not-handled"
    with pytest.raises(AnswerRaised) as caught:
        module.maxPooling2D_defaults(always_strides)
    assert caught.value.failure.mistake == "none-not-handled"


FREELOADERS = {
    "the input": lambda *args, **_: args[0] if args else 0,
    "zeros like the input": lambda *args, **_: np.zeros(np.shape(args[0]) if args else (3, 2)),
    "nothing": lambda *_, **__: None,
    "one": lambda *_, **__: 1,
    "always an error": lambda *_, **__: [][0],
}


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("freeloader", FREELOADERS)
def test_nothing_is_earned_without_an_answer(module, check, freeloader):
    if module is public and check.startswith("predicted_shapes") and freeloader == "zeros like the input":
        pytest.skip("the public check of a prediction looks at its form only, so as not to tell it")
    with pytest.raises(CheckFailed):
        getattr(module, check)(FREELOADERS[freeloader])


@pytest.mark.parametrize("module", [public, hidden])
@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_is_not_attempted(module, check):
    def stub(*_, **__):
        raise NotImplementedError(exercise(check))

    with pytest.raises(NotAttempted):
        getattr(module, check)(stub)


@pytest.mark.parametrize("check", CHECKS)
def test_hidden_messages_show_no_value(check):
    with pytest.raises(CheckFailed) as caught:
        getattr(hidden, check)(lambda *_, **__: np.full((3, 2), 7.25))
    assert not caught.value.failure.got and not caught.value.failure.wanted


def test_the_prediction_is_not_told_by_its_public_check(capsys):
    wrong = lambda: ((1, 2), (3, 4), (5, 6))  # noqa: E731
    public.predicted_shapes_conv(wrong)
    assert "338" not in inspect.getsource(public)


@pytest.mark.parametrize(
    "shapes, conv, pool",
    [
        (((340, 600), (340, 600), (170, 300)), "size-kept", None),
        (((337, 597), (337, 597), (168, 298)), "whole-kernel-lost", None),
        (((339, 599), (339, 599), (169, 299)), "one-pixel-lost", None),
        (((598, 338), (598, 338), (299, 169)), "rows-and-columns", None),
        (((338, 598), (336, 596), (168, 298)), "relu-shape", None),
        (((338, 598), (338, 598), (337, 597)), None, "pooled-at-stride-one"),
        (((338, 598), (338, 598), (338, 598)), None, "pool-keeps-size"),
        (((338, 598), (338, 598), (168, 298)), None, "pool-shape"),
        (((340, 600), (340, 600), (169, 298)), "size-kept", "pool-shape"),
        (((0, 0), (0, 0), (0, 0)), "conv-shape", "pool-shape"),
        (((4, 4), (4, 4), (2, 2)), "conv-shape", "pool-shape"),
    ],
)
def test_a_slip_in_the_first_shape_is_not_counted_again_in_the_last(shapes, conv, pool):
    lost = failing(hidden, "predicted_shapes", lambda: shapes)
    assert lost == {key: value for key, value in (("conv", conv), ("pool", pool)) if value}


def test_every_mistake_has_a_name_of_its_own_and_is_used():
    mistakes = {name: value for name, value in vars(public).items() if isinstance(value, Mistake)}
    assert len({mistake.name for mistake in mistakes.values()}) == len(mistakes)
    used = inspect.getsource(public) + inspect.getsource(hidden)
    for name in mistakes:
        assert used.count(name) > 1, name


# ---------------------------------------------------------------------------------------
# The oracles, against NumPy, SciPy and Keras
# ---------------------------------------------------------------------------------------


def test_the_gradient_oracle_passes_a_gradient_check():
    random = np.random.default_rng(5)
    image, gradient, step = random.normal(size=(7, 9)), random.normal(size=(3, 4)), 1e-5
    numerical = np.zeros(image.shape)
    for place in np.ndindex(*image.shape):
        nudge = np.zeros(image.shape)
        nudge[place] = step
        change = hidden.pooled(image + nudge, 3, 2) - hidden.pooled(image - nudge, 3, 2)
        numerical[place] = (change * gradient).sum() / (2 * step)
    assert np.abs(hidden.routed(image, gradient, 3, 2) - numerical).max() < 1e-9


def test_the_gradient_oracle_gives_a_tie_to_the_first_maximum():
    image = np.array([[1.0, 5.0, 2.0], [5.0, 5.0, 0.0], [5.0, 5.0, 5.0]])
    assert hidden.routed(image, np.array([[1.0]]), 3).tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert hidden.routed(image, np.ones((2, 2)), 2, 1).tolist() == [[0, 2, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    "layers, side",
    [
        ([(3, 1)] * 2, 5),
        ([(3, 1)] * 3, 7),
        ([(3, 1)] * 5, 11),
        ([(3, 1), (2, 2)] * 2, 10),
        ([(7, 2), (3, 2)], 11),
    ],
)
def test_the_receptive_fields_of_the_text(layers, side):
    assert hidden.field(layers) == seen(layers) == side


def test_googlenets_dense_layer():
    assert 7 * 7 * 1024 * 1024 == 51_380_224 == public.CASES["dense_weights"][0].wanted


def test_the_oracles_agree_with_keras():
    import keras

    random = np.random.default_rng(1)
    image = random.normal(size=(13, 18)).astype(np.float32)
    for size, strides in ((2, None), (3, 2), ((3, 2), (2, 3)), ((2, 5), 1)):
        for layer, reduce in ((keras.layers.MaxPooling2D, np.max), (keras.layers.AveragePooling2D, np.mean)):
            theirs = np.array(layer(size, strides=strides)(image[None, ..., None]))[0, ..., 0]
            np.testing.assert_allclose(hidden.pooled(image, size, strides, reduce), theirs, atol=1e-5)

    images = random.normal(size=(3, 9, 12, 2)).astype(np.float32)
    theirs = np.array(keras.layers.GlobalAveragePooling2D()(images))
    np.testing.assert_allclose(images.mean(axis=(1, 2)), theirs, atol=1e-5)

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((9, 12, 2)),
            layers.Conv2D(4, (3, 2), activation="relu", bias_initializer="random_normal"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(5, bias_initializer="random_normal"),
        ]
    )
    np.testing.assert_allclose(
        hidden.network(images, *model.get_weights()), model.predict(images, verbose=0), atol=1e-4
    )
