"""The checks of 03: oracles agree with other libraries, literals with the oracles, and models are judged fairly."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from autograder.checks import SEED_VARIABLE
from autograder.checks import keras_cnn as hidden
from course.checking import AnswerRaised, Attempt, CheckFailed, Mistake, NotAttempted
from course.checking_keras import conv, dense, judge
from course.checks import keras_cnn as public

keras = pytest.importorskip("keras")
layers = keras.layers

SEEDS = range(6)

EXERCISES = (
    "prepare_images",
    "one_hot",
    "digits_shapes",
    "digits_parameters",
    "build_digits_cnn",
    "initial_loss",
    "memorise",
    "best_epoch",
    "confusion_matrix",
    "worst_mistakes",
    "objects_parameters",
    "build_objects_cnn",
    "scenes_datasets",
    "scenes_parameters",
    "build_scenes_cnn",
    "truth_and_scores",
    "two_class_cnn",
    "logits_cnn",
    "shuffle_together",
    "hold_out",
    "first_batch",
    "occlusion_map",
)


def checks(module: Any) -> dict[str, Callable[[Any], None]]:
    """The functions of a module that judge an exercise: they take it under its name."""
    found = {}
    for name, function in inspect.getmembers(module, inspect.isfunction):
        (parameter, *rest) = list(inspect.signature(function).parameters) or [""]
        if function.__module__ == module.__name__ and not rest and parameter in EXERCISES:
            found[name] = function
    return found


def test_every_check_has_a_public_and_a_hidden_half() -> None:
    assert checks(public).keys() == checks(hidden).keys()
    assert {next(iter(inspect.signature(f).parameters)) for f in checks(public).values()} == set(EXERCISES)


def without_addresses(value: Any) -> str:
    """A name that is the same in each process of a test run."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


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


# ---------------------------------------------------------------------------------------
# Exercises in NumPy: answers in another way than the oracle's
# ---------------------------------------------------------------------------------------


