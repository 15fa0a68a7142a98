"""The checks of 06: oracles agree with Keras, literals with the oracles, and models are judged fairly."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checks import SEED_VARIABLE
from autograder.checks import resnet_transfer as hidden
from course.checking import CheckFailed, NotAttempted
from course.checking_keras import leaves_of, tail_of
from course.checks import resnet_transfer as public

keras = pytest.importorskip("keras")
layers = keras.layers

SEEDS = range(3)

EXERCISES = (
    "resnet_input",
    "input_ranges",
    "with_preprocessing",
    "transfer_parameters",
    "build_transfer_model",
    "build_classes_model",
    "few_per_class",
    "average_features",
    "prepare_fine_tuning",
    "choose_strategy",
    "maps_and_gradients",
    "heat_map",
    "fold_norm",
)


FORM_ONLY = ("input_ranges", "transfer_parameters", "choose_strategy")


def checks(module: Any) -> dict[str, Callable[[Any], None]]:
    """The functions of a module that judge an exercise: they take it under its name."""
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        (parameter, *rest) = list(inspect.signature(function).parameters) or [""]
        if function.__module__ == module.__name__ and not rest and parameter in EXERCISES:
            found[name] = function
    return found


def exercise(check: str) -> str:
    return next(iter(inspect.signature(checks(public)[check]).parameters))


def lost(name: str, answer: Callable[..., Any], modules: Any = (hidden,)) -> dict[str, str | None]:
    """The aspects of an exercise that an answer loses, each with the mistake that is named first.

    The public halves judge by the same functions; the bank runs both.
    """
    found: dict[str, str | None] = {}
    for check in checks(public):
        for module in modules:
            if exercise(check) == name and check not in found:
                try:
                    getattr(module, check)(answer)
                except CheckFailed as error:
                    found[check] = error.failure.mistake
    return {check.removeprefix(name).removeprefix("_"): mistake for check, mistake in found.items()}


def test_every_check_has_a_public_and_a_hidden_half() -> None:
    assert checks(public).keys() == checks(hidden).keys()
    assert {exercise(check) for check in checks(public)} == set(EXERCISES)


@pytest.mark.parametrize("check", checks(public))
def test_a_stub_is_not_attempted(check: str) -> None:
    def stub(*_: Any, **__: Any) -> None:
        raise NotImplementedError(check)

    for module in (public, hidden):
        with pytest.raises(NotAttempted):
            checks(module)[check](stub)


@pytest.mark.parametrize("check", checks(public))
@pytest.mark.parametrize("nonsense", [None, 7, "text", [1, [2, 3]], {}, SimpleNamespace()], ids=repr)
def test_nonsense_fails_with_a_message_and_never_breaks_a_check(check: str, nonsense: Any) -> None:
    for module in (public, hidden):
        with pytest.raises(CheckFailed) as caught:
            checks(module)[check](lambda *_, **__: nonsense)
        assert caught.value.failure.cause or module is public


@pytest.mark.parametrize("check", checks(public))
def test_an_argument_given_back_earns_nothing(check: str) -> None:
    def echo(*given: Any) -> Any:
        return given[0] if given else None

    with pytest.raises(CheckFailed):
        checks(public)[check](echo)
        checks(hidden)[check](echo)


# ---------------------------------------------------------------------------------------
# Right answers, in another way than the oracle's
# ---------------------------------------------------------------------------------------


def transfer(backbone: Any, **changes: Any) -> Any:
    """A model of the exercise, with changes."""
    options = {
        "freeze": True,
        "before": None,
        "average": layers.GlobalAveragePooling2D,
        "units": 1024,
        "hidden": "relu",
        "outputs": 1,
        "output": "sigmoid",
        "extra": None,
        "loss": "binary_crossentropy",
        "metrics": ["accuracy"],
        "whole": False,
    } | changes
    backbone.trainable = not options["freeze"]
    model = keras.Sequential([keras.Input((None, None, 3))])
    if options["before"]:
        model.add(options["before"])
    model.add(backbone)
    model.add(options["average"]())
    model.add(layers.Dense(options["units"], activation=options["hidden"]))
    if options["extra"]:
        model.add(options["extra"]())
    model.add(layers.Dense(options["outputs"], activation=options["output"]))
    if options["whole"]:
        model.trainable = False
    if options["loss"]:
        model.compile("adam", options["loss"], metrics=options["metrics"])
    return model


def classes_model(backbone: Any, classes: int) -> Any:
    return transfer(backbone, outputs=classes, output="softmax", loss="sparse_categorical_crossentropy")


def with_preprocessing(network: Any) -> Any:
    images = keras.Input((None, None, 3))
    return keras.Model(images, network(keras.applications.vgg16.preprocess_input(images)))


def few_per_class(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random(len(labels))
    return np.array(
        [i for c in set(labels) for i in sorted(np.flatnonzero(labels == c), key=noise.__getitem__)[:count]]
    )


def average_features(backbone: Any, images: np.ndarray, batch_size: int) -> np.ndarray:
    model = keras.Sequential([backbone, layers.GlobalAveragePooling2D()])
    return np.concatenate([model(image[None].astype("float32")) for image in images])


def tune(model: Any, block: str, rate: float, **changes: Any) -> Any:
    """Fine-tuning with a step left out."""
    options = {
        "unfreeze": True,
        "whole": False,
        "before": False,
        "norm": False,
        "compile": True,
        "other_rate": rate,
    } | changes
    backbone = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    if options["unfreeze"]:
        backbone.trainable = True
    if options["whole"]:
        model.trainable = False
    for layer in backbone.layers:
        mine = layer.name.startswith(block) or options["before"]
        layer.trainable = mine and (options["norm"] or not isinstance(layer, layers.BatchNormalization))
    if options["compile"]:
        model.compile(
            keras.optimizers.Adam(options["other_rate"]), "binary_crossentropy", metrics=["accuracy"]
        )
    else:
        model.optimizer.learning_rate = rate
    return model


def maps_and_gradients(network: Any, head: Any, image: np.ndarray, output: int) -> Any:
    """Differences instead of a tape, for the small heads of the checks."""
    import tensorflow as tf

    maps = tf.Variable(network(image[None].astype("float32")))
    with tf.GradientTape() as tape:
        score = head(maps)[0, output]
    return maps.numpy()[0], tape.gradient(score, maps).numpy()[0]


def heat_map(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    heat = np.tensordot(maps, gradients.sum((0, 1)), 1).clip(0)
    return heat / (heat.max() or 1)


def fold_norm(kernel: np.ndarray, *norm: Any) -> Any:
    """Keras's own layer on unit inputs."""
    gamma, beta, mean, variance, epsilon = norm
    layer = layers.BatchNormalization(epsilon=epsilon, dtype="float64")
    layer.build((None, len(gamma)))
    layer.set_weights([gamma, beta, mean, variance])
    bias = np.asarray(layer(np.zeros((1, len(gamma))), training=False))[0]
    factor = np.asarray(layer(np.ones((1, len(gamma))), training=False))[0] - bias
    return kernel * factor, bias