def occlusion(model: Any, image: np.ndarray, label: int, patch: int) -> np.ndarray:
    def probability(shown: np.ndarray) -> float:
        return float(model(shown[None].astype("float32"), training=False)[0, label])

    result = np.zeros([n // patch for n in image.shape[:2]])
    for row, column in np.ndindex(*result.shape):
        shown = image.copy()
        shown[row * patch :, column * patch :][:patch, :patch] = 0
        result[row, column] = probability(image) - probability(shown)
    return result


def split(images: np.ndarray, labels: np.ndarray, fraction: float, seed: int) -> Any:
    order = np.random.default_rng(seed).permutation(len(images))
    tests, rest = np.split(order, [round(fraction * len(images))])
    return (images[rest], labels[rest]), (images[tests], labels[tests])


def shuffled(images: np.ndarray, labels: np.ndarray, seed: int) -> Any:
    order = np.argsort(np.random.default_rng(seed).random(len(images)))
    return images[order], labels[order]


def surest_wrong(labels: np.ndarray, probabilities: np.ndarray, count: int) -> list[int]:
    table = [(-row.max(), i) for i, row in enumerate(probabilities) if row.argmax() != labels[i]]
    return [place for _, place in sorted(table)][:count]


RIGHT: dict[str, Callable[..., Any]] = {
    "prepare_images": lambda images: np.true_divide(images, 255)[..., None],
    "one_hot": lambda labels, classes: keras.utils.to_categorical(labels, classes),
    "digits_shapes": lambda: (26, 13, 11, 5, 3, 576),
    "digits_parameters": lambda: [320, 18496, 36928, 36928, 650, 93322],
    "initial_loss": lambda classes: -np.log(np.ones(classes) / classes)[0],
    "best_epoch": lambda history: min(zip(history["val_loss"], range(1, 99), strict=False))[1],
    "confusion_matrix": lambda y, p, classes: confusion_matrix(y, p, labels=range(classes)),
    "worst_mistakes": surest_wrong,
    "objects_parameters": lambda: [4096, 524416, 582026],
    "scenes_parameters": lambda: [67110017, 5249, 64769],
    "shuffle_together": shuffled,
    "hold_out": split,
    "first_batch": lambda images, labels, size: (images[:size], labels[:size]),
    "occlusion_map": occlusion,
}


def exercise(check: str) -> str:
    return next(iter(inspect.signature(checks(public)[check]).parameters))


@pytest.mark.parametrize("check", [name for name in checks(public) if exercise(name) in RIGHT])
def test_right_answers_pass_whatever_is_drawn(
    check: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = RIGHT[exercise(check)]
    getattr(public, check)(answer)
    assert capsys.readouterr().out.startswith("✓")
    for seed in SEEDS:
        monkeypatch.setenv(SEED_VARIABLE, str(seed))
        getattr(hidden, check)(answer)


def test_the_counts_are_keras_own() -> None:
    def count(filters: list[int], shape: tuple[int, ...], padding: str, head: Any, units: list[int]) -> Any:
        model = keras.Sequential([keras.Input(shape)])
        for number, each in enumerate(filters):
            model.add(layers.Conv2D(each, 3, padding=padding))
            if number < 2:
                model.add(layers.MaxPooling2D(2))
        model.add(head)
        for each in units:
            model.add(layers.Dense(each))
        return model

    digits = count([32, 64, 64], (28, 28, 1), "valid", layers.Flatten(), [64, 10])
    sides = [layer.output.shape[1] for layer in digits.layers]
    assert sides[:6] == list(RIGHT["digits_shapes"]())
    own = [layer.count_params() for layer in digits.layers if layer.count_params()]
    assert [*own, digits.count_params()] == RIGHT["digits_parameters"]()
    objects = count([32, 64, 64], (32, 32, 3), "same", layers.Flatten(), [128, 10])
    dense = objects.layers[-2]
    assert [dense.input.shape[1], dense.count_params(), objects.count_params()] == RIGHT[
        "objects_parameters"
    ]()
    average = layers.GlobalAveragePooling2D
    deep = count([32, 64, 64], (256, 256, 3), "same", average(), [128, 1])
    flat = count([32], (32, 32, 3), "same", average(), [128, 1])
    assert [flat.count_params(), deep.count_params()] == list(hidden.SCENES_PARAMETERS[1:])
    # The flat one for 256x256 would take 256 MiB: its dense layer is counted instead.
    assert 896 + (128 * 128 * 32 + 1) * 128 + 129 == hidden.SCENES_PARAMETERS[0]


def test_a_slip_on_paper_costs_one_of_two_checks() -> None:
    def lost(name: str, numbers: list[int]) -> dict[str, str | None]:
        found = {}
        for check in checks(hidden):
            if exercise(check) == name:
                try:
                    getattr(hidden, check)(lambda: numbers)
                except CheckFailed as error:
                    found[check.removeprefix(f"{name}_")] = error.failure.mistake
        return found

    assert lost("digits_shapes", [27, 13, 11, 5, 3, 576]) == {"conv": "one-pixel-lost"}
    assert lost("digits_shapes", [26, 13, 11, 6, 4, 1024]) == {"pool": "pool-rounded-up"}
    assert lost("digits_shapes", [26, 13, 11, 5, 3, 192]) == {"pool": "side-not-area"}
    assert lost("digits_parameters", [288, 18432, 36864, 36864, 640, 93088]) == {"conv": "bias-forgotten"}
    assert lost("digits_parameters", [320, 18496, 36928, 36928, 650, 1]) == {"dense": "total-count"}
    assert lost("scenes_parameters", [67109856, 5088, 64480]) == {"flatten": "bias-forgotten"}


# ---------------------------------------------------------------------------------------
# The literals of the public cases
# ---------------------------------------------------------------------------------------


def literals(check: str) -> list[tuple[tuple[Any, ...], Any, Any]]:
    """For every case of a public check: the arguments, what is wanted, and what mistakes would give."""
    seen: list[Any] = []

    class Recorder:
        def __init__(self, name: str, function: Any):
            pass

        def __call__(self, *given: Any) -> Any:
            recorder = self

            class Recorded:
                value = error = None
                called = arguments = before = ""

                def equals(self, wanted: Any, mistakes: Any = (), **_: Any) -> Any:
                    seen.append((given, wanted, mistakes))
                    return self

                def is_whole_number(self) -> Any:
                    return self

                is_array = leaves_inputs = is_whole_number

            assert recorder
            return Recorded()

    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setattr(public, "Attempt", Recorder)
        context.setattr(public, "reshaped", lambda answer, shape: answer)
        getattr(public, check)(None)
    return seen


MODELS: dict[str, Any] = {
    "prepare_images": (hidden.scaled, hidden.scaling_mistakes),
    "one_hot": (hidden.hot, hidden.hot_mistakes),
    "one_hot_classes": (hidden.hot, hidden.hot_mistakes),
    "initial_loss": (np.log, hidden.loss_mistakes),
    "best_epoch": (hidden.lowest, hidden.epoch_mistakes),
    "confusion_matrix": (hidden.counted, hidden.confusion_mistakes),
    "confusion_matrix_rows": (hidden.counted, hidden.confusion_mistakes),
    "confusion_matrix_classes": (hidden.counted, hidden.confusion_mistakes),
    "worst_mistakes": (hidden.worst, hidden.worst_wrongs),
    "worst_mistakes_places": (hidden.worst, hidden.worst_wrongs),
}


def agree(one: Any, other: Any) -> bool:
    one, other = np.asarray(one, float), np.asarray(other, float)
    return one.shape == other.shape and bool(np.allclose(one, other, atol=1e-5))


@pytest.mark.parametrize("check", MODELS)
def test_public_literals_agree_with_the_oracle(check: str) -> None:
    oracle, wrongs = MODELS[check]
    cases = literals(check)
    assert cases
    for given, wanted, mistakes in cases:
        assert agree(oracle(*given), wanted)
        made: dict[Mistake, list[Any]] = {}
        for mistake, wrong in wrongs(*given):
            made.setdefault(mistake, []).append(wrong())
        for mistake, literal in mistakes:
            assert any(agree(literal, wrong) for wrong in made[mistake]), mistake.name
            # The one mistake that this order forgives is judged by the other case and by the hidden check.
            assert not agree(literal, wanted) or mistake is public.BY_TRUE_CLASS, mistake.name


def test_the_public_occlusion_map_agrees_with_the_oracle() -> None:
    weights = np.zeros((4, 8))
    weights[0, 0], weights[1, 5], weights[2, 2], weights[3, 6] = 1.0, 2.0, -1.0, 0.5
    both = np.stack([0 * weights.ravel(), weights.ravel()], axis=1)
    made = {m: w() for m, w in hidden.occlusion_mistakes(np.ones((4, 8, 1)), both, 1, 2)}
    made[None] = hidden.drops(np.ones((4, 8, 1)), both, 1, 2)
    for mistake, wrong in made.items():
        if mistake is public.OTHER_LABEL:
            continue
        if mistake is None:
            public.occlusion_map(lambda *_, wrong=wrong: wrong)
            continue
        with pytest.raises(CheckFailed) as caught:
            public.occlusion_map(lambda *_, wrong=wrong: wrong)
        assert caught.value.failure.mistake == mistake.name


# ---------------------------------------------------------------------------------------
# Models
# ---------------------------------------------------------------------------------------


def digits_cnn(**changes: Any) -> Any:
    """The network for digits, with changes."""
    options = {
        "kernel": 3,
        "filters": (32, 64, 64),
        "units": 64,
        "outputs": 10,
        "padding": "valid",
        "pools": (1, 2),
        "pool": layers.MaxPooling2D,
        "hidden": "relu",
        "output": "softmax",
        "before_dense": layers.Flatten,
        "optimizer": "rmsprop",
        "loss": "categorical_crossentropy",
        "metrics": ["accuracy"],
        "bias": True,
        "extra": None,
        "input": True,
    } | changes
    model = keras.Sequential([keras.Input((28, 28, 1))] if options["input"] else [])
    for number, filters in enumerate(options["filters"], 1):
        model.add(
            layers.Conv2D(
                filters,
                options["kernel"],
                padding=options["padding"],
                activation=options["hidden"],
                use_bias=options["bias"],
            )
        )
        if number in options["pools"]:
            model.add(options["pool"](2))
    if options["extra"]:
        model.add(options["extra"])
    if options["before_dense"]:
        model.add(options["before_dense"]())
    if options["units"]:
        model.add(layers.Dense(options["units"], activation=options["hidden"]))
    model.add(layers.Dense(options["outputs"], activation=options["output"]))
    if options["loss"] is not None:
        model.compile(options["optimizer"], options["loss"], metrics=options["metrics"])
    return model


ASPECTS = ("", "_shapes", "_activations", "_compiled")


def lost_aspects(build: Callable[[], Any]) -> dict[str, str | None]:
    found = {}
    for aspect in ASPECTS:
        for module in (public, hidden):
            try:
                getattr(module, f"build_digits_cnn{aspect}")(build)
            except CheckFailed as error:
                found.setdefault(aspect or "layers", error.failure.mistake)
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"extra": layers.Dropout(0.3)},
        {"extra": layers.Identity()},
        {"loss": keras.losses.CategoricalCrossentropy(), "metrics": [keras.metrics.CategoricalAccuracy()]},
        {"loss": keras.losses.categorical_crossentropy, "optimizer": keras.optimizers.RMSprop(1e-4)},
        {"hidden": keras.activations.relu, "metrics": {"dense": "acc"}},
        {"metrics": ["accuracy", keras.metrics.TopKCategoricalAccuracy(3)]},
    ],
    ids=without_addresses,
)
def test_models_that_are_the_same_pass(changes: dict[str, Any]) -> None:
    assert lost_aspects(lambda: digits_cnn(**changes)) == {}


@pytest.mark.parametrize(
    ("changes", "aspect", "mistake"),
    [
        ({"filters": (32, 32, 64)}, "layers", "filters"),
        ({"kernel": 5, "filters": (32, 64), "pools": (1, 2)}, "layers", "layers-missing"),
        ({"units": None}, "layers", "layers-missing"),
        ({"units": 128}, "layers", "units"),
        ({"outputs": 9}, "layers", "units"),
        ({"bias": False}, "layers", "bias-off"),
        ({"extra": layers.BatchNormalization()}, "layers", "extra-weights"),
        ({"padding": "same"}, "_shapes", "padding-same"),
        ({"pools": (1,)}, "_shapes", "pool-missing"),
        ({"pools": (1, 2, 3)}, "_shapes", "pool-too-many"),
        ({"pool": layers.AveragePooling2D}, "_shapes", "pool-average"),
        ({"before_dense": layers.GlobalAveragePooling2D}, "_shapes", "global-pooled"),
        ({"input": False}, "_shapes", "input-missing"),
        ({"hidden": None}, "_activations", "relu-missing"),
        ({"hidden": "sigmoid"}, "_activations", "hidden-activation"),
        ({"output": "sigmoid"}, "_activations", "sigmoid-for-classes"),
        ({"output": None}, "_activations", "output-linear"),
        ({"output": "relu"}, "_activations", "relu-output"),
        ({"loss": None}, "_compiled", "not-compiled"),
        ({"loss": "sparse_categorical_crossentropy"}, "_compiled", "loss-sparse"),
        ({"loss": "binary_crossentropy"}, "_compiled", "loss-binary"),
        ({"loss": "mse"}, "_compiled", "loss-squared"),
        ({"loss": keras.losses.CategoricalCrossentropy(from_logits=True)}, "_compiled", "loss-from-logits"),
        ({"loss": keras.losses.CategoricalCrossentropy(label_smoothing=0.5)}, "_compiled", "loss-value"),
        ({"optimizer": "adam"}, "_compiled", "optimizer"),
        ({"metrics": None}, "_compiled", "metric-missing"),
        ({"metrics": [keras.metrics.SparseCategoricalAccuracy()]}, "_compiled", "metric-other"),
        ({"metrics": [keras.metrics.Accuracy()]}, "_compiled", "metric-other"),
    ],
    ids=without_addresses,
)
def test_one_mistake_in_a_model_costs_one_aspect_and_is_named(
    changes: dict[str, Any], aspect: str, mistake: str
) -> None:
    assert lost_aspects(lambda: digits_cnn(**changes)) == {aspect: mistake}