RIGHT: dict[str, Callable[..., Any]] = {
    "resnet_input": lambda x: keras.applications.resnet50.preprocess_input(np.array(x, "float64")),
    "input_ranges": lambda: [(-123.68, 151.061), (-123.68, -102.939), (-233.558, 27.381), (0, 255)],
    "with_preprocessing": with_preprocessing,
    "transfer_parameters": lambda: [2_099_201, 535_562, 102_762_497],
    "build_transfer_model": transfer,
    "build_classes_model": classes_model,
    "few_per_class": few_per_class,
    "average_features": average_features,
    "prepare_fine_tuning": tune,
    "choose_strategy": lambda: list("ABCDAD"),
    "maps_and_gradients": maps_and_gradients,
    "heat_map": heat_map,
    "fold_norm": fold_norm,
}


@pytest.mark.parametrize("check", checks(public))
def test_right_answers_pass_whatever_is_drawn(
    check: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = RIGHT[exercise(check)]
    getattr(public, check)(answer)
    said = capsys.readouterr().out
    assert "public checks passed" in said or (exercise(check) in FORM_ONLY and "the form is right" in said)
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        getattr(hidden, check)(answer)


def test_the_ranges_are_keras_own() -> None:
    prepare = keras.applications.resnet50.preprocess_input
    photo = np.repeat(np.arange(256.0), 3).reshape(1, 16, 16, 3)
    cases = (prepare(photo.copy()), prepare(photo / 255), prepare(prepare(photo.copy())), photo)
    for case, (low, high) in zip(cases, hidden.RANGES, strict=True):
        assert (case.min(), case.max()) == pytest.approx((low, high), abs=1e-3)


def test_the_counts_are_keras_own() -> None:
    def head(values: int, units: int) -> int:
        model = keras.Sequential([keras.Input((values,)), layers.Dense(1024), layers.Dense(units)])
        return model.count_params()

    # The flattened one would take 400 MiB: it is counted.
    assert hidden.PARAMETERS == (head(2048, 1), head(512, 10), (49 * 2048 + 1) * 1024 + 1025)


# ---------------------------------------------------------------------------------------
# The literals of the public cases
# ---------------------------------------------------------------------------------------


def agree(one: Any, other: Any) -> bool:
    one, other = np.asarray(one, float), np.asarray(other, float)
    return one.shape == other.shape and bool(np.allclose(one, other, atol=1e-5))


def test_the_public_pixels_agree_with_the_oracle() -> None:
    given = public._photo(public._PIXELS)
    assert agree(public._photo(public._WANTED), hidden.prepared(given))
    made: dict[Any, list[Any]] = {}
    for mistake, wrong in [*hidden.means_mistakes(given), *hidden.order_mistakes(given)]:
        made.setdefault(mistake, []).append(wrong())
    for mistake, literal in (
        (public.MEANS_TURNED, public._MEANS_TURNED),
        (public.MEANS_MISSING, public._MEANS_MISSING),
        (public.SCALED_FIRST, public._SCALED_FIRST),
        (public.CENTRED, public._CENTRED),
        (public.CENTRED, public._CENTRED_RED_FIRST),
        (public.NOT_TURNED, public._NOT_TURNED),
        (public.NOT_TURNED, public._NOT_TURNED_EITHER),
    ):
        assert any(agree(public._photo(literal), wrong) for wrong in made[mistake]), mistake.name


def test_the_public_maps_and_gradients_agree_with_what_is_computed() -> None:
    image = np.array(public._IMAGE, np.uint8)
    network, head = public.reading_network(public._READS), public.linear_head((2, 2, 2), public._HEAD)
    maps, gradients = maps_and_gradients(network, head, image, 1)
    assert agree(maps, public._MAPS) and agree(gradients, public._GRADIENTS)
    other = maps_and_gradients(network, head, image, 0)[1]
    assert agree(other, public._OF_OTHER) and agree(other + gradients, public._OF_ALL)
    assert agree(gradients @ np.array(public._READS, float).T, public._OF_IMAGE)


def test_the_public_heat_maps_agree_with_the_oracle() -> None:
    maps, gradients = public._stacked(*public._CAM_MAPS), public._stacked(*public._CAM_GRADIENTS)
    assert agree(hidden.cam(maps, gradients), public._CAM)
    made = {}
    for mistake, wrong in hidden.cam_mistakes(maps, gradients):
        made.setdefault(mistake, wrong())
    assert agree(made[public.NOT_WEIGHTED], public._CAM_NOT_WEIGHTED)
    assert agree(made[public.GRADIENTS_NOT_AVERAGED], public._CAM_PRODUCT)
    assert agree(made[public.LARGEST_GRADIENT], public._CAM_LARGEST)
    assert agree(made[public.NOT_SCALED_TO_ONE], public._CAM_NOT_SCALED)
    assert agree(made[public.DIVIDED_BY_SUM], public._CAM_BY_SUM)
    assert agree(made[public.GRADIENTS_OTHER_AXES], public._CAM_OF_MAPS)


def test_the_public_maps_that_speak_against_agree_with_the_oracle() -> None:
    maps = public._stacked(*public._AGAINST_MAPS)
    gradients = public._stacked(*public._AGAINST_GRADIENTS)
    assert agree(hidden.cam(maps, gradients), public._AGAINST)
    made: dict[Any, list[Any]] = {}
    for mistake, wrong in hidden.negative_mistakes(maps, gradients):
        made.setdefault(mistake, []).append(wrong())
    for mistake, literal in (
        (public.NEGATIVE_KEPT, public._AGAINST_KEPT),
        (public.NEGATIVE_KEPT, public._AGAINST_SUM),
        (public.NEGATIVE_SHIFTED, public._AGAINST_SHIFTED),
        (public.NEGATIVE_TURNED, public._AGAINST_TURNED),
        (public.CUT_TOO_EARLY, public._AGAINST_EARLY),
    ):
        assert any(agree(literal, wrong) for wrong in made[mistake]), mistake.name
    sums = [wrong() for _, wrong in hidden.cam_mistakes(maps, gradients)]
    assert all(any(agree(also, wrong) for wrong in sums) for also in public._AGAINST_ALSO)


def test_the_public_maps_that_all_speak_against_agree_with_the_oracle() -> None:
    maps, gradients = public._stacked(*public._ALL_AGAINST), -np.ones((2, 3, 2))
    assert agree(hidden.cam(maps, gradients), np.zeros((2, 3)))
    made = {mistake: wrong() for mistake, wrong in hidden.negative_mistakes(maps, gradients)}
    assert agree(made[public.NEGATIVE_SHIFTED], public._ALL_SHIFTED)
    assert agree(made[public.NEGATIVE_TURNED], public._ALL_TURNED)
    plain = maps.sum(axis=-1) * -1
    assert agree(plain / plain.max(), public._ALL_DIVIDED)


def test_the_public_folding_agrees_with_the_oracle() -> None:
    gamma, beta, mean, variance, epsilon = public._NORM
    arrays = [np.array(each) for each in (gamma, beta, mean, variance)]
    kernel, bias = hidden.folded(public._KERNEL, *arrays, epsilon)
    assert agree(kernel, public._FOLDED) and agree(bias, public._BIAS)
    named = {mistake: (wrong, shift) for mistake, wrong, shift in public._FOLDED_WRONGLY}
    for mistake, factor in hidden.factors(arrays[0], arrays[3], epsilon):
        wrong = (public._KERNEL * factor, arrays[1] - factor * arrays[2])
        assert all(map(agree, named.pop(mistake), wrong))
        assert lost("fold_norm", lambda *_, wrong=wrong: wrong, (public,)) == {"": mistake.name}
        # The right kernel beside it: then it is the bias that is wrong.
        mixed = (kernel, wrong[1])
        assert lost("fold_norm", lambda *_, mixed=mixed: mixed, (public,)) == {"bias": mistake.name}
    assert not named
    assert lost("fold_norm", lambda *_: (bias, kernel), (public,)) == {"": "results-swapped"}
    assert lost("fold_norm", lambda *_: (kernel, kernel), (public,)).keys() == {"bias"}


# ---------------------------------------------------------------------------------------
# Models
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"extra": lambda: layers.Dropout(0.3)},
        {"before": layers.RandomFlip("horizontal")},
        {"loss": keras.losses.BinaryCrossentropy(), "metrics": [keras.metrics.BinaryAccuracy()]},
        {"metrics": ["acc"]},
    ],
    ids=lambda value: value if isinstance(value, str) else None,  # others hold addresses in their text
)
def test_models_that_are_the_same_pass(changes: dict[str, Any]) -> None:
    assert lost("build_transfer_model", lambda backbone: transfer(backbone, **changes)) == {}