def test_a_branch_and_a_class_of_ones_own_are_refused_with_a_reason() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.inner = digits_cnn()

        def call(self, images: Any) -> Any:
            return self.inner(images)

    def branched() -> Any:
        inputs = keras.Input((28, 28, 1))
        both = layers.Concatenate()([layers.Flatten()(inputs), layers.Flatten()(inputs)])
        return keras.Model(inputs, layers.Dense(10, activation="softmax")(both))

    for build, mistake in ((Own, "foreign-model"), (branched, "not-a-chain")):
        with pytest.raises(CheckFailed) as caught:
            public.build_digits_cnn(build)
        assert caught.value.failure.mistake == mistake


def test_a_functional_model_whose_layers_are_not_all_used_is_judged_by_what_it_does() -> None:
    def build() -> Any:
        inputs = keras.Input((28, 28, 1))
        layers.Dense(7)(layers.Flatten()(inputs))  # made, and left out
        outputs = digits_cnn()(inputs)
        model = keras.Model(inputs, outputs)
        model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
        return model

    assert lost_aspects(build) == {}


def test_what_comes_from_another_process_tells_why_it_cannot_be_judged() -> None:
    strange = SimpleNamespace(foreign_type="Own", reason="its class is not one of Keras's")
    with pytest.raises(CheckFailed) as caught:
        public.build_digits_cnn(lambda: strange)
    assert caught.value.failure.mistake == "foreign-model"
    assert "not one of Keras's" in caught.value.failure.got


def test_an_error_while_building_is_the_learners_own() -> None:
    def build() -> Any:
        raise ValueError("Kernel shape must have the same length as input")

    with pytest.raises(AnswerRaised):
        public.build_digits_cnn(build)


def test_size_depends_on_the_argument() -> None:
    fixed = keras.Sequential([keras.Input((64, 64, 3)), layers.Flatten(), layers.Dense(1)])
    with pytest.raises(CheckFailed) as caught:
        public.build_scenes_cnn(lambda size: fixed)
    assert caught.value.failure.mistake == "input-shape"


# ---------------------------------------------------------------------------------------
# Scenes
# ---------------------------------------------------------------------------------------


def test_every_photo_is_found_again_at_every_size() -> None:
    from course.data import scenes_folder

    signatures, mountains, training = public.known_photos()
    assert training.sum() > 100
    for size in (24, 32, 40, 64):
        dataset = keras.utils.image_dataset_from_directory(
            scenes_folder() / "train", image_size=(size, size), shuffle=False, verbose=False
        )
        photos = public.Photos(Attempt("scenes", lambda dataset=dataset: (dataset, dataset))())
        assert photos.files(0).tolist() == np.flatnonzero(training).tolist()
        np.testing.assert_array_equal(photos.labels(0), mountains[training])
    assert len(np.unique(signatures, axis=0)) == len(signatures)


def test_an_operation_with_a_number_of_its_own_is_a_step() -> None:
    def build() -> keras.Model:
        image = keras.Input((8, 8, 3))
        maps = keras.ops.relu(layers.Conv2D(4, 3)(image / 255.0))
        return keras.Model(image, layers.Dense(3, activation="softmax")(layers.Flatten()(maps)))

    judged = judge(Attempt("build", build)(), (8, 8, 3))
    judged.has_weights([conv(4, 3), dense(3)])
    assert [step.activation for step in judged.steps if step.activation != "linear"] == ["relu", "softmax"]