@pytest.mark.parametrize(
    ("changes", "aspect", "mistake"),
    [
        ({"freeze": False}, "frozen", "not-frozen"),
        ({"whole": True}, "step", "head-frozen"),
        ({"before": layers.Rescaling(1 / 255)}, "", "scaled-before"),
        ({"before": layers.Rescaling(1 / 127.5, offset=-1)}, "", "preprocessed-twice"),
        ({"average": layers.GlobalMaxPooling2D}, "", "global-maximum"),
        ({"units": 512}, "", "units"),
        ({"extra": layers.BatchNormalization}, "", "extra-weights"),
        ({"extra": lambda: layers.Dense(64, activation="relu")}, "", "layers-too-many"),
        ({"hidden": None}, "activations", "relu-missing"),
        ({"output": None}, "activations", "output-linear"),
        ({"output": "softmax"}, "activations", "softmax-of-one"),
        ({"loss": None}, "compiled", "not-compiled"),
        ({"loss": "mse"}, "compiled", "loss-squared"),
        ({"loss": "sparse_categorical_crossentropy"}, "compiled", "loss-not-binary"),
        ({"loss": keras.losses.BinaryCrossentropy(from_logits=True)}, "compiled", "loss-from-logits"),
        ({"loss": keras.losses.BinaryCrossentropy(label_smoothing=0.4)}, "compiled", "loss-value"),
        ({"metrics": None}, "compiled", "metric-missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,  # others hold addresses in their text
)
def test_one_mistake_in_a_model_costs_one_aspect_and_is_named(
    changes: dict[str, Any], aspect: str, mistake: str
) -> None:
    assert lost("build_transfer_model", lambda backbone: transfer(backbone, **changes)) == {aspect: mistake}


def test_a_head_on_a_batch_or_a_size_that_is_fixed_is_told_so() -> None:
    def fixed(**options: Any) -> Callable[[Any], Any]:
        def build(network: Any) -> Any:
            images = keras.Input(**options)
            return keras.Model(images, network(keras.applications.resnet50.preprocess_input(images)))

        return build

    assert lost("with_preprocessing", fixed(shape=(32, 32, 3))) == {"sizes": "one-size-only"}
    assert lost("with_preprocessing", fixed(shape=(None, None, 3), batch_size=1)) == {"sizes": "batch-fixed"}


def test_the_watching_backbone_sees_every_batch() -> None:
    images = np.arange(5, dtype=np.float32).reshape(5, 1, 1, 1) + np.zeros((5, 2, 3, 3), np.float32)
    maps = np.asarray(public.watching_backbone()(images))
    assert maps.shape == (5, 2, 3, 9)
    assert np.all(maps[..., 3:6] == 4) and np.all(maps[..., 6:] == 0) and agree(maps[..., :3], images)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_features_of_smaller_batches_pass_and_of_larger_ones_do_not(size: int) -> None:
    def features(backbone: Any, images: np.ndarray, batch_size: int) -> np.ndarray:
        step = batch_size + size - 2
        parts = (
            [images[i : i + step] for i in range(0, len(images), step)] if step else [i[None] for i in images]
        )
        return np.concatenate([np.mean(backbone(part), axis=(1, 2)) for part in parts])

    wanted = {"last": "batch-size-ignored"} if size == 3 else {}
    assert lost("average_features", features) == wanted


def test_an_own_network_in_the_place_of_the_backbone_is_noticed() -> None:
    def own(backbone: Any) -> Any:
        return transfer(public.small_backbone(99, widths=(4, backbone.output.shape[-1])))

    assert lost("build_transfer_model", own) == {"": "backbone-other"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        # The flags of the layers alone are enough in Keras 3.
        ({"unfreeze": False}, {}),
        ({"whole": True}, {"": "model-still-frozen"}),
        ({"before": True}, {"before": "everything-unfrozen"}),
        ({"norm": True}, {"norm": "norm-unfrozen"}),
        ({"compile": False}, {"compiled": "not-compiled-again"}),
        ({"other_rate": 1e-3}, {"rate": "rate-not-lowered"}),
        ({"other_rate": 1e-7}, {"rate": "rate-other"}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,  # others hold addresses in their text
)
def test_each_step_of_fine_tuning_that_is_left_out_is_caught_by_its_own_name(
    changes: dict[str, Any], wanted: dict[str, str]
) -> None:
    assert lost("prepare_fine_tuning", lambda *given: tune(*given, **changes)) == wanted


def test_the_untouched_model_earns_nothing_for_fine_tuning() -> None:
    assert len(lost("prepare_fine_tuning", lambda model, *_: model)) == 5


def test_the_steps_that_the_checks_ask_for_are_needed() -> None:
    """What Keras does with each step left out, so that the messages stay true."""
    images = public.photos(1, 6, (8, 8)).astype("float32")
    labels = np.array([0, 1, 0, 1, 1, 0])

    def step(**changes: Any) -> dict[str, bool]:
        model = public.trained_once(public.small_backbone(3))
        model.train_on_batch(images, labels)
        tune(model, "block2", 1e-3, **changes)
        before = {layer.name: [np.array(w) for w in layer.weights] for layer in leaves_of(model)}
        model.train_on_batch(images, labels)
        return {
            layer.name: any(
                not np.array_equal(a, b) for a, b in zip(before[layer.name], layer.weights, strict=True)
            )
            for layer in leaves_of(model)
        }

    right = step()
    assert right["block2_conv"] and not right["block1_conv"] and not right["block2_norm"]
    assert step(norm=True)["block2_norm"] and step(before=True)["block1_conv"]
    assert step(unfreeze=False)["block2_conv"] and not step(whole=True)["block2_conv"]
    # Unfrozen after a step, and not compiled again: the weights do not move.
    assert not step(compile=False)["block2_conv"]


def test_a_tail_is_found_however_the_head_was_put_on() -> None:
    backbone = public.small_backbone(1)
    head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(3)])
    image = keras.Input((None, None, 3))
    flat = keras.Model(backbone.input, head(backbone.output))
    for model in (flat, keras.Model(image, head(backbone(image))), keras.Sequential([image, backbone, head])):
        names = [type(layer).__name__ for layer in tail_of(model)]
        assert names == ["GlobalAveragePooling2D", "Dense"]
    assert tail_of(backbone) == []
    assert tail_of(keras.Sequential([keras.Input((4,)), layers.Dense(2)])) is None
